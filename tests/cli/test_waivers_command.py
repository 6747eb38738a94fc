"""A waiver on the command line: drafted, approved, told apart from what is met, and expired."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from mnaudit.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Program

DAY = "--as-of=2026-03-31"
DRAFT = """\
organization: "8000000000001"
waivers:
  - id: training-e0033
    control: PER-b-01
    tier: minimum
    reason: 休職中のE0033が戻るまで、番号の事務から外す。
    owner: { code: E0003, role: 総務課長 }
    from: 2026-03-01
    until: 2026-04-30
"""
APPROVAL = """\
    approver: {{ code: E0001, role: 代表取締役 }}
    approved_on: 2026-03-20
    facts: {facts}
"""


@pytest.fixture
def draft(evidence: Path) -> Path:
    """Put a waiver that nobody has approved into the folder."""
    path = evidence / "waivers.yaml"
    path.write_text(DRAFT, encoding="utf-8")
    return path


@pytest.fixture
def approved(mnaudit: Program, evidence: Path, draft: Path) -> Path:
    """Approve the waiver with the digest that the program shows."""
    (facts,) = set(re.findall(r"[0-9a-f]{64}", mnaudit("assess", evidence, DAY).out))
    draft.write_text(DRAFT + APPROVAL.format(facts=facts), encoding="utf-8")
    return draft


def test_a_draft_has_no_effect_and_shows_what_its_approver_signs_for(
    mnaudit: Program, evidence: Path, draft: Path
) -> None:
    assert draft.is_file()
    assert mnaudit("gate", evidence, DAY).code == ExitCode.NOT_SATISFIED
    assert "MN241" in mnaudit("assess", evidence, DAY).out


def test_an_approved_waiver_passes_the_gate_and_is_never_called_met(
    mnaudit: Program, evidence: Path, approved: Path
) -> None:
    assert approved.is_file()
    gate = mnaudit("gate", evidence, DAY)
    assert (gate.code, "1 of them waived" in gate.out) == (0, True)

    told = mnaudit("assess", evidence, DAY).out
    assert "satisfied, except for what is waived" in told
    assert "all satisfied" not in told


def test_a_waiver_is_signed_and_judged_again(
    mnaudit: Program, evidence: Path, approved: Path, tmp_path: Path
) -> None:
    assert approved.is_file()
    told = mnaudit("run", evidence, DAY, "-o", tmp_path / "out")

    assert told.code == ExitCode.SATISFIED
    assert "VALID" in told.out


def test_an_expired_waiver_is_told_at_its_place(
    mnaudit: Program, evidence: Path, approved: Path
) -> None:
    assert approved.is_file()
    told = mnaudit("gate", evidence, "--as-of=2026-05-15")

    assert told.code == ExitCode.INPUT
    assert "error[MN242]" in told.err
    assert "waivers.yaml:9:12" in told.err


def test_a_waiver_whose_gaps_have_changed_is_void(
    mnaudit: Program, evidence: Path, approved: Path
) -> None:
    text = approved.read_text(encoding="utf-8")
    approved.write_text(re.sub("facts: [0-9a-f]{64}", f"facts: {'0' * 64}", text), encoding="utf-8")

    told = mnaudit("assess", evidence, DAY)

    assert "MN245" in told.out
    assert mnaudit("gate", evidence, DAY).code == ExitCode.NOT_SATISFIED
