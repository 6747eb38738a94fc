"""By when is a leak (漏えい等) reported to the commission, and must it be?

番号法29条の4 and 規則 (平成27年特定個人情報保護委員会規則第5号); the numbers are data in
``controls/law.yaml``. The day on which any unit of the organization knew is day 1. Weekends and
holidays count, but where the last day of the final report (確報) is one, it moves to the next
working day. The span of the preliminary report (速報) is a guide and does not move.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from mnaudit.assess.law.calendar import moved_over
from mnaudit.model.law import LeakDeadlines, Reporting

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from mnaudit.assess.law.calendar import HolidayTable
    from mnaudit.model.law import LeakRule

__all__ = ["MANY_PERSONS", "WRONGFUL", "leak_deadlines"]

WRONGFUL = "wrongful-purpose"
"""The situation that gives 60 days."""

MANY_PERSONS = "more-than-a-hundred"
"""The situation that follows from the number of persons."""


def leak_deadlines(
    rule: LeakRule,
    known_on: date,
    table: HolidayTable,
    *,
    situations: Collection[str] = (),
    persons: int | None = None,
    exempt: bool = False,
) -> LeakDeadlines:
    """Count the deadlines of a leak.

    Args:
        rule: From ``controls/law.yaml``.
        known_on: The day on which any unit knew; on or after ``rule.since``.
        table: Holidays; its last year lies after the deadlines.
        situations: Ids of the situations that hold or are suspected.
        persons: At most how many persons are concerned; None where that is not known yet.
        exempt: The data was strongly encrypted, or another exemption holds.

    Raises:
        ValueError: A situation is unknown, or the day is outside what rule and table cover.
    """
    unknown = set(situations) - {situation.id for situation in rule.situations}
    if unknown or known_on < rule.since or known_on.year >= table.last_year:
        raise ValueError(*sorted(unknown), known_on.isoformat())
    holding = set(situations)
    if persons is not None and persons > rule.persons_over:
        holding.add(MANY_PERSONS)
    days = rule.final.wrongful_days if WRONGFUL in holding else rule.final.days

    def nth(number: int) -> date:
        return known_on + timedelta(days=number - rule.first_day)

    closed = moved_over(nth(days), rule.closed, table)
    return LeakDeadlines(
        known_on=known_on,
        reporting=_reporting(holding, persons, exempt=exempt),
        situations=tuple(each.id for each in rule.situations if each.id in holding),
        preliminary_from=nth(rule.preliminary.start),
        preliminary_by=nth(rule.preliminary.end),
        final_days=days,
        final_counted=nth(days),
        moved_over=closed,
        final_by=nth(days + len(closed)),
        calendar=table.source,
    )


def _reporting(holding: Collection[str], persons: int | None, *, exempt: bool) -> Reporting:
    """Where the number of persons is not known yet, nothing can be ruled out."""
    if exempt:
        return Reporting.EXEMPT
    if holding:
        return Reporting.REQUIRED
    return Reporting.UNDECIDED if persons is None else Reporting.EFFORT
