"""Look into the objects of a PDF file, whether its table refers to them or not.

Texts of properties, notes and fields, also those that a later version of the file has replaced; metadata
(XMP) and embedded files. Page contents are not read here: their letters mean nothing without the fonts.

Source: ISO 32000-2 §7.3.4 (strings), §7.5.7 (object streams), §7.11.4 (embedded files), §14.3.2.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.digits import could_hold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.load.readers.limits import Budget

__all__ = ["Found", "objects", "texts"]

_OBJECT: Final = re.compile(rb"\b\d{1,10}\s+\d{1,5}\s+obj\b")
_STREAM: Final = re.compile(rb"\bstream\r?\n")
_END: Final = b"endstream"
_TOKEN: Final = re.compile(
    rb"\\[\s\S]|[()]|/([^\s/<>\[\](){}%]{1,127})\s*|(?<!<)<([0-9A-Fa-f\s]{8,})>"
)
_NAME_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_ESCAPE: Final = re.compile(rb"\\(\r\n|[0-7]{1,3}|[\s\S])")
_ESCAPED: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_DATE: Final = re.compile(r"D:[\d+\-Z']*")
_IDENTIFIER: Final = re.compile(rb"/ID\s*\[[^\]]*\]")
_HEAD: Final = 64


@dataclass(frozen=True, slots=True)
class Found:
    """What an object holds.

    Attributes:
        texts: Its strings with the names before them, if they have enough digits for a number.
        file: A file or an XML text in it.
        name: Of the file.
    """

    texts: tuple[tuple[str, str], ...] = ()
    file: bytes | None = None
    name: str = ""


def objects(data: bytes, budget: Budget) -> Iterator[Found]:
    """Yield what the objects hold, in the order of the file.

    Raises:
        LimitError: Their streams are too large.
    """
    starts = [found.start() for found in _OBJECT.finditer(data)] or [0]
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        found = _STREAM.search(data, start, end)
        described = data[start : found.start() if found else end]
        yield from _texts(described)
        if found:
            stop = data.rfind(_END, found.end(), end)
            stream = data[found.end() : stop if stop >= 0 else end]
            yield from _stream(described, stream, budget)


def _stream(described: bytes, stream: bytes, budget: Budget) -> Iterator[Found]:
    """Yield what a stream holds if it is one of ours."""
    is_file = b"/EmbeddedFile" in described
    is_objects = b"/ObjStm" in described
    if b"/Filter" in described and b"/FlateDecode" not in described:
        return
    if is_file or is_objects or _head(described, stream).lstrip(b"\xef\xbb\xbf \r\n")[:1] == b"<":
        content = _content(described, stream, budget)
        if is_objects:
            yield from _texts(content)
        else:
            yield Found(file=content, name="embedded" if is_file else "metadata.xml")


def _head(described: bytes, stream: bytes) -> bytes:
    if b"/Filter" not in described:
        return stream[:_HEAD]
    try:
        return zlib.decompressobj().decompress(stream[: 4 * _HEAD], _HEAD)
    except zlib.error:
        return b""


def _content(described: bytes, stream: bytes, budget: Budget) -> bytes:
    """Unpack a stream, as far as it goes and as the budget allows."""
    if b"/Filter" not in described:
        return stream
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(stream, budget.left_bytes + 1)
    except zlib.error:
        return b""
    budget.spend(bytes_=len(content))
    budget.check_ratio(len(stream), len(content))
    return content


def _texts(content: bytes) -> Iterator[Found]:
    found = tuple(pair for pair in texts(content) if not _DATE.fullmatch(pair[1]))
    if any(could_hold(text) for _, text in found):
        yield Found(texts=found)


def texts(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield the strings in the source of objects, each with the name before it if there is one."""
    content = _IDENTIFIER.sub(b"", content)
    name, named, depth, start = b"", 0, 0, 0
    for found in _TOKEN.finditer(content):
        if found[0] == b"(":
            depth += 1
            start = found.end() if depth == 1 else start
            name = name if depth > 1 or named == found.start() else b""
        elif found[0] == b")" and depth:
            depth -= 1
            if depth == 0:
                literal = content[start : found.start()]
                yield _name(name), _decoded(_ESCAPE.sub(_unescaped, literal))
        elif depth == 0 and found[1] is not None:
            name, named = found[1], found.end()
        elif depth == 0 and found[2] is not None:
            digits = b"".join(found[2].split())
            raw = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
            yield _name(name if named == found.start() else b""), _decoded(raw)


def _name(raw: bytes) -> str:
    return _NAME_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), raw).decode(
        "utf-8", "replace"
    )


def _unescaped(found: re.Match[bytes]) -> bytes:
    escape = found[1]
    if escape.isdigit():
        return bytes([int(escape, 8) & 0xFF]) if not escape.strip(b"01234567") else escape
    return b"" if escape in {b"\n", b"\r", b"\r\n"} else _ESCAPED.get(escape, escape)


def _decoded(raw: bytes) -> str:
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "replace")
    if raw.startswith(b"\xff\xfe"):
        return raw[2:].decode("utf-16-le", "replace")
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:].decode("utf-8", "replace")
    return raw.decode("latin-1")
