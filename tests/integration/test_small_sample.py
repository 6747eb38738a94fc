"""The small sample: twelve people, only paper, nobody entrusted. Relief and not-applicable.

``tests/samples/sme/`` follows the first process example: numbers come in on paper, lie in a safe,
are used and filed on paper and end in the shredder.
"""

from __future__ import annotations

import json
import shutil
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mnaudit.cli import main
from mnaudit.model.assessment import FindingStatus, TierStatus
from mnaudit.model.control import Tier
from mnaudit.pipeline import judge_folder, rules_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from mnaudit.model.assessment import Assessment, Finding
    from mnaudit.pipeline import Judged

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "samples" / "sme"
RULES = rules_of(ROOT / "controls", ROOT / "schema")
AS_OF = date(2026, 3, 31)

TECHNICAL = [control.id for control in RULES.catalog.controls if control.id.startswith("TEC-")]
NOT_APPLICABLE = {
    "sys": ["ORG-a-05", "ORG-b-05", "PHY-a-01", "PHY-a-02", "PHY-a-03", "PHY-b-02", "PHY-d-03",
            "PHY-d-04", *TECHNICAL],
    "media": ["PHY-c-01"],
    "out": ["ORG-out-01", "ORG-out-02", "ORG-out-03", "ORG-out-04"],
    "out-disposal": ["ORG-b-04"],
    "cloud": ["ORG-out-05"],
    "abroad": ["ORG-ext-01"],
}  # fmt: skip
"""By the scope that does not hold; written down by hand, not read from the catalog."""

OPENED = {
    "ORG-rule-05": "nobody looks at the number together with the identity",
    "ORG-a-01": "the chart shows no audit officer",
    "ORG-a-04": "no audit officer",
    "ORG-a-06": "no route of its own for violations of the rules",
    "ORG-a-08": "no article on how departments share the work",
    "ORG-a-09": "no checker and no final checker",
    "ORG-b-07": "the records are inspected twice a year, not every three months",
    "ORG-d-01": "publishing is no step of the procedure",
    "ORG-d-04": "publishing is no step of the procedure",
    "ORG-e-02": "the responsible person inspects, so nobody reports to that person",
    "ORG-e-04": "changes of the business were not looked at",
    "PHY-c-02": "an envelope in a bag is neither sealed nor masked",
    "PHY-d-01": "nobody knows how fine the shredder cuts",
}
"""What the relief carries: the rows that open without it, and why."""


@cache
def judged() -> Judged:
    """Judge the sample as it is, with both schema engines, once for all tests."""
    return judge_folder(SAMPLE, AS_OF, RULES, cross_check=True)


def assessed(folder: Path | None = None) -> Assessment:
    """Judge a changed copy, or the sample itself."""
    assessment = (judge_folder(folder, AS_OF, RULES) if folder else judged()).assessment
    assert assessment is not None
    return assessment


def minimum(assessment: Assessment) -> dict[str, Finding]:
    return {f.control: f for f in assessment.findings if f.tier is Tier.MINIMUM}


