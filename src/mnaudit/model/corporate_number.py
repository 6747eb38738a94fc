"""Is this a corporate number (法人番号)? The check digit and the one that would be right.

Source: 平成26年財務省令第70号 第2条, and the calculation published by the National Tax Agency
(国税庁). A number that passes need not exist: the registry is not asked.
"""

from __future__ import annotations

__all__ = ["LENGTH", "check_digit", "is_corporate_number"]

LENGTH = 13
"""One check digit, then twelve digits of the base number."""


def check_digit(base: str) -> int:
    """Return the check digit, 1 to 9, of a base number of twelve ASCII digits.

    9 - (Σ Pn x Qn mod 9), where Pn is the n-th digit from the right and Qn is 1 for odd n, 2 for
    even n.
    """
    digits = [int(digit) for digit in reversed(base)]
    return 9 - (sum(digits[0::2]) + 2 * sum(digits[1::2])) % 9


def is_corporate_number(text: str) -> bool:
    """Tell whether ``text`` is thirteen ASCII digits of which the first is the check digit."""
    if len(text) != LENGTH or not (text.isascii() and text.isdigit()):
        return False
    return int(text[0]) == check_digit(text[1:])
