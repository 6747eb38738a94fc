"""Periods are counted on the calendar, to the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from mnaudit.model.periods import earliest_fresh, last_fresh

DAYS = st.dates(date(1990, 1, 1), date(2150, 12, 31))
PERIODS = st.sampled_from(["P1D", "P30D", "P2W", "P1M", "P3M", "P12M", "P1Y", "P1Y6M", "P7Y"])


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        pytest.param("2026-04-10", "P12M", "2027-04-10", id="twelve months end on the same day"),
        pytest.param(
            "2024-02-29", "P1Y", "2025-02-28", id="a leap day ends on the last of February"
        ),
        pytest.param("2026-01-31", "P1M", "2026-02-28", id="the 31st ends on the last of a month"),
        pytest.param("2026-12-31", "P2M", "2027-02-28", id="over the end of the year"),
        pytest.param("2026-03-01", "P30D", "2026-03-31", id="days are days"),
        pytest.param("2026-03-01", "P2W", "2026-03-15", id="a week is seven days"),
        pytest.param("2026-03-01", "P1M15D", "2026-04-16", id="months first and then days"),
    ],
)
def test_a_period_ends_on_the_calendar(start: str, period: str, end: str) -> None:
    assert last_fresh(date.fromisoformat(start), period).isoformat() == end


def test_the_earliest_fresh_day_is_found_although_months_do_not_invert() -> None:
    assert earliest_fresh(date(2025, 3, 31), "P1M") == date(2025, 3, 1)


@given(DAYS, PERIODS)
def test_the_earliest_fresh_day_is_fresh_and_the_day_before_is_not(
    as_of: date, period: str
) -> None:
    first = earliest_fresh(as_of, period)

    assert last_fresh(first, period) >= as_of
    assert last_fresh(first - timedelta(days=1), period) < as_of


@given(DAYS, DAYS, PERIODS)
def test_what_is_later_never_lapses_earlier(one: date, other: date, period: str) -> None:
    early, late = sorted((one, other))

    assert last_fresh(early, period) <= last_fresh(late, period)


def test_what_is_not_a_period_is_refused() -> None:
    with pytest.raises(ValueError, match="12 months"):
        last_fresh(date(2026, 1, 1), "12 months")


@pytest.mark.parametrize("period", ["P9000Y", "P99999999D", "P9000Y1M", "P7973Y999999D"])
def test_a_period_beyond_the_calendar_never_ends(period: str) -> None:
    assert last_fresh(date(2026, 4, 1), period) == date.max
    assert earliest_fresh(date(2026, 4, 1), period) == date.min


@pytest.mark.parametrize("period", ["", "1Y", "P1H", "PT1H"])
def test_what_is_no_period_is_refused(period: str) -> None:
    with pytest.raises(ValueError, match=period or "^$"):
        last_fresh(date(2026, 4, 1), period)
