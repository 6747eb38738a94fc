"""Field paths find values, and never fail over what is not there."""

from __future__ import annotations

from datetime import date

import pytest

from mnaudit.assess.fields import day_at, rows, values_at

DOCUMENT = {
    "approved_by": {"code": "E0003"},
    "data": {
        "held_on": "2025-11-20",
        "topics": ["a", "b"],
        "attendees": [
            {"code": "E0001", "attended_on": "2025-11-20"},
            {"code": "E0002"},
            {"code": "E0003", "attended_on": None},
        ],
    },
}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        pytest.param("approved_by.code", ["E0003"], id="a nested field"),
        pytest.param("data.topics[]", ["a", "b"], id="a list of texts"),
        pytest.param("data.attendees[].code", ["E0001", "E0002", "E0003"], id="a field of items"),
        pytest.param("data.nothing", [], id="an absent field"),
        pytest.param("data.nothing[].code", [], id="an absent list"),
        pytest.param("data.held_on[]", [], id="a text where a list is meant"),
        pytest.param("data.held_on.code", [], id="a text where a mapping is meant"),
        pytest.param("data.attendees[].attended_on", ["2025-11-20"], id="null counts as absent"),
    ],
)
def test_values_are_found_at_their_path(path: str, values: list[str]) -> None:
    assert values_at(DOCUMENT, path) == values


def test_a_row_takes_its_day_from_the_same_item() -> None:
    found = list(rows(DOCUMENT, "data.attendees[].code", "data.attendees[].attended_on"))

    assert found == [("E0001", date(2025, 11, 20)), ("E0002", None), ("E0003", None)]


def test_a_row_may_take_its_day_from_the_document() -> None:
    assert list(rows(DOCUMENT, "approved_by.code", "data.held_on")) == [
        ("E0003", date(2025, 11, 20))
    ]


def test_a_row_without_a_day_has_none() -> None:
    assert list(rows(DOCUMENT, "data.topics[]", None)) == [("a", None), ("b", None)]


def test_plain_items_can_be_rows_beside_dated_items() -> None:
    assert list(rows({"codes": ["x"]}, "codes[]", "codes[].on")) == [("x", None)]


def test_no_path_is_no_day() -> None:
    assert day_at(DOCUMENT, None) is None
