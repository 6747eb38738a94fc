"""mnaudit bundle: some of the evidence for somebody, and nothing of the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Program

FULL = "out/8000000000001-2026-03-31.mnaudit.zip"
PART = "out/8000000000001-2026-03-31-for-bank.mnaudit.zip"
PIN = "f6ab7e7d431ada963c9f57d4830e03281d5f57588e7512d9531ef30ffeef1311"


@pytest.fixture
def full(mnaudit: Program, evidence: Path, key: Path) -> str:
    ended = mnaudit("attest", evidence, "--as-of", "2026-03-31", "--key", key)
    assert ended.code == 0
    return FULL


def test_it_writes_the_part_prints_its_path_and_says_what_it_is_good_for(
    mnaudit: Program, full: str, tmp_path: Path
) -> None:
    ended = mnaudit("bundle", full, "--for", "bank", "--control", "PER-b-01", "--pin", PIN)

    assert (ended.code, ended.out) == (0, f"{PART}\n")
    assert "of 261 files are shown" in ended.err
    assert "derive again" in ended.err
    assert "PER-b-01" in ended.err
    assert (tmp_path / PART).is_file()


def test_a_dry_run_lists_the_files_and_writes_nothing(
    mnaudit: Program, full: str, tmp_path: Path
) -> None:
    ended = mnaudit(
        *("bundle", full, "--for", "bank", "--kind", "basic-policy", "--tier", "minimum"),
        "--dry-run",
    )

    assert ended.code == 0
    assert "evidence/basic-policy/2025-06-25-policy.yaml" in ended.out.splitlines()
    assert "evidence/organization.yaml" in ended.out.splitlines()
    assert not (tmp_path / PART).exists()


def test_whoever_gets_it_verifies_it_with_partial(mnaudit: Program, full: str) -> None:
    mnaudit("bundle", full, "--for", "bank", "--control", "PER-b-01")

    text = mnaudit("verify", PART, "--pin", PIN, "--partial")
    machine = mnaudit("verify", PART, "--pin", PIN, "--partial", "--format", "json")
    without = mnaudit("verify", PART, "--pin", PIN)

    assert (text.code, machine.code, without.code) == (0, 0, 4)
    assert "bank" in text.out
    assert "Not judged again" in text.out
    disclosed = json.loads(machine.out)["disclosed"]
    assert disclosed["recipient"] == "bank"
    assert "PER-b-01 minimum" in disclosed["covered"]
    assert "TEC-a-01 minimum" in disclosed["uncovered"]
    assert "MN449" in without.out


@pytest.mark.parametrize(
    ("arguments", "code", "ends"),
    [
        pytest.param(("--control", "PER-b-1"), "MN091", 2, id="no such control"),
        pytest.param(("--kind", "training"), "MN091", 2, id="no such kind"),
        pytest.param(("--path", "training/*"), "MN090", 2, id="no such file"),
        pytest.param(("--for", "..."), "MN093", 2, id="no name"),
        pytest.param(("--pin", "0" * 64), "MN092", 4, id="another signer"),
    ],
)
def test_what_is_wrong_is_said(
    mnaudit: Program, full: str, arguments: tuple[str, ...], code: str, ends: int
) -> None:
    for lang in ("ja", "en"):
        ended = mnaudit("bundle", full, "--for", "bank", *arguments, lang=lang)

        assert (ended.code, ended.out) == (ends, "")
        assert f"[{code}]" in ended.err


def test_a_changed_bundle_is_not_divided(mnaudit: Program, full: str, tmp_path: Path) -> None:
    data = bytearray((tmp_path / full).read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / full).write_bytes(data)

    ended = mnaudit("bundle", full, "--for", "bank")

    assert ended.code == 4
    assert "MN092" in ended.err
    assert not (tmp_path / PART).exists()


def test_a_part_is_not_divided_again(mnaudit: Program, full: str) -> None:
    mnaudit("bundle", full, "--for", "bank")

    ended = mnaudit("bundle", PART, "--for", "customer")

    assert ended.code == 4
    assert "MN094" in ended.err


def test_the_recipient_must_be_named(mnaudit: Program, full: str) -> None:
    assert mnaudit("bundle", full).code == 2
