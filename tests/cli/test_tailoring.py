"""A company's own tailoring: found or named, told, and refused as a whole if anything is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mnaudit.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Program

DAY = "--as-of=2026-03-31"
LOOSER = """\
extends: mnaudit@0.1.0
changes:
  - control: PER-b-04
    tier: minimum
    reason: 当社では2年ごとに教育する
    max_age:
      - { requirement: 0, max_age: P2Y }
"""


@pytest.fixture
def beside(evidence: Path) -> Path:
    """Put a tailoring beside the evidence, where it is found without being named."""
    folder = evidence.parent / "controls"
    folder.mkdir()
    (folder / "tailoring.yaml").write_text(LOOSER, encoding="utf-8")
    return folder


def test_a_tailoring_beside_the_evidence_is_applied_and_told(
    mnaudit: Program, evidence: Path, beside: Path
) -> None:
    told = mnaudit("assess", evidence, DAY, "--format", "json")

    assert beside.as_posix() in told.err
    tailored = [f["control"] for f in json.loads(told.raw)["findings"] if f.get("tailored")]
    assert tailored == ["PER-b-04"]


def test_a_tailoring_elsewhere_is_applied_when_it_is_named(
    mnaudit: Program, evidence: Path, beside: Path, tmp_path: Path
) -> None:
    elsewhere = beside.rename(tmp_path / "ours")

    plain = mnaudit("gate", evidence, DAY)
    named = mnaudit("gate", evidence, DAY, "--controls", elsewhere)

    assert "ours" not in plain.err
    assert elsewhere.as_posix() in named.err


def test_what_a_tailoring_changes_is_resolved(
    mnaudit: Program, evidence: Path, beside: Path
) -> None:
    assert beside.is_dir()
    told = mnaudit("catalog", "resolve", evidence, DAY)

    assert "PER-b-04" in next(line for line in told.out.splitlines() if "当社では2年ごと" in line)
    rows = json.loads(mnaudit("catalog", "resolve", evidence, DAY, "--format", "json").raw)
    assert [row["id"] for row in rows["controls"] if row["tailored"]] == ["PER-b-04"]


def test_a_bundle_made_with_a_tailoring_is_valid_and_says_so(
    mnaudit: Program, evidence: Path, beside: Path, tmp_path: Path
) -> None:
    assert beside.is_dir()
    told = mnaudit("run", evidence, DAY, "-o", tmp_path / "out")

    assert told.code == ExitCode.NOT_SATISFIED
    assert "VALID" in told.out
    assert "PER-b-04" in told.out


@pytest.mark.parametrize("command", ["run", "assess", "gate", "attest", "report", "risk"])
def test_a_tailoring_with_a_defect_stops_every_command(
    mnaudit: Program, evidence: Path, beside: Path, command: str
) -> None:
    text = LOOSER.replace("P2Y", "two years").replace("PER-b-04", "PER-z-99")
    (beside / "tailoring.yaml").write_text(text, encoding="utf-8")

    told = mnaudit(command, evidence, DAY)

    assert (told.code, told.out) == (ExitCode.USAGE, "")
    assert "tailoring.yaml:7:" in told.err
    assert "MN347" in told.err


def test_a_named_folder_without_a_tailoring_is_refused(
    mnaudit: Program, evidence: Path, tmp_path: Path
) -> None:
    told = mnaudit("gate", evidence, DAY, "--controls", tmp_path)

    assert told.code == ExitCode.USAGE
    assert "MN340" in told.err
