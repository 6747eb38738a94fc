"""Read what pictures say in words: EXIF, XMP, IPTC, comments. And say that somebody must look.

The picture itself may show a number, as a photograph of a card does: nothing here can see it
(``MN503``). Sources: JPEG (ITU-T T.81 B.1.1), PNG 3rd ed. §11.3, GIF89a, TIFF 6.0, Exif 2.32 §4.6,
WebP container (RIFF), ISO/IEC 23008-12 (HEIF), IPTC-IIM 4.2.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers import binary, text
from mnaudit.load.readers.encodings import decode, decodings, plain
from mnaudit.load.readers.limits import LimitError
from mnaudit.model.scan import Fragment, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.load.readers.limits import Budget
    from mnaudit.model.scan import Place

__all__ = ["fragments", "reads"]

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_HEIF: Final = re.compile(rb"....ftyp(?:hei[cmsx]|hev[cmx]|mif1|msf1|avif|avis)", re.DOTALL)
_TIFF: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_SMALLEST: Final = 48
"""Pixels: twelve digits cannot be read in a picture that is narrower."""

_MOST_TEXT: Final = 2**24
_MOST_ENTRIES: Final = 20_000
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_XMP_START: Final = re.compile(rb"<(?:x:xmpmeta|rdf:RDF)\b")
_XMP_END: Final = re.compile(rb"</(?:x:xmpmeta|rdf:RDF)>")
_LONGEST_VALUE: Final = 2**20
_MOST_STRUCTURES: Final = 64


def reads(name: str, head: bytes) -> bool:
    """Tell whether this is a picture made of pixels."""
    del name
    return (
        head.startswith((_PNG, _JPEG, b"GIF87a", b"GIF89a", *_TIFF))
        or (head.startswith(b"RIFF") and head[8:12] == b"WEBP")
        or (head.startswith(b"\0\0\1\0") and head[5:6] == b"\0" and head[9:10] == b"\0")
        or (head.startswith(b"BM") and head[6:10] == b"\0\0\0\0")
        or _HEIF.match(head) is not None
    )


def fragments(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read the metadata of a picture."""
    if _could_show(data):
        yield Unreadable("MN503", place, "picture")
    inside = replace(place, part="metadata")
    for piece in _pieces(data):
        budget.spend(fragments=1, bytes_=len(piece))
        yield from text.of_text(piece, inside, budget)
    for packet in _packets(data):
        yield from budget.inside("metadata.xml", packet, inside)
    yield from binary.strings(data, inside, budget)


def _packets(data: bytes) -> Iterator[bytes]:
    """Yield the XMP of a picture, wherever it is."""
    at = 0
    while (start := _XMP_START.search(data, at)) and (end := _XMP_END.search(data, start.end())):
        yield data[start.start() : end.end()]
        at = end.end()


def _pieces(data: bytes) -> Iterator[str]:
    """Yield the texts of a picture, as far as it is sound."""
    reader = _png if data.startswith(_PNG) else _jpeg if data.startswith(_JPEG) else None
    try:
        if reader:
            yield from reader(data)
        elif data.startswith(_TIFF):
            yield from _exif(data)
        else:
            yield from _exif_within(data)
    except (struct.error, zlib.error, IndexError):
        return  # the rest is looked at as bytes


def _could_show(data: bytes) -> bool:
    """Tell whether a picture is large enough to show a number; unknown sizes are."""
    size = _size(data)
    return size is None or max(size) >= _SMALLEST


def _size(data: bytes) -> tuple[int, int] | None:
    try:
        if data.startswith(_PNG):
            return struct.unpack_from(">II", data, 16)
        if data.startswith(b"GIF8"):
            return struct.unpack_from("<HH", data, 6)
        if data.startswith(_JPEG):
            return _jpeg_size(data)
    except struct.error:
        return None
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    for marker, body in _segments(data):
        if marker in _FRAMES:
            return struct.unpack_from(">HH", body, 1)
    return None


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (marker, content) of a JPEG file up to its pixels."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:  # noqa: PLR2004
        marker = data[at + 1]
        if marker in {0xFF, 0x01} or 0xD0 <= marker <= 0xD8:  # noqa: PLR2004 - no length follows
            at += 1 if marker == 0xFF else 2  # noqa: PLR2004
            continue
        length = struct.unpack_from(">H", data, at + 2)[0]
        if length < 2:  # noqa: PLR2004
            return
        yield marker, data[at + 4 : at + 2 + length]
        if marker == 0xDA:  # noqa: PLR2004 - pixels follow
            return
        at += 2 + length


