"""The five synthetic numbers of the corpus, and the arithmetic that says they are well formed.

Nobody's on purpose: from public test suites and arithmetic examples (tests/scan/README.md). The check
digit is computed here again (平成26年総務省令第85号 第5条), so that the corpus does not trust the program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

__all__ = ["LEADING_ZERO", "NUMBERS", "SHAPES", "is_valid", "twelve", "valid_twelve"]

NUMBERS = ("123456789018", "987654321093", "983205673214", "012345678903", "200000000000")
LEADING_ZERO = NUMBERS[3]

_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def _check_digit(base: str) -> int:
    rest = sum(int(digit) * weight for digit, weight in zip(base, _WEIGHTS, strict=True)) % 11
    return 0 if rest <= 1 else 11 - rest


def is_valid(digits: str) -> bool:
    """Tell whether twelve ASCII digits end in the check digit of their first eleven."""
    return _check_digit(digits[:11]) == int(digits[11])


def twelve(random: Random) -> str:
    """Draw twelve digits; one string in ten has the right check digit, as in life."""
    return f"{random.randrange(10**12):012d}"


def valid_twelve(random: Random) -> str:
    """Draw twelve digits that look like an Individual Number although they are something else."""
    base = f"{random.randrange(10**11):011d}"
    return f"{base}{_check_digit(base)}"


def _completed(base: str) -> str:
    return f"{base}{_check_digit(base)}"


def _moment(random: Random) -> str:
    """Draw a minute, YYYYMMDDHHM, that a twelfth digit completes."""
    day = f"20{random.randrange(15, 30):02d}{random.randrange(1, 13):02d}{random.randrange(1, 29):02d}"
    return _completed(f"{day}{random.randrange(24):02d}{random.randrange(6)}")


# What a true number can look like by chance: nothing in its digits says that it is not one.
SHAPES: Mapping[str, Callable[[Random], str]] = {
    "anything": valid_twelve,
    "minute": _moment,
    "mobile phone": lambda random: _completed(f"090{random.randrange(10**8):08d}"),
    "phone from abroad": lambda random: _completed(f"8190{random.randrange(10**7):07d}"),
    "goods": lambda random: _completed(f"49{random.randrange(10**9):09d}"),
    "small": lambda random: _completed(f"{random.randrange(1, 10**4):011d}"),
    "repeated": lambda random: _completed(f"{random.randrange(1, 10)}" * 11),
}
