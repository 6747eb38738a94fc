"""What the law fixes to the letter: the twins of ``controls/law.yaml`` and ``retention.yaml``.

Takes part in no judgement of a control, so it is not a part of the catalog and its digest; the
calculators of :mod:`mnaudit.assess.law` read it.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from mnaudit.model.base import FieldPath, Model, Period, Text
from mnaudit.model.evidence import Day

__all__ = [
    "Clause",
    "Clauses",
    "Closed",
    "Counted",
    "Disposal",
    "DisposalDate",
    "DisposalWay",
    "Exemption",
    "Identity",
    "IdentityWay",
    "Law",
    "LeakDeadlines",
    "LeakRule",
    "Ledger",
    "LedgerItem",
    "NonWorkingDay",
    "ReportItem",
    "Reporting",
    "Retention",
    "RetentionRule",
    "Situation",
    "Standard",
]

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=60)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=60)]
MonthDay = Annotated[
    str, StringConstraints(pattern=r"^(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$")
]


class _Sourced(Model):
    """A rule with the place where it stands.

    Attributes:
        place: Statute and article, or section of the guideline.
        source: Id of a source in ``controls/sources.yaml``.
    """

    place: Text
    source: str


# Contracts and ledger


class Clause(Model):
    """One thing that a contract with a vendor says.

    Attributes:
        id: Its field in ``vendor-contract``.
        duty: ``must`` (盛り込まなければならない) or ``desirable`` (望ましい).
    """

    id: Key
    duty: Literal["must", "desirable"]
    title: Text


class Clauses(_Sourced):
    """The eight clauses that a contract must have, and the two that are desirable."""

    items: Annotated[tuple[Clause, ...], Field(min_length=1)]


class LedgerItem(Model):
    """One thing that the ledger of files records.

    Attributes:
        fields: Where ``spi-file-ledger`` has it, within an entry.
    """

    id: Slug
    title: Text
    fields: Annotated[tuple[FieldPath, ...], Field(min_length=1)]


class Ledger(_Sourced):
    """The five items of 別添1 C-c. Individual Numbers are never among them."""

    items: Annotated[tuple[LedgerItem, ...], Field(min_length=1)]


# Leaks


class Window(Model):
    """From one ordinal day to another, both inclusive."""

    start: Annotated[int, Field(ge=1, alias="from")]
    end: Annotated[int, Field(ge=1, alias="to")]


class Final(Model):
    """How many days there are for the final report (確報).

    Attributes:
        days: In general.
        wrongful_days: Where a wrongful purpose is possible, whatever else applies.
    """

    days: Annotated[int, Field(ge=1)]
    wrongful_days: Annotated[int, Field(ge=1)]


class YearEnd(Model):
    """The days around New Year on which the authorities are closed: MM-DD, inclusive."""

    start: MonthDay = Field(alias="from")
    end: MonthDay = Field(alias="to")


class Closed(Model):
    """On which days a period cannot end (行政機関の休日)."""

    weekdays: tuple[Literal["saturday", "sunday"], ...]
    holidays: bool
    year_end: YearEnd


class Situation(Model):
    """A reportable situation (規則2条), suspicion included.

    Attributes:
        id: As in ``incident-report``.
        item: Its number in the article.
    """

    id: Slug
    item: Annotated[int, Field(ge=1)]
    title: Text


class Exemption(Model):
    """Why something is not to be reported."""

    id: Slug
    title: Text


class ReportItem(Model):
    """One of the nine items of a report.

    Attributes:
        id: As in ``nine_items`` of ``incident-report``.
        notice: Whether the persons are told, too.
    """

    id: Key
    notice: bool
    title: Text


class LeakRule(_Sourced):
    """When a leak (漏えい等) is reported to the commission.

    Attributes:
        since: From when on the rule holds.
        first_day: The number that the day of knowing has: 1, so that day 30 is 29 days later.
        persons_over: More persons than this make a leak reportable.
        closed: Where the last day of the final report falls on one of these, it moves on.
    """

    since: Day
    first_day: Annotated[int, Field(ge=0, le=1)]
    persons_over: Annotated[int, Field(ge=0)]
    preliminary: Window
    final: Final
    closed: Closed
    situations: Annotated[tuple[Situation, ...], Field(min_length=1)]
    exemptions: tuple[Exemption, ...]
    items: Annotated[tuple[ReportItem, ...], Field(min_length=1)]


class Reporting(StrEnum):
    """Whether a leak must be reported."""

    REQUIRED = "required"
    UNDECIDED = "undecided"
    EFFORT = "effort"
    EXEMPT = "exempt"


class NonWorkingDay(Model):
    """A day on which a period cannot end.

    Attributes:
        name: Of the holiday; None for other reasons.
    """

    day: date
    reason: Literal["saturday", "sunday", "holiday", "year-end"]
    name: Text | None = None


class LeakDeadlines(Model):
    """By when what is reported.

    Attributes:
        known_on: The day on which any unit knew: day 1.
        reporting: Whether the report is a duty.
        situations: The ids that make it one.
        preliminary_from: The first day of the span that 3 to 5 days mean.
        preliminary_by: Its last day.
        final_days: 30 or 60.
        final_counted: The last day as counted.
        moved_over: The days from there that are closed; empty where it does not move.
        final_by: The last day for the final report.
        calendar: Library and version that the holidays come from.
    """

    known_on: date
    reporting: Reporting
    situations: tuple[str, ...]
    preliminary_from: date
    preliminary_by: date
    final_days: int
    final_counted: date
    moved_over: tuple[NonWorkingDay, ...]
    final_by: date
    calendar: str


# Identity and disposal


class IdentityWay(Model):
    """A lawful combination for verifying identity.

    Attributes:
        id: The ``method`` of ``id-verification``.
        agent: Whether a document on the power to act is needed, too.
    """

    id: Slug
    title: Text
    note: Text
    channels: Annotated[tuple[Slug, ...], Field(min_length=1)]
    number_docs: Annotated[tuple[Slug, ...], Field(min_length=1)]
    identity_docs: Annotated[tuple[Slug, ...], Field(min_length=1)]
    agent: bool


class Identity(_Sourced):
    """The matrix of channel, document for the number, document for the identity."""

    ways: Annotated[tuple[IdentityWay, ...], Field(min_length=1)]


class Standard(Model):
    """What a tier asks of a disposal, beyond the method.

    Attributes:
        basis: As in a citation: whose demand it is.
        methods: A narrower choice of methods.
        din: Levels of DIN 66399 that do.
        nist: Levels of NIST SP 800-88 that do.
        or_certificate: A lower level of the minimum will do, too, if a certificate proves it.
    """

    basis: Literal["duty", "example", "jnsa", "ours"]
    methods: tuple[Slug, ...] = ()
    din: tuple[str, ...] = ()
    nist: tuple[str, ...] = ()
    or_certificate: bool = False


class DisposalWay(Model):
    """Media, the methods allowed for them, and the levels of the two tiers."""

    media: Annotated[tuple[Slug, ...], Field(min_length=1)]
    methods: Annotated[tuple[Slug, ...], Field(min_length=1)]
    minimum: Standard
    optional: Standard
    note: Text


class Disposal(_Sourced):
    """The methods of disposal that are allowed."""

    ways: Annotated[tuple[DisposalWay, ...], Field(min_length=1)]


class Law(Model):
    """``controls/law.yaml``."""

    clauses: Clauses
    ledger: Ledger
    leak: LeakRule
    identity: Identity
    disposal: Disposal


# Retention


class Counted(StrEnum):
    """From when a retention period is counted."""

    FILING_YEAR = "filing-year"
    COMPLETION = "completion"
    NONE = "none"


class RetentionRule(Model):
    """How long one sort of document is kept.

    Attributes:
        names: Further names by which people ask for it.
        counted: From 11 January after the year of the filing deadline, from the day after
            completion, or not at all.
        period: None exactly where nothing is counted.
        first_year: The rule does not hold for earlier years.
        basis: The article.
        source: Id of a source in ``controls/sources.yaml``.
        certainty: ``read``, ``quoted`` or ``unconfirmed``.
    """

    id: Slug
    title: Text
    names: tuple[str, ...] = ()
    counted: Counted
    period: Period | None = None
    first_year: int | None = None
    note: Text | None = None
    basis: Text
    source: str
    certainty: Literal["read", "quoted", "unconfirmed"]

    @model_validator(mode="after")
    def _is_counted(self) -> Self:
        if (self.period is None) is not (self.counted is Counted.NONE):
            raise ValueError("a period is given exactly where it is counted from something")
        return self


class Retention(Model):
    """``controls/retention.yaml``."""

    documents: Annotated[tuple[RetentionRule, ...], Field(min_length=1)]

    def rule(self, name: str) -> RetentionRule | None:
        """Return the rule with this id, title or further name."""
        for rule in self.documents:
            if name in {rule.id, rule.title.ja, rule.title.en, *rule.names}:
                return rule
        return None


class DisposalDate(Model):
    """From when a document is disposed of.

    Attributes:
        document: Id of the rule.
        counted_from: The first day of the period.
        kept_until: The last day of the period.
        dispose_from: The day after; None where there is no statutory period.
    """

    document: str
    counted_from: date | None
    kept_until: date | None
    dispose_from: date | None
