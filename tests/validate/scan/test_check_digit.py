from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from tests.scan.numbers import NUMBERS

from mnaudit.validate.scan.check_digit import (
    check_digit,
    is_card_number,
    is_individual_number,
    is_product_code,
)

bases = st.text("0123456789", min_size=11, max_size=11)


def by_the_ordinance(base: str) -> int:
    """平成26年総務省令第85号 第5条, as it is written: Pn from the right, Qn from the table."""
    total = 0
    for n, digit in enumerate(reversed(base), start=1):
        total += int(digit) * (n + 1 if n <= 6 else n - 5)
    return 0 if total % 11 <= 1 else 11 - total % 11


@given(bases)
def test_the_check_digit_is_that_of_the_ordinance(base: str) -> None:
    assert check_digit(base) == by_the_ordinance(base)


@pytest.mark.parametrize("number", NUMBERS, ids="abcde")
def test_a_number_with_its_check_digit_is_one(number: str) -> None:
    assert is_individual_number(number)


@given(bases, st.integers(1, 9))
def test_a_number_with_another_check_digit_is_none(base: str, more: int) -> None:
    assert not is_individual_number(f"{base}{(check_digit(base) + more) % 10}")


def test_all_zeros_are_a_placeholder() -> None:
    assert not is_individual_number("0" * 12)


def test_a_payment_card_ends_in_its_check_digit() -> None:
    assert is_card_number("4" + "1" * 15)
    assert not is_card_number("4" + "1" * 14 + "2")


def test_a_product_code_ends_in_its_check_digit() -> None:
    assert is_product_code("49012345" + "67894")
    assert not is_product_code("49012345" + "67895")
