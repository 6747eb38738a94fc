"""From which day is a document disposed of?

A period runs from the day after what starts it and ends on the day before the corresponding day
of the last year; where that day does not exist, on the last day of its month (民法140条, 143条).
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from mnaudit.model.law import Counted, DisposalDate

if TYPE_CHECKING:
    from mnaudit.model.law import RetentionRule

__all__ = ["dispose_from", "end_of_period"]

_DAY = timedelta(days=1)
_FILING = (1, 11)
"""The day after 10 January (所得税法施行規則76条の3)."""

_YEARS = re.compile(r"P([0-9]+)Y", re.ASCII)


def dispose_from(
    rule: RetentionRule, *, year: int | None = None, completed_on: date | None = None
) -> DisposalDate:
    """Return how long a document is kept.

    Args:
        rule: From ``controls/retention.yaml``.
        year: The year of the filing deadline, for rules counted from it.
        completed_on: The day on which the work on the document was completed (完結の日).

    Raises:
        ValueError: What the rule is counted from is missing, or the rule does not hold then.
    """
    if rule.period is None:
        return DisposalDate(document=rule.id, counted_from=None, kept_until=None, dispose_from=None)
    start = _start(rule, year, completed_on)
    last = end_of_period(start, rule.period)
    return DisposalDate(
        document=rule.id, counted_from=start, kept_until=last, dispose_from=last + _DAY
    )


def end_of_period(start: date, period: str) -> date:
    """Return the last day of a period of whole years that runs from ``start``, inclusive."""
    found = _YEARS.fullmatch(period)
    if found is None:
        raise ValueError(period)
    year = start.year + int(found[1])
    last_of_month = monthrange(year, start.month)[1]
    if start.day > last_of_month:
        return date(year, start.month, last_of_month)
    return date(year, start.month, start.day) - _DAY


def _start(rule: RetentionRule, year: int | None, completed_on: date | None) -> date:
    if rule.counted is Counted.FILING_YEAR:
        if year is None or (rule.first_year is not None and year < rule.first_year):
            raise ValueError(rule.id, year)
        return date(year + 1, *_FILING)
    if completed_on is None:
        raise ValueError(rule.id, completed_on)
    return completed_on + _DAY
