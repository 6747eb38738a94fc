from __future__ import annotations

import string
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from mnaudit.messages import LANGUAGES, entry, phrases
from mnaudit.model.assessment import Gap
from mnaudit.report.sentences import (
    coded_sentence,
    day_in_eras,
    gap_remedy,
    gap_sentence,
    grouped,
    listed,
    period_in_words,
    title_in_sentence,
    visible,
)

if TYPE_CHECKING:
    from mnaudit.messages import Language
    from mnaudit.model.assessment import GapValue
    from mnaudit.model.catalog import Catalog

CASES: dict[str, dict[str, GapValue]] = {
    "MN201": {"kind": "training-record"},
    "MN202": {
        "kind": "training-record",
        "newest": "2024-11-05",
        "max_age": "P12M",
        "since": "2025-03-31",
    },
    "MN203": {
        "kind": "training-record",
        "population": "handlers",
        "missing": ("E0012", "E0033"),
        "since": "2025-11-23",
    },
    "MN204": {"kind": "training-record", "found": 1, "needed": 2},
    "MN205": {"kind": "vendor-contract", "path": "vendor-contract/a.yaml", "pointer": "/data"},
    "MN206": {
        "kind": "disposal-record",
        "path": "disposal-record/d.yaml",
        "op": "not_after",
        "left": "data.due_on",
        "right": "data.disposed_on",
    },
    "MN207": {"kind": "vendor-contract", "as_of": "2026-03-31"},
    "MN208": {
        "kind": "training-record",
        "population": "joiners",
        "missing": ("E0039 (2026-02-01)",),
        "within": "P30D",
    },
    "MN209": {"kind": "training-record", "population": "handlers", "register": "appointment"},
    "MN210": {"kind": "training-record", "paths": ("training-record/a.yaml",)},
    "MN211": {
        "kind": "disposal-record",
        "path": "nil-statement/n.yaml",
        "since": "2025-10-01",
        "until": "2026-03-31",
        "max_age": "P12M",
    },
    "MN212": {"kind": "training-record", "paths": ("training-record/a.yaml",)},
    "MN220": {"kind": "training-record", "key": "E1", "due_on": "2025-05-01", "on": "2025-05-15"},
    "MN222": {"kind": "disposal-record", "path": "nil-statement/n.yaml", "paths": ("d.yaml",)},
    "MN223": {"kind": "training-record", "population": "joiners", "since": "2025-03-31"},
    "MN224": {"kind": "training-record", "paths": ("training-record/a.yaml",)},
    "MN229": {"kind": "training-record", "paths": ("training-record/a.yaml (data.topics)",)},
    "MN225": {
        "kind": "vendor-contract",
        "population": "handlers",
        "missing": ("7000000000002",),
        "as_of": "2026-03-31",
    },
    "MN226": {
        "kind": "disposal-record",
        "path": "d.yaml",
        "other": "disposal-certificate",
        "key": ("D-2025-01",),
    },
    "MN227": {
        "kind": "disposal-record",
        "path": "d.yaml",
        "other": "disposal-certificate",
        "missing": ("SN1", "SN2"),
    },
    "MN228": {"kind": "training-record", "since": "2025-03-31"},
}


def gap(code: str, **changes: GapValue) -> Gap:
    return Gap(code=code, requirement=0, values={**CASES.get(code, {}), **changes})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CASES)
def test_every_gap_and_remark_has_a_whole_sentence_and_a_remedy(
    code: str, language: Language, catalog: Catalog
) -> None:
    text = gap_sentence(gap(code), catalog, language)
    remedy = gap_remedy(gap(code), catalog, language)

    assert text
    assert remedy
    assert not {"{", "}"} & set(text + remedy)
    assert "training-record (" not in text


@pytest.mark.parametrize("code", CASES)
@pytest.mark.parametrize("field", ["text", "remedy", "why"])
def test_both_languages_have_the_same_placeholders(code: str, field: str) -> None:
    ja, en = (
        {name for _, name, _, _ in string.Formatter().parse(entry(code, language)[field]) if name}
        for language in LANGUAGES
    )

    assert ja == en


@pytest.mark.parametrize("section", ["report", "status"])
def test_both_languages_have_the_same_phrases(section: str) -> None:
    ja, en = (phrases(section, language) for language in LANGUAGES)

    def names(phrase: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}

    assert ja.keys() == en.keys()
    assert {key: names(ja[key]) for key in ja} == {key: names(en[key]) for key in en}


def test_missing_members_are_named_in_both_languages(catalog: Catalog) -> None:
    assert gap_sentence(gap("MN203"), catalog, "ja") == (
        "E0012、E0033 の教育実施・受講記録が 2025-11-23 以降にありません"
    )
    assert gap_sentence(gap("MN203"), catalog, "en") == (
        "No training record since 2025-11-23 covers E0012 and E0033"
    )


