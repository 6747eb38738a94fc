"""What stands around a candidate: names of the number, context words, names of other numbers.

Words are looked for in slices of a block, each at most once, however many candidates there are.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from mnaudit.model.scan_rules import Context
from mnaudit.validate.scan.characters import fold
from mnaudit.validate.scan.columns import Columns
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
_LETTER: Final = re.compile(r".*[^\W\d_]", re.DOTALL)
_DIGIT: Final = re.compile(r"\d")
_DIVISION: Final = re.compile(r"[\n\t\x1f|]")
_OPENING: Final = re.compile(r"\s{0,3}[(\[<「『【\u3014〈{]")


class Surroundings:
    """The words of one block."""

    def __init__(self, block: Block, words: Words, reach: Reach) -> None:
        self._block = block
        self._text = block.text
        self._words = words
        self._reach = reach
        self._slices: dict[int, tuple[list[tuple[int, int]], list[tuple[int, int]]]] = {}
        self._records: dict[int, bool] = {}
        self._columns = Columns(block.text, words, reach.header)

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
        told = self._before(found)
        if told is not Label.OTHER:
            behind = fold(text[found.end : found.end + self._reach.label_after])
            told = self._words.behind(behind) or told
        if told is not Label.OTHER:
            told = self._listed(found) or told
        return told

    def _listed(self, found: Candidate) -> Label:
        """Return what a list or a table says."""
        return self._list(found) or self._columns.head(found) or self._columns.headline(found)

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
        if not self.has_names:
            return None
        reach = self._reach
        # What the number itself is called counts more than what stands in the cell beside it.
        is_other = self.is_called_otherwise(found)
        low, high = self._cell(found) if is_other else (0, len(self._text))
        names = [
            (start, end)
            for start, end in self._spans(
                found.start - reach.label - _MARGIN, found.end + reach.label_after, 0
            )
            if (low <= start and end <= high) or self._words.is_of_card(fold(self._text[start:end]))
        ]
        ends = [end for _, end in names if found.start - reach.label <= end <= found.start]
        if ends:
            gap = fold(self._text[ends[-1] : found.start])
            if self._words.follows(gap) and not self._is_between_labels(gap):
                # The tag of a program: mynumber:20260401.
                is_tag = gap == ":" and self._text[ends[-1] - 1].isascii()
                is_said = self._words.says_is(gap) and not is_tag
                return Context.LABELED if is_said else Context.ADJACENT
        if any(found.end <= start <= found.end + reach.label_after for start, _ in names):
            behind = fold(self._text[found.end : found.end + reach.label_after])
            said = self._words.behind(behind) is Label.NUMBER
            if said and (_OPENING.match(behind) or self._before(found) is not Label.OTHER):
                return Context.LABELED
        is_headed = not is_other and self._columns.head(found) is Label.NUMBER
        return Context.LABELED if is_headed else None

    def _cell(self, found: Candidate) -> tuple[int, int]:
        """Return where the fragments of a candidate begin and end."""
        block = self._block
        return block.starts[block.index(found.start)], block.end(block.index(found.end - 1))

    def _before(self, found: Candidate) -> Label:
        """Return what the text before a candidate calls it."""
        return self._words.before(fold_name(self._text[max(0, found.start - _LABEL) : found.start]))

    def _is_between_labels(self, gap: str) -> bool:
        """Tell whether the last line, or cell, of a gap is the name of another number."""
        lines = _DIVISION.split(gap)
        return len(lines) > 1 and self._words.before(lines[-1]) is Label.OTHER

    def is_called_otherwise(self, found: Candidate) -> bool:
        """Tell whether a cell or a field of a record is that of another number."""
        is_of_record = self._block.fragments[self._block.index(found.start)].record is not None
        return is_of_record and self._of_fields(found) is Label.OTHER

    @cached_property
    def has_names(self) -> bool:
        """Whether the block may name a number somewhere, or a field of it does."""
        if self._words.names.may_name(self._text):
            return True
        fields = {fragment.fields: fragment for fragment in self._block.fragments}
        return any(of_fields(each, self._words) is Label.NUMBER for each in fields.values())

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


def of_fields(fragment: Fragment, words: Words) -> Label:
    """Return what the fields of a fragment say: the number before another, that before context."""
    told = {words.label(name) for name in fragment.fields}
    return next((label for label in _ORDER if label in told), Label.NONE)


_ORDER: Final = (Label.NUMBER, Label.OTHER, Label.CONTEXT, Label.WEAK)
