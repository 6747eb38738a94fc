"""Could these twelve digits be an Individual Number (個人番号)?

Source: 平成26年総務省令第85号 第5条. One random string in ten passes, so it decides nothing alone.
Whether a number was ever given to anybody is not, and must not be, asked.
"""

from __future__ import annotations

__all__ = ["LENGTH", "check_digit", "is_card_number", "is_individual_number", "is_product_code"]

LENGTH = 12
"""Eleven digits, then the check digit."""

_VALUES = bytes(range(10))
_DIGITS = bytes.maketrans(b"0123456789", _VALUES)


def check_digit(base: str) -> int:
    """Return the check digit of eleven ASCII digits.

    11 - (Σ Pn x Qn mod 11), or 0 if the remainder is 0 or 1; Pn is the n-th digit from the right,
    Qn is n + 1 up to the sixth and n - 5 from the seventh on.
    """
    a, b, c, d, e, f, g, h, i, j, k = base.encode().translate(_DIGITS)
    total = 6 * a + 5 * b + 4 * c + 3 * d + 2 * e + 7 * f + 6 * g + 5 * h + 4 * i + 3 * j + 2 * k
    rest = total % 11
    return 0 if rest <= 1 else 11 - rest


def is_individual_number(digits: str) -> bool:
    """Tell whether twelve ASCII digits end in their check digit; all zeros are a placeholder."""
    return check_digit(digits[:11]) == int(digits[11]) and digits != "0" * LENGTH


def is_card_number(digits: str) -> bool:
    """Tell whether ASCII digits end in the check digit of payment cards (ISO/IEC 7812-1 Annex B)."""
    values = [int(digit) for digit in reversed(digits)]
    doubled = (2 * value - 9 * (value > 4) for value in values[1::2])  # noqa: PLR2004 - the sum of its digits
    return (sum(values[0::2]) + sum(doubled)) % 10 == 0


def is_product_code(digits: str) -> bool:
    """Tell whether ASCII digits end in the check digit of GS1 (JAN, EAN, UPC, ITF)."""
    values = [int(digit) for digit in reversed(digits)]
    return (sum(values[0::2]) + 3 * sum(values[1::2])) % 10 == 0
