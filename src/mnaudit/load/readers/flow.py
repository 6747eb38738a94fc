"""Text as one reads it, line by line, with the place of everything that was written into it.

Words and numbers of a document stand in paragraphs, cells and boxes; near is what comes soon after.
So they are written down one after the other, and long texts are handed out as windows that overlap.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from mnaudit.model.scan import Fragment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mnaudit.model.scan import Place

__all__ = ["Flow"]

_WINDOW: Final = 2**18
_OVERLAP: Final = 1_024


class _Piece(NamedTuple):
    place: Place
    text: str
    is_row: bool


@dataclass(slots=True)
class Flow:
    """A text that is being written.

    Attributes:
        start: Of its first character; lines are counted from there.
    """

    start: Place
    _pieces: list[_Piece] = field(default_factory=list)
    _length: int = 0
    _line: int = 1
    _column: int = 1

    def write(self, text: str, *, is_row: bool = False) -> Place:
        """Write at the end, and return where the text begins.

        Args:
            text: What to write.
            is_row: Whether it is of a table whose cells are handed out as well, by themselves.
        """
        place = replace(self.start, line=self._line, column=self._column)
        breaks = text.count("\n")
        if breaks:
            self._line += breaks
            self._column = len(text) - text.rfind("\n")
        else:
            self._column += len(text)
        self._pieces.append(_Piece(place, text, is_row))
        self._length += len(text)
        return place

    @property
    def is_full(self) -> bool:
        """Whether there is enough for a window."""
        return self._length >= _WINDOW

    def full(self) -> Iterator[Fragment]:
        """Hand out a window if there is enough for one; its end stays for the next."""
        if not self.is_full:
            return
        yield from self.rest()
        kept = 0
        for number, piece in enumerate(reversed(self._pieces), 1):
            kept += len(piece.text)
            if kept >= _OVERLAP:
                del self._pieces[:-number]
                break
        self._length = 0

    def rest(self) -> Iterator[Fragment]:
        """Hand out what is there.

        Where there are rows, the whole is handed out for the words around them, and what is no row
        once more by itself, to be judged in its own right.
        """
        runs = [list(run) for _, run in groupby(self._pieces, lambda piece: piece.is_row)]
        mixed = any(piece.is_row for piece in self._pieces)
        if mixed:
            yield from _joined(self._pieces, context_only=True)
        for run in runs:
            if not run[0].is_row:
                yield from _joined(run)


def _joined(pieces: Sequence[_Piece], *, context_only: bool = False) -> Iterator[Fragment]:
    text = "".join(piece.text for piece in pieces)
    if text and not text.isspace():
        yield Fragment(text, pieces[0].place, context_only=context_only)
