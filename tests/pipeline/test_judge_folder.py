"""A folder is judged: one gap, no gap, or nothing at all."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mnaudit.errors import ConfigurationError, InputError
from mnaudit.model.assessment import Finding, FindingStatus, TierStatus
from mnaudit.model.control import Tier
from mnaudit.pipeline import (
    Judged,
    judge_folder,
    rules_of,
    schemas_of,
    validate_folder,
    validate_paths,
    view,
)

if TYPE_CHECKING:
    from mnaudit.pipeline import Rules

ROOT = Path(__file__).parents[2]


def statuses(judged: Judged, status: FindingStatus, tier: Tier = Tier.MINIMUM) -> list[str]:
    assert judged.assessment is not None
    return [f.control for f in judged.assessment.findings if (f.tier, f.status) == (tier, status)]


def finding(judged: Judged, control: str) -> Finding:
    assert judged.assessment is not None
    return next(f for f in judged.assessment.findings if f.control == control)


def test_the_sample_company_has_one_gap_in_the_minimum_tier(
    evidence: Path, rules: Rules, as_of: date
) -> None:
    judged = judge_folder(evidence, as_of, rules)

    assert judged.validation.problems == ()
    assert judged.assessment is not None
    assert judged.assessment.tier(Tier.MINIMUM).status is TierStatus.NOT_SATISFIED
    assert statuses(judged, FindingStatus.NOT_SATISFIED) == ["PER-b-01"]
    (gap,) = finding(judged, "PER-b-01").gaps
    assert gap.code == "MN203"
    assert gap.values["missing"] == ("E0033",)


def test_the_filed_record_closes_the_gap(closed: Path, rules: Rules, as_of: date) -> None:
    judged = judge_folder(closed, as_of, rules, cross_check=True)

    assert judged.assessment is not None
    assert judged.validation.problems == ()
    assert judged.assessment.tier(Tier.MINIMUM).status is TierStatus.SATISFIED


def test_the_filed_record_proves_nothing_before_its_day(closed: Path, rules: Rules) -> None:
    judged = judge_folder(closed, date(2026, 2, 19), rules)

    assert "PER-b-01" in statuses(judged, FindingStatus.NOT_SATISFIED)


def test_evidence_lapses_with_the_years(closed: Path, rules: Rules) -> None:
    judged = judge_folder(closed, date(2028, 3, 31), rules)

    assert len(statuses(judged, FindingStatus.NOT_SATISFIED)) > 5


def test_judging_again_gives_the_same(evidence: Path, rules: Rules, as_of: date) -> None:
    again = rules_of(ROOT / "controls", ROOT / "schema")

    first = judge_folder(evidence, as_of, rules)
    second = judge_folder(evidence, as_of, again)

    assert first.assessment == second.assessment


def test_an_empty_folder_is_never_green(tmp_path: Path, rules: Rules, as_of: date) -> None:
    with pytest.raises(InputError) as caught:
        judge_folder(tmp_path, as_of, rules)

    assert (caught.value.code, caught.value.values) == ("MN150", {"path": str(tmp_path)})


@pytest.mark.parametrize("notes", [["README.md"], [".gitkeep", ".git/config"]])
def test_notes_are_nothing_to_judge(
    tmp_path: Path, rules: Rules, as_of: date, notes: list[str]
) -> None:
    for note in notes:
        (tmp_path / note).parent.mkdir(exist_ok=True)
        (tmp_path / note).write_bytes(b"")

    with pytest.raises(InputError) as caught:
        judge_folder(tmp_path, as_of, rules)

    assert caught.value.code == "MN150"


def test_an_organization_alone_is_nothing_to_judge(
    evidence: Path, tmp_path: Path, rules: Rules, as_of: date
) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    (evidence / "organization.yaml").rename(alone / "organization.yaml")

    for judge in (
        lambda: judge_folder(alone, as_of, rules),
        lambda: validate_folder(alone, rules.schemas),
    ):
        with pytest.raises(InputError) as caught:
            judge()
        assert caught.value.code == "MN150"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, rules: Rules, as_of: date) -> None:
    for path in (tmp_path / "absent", Path(__file__)):
        with pytest.raises(ConfigurationError) as caught:
            judge_folder(path, as_of, rules)
        assert caught.value.code == "MN002"


@pytest.mark.parametrize("how", ["missing", "broken", "invalid", "a link"])
def test_without_a_good_organization_yaml_nothing_is_judged(
    evidence: Path, rules: Rules, as_of: date, how: str
) -> None:
    path = evidence / "organization.yaml"
    match how:
        case "missing":
            path.unlink()
        case "broken":
            path.write_bytes(b"a: [")
        case "invalid":
            path.write_text("name: 株式会社見本商事\n", encoding="utf-8")
        case _:
            path.rename(evidence.parent / "organization.yaml")
            path.symlink_to(evidence.parent / "organization.yaml")

    judged = judge_folder(evidence, as_of, rules)

    assert judged.assessment is None
    assert any(problem.path == "organization.yaml" for problem in judged.validation.problems)
    with pytest.raises(InputError) as caught:
        view(judged, "evidence")
    assert caught.value.code == "MN146"


def test_an_unreadable_record_leaves_open_what_it_could_show(
    closed: Path, rules: Rules, as_of: date
) -> None:
    (closed / "training-record/2026-02-20-handlers-follow-up.yaml").write_bytes(b"\xff\xfe")

    judged = judge_folder(closed, as_of, rules)

    assert judged.assessment is not None
    assert finding(judged, "PER-b-01").status is FindingStatus.INDETERMINATE
    # Who is missing is told, and why that may not be so.
    assert [gap.code for gap in finding(judged, "PER-b-01").gaps] == ["MN203", "MN210"]
    assert judged.assessment.tier(Tier.MINIMUM).status is TierStatus.INDETERMINATE
    # What no training record can change is judged as before.
    assert finding(judged, "ORG-out-02").status is FindingStatus.SATISFIED


def test_an_unreadable_record_of_another_kind_does_not_hide_a_gap(
    evidence: Path, rules: Rules, as_of: date
) -> None:
    (evidence / "nil-statement/2025-04-to-06-certificate.yaml").write_bytes(b"\xff\xfe")

    judged = judge_folder(evidence, as_of, rules)

    assert finding(judged, "PER-b-01").status is FindingStatus.NOT_SATISFIED


def test_a_changed_attachment_takes_its_record_away(
    closed: Path, rules: Rules, as_of: date
) -> None:
    attachment = closed / "training-record/files/2026-02-20-handlers-follow-up-attendance.pdf"
    attachment.write_bytes(attachment.read_bytes() + b"\n")

    judged = judge_folder(closed, as_of, rules)

    assert [problem.code for problem in judged.validation.problems] == ["MN127"]
    assert finding(judged, "PER-b-01").status is FindingStatus.INDETERMINATE


def test_a_report_shows_what_was_judged(evidence: Path, rules: Rules, as_of: date) -> None:
    judged = judge_folder(evidence, as_of, rules)

    shown = view(judged, "evidence")

    assert shown.assessment is judged.assessment
    assert shown.documents == len(judged.validation.documents) > 25
    assert shown.bundle is None
    assert shown.catalog is rules.catalog


def test_single_documents_are_validated_with_their_attachments(evidence: Path) -> None:
    schemas = schemas_of(ROOT / "schema")
    record = evidence / "training-record/2025-11-06-handlers.yaml"

    assert validate_paths(evidence, [record], schemas, cross_check=True).problems == ()
    (evidence / "training-record/files/2025-11-06-handlers-handout.pdf").unlink()
    codes = [problem.code for problem in validate_paths(evidence, [record], schemas).problems]
    assert codes == ["MN126"]


def test_what_was_judged_cannot_be_changed(evidence: Path, rules: Rules, as_of: date) -> None:
    judged = judge_folder(evidence, as_of, rules)

    with pytest.raises(dataclasses.FrozenInstanceError):
        judged.assessment = None  # type: ignore[misc]
