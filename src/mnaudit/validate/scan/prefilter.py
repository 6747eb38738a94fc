r"""Can these bytes hold an Individual Number at all? A quick look before anything is decoded.

Says yes too often and never no wrongly: a pattern of everything that ``candidates`` makes twelve
digits of, without the conditions that need a second thought; and a narrower one of what is written as
people write a number, and is no part of a code: all that counts where nothing names a number. A border
is a character that is taken along, or ``\b``, which also holds beside bytes that are no UTF-8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mnaudit.model.quick_look import QuickLook
from mnaudit.validate.scan.characters import (
    BETWEEN,
    BORDER,
    CELLS,
    HYPHEN,
    IGNORED,
    KANJI,
    LINES,
    LOOSE,
    POINTS,
    SMALL,
    SPACED,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ANY_FORM", "REGULAR_OR_UNUSUAL", "may_be_any", "may_be_regular"]

_GAP: Final = f"[{BETWEEN}{LINES}]"
_WIDE_GAP: Final = f"{_GAP}{{13}}"
"""So much between two digits divides two chains (``characters.CHAIN``)."""
_CELL: Final = f"(?:[{CELLS}{LINES}\t\u3000]|  )"
"""What a table may divide its cells by, each of which is looked at by itself, too."""
_KEY: Final = r"""["']?\s*[,\n]\s*["']?[^"'\n:,]{1,40}["']?:\s*["']?"""
"""Between the parts of a number that are values of several keys."""
_EXPONENT: Final = r"[1-9]\.[0-9]{8,11}[eE]\+?1[01]"
"""As spreadsheets write a number in a narrow column."""

# Whatever makes twelve digits, in all scripts, and whatever nobody sees between them.

_PLAIN: Final = r"\p{Nd}"
_OTHER: Final = f"{KANJI}{SMALL}"
_ANY: Final = f"[{_PLAIN}{_OTHER}]"
_UNSEEN: Final = f"[{IGNORED}]*"
_FIRST: Final = rf"(?:(?:\A|[^{_PLAIN}]|\b){_ANY}|[{_OTHER}])"
_LAST: Final = rf"(?:{_ANY}(?:[^{_PLAIN}]|\z|\b)|[{_OTHER}])"
"""Of a group: digits of the same script do not touch it."""


def _more(count: str) -> str:
    """Return a pattern of so many digits behind another, as far as one sees."""
    return f"(?:{_UNSEEN}{_ANY}){{{count}}}"


def _spaced(first: int) -> str:
    """Return a pattern of three groups in one line, all but the first of four digits."""
    between = f"{_UNSEEN}[{BETWEEN}]+"
    return f"{_FIRST}{_more(str(first - 1))}{between}{_ANY}{_more('3')}{between}{_ANY}{_more('2')}{_UNSEEN}{_LAST}"


_START: Final = rf"(?:\A|[^{_PLAIN}{_OTHER}{BETWEEN}{LINES}]|{_WIDE_GAP}|{_CELL})"
"""Of a chain, or of a cell."""
_GROUP: Final = _ANY + _more("0,")
_SECOND: Final = (
    rf"(?:(?:{_GROUP}{_GAP}+|[{_OTHER}]{_more('0,')}{_UNSEEN})?{_ANY}|{_GROUP}{_UNSEEN}[{_OTHER}])"
)
"""The first digit of the first group, or of the second: another script begins another group."""

ANY_FORM: Final = QuickLook(
    "|".join(
        (
            # Run together, with or without the zero that a spreadsheet drops.
            f"{_FIRST}{_more('9,10')}{_UNSEEN}{_LAST}",
            _EXPONENT,
            _spaced(4),
            _spaced(3),
            # Any groups, over line ends, too, from the first or the second of a chain or a cell on.
            f"{_START}{_GAP}*{_SECOND}(?:{_GAP}*{_ANY}){{10}}{_GAP}*{_LAST}",
            "[:\uff1a]".join([f"{_PLAIN}{{4}}"] * 3),
            _KEY.join([f"{_PLAIN}{{4}}"] * 3),
        )
    )
)
"""Text that could hold a number in any form.

Parts of a text are cut between characters, and overlap by 256 bytes. Digits in disguise
(``\\u0031``, ``&#49;``) are for the readers, who undo it.
"""

# What people write, in usual digits; part of a code is what letters touch, or a hyphen ties to them.

_DIGITS: Final = "0-9\uff10-\uff19"
_ONE: Final = f"[{_DIGITS}]"
_FOUR: Final = f"{_ONE}{{4}}"
_MARK: Final = "(?i:id|no|nr|um|er)"
"""The last letters of what a number may touch: No, id, number."""
_FREE: Final = rf"(?:\A|[^{_DIGITS}A-Za-z-]|{_MARK}|(?:\A|[^A-Za-z]|{_MARK})-)"
_UNTIED: Final = rf"(?:\A|[^{_DIGITS}A-Za-z-]|{_MARK}|(?:\A|[^0-9A-Za-z]|{_MARK})-)"
"""Nor is four times four digits a number, or more of them."""
_END: Final = rf"(?:[^{_DIGITS}A-Za-z]|[lnLN]|\z)"
_TIES: Final = f"(?:[{LOOSE}]+|[{BETWEEN}]*[{POINTS}][{BETWEEN}]*)"
_BREAK: Final = f"[{BETWEEN}]*[{LINES}]{_GAP}*"


def _whole(*patterns: str) -> str:
    """Return a pattern for what stands alone in its chain, or in its cells."""
    far = f"[^{_DIGITS}{BETWEEN}{LINES}A-Za-z]|{_WIDE_GAP}"
    spaced = f"-{_GAP}|[{BETWEEN.replace(HYPHEN, '')}{LINES}]"
    before = rf"\A|{far}|{_CELL}|{_MARK}-?|[A-Za-z](?:{spaced})"
    behind = rf"{_GAP}*(?:\z|{far}|{_CELL})|{_GAP}*[lnLN]|{_GAP}+[A-Za-z]"
    return f"(?:{before}){_GAP}*(?:{'|'.join(patterns)})(?:{behind})"


def _broken() -> Iterator[str]:
    """Yield patterns with a line end among the digits: anywhere, or in one of the groups of four."""
    for part in range(1, 12):
        yield f"{_ONE}{{{part}}}{_BREAK}{_ONE}{{{12 - part}}}"
    for part in (1, 2, 3):
        two = f"{_ONE}{{{part}}}{_BREAK}{_ONE}{{{4 - part}}}"
        for groups in ((two, _FOUR, _FOUR), (_FOUR, two, _FOUR), (_FOUR, _FOUR, two)):
            yield f"[{BETWEEN}]+".join(groups)


_REGULAR: Final = QuickLook(
    "|".join(
        (
            f"{_FREE}{_ONE}{{11,12}}{_END}",
            _EXPONENT,
            f"{_UNTIED}{_FOUR}{_TIES}{_FOUR}{_TIES}{_FOUR}{_END}",
            _whole(
                f"{_ONE}(?:[{SPACED}]*{_ONE}){{11}}",
                f"{_ONE}(?:(?:[{CELLS}{SPACED}]*|[{BETWEEN}]*{BORDER}[{BETWEEN}]*){_ONE}){{11}}",
                f"{_ONE}(?:[{BETWEEN}]+{_ONE}){{11}}",
                f"{_ONE}(?:{_BREAK}{_ONE}){{11}}",
                f"{_FOUR}{_GAP}+{_FOUR}{_GAP}+{_FOUR}",
                *_broken(),
            ),
        )
    )
)
_ELSEWHERE: Final = (
    r"\x{600}-\x{7ff}\x{900}-\x{1fff}\x{a600}-\x{abff}\x{10000}-\x{1efff}\x{1fbf0}-\x{1fbf9}"
)
"""Where the scripts are that have digits of their own, within a character class."""
_UNUSUAL: Final = QuickLook(
    f"[{IGNORED}{_ELSEWHERE}]|[{_OTHER}]{_GAP}*[{_DIGITS}{_OTHER}]|{_ONE}{_GAP}*[{_OTHER}]"
)
"""Digits of other scripts among digits, and what nobody sees."""


REGULAR_OR_UNUSUAL: Final = _REGULAR | _UNUSUAL
"""Text for which ``may_be_regular`` has to be asked."""


def may_be_any(text: str) -> bool:
    """Tell whether a text could hold a number in any form."""
    return ANY_FORM.finds(text.encode("utf-8", "surrogatepass"))


def may_be_regular(text: str) -> bool:
    """Tell whether a text could hold a number in a form that people use."""
    data = text.encode("utf-8", "replace")
    return _REGULAR.finds(data) or (_UNUSUAL.finds(data) and may_be_any(text))
