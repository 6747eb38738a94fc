"""From which day to which day does something hold, and when does that change?

A finding must be able to say until when it stays satisfied if nothing more is filed. Everything
it rests on holds over spans of days, so its state can change only where a span begins or ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Span", "last_day", "merged"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``start`` to ``end``, both inclusive; None is open."""

    start: date | None
    end: date | None

    def __contains__(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def __and__(self, other: Span) -> Span:
        starts = [start for start in (self.start, other.start) if start is not None]
        ends = [end for end in (self.end, other.end) if end is not None]
        return Span(max(starts, default=None), min(ends, default=None))


def merged(spans: Iterable[Span]) -> list[Span]:
    """Join spans that overlap or touch, by day; the same days with as few spans as possible."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start or date.min, span.end or date.max)):
        if not joined or not _touches(joined[-1], span):
            joined.append(span)
        elif joined[-1].end is not None and (span.end is None or joined[-1].end < span.end):
            joined[-1] = Span(joined[-1].start, span.end)
    return joined


def _touches(early: Span, late: Span) -> bool:
    return early.end is None or late.start is None or late.start <= early.end + _DAY


def last_day(is_met: Callable[[date], bool], spans: Iterable[Span], as_of: date) -> date | None:
    """Return the last day up to which something that is met on ``as_of`` stays met.

    Args:
        is_met: Tells whether it is met on a day; it depends on ``spans`` only.
        spans: All that it depends on.
        as_of: A day on which it is met.

    Returns:
        That day, or None if it stays met for ever.
    """
    changes = {span.end for span in spans if span.end is not None and span.end >= as_of}
    changes |= {
        span.start - _DAY for span in spans if span.start is not None and span.start > as_of
    }
    return next((day for day in sorted(changes) if not is_met(day + _DAY)), None)
