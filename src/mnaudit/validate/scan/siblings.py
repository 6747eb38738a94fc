"""Are the strings beside a candidate such numbers, too? One in ten random ones has the right check digit.

A column, a list or a log of other numbers shows itself by its siblings: most of them have a wrong check
digit. Without context all siblings of a file count, with context only those near; a label needs none.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from mnaudit.validate.scan.words import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mnaudit.model.scan import Fragment
    from mnaudit.model.scan_rules import Siblings
    from mnaudit.validate.scan.blocks import Block
    from mnaudit.validate.scan.candidates import Candidate
    from mnaudit.validate.scan.surroundings import Surroundings

__all__ = ["Crowd", "Family", "Tally", "family_of"]

_REACH: Final = 1_500
_MANY: Final = 3
_NEAREST: Final = 30
"""Siblings on each side that are looked at."""
_EXAMINED: Final = 40
"""Siblings of a block that are asked what they are called; what most of them are, the others are."""
_TOKENS: Final = re.compile(r"[^\s,;|<>]+")
_LINE: Final = 400


class Family(NamedTuple):
    """What siblings share."""

    sheet: str | None
    field: str
    form: str
    is_secondary: bool


def family_of(fragment: Fragment, found: Candidate) -> Family:
    """Return what a candidate shares with its siblings: the column or the field, and the form."""
    place = fragment.place
    column = place.cell.rstrip("0123456789") if place.cell else ""
    name = column or (fragment.fields[-1] if fragment.fields else "")
    form = f"{found.form.value}{found.kinds[:1]}"
    return Family(place.sheet, name, form, fragment.context_only)


@dataclass(slots=True)
class Tally:
    """How many of a family have the right check digit."""

    right: int = 0
    wrong: int = 0

    def are_right(self, rules: Siblings) -> bool:
        """Tell whether enough of them have."""
        total = self.right + self.wrong
        if total <= rules.few:
            return self.wrong == 0
        return self.right * 100 >= rules.share * total

    def is_series(self, rules: Siblings) -> bool:
        """Tell whether they are a column of Individual Numbers, whatever else the file holds."""
        return self.right >= rules.series and self.are_right(rules)


class Crowd:
    """All candidates of one block, but for those with a label."""

    def __init__(self, block: Block, around: Surroundings, rules: Siblings) -> None:
        self._block = block
        self._around = around
        self._rules = rules
        self._wrong: dict[Family, list[Candidate]] = defaultdict(list)
        self._right: dict[Family, list[Candidate]] = defaultdict(list)
        self._others: dict[int, bool] = {}
        self._slots: dict[int, int] = {}

    def add_wrong(self, found: Candidate, family: Family) -> None:
        """Add a candidate with a wrong check digit."""
        self._wrong[family].append(found)

    def add_right(self, found: Candidate, family: Family) -> None:
        """Add a candidate with the right one that no label names."""
        self._right[family].append(found)

    def is_one_of_many(self, found: Candidate, family: Family, *, is_line: bool) -> bool:
        """Tell whether a candidate stands among siblings that are no Individual Numbers.

        Args:
            found: The candidate.
            family: Its family.
            is_line: Whether only siblings at the same place of their lines count, because the
                context stands in the line itself.
        """
        slot = self._slot(found) if is_line and not family.field else -1
        wrong = self._near(self._wrong.get(family, []), found, slot)
        if len(wrong) < _MANY:
            return False
        right = len(self._near(self._right.get(family, []), found, slot))
        limit = max(_MANY, 2 * right + 1)
        unnamed = 0
        for each in wrong:
            unnamed += not self._is_other(each)
            if unnamed >= limit:
                return True
        return False

    def _near(self, siblings: list[Candidate], found: Candidate, slot: int) -> list[Candidate]:
        """Return the nearest siblings within reach, in the same slot of their lines if it is one."""
        at = bisect_left(siblings, found.start, key=_start)
        first = bisect_left(siblings, found.start - _REACH, max(0, at - _NEAREST), at, key=_start)
        last = bisect_right(
            siblings, found.end + _REACH, at, min(len(siblings), at + _NEAREST), key=_start
        )
        return [each for each in siblings[first:last] if slot in {-1, self._slot(each)}]

    def count(
        self, siblings: Mapping[Family, Tally], forms: Mapping[tuple[str, bool], Tally]
    ) -> None:
        """Add the candidates of the block to the tallies of the file."""
        asked = {family.form for family in self._right}
        for family, right in self._right.items():
            siblings[family].right += len(right)
            forms[family.form, family.is_secondary].right += len(right)
        for family, wrong in self._wrong.items():
            unnamed = len(wrong)
            if family.form in asked:
                some = wrong[:_EXAMINED]
                others = sum(map(self._is_other, some))
                unnamed = (len(some) - others) * len(wrong) // len(some)
            siblings[family].wrong += unnamed
            forms[family.form, family.is_secondary].wrong += unnamed

    def _is_other(self, found: Candidate) -> bool:
        if found.start not in self._others:
            self._others[found.start] = self._around.label(found) is Label.OTHER
        return self._others[found.start]

    def _slot(self, found: Candidate) -> int:
        """Return which word of its line a candidate is."""
        if found.start in self._slots:
            return self._slots[found.start]
        text = self._block.text
        start = text.rfind("\n", max(0, found.start - _LINE), found.start) + 1
        begin = max(start, found.start - _LINE)
        self._slots[found.start] = len(_TOKENS.findall(text, begin, found.start))
        return self._slots[found.start]


def _start(found: Candidate) -> int:
    return found.start
