"""Read text of any length in windows that overlap, each with the place of its first character.

A number and the words near it are always whole in one window. Memory is bounded by the window.
"""

from __future__ import annotations

from codecs import BOM_UTF8, getincrementaldecoder
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from mnaudit.load.readers.encodings import decode, narrow

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["OVERLAP", "WINDOW", "Chained", "Readable", "Transcoded", "Window", "windows"]

WINDOW: Final = 2**20
OVERLAP: Final = 2**12
"""Bytes that two windows share at least: 1,365 characters of Japanese in UTF-8."""

_REACH: Final = 2**12
_LAST_CONTROL: Final = 0x40
"""Bytes below are single characters in every encoding that is read in windows."""


class Readable(Protocol):
    """What windows are read from."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes; nothing at the end."""


@dataclass(slots=True)
class Chained:
    """Bytes that were read already, and then the rest of the stream."""

    head: bytes = field(repr=False)
    rest: Readable | None

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes; nothing at the end."""
        if self.head:
            piece, self.head = self.head[:size], self.head[size:]
            return piece
        return self.rest.read(size) if self.rest else b""


class Transcoded:
    """A stream of UTF-16 or UTF-32 as UTF-8, in which a line break is one byte."""

    def __init__(self, stream: Readable, encoding: str) -> None:
        self._stream = stream
        self._decoder = getincrementaldecoder(encoding)("replace")

    def read(self, size: int, /) -> bytes:
        """Return some bytes; nothing at the end."""
        while piece := self._stream.read(size):
            if text := self._decoder.decode(piece):
                return text.encode("utf-8", "replace")
        return self._decoder.decode(b"", final=True).encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a text.

    Attributes:
        data: Whole characters, in an encoding compatible with ASCII.
        line: Of the first character, from 1.
        column: Of the first character, from 1.
        is_last: Whether the text ends here.
    """

    data: bytes = field(repr=False)
    line: int
    column: int
    is_last: bool = False


def windows(stream: Readable) -> Iterator[Window]:
    """Cut a text into windows."""
    kept, line, column = b"", 1, 1
    first = True
    while True:
        data = kept + (piece := _read(stream, WINDOW))
        if first:
            data, first = data.removeprefix(BOM_UTF8), False
        if len(piece) < WINDOW:
            if data:
                yield Window(data, line, column, is_last=True)
            return
        end = _cut(data, len(data))
        yield Window(data[:end], line, column)
        start = _cut(data, end - OVERLAP)
        escape, start = _escape(data, start)
        line, column = _advance(data[:start], line, column)
        kept = escape + data[start:]


def _read(stream: Readable, size: int) -> bytes:
    """Read exactly ``size`` bytes, if there are so many."""
    pieces: list[bytes] = []
    while size > 0 and (piece := stream.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _cut(data: bytes, end: int) -> int:
    """Return a place at or a little before ``end`` that is between two characters."""
    low = max(0, end - _REACH)
    if (found := data.rfind(b"\n", low, end)) >= 0:
        return found + 1
    for at in range(end - 1, low, -1):
        if data[at] < _LAST_CONTROL and data[at] != 0x1B:  # noqa: PLR2004 - ESC begins a sequence
            return at + 1
    for at in range(end - 1, max(0, end - 4), -1):
        if data[at] & 0xC0 != 0x80:  # noqa: PLR2004 - no continuation byte of UTF-8
            return at
    return end


def _advance(passed: bytes, line: int, column: int) -> tuple[int, int]:
    """Return the place behind some bytes."""
    last = passed.rfind(b"\n")
    tail = passed[last + 1 :]
    letters = len(tail) if tail.isascii() else len(decode(tail, narrow(tail)[0]))
    if last < 0:
        return line, column + letters
    return line + passed.count(b"\n"), 1 + letters


def _escape(data: bytes, start: int) -> tuple[bytes, int]:
    """Return the sequence of ISO-2022-JP that is in force, and the start of a character in it."""
    begin = data.rfind(b"\n", 0, start) + 1
    at = data.rfind(b"\x1b", begin, start)
    sequence = data[at : at + 3] if at >= 0 else b""
    if sequence[:2] != b"\x1b$" or at + len(sequence) > start:
        return b"", start
    return sequence, start - (start - at - len(sequence)) % 2
