"""What the findings of a scan mean together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from mnaudit.model.scan import Place
from mnaudit.model.scan_report import Finding, Outcome, ScanReport, place_order

if TYPE_CHECKING:
    from mnaudit.model.scan_report import Level


def finding(kind: Literal["hit", "unreadable"], level: Level, code: str = "MN501") -> Finding:
    return Finding(code, level, kind, Place("a"), "reason")


HIT, DOUBT = finding("hit", "error"), finding("hit", "warning", "MN502")
LOST = finding("unreadable", "error", "MN504")
TOLD = finding("unreadable", "note", "MN503")


@pytest.mark.parametrize(
    ("found", "strict", "outcome"),
    [
        ((), False, Outcome.CLEAN),
        ((HIT,), False, Outcome.FOUND),
        ((LOST, HIT), False, Outcome.FOUND),
        ((LOST,), False, Outcome.UNREADABLE),
        ((LOST, DOUBT), False, Outcome.UNREADABLE),
        ((LOST, DOUBT), True, Outcome.FOUND),
        ((DOUBT, TOLD), False, Outcome.CLEAN),
        ((DOUBT,), True, Outcome.FOUND),
        ((TOLD,), True, Outcome.CLEAN),
    ],
)
def test_a_number_wins_over_what_could_not_be_read(
    *, found: tuple[Finding, ...], strict: bool, outcome: Outcome
) -> None:
    assert ScanReport("paths", found, strict=strict).outcome is outcome


def test_codes_are_counted_errors_first() -> None:
    report = ScanReport("paths", (DOUBT, TOLD, HIT, LOST, HIT))

    assert list(report.counts.items()) == [("MN501", 2), ("MN504", 1), ("MN502", 1), ("MN503", 1)]
    assert [report.count(level) for level in ("error", "warning", "note")] == [3, 1, 1]


def test_places_are_sorted_as_they_stand_in_a_file() -> None:
    places = [
        Place("a"),
        Place("a", line=2, column=9),
        Place("a", line=10, column=1),
        Place("a", page=2),
        Place("a", members=("b",)),
        Place("b"),
    ]
    places.reverse()

    assert sorted(places, key=place_order) == places[::-1]