def with_status(assessment: Assessment, status: FindingStatus) -> set[str]:
    return {name for name, found in minimum(assessment).items() if found.status is status}


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, str], Path]:
    """Copy the sample with one line of ``organization.yaml`` changed."""

    def copy(line: str, into: str) -> Path:
        folder = tmp_path / "evidence"
        shutil.copytree(SAMPLE, folder)
        path = folder / "organization.yaml"
        text = path.read_text(encoding="utf-8")
        assert text.count(line) == 1
        path.write_text(text.replace(line, into), encoding="utf-8")
        return folder

    return copy


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command over the sample and return what it prints."""

    def ran(*words: str, lang: str = "ja") -> str:
        with pytest.raises(SystemExit) as left:
            main(["--lang", lang, *words])
        assert left.value.code == 0
        return capsys.readouterr().out

    return ran


# The sample as it is


def test_the_sample_is_small_and_whole() -> None:
    result = judged()

    assert result.validation.problems == ()
    assert 25 <= len(result.validation.documents) <= 35
    assert result.validation.organization is not None
    people = result.validation.organization.value["workforce"]
    assert sum("left_on" not in person for person in people) == 12
    assert not list(SAMPLE.rglob("files"))


def test_it_is_judged_as_a_small_business() -> None:
    assert assessed().sme


def test_the_minimum_tier_is_satisfied_without_a_gap() -> None:
    assessment = assessed()

    gaps = {name: found.gaps for name, found in minimum(assessment).items() if found.gaps}
    assert gaps == {}
    assert assessment.tier(Tier.MINIMUM).status is TierStatus.SATISFIED
    assert with_status(assessment, FindingStatus.NOT_APPLICABLE) | with_status(
        assessment, FindingStatus.SATISFIED
    ) == set(RULES.catalog.control)


def test_what_is_satisfied_rests_on_evidence() -> None:
    found = minimum(assessed()).values()

    satisfied = [one for one in found if one.status is FindingStatus.SATISFIED]
    assert satisfied
    assert all(one.evidence and one.assurance == "evidenced" for one in satisfied)


def test_exactly_the_rows_whose_scope_does_not_hold_are_not_applicable() -> None:
    found = minimum(assessed())

    reasons = {name: one.reason for name, one in found.items() if one.reason is not None}
    assert reasons == {name: scope for scope, names in NOT_APPLICABLE.items() for name in names}
    assert set(reasons) == with_status(assessed(), FindingStatus.NOT_APPLICABLE)


def test_a_row_that_does_not_bind_is_out_of_both_tiers() -> None:
    by_control: dict[str, set[str | None]] = {}
    for found in assessed().findings:
        by_control.setdefault(found.control, set()).add(found.reason)

    assert all(len(reasons) == 1 for reasons in by_control.values())


# Relief


@pytest.mark.parametrize(
    ("line", "into"),
    [
        ("administrative_affairs: false", "administrative_affairs: true"),
        ("entrusted_business: false", "entrusted_business: true"),
        ("financial_sector: false", "financial_sector: true"),
        ("over_5000_individuals: false", "over_5000_individuals: true"),
        ("employees: 12 ", "employees: 101 "),
    ],
    ids=["authority", "entrusted", "finance", "over 5000", "101 employees"],
)
def test_without_the_relief_the_same_evidence_is_not_enough(
    changed: Callable[[str, str], Path], line: str, into: str
) -> None:
    assessment = assessed(changed(line, into))

    assert not assessment.sme
    assert assessment.tier(Tier.MINIMUM).status is TierStatus.NOT_SATISFIED
    assert with_status(assessment, FindingStatus.NOT_SATISFIED) == set(OPENED)


def test_a_hundred_employees_are_still_a_small_business(
    changed: Callable[[str, str], Path],
) -> None:
    assert assessed(changed("employees: 12 ", "employees: 100 ")).sme


@pytest.mark.parametrize("name", OPENED)
def test_the_relief_is_written_in_the_row_that_it_carries(name: str) -> None:
    assert RULES.catalog.control[name].minimum.sme


@pytest.mark.parametrize(
    "measure", ["ORG-pol", "PER-a", "PER-b", "PHY-a", "PHY-b", "TEC-c", "TEC-d"]
)
def test_where_the_guideline_relieves_nothing_neither_do_we(measure: str) -> None:
    rows = [row for row in RULES.catalog.controls if row.id.startswith(f"{measure}-")]

    assert rows
    assert [row.id for row in rows if row.minimum.sme] == []


# Scopes


def test_without_a_computer_no_technical_row_binds() -> None:
    found = minimum(assessed())

    assert len(TECHNICAL) == 24
    assert {found[name].reason for name in TECHNICAL} == {"sys"}


@pytest.mark.parametrize("pattern", ["file", "system", "cloud"])
def test_with_a_computer_in_one_stage_every_technical_row_binds(
    changed: Callable[[str, str], Path], pattern: str
) -> None:
    found = minimum(assessed(changed("use: [paper]", f"use: [paper, {pattern}]")))

    assert [name for name in TECHNICAL if found[name].reason is not None] == []
    assert any(found[name].gaps for name in TECHNICAL)


@pytest.mark.parametrize(
    ("line", "into", "scope"),
    [
        ("media: false", "media: true", "media"),
        ("countries: [JP]", "countries: [JP, SG]", "abroad"),
        ("store: [paper]", "store: [paper, outsourced]", "out"),
        ("dispose: [paper]", "dispose: [paper, outsourced]", "out-disposal"),
        ("provide: [paper]", "provide: [paper, cloud]", "cloud"),
    ],
    ids=["media", "abroad", "out", "out-disposal", "cloud"],
)
def test_a_row_binds_as_soon_as_its_scope_holds(
    changed: Callable[[str, str], Path], line: str, into: str, scope: str
) -> None:
    found = minimum(assessed(changed(line, into)))

    assert [name for name in NOT_APPLICABLE[scope] if found[name].reason is not None] == []


# Risk, and what the catalog says of itself


def test_the_risk_sheet_shows_only_the_paper_column(run: Callable[..., str]) -> None:
    sheet: dict[str, Any] = json.loads(
        run("risk", str(SAMPLE), "--as-of", AS_OF.isoformat(), "--format", "json")
    )

    stages = {"acquire", "store", "use", "provide", "disclose", "dispose"}
    assert {tuple(place) for place in sheet["in_use"]} == {(stage, "paper") for stage in stages}
    levels = {(cell["stage"], cell["pattern"]): cell["level"] for cell in sheet["cells"]}
    assert {pattern for _, pattern in levels} == {"paper", "file", "system", "cloud", "outsourced"}
    assert {place for place, level in levels.items() if level != "not-applicable"} == {
        (stage, "paper") for stage in stages
    }
    assert "high" not in levels.values()


def test_the_risk_sheet_says_where_nothing_applies(run: Callable[..., str]) -> None:
    out = run("risk", str(SAMPLE), "--as-of", AS_OF.isoformat())

    elsewhere = "該当なし: 表計算などのファイル、自社のシステム、クラウドサービス、委託"
    assert out.count(elsewhere) == 6
    assert "[高]" not in out


def test_resolve_tells_which_rows_bind_and_which_are_relieved(run: Callable[..., str]) -> None:
    told: dict[str, Any] = json.loads(run("catalog", "resolve", str(SAMPLE), "--format", "json"))

    assert told["sme"] is True
    rows = {row["id"]: row for row in told["controls"]}
    assert {name: row["scope"] for name, row in rows.items() if not row["applies"]} == {
        name: scope for scope, names in NOT_APPLICABLE.items() for name in names
    }
    assert {name for name in OPENED if not rows[name]["sme"]} == set()
    assert not any(row["sme"] for row in rows.values() if not row["applies"])


@pytest.mark.parametrize(
    ("lang", "relief", "reason"),
    [
        ("ja", "中小規模事業者に当たります", "電子ファイル・システム・クラウドで扱っていない"),
        ("en", "small or medium-sized business", "No stage handles Individual Numbers in files"),
    ],
    ids=["ja", "en"],
)
def test_resolve_gives_the_reason_in_both_languages(
    run: Callable[..., str], lang: str, relief: str, reason: str
) -> None:
    out = run("catalog", "resolve", str(SAMPLE), lang=lang)

    assert relief in out
    assert out.count(reason) == len(NOT_APPLICABLE["sys"])