@pytest.mark.parametrize("op", ["before", "not_after", "differs", "equals", "subset_of", "within"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_relation_is_a_sentence(op: str, language: Language, catalog: Catalog) -> None:
    text = gap_sentence(gap("MN206", op=op), catalog, language)

    assert "data.due_on" in text
    assert "data.disposed_on" in text


def test_a_register_in_the_organization_file_is_named(catalog: Catalog) -> None:
    text = gap_sentence(gap("MN209", register="organization"), catalog, "en")

    assert "organization.yaml" in text


def test_an_id_without_title_stands_for_itself(catalog: Catalog) -> None:
    assert "pledge" in gap_sentence(gap("MN201", kind="pledge"), catalog, "en")


def test_an_empty_pointer_is_the_whole_document(catalog: Catalog) -> None:
    assert "whole document" in gap_sentence(gap("MN205", pointer=""), catalog, "en")


def test_a_long_list_is_counted_unless_all_are_asked_for(catalog: Catalog) -> None:
    many = tuple(f"E{number:04}" for number in range(20))

    short = gap_sentence(gap("MN203", missing=many), catalog, "en")
    full = gap_sentence(gap("MN203", missing=many), catalog, "en", at_most=None)

    assert short.endswith("E0011 and 8 more")
    assert full.endswith("E0018 and E0019")


def test_an_unknown_code_stands_for_itself() -> None:
    assert coded_sentence("MN\u202e999", "text", {}, "ja") == "MN\\u202e999"


def test_a_missing_value_leaves_its_placeholder() -> None:
    assert coded_sentence("MN201", "text", {}, "en") == "There is no {kind}"


def test_a_value_cannot_bring_a_placeholder_along() -> None:
    assert coded_sentence("MN201", "text", {"kind": "{code.x}"}, "en") == "There is no {code.x}"


@pytest.mark.parametrize(
    ("period", "ja", "en"),
    [
        ("P12M", "12か月", "12 months"),
        ("P1M", "1か月", "1 month"),
        ("P1Y6M", "1年6か月", "1 year 6 months"),
        ("P2W", "2週間", "2 weeks"),
        ("P30D", "30日", "30 days"),
        ("never", "", ""),
    ],
)
def test_periods_are_words(period: str, ja: str, en: str) -> None:
    assert period_in_words(period, "ja") == ja
    assert period_in_words(period, "en") == en


def test_a_period_that_is_none_stands_for_itself(catalog: Catalog) -> None:
    assert "older than ever" in gap_sentence(gap("MN202", max_age="ever"), catalog, "en")


@pytest.mark.parametrize(
    ("day", "ja"),
    [
        (date(2026, 3, 31), "令和8年3月31日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), None),
    ],
    ids=["today", "first of Reiwa", "last of Heisei", "first of Heisei", "before"],
)
def test_days_in_the_japanese_calendar(day: date, ja: str | None) -> None:
    assert day_in_eras(day, "ja") == ja


def test_days_in_the_japanese_calendar_in_english() -> None:
    assert day_in_eras(date(2026, 3, 31), "en") == "Reiwa 8.3.31"
    assert day_in_eras(date(2019, 5, 1), "en") == "Reiwa 1.5.1"


@pytest.mark.parametrize(
    ("title", "in_sentence"),
    [
        ("Training record", "training record"),
        ("Appointment", "appointment"),
        ("Individual Number notice", "Individual Number notice"),
        ("CPO appointment", "CPO appointment"),
        ("already lower", "already lower"),
        ("X", "X"),
        ("", ""),
    ],
)
def test_titles_within_a_sentence(title: str, in_sentence: str) -> None:
    assert title_in_sentence(title) == in_sentence


@pytest.mark.parametrize(
    ("parts", "ja", "en"),
    [([], "", ""), (["A"], "A", "A"), (["A", "B", "C"], "A、B、C", "A, B and C")],
    ids=["none", "one", "three"],
)
def test_lists_are_joined_as_the_language_does(parts: list[str], ja: str, en: str) -> None:
    assert listed(parts, "ja") == ja
    assert listed(parts, "en") == en


def test_fingerprints_are_grouped_by_four() -> None:
    assert grouped("0123456789ab") == "0123 4567 89ab"


def test_hidden_characters_become_visible() -> None:
    assert visible("a\u202eb\n\x7f\ud800\U000e0041 ア(株)") == (
        "a\\u202eb\\u000a\\u007f\\ud800\\U000e0041 ア(株)"
    )


@given(st.text())
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    once = visible(text)

    assert visible(once) == once
    assert once.isprintable() or any(c.isspace() or ord(c) > 0x7F for c in once)


def test_the_own_words_fit_a_cp932_console() -> None:
    for language in LANGUAGES:
        for section in ("report", "status"):
            for sentence in phrases(section, language).values():
                sentence.encode("cp932" if language == "ja" else "ascii")
        for code in CASES:
            for sentence in entry(code, language).values():
                sentence.encode("cp932" if language == "ja" else "ascii")
