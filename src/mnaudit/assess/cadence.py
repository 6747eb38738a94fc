"""Is there evidence in every month, quarter or year of a window, without holes?

The window is cut into units of whole months. It ends with the last unit that is over, and whose
``grace`` is over too: what may still be filed is not missing. Units are counted back from there,
or begin with the fiscal year (年度) of the organization.

A unit is shown by evidence in at least one of its months: by a record of a day in that month, or
by records whose periods together fill it. A period longer than a unit shows nothing: who looks
once a year does not look every month. Only a nil statement may span as long as it says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from mnaudit.assess.case import paths
from mnaudit.assess.count import remark_contradiction
from mnaudit.model.periods import add_months, last_fresh

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mnaudit.assess.case import Case
    from mnaudit.model.control import Cadence
    from mnaudit.model.document import Record

__all__ = ["judge_cadence"]

_DAY = timedelta(days=1)
_EPOCH = 2000
"""A leap year, so that every day that a fiscal year can begin on exists in it."""


def judge_cadence(case: Case, cadence: Cadence) -> None:
    """Name every unit of the window in which evidence is missing."""
    calendar = _Calendar(cadence, case.facts.organization)
    window = calendar.window(calendar.last_due(case.as_of))
    shown = [_Shown.by(record) for record in case.matching]
    usable = [each for each in shown if not each.is_longer_than(cadence.every)]
    if case.requirement.nil:
        usable += map(_Shown.by, case.nil_statements(case.requirement.evidence))
    first = calendar.start(window[0])
    recent = [each for each in shown if each.until >= first]
    case.counting = [each.record for each in recent]
    too_long = [each.record for each in recent if each not in usable]
    if too_long:
        case.remark("MN232", paths=paths(too_long), within=cadence.every)
    missing = tuple(calendar.name(unit) for unit in window if not calendar.shows(unit, usable))
    if missing:
        _gap_of_cadence(case, cadence, missing)
    else:
        case.outcome.evidence += [each.record for each in usable if each.until >= first]
        case.due(_due_on(case, calendar, usable))
    remark_contradiction(case)


def _gap_of_cadence(case: Case, cadence: Cadence, missing: tuple[str, ...]) -> None:
    if case.pool and not case.matching:
        case.gap("MN212", paths=tuple(case.unmet(record) for record in case.pool))
    else:
        case.gap("MN230", missing=missing, within=cadence.every, max_age=cadence.over)


def _due_on(case: Case, calendar: _Calendar, shown: Sequence[_Shown]) -> date:
    """Return the last day on which no unit is due that nothing shows.

    Nothing shows more than its own day and period, so this comes to an end.
    """
    unit = calendar.last_due(case.as_of)
    while all(calendar.shows(each, shown) for each in calendar.window(unit)):
        unit += calendar.step
    return calendar.last_day_of_grace(unit)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a record can show: its period, or its day.

    Attributes:
        since: First day of the period; None for a record of a day.
        until: Last day of the period, or the day.
    """

    record: Record
    since: date | None
    until: date

    @classmethod
    def by(cls, record: Record) -> _Shown:
        """Read the days of a record; what lies behind its own day's month it cannot show."""
        period = record.value.get("period")
        if period is None:
            return cls(record, None, record.dated_on)
        last = add_months(record.dated_on.replace(day=1), 1) - _DAY
        since, until = date.fromisoformat(period["from"]), date.fromisoformat(period["to"])
        return cls(record, since, min(until, last))

    def is_longer_than(self, every: str) -> bool:
        return self.since is not None and self.until > last_fresh(self.since, every)


class _Calendar:
    """Months numbered from an epoch, so that none is lost where a month has no such day.

    A unit is told by the number of its first month.
    """

    def __init__(self, cadence: Cadence, organization: Mapping[str, Any]) -> None:
        self._cadence = cadence
        month, day = 1, 1
        self.step = 1
        if cadence.by == "fiscal-year":
            month, day = map(int, organization["fiscal_year"]["starts"].split("-"))
            self.step = cadence.months
        self._origin = date(_EPOCH, month, day)

    def start(self, month: int) -> date:
        """Return the first day of a month."""
        return add_months(self._origin, month)

    def last_day_of_grace(self, unit: int) -> date:
        """Return the last day on which the evidence of a unit is not yet missing."""
        end = self.start(unit + self._cadence.months) - _DAY
        return end if self._cadence.grace is None else last_fresh(end, self._cadence.grace)

    def last_due(self, day: date) -> int:
        """Return the last unit whose evidence is due on a day."""
        unit = (day.year - _EPOCH + 1) * 12
        while self.last_day_of_grace(unit) >= day:
            unit -= self.step
        return unit

    def window(self, last: int) -> list[int]:
        """Return the units of the window that ends with ``last``, oldest first."""
        size = self._cadence.months
        return [last - size * back for back in range(self._cadence.units - 1, -1, -1)]

    def shows(self, unit: int, shown: Sequence[_Shown]) -> bool:
        """Tell whether one month of the unit has a record, or is filled by periods."""
        return any(
            any(each.since is None and start <= each.until <= end for each in shown)
            or _is_filled(start, end, shown)
            for start, end in self._months(unit)
        )

    def name(self, unit: int) -> str:
        """Return ``2025-04``, ``2025-04/2025-06``, or days where months begin on another day."""
        start, end = self.start(unit), self.start(unit + self._cadence.months) - _DAY
        if start.day != 1:
            return f"{start}/{end}"
        first, last = f"{start:%Y-%m}", f"{end:%Y-%m}"
        return first if first == last else f"{first}/{last}"

    def _months(self, unit: int) -> Iterator[tuple[date, date]]:
        for month in range(unit, unit + self._cadence.months):
            yield self.start(month), self.start(month + 1) - _DAY


def _is_filled(start: date, end: date, shown: Sequence[_Shown]) -> bool:
    """Tell whether periods together contain every day from ``start`` to ``end``."""
    periods = sorted((each.since, each.until) for each in shown if each.since is not None)
    day = start
    for since, until in periods:
        if since <= day <= until:
            day = until + _DAY
    return day > end
