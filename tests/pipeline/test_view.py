"""What a report shows is gathered from what was judged, the residual risk included."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mnaudit.errors import InputError
from mnaudit.pipeline import Judged, judge_folder, shipped_rules, tailor_rules, view

if TYPE_CHECKING:
    from mnaudit.model.view import RiskFacts

EVIDENCE = Path(__file__).parents[2] / "evidence"
AS_OF = date(2026, 3, 31)


@pytest.fixture(scope="module")
def judged() -> Judged:
    return judge_folder(EVIDENCE, AS_OF, shipped_rules())


def risk_with(judged: Judged, controls: Path | None) -> RiskFacts | None:
    rules = replace(judged.rules, controls=controls)
    return view(replace(judged, rules=rules), "evidence").risk


def test_the_risk_sheet_has_a_level_for_every_stage_and_form(judged: Judged) -> None:
    risk = view(judged, "evidence").risk

    assert risk is not None
    assert len(risk.sheet.cells) == len(risk.risks.stages) * len(risk.risks.patterns)
    assert all(cell.level is not None for cell in risk.sheet.cells)
    assert len(risk.sheet.answers) == len(risk.risks.questions)


def test_a_catalog_without_risks_has_no_risk_sheet(judged: Judged, tmp_path: Path) -> None:
    assert risk_with(judged, tmp_path) is None
    assert risk_with(judged, None) is None


def test_a_tailored_catalog_keeps_the_risk_sheet(judged: Judged, tmp_path: Path) -> None:
    version = judged.rules.catalog.version
    (tmp_path / "tailoring.yaml").write_text(f"extends: mnaudit@{version}\ndue_soon: P90D\n")
    rules, problems = tailor_rules(judged.rules, tmp_path)

    assert problems == ()
    assert view(judge_folder(EVIDENCE, AS_OF, rules), "evidence").risk is not None


def test_what_was_not_judged_cannot_be_shown(judged: Judged) -> None:
    with pytest.raises(InputError) as refused:
        view(replace(judged, assessment=None), "evidence")

    assert refused.value.code == "MN146"
