"""The risk-analysis sheet as people and programs read it."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mnaudit.assess.risk import risk_sheet
from mnaudit.errors import ConfigurationError
from mnaudit.load.catalog import read_catalog
from mnaudit.load.tables import read_processes, read_risks
from mnaudit.messages import LANGUAGES, Language, phrases
from mnaudit.model.assessment import (
    Assessment,
    CatalogRef,
    Finding,
    FindingStatus,
    OrganizationRef,
)
from mnaudit.model.control import Tier
from mnaudit.model.law import Counted, Reporting
from mnaudit.model.risk import Answer, ControlState, Fact, FactKind, Level
from mnaudit.report.risk_page import RISK_FORMATS, RiskView, render_risk, risk_section

ROOT = Path(__file__).parents[2]
CATALOG, _ = read_catalog(ROOT / "controls", ROOT / "schema")
RISKS = read_risks(ROOT / "controls")
EXAMPLES = read_processes(ROOT / "controls")
GAP = "PHY-b-01"
HOSTILE = "<script>\u202eevil</script>"


def view(*, name: str = "株式会社見本商事", example: int | None = None) -> RiskView:
    """Return a sheet with one gap, on paper and in the cloud."""
    findings = tuple(
        Finding(
            control=control.id,
            tier=tier,
            status=FindingStatus.NOT_SATISFIED if control.id == GAP else FindingStatus.SATISFIED,
        )
        for control in CATALOG.controls
        for tier in Tier
        if control.expectation(tier) is not None
    )
    assessment = Assessment(
        as_of=date(2026, 3, 31),
        organization=OrganizationRef(corporate_number="8000000000001", name=name),
        catalog=CatalogRef(id="c", version="1.0.0", edition="2025-06", sha256="0" * 64),
        sme=False,
        findings=findings,
        tiers=(),
    )
    facts = (
        Fact(
            kind=FactKind.REVIEW_ENTRUSTED,
            good=True,
            values={"service": HOSTILE, "provider": "提供社"},
        ),
        Fact(
            kind=FactKind.ASSESSMENT,
            good=False,
            values={"vendor": "例示", "day": "2026-01-01", "result": "fail"},
        ),
    )
    met = (ControlState(control="ORG-out-05", minimum=FindingStatus.SATISFIED),)
    answers = (
        Answer(question="is-cloud-outsourcing", state="open", facts=facts, controls=met),
        Answer(question="vendor-quality", state="not-applicable", controls=met),
    )
    in_use: Any = {"store": ["paper"], "use": ["paper", "outsourced"]}
    sheet = risk_sheet(RISKS, in_use, assessment=assessment, answers=answers, example=example)
    preset = None if example is None else EXAMPLES.example(example)
    return RiskView(sheet, RISKS, CATALOG, preset)


def template(no: int) -> RiskView:
    """Return the sheet of an example with nothing assessed."""
    example = EXAMPLES.example(no)
    assert example is not None
    stages = {stage: how.patterns for stage, how in example.stages.items()}
    states = (ControlState(control="ORG-out-05"),)
    answers = (Answer(question="is-cloud-outsourcing", state=None, controls=states),)
    return RiskView(risk_sheet(RISKS, stages, example=no, answers=answers), RISKS, CATALOG, example)


def rendered(format_: str, shown: RiskView, language: Language = "ja") -> str:
    return render_risk(format_, shown, language).decode()


def test_the_text_tells_level_reason_and_the_control_that_decided() -> None:
    lines = rendered("text", view()).splitlines()

    assert lines[0] == "株式会社見本商事（法人番号 8000000000001）のリスク分析シート"
    assert lines[1] == "基準日 2026-03-31（令和8年3月31日）"
    assert lines[2] == "残存リスク: 高 1  中 0  低 2  該当なし 27"
    start = lines.index("== 保管")
    assert lines[start + 1] == "[高] 紙"
    assert any(line.startswith(f"    × {GAP} ") and line.endswith("←") for line in lines[start:])
    assert "[低] 委託 （当カタログが加えた項目）" in lines


def test_the_text_is_readable_without_glyphs() -> None:
    text = render_risk("text", view(), "en", marks="ascii").decode()

    assert f"[NG] {GAP}" in text
    assert not set("○△×") & set(text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("format_", sorted(RISK_FORMATS))
@pytest.mark.parametrize("shown", [view(), view(example=3), template(7)], ids=["own", "3", "7"])
def test_every_format_renders_the_same_bytes_twice(
    format_: str, language: Language, shown: RiskView
) -> None:
    first = render_risk(format_, shown, language)

    assert first == render_risk(format_, shown, language)
    assert first.endswith(b"\n")


def test_the_markdown_has_a_matrix_of_all_stages_and_forms() -> None:
    lines = rendered("markdown", view(), "en").splitlines()

    rows = [line for line in lines if line.startswith("| ")]
    assert len(rows) == 2 + len(RISKS.stages)
    assert rows[3] == "| Store | High | N/A | N/A | N/A | N/A |"


def test_the_json_is_the_same_in_every_language_and_holds_no_prose() -> None:
    data = json.loads(rendered("json", view()))

    assert rendered("json", view()) == rendered("json", view(), "en")
    assert data["schema"] == "mnaudit/risk@1"
    assert data["counts"] == {"high": 1, "low": 2, "medium": 0, "not-applicable": 27}
    used = next(c for c in data["cells"] if (c["stage"], c["pattern"]) == ("store", "paper"))
    assert (used["level"], used["deciding"]) == ("high", [GAP])


@pytest.mark.parametrize("format_", sorted(RISK_FORMATS))
def test_what_comes_from_evidence_can_neither_hide_nor_become_markup(format_: str) -> None:
    text = rendered(format_, view(name=HOSTILE))

    assert "\u202e" not in text
    if format_ in {"html", "markdown"}:
        assert "<script" not in text


def test_the_page_loads_nothing_and_the_section_is_a_part_of_it() -> None:
    page, section = rendered("html", view()), risk_section(view(), "ja")

    assert section in page
    assert section.strip().startswith("<section")
    assert "<style" not in section
    assert not re.search(r"<script|<link|https?://|\bsrc=", page)


def test_an_example_shows_how_it_is_done_and_judges_nothing_without_evidence() -> None:
    text = rendered("text", template(1))

    assert text.startswith("業務プロセス例1「紙だけで扱う」のリスク分析シート\n")
    assert "== 廃棄: シュレッダーにかける" in text
    assert "[未評価] 紙" in text
    assert "残存リスク: " not in text


def test_an_example_with_evidence_says_whose_findings_it_shows() -> None:
    assert "株式会社見本商事の点検結果を当てはめています" in rendered("text", view(example=3))


def test_a_day_before_the_eras_of_the_report_is_shown_plainly() -> None:
    shown = view()
    early = shown.sheet.model_copy(update={"as_of": date(1985, 4, 1)})

    text = rendered("text", RiskView(early, RISKS, CATALOG))

    assert "基準日 1985-04-01\n" in text


def test_a_sheet_without_organization_and_example_has_a_plain_title() -> None:
    sheet = risk_sheet(RISKS, {})

    assert rendered("text", RiskView(sheet, RISKS, CATALOG)).startswith("リスク分析シート\n")


def test_a_stage_that_uses_every_form_has_nothing_unused() -> None:
    in_use: Any = {stage.id: [pattern.id for pattern in RISKS.patterns] for stage in RISKS.stages}
    shown = RiskView(risk_sheet(RISKS, in_use), RISKS, CATALOG)

    for format_ in RISK_FORMATS:
        assert "該当なし: " not in rendered(format_, shown)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ConfigurationError) as refused:
        render_risk("pdf", view(), "ja")

    assert refused.value.code == "MN007"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_that_is_put_together_at_run_time_exists(language: Language) -> None:
    made = {
        "risk": {
            *(f"level_{level.value}" for level in Level),
            *(f"fact_{kind.value.replace('-', '_')}" for kind in FactKind),
            *(f"answer_{state}" for state in ("answered", "open", "not-applicable")),
            *(f"result_{result}" for result in ("pass", "conditional", "fail")),
        },
        "deadline": {
            *(f"reporting_{reporting.value}" for reporting in Reporting),
            *(f"counted_{counted.value}" for counted in Counted if counted is not Counted.NONE),
            *(f"reason_{reason}" for reason in ("saturday", "sunday", "holiday", "year-end")),
            *(f"weekday_{number}" for number in range(7)),
            *(f"certainty_{certainty}" for certainty in ("quoted", "unconfirmed")),
        },
    }

    for section, keys in made.items():
        assert keys <= phrases(section, language).keys()
