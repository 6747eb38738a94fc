"""How is a name shown that may itself hold a number (個人番号)? Without any of its digits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from unicodedata import numeric

from mnaudit.load.readers.digits import digit_count
from mnaudit.model.scan import Fragment, Place
from mnaudit.validate.scan import detect, is_individual_number

if TYPE_CHECKING:
    from mnaudit.model.scan_rules import ScanRules

__all__ = ["shown_name", "without_numbers"]

_FEWEST: Final = 11
"""One short of a number: it may have lost its leading zero."""
_WITHHELD: Final = "…"
"""What stands for digits in a name that holds a number: always the same, however many there were."""
_RUN: Final = re.compile(f"{_WITHHELD}(?:[^\\w/]?{_WITHHELD})*")
_NUMBER: Final = re.compile(r"(?<!\d)\d(?:[^\w/]?_?\d){11}(?!\d)", re.ASCII)
_APART: Final = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9A-Za-z]{4} )(?<![0-9][^\w/])"
    r"[0-9]{4}(?P<between>[^\w/]?)[0-9]{4}(?P=between)[0-9]{4}"
    r"(?![0-9A-Za-z])(?! [0-9A-Za-z]{4})(?![^\w/][0-9])"
)
"""Twelve digits joined or in fours that stand alone; not part of a time, a digest or a fingerprint."""
_SEPARATOR: Final = re.compile(r"\D")
_DIGITS: Final = range(10)


def shown_name(name: str, rules: ScanRules) -> str:
    """Return a name as it may be shown: if it holds a number, without any of its digits.

    Rather too little is shown: letters beside twelve digits, as in ``t`` and a number, make it
    another number for the detector, but not for who reads it here.
    """
    if digit_count(name) < _FEWEST:
        return name
    digits = "".join(map(_digit, name))
    if any(is_individual_number(_SEPARATOR.sub("", each)) for each in _NUMBER.findall(digits)):
        return _withheld(name)
    try:
        found = any(detect([Fragment(name, Place("", part="file name"))], rules))
    except Exception:  # noqa: BLE001
        found = True
    return _withheld(name) if found else name


def without_numbers(text: str) -> str:
    """Return a sentence or a value without what is twelve digits and a right check digit.

    For what a caller typed and is told again: he may have typed the number.
    """
    digits = "".join(map(_digit, text))
    parts, at = [], 0
    for found in _APART.finditer(digits):
        if is_individual_number(_SEPARATOR.sub("", found[0])):
            parts += [text[at : found.start()], _WITHHELD]
            at = found.end()
    return "".join([*parts, text[at:]])


def _digit(char: str) -> str:
    """Return a digit of any script as an ASCII one, and every other character as it is."""
    value = numeric(char, None)
    return str(int(value)) if value is not None and value in _DIGITS else char


def _withheld(name: str) -> str:
    """Return a name without anything that has the value of a number."""
    shown = "".join(_WITHHELD if numeric(char, None) is not None else char for char in name)
    return _RUN.sub(_WITHHELD, shown)
