"""Spans of days: when something holds, and until when."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, strategies as st

from mnaudit.assess.spans import Span, last_day, merged

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n))
SPANS = st.lists(st.builds(Span, st.none() | DAYS, st.none() | DAYS), max_size=6)
SOUND = SPANS.map(lambda all_: [s for s in all_ if None in (s.start, s.end) or s.start <= s.end])  # type: ignore[operator]
WINDOW = [FIRST + timedelta(days=n) for n in range(-5, 70)]


def days(spans: list[Span]) -> list[date]:
    return [day for day in WINDOW if any(day in span for span in spans)]


@given(SOUND)
def test_merging_keeps_the_days_and_leaves_no_two_spans_that_touch(spans: list[Span]) -> None:
    joined = merged(spans)

    assert days(joined) == days(spans)
    assert len(joined) <= len(spans)
    for early, late in pairwise(joined):
        assert early.end is not None
        assert late.start is not None
        assert late.start > early.end + timedelta(days=1)


@given(SOUND, DAYS)
def test_the_last_day_is_the_last_before_the_first_day_without(
    spans: list[Span], as_of: date
) -> None:
    def is_met(day: date) -> bool:
        return any(day in span for span in spans)

    if not is_met(as_of):
        return
    last = last_day(is_met, spans, as_of)

    after = [day for day in WINDOW if day >= as_of and not is_met(day)]
    assert last == (after[0] - timedelta(days=1) if after else None)
