from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.scan.numbers import NUMBERS

from mnaudit.errors import ConfigurationError
from mnaudit.load.scan_rules import read_scan_data, read_scan_rules
from mnaudit.load.settings import SETTINGS
from mnaudit.load.shipped import shipped
from mnaudit.messages import LANGUAGES, phrases, severity
from mnaudit.model.scan_rules import Context, Form
from mnaudit.validate.scan.look_alikes import BY_DIGITS, BY_TEXT

if TYPE_CHECKING:
    from pathlib import Path

    from mnaudit.model.problem import Problem
    from mnaudit.model.scan_rules import ScanRules

ON = date(2026, 4, 1)
ENTRY = '[[scan.allow]]\npath = "docs/**"\nreason = "教材の見本"\nuntil = 2027-03-31\n'


def read(text: str) -> tuple[ScanRules, tuple[Problem, ...]]:
    return read_scan_rules(shipped("controls"), text.encode(), ON)


def defects(text: str) -> list[tuple[str, int, object]]:
    return [(each.code, each.line, dict(each.values)["why"]) for each in read(text)[1]]


def test_without_settings_the_program_decides() -> None:
    rules, problems = read_scan_rules(shipped("controls"), None, ON)
    assert (rules.levels, rules.allowed, problems) == ({}, (), ())
    assert [rules.level(code) for code in ("MN501", "MN502")] == ["error", "warning"]


def test_a_company_may_change_levels() -> None:
    rules, problems = read('[scan.severity]\nMN502 = "error"\n')
    assert problems == ()
    assert rules.level("MN502") == "error"


def test_a_company_may_allow_a_place_for_a_time() -> None:
    rules, problems = read(f"# 設定\n{ENTRY}")
    assert problems == ()
    (entry,) = rules.allowed
    assert (entry.path, entry.until, entry.line) == ("docs/**", date(2027, 3, 31), 2)


def test_other_tables_of_the_file_are_not_read() -> None:
    assert read('[verify]\nx = 1\n[tool]\ny = "z"\n')[1] == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[scan", "syntax"),
        ("scan = 1", "shape"),
        ("[scan]\nseverity = 1", "shape"),
        ("[scan]\nallow = 1", "shape"),
        ("[scan]\nallow = [1]", "shape"),
        ("[scan]\nlevel = 1", "key"),
        ('[scan.severity]\nMN502 = "off"', "severity"),
        ('[scan.severity]\nMN999 = "note"', "severity"),
        (ENTRY + 'number = "x"\n', "key"),
        (ENTRY.replace('"docs/**"', '""'), "path"),
        (ENTRY.replace('"教材の見本"', "1"), "reason"),
        (ENTRY.replace('"教材の見本"', '" "'), "reason"),
        (ENTRY.replace("until = 2027-03-31", ""), "until"),
        (ENTRY.replace("2027-03-31", '"2027-03-31"'), "until"),
        (ENTRY.replace("2027-03-31", "2027-03-31T00:00:00Z"), "until"),
    ],
)
def test_what_is_wrong_has_no_effect_and_is_told(text: str, why: str) -> None:
    rules, problems = read(text)
    assert rules.allowed == ()
    assert "MN999" not in rules.levels
    assert [(each.code, dict(each.values)["why"]) for each in problems] == [("MN508", why)]
    assert all(phrases("scan_settings", language)[why] for language in LANGUAGES)


@pytest.mark.parametrize("field", ["path", "reason", "number", "until"])
def test_an_allowance_never_holds_a_number(field: str) -> None:
    number = NUMBERS[0]
    written = f'{field} = "{number[:4]}-{number[4:8]}-{number[8:]}"'
    kept = [line for line in ENTRY.splitlines() if not line.startswith(field)]
    rules, problems = read("\n".join([*kept, written]))
    assert rules.allowed == ()
    assert [dict(each.values) for each in problems] == [{"why": "number"}]
    assert not any(part in repr(problems) for part in (number[:4], number[4:8], number[8:]))


def test_bytes_that_are_no_text_are_told_without_being_shown() -> None:
    problems = read_scan_rules(shipped("controls"), b"\xff\xfe123", ON)[1]
    assert [dict(each.values) for each in problems] == [{"why": "syntax"}]


def test_the_line_is_left_out_where_entries_are_written_otherwise() -> None:
    text = '[scan]\nallow = [ # {\n{path = "a"}]\n'
    assert defects(text) == [("MN508", 0, "reason")] or defects(text)[0][0] == "MN508"
    quoted = "scan.allow = [{path = 'a', reason = 'b', until = 2027-01-01}]\n"
    assert [each.line for each in read(quoted)[0].allowed] == [0]


def test_every_defect_is_told_at_its_line() -> None:
    text = f'{ENTRY}\n[[scan.allow]]\npath = "a"\n\n[[scan.allow]]\nreason = "b"\n'
    assert defects(text) == [("MN508", 6, "reason"), ("MN508", 9, "path")]


def test_the_data_name_every_rule_once() -> None:
    data = read_scan_data(shipped("controls"))
    named = [each.id for each in data.look_alikes]
    assert sorted(named) == sorted({*BY_DIGITS, *BY_TEXT})
    assert named == sorted(named)


def test_nothing_hides_a_labeled_number() -> None:
    data = read_scan_data(shipped("controls"))
    assert not any(Context.LABELED in each.hides for each in data.look_alikes)
    wanted = {**dict.fromkeys(Form, "MN501"), Form.MISTYPED: "MN502"}
    assert data.severity[Context.LABELED] == wanted


def test_a_stronger_context_is_never_judged_less() -> None:
    data = read_scan_data(shipped("controls"))
    rank = {None: 0, "MN502": 1, "MN501": 2}
    order = list(Context)
    for form in Form:
        grades = [rank[data.severity.get(context, {}).get(form)] for context in order]
        assert grades == sorted(grades, reverse=True), form


def test_every_reason_has_its_words() -> None:
    for language in LANGUAGES:
        words = phrases("scan_reason", language)
        assert all(words[each] for each in [*Context, Form.MISTYPED])


def test_the_program_calls_a_number_with_context_an_error() -> None:
    assert [severity(f"MN50{n}") for n in (1, 2, 7, 8)] == ["error", *["warning"] * 3]


def test_data_that_cannot_be_read_are_an_error_of_the_installation(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="MN300"):
        read_scan_data(tmp_path)
    (tmp_path / "individual-number.yaml").write_text("terms: 1\n")
    with pytest.raises(ConfigurationError, match="MN301"):
        read_scan_data(tmp_path)


def test_the_settings_have_one_name() -> None:
    assert SETTINGS == "mnaudit.toml"
