"""An instant has one spelling."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from mnaudit.model.instant import instant_text, parse_instant

JAPAN = timezone(timedelta(hours=9))


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1000, 1, 1)))  # noqa: DTZ001 - as hypothesis wants it
def test_an_instant_comes_back_in_whole_seconds(at: datetime) -> None:
    assert parse_instant(instant_text(at)) == at.replace(microsecond=0)


def test_an_instant_of_japan_is_written_in_utc() -> None:
    assert instant_text(datetime(2026, 4, 1, 8, 59, 59, tzinfo=JAPAN)) == "2026-03-31T23:59:59Z"


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-01",
        "2026-04-01T00:00:00",
        "2026-04-01T00:00:00z",
        "2026-04-01 00:00:00Z",
        "2026-04-01T00:00:00+00:00",
        "2026-04-01T00:00:00.0Z",
        "2026-02-30T00:00:00Z",
        "2026-04-01T24:00:01Z",
        "2026-04-01T00:00:60Z",
        "2026-04-01T00:00:00Z\n",
        "２０２６-04-01T00:00:00Z",  # noqa: RUF001 - full-width digits are to be refused
    ],
)
def test_any_other_spelling_is_none(text: str) -> None:
    assert parse_instant(text) is None
