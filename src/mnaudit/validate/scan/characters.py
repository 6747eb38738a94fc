"""Which characters are digits, which may stand between them, and how words are folded.

Every table maps one character to one, so that offsets stay those of the text. ``unicodedata`` is
asked once for a character.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = [
    "BETWEEN",
    "BORDER",
    "CELLS",
    "CHAIN",
    "GROUP",
    "HYPHEN",
    "IGNORED",
    "KANJI",
    "LINES",
    "LOOSE",
    "POINTS",
    "SMALL",
    "SPACED",
    "digits_of",
    "fold",
    "separator_kind",
]

_KANJI_DIGITS: Final = {
    **dict(zip("〇一二三四五六七八九", "0123456789", strict=True)),
    **dict(zip("零壱弐参", "0123", strict=True)),
    **dict.fromkeys("○◯", "0"),
}
KANJI: Final = "".join(_KANJI_DIGITS)
"""Digits in words, within a character class."""

SMALL: Final = (
    "⓪①②③④⑤⑥⑦⑧⑨⑴⑵⑶⑷⑸⑹⑺⑻⑼⒈⒉⒊⒋⒌⒍⒎⒏⒐⓿❶❷❸❹❺❻❼❽❾⓵⓶⓷⓸⓹⓺⓻⓼⓽➀➁➂➃➄➅➆➇➈➊➋➌➍➎➏➐➑➒⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"
)
"""Circled, bracketed, raised and lowered: a marker or a footnote beside other digits, digits among
their like."""

IGNORED: Final = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\u20e3"
"""What nobody sees, within a character class: soft hyphen, zero widths, directions, variants."""

HYPHEN: Final = "\\-"
_DASHES: Final = (
    f"{HYPHEN}\u02d7\u058a\u2010-\u2015\u2043\u207b\u208b\u2212\u2500\u2501\u2796\u2e3a\u2e3b\u301c\u3030\u30a0"
    "\u30fc\ufe31\ufe32\ufe58\ufe63\uff0d\uff70~\u02dc\u223c\uff5e"
)
_DOTS: Final = ".\u00b7\u2022\u2024\u2027\u2219\u22c5\u30fb\uff0e\uff65"
_COMMAS: Final = ",\u060c\u3001\ufe50\ufe51\uff0c\uff64"
_CELLS: Final = (
    "|\u00a6\u2502\u2503\u2551\uff5c;\uff1b\"'\u2018\u2019\u201c\u201d`"
    "\u300c\u300d()\uff08\uff09[\\]\uff3b\uff3d{}<>"
    "\u25a0\u25a1\u25a2\u25fb\u25fc\u2610\u2b1c"
)
BORDER: Final = "\x1f"
"""Between cells of one record (``blocks``)."""
LINES: Final = "\n\r\x0b\x0c\x85\u2028\u2029"
_SPACES: Final = "\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0+\uff0b"

_DIGIT: Final = rf"[\d{KANJI}{SMALL}]"
SPACED: Final = f"{IGNORED}{_DASHES}{_SPACES}"
"""Blanks and hyphens, within a character class."""

POINTS: Final = f"{_DOTS}_\uff3f/\uff0f"
"""Points, slashes and the like, within a character class."""

LOOSE: Final = SPACED + POINTS
"""What people put between the groups of one number, within a character class."""

CELLS: Final = f"{BORDER}{_COMMAS}{_CELLS}\\\\\uff3c*"
"""What divides cells, or encloses one, within a character class."""

BETWEEN: Final = LOOSE + CELLS
"""What stands between digits of one line, within a character class."""

_WIDEST: Final = 12
"""Characters between two groups: the cell border of a table in running text, with its spaces."""

CHAIN: Final = re.compile(
    rf"(?<!{_DIGIT}){_DIGIT}(?:[{BETWEEN}{LINES}]{{0,{_WIDEST}}}+{_DIGIT}){{9,}}+"
)
"""Ten digits and more, with little between them. Possessive: nothing is ever tried twice, and no
state is kept for a digit."""

GROUP: Final = re.compile(
    rf"(?P<plain>\d(?:[{IGNORED}]{{0,4}}+\d)*+)"
    rf"|(?P<kanji>[{KANJI}](?:[{IGNORED}]{{0,4}}+[{KANJI}])*+)"
    rf"|(?P<small>[{SMALL}](?:[{IGNORED}]{{0,4}}+[{SMALL}])*+)"
)
"""Digits of one script that nobody sees anything between."""

_KINDS: Final = (
    ("c", re.compile(BORDER)),
    ("n", re.compile(f"[{LINES}]")),
    ("/", re.compile("[/\uff0f]")),
    ("_", re.compile("[_\uff3f]")),
    (".", re.compile(f"[{_DOTS}]")),
    ("|", re.compile(f"[{_CELLS}\\\\\uff3c*]")),
    (",", re.compile(f"[{_COMMAS}]")),
    ("-", re.compile(f"[{_DASHES}]")),
    (" ", re.compile(f"[{_SPACES}]")),
)


def digits_of(text: str) -> str:
    """Return the digits of a group as ASCII, without what stands between them."""
    if text.isascii() and text.isdigit():
        return text
    return "".join(_digit(character) for character in text)


def separator_kind(text: str) -> str:
    """Return what separates two groups, as one character; empty if nobody sees anything.

    ``c`` the border of a cell, ``n`` a line break, ``|`` a bar, a quote or a bracket, ``,`` ``-`` ``.`` ``_`` ``/`` with
    or without spaces, and the space.
    """
    if text not in _KNOWN:
        if len(_KNOWN) >= _MOST:
            _KNOWN.clear()
        _KNOWN[text] = next((kind for kind, pattern in _KINDS if pattern.search(text)), "")
    return _KNOWN[text]


_KNOWN: Final[dict[str, str]] = {}
_MOST: Final = 10_000


def fold(text: str) -> str:
    """Fold width, case, compatibility forms and kana of words, character by character.

    Half-width voice marks stay characters of their own; the patterns of words allow for them.
    """
    return text.lower() if text.isascii() else text.translate(_FOLDING)


class _Folding(dict[int, str]):
    """A translation table that fills itself, one character at a time."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = unicodedata.normalize("NFKC", character).lower()
        folded = folded if len(folded) == 1 else character
        if "\u3041" <= folded <= "\u3096":  # hiragana to katakana
            folded = chr(ord(folded) + 0x60)
        self[code] = folded
        return folded


_FOLDING: Final = _Folding()


def _digit(character: str) -> str:
    if character in _KANJI_DIGITS:
        return _KANJI_DIGITS[character]
    value = unicodedata.digit(character, None)
    return "" if value is None else str(value)
