"""Which year or day does 令和8年 name? Years and days as people in Japan write them.

Era and number are checked against each other: 平成32年 and 平成31年5月1日 name nothing, because the
era had ended. Full-width digits and 元年 are read, kanji numerals are not.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from mnaudit.model.day import FIRST_YEAR, LAST_YEAR, parse_day

__all__ = ["parse_era_day", "parse_year"]

_ERAS = {
    "令和": (date(2019, 5, 1), None),
    "平成": (date(1989, 1, 8), date(2019, 4, 30)),
    "昭和": (date(1926, 12, 25), date(1989, 1, 7)),
}
"""First and last day of each era."""

_LETTERS = {"R": "令和", "H": "平成", "S": "昭和"}
_ERA = r"(令和|平成|昭和|[RHS])\s*([0-9]{1,2}|元)"
_YEAR = re.compile(rf"(?:{_ERA}|([0-9]{{4}}))\s*(?:年度?分?)?", re.ASCII | re.IGNORECASE)
_DAY = re.compile(
    rf"(?:{_ERA}|([0-9]{{4}}))(?:年|[./-])\s*([0-9]{{1,2}})(?:月|[./-])\s*([0-9]{{1,2}})日?",
    re.ASCII | re.IGNORECASE,
)


def parse_year(text: str) -> int | None:
    """Return the year that ``令和8年分``, ``R8`` or ``2026`` names; None if it names none."""
    found = _YEAR.fullmatch(_folded(text))
    if found is None:
        return None
    return _year(*found.groups())


def parse_era_day(text: str) -> date | None:
    """Return the day that ``令和8年11月2日``, ``R8.11.2`` or ``2026-11-02`` names, or None."""
    folded = _folded(text)
    found = _DAY.fullmatch(folded)
    if found is None:
        return None
    era, number, western, month, day = found.groups()
    year = _year(era, number, western)
    if year is None:
        return None
    named = parse_day(f"{year:04}-{int(month):02}-{int(day):02}")
    if named is None or era is None:
        return named
    first, last = _ERAS[_LETTERS.get(era.upper(), era)]
    return named if first <= named and (last is None or named <= last) else None


def _folded(text: str) -> str:
    """Return the text in plain digits; ㋿ becomes 令和."""
    return unicodedata.normalize("NFKC", text).strip()


def _year(era: str | None, number: str | None, western: str | None) -> int | None:
    if western is not None:
        year = int(western)
        return year if FIRST_YEAR <= year <= LAST_YEAR else None
    count = 1 if number == "元" else int(number or 0)
    first, last = _ERAS[_LETTERS.get(str(era).upper(), str(era))]
    year = first.year + count - 1
    if count < 1 or year > (LAST_YEAR if last is None else last.year):
        return None
    return year
