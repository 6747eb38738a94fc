"""Redacted evidence from the folder to the verdict: it is open, never green, and it is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from mnaudit.model.assessment import FindingStatus
from mnaudit.model.verdict import Result
from mnaudit.pipeline import Judged, Rules, attest, disclose, judge_folder, verify
from mnaudit.pipeline.partial import Selection
from mnaudit.verify import Basis

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from mnaudit.model.control import Tier
    from mnaudit.signing.keys import SigningKey

POLICY = "basic-policy/2025-06-25-policy.yaml"
ATTACHMENTS = (
    "basic-policy/files/2025-06-24-board-minutes.pdf",
    "basic-policy/files/2025-06-25-policy.pdf",
)


def redact(evidence: Path, path: str = POLICY, **more: Any) -> None:
    """Put a tombstone in the place of a file."""
    (evidence / path).unlink(missing_ok=True)
    for each in ATTACHMENTS if "replaced_by" not in more else ():
        (evidence / each).unlink()
    tombstone = {
        "id": "policy-2026",
        "path": path,
        "role": "document",
        "kind": "basic-policy",
        "reason": "番号が入っていた。",
        "discovered_on": "2026-03-01",
        "redacted_on": "2026-03-02",
        "requested_by": {"code": "E0003", "role": "総務課長"},
        "approved_by": {"code": "E0001", "role": "監査責任者"},
        "statuses": [],
        **more,
    }
    value = {"organization": "8000000000001", "redactions": [tombstone]}
    (evidence / "redactions.yaml").write_text(json.dumps(value, ensure_ascii=False), "utf-8")


def codes(judged: Judged) -> list[str]:
    return [each.code for each in judged.validation.problems]


def statuses(judged: Judged) -> dict[tuple[str, Tier], FindingStatus]:
    assert judged.assessment is not None
    return {(each.control, each.tier): each.status for each in judged.assessment.findings}


def test_what_was_redacted_is_indeterminate_and_never_satisfied(
    evidence: Path, rules: Rules, as_of: date
) -> None:
    before = statuses(judge_folder(evidence, as_of, rules))
    redact(evidence)

    judged = judge_folder(evidence, as_of, rules)
    after = statuses(judged)

    assert codes(judged) == ["MN510"]
    changed = {place for place in after if after[place] != before[place]}
    assert changed
    assert {after[place] for place in changed} == {FindingStatus.INDETERMINATE}
    told = dict(judged.validation.problems[0].values)
    assert (told["day"], told["approver"]) == ("2026-03-02", "監査責任者 E0001")


def test_a_clean_document_in_its_place_counts_again(
    evidence: Path, rules: Rules, as_of: date
) -> None:
    before = statuses(judge_folder(evidence, as_of, rules))
    clean = (evidence / POLICY).read_bytes()
    redact(evidence, replaced_by="basic-policy/2025-06-25b.yaml")
    assert statuses(judge_folder(evidence, as_of, rules)) != before  # nobody filed it yet
    (evidence / "basic-policy/2025-06-25b.yaml").write_bytes(clean)

    judged = judge_folder(evidence, as_of, rules)

    assert codes(judged) == ["MN510"]
    assert statuses(judged) == before


def test_a_removed_file_that_is_back_is_a_defect(evidence: Path, rules: Rules, as_of: date) -> None:
    data = (evidence / POLICY).read_bytes()
    redact(evidence)
    (evidence / POLICY).write_bytes(data)

    assert "MN513" in codes(judge_folder(evidence, as_of, rules))


@pytest.mark.parametrize("more", [{"reason": ""}, {"salt": "ab" * 32}], ids=["empty", "unknown"])
def test_a_tombstone_that_its_schema_refuses_is_a_defect(
    evidence: Path, rules: Rules, as_of: date, more: dict[str, Any]
) -> None:
    redact(evidence, **more)

    judged = judge_folder(evidence, as_of, rules)

    assert codes(judged)
    assert {each.path for each in judged.validation.problems} == {"redactions.yaml"}


def test_the_tombstone_travels_in_the_bundle_and_the_verdict_names_it(
    evidence: Path, rules: Rules, as_of: date, key: SigningKey, tmp_path: Path
) -> None:
    redact(evidence)
    judged = judge_folder(evidence, as_of, rules)
    bundle = attest(judged, tmp_path / "out", key)
    basis = Basis(pin=key.public.fingerprint)

    verdict, _ = verify(bundle, basis=basis, rules=rules)

    assert verdict.result is Result.VALID
    assert verdict.redacted is not None
    (told,) = verdict.redacted
    assert (told.path, told.redacted_on, told.approved_by) == (POLICY, "2026-03-02", "監査責任者")


@pytest.mark.parametrize("shown", ["training-record/*", "basic-policy/*", "organization.yaml"])
def test_a_part_of_the_bundle_brings_the_tombstones_along(
    evidence: Path, rules: Rules, as_of: date, key: SigningKey, shown: str
) -> None:
    out = evidence.parent / "out"
    clean = (evidence / POLICY).read_bytes()
    redact(evidence, replaced_by="basic-policy/2025-06-25b.yaml")
    (evidence / "basic-policy/2025-06-25b.yaml").write_bytes(clean)
    bundle = attest(judge_folder(evidence, as_of, rules), out, key)
    basis = Basis(pin=key.public.fingerprint, partial=True)
    selection = Selection(recipient="bank", globs=(shown,))

    part = disclose(bundle, selection, basis=basis, rules=rules, out=out)
    verdict, _ = verify(out / part.name, basis=basis, rules=rules)

    assert "evidence/redactions.yaml" in part.members
    assert verdict.result is not Result.INVALID
    assert verdict.redacted is not None


def test_an_old_bundle_is_shown_without_the_file_and_stays_what_it_was(
    evidence: Path, rules: Rules, as_of: date, key: SigningKey, tmp_path: Path
) -> None:
    bundle = attest(judge_folder(evidence, as_of, rules), tmp_path / "out", key)
    basis = Basis(pin=key.public.fingerprint, partial=True)
    selection = Selection(recipient="bank", without=(POLICY,))

    part = disclose(bundle, selection, basis=basis, rules=rules, out=tmp_path / "out")
    verdict, _ = verify(tmp_path / "out" / part.name, basis=basis, rules=rules)

    assert verdict.result is Result.VALID
    assert verdict.disclosed is not None
    assert f"evidence/{POLICY}" not in part.members
    assert verdict.disclosed.covered
    assert verdict.disclosed.uncovered