def _jpeg(data: bytes) -> Iterator[str]:
    for marker, body in _segments(data):
        if body.startswith(b"Exif\0"):
            yield from _exif(body[6:])
        elif marker == 0xFE or body.startswith(b"Photoshop"):  # noqa: PLR2004
            yield from _readings(body)


def _png(data: bytes) -> Iterator[str]:
    at = len(_PNG)
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        at += 12 + length
        if kind == b"tEXt":
            yield from _readings(body.replace(b"\0", b": ", 1))
        elif kind == b"zTXt":
            key, _, packed = body.partition(b"\0")
            yield from _readings(key + b": " + _inflated(packed[1:]))
        elif kind == b"iTXt":
            yield from _readings(_international(body))
        elif kind == b"eXIf":
            yield from _exif(body)


def _international(body: bytes) -> bytes:
    key, _, rest = body.partition(b"\0")
    _language, _, following = rest[2:].partition(b"\0")
    title, _, content = following.partition(b"\0")
    return b"%s %s: %s" % (key, title, _inflated(content) if rest[:1] == b"\1" else content)


def _inflated(packed: bytes) -> bytes:
    """Unpack a text of a picture.

    Raises:
        LimitError: It is larger than any text.
    """
    inflate = zlib.decompressobj()
    plain = inflate.decompress(packed, _MOST_TEXT)
    if inflate.unconsumed_tail:
        raise LimitError("ratio")
    return plain


def _readings(data: bytes) -> Iterator[str]:
    """Yield bytes as text, with what is no letter as a blank."""
    yield from (reading for _, reading in decodings(plain(data)))


_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_WORDS: Final = frozenset({1, 2, 6, 7})
_HEADER: Final = 8
"""Bytes before the first directory; an offset of 0 says that there is no further one."""

_POINTERS: Final = frozenset({0x8769, 0x8825, 0xA005, 0x014A})
_WIDE_TAGS: Final = range(0x9C9B, 0x9CA0)


def _exif(data: bytes) -> Iterator[str]:
    """Yield the texts of a TIFF structure: every value of letters or bytes in every directory."""
    order = "<" if data.startswith(b"II") else ">"
    todo: list[int] = [struct.unpack_from(f"{order}I", data, 4)[0]]
    seen: set[int] = set()
    entries = 0
    while todo:
        at = todo.pop()
        if at in seen or at < _HEADER or at + 2 > len(data):
            continue
        seen.add(at)
        count = struct.unpack_from(f"{order}H", data, at)[0]
        entries += count
        if entries > _MOST_ENTRIES:
            raise LimitError("members")
        for place in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, number, value = struct.unpack_from(f"{order}HHII", data, place)
            if tag in _POINTERS and kind in {4, 13}:
                todo += _offsets(data, order, place, number, value)
            size = _SIZES.get(kind, 1) * number
            start = place + 8 if size <= 4 else value  # noqa: PLR2004
            if kind in _WORDS and size <= _LONGEST_VALUE:
                yield from _value(tag, data[start : start + size], order)
        todo += struct.unpack_from(f"{order}I", data, at + 2 + 12 * count)


def _offsets(data: bytes, order: str, place: int, number: int, value: int) -> tuple[int, ...]:
    if number <= 1:
        return (value,)
    del place
    return struct.unpack_from(f"{order}{min(number, 64)}I", data, value)


def _value(tag: int, value: bytes, order: str) -> Iterator[str]:
    if tag in _WIDE_TAGS:
        yield decode(value, "utf-16-le")
    elif value.startswith(b"UNICODE\0"):
        yield decode(value[8:], "utf-16-be")
        yield decode(value[8:], "utf-16-le")
    elif value.startswith(b"JIS\0\0\0\0\0"):
        yield decode(value[8:], "iso2022_jp_ext")
        yield decode(b"\x1b$B" + value[8:], "iso2022_jp_ext")
    elif len(value) > 4:  # noqa: PLR2004
        yield from _readings(value)
    del order


def _exif_within(data: bytes) -> Iterator[str]:
    """Look for EXIF in the chunks of WebP and HEIF: wherever a structure begins."""
    for match in islice(_STRUCTURE.finditer(data), _MOST_STRUCTURES):
        try:
            yield from _exif(data[match.end() : match.end() + 4 * _LONGEST_VALUE])
        except struct.error:
            continue


_STRUCTURE: Final = re.compile(rb"(?:Exif\0\0|EXIF....(?:Exif\0\0)?)(?=II\*\0|MM\0\*)", re.DOTALL)
