"""On which days are the authorities closed (行政機関の休日)?

National holidays come from the library ``holidays``, which knows the substitute days (振替休日) and
the days between holidays (国民の休日). It is imported when a deadline is counted, not before. Its
name and version are part of every result: the days of the equinoxes are announced a year ahead,
so a later version may know better.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from mnaudit.model.base import Text
from mnaudit.model.law import NonWorkingDay

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from mnaudit.model.law import Closed

__all__ = ["HolidayTable", "closed_on", "holidays_of_japan", "moved_over"]

_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class HolidayTable:
    """Where holidays come from.

    Attributes:
        source: Library and version.
        name_on: The name of the holiday on a day, or None.
        last_year: After it, the table knows nothing.
    """

    source: str
    name_on: Callable[[date], Text | None]
    last_year: int


def holidays_of_japan() -> HolidayTable:
    """Return the national holidays of Japan."""
    # A tenth of a second that only deadlines need.
    import holidays  # noqa: PLC0415
    from holidays.version import __version__  # noqa: PLC0415

    japanese = holidays.country_holidays("JP", language="ja")
    english = holidays.country_holidays("JP", language="en_US")

    def name_on(day: date) -> Text | None:
        name = japanese.get(day)
        return None if name is None else Text(ja=name, en=str(english.get(day)))

    return HolidayTable(f"holidays {__version__}", name_on, japanese.end_year)


def closed_on(day: date, closed: Closed, table: HolidayTable) -> NonWorkingDay | None:
    """Return why no period ends on ``day``, or None on a working day."""
    name = table.name_on(day) if closed.holidays else None
    if name is not None:
        return NonWorkingDay(day=day, reason="holiday", name=name)
    if day.weekday() == _SATURDAY and "saturday" in closed.weekdays:
        return NonWorkingDay(day=day, reason="saturday")
    if day.weekday() == _SUNDAY and "sunday" in closed.weekdays:
        return NonWorkingDay(day=day, reason="sunday")
    written = f"{day:%m-%d}"
    if written >= closed.year_end.start or written <= closed.year_end.end:
        return NonWorkingDay(day=day, reason="year-end")
    return None


def moved_over(day: date, closed: Closed, table: HolidayTable) -> tuple[NonWorkingDay, ...]:
    """Return the closed days from ``day`` on, up to the next working day."""
    found: list[NonWorkingDay] = []
    while (why := closed_on(day, closed, table)) is not None:
        found.append(why)
        day += timedelta(days=1)
    return tuple(found)
