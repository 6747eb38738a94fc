"""The acceptance of the main job: real processes, real files, from evidence to a verdict."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KEY = ROOT / "tests/golden/attest/NEVER-USE-ecdsa-p256.pem"
NAME = "8000000000001-2026-03-31.mnaudit.zip"
DAY = ("--as-of", "2026-03-31")


@dataclass(frozen=True)
class Desk:
    """A folder in which somebody works with the program."""

    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("MNAUDIT", "PYTHONIO"))}
        return subprocess.run(
            [sys.executable, "-m", "mnaudit", "--lang", "en", *arguments],
            cwd=self.folder,
            env={**kept, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    def report(self, out: str) -> dict[str, object]:
        value: dict[str, object] = json.loads((self.folder / out / "assessment.json").read_bytes())
        return value


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    shutil.copytree(ROOT / "evidence", tmp_path / "evidence")
    shutil.copy(KEY, tmp_path / "key.pem")
    (tmp_path / "key.pem").chmod(0o600)
    return Desk(tmp_path)


def pinned(told: str) -> str:
    """Return the fingerprint that was told, in its groups of four."""
    found = re.search(r"[0-9a-f]{4}(?: [0-9a-f]{4}){15}", told)
    assert found
    return found[0]


def test_the_gap_is_told_signed_and_verified_and_closed_by_the_missing_file(desk: Desk) -> None:
    first = desk.run("run", "evidence", *DAY, "-o", "out")

    assert first.returncode == 1, first.stderr
    assert "E0033" in first.stdout
    assert f"out/{NAME}" in first.stdout
    assert "MN203" in first.stdout
    assert first.stdout.count("VALID") == 1
    assert "for this run only" in first.stderr
    assert (desk.folder / "out/report.html").is_file()
    bundle = desk.folder / "out" / NAME
    verdict = desk.run("verify", str(bundle), "--pin", pinned(first.stdout))
    assert (verdict.returncode, verdict.stderr) == (0, "")

    shutil.copytree(ROOT / "docs/sample", desk.folder / "evidence", dirs_exist_ok=True)
    second = desk.run("run", "evidence", *DAY, "-o", "out")

    assert second.returncode == 0, second.stdout + second.stderr
    assert "MN203" not in second.stdout.partition("optional")[0]
    # The key of the first run is gone, and its fingerprint is not that of the second.
    old = desk.run("verify", str(bundle), "--pin", pinned(first.stdout))
    assert (old.returncode, "MN421" in old.stdout) == (4, True)


def test_the_same_key_gives_the_same_bytes_and_verifies(desk: Desk) -> None:
    for out in ("a", "b"):
        assert desk.run("run", "evidence", *DAY, "-o", out, "--key", "key.pem").returncode == 1

    first, second = (desk.folder / out / NAME for out in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    told = desk.run("keys", "show", "key.pem")
    verdict = desk.run("verify", str(second), "--pin", pinned(told.stdout), "--format", "json")
    assert verdict.returncode == 0
    assert json.loads(verdict.stdout)["result"] == "VALID"


def test_an_auditor_needs_nothing_but_the_file_and_the_fingerprint(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = desk.run("attest", "evidence", *DAY, "-o", "out", "--key", "key.pem")
    fingerprint = re.search(r"[0-9a-f]{64}", made.stderr)
    assert fingerprint
    hostile = tmp_path_factory.mktemp("hostile")
    for name in ("organization.yaml", "controls/catalog.yaml", "schema/x.schema.json"):
        (hostile / name).parent.mkdir(exist_ok=True)
        (hostile / name).write_bytes(b"\xff")
    shutil.copy(desk.folder / "out" / NAME, hostile / "evidence.zip")

    told = Desk(hostile).run("verify", "evidence.zip", "--pin", fingerprint[0])

    assert (told.returncode, told.stderr) == (0, "")
    # Nothing of the bundle was written to the disk.
    assert sorted(path.name for path in hostile.iterdir()) == [
        "controls",
        "evidence.zip",
        "organization.yaml",
        "schema",
    ]


def test_an_empty_folder_is_never_green(desk: Desk) -> None:
    (desk.folder / "empty").mkdir()

    for command in ("run", "validate", "assess", "gate", "attest", "report"):
        told = desk.run(command, "empty")
        assert (told.returncode, told.stdout) == (3, ""), command
        assert "MN150" in told.stderr
    assert not (desk.folder / "out").exists()


def test_the_gate_follows_the_calendar(desk: Desk) -> None:
    shutil.copytree(ROOT / "docs/sample", desk.folder / "evidence", dirs_exist_ok=True)

    assert desk.run("gate", "evidence", *DAY).returncode == 0
    assert desk.run("gate", "evidence", "--as-of", "2026-02-19").returncode == 1
    assert desk.run("gate", "evidence", "--as-of", "2028-03-31").returncode == 1


def test_what_cannot_be_read_is_told_and_signed_as_indeterminate(desk: Desk) -> None:
    record = desk.folder / "evidence/training-record/2025-11-06-handlers.yaml"
    record.write_bytes(record.read_bytes() + b"title: again\n")

    told = desk.run("run", "evidence", *DAY, "-o", "out")

    assert told.returncode == 3
    assert "error[MN106]" in told.stderr
    assert re.search(r"2025-11-06-handlers\.yaml:\d+:1\n", told.stderr)
    statuses = {
        tier["tier"]: tier["status"]
        for tier in desk.report("out")["tiers"]  # type: ignore[attr-defined]
    }
    assert statuses["minimum"] == "indeterminate"
    verdict = desk.run("verify", f"out/{NAME}", "--pin", pinned(told.stdout))
    assert verdict.returncode == 0


def test_the_two_languages_judge_and_sign_alike(desk: Desk) -> None:
    for lang in ("ja", "en"):
        told = desk.run(*("--lang", lang, "run", "evidence", *DAY, "-o", lang, "--key", "key.pem"))
        assert told.returncode == 1

    assert (desk.folder / "ja" / NAME).read_bytes() == (desk.folder / "en" / NAME).read_bytes()
    ja, en = (desk.report(lang) for lang in ("ja", "en"))
    del ja["bundle"], en["bundle"]
    assert ja == en
