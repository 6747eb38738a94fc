"""Which labels apply to a cell of a table: beside it, above it, and at the head of its column.

A form has its label on the left or above, a list has it at the head of the column; nothing in the
file says which of the two a table is, so all of them are told.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Cell", "Grid", "Merge", "Stack"]

_LABEL_LENGTH: Final = 120
_LABEL_DIGITS: Final = 4
_LETTER: Final = re.compile(r"[^\W\d_]")
_DIGIT: Final = re.compile(r"\d")
_HEADS: Final = 3
_TITLES: Final = 2
_TWELVE: Final = 12
_SPAN: Final = 256
_ROWS: Final = 64
"""Columns and rows of one merged area that are told its label; forms have fewer, files may lie."""


class Cell(NamedTuple):
    """A cell that is not empty; its column is counted from 1."""

    column: int
    text: str
    span: int = 1


class Stack(NamedTuple):
    """Cells below each other that hold twelve digits together, a few each."""

    column: int
    row: int
    text: str
    fields: tuple[str, ...]


class Merge(NamedTuple):
    """A merged area, from 1, both ends included; its text stands in the first cell."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Grid:
    """A table that is read from top to bottom.

    Attributes:
        merges: The merged areas, known before the first row.
    """

    merges: Iterable[Merge] = ()
    _merged: dict[tuple[int, int], Merge] = field(default_factory=dict)
    _above: dict[int, str] = field(default_factory=dict)
    _heads: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    _titles: list[str] = field(default_factory=list)
    _stacks: dict[int, list[tuple[int, str, tuple[str, ...]]]] = field(default_factory=dict)
    _beside: dict[int, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self._merged = {(merge.top, merge.left): merge for merge in self.merges}

    def merge(self, area: Merge) -> None:
        """Add a merged area that was met at its first cell."""
        self._merged[area.top, area.left] = area

    def row(self, number: int, cells: Sequence[Cell]) -> Iterator[tuple[Cell, tuple[str, ...]]]:
        """Yield every cell of the next row with its labels, nearest first; the title is last."""
        merged = deque(sorted(self._beside.pop(number, ())))
        left: list[str] = []
        found: list[Cell] = []
        for cell in cells:
            while merged and merged[0][0] < cell.column:
                left = [merged.popleft()[1]]
            fields = tuple(dict.fromkeys([*left, *self.labels(cell.column)]))
            yield cell, fields
            if _is_label(cell.text):
                left = [cell.text.strip()]
                found.append(cell)
            elif len(cell.text) <= _TWELVE and cell.text.strip().isdecimal():
                self._pile(number, cell, fields)
        self._learn(number, found, len(cells))

    def labels(self, column: int) -> tuple[str, ...]:
        """Return the labels of a column for the row below the last one."""
        above = [self._above[column]] if column in self._above else []
        heads = self._heads.get(column, ())
        return tuple(dict.fromkeys([*above, *heads, *self._titles]))

    def stacks(self, row: int | None = None) -> Iterator[Stack]:
        """Yield the stacks that ended before a row; without it, all that are left."""
        for column, pile in list(self._stacks.items()):
            if row is not None and pile[-1][0] >= row - 1:
                continue
            del self._stacks[column]
            texts = [text for _, text, _ in pile]
            if len(texts) == 3:  # noqa: PLR2004 - three groups of four, of which numbers lose zeros
                texts = [text.zfill(4) for text in texts]
            if len(texts) > 1 and sum(map(len, texts)) == _TWELVE:
                yield Stack(column, pile[0][0], "\n".join(texts), pile[0][2])

    def _pile(self, number: int, cell: Cell, fields: tuple[str, ...]) -> None:
        """Put a cell of digits on the one above it; piles of more than twelve stop growing."""
        pile = self._stacks.get(cell.column)
        if pile is None or pile[-1][0] != number - 1:
            pile = self._stacks[cell.column] = []
        if len(pile) > _TWELVE:
            pile.pop()
        pile.append((number, cell.text.strip(), fields))

    def _learn(self, number: int, labels: Sequence[Cell], filled: int) -> None:
        """Keep the labels of a row for those below; one alone in its row heads no column."""
        if filled == 1 and not self._heads and len(self._titles) < _TITLES:
            self._titles += [cell.text.strip() for cell in labels]
        for cell in labels:
            text = cell.text.strip()
            merge = self._merged.get((number, cell.column))
            right = merge.right if merge else cell.column + cell.span - 1
            for column in range(cell.column, min(right, cell.column + _SPAN) + 1):
                self._above[column] = text
                heads = self._heads[column] if filled > 1 else []
                if len(heads) < _HEADS and text not in heads:
                    heads.append(text)
            if merge:
                for row in range(number + 1, min(merge.bottom, number + _ROWS) + 1):
                    self._beside[row].append((merge.right, text))


def _is_label(text: str) -> bool:
    return (
        len(text) <= _LABEL_LENGTH
        and _LETTER.search(text) is not None
        and len(_DIGIT.findall(text)) <= _LABEL_DIGITS
    )
