"""What stands around a candidate: names of the number, context words, names of other numbers.

Words are looked for in slices of a block, each at most once, however many candidates there are.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from mnaudit.model.scan_rules import Context
from mnaudit.validate.scan.characters import fold
from mnaudit.validate.scan.words import Label, fold_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.model.scan import Fragment
    from mnaudit.model.scan_rules import Reach
    from mnaudit.validate.scan.blocks import Block
    from mnaudit.validate.scan.candidates import Candidate
    from mnaudit.validate.scan.words import Words

__all__ = ["Surroundings", "of_fields"]

_SLICE: Final = 1024
_MARGIN: Final = 64
"""Characters of the longest word, with blanks between its own."""
_LABEL: Final = 40
_ROWS: Final = 60
_LONG: Final = 1_000
"""Characters of a line that can be a row of a table."""
_DELIMITERS: Final = re.compile(r"[,\t;|｜\x1f]|[ \u3000]{2,}|\u3000")
_LETTER: Final = re.compile(r".*[^\W\d_]", re.DOTALL)
_DIGIT: Final = re.compile(r"\d")
_CELLS: Final = 30
_DIGITS: Final = re.compile(r"\d{3}")


class Surroundings:
    """The words of one block."""

    def __init__(self, block: Block, words: Words, reach: Reach) -> None:
        self._block = block
        self._text = block.text
        self._words = words
        self._reach = reach
        self._slices: dict[int, tuple[list[tuple[int, int]], list[tuple[int, int]]]] = {}
        self._records: dict[int, bool] = {}
        self._heads: dict[int, Label] = {}

    def context(self, found: Candidate, at: int) -> Context:
        """Return the strongest context of a candidate whose first fragment is number ``at``."""
        fields = self._of_fields(found)
        if fields is Label.NUMBER:
            return Context.LABELED
        direct = self._direct(found)
        if direct is not None:
            return direct
        if self._is_in_record(found, at) or fields is Label.CONTEXT:
            return Context.RECORD
        if self._has_context(found.start - self._reach.near, found.end + self._reach.near):
            return Context.NEAR
        return Context.ALONE

    def label(self, found: Candidate) -> Label:
        """Return what a candidate is called, if not an Individual Number."""
        if (told := self._of_fields(found)) in {Label.OTHER, Label.WEAK}:
            return told
        text = self._text
        before = text[max(0, found.start - _LABEL) : found.start]
        told = self._words.before(fold_name(before))
        if told is not Label.OTHER:
            behind = fold(text[found.end : found.end + self._reach.label_after])
            told = self._words.behind(behind) or told
        if told is not Label.OTHER:
            told = self._list(found) or self._header(found) or self._headline(found) or told
        return told

    def _list(self, found: Candidate) -> Label:
        """Return what names a list: only digits and signs stand between it and the number."""
        start = max(0, found.start - self._reach.list)
        last = _LETTER.match(self._text, start, found.start)
        if last is None or _DIGIT.search(self._text, last.end(), found.start) is None:
            return Label.NONE
        return self._words.before(fold_name(self._text[max(0, last.end() - _LABEL) : last.end()]))

    def is_named(self, found: Candidate) -> bool:
        """Tell whether the number is named so directly that even a wrong check digit matters."""
        return self._of_fields(found) is Label.NUMBER or self._direct(found) is not None

    def _of_fields(self, found: Candidate) -> Label:
        first, last = self._block.index(found.start), self._block.index(found.end - 1)
        told = [of_fields(self._block.fragments[at], self._words) for at in (first, last)]
        return Label.NUMBER if Label.NUMBER in told else told[0]

    def _direct(self, found: Candidate) -> Context | None:
        """Return whether a name of the number stands directly before it, or behind it."""
        if not self._has_names:
            return None
        reach = self._reach
        names = self._spans(found.start - reach.label - _MARGIN, found.end + reach.label_after, 0)
        ends = [end for _, end in names if found.start - reach.label <= end <= found.start]
        if ends:
            gap = fold(self._text[ends[-1] : found.start])
            if self._words.follows(gap):
                # The tag of a program: mynumber:20260401.
                is_tag = gap == ":" and self._text[ends[-1] - 1].isascii()
                is_said = self._words.says_is(gap) and not is_tag
                return Context.LABELED if is_said else Context.ADJACENT
        if any(found.end <= start <= found.end + reach.label_after for start, _ in names):
            behind = fold(self._text[found.end : found.end + reach.label_after])
            if self._words.behind(behind) is Label.NUMBER:
                return Context.LABELED
        return Context.LABELED if self._header(found) is Label.NUMBER else None

    @cached_property
    def _has_names(self) -> bool:
        """Whether the block names the number anywhere."""
        numbers = range(len(self._text) // _SLICE + 1)
        return any(self._spans(number * _SLICE, number * _SLICE, 0) for number in numbers)

    def _is_in_record(self, found: Candidate, at: int) -> bool:
        """Tell whether the record, or the line of running text, has a context word."""
        block = self._block
        members = block.record(at)
        if len(members) > 1 or block.fragments[at].record is not None:
            if members.start not in self._records:
                self._records[members.start] = self._is_about(members)
            return self._records[members.start]
        limit = self._reach.near
        start = self._text.rfind("\n", max(0, found.start - limit), found.start)
        end = self._text.find("\n", found.end, found.end + limit)
        return self._has_context(
            max(start, found.start - limit), end if end >= 0 else found.end + limit
        )

    def _is_about(self, members: range) -> bool:
        """Tell whether the cells of a record, or what they are called, have a context word."""
        block = self._block
        if self._has_context(block.starts[members[0]], block.end(members[-1])):
            return True
        told = {of_fields(block.fragments[each], self._words) for each in members}
        return Label.NUMBER in told or Label.CONTEXT in told

    def _has_context(self, start: int, end: int) -> bool:
        return any(span[0] < end and span[1] > start for span in self._spans(start, end, 1))

    def _spans(self, start: int, end: int, kind: int) -> list[tuple[int, int]]:
        """Return the words that begin between two places; 0 names of the number, 1 all context."""
        first, last = max(0, start) // _SLICE, max(0, end) // _SLICE
        spans: list[tuple[int, int]] = []
        for number in range(first, last + 1):
            if number not in self._slices:
                self._slices[number] = self._read(number)
            spans += self._slices[number][kind]
        return spans

    def _read(self, number: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        start = number * _SLICE
        text = fold(self._text[start : start + _SLICE + _MARGIN])
        words = self._words

        def spans(pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
            return (found.span() for found in pattern.finditer(text) if found.start() < _SLICE)

        return (
            [(start + first, start + last) for first, last in spans(words.number)],
            [
                (start + first, start + last)
                for first, last in spans(words.context)
                if not words.is_part_of_name(text, first, last)
            ],
        )

    def _header(self, found: Candidate) -> Label:
        """Return what the head of the column says, if the line is a row of a table in the text."""
        text = self._text
        start = text.rfind("\n", max(0, found.start - _LONG), found.start) + 1
        end = text.find("\n", found.end, found.end + _LONG)
        line = text[start : end if end >= 0 else found.end + _LONG]
        if start == 0 or not (mark := _delimiter(line, found.start - start)):
            return Label.NONE
        column, count = line[: found.start - start].count(mark), line.count(mark)
        labels: list[Label] = []
        for row in self._rows_above(start):
            if row.count(mark) != count:
                if mark not in row:
                    break
                continue
            cell = row.split(mark)[column]
            if not _DIGITS.search(cell):
                labels.append(self._words.label(cell.strip()))
        return next((told for told in labels if told in {Label.NUMBER, Label.OTHER}), Label.NONE)

    def _headline(self, found: Candidate) -> Label:
        """Return whether the lines above are rows, and the first above them names other numbers."""
        start = self._text.rfind("\n", max(0, found.start - _LONG), found.start) + 1
        if start not in self._heads:
            self._heads[start] = self._read_headline(start)
        return self._heads[start]

    def _read_headline(self, start: int) -> Label:
        above = start
        for row in self._rows_above(start):
            above -= len(row) + 1
            if above in self._heads and _DIGIT.search(row):
                return self._heads[above]
            if not _DIGIT.search(row):
                told = {self._words.label(cell) for cell in row.split()[:_CELLS]}
                is_head = Label.OTHER in told and not told & {Label.NUMBER, Label.CONTEXT}
                return Label.OTHER if is_head else Label.NONE
        return Label.NONE

    def _rows_above(self, start: int) -> Iterator[str]:
        """Yield the lines above one, the nearest first, as far as a header reaches."""
        text = self._text
        limit = max(0, start - self._reach.header)
        at = start - 1
        for _ in range(_ROWS):
            if at <= limit:
                return
            begin = text.rfind("\n", max(0, at - _LONG), at) + 1
            yield text[begin or max(0, at - _LONG) : at]
            if begin == 0:
                return
            at = begin - 1


def _delimiter(line: str, at: int) -> str:
    """Return what divides a line into cells, around the candidate first."""
    for mark in ("\t", "|", "｜", ",", ";", "\u3000", "  "):
        if mark in line[:at] or mark in line[at:]:
            return mark
    return ""


def of_fields(fragment: Fragment, words: Words) -> Label:
    """Return what the fields of a fragment say: the number before another, that before context."""
    told = {words.label(name) for name in fragment.fields}
    return next((label for label in _ORDER if label in told), Label.NONE)


_ORDER: Final = (Label.NUMBER, Label.OTHER, Label.CONTEXT, Label.WEAK)
