"""Calendar periods: when does something that happened on a day stop being fresh?

ISO 8601 periods of years, months, weeks and days, counted on the calendar of Japan: twelve months
from 2026-04-10 end on 2027-04-10, and that day still counts. A day that does not exist in the
month of arrival is the last day of that month (2024-02-29 + P1Y = 2025-02-28).
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import MAXYEAR, date, timedelta
from functools import cache, lru_cache

__all__ = ["add_months", "earliest_fresh", "last_fresh"]

_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?", re.ASCII)


@lru_cache(maxsize=4096)  # the same days come up in one requirement after the other
def last_fresh(start: date, period: str) -> date:
    """Return the last day on which something of ``start`` is at most ``period`` old.

    A period that is longer than the calendar never ends.

    Raises:
        ValueError: It is no period.
    """
    months, days = _parse(period)
    try:
        return add_months(start, months) + timedelta(days=days)
    except OverflowError:
        return date.max


def earliest_fresh(as_of: date, period: str) -> date:
    """Return the earliest day from which something is still fresh on ``as_of``.

    The inverse of :func:`last_fresh`, found by search: taking months off a date and adding them
    again does not always lead back (2025-03-31 - P1M = 2025-02-28, + P1M = 2025-03-28).
    """
    months, days = _parse(period)
    try:
        day = add_months(as_of - timedelta(days=days), -months)
    except OverflowError:
        return date.min
    while last_fresh(day, period) < as_of:
        day += timedelta(days=1)
    return day


def add_months(day: date, months: int) -> date:
    """Move by whole months, to the last day of the month where the day does not exist.

    Raises:
        OverflowError: The calendar ends before.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= MAXYEAR:
        raise OverflowError(year)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@cache
def _parse(period: str) -> tuple[int, int]:
    """Return (months, days) of an ISO 8601 period that the model has already checked."""
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise ValueError(period)
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    return 12 * years + months, 7 * weeks + days
