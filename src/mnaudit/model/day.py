"""Which day does ``2025-10-01`` name? The one spelling of days in evidence.

Narrower than ISO 8601 (no week dates, no basic form) and than RFC 3339 ``full-date`` (years
1900 to 2199 only): a slip such as 0205 is refused here rather than judged as very old evidence.
"""

from __future__ import annotations

import re
from datetime import date

__all__ = ["FIRST_YEAR", "LAST_YEAR", "parse_day"]

FIRST_YEAR = 1900
LAST_YEAR = 2199

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_day(text: str) -> date | None:
    """Return the day that ``text`` (YYYY-MM-DD, ASCII digits) names; None if it names none."""
    if _DAY.fullmatch(text) is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:  # the thirtieth of February
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
