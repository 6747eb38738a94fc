r"""Can these bytes hold an Individual Number at all? A quick look before anything is decoded.

Says yes too often and never no wrongly: a pattern of everything that ``candidates`` makes twelve
digits of, without the conditions that need a second thought, and a narrower one of what is written as
people write a number, which is all that counts where nothing names one. A border is a character that
is taken along, or ``\b``, which also holds beside bytes that are no UTF-8.
"""

from __future__ import annotations

from typing import Final

from mnaudit.model.quick_look import QuickLook
from mnaudit.validate.scan.characters import (
    BETWEEN,
    BORDER,
    CELLS,
    IGNORED,
    KANJI,
    LINES,
    LOOSE,
    SMALL,
)

__all__ = ["ANY_FORM", "REGULAR"]

_PLAIN: Final = r"\p{Nd}"
_OTHER: Final = f"{KANJI}{SMALL}"
_ANY: Final = f"[{_PLAIN}{_OTHER}]"
_UNSEEN: Final = f"[{IGNORED}]*"
_GAP: Final = f"[{BETWEEN}{LINES}]"
_FIRST: Final = rf"(?:(?:\A|[^{_PLAIN}]|\b){_ANY}|[{_OTHER}])"
_LAST: Final = rf"(?:{_ANY}(?:[^{_PLAIN}]|\z|\b)|[{_OTHER}])"
"""Of a group: digits of the same script do not touch it."""
_FAR: Final = rf"[^{_PLAIN}{_OTHER}{BETWEEN}{LINES}]|{_GAP}{{13}}"
"""What divides two chains (``characters.CHAIN``)."""


def _digits(count: str) -> str:
    """Return a pattern of that many digits and what nobody sees, behind a digit."""
    return f"(?:{_UNSEEN}{_ANY}){{{count}}}"


def _groups(between: str, *lengths: int) -> str:
    """Return a pattern of groups with something between them; nothing is said of their borders."""
    return f"{between}+".join(_ANY + _digits(str(length - 1)) for length in lengths)


def _spaced(between: str, *lengths: int) -> str:
    """Return a pattern of groups that no digit touches."""
    *ahead, last = lengths
    begin = _FIRST + _groups(between, *ahead).removeprefix(_ANY)
    return f"{begin}{between}+{_ANY}{_digits(str(last - 2))}{_UNSEEN}{_LAST}"


_RUN: Final = f"{_FIRST}{_digits('9,10')}{_UNSEEN}{_LAST}"
"""Run together, with or without the zero that a spreadsheet drops."""
_EXPONENT: Final = r"[1-9]\.[0-9]{8,11}[eE]\+?1[01]"
"""As spreadsheets write it in a narrow column."""
_CELL: Final = f"[{CELLS}{LINES}\t]"
_REGULAR: Final = (
    _RUN,
    _EXPONENT,
    _spaced(f"[{LOOSE}]", 4, 4, 4),
    # Alone in its chain, or in its cells.
    rf"(?:\A|{_FAR}|{_CELL}){_GAP}*{_ANY}(?:{_GAP}*{_ANY}){{11}}{_GAP}*(?:\z|{_FAR}|{_CELL})",
)

_GROUP: Final = _ANY + _digits("0,")
_SECOND: Final = rf"(?:(?:{_GROUP}{_GAP}+|[{_OTHER}]{_digits('0,')}{_UNSEEN})?{_ANY}|{_GROUP}{_UNSEEN}[{_OTHER}])"
"""The first digit of the first group, or of the second: another script begins another group."""
_ANY_FORM: Final = (
    _RUN,
    _EXPONENT,
    _spaced(f"[{BETWEEN}]", 4, 4, 4),
    _spaced(f"[{BETWEEN}]", 3, 4, 4),
    # Whatever else makes twelve, over line ends, too: from the first or the second group on.
    rf"(?:\A|{_FAR}|{BORDER}){_GAP}*{_SECOND}(?:{_GAP}*{_ANY}){{10}}{_GAP}*{_LAST}",
    "[:\uff1a]".join([f"{_PLAIN}{{4}}"] * 3),
)

REGULAR: Final = QuickLook("|".join(_REGULAR))
"""Text that could hold a number in a form that people use.

Parts of a text are cut between characters, and overlap by 256 bytes. Digits in disguise
(``\\u0031``, ``&#49;``) are for the readers, who undo it.
"""
ANY_FORM: Final = QuickLook("|".join(_ANY_FORM))
"""Text that could hold a number in any form."""
