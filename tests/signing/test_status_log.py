"""Entries of a log, and whether one follows the other."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.log_bench import changed, company

from mnaudit.errors import TrustError
from mnaudit.signing.status_log import day_in_japan, follow_defects, read_entry

FIRST, SECOND = company(2).payloads


def test_an_entry_tells_its_place_and_time() -> None:
    entry = read_entry(SECOND, 1)

    assert (entry.index, entry.sequence) == (1, 1)
    assert entry.at == datetime(2026, 4, 11, 2, tzinfo=UTC)


def test_an_entry_that_follows_has_no_defects() -> None:
    assert follow_defects(read_entry(SECOND, 1), read_entry(FIRST, 0)) == ()
    assert follow_defects(read_entry(FIRST, 0), None) == ()


def test_all_defects_are_told_at_once() -> None:
    other = {"corporate_number": "1000000000009", "name": "他社"}
    wrong = changed(
        SECOND,
        sequence=7,
        previous="0" * 64,
        time_verified="2026-03-01T00:00:00Z",
        as_of="2026-03-02",
        organization=other,
    )

    found = follow_defects(read_entry(wrong, 1), read_entry(FIRST, 0))

    assert [code for code, _ in found] == ["MN463", "MN473", "MN464", "MN465", "MN462"]


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        (b"", "MN427"),
        (b"[]", "statement"),
        (changed(FIRST, sme="x"), "predicate.sme"),
        (changed(FIRST, sequence=None, time_verified=None), "predicate.sequence"),
        (changed(FIRST, time_verified="2026-13-01T00:00:00Z"), "predicate.time_verified"),
    ],
)
def test_what_is_no_entry_is_refused(payload: bytes, field: str) -> None:
    with pytest.raises(TrustError) as caught:
        read_entry(payload, 3)

    assert (caught.value.code, caught.value.values) == ("MN462", {"entry": 3, "field": field})


def test_the_day_begins_nine_hours_earlier_in_japan() -> None:
    assert day_in_japan(datetime(2026, 4, 1, 14, 59, 59, tzinfo=UTC)) == date(2026, 4, 1)
    assert day_in_japan(datetime(2026, 4, 1, 15, tzinfo=UTC)) == date(2026, 4, 2)
