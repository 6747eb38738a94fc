"""What the documents tell people to type does what they say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from mnaudit.cli import COMMANDS
from mnaudit.pipeline import judge_folder, shipped_rules

ROOT = Path(__file__).parents[2]
RULES = shipped_rules()
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("evidence/*.md")]
)
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`mnaudit ([^`]*)`")
_P256 = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"
_SETUP = "python3 -m venv .venv && .venv/bin/pip install "


def commands(page: str) -> list[str]:
    """Return what a page tells to type, in its order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    lines = [line for block in _BLOCK.findall(text) for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


class Desk:
    """A copy of what a fresh clone has, with the program where the documents say it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("evidence", "docs/sample"):
            shutil.copytree(ROOT / name, folder / name)
        program = folder / ".venv" / "bin" / "mnaudit"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mnaudit "$@"\n')
        program.chmod(0o755)
        (program.parent / "python3").symlink_to(sys.executable)

    def type(self, line: str) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("MNAUDIT")}
        path = f"{self.folder / '.venv' / 'bin'}{os.pathsep}{kept['PATH']}"
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", line],
            cwd=self.folder,
            env={**kept, "PATH": path, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    @property
    def fingerprint(self) -> str:
        report = json.loads((self.folder / "out/assessment.json").read_bytes())
        return str(report["bundle"]["fingerprint"])

    def receive(self) -> str:
        """Let the company of the sample send policy and bundle; return what it tells by telephone.

        Its keys stay in a folder of its own; the auditor has hers.
        """
        company = self.folder / "company"
        company.mkdir()
        for name in ("root", "ci", "log", "../auditor"):
            kind = "-algorithm ed25519" if name != "ci" else _P256
            self.must(f"openssl genpkey {kind} -out company/{name}.pem")
            self.must(f"chmod 600 company/{name}.pem")
            self.must(f"openssl pkey -in company/{name}.pem -pubout -out company/{name}.pub.pem")
        who = "--organization 8000000000001 --name 株式会社見本商事"
        root = f"{who} --root company/root.pub.pem officer --expires 2099-12-31"
        witness = "--role witness --key auditor.pub.pem --owner auditor"
        for line in (
            f"init {root} --log-origin 8000000000001/mnaudit/status --need-log",
            "add --role ci --key company/ci.pub.pem --owner ci",
            "add --role log --key company/log.pub.pem --owner log",
            f"add {witness}",
            "sign --key company/root.pem",
        ):
            self.must(f".venv/bin/mnaudit trust {line} --folder company/trust")
        self.type(
            ".venv/bin/mnaudit run evidence -o company/out --key company/ci.pem"
            " --log company/status --log-key company/log.pem --policies company/trust"
        )
        self.must("mkdir received && cp company/out/*.mnaudit.zip received/bundle.mnaudit.zip")
        self.must("cp company/trust/policy.v1.dsse.json received/")
        shown = self.must(
            ".venv/bin/mnaudit trust show company/trust/policy.v1.dsse.json --format json"
        )
        return str(json.loads(shown)["fingerprint"])

    def must(self, line: str) -> str:
        done = self.type(line)
        assert done.returncode == 0, f"{line}: {done.stderr}"
        return done.stdout


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("page", ["README.md", "README.ja.md"])
def test_the_readme_can_be_typed_from_top_to_bottom(desk: Desk, page: str) -> None:
    ended: dict[str, list[int]] = {}
    told: dict[str, str] = {}
    policy = desk.receive()
    for line in commands(page):
        setup, _, job = line.rpartition(" && ")
        if setup.startswith(_SETUP):
            assert setup in {f"{_SETUP}.", f"{_SETUP}nox"}
            if job == ".venv/bin/nox":
                continue
            line = job  # noqa: PLW2901 - installing is for the test of the wheel
        told_before = policy if " trust pin " in line else ""
        typed = (
            line.replace("FINGERPRINT", told_before or desk.fingerprint)
            if "FINGERPRINT" in line
            else line
        )
        done = desk.type(typed)
        word = " ".join(line.split()[:2])
        ended.setdefault(word, []).append(done.returncode)
        told[word] = done.stdout
        assert done.returncode in {0, 1}, done.stderr

    runs = ended.pop(".venv/bin/mnaudit run")
    assert runs == [1, 0]
    assert {code for codes in ended.values() for code in codes} == {0}
    assert "VALID" in told[".venv/bin/mnaudit verify"].splitlines()[-1]
    assert "VALID" in (desk.folder / "verification.html").read_text(encoding="utf-8")
    assert "cosignature.txt" in {path.name for path in desk.folder.iterdir()}
    assert "Verified OK" in told["openssl dgst"]
    assert told["openssl pkey"].split()[0] == desk.fingerprint


def test_both_readmes_tell_to_type_the_same() -> None:
    assert commands("README.md") == commands("README.ja.md")
    assert commands("evidence/README.md") == commands("evidence/README.ja.md")


# Their commands need a repository, a bundle or a leak; tests/cli types them there.
TYPED_ELSEWHERE = {"docs/hooks.md", "docs/leak-runbook.md", "docs/redaction.md"}

EXPECTED = {
    "docs/gate.md": [1],
    "evidence/README.md": [0, 0, 0, 0],
    "evidence/README.ja.md": [0, 0, 0, 0],
}


@pytest.mark.parametrize(
    "page",
    [
        page
        for page in PAGES
        if commands(page)
        and not re.match(r"README|CONTRIBUTING", page)
        and page not in TYPED_ELSEWHERE
    ],
)
def test_the_commands_of_a_page_are_real(desk: Desk, page: str) -> None:
    if any("FINGERPRINT" in line for line in commands(page)):
        assert desk.type("mnaudit run evidence --as-of 2026-03-31 -o out").returncode == 1

    codes = []
    for line in commands(page):
        assert re.match(r"mnaudit |cp ", line), line
        line = line.replace(" OLD NEW", f" {ROOT} {ROOT}")  # noqa: PLW2901 - names to fill in
        typed = line.replace("FINGERPRINT", desk.fingerprint) if "FINGERPRINT" in line else line
        done = desk.type(typed)
        codes.append(done.returncode)
        is_told = line.startswith("cp ") or "--report" in line or " -o " in line
        assert done.stdout or is_told, done.stderr

    assert codes == EXPECTED.get(page, [0] * len(codes))


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_mentions_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")

    for mentioned in _INLINE.findall(text):
        words = [word for word in mentioned.split() if not word.startswith("-")]
        if "--lang" in mentioned:
            words.remove(next(word for word in words if word in {"ja", "en"}))
        assert not words or words[0] in {*COMMANDS, "COMMAND", "…"}, f"{page}: mnaudit {mentioned}"


def test_the_tables_of_the_readmes_name_every_command() -> None:
    for page in ("README.md", "README.ja.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        rows = re.findall(r"^\| (?:\[)?`([a-z-]+)`", text, re.MULTILINE)
        assert tuple(rows) == COMMANDS


# What evidence/README.md says one can break. A row: what to do, the problems and remarks that must
# be told, and the status of controls of the minimum tier.

Change = tuple[str, str, str]


def in_file(path: str, old: str, new: str) -> Change:
    return path, old, new


JOINERS = "training-record/2025-10-02-joiners.yaml"
BROKEN: dict[str, tuple[Change, set[str], dict[str, str]]] = {
    "a byte of an attachment": (
        in_file(
            "disposal-certificate/files/2026-01-30-my-2601-118-certificate.pdf", "%PDF", "%pdf"
        ),
        {"MN127"},
        {"ORG-b-04": "indeterminate", "PHY-d-02": "indeterminate"},
    ),
    "an attachment is gone": (
        in_file("training-record/files/2025-10-02-joiners-attendance.pdf", "", ""),
        {"MN126"},
        {"PER-b-03": "indeterminate", "PER-b-01": "indeterminate"},
    ),
    "a certificate is gone": (
        in_file("disposal-certificate/2026-01-30-my-2601-118.yaml", "", ""),
        {"MN125"},
        {"ORG-b-04": "not-satisfied", "PHY-d-02": "not-satisfied"},
    ),
    "a key twice": (in_file(JOINERS, "title:", "title: x\ntitle:"), {"MN106"}, {}),
    "no such day": (in_file(JOINERS, "held_on: 2025-10-02", "held_on: 2026-13-01"), {"MN135"}, {}),
    "a day to come": (
        in_file(JOINERS, "held_on: 2025-10-02", "held_on: 2026-10-02"),
        {"MN224"},
        {"PER-b-03": "not-satisfied"},
    ),
    "late": (
        in_file(JOINERS, "attended_on: 2025-10-02", "attended_on: 2025-11-20"),
        {"MN220"},
        {"PER-b-03": "satisfied"},
    ),
    "a clause is missing": (
        in_file("vendor-contract/2024-03-15-payroll.yaml", "    confidentiality:", "    #"),
        {"MN225"},
        {"ORG-out-02": "not-satisfied"},
    ),
    "any bytes": (
        in_file("appointment/2025-10-01-transfer.yaml", "kind:", "\udcff\udcfe"),
        {"MN101", "MN210"},
        dict.fromkeys(("ORG-a-02", "ORG-a-03", "ORG-a-04", "PER-b-01"), "indeterminate"),
    ),
    "who did it confirms it": (
        in_file(
            "disposal-record/2026-03-18-d-2026-04.yaml",
            "confirmed_by: ",
            "confirmed_by: E0011 # ",
        ),
        {"MN206"},
        {"ORG-b-03": "not-satisfied"},
    ),
    "who prepared it approves it": (
        in_file(
            "disposal-record/2026-03-18-d-2026-04.yaml",
            "approved_by: { code: ",
            "approved_by: { code: E0011, role: x } # ",
        ),
        {"MN142"},
        {},
    ),
    "too early": (
        in_file("disposal-record/2026-01-23-d-2026-01.yaml", "due_on: ", "due_on: 2026-02-11 # "),
        {"MN206"},
        {"ORG-b-03": "not-satisfied"},
    ),
    "a coarse shredder": (
        in_file("disposal-record/2025-05-12-d-2025-01.yaml", "din: P-", "din: P-2 } # "),
        {"MN205"},
        {"PHY-d-01": "not-satisfied"},
    ),
    "another serial number": (
        in_file("disposal-certificate/2025-10-24-rd-25-0412.yaml", "KS512A-QX71-041", "KS512A-0"),
        {"MN227"},
        {"PHY-d-02": "not-satisfied"},
    ),
    "nobody declares it": (
        in_file("training-record/files/new.txt", "", "new"),
        {"MN125"},
        {},
    ),
}


def spoil(folder: Path, change: Change) -> None:
    """Change a file; without an old text remove it, or make it if there is none."""
    name, old, new = change
    path = folder / name
    if not old:
        path.write_text(new, encoding="utf-8") if new else path.unlink()
        return
    data = path.read_bytes()
    assert old.encode() in data, name
    path.write_bytes(data.replace(old.encode(), new.encode("utf-8", "surrogateescape"), 1))


@pytest.mark.parametrize("what", BROKEN)
def test_what_the_sample_company_says_one_can_break_breaks_so(tmp_path: Path, what: str) -> None:
    change, told, statuses = BROKEN[what]
    folder = shutil.copytree(ROOT / "evidence", tmp_path / "evidence")
    spoil(folder, change)

    judged = judge_folder(folder, date(2026, 3, 31), RULES)

    assert judged.assessment is not None
    minimum = {f.control: f for f in judged.assessment.findings if f.tier == "minimum"}
    codes = {problem.code for problem in judged.validation.problems}
    codes |= {gap.code for f in minimum.values() for gap in (*f.gaps, *f.remarks)}
    assert told <= codes
    assert {name: minimum[name].status for name in statuses} == statuses
    # What the table does not name stays as it was.
    as_before = {"PER-b-01": "not-satisfied", **statuses}
    if not codes & {"MN101", "MN106", "MN126", "MN127", "MN135", "MN142"}:
        assert {n: f.status for n, f in minimum.items() if f.status != "satisfied"} == {
            name: status for name, status in as_before.items() if status != "satisfied"
        }


def test_as_many_controls_have_lapsed_on_the_day_as_the_sample_company_says() -> None:
    judged = judge_folder(ROOT / "evidence", date(2027, 6, 1), RULES)

    assert judged.assessment is not None
    findings = [f for f in judged.assessment.findings if f.tier == "minimum"]
    lapsed = sum(finding.status == "not-satisfied" for finding in findings)
    said = f"{lapsed} of the {len(findings)} controls of the minimum tier are open"
    assert said in (ROOT / "evidence/README.md").read_text(encoding="utf-8")
