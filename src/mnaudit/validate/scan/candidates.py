"""Which groups of digits in a text make twelve, and how are they written?

A group is never cut: a longer run of digits is something else. Every group begins at most one
candidate, so the work is linear in the text. Nothing here asks what a candidate means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from heapq import merge
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from mnaudit.model.scan_rules import Form
from mnaudit.validate.scan.characters import CHAIN, GROUP, digits_of, separator_kind
from mnaudit.validate.scan.check_digit import LENGTH, is_individual_number
from mnaudit.validate.scan.prefilter import may_be_any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Candidate", "Neighbor", "candidates"]

_SLICE: Final = 2048
_OVERLAP: Final = 256
_LONGEST: Final = 4096
"""Characters that a chain is followed beyond the slice in which it begins."""

_LOOSE_KINDS: Final = frozenset(" -._/")
_SPACED_KINDS: Final = frozenset(" -")
_CELL_KINDS: Final = frozenset(",|c")
_FOURS: Final = (4, 4, 4)
_ONES: Final = (1,) * LENGTH
_REGULAR: Final = frozenset({_FOURS, _ONES, (3, 3, 3, 3), (6, 6), (2,) * 6, (4, 8), (8, 4)})
_CELLS: Final = _REGULAR | {(11, 1), (1, 11)}
_SHORT_FOURS: Final = (3, 4, 4)
_ANYWHERE: Final = frozenset({(LENGTH,), _FOURS})
"""Groups that are a candidate even between other digits."""
_ASCII_GROUP: Final = re.compile("[0-9]+")


_EXPONENT: Final = re.compile(
    r"(?<![0-9.])(?P<first>[1-9])\.(?P<rest>[0-9]{8,11})[eE]\+?(?P<exponent>1[01])(?![0-9])"
)


_COLONS: Final = re.compile(r"(?<!\d)(?<!\d[:：])(\d{4})[:：](\d{4})[:：](\d{4})(?![:：]?\d)")


class Neighbor(NamedTuple):
    """A group beside a candidate: its digits, and what lies between."""

    digits: str
    between: str
    kind: str


@dataclass(slots=True)
class Candidate:
    """Twelve digits (eleven if it is short). Lives while a block is judged, and never leaves it.

    Attributes:
        start: In the text.
        end: In the text.
        digits: As ASCII.
        form: How it is written.
        groups: The digits of each group.
        kinds: What separates them: one character each (``characters.separator_kind``).
        is_valid: Whether the check digit is right.
        is_regular: Whether people write numbers so; otherwise only a label makes it one.
        is_longer: Whether it goes on in the same manner, so that it is part of something longer.
        before: The group before it.
        after: The group behind it.
    """

    start: int
    end: int
    digits: str = field(repr=False)
    form: Form
    groups: tuple[str, ...] = field(repr=False)
    kinds: str
    is_valid: bool = False
    is_regular: bool = True
    is_longer: bool = False
    before: Neighbor | None = field(default=None, repr=False)
    after: Neighbor | None = field(default=None, repr=False)

    @property
    def lengths(self) -> tuple[int, ...]:
        """How many digits each group has."""
        return tuple(map(len, self.groups))


class _Group(NamedTuple):
    start: int
    end: int
    digits: str


def candidates(text: str, *, only_regular: bool = False) -> Iterator[Candidate]:
    """Yield every candidate of a text, in its order.

    Args:
        text: Of a block.
        only_regular: Leave out what only a label would make a number.
    """
    for start, end in _ranges(text):
        yield from merge(
            _in_chains(text, start, end, only_regular=only_regular),
            _exponents(text, start, end),
            () if only_regular else _by_colons(text, start, end),
            key=lambda found: found.start,
        )


def _in_chains(text: str, start: int, end: int, *, only_regular: bool) -> Iterator[Candidate]:
    at = start
    while chain := CHAIN.search(text, at, min(end + _LONGEST, len(text))):
        if chain.start() >= end:
            break
        yield from _Chain(text, *chain.span(), only_regular=only_regular).candidates()
        at = chain.end()


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of a text in which a pattern is worth its time."""
    if len(text) <= _SLICE:
        yield 0, len(text)
        return
    begun = -1
    last = 0
    for start in range(0, len(text), _SLICE):
        part = text[start : start + _SLICE + _OVERLAP]
        if may_be_any(part):
            if begun < 0:
                begun = start
            last = min(start + _SLICE + _OVERLAP, len(text))
        elif begun >= 0:
            yield begun, last
            begun = -1
    if begun >= 0:
        yield begun, last


