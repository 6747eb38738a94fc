"""How many characters of a text are digits, in one of their many shapes? Quick, and only a hint."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["FEWEST", "could_hold", "digit_count"]

FEWEST: Final = 11
"""Fewer digits are no Individual Number, not even one that lost its leading zero."""

_DIGIT: Final = re.compile(
    r"[\d〇零一二三四五六七八九壱壹弐貳参參肆伍陸漆捌玖"
    r"\u2070-\u2079\u2080-\u2089\u2460-\u2468\u24ea\u2776-\u277e]"
)


def digit_count(text: str) -> int:
    """Count the digits."""
    return len(_DIGIT.findall(text))


def could_hold(text: str) -> bool:
    """Tell whether a text has enough digits for an Individual Number."""
    return len(text) >= FEWEST and digit_count(text) >= FEWEST
