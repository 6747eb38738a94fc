r"""Can these bytes hold an Individual Number at all? A quick look before anything is decoded.

Says yes too often and never no wrongly: a pattern of everything that ``candidates`` makes twelve
digits of, without the conditions that need a second thought, and a narrower one of what is written as
people write a number, which is all that counts where nothing names one. A border is a character that
is taken along, or ``\b``, which also holds beside bytes that are no UTF-8.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mnaudit.model.quick_look import QuickLook
from mnaudit.validate.scan.characters import (
    BETWEEN,
    BORDER,
    CELLS,
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

__all__ = ["ANY_FORM", "may_be_any", "may_be_regular"]

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
    return between.join(
        _ANY + (_digits(str(length - 1)) if length > 1 else "") + _UNSEEN for length in lengths
    )


def _spaced(between: str, *lengths: int) -> str:
    """Return a pattern of groups that no digit touches."""
    *ahead, last = lengths
    begin = _FIRST + _groups(between, *ahead).removeprefix(_ANY)
    return f"{begin}{between}{_ANY}{_digits(str(last - 2))}{_UNSEEN}{_LAST}"


_RUN: Final = f"{_FIRST}{_digits('9,10')}{_UNSEEN}{_LAST}"
"""Run together, with or without the zero that a spreadsheet drops."""
_EXPONENT: Final = r"[1-9]\.[0-9]{8,11}[eE]\+?1[01]"
"""As spreadsheets write it in a narrow column."""
_CELL: Final = f"[{CELLS}{LINES}\t]"
_BREAK: Final = f"[{BETWEEN}]*[{LINES}]{_GAP}*"
_USUAL: Final = "[0-9\uff10-\uff19]"


def _whole(*patterns: str) -> str:
    """Return a pattern for what stands alone in its chain, or in its cells."""
    return rf"(?:\A|{_FAR}|{_CELL}){_GAP}*(?:{'|'.join(patterns)}){_GAP}*(?:\z|{_FAR}|{_CELL})"


def _broken() -> Iterator[str]:
    """Yield patterns of usual digits with a line end in them: anywhere, or in a group of four."""
    four = f"{_USUAL}{{4}}"
    for part in range(1, 12):
        yield f"{_USUAL}{{{part}}}{_BREAK}{_USUAL}{{{12 - part}}}"
    for part in (1, 2, 3):
        two = f"{_USUAL}{{{part}}}{_BREAK}{_USUAL}{{{4 - part}}}"
        for groups in ((two, four, four), (four, two, four), (four, four, two)):
            yield f"[{BETWEEN}]+".join(groups)


_REGULAR: Final = (
    _RUN,
    _EXPONENT,
    _spaced(f"(?:[{LOOSE}]+|[{BETWEEN}]*[{POINTS}][{BETWEEN}]*)", 4, 4, 4),
    _whole(
        f"{_ANY}(?:[{SPACED}]*{_ANY}){{11}}",
        f"{_ANY}(?:(?:[{CELLS}{SPACED}]*|[{BETWEEN}]*{BORDER}[{BETWEEN}]*){_ANY}){{11}}",
        f"{_ANY}(?:[{BETWEEN}]{_UNSEEN}{_ANY}){{11}}",
        f"{_ANY}(?:{_BREAK}{_ANY}){{11}}",
        f"{_USUAL}{{4}}{_GAP}+{_USUAL}{{4}}{_GAP}+{_USUAL}{{4}}",
        *_broken(),
    ),
)

_GROUP: Final = _ANY + _digits("0,")
_SECOND: Final = rf"(?:(?:{_GROUP}{_GAP}+|[{_OTHER}]{_digits('0,')}{_UNSEEN})?{_ANY}|{_GROUP}{_UNSEEN}[{_OTHER}])"
"""The first digit of the first group, or of the second: another script begins another group."""
_ANY_FORM: Final = (
    _RUN,
    _EXPONENT,
    _spaced(f"[{BETWEEN}]+", 4, 4, 4),
    _spaced(f"[{BETWEEN}]+", 3, 4, 4),
    # Whatever else makes twelve, over line ends, too: from the first or the second group on.
    rf"(?:\A|{_FAR}|{BORDER}){_GAP}*{_SECOND}(?:{_GAP}*{_ANY}){{10}}{_GAP}*{_LAST}",
    "[:\uff1a]".join([f"{_PLAIN}{{4}}"] * 3),
)

ANY_FORM: Final = QuickLook("|".join(_ANY_FORM))
"""Text that could hold a number in any form.

Parts of a text are cut between characters, and overlap by 256 bytes. Digits in disguise
(``\\u0031``, ``&#49;``) are for the readers, who undo it.
"""
_REGULAR_LOOK: Final = QuickLook("|".join(_REGULAR))
_WHOLE_LOOK: Final = QuickLook(_whole(f"{_ANY}(?:{_GAP}*{_ANY}){{11}}"))
_UNUSUAL: Final = re.compile(
    rf"[{IGNORED}]|(?![0-9\uff10-\uff19])\d"
    rf"|[{_OTHER}]{_GAP}{{0,12}}[\d{_OTHER}]|\d{_GAP}{{0,12}}[{_OTHER}]"
)


def may_be_any(text: str) -> bool:
    """Tell whether a text could hold a number in any form."""
    return ANY_FORM.finds(text.encode("utf-8", "surrogatepass"))


def may_be_regular(text: str) -> bool:
    """Tell whether a text could hold a number in a form that people use."""
    data = text.encode("utf-8", "surrogatepass")
    return _REGULAR_LOOK.finds(data) or (
        _UNUSUAL.search(text) is not None and _WHOLE_LOOK.finds(data)
    )
