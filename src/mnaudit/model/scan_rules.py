"""What the scanner goes by: the twin of ``controls/individual-number.yaml``, and a company's own settings.

The data say which words are context and how far they reach, what other numbers look alike, and which
code a number gets. ``mnaudit.toml`` changes levels and allows places for a time; it can never name a
number.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from mnaudit.messages import severity
from mnaudit.model.base import Model, Text

__all__ = [
    "Allowance",
    "Context",
    "Form",
    "Level",
    "LookAlike",
    "NumberType",
    "OtherLabels",
    "Reach",
    "ScanData",
    "ScanRules",
    "Terms",
    "path_pattern",
]

Word: TypeAlias = Annotated[str, StringConstraints(min_length=2)]
Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
Code: TypeAlias = Literal["MN501", "MN502"]
Level: TypeAlias = Literal["error", "warning", "note"]


class Context(StrEnum):
    """What stands around a number, the strongest first."""

    LABELED = "labeled"
    """A name of the number and a colon, an equals sign and the like; or the field has that name."""
    ADJACENT = "adjacent"
    """A name of the number directly before it, and nothing that says "is"."""
    RECORD = "record"
    """A context word in the same record, row or line."""
    NEAR = "near"
    """A context word within reach."""
    PLACE = "place"
    """A context word only in the name of the file, the member or the sheet."""
    ALONE = "alone"
    """No context word."""


class Form(StrEnum):
    """How a number is written down."""

    BARE = "bare"
    """Run together."""
    GROUPED = "grouped"
    """4-4-4 with one kind of separator."""
    BOXED = "boxed"
    """Digit by digit."""
    WRAPPED = "wrapped"
    """Over the end of a line."""
    SPLIT = "split"
    """Over adjacent cells."""
    LOOSE = "loose"
    """Other groups that stand by themselves."""
    SHORT = "short"
    """Eleven digits: the leading zero was lost."""
    MISTYPED = "mistyped"
    """Twelve digits whose check digit is wrong."""


class Terms(Model):
    """Words that make context, written as people write them; width, case and spaces do not matter.

    Attributes:
        number: Names of the number itself: what follows them is one.
        document: Papers and procedures that go with it.
        after: What may stand between a name and the number, or end the name of a field.
    """

    number: tuple[Word, ...]
    document: tuple[Word, ...]
    after: tuple[str, ...]


class OtherLabels(Model):
    """Names of other numbers that have, or may have, twelve digits.

    Attributes:
        words: What such a name ends with, whatever precedes it.
        endings: Japanese words that make a name of what precedes them: ``番号`` makes ``整理番号``.
        neutral: What may precede an ending without saying whose number it is.
        weak: Names that say nothing: they hide a number only where there is no context.
        keys: Words in names of fields of programs: ``order_id``, ``traceId``.
    """

    words: tuple[str, ...]
    endings: tuple[str, ...]
    neutral: tuple[str, ...]
    weak: tuple[str, ...]
    keys: tuple[str, ...]


class Reach(Model):
    """How far things reach, in characters.

    Attributes:
        near: Of a context word to the number, either side.
        label: Of a name to the number, before it.
        label_after: Of a name behind the number.
        list: Of a name to the last number of a list under it.
        header: Of the header of a column to a line of a table in running text.
    """

    near: Annotated[int, Field(ge=20, le=2000)]
    label: Annotated[int, Field(ge=4, le=100)]
    label_after: Annotated[int, Field(ge=2, le=100)]
    list: Annotated[int, Field(ge=0, le=2000)]
    header: Annotated[int, Field(ge=0, le=20000)]


class Siblings(Model):
    """When a column or a series of strings is one of Individual Numbers.

    Attributes:
        few: Up to so many, all must have the right check digit.
        share: Of more than a few, so many percent must.
        series: So many of one field that all have it are a series, whatever else the file holds.
    """

    few: Annotated[int, Field(ge=1)]
    share: Annotated[int, Field(ge=11, le=100)]
    series: Annotated[int, Field(ge=2)]


class LookAlike(Model):
    """Something else that has twelve digits.

    Attributes:
        id: Names the rule in ``validate.scan.look_alikes``.
        title: What it is.
        hides: The contexts in which it is not reported; elsewhere it is.
    """

    id: Id
    title: Text
    hides: tuple[Context, ...]


class NumberType(Model):
    """A type that a schema may declare for a field (``x-number``), so that it is another number."""

    id: Id
    title: Text


class ScanData(Model):
    """``controls/individual-number.yaml``."""

    terms: Terms
    others: OtherLabels
    reach: Reach
    siblings: Siblings
    look_alikes: tuple[LookAlike, ...]
    types: tuple[NumberType, ...]
    severity: dict[Context, dict[Form, Code]]


class Allowance(Model):
    """A place that may hold what looks like a number, for a time. It never says which number.

    Attributes:
        path: A glob: ``*`` within a folder, ``**`` across folders.
        reason: Why.
        until: The last day in Japan on which it has effect.
        line: Of ``mnaudit.toml``, from 1; 0 if unknown.
    """

    path: Annotated[str, StringConstraints(min_length=1)]
    reason: Annotated[str, StringConstraints(min_length=1)]
    until: date
    line: int = 0

    def covers(self, path: str) -> bool:
        """Tell whether the glob matches a path."""
        return self._pattern.fullmatch(path) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return path_pattern(self.path)


class ScanRules(Model):
    """Everything that decides what is reported.

    Attributes:
        data: Of the program.
        levels: By code, where a company changed them.
        allowed: What it allows, in the order of its file.
        on: The day in Japan for which allowances are read.
    """

    data: ScanData
    levels: dict[str, Level] = Field(default_factory=dict)
    allowed: tuple[Allowance, ...] = ()
    on: date

    def level(self, code: str) -> Level:
        """Return how grave a code is: what the company says, else what the program says."""
        return self.levels.get(code, _LEVELS[severity(code)])


_LEVELS: dict[str, Level] = {"error": "error", "warning": "warning", "note": "note"}


def path_pattern(glob: str) -> re.Pattern[str]:
    """Translate a glob: ``*`` and ``?`` stop at ``/``, ``**`` does not; nothing else is special."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    return re.compile("".join(_GLOB.get(part) or re.escape(part) for part in parts), re.DOTALL)


_GLOB = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
