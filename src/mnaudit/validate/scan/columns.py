"""What does the head of a column say, in a table that stands in running text?

A row is read against the rows above it, up to the first cell of its column that names something.
What was told of the row above is kept, so that a table of ten thousand rows is read once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from mnaudit.validate.scan.words import Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.validate.scan.candidates import Candidate
    from mnaudit.validate.scan.words import Words

__all__ = ["Columns"]

_ROWS: Final = 60
_LONG: Final = 1_000
"""Characters of a line that can be a row of a table."""
_CELLS: Final = 30
_DIGIT: Final = re.compile(r"\d")
_DIGITS: Final = re.compile(r"\d{3}")
_RULE: Final = re.compile(r"[\s+=|:─━┼╋-]+")
"""A line that is drawn under the head."""
_MARKS: Final = ("\t", "|", "｜", ",", ";", "\u3000", "  ")
"""What divides a line into cells."""


class _Column(NamedTuple):
    """A column of all rows that are divided alike."""

    mark: str
    marks: int
    number: int


class _Head(NamedTuple):
    """A name above a row.

    Attributes:
        label: What it says.
        start: Where its row begins.
        rows: How many rows up it is.
    """

    label: Label
    start: int
    rows: int


_NO_HEAD: Final = _Head(Label.NONE, 0, 0)


class Columns:
    """The tables in the text of one block."""

    def __init__(self, text: str, words: Words, reach: int) -> None:
        """Take a text.

        Args:
            text: Of a block.
            words: What the labels are.
            reach: Characters up to a head.
        """
        self._text = text
        self._words = words
        self._reach = reach
        self._heads: dict[_Column, dict[int, _Head]] = {}
        self._headlines: dict[int, Label] = {}

    def head(self, found: Candidate) -> Label:
        """Return what the head of the column says, if the line is a row of a table."""
        text = self._text
        start = self._line(found)
        end = text.find("\n", found.end, found.end + _LONG)
        line = text[start : end if end >= 0 else found.end + _LONG]
        mark = next((mark for mark in _MARKS if mark in line), "")
        if start == 0 or not mark:
            return Label.NONE
        column = _Column(mark, line.count(mark), line[: found.start - start].count(mark))
        return self._head(column, start).label

    def _head(self, column: _Column, start: int) -> _Head:
        known = self._heads.setdefault(column, {})
        passed = [(start, 0)]
        head = _NO_HEAD
        for rows, (above, row) in enumerate(self._above(start), start=1):
            if row.count(column.mark) != column.marks:
                if column.mark not in row and not _RULE.fullmatch(row):
                    break
                continue
            if (told := self._label(row.split(column.mark)[column.number])) is not Label.NONE:
                head = _Head(told, above, rows)
                break
            if above in known:
                head = known[above]._replace(rows=known[above].rows + rows)
                break
            passed.append((above, rows))
        else:  # out of reach from here, perhaps not from the rows above
            passed = passed[:1]
        for at, rows in passed:
            is_near = head.rows - rows <= _ROWS and head.start > at - self._reach
            known[at] = head._replace(rows=head.rows - rows) if is_near else _NO_HEAD
        return known[start]

    def _label(self, cell: str) -> Label:
        if _DIGITS.search(cell):
            return Label.NONE
        told = self._words.label(cell.strip())
        return told if told in {Label.NUMBER, Label.OTHER} else Label.NONE

    def headline(self, found: Candidate) -> Label:
        """Return whether the lines above are rows, and the first above them names other numbers."""
        start = self._line(found)
        if start not in self._headlines:
            self._headlines[start] = self._headline(start)
        return self._headlines[start]

    def _headline(self, start: int) -> Label:
        for above, row in self._above(start):
            if not _DIGIT.search(row):
                told = {self._words.label(cell) for cell in row.split()[:_CELLS]}
                is_head = Label.OTHER in told and not told & {Label.NUMBER, Label.CONTEXT}
                return Label.OTHER if is_head else Label.NONE
            if above in self._headlines:
                return self._headlines[above]
        return Label.NONE

    def _line(self, found: Candidate) -> int:
        """Return where the line of a candidate begins."""
        return self._text.rfind("\n", max(0, found.start - _LONG), found.start) + 1

    def _above(self, start: int) -> Iterator[tuple[int, str]]:
        """Yield the lines above one with where they begin, the nearest first, within reach."""
        text = self._text
        limit = max(0, start - self._reach)
        at = start - 1
        for _ in range(_ROWS):
            if at <= limit:
                return
            begin = text.rfind("\n", max(0, at - _LONG), at) + 1
            yield begin, text[begin or max(0, at - _LONG) : at]
            if begin == 0:
                return
            at = begin - 1
