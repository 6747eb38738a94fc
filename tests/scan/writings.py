"""The ways in which twelve digits are written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["CONSPICUOUS", "WRITINGS", "full_width", "grouped", "groups"]

_FULL_WIDTH = {ord("0") + n: 0xFF10 + n for n in range(10)}
_KANJI = dict(zip(map(ord, "0123456789"), "〇一二三四五六七八九", strict=True))
_KANJI_ZERO = {**_KANJI, ord("0"): "零"}
_MATHEMATICAL = {ord("0") + n: 0x1D7CE + n for n in range(10)}


def full_width(text: str) -> str:
    return text.translate(_FULL_WIDTH)


def grouped(separator: str, size: int = 4) -> Callable[[str], str]:
    """Write groups of ``size`` digits with something in between."""
    return lambda n: separator.join(n[at : at + size] for at in range(0, 12, size))


def groups(number: str) -> tuple[str, ...]:
    """Return the three groups of four."""
    return tuple(number[at : at + 4] for at in (0, 4, 8))


def _mixed(number: str) -> str:
    return number[:6] + full_width(number[6:])


def _kanji(number: str) -> str:
    return number.translate(_KANJI)


# What people and programs put between groups. Names are Unicode's, shortened.
_SEPARATORS: Mapping[str, str] = {
    "space": " ",
    "two-spaces": "  ",
    "no-break-space": "\u00a0",
    "ideographic-space": "\u3000",
    "thin-space": "\u2009",
    "figure-space": "\u2007",
    "narrow-no-break-space": "\u202f",
    "en-space": "\u2002",
    "em-space": "\u2003",
    "tab": "\t",
    "hyphen-minus": "-",
    "spaced-hyphen": " - ",
    "hyphen": "\u2010",
    "non-breaking-hyphen": "\u2011",
    "figure-dash": "\u2012",
    "en-dash": "\u2013",
    "em-dash": "\u2014",
    "horizontal-bar": "\u2015",
    "minus-sign": "\u2212",
    "full-width-hyphen": "\uff0d",
    "small-hyphen": "\ufe63",
    "small-em-dash": "\ufe58",
    "hyphen-bullet": "\u2043",
    "soft-hyphen": "\u00ad",
    "box-drawing": "\u2500",
    "prolonged-sound": "\u30fc",
    "half-width-prolonged": "\uff70",
    "wave-dash": "\u301c",
    "full-width-tilde": "\uff5e",
    "tilde": "~",
    "dot": ".",
    "colon": ":",
    "comma": ",",
    "ideographic-comma": "\u3001",
    "full-width-dot": "\uff0e",
    "middle-dot": "\u00b7",
    "katakana-middle-dot": "\u30fb",
    "half-width-middle-dot": "\uff65",
    "underscore": "_",
    "slash": "/",
    "full-width-slash": "\uff0f",
    "vertical-bar": "|",
    "full-width-bar": "\uff5c",
    "zero-width-space": "\u200b",
    "zero-width-joiner": "\u200d",
    "word-joiner": "\u2060",
    "inner-byte-order-mark": "\ufeff",
    "left-to-right-mark": "\u200e",
    "line-feed": "\n",
    "carriage-return-line-feed": "\r\n",
    "hyphen-and-line-feed": "-\n",
    "line-separator": "\u2028",
    "vertical-tab-of-word": "\x0b",
}

WRITINGS: Mapping[str, Callable[[str], str]] = {
    "joined": lambda n: n,
    **{f"by-{name}": grouped(separator) for name, separator in _SEPARATORS.items()},
    "threes-by-space": grouped(" ", 3),
    "threes-by-hyphen": grouped("-", 3),
    "sixes-by-hyphen": grouped("-", 6),
    "one-by-one": grouped(" ", 1),
    "one-by-one-ideographic": grouped("\u3000", 1),
    "one-by-one-bars": grouped("|", 1),
    "one-by-one-full-width-bars": grouped("\uff5c", 1),
    "one-by-one-zero-width": grouped("\u200b", 1),
    "one-by-one-lines": grouped("\n", 1),
    "full-width": full_width,
    "full-width-by-hyphen": lambda n: full_width(grouped("-")(n)),
    "full-width-by-full-width-hyphen": lambda n: full_width(grouped("\uff0d")(n)),
    "full-width-by-minus-sign": lambda n: full_width(grouped("\u2212")(n)),
    "full-width-by-prolonged-sound": lambda n: full_width(grouped("\u30fc")(n)),
    "full-width-by-ideographic-space": lambda n: full_width(grouped("\u3000")(n)),
    "full-width-one-by-one": lambda n: full_width(grouped("\u3000", 1)(n)),
    "half-and-full-width": _mixed,
    "kanji": _kanji,
    "kanji-with-rei": lambda n: n.translate(_KANJI_ZERO),
    "kanji-by-ideographic-space": lambda n: _kanji(grouped("\u3000")(n)),
    "kanji-by-middle-dot": lambda n: _kanji(grouped("\u30fb")(n)),
    "kanji-broken-line": lambda n: _kanji(f"{n[:7]}\n{n[7:]}"),
    "mathematical-digits": lambda n: n.translate(_MATHEMATICAL),
    "corner-brackets": lambda n: f"「{n}」",
    "no-sign": lambda n: f"No.{n}",
    "uneven-line-break": lambda n: f"{n[:7]}\n{n[7:]}",
    "line-break-and-indent": lambda n: f"{n[:8]}\n        {n[8:]}",
    "line-break-and-ideographic-indent": lambda n: f"{n[:8]}\n\u3000{n[8:]}",
    "decimal-zero": lambda n: f"{n}.0",
    "apostrophe": lambda n: f"'{n}",
    "spaces-and-hyphens": lambda n: f"{n[:4]} {n[4:8]}-{n[8:]}",
}

# Forms that say by themselves "twelve digits that belong together", without any word near them.
CONSPICUOUS = (
    "joined",
    "by-space",
    "by-ideographic-space",
    "by-hyphen-minus",
    "by-en-dash",
    "by-minus-sign",
    "full-width",
    "full-width-by-full-width-hyphen",
    "half-and-full-width",
    "kanji",
    "corner-brackets",
)
