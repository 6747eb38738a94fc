"""Read the text of Word and PowerPoint 97 to 2003 (DOC, PPT) out of their streams.

Word keeps the text of the body, notes, headers, comments and boxes in one row of pieces; what lies
outside of them is left over from earlier versions and is picked out as well. PowerPoint keeps atoms.

Source: [MS-DOC] 2.4.1 and 2.9.38 (pieces), [MS-PPT] 2.9.41 to 2.9.44.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.strings import strings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["EncryptedError", "document_text", "presentation_text", "remains"]

_WORD: Final = 0xA5EC
_ENCRYPTED: Final = 0x0100
_WHICH_TABLE: Final = 0x0200
_PIECES_AT: Final = 0x01A2
_ONE_BYTE: Final = 0x40000000
_MARKS: Final = str.maketrans(
    {"\x07": "\t", "\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x1e": "-", "\x1f": None}
    | dict.fromkeys("\x01\x02\x03\x04\x05\x08\x13\x14\x15", " ")
)
_WIDE_ATOMS: Final = frozenset({0x0FA0, 0x0FBA})
_NARROW_ATOM: Final = 0x0FA8
_CRYPT: Final = 0x2F14
_CONTAINER: Final = 0xF


class EncryptedError(ValueError):
    """The document has a password. Holds no content."""


def document_text(streams: Mapping[str, bytes]) -> str:
    """Return the text of a Word document.

    Raises:
        EncryptedError: It has a password.
        ValueError: It is older than Word 97, or its pieces cannot be found.
        struct.error: It is cut off.
    """
    main = streams["WordDocument"]
    texts = (
        main[at : at + length].decode("utf-16-le" if wide else "cp1252", "replace")
        for at, length, wide in _pieces(streams)
    )
    return "".join(texts).translate(_MARKS)


def remains(streams: Mapping[str, bytes]) -> Iterator[str]:
    """Yield what the stream of a Word document holds outside of its pieces."""
    main = bytearray(streams["WordDocument"])
    for at, length, _ in _pieces(streams):
        end = min(at + length, len(main))
        main[at:end] = bytes(max(0, end - at))
    yield from strings(bytes(main))


def _pieces(streams: Mapping[str, bytes]) -> Iterator[tuple[int, int, bool]]:
    """Yield (offset, length in bytes, of two bytes a letter) of every piece."""
    main = streams["WordDocument"]
    ident, flags = struct.unpack_from("<H8xH", main)
    if flags & _ENCRYPTED:
        raise EncryptedError
    table = streams.get("1Table" if flags & _WHICH_TABLE else "0Table", b"")
    start, length = struct.unpack_from("<II", main, _PIECES_AT)
    found = table[start : start + length]
    at = 0
    while found[at : at + 1] == b"\x01":  # properties, before the pieces
        at += 3 + struct.unpack_from("<H", found, at + 1)[0]
    if ident != _WORD or found[at : at + 1] != b"\x02":
        raise ValueError("no pieces")
    size = struct.unpack_from("<I", found, at + 1)[0]
    count = (min(size, len(found) - at - 5) - 4) // 12
    positions = struct.unpack_from(f"<{count + 1}I", found, at + 5)
    if positions[-1] > len(main) or sorted(positions) != list(positions):
        raise ValueError("more letters than bytes")
    for number in range(count):
        where = struct.unpack_from("<I", found, at + 5 + 4 * (count + 1) + 8 * number + 2)[0]
        letters = positions[number + 1] - positions[number]
        if where & _ONE_BYTE:
            yield (where & ~_ONE_BYTE) // 2, letters, False
        else:
            yield where, 2 * letters, True


def presentation_text(stream: bytes) -> str:
    """Return the text of a PowerPoint document, one atom a line.

    Raises:
        EncryptedError: It has a password.
        struct.error: It is cut off.
    """
    lines: list[str] = []
    at = 0
    while at + 8 <= len(stream):
        version, kind, size = struct.unpack_from("<HHI", stream, at)
        at += 8
        if kind == _CRYPT:
            raise EncryptedError
        if version & 0xF == _CONTAINER:
            continue
        body = stream[at : at + size]
        if kind in _WIDE_ATOMS:
            lines.append(body.decode("utf-16-le", "replace").translate(_MARKS))
        elif kind == _NARROW_ATOM:
            lines.append(body.decode("latin-1").translate(_MARKS))
        at += size
    return "\n".join(lines)
