"""Days and corporate numbers: what is accepted, and above all what is not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from mnaudit.model.corporate_number import check_digit, is_corporate_number
from mnaudit.model.day import parse_day
from mnaudit.validate.formats import FORMATS, is_date

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
BASES = st.text("0123456789", min_size=12, max_size=12)


def test_the_formats_are_these_two() -> None:
    assert sorted(FORMATS) == ["date", "jp-corporate-number"]


@given(DAYS)
def test_every_day_of_three_centuries_is_read_as_it_is_written(day: date) -> None:
    assert parse_day(day.isoformat()) == day
    assert FORMATS["date"](day.isoformat())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2025-02-29", id="no leap year"),
        pytest.param("2025-04-31", id="short month"),
        pytest.param("2025-13-01", id="month 13"),
        pytest.param("2025-00-10", id="month 0"),
        pytest.param("2025-01-00", id="day 0"),
        pytest.param("1899-12-31", id="before 1900"),
        pytest.param("2200-01-01", id="after 2199"),
        pytest.param("0205-04-01", id="slipped year"),
        pytest.param("2025-4-1", id="one digit"),
        pytest.param("20250401", id="basic form"),
        pytest.param("2025-W14-2", id="week date"),
        pytest.param("2025-091", id="day of the year"),
        pytest.param("2025/04/01", id="slashes"),
        pytest.param("2025-04-01T00:00:00", id="with time"),
        pytest.param("2025-04-01Z", id="with zone"),
        pytest.param("2025-04-01\n", id="newline after"),
        pytest.param(" 2025-04-01", id="space before"),
        pytest.param("\N{FULLWIDTH DIGIT TWO}025-04-01", id="full-width digits"),
        pytest.param("2025-04-0\N{ARABIC-INDIC DIGIT ONE}", id="Arabic-Indic digit"),
        pytest.param("令和7年4月1日", id="Japanese era"),
        pytest.param("+2025-04-01", id="sign"),
        pytest.param("", id="empty"),
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    assert not is_date(text)


def test_the_twenty_ninth_of_february_is_a_day_in_leap_years_only() -> None:
    assert is_date("2024-02-29")
    assert is_date("2000-02-29")
    assert not is_date("2100-02-29")


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("7000012050002", id="National Tax Agency"),
        pytest.param("7010705000725", id="tax accountants' association"),
        pytest.param("8000000000001", id="fictitious 1"),
        pytest.param("7000000000002", id="fictitious 2"),
        pytest.param("6000000000003", id="fictitious 3"),
        pytest.param("5000000000004", id="fictitious 4"),
        pytest.param("4000000000005", id="fictitious 5"),
        pytest.param("9000000000000", id="remainder 0"),
    ],
)
def test_corporate_numbers_with_the_right_check_digit_pass(number: str) -> None:
    assert is_corporate_number(number)


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("1234567890123", id="check digit should be 9"),
        pytest.param("0000000000009", id="check digit 0"),
        pytest.param("800000000001", id="twelve digits"),
        pytest.param("80000000000010", id="fourteen digits"),
        pytest.param("T8000000000001", id="invoice number"),
        pytest.param("8000000000001\n", id="newline after"),
        pytest.param("8-0000-0000-0001", id="hyphens"),
        pytest.param("8" + "\N{FULLWIDTH DIGIT ZERO}" * 11 + "1", id="full-width digits"),
        pytest.param("800000000000\N{SUPERSCRIPT ONE}", id="superscript one"),
        pytest.param("8" + "\N{ARABIC-INDIC DIGIT ZERO}" * 11 + "1", id="Arabic-Indic digits"),
        pytest.param("", id="empty"),
    ],
)
def test_what_is_no_corporate_number_is_refused(number: str) -> None:
    assert not FORMATS["jp-corporate-number"](number)


@given(BASES)
def test_one_check_digit_of_ten_is_right_and_it_is_never_0(base: str) -> None:
    right = [digit for digit in "0123456789" if is_corporate_number(digit + base)]
    assert right == [str(check_digit(base))]
    assert right != ["0"]


@given(BASES, st.integers(1, 12), st.sampled_from("0123456789"))
def test_a_wrong_digit_is_found_unless_it_swaps_0_and_9(base: str, at: int, digit: str) -> None:
    number = f"{check_digit(base)}{base}"
    changed = number[:at] + digit + number[at + 1 :]
    same_remainder = {number[at], digit} in ({"0", "9"}, {digit})
    assert is_corporate_number(changed) == same_remainder


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    for check in FORMATS.values():
        assert check(text) in {True, False}
