"""What does a finding say to people?

Turns codes and values into sentences of one language: ids become the titles of the catalog,
periods become words, lists are joined as the language does. It does not decide anything. Whatever
comes from evidence (file names, ids) passes :func:`visible` on its way to a page, so that no name
can reorder or hide what stands beside it (Unicode TR 36, "Trojan Source").
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING

from mnaudit.messages import entry, join, phrase
from mnaudit.model.assessment import FindingStatus, TierStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mnaudit.messages import Language
    from mnaudit.model.assessment import Gap, GapValue, TierSummary
    from mnaudit.model.base import Text
    from mnaudit.model.catalog import Catalog

__all__ = [
    "HIDDEN",
    "coded_sentence",
    "day_in_eras",
    "gap_remedy",
    "gap_sentence",
    "grouped",
    "in_language",
    "listed",
    "period_in_words",
    "tier_in_words",
    "title_in_sentence",
    "visible",
]

ORGANIZATION = "organization"
"""The ``source`` of a population that is read from ``organization.yaml``, which is no kind."""

HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Unicode categories that show nothing, break the line or change the direction of text."""

_TITLES = {
    "kind": "kind",
    "other": "kind",
    "register": "kind",
    "population": "population",
    "scope": "scope",
}
"""Placeholders that hold an id, and the table of the catalog that has its title."""

_PERIODS = frozenset({"max_age", "within"})
_LISTED = 12
"""How many members a sentence names before it says how many more there are."""

_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
_ERAS = ((date(2019, 5, 1), "era_reiwa"), (date(1989, 1, 8), "era_heisei"))


def gap_sentence(
    gap: Gap, catalog: Catalog, language: Language, *, at_most: int | None = _LISTED
) -> str:
    """Return what is missing, or what is to be remarked.

    Args:
        gap: A code of ``MN2xx`` and its values.
        catalog: Where the titles of kinds, populations and scopes stand.
        language: Of the sentence.
        at_most: How many members of a list are named; None names all.
    """
    values = _shown(gap.values, catalog, language, at_most)
    return coded_sentence(gap.code, "text", values, language)


def gap_remedy(gap: Gap, catalog: Catalog, language: Language) -> str:
    """Return what to do about it."""
    values = _shown(gap.values, catalog, language, _LISTED)
    return coded_sentence(gap.code, "remedy", values, language)


def coded_sentence(
    code: str, field: str, values: Mapping[str, str | int], language: Language
) -> str:
    """Return a sentence of ``messages``, made visible.

    A report is also made from bundles of other versions: an unknown code stands for itself, and a
    placeholder without value stays as it is. Both are seen, and neither turns into a pass.
    """
    try:
        sentence = entry(code, language)[field]
    except KeyError:
        return visible(code)
    if language == "en":  # a line of its own here; after "error[MN203]:" it starts in lower case
        sentence = sentence[:1].upper() + sentence[1:]
    return sentence.format_map(_Values({name: visible(str(v)) for name, v in values.items()}))


def tier_in_words(summary: TierSummary, language: Language) -> str:
    """Return the judgement of a tier; waived is not met, and is never called so."""
    has_waivers = bool(summary.counts[FindingStatus.WAIVED])
    is_satisfied = summary.status is TierStatus.SATISFIED
    name = "tier_waived" if is_satisfied and has_waivers else f"tier_{summary.status}"
    return phrase(f"status.{name}", language)


def visible(text: str) -> str:
    r"""Return ``text`` with control, format and bidirectional characters as ``\uXXXX``."""
    if text.isascii() and text.isprintable():  # nearly every path and id
        return text
    return "".join(_escaped(char) for char in text)


def listed(parts: Sequence[str], language: Language, *, at_most: int | None = None) -> str:
    """Join ``parts`` as the language does: ``A, B and C``; ``A、B、C``."""
    shown = list(parts[:at_most])
    if len(shown) < len(parts):
        shown.append(phrase("report.and_more", language, count=len(parts) - len(shown)))
    if len(shown) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(shown)
    first = join(shown[:-1], language)
    return phrase("report.list_last", language, first=first, last=shown[-1])


def period_in_words(period: str, language: Language) -> str:
    """Return ``P12M`` as ``12 months``, ``12か月``."""
    words = ""
    for count, unit in re.findall(r"([0-9]+)([YMWD])", period):
        name = _UNITS[unit] if int(count) == 1 else f"{_UNITS[unit]}s"
        word = phrase(f"report.{name}", language, count=int(count))
        words = phrase("report.period_join", language, first=words, second=word) if words else word
    return words


def day_in_eras(day: date, language: Language) -> str | None:
    """Return the day in the Japanese calendar, ``令和8年3月31日``; None before 1989-01-08."""
    for first_day, name in _ERAS:
        if day >= first_day:
            year = day.year - first_day.year + 1
            return phrase(
                "report.era_day",
                language,
                era=phrase(f"report.{name}", language),
                year=year if year > 1 else phrase("report.era_first_year", language),
                month=day.month,
                day=day.day,
            )
    return None


def grouped(fingerprint: str) -> str:
    """Return a fingerprint in groups of four characters, easy to compare by telephone."""
    text = visible(fingerprint)
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def in_language(text: Text, language: Language) -> str:
    """Return the text of the language on one line."""
    return " ".join((text.ja if language == "ja" else text.en).split())


def title_in_sentence(title: str) -> str:
    """Return an English title as it stands within a sentence: ``Training record`` in lower case.

    A name of several capitalized words (``Individual Number notice``) or an acronym stays.
    """
    first, _, rest = title.partition(" ")
    is_word = first[:1].isupper() and first[1:].islower()
    return title if not is_word or rest[:1].isupper() else title[:1].lower() + title[1:]


class _Values(dict[str, str]):
    """Leaves a placeholder without value as it stands."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def _shown(
    values: Mapping[str, GapValue], catalog: Catalog, language: Language, at_most: int | None
) -> dict[str, str]:
    """Return every value as text of the language."""
    shown = {
        name: _in_words(name, value, catalog, language, at_most) for name, value in values.items()
    }
    if "op" in shown:
        shown["op"] = phrase(f"report.relation_{shown['op']}", language, **shown)
    return shown


def _in_words(
    name: str, value: GapValue, catalog: Catalog, language: Language, at_most: int | None
) -> str:
    parts = value if isinstance(value, tuple) else (str(value),)
    words = [visible(_word(name, part, catalog, language)) for part in parts]
    return listed(words, language, at_most=at_most)


def _word(name: str, value: str, catalog: Catalog, language: Language) -> str:
    """Return one value: the title for an id, words for a period, else the value itself."""
    if name in _TITLES:
        if value == ORGANIZATION:
            return phrase("report.organization_file", language)
        named = getattr(catalog, _TITLES[name]).get(value)
        if named is None:
            return value
        title = in_language(named.title, language)
        return title if language == "ja" else title_in_sentence(title)
    if name in _PERIODS:
        return period_in_words(value, language) or value
    if name == "pointer" and not value:
        return phrase("report.whole_document", language)
    return value


def _escaped(char: str) -> str:
    if unicodedata.category(char) not in HIDDEN:
        return char
    point = ord(char)
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"  # noqa: PLR2004 - the BMP
