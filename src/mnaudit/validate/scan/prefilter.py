r"""Can these bytes hold an Individual Number at all? A quick look before anything is decoded.

Says yes too often and never no wrongly: one pattern of everything that ``candidates`` makes twelve
digits of, without the conditions that need a second thought. A border is a character that is taken
along, or ``\b``, which also holds beside bytes that are no UTF-8.
"""

from __future__ import annotations

from typing import Final

from mnaudit.model.quick_look import QuickLook
from mnaudit.validate.scan.characters import BETWEEN, BORDER, IGNORED, KANJI, LINES, SMALL

__all__ = ["NUMBER"]

_PLAIN: Final = r"\p{Nd}"
_OTHER: Final = f"{KANJI}{SMALL}"
_ANY: Final = f"[{_PLAIN}{_OTHER}]"
_UNSEEN: Final = f"[{IGNORED}]*"
_GAP: Final = f"[{BETWEEN}{LINES}]"
_FIRST: Final = rf"(?:(?:\A|[^{_PLAIN}]|\b){_ANY}|[{_OTHER}])"
_LAST: Final = rf"(?:{_ANY}(?:[^{_PLAIN}]|\z|\b)|[{_OTHER}])"
"""Of a group: digits of the same script do not touch it."""
_WIDE: Final = 13
"""As much between two digits divides two chains (``characters.CHAIN``)."""


def _digits(count: str) -> str:
    """Return a pattern of that many digits and what nobody sees, behind a digit."""
    return f"(?:{_UNSEEN}{_ANY}){{{count}}}"


def _spaced(*groups: int) -> str:
    """Return a pattern of groups with something between them, in one line."""
    first, *_, last = groups
    inner = [_ANY + _digits(str(count - 1)) for count in groups[1:-1]]
    parts = (_FIRST + _digits(str(first - 1)), *inner, _ANY + _digits(str(last - 2)))
    return f"[{BETWEEN}]+".join(parts) + _UNSEEN + _LAST


_CHAIN: Final = rf"(?:\A|[^{_PLAIN}{_OTHER}{BETWEEN}{LINES}]|{_GAP}{{{_WIDE}}}|{BORDER}){_GAP}*"
"""What stands before the first group of a chain, or of a cell."""
_GROUP: Final = _ANY + _digits("0,")
_SECOND: Final = rf"(?:(?:{_GROUP}{_GAP}+|[{_OTHER}]{_digits('0,')}{_UNSEEN})?{_ANY}|{_GROUP}{_UNSEEN}[{_OTHER}])"
"""The first digit of the first group, or of the second: another script begins another group."""

_SHAPES: Final = (
    # Run together, with or without the zero that a spreadsheet drops.
    f"{_FIRST}{_digits('9,10')}{_UNSEEN}{_LAST}",
    _spaced(4, 4, 4),
    _spaced(3, 4, 4),
    # Whatever else makes twelve, over line ends, too: from the first or the second group on.
    f"{_CHAIN}{_SECOND}(?:{_GAP}*{_ANY}){{10}}{_GAP}*{_LAST}",
    # As spreadsheets write it in a narrow column, and a form of groups.
    r"[1-9]\.[0-9]{8,11}[eE]\+?1[01]",
    "[:\uff1a]".join([f"{_PLAIN}{{4}}"] * 3),
)
NUMBER: Final = QuickLook("|".join(_SHAPES))
"""Text that could hold a number, if it fits. Cut between characters, parts should overlap by 256 bytes.

Digits in disguise (``\\u0031``, ``&#49;``) are for the readers, who undo it.
"""
