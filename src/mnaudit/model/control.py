"""Controls as code: what a measure demands, and which evidence shows that it is met.

The twin of ``schema/control.schema.json``. The vocabulary of :class:`Requirement` is small and
closed: nothing in a control can run code, loop without bound or reach a file.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from mnaudit.model.base import FieldPath, Model, Period, Text

__all__ = [
    "AtLeast",
    "Cadence",
    "Comparison",
    "Control",
    "Covers",
    "Expectation",
    "Matches",
    "Measure",
    "MemberOf",
    "OnEvent",
    "Relation",
    "Requirement",
    "Tier",
    "Validity",
    "Within",
]

Fragment = dict[str, Any]
"""A JSON Schema fragment (2020-12, portable profile)."""

WholeMonths = Annotated[str, StringConstraints(pattern=r"^P(?:[1-9][0-9]?M|[1-9]Y)$")]
"""A period of whole months, at least one: ``P1M``, ``P3M``, ``P1Y``."""

_MONTHS_OF_A_YEAR = 12


class Tier(StrEnum):
    """The two tiers of the JNSA check sheet."""

    MINIMUM = "minimum"
    OPTIONAL = "optional"


_IN_A_LIST = "where_item needs a key within a list"


class Cadence(Model):
    """A rhythm without holes: in every unit of the window there is evidence.

    Attributes:
        every: The unit, in whole months: ``P1M``, ``P3M``, ``P1Y``.
        over: The window, a multiple of the unit. It ends with the last complete unit.
        grace: How long after the end of a unit its evidence is not yet missing.
        by: ``month``: units are counted back from the last complete calendar month.
            ``fiscal-year``: units begin with the fiscal year (年度) of ``organization.yaml``.
    """

    every: WholeMonths
    over: WholeMonths
    grace: Period | None = None
    by: Literal["month", "fiscal-year"] = "month"

    @property
    def months(self) -> int:
        """How many months a unit has."""
        return _months_of(self.every)

    @property
    def units(self) -> int:
        """How many units the window has."""
        return _months_of(self.over) // self.months

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if _months_of(self.over) % self.months:
            raise ValueError("over is no multiple of every")
        if self.by == "fiscal-year" and _MONTHS_OF_A_YEAR % self.months:
            raise ValueError("a fiscal year cannot be divided into such units")
        return self


class Covers(Model):
    """Every member of a population must be found in the evidence.

    Attributes:
        population: Id of a population in ``controls/populations.yaml``.
        key: Where a record names members.
        on: Where the day stands on which that member was covered; in the same list as ``key``.
            Without it, the day of the record counts.
        grace: How long after joining the population a member is not yet missing.
        where_item: Only items of the list of ``key`` that match name their member.
    """

    population: str
    key: FieldPath
    on: FieldPath | None = None
    grace: Period | None = None
    where_item: Fragment | None = None

    @model_validator(mode="after")
    def _is_in_a_list(self) -> Self:
        if self.where_item is not None and "[]" not in self.key:
            raise ValueError(_IN_A_LIST)
        return self


class OnEvent(Model):
    """For every event of a population, evidence within a period.

    Attributes:
        population: Id of a population with ``event_on``.
        key: Where a record names the event or member.
        on: Where the day of the evidence stands; without it, the day of the record counts.
        within: How long after the event the evidence is due.
        window: How far back from the assessment date events count.
        where_item: Only items of the list of ``key`` that match name their event.
    """

    population: str
    key: FieldPath
    on: FieldPath | None = None
    within: Period
    window: Period = "P12M"
    where_item: Fragment | None = None

    @model_validator(mode="after")
    def _is_in_a_list(self) -> Self:
        if self.where_item is not None and "[]" not in self.key:
            raise ValueError(_IN_A_LIST)
        return self


class Validity(Model):
    """In force on the assessment date: both days inclusive; an absent end is open."""

    since: FieldPath = Field(alias="from")
    until: FieldPath


class Comparison(Model):
    """Two fields of one record compared.

    ``before`` and ``not_after`` compare days; ``differs`` and ``equals`` compare values;
    ``subset_of`` compares lists. A record in which the left field is absent passes, unless the
    schema of its kind demands the field.
    """

    op: Literal["before", "not_after", "differs", "equals", "subset_of"]
    left: FieldPath
    right: FieldPath
    when: Fragment | None = None


class Within(Model):
    """The right day lies on or after the left one, at most ``period`` later."""

    op: Literal["within"]
    left: FieldPath
    right: FieldPath
    period: Period
    when: Fragment | None = None


class AtLeast(Model):
    """Every left number is at least the right one, or at least ``value``.

    If both stand in one list, the numbers of each item are compared with each other.
    """

    op: Literal["at_least"]
    left: FieldPath
    right: FieldPath | None = None
    value: int | None = None
    when: Fragment | None = None

    @model_validator(mode="after")
    def _has_one_bound(self) -> Self:
        if (self.right is None) == (self.value is None):
            raise ValueError("exactly one of right and value")
        return self


class MemberOf(Model):
    """Every left value is a member of a population on the day of the record.

    Attributes:
        population: Id of a population in ``controls/populations.yaml``.
        on: Where the day stands that counts instead; in the same list as ``left``, or in none.
    """

    op: Literal["member_of"]
    left: FieldPath
    population: str
    on: FieldPath | None = None
    when: Fragment | None = None


class Pair(Model):
    """A field of this record and a field of its match."""

    left: FieldPath
    right: FieldPath


class Matches(Model):
    """A record of another kind belongs to this one.

    Attributes:
        evidence: The kind of the other record.
        left: Key in this record.
        right: Key (or list of keys) in the other record.
        where: Only other records whose ``data`` matches belong to this one.
        precedes: The other's right day must lie on or before this record's left day: a vendor is
            assessed before the contract is signed.
        subset: Optionally, values of this record that the other must name, such as serials.
        within: How long after this record the other may follow before it is missing.
    """

    op: Literal["matches"]
    evidence: str
    left: FieldPath
    right: FieldPath
    where: Fragment | None = None
    precedes: Pair | None = None
    subset: Pair | None = None
    within: Period | None = None
    when: Fragment | None = None


Relation = Annotated[Comparison | Within | AtLeast | MemberOf | Matches, Field(discriminator="op")]


class Requirement(Model):
    """One thing that the evidence must show. All fields present must hold together.

    Attributes:
        evidence: The kind that counts.
        max_age: How old, counted on the calendar: 12 months from 2026-04-10 end on 2027-04-10.
        where: A record counts only if its ``data`` matches.
        each: All records that count must match, else each violator is a gap.
        relations: Comparisons that all records that count must meet.
        covers: Every member of a population is found.
        on_event: Every event of a population is followed by evidence.
        cadence: There is evidence in every unit of a window.
        min: How many records.
        valid: Only records in force on the assessment date count.
        nil: A nil statement (該当なし) about this kind may stand in for records.
    """

    evidence: str
    max_age: Period | None = None
    where: Fragment | None = None
    each: Fragment | None = None
    relations: tuple[Relation, ...] = ()
    covers: Covers | None = None
    on_event: OnEvent | None = None
    cadence: Cadence | None = None
    min: Annotated[int, Field(ge=1)] = 1
    valid: Validity | None = None
    nil: bool = False

    @model_validator(mode="after")
    def _is_decidable(self) -> Self:
        ways = (self.covers, self.on_event, self.cadence)
        if sum(way is not None for way in ways) > 1:
            raise ValueError("a requirement covers a population, follows events or has a cadence")
        if self.nil and self.max_age is None and self.cadence is None:
            raise ValueError("a nil statement needs a max_age or a cadence to span")
        if self.cadence is not None and (self.max_age is not None or self.min > 1):
            raise ValueError("a cadence says itself how old and how many")
        return self


class Expectation(Model):
    """What one tier of a control expects.

    Attributes:
        statement: What to do, in our own words.
        comment: Why, and how to do it; the check sheet shows it beside the statement.
        requires: What the evidence must show; all of it.
        sme: The alternative for a 中小規模事業者 where the guideline relaxes; not a waiver.
    """

    statement: Text
    comment: Text
    requires: Annotated[tuple[Requirement, ...], Field(min_length=1)]
    sme: Annotated[tuple[Requirement, ...], Field(min_length=1)] | None = None


class Citation(Model):
    """Where the guideline says it.

    Attributes:
        measure: Id of a measure in ``controls/guideline.yaml``: ``C-a``, ``4-2-(1)``.
        basis: ``duty`` is the guideline's must, ``example`` one of its example methods,
            ``jnsa`` the working group's recommendation, ``ours`` our own choice.
    """

    measure: str
    basis: Literal["duty", "example", "jnsa", "ours"]


class Control(Model):
    """One row of the check sheet.

    Attributes:
        id: Stable for ever: ``ORG-a-03``.
        seed: The number that the row has in the JNSA slides, where they show it.
        beyond_jnsa: The row lies outside the working group's scope (C to F of the annex).
        citations: The measures of the guideline (edition of the catalog) that it meets.
        applies: Scope ids of ``catalog.yaml``, all of which must hold; empty means always.
        minimum: 最低限取るべき措置.
        optional: プラスα, where there is one.
    """

    id: Annotated[str, StringConstraints(pattern=r"^(ORG|PER|PHY|TEC)-[a-z]{1,4}-[0-9]{2}$")]
    seed: int | None = None
    beyond_jnsa: bool = False
    title: Text
    citations: Annotated[tuple[Citation, ...], Field(min_length=1)]
    applies: tuple[str, ...] = ()
    minimum: Expectation
    optional: Expectation | None = None

    def expectation(self, tier: Tier) -> Expectation | None:
        """Return what ``tier`` expects, or None where the row has no such tier."""
        return self.minimum if tier is Tier.MINIMUM else self.optional


class Measure(Model):
    """A security control measure of the guideline (安全管理措置) or a duty of its main text.

    Attributes:
        id: As the guideline letters it: ``C-a``, or the section: ``4-2-(1)``.
        title: Its heading.
        section: Where it stands in the guideline.
        duty: ``must`` (しなければならない) or ``important`` (重要である).
        sme_relief: Whether the guideline names a lighter way for a 中小規模事業者.
        summary: What it demands, in our own words.
        sme_summary: The lighter way, in our own words.
    """

    id: str
    title: Text
    section: str
    duty: Literal["must", "important"]
    sme_relief: bool
    summary: Text
    sme_summary: Text | None = None


def _months_of(period: WholeMonths) -> int:
    return int(period[1:-1]) * (_MONTHS_OF_A_YEAR if period.endswith("Y") else 1)
