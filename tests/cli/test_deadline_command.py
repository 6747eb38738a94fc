"""Deadlines on the command line: what people type, and what they read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mnaudit.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run ``mnaudit deadline``; return exit code, output and complaints."""

    def ran(*arguments: str, lang: str = "ja") -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["--lang", lang, "deadline", *arguments])
        captured = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code, captured.out, captured.err

    return ran


def test_a_moved_deadline_says_why(run: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = run("leak", "--known", "2026-11-02", "--wrongful")

    assert (code, err) == (0, "")
    assert "報告: 必要です（規則2条2号 不正の目的によるおそれがある漏えい等・利用・提供）" in out
    assert "確報: 2027-01-04（令和9年1月4日・月）まで（60日以内）" in out
    assert "60日目の2026-12-31（令和8年12月31日・木）は年末年始（12月29日～1月3日）のため" in out
    assert "祝日の表: holidays 0." in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "as if more than 100"),
        (("--persons", "100"), "no duty (100 persons"),
        (("--persons", "101"), "required (Article 2, item 4"),
        (("--exposed",), "required (Article 2, item 3"),
        (("--government",), "required (Article 2, item 1"),
        (("--wrongful", "--encrypted"), "not needed"),
    ],
)
def test_whether_it_must_be_reported_stands_first(
    run: Callable[..., tuple[int, str, str]], options: tuple[str, ...], said: str
) -> None:
    code, out, _ = run("leak", "--known", "令和8年11月2日", *options, lang="en")

    assert code == 0
    assert said in out.splitlines()[2]
    assert "by 2026-12-01 (Tue; Reiwa 8.12.1)" in out or "--wrongful" in options


def test_a_holiday_is_named_in_the_language(run: Callable[..., tuple[int, str, str]]) -> None:
    _, japanese, _ = run("leak", "--known", "2026-10-25")
    _, english, _ = run("leak", "--known", "2026-10-25", lang="en")

    assert "祝日（勤労感謝の日）" in japanese
    assert "holiday: Labor Thanksgiving Day" in english


def test_programs_get_data(run: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = run("leak", "--known", "2026-11-02", "--format", "json")
    leak = json.loads(out)
    _, out, _ = run(
        "retention", "--document", "扶養控除等申告書", "--year", "R8", "--format", "json"
    )
    kept = json.loads(out)
    _, out, _ = run("retention", "--format", "json")
    table = json.loads(out)

    assert (leak["schema"], leak["final_by"]) == ("mnaudit/deadline-leak@1", "2026-12-01")
    assert (kept["schema"], kept["dispose_from"]) == (
        "mnaudit/deadline-retention@1",
        "2034-01-11",
    )
    assert table["schema"] == "mnaudit/retention@1"
    assert len(table["documents"]) == 15


def test_a_declaration_tells_from_when_and_why(run: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = run("retention", "--document", "扶養控除等申告書", "--year", "令和8年")

    assert code == 0
    assert "廃棄の日: 2034-01-11（令和16年1月11日・水）から" in out
    assert "（7年）" in out
    assert "所得税法194条" in out


def test_notes_and_doubts_are_told(run: Callable[..., tuple[int, str, str]]) -> None:
    _, quoted, _ = run(
        "retention", "--document", "employment-insurance-insured", "--completed", "2026-05-31"
    )
    _, none, _ = run("retention", "--document", "源泉徴収票の控え")

    assert "引用で確かめた" in quoted
    assert "法定の保存期間はありません" in none
    assert "注意: " in none


def test_a_day_without_an_era_of_the_report_is_shown_plainly(
    run: Callable[..., tuple[int, str, str]],
) -> None:
    _, out, _ = run("retention", "--document", "health-insurance", "--completed", "1985-03-31")

    assert "保存期間: 1985-04-01（月）から1987-03-31（火）まで（2年）" in out


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_without_a_document_all_periods_are_listed(
    run: Callable[..., tuple[int, str, str]], lang: str
) -> None:
    code, out, _ = run("retention", lang=lang)

    assert code == 0
    assert len(out.strip().splitlines()) == 2 + 15


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("leak",), "MN011"),
        (("leak", "--known", "2026-02-30"), "MN012"),
        (("leak", "--known", "平成32年1月1日"), "MN012"),
        (("leak", "--known", "2026-11-02", "--persons", "-1"), "MN012"),
        (("leak", "--known", "2026-11-02", "--persons", "many"), "MN012"),
        (("leak", "--known", "2022-03-31"), "MN054"),
        (("leak", "--known", "2150-01-01"), "MN054"),
        (("retention", "--document", "住民票"), "MN050"),
        (("retention", "--document", "保険料控除申告書", "--year", "平成32年"), "MN051"),
        (("retention", "--document", "保険料控除申告書"), "MN052"),
        (("retention", "--document", "health-insurance", "--year", "2026"), "MN052"),
        (("retention", "--document", "retirement-income-lump-sum", "--year", "R7"), "MN053"),
    ],
)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_what_cannot_be_computed_is_refused_with_a_remedy(
    run: Callable[..., tuple[int, str, str]], arguments: tuple[str, ...], code: str, lang: str
) -> None:
    exit_code, out, err = run(*arguments, lang=lang)

    assert (exit_code, out) == (2, "")
    assert f"[{code}]" in err