def _exponents(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Yield numbers that a spreadsheet wrote as 1.2E+11, with all their digits."""
    for found in _EXPONENT.finditer(text, start, end):
        length = int(found["exponent"]) + 1
        written = found["first"] + found["rest"].ljust(length - 1, "0")
        digits = written.rjust(LENGTH, "0")
        if len(written) == length and digits[:2] != "00":
            form = Form.BARE if length == LENGTH else Form.SHORT
            is_valid = is_individual_number(digits)
            yield Candidate(found.start(), found.end(), digits, form, (written,), "", is_valid)


def _by_colons(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Yield groups of four with colons, which elsewhere stand in times and in hexadecimal."""
    for found in _COLONS.finditer(text, start, end):
        groups = tuple(map(digits_of, found.groups()))
        digits = "".join(groups)
        is_valid = is_individual_number(digits)
        yield Candidate(
            *found.span(), digits, Form.GROUPED, groups, "::", is_valid, is_regular=False
        )


class _Chain:
    """Groups of digits with little between them."""

    def __init__(self, text: str, start: int, end: int, *, only_regular: bool) -> None:
        self._text = text
        self._start, self._end = start, end
        self._only_regular = only_regular
        self._shorts = () if only_regular else (_SHORT_FOURS,)
        chain = text[start:end]
        # Most chains are of ASCII, where a group is a run of digits and nothing else.
        self._is_plain = chain.isascii() and "\x1f" not in chain
        self._lengths = tuple(map(len, _ASCII_GROUP.findall(chain))) if self._is_plain else ()

    @cached_property
    def groups(self) -> list[_Group]:
        """The groups, where they stand."""
        if self._is_plain:
            return [
                _Group(found.start(), found.end(), found[0])
                for found in _ASCII_GROUP.finditer(self._text, self._start, self._end)
            ]
        return [
            _Group(found.start(), found.end(), digits_of(found[0]))
            for found in GROUP.finditer(self._text, self._start, self._end)
        ]

    @cached_property
    def between(self) -> list[str]:
        """What stands between two groups each."""
        return [self._text[before.end : behind.start] for before, behind in pairwise(self.groups)]

    @cached_property
    def kinds(self) -> list[str]:
        """What separates two groups each, as one character."""
        return [separator_kind(between) for between in self.between]

    def candidates(self) -> Iterator[Candidate]:
        """Yield the candidates, each with its first group further on."""
        lengths = self._lengths or tuple(len(group.digits) for group in self.groups)
        last = total = 0
        for first, length in enumerate(lengths):
            while total < LENGTH and last < len(lengths):
                total += lengths[last]
                last += 1
            in_the_middle = self._is_plain and first > 1 and lengths[first:last] not in _ANYWHERE
            if total == LENGTH and not in_the_middle and (found := self._candidate(first, last)):
                yield found
            is_short = length == LENGTH - 1 or lengths[first : first + 3] in self._shorts
            if is_short and (found := self._short(first)):
                yield found
            total -= length

    def _candidate(self, first: int, last: int) -> Candidate | None:
        """Return the candidate of the groups from ``first`` up to ``last``, if its form is one."""
        pieces, kinds = self._joined(first, last)
        begins = self._is_border(first, kinds)
        is_whole = begins and self._is_border(last, kinds)
        told = _form(tuple(map(len, pieces)), kinds, is_whole=is_whole)
        if told is None and (self._only_regular or not (begins or first == 1)):
            return None
        form, is_regular = told or (Form.LOOSE, False)
        if self._only_regular and not is_regular:
            return None
        digits = "".join(pieces)
        is_valid = is_individual_number(digits)
        candidate = self._made(first, last, digits, form, (pieces, kinds))
        candidate.is_valid, candidate.is_regular = is_valid, is_regular
        return candidate

    def _short(self, first: int) -> Candidate | None:
        """Return eleven digits that fit once the zero before them is back."""
        taken = 1 if len(self.groups[first].digits) == LENGTH - 1 else len(_SHORT_FOURS)
        pieces, kinds = self._joined(first, min(len(self.groups), first + taken))
        digits = "0" + "".join(pieces)
        if tuple(map(len, pieces)) not in {(LENGTH - 1,), _SHORT_FOURS} or digits[1] == "0":
            return None
        if len(set(kinds)) > 1 or not set(kinds) <= _LOOSE_KINDS:
            return None
        if not is_individual_number(digits):
            return None
        candidate = self._made(first, first + taken, digits, Form.SHORT, (pieces, kinds))
        candidate.is_valid, candidate.is_regular = True, taken == 1
        return candidate

    def _joined(self, first: int, last: int) -> tuple[list[str], str]:
        """Return the digits of each group, and what separates them; unseen borders are none."""
        pieces = [self.groups[first].digits]
        kinds = ""
        for at in range(first, last - 1):
            if self.kinds[at]:
                kinds += self.kinds[at]
                pieces.append(self.groups[at + 1].digits)
            else:  # of another script, or something nobody sees in between
                pieces[-1] += self.groups[at + 1].digits
        return pieces, kinds

    def _made(
        self, first: int, last: int, digits: str, form: Form, written: tuple[Sequence[str], str]
    ) -> Candidate:
        pieces, kinds = written
        before = after = None
        if first > 0:
            before = Neighbor(
                self.groups[first - 1].digits, self.between[first - 1], self.kinds[first - 1]
            )
        if last < len(self.groups):
            after = Neighbor(self.groups[last].digits, self.between[last - 1], self.kinds[last - 1])
        return Candidate(
            self.groups[first].start,
            self.groups[last - 1].end,
            digits,
            form,
            tuple(pieces),
            kinds,
            is_longer=form is Form.GROUPED and self._goes_on(first, last, kinds[0]),
            before=before,
            after=after,
        )

    def _is_border(self, at: int, kinds: str) -> bool:
        """Tell whether no digits are near at one side; in one cell, those of another are not."""
        if at in {0, len(self.groups)}:
            return True
        return "c" not in kinds and self.kinds[at - 1] == "c"

    def _goes_on(self, first: int, last: int, kind: str) -> bool:
        """Tell whether 4-4-4 is part of a longer row of groups: a payment card, a key."""
        sides = [at for at in (first - 1, last - 1) if 0 <= at < len(self.kinds)]
        beside = [self.between[at] for at in sides if self.kinds[at] == kind]
        if kind in "-._/" and any(between == between.strip() for between in beside):
            return True
        if not beside:
            return False
        ahead, behind = self._rows
        return any(
            count % 3 != 0 and 0 <= at < len(self.kinds) and self.kinds[at] == kind
            for count, at in ((ahead[first], first - 1), (behind[last - 1], last - 1))
        )

    @cached_property
    def _rows(self) -> tuple[list[int], list[int]]:
        """How many groups of the same length stand before and behind each, up to a year."""
        ahead, behind = [0] * len(self.groups), [0] * len(self.groups)
        for at in range(1, len(self.groups)):
            if self._is_row(at - 1, at, at - 1):
                same = at > 1 and self.kinds[at - 2] == self.kinds[at - 1]
                ahead[at] = 1 + ahead[at - 1] * same
        for at in range(len(self.groups) - 2, -1, -1):
            if self._is_row(at, at + 1, at + 1):
                same = at + 1 < len(self.kinds) and self.kinds[at + 1] == self.kinds[at]
                behind[at] = 1 + behind[at + 1] * same
        return ahead, behind

    def _is_row(self, left: int, right: int, outer: int) -> bool:
        lengths = {len(self.groups[left].digits), len(self.groups[right].digits)}
        return lengths == {4} and not "1900" <= self.groups[outer].digits <= "2100"


def _form(lengths: tuple[int, ...], kinds: str, *, is_whole: bool) -> tuple[Form, bool] | None:
    """Return how groups are written, and whether people write so; None if only a label tells."""
    if len(lengths) == 1:
        return Form.BARE, True
    distinct = set(kinds)
    if "n" in distinct:
        return _form_of_lines(lengths, kinds) if is_whole else None
    if lengths == _FOURS and distinct <= _LOOSE_KINDS:
        return Form.GROUPED, True
    if lengths == _ONES and is_whole and (len(distinct) == 1 or _is_boxed_in_fours(kinds)):
        return Form.BOXED, True
    if not is_whole or len(distinct) > 1:
        return None
    if distinct <= _CELL_KINDS:
        return (Form.SPLIT, True) if lengths in _CELLS else None
    # Points, slashes and the like are of addresses, paths and versions.
    return Form.LOOSE, lengths in _REGULAR and distinct <= _SPACED_KINDS


def _form_of_lines(lengths: tuple[int, ...], kinds: str) -> tuple[Form, bool] | None:
    """Return the form of what goes on in the next line."""
    if lengths == _ONES and set(kinds) == {"n"}:
        return Form.BOXED, True
    rest = set(kinds) - {"n"}
    is_regular = len(rest) <= 1 and not rest & _CELL_KINDS
    if lengths == _FOURS or (len(lengths) == 2 and is_regular):  # noqa: PLR2004 - before and behind
        return Form.WRAPPED, is_regular
    # Groups of four, one of them broken by the line end.
    if is_regular and kinds.count("n") == 1:
        at = kinds.index("n")
        joined = (*lengths[:at], lengths[at] + lengths[at + 1], *lengths[at + 2 :])
        if joined in {_FOURS, (LENGTH,)}:
            return Form.WRAPPED, True
    return None


def _is_boxed_in_fours(kinds: str) -> bool:
    """Tell whether single digits have something wider after the fourth and the eighth."""
    inner = set(kinds[:3] + kinds[4:7] + kinds[8:])
    return len(inner) == 1 and kinds[3] == kinds[7]
