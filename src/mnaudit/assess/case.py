"""One requirement under judgement: its records, and what was found so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from mnaudit.assess.fields import day_at
from mnaudit.assess.fragments import first_violation, holds
from mnaudit.assess.spans import Span
from mnaudit.model.assessment import Gap
from mnaudit.model.periods import earliest_fresh, last_fresh

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mnaudit.assess.facts import Facts
    from mnaudit.model.assessment import GapValue
    from mnaudit.model.catalog import Population
    from mnaudit.model.control import Requirement
    from mnaudit.model.document import Record

__all__ = ["NIL", "Case", "Outcome", "paths"]

NIL = "nil-statement"
"""The kind by which somebody signs that nothing happened (該当なし)."""


@dataclass(slots=True)
class Outcome:
    """How one requirement came out.

    Attributes:
        gaps: What is missing; empty if the requirement is met.
        remarks: What is worth saying without changing the judgement.
        evidence: The records that the judgement rests on.
        due_on: The last day on which it is still met, if nothing more is filed.
        doubt: Unreadable files that could change the judgement.
    """

    gaps: list[Gap] = field(default_factory=list)
    remarks: list[Gap] = field(default_factory=list)
    evidence: list[Record] = field(default_factory=list)
    due_on: date | None = None
    doubt: tuple[str, ...] = ()


class Case:
    """One requirement under judgement.

    Attributes:
        pool: All records of the kind up to the assessment date, by day.
        matching: Those that meet ``where``.
        counting: Those that count on the assessment date: in force and not too old.
    """

    def __init__(
        self,
        requirement: Requirement,
        number: int,
        facts: Facts,
        populations: Mapping[str, Population],
    ) -> None:
        """Sort the records of the requirement's kind.

        Args:
            requirement: What the evidence must show.
            number: Which of its tier's requirements it is, from 0.
            facts: What is known on the assessment date.
            populations: By id.
        """
        self.requirement = requirement
        self.number = number
        self.facts = facts
        self.as_of = facts.as_of
        self.populations = populations
        self.outcome = Outcome()
        self.pool = facts.of_kind(requirement.evidence)
        self.matching = [r for r in self.pool if holds(requirement.where, r.value["data"])]
        self.counting = [r for r in self.matching if self.as_of in self.span(r)]

    @property
    def max_age(self) -> str | None:
        """How far back records count."""
        rule = self.requirement.on_event
        return rule.window if rule is not None else self.requirement.max_age

    def span(self, record: Record, day: date | None = None) -> Span:
        """Return on which days the record counts, by its age from ``day`` and its validity."""
        return self.age(day or record.dated_on) & self.validity(record)

    def age(self, day: date) -> Span:
        """Return on which days something of ``day`` is not too old."""
        max_age = self.max_age
        return Span(day, None if max_age is None else last_fresh(day, max_age))

    def validity(self, record: Record) -> Span:
        """Return on which days the record is in force; without a beginning, on none."""
        valid = self.requirement.valid
        if valid is None:
            return Span(None, None)
        since, until = day_at(record.value, valid.since), day_at(record.value, valid.until)
        return Span(since or date.max, until)

    def nil_statements(self, kind: str) -> list[Record]:
        """Return the statements that nothing of ``kind`` happened, by day."""
        return [r for r in self.facts.of_kind(NIL) if r.value["data"]["about"] == kind]

    def since(self, period: str) -> str:
        """Return the earliest day that still counts, for people."""
        return earliest_fresh(self.as_of, period).isoformat()

    def due(self, *days: date | None) -> None:
        """Bring the due day forward to the earliest of ``days``."""
        known = [day for day in (self.outcome.due_on, *days) if day is not None]
        self.outcome.due_on = min(known, default=None)

    def gap(self, code: str, **values: GapValue) -> None:
        """Note something that is missing."""
        self.outcome.gaps.append(self._note(code, values))

    def remark(self, code: str, **values: GapValue) -> None:
        """Note something that does not change the judgement."""
        self.outcome.remarks.append(self._note(code, values))

    def unmet(self, record: Record) -> str:
        """Name a record with the first place that keeps it from meeting ``where``."""
        pointer = first_violation(self.requirement.where or {}, record.value["data"]) or ""
        return f"{record.path} (data{pointer.replace('/', '.')})"

    def _note(self, code: str, values: dict[str, GapValue]) -> Gap:
        named = {"kind": self.requirement.evidence, **values}
        return Gap(code=code, requirement=self.number, values=named)


def paths(records: Iterable[Record]) -> tuple[str, ...]:
    """Return the paths of records, sorted."""
    return tuple(sorted(record.path for record in records))
