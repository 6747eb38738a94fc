"""The guide of ``mnaudit explain MN501``, command by command, on a real repository.

A number stands in three commits, a signed tag, a stash and a file of Git LFS. After the guide no
object of the repository holds one, and old statuses are still what they were. Needs git-filter-repo.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.cli.conftest import Ended
from tests.git_repository import Person, Repository, allowed_signers, new_key, new_repository
from tests.scan.numbers import NUMBERS

from mnaudit.cli.runbook import STEPS, lines
from mnaudit.messages import LANGUAGES, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.cli.conftest import Program

    from mnaudit.messages import Language

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 5, 2, 3, 0, tzinfo=UTC)
DAY = "2026-05-01"
LEAK = "training-record/2025-05-20-handlers.yaml"
FILES = (
    "organization.yaml",
    "basic-policy/2025-06-25-policy.yaml",
    "training-record/2025-04-02-joiners.yaml",
    "training-record/files/2025-04-02-joiners-attendance.pdf",
    LEAK,
)
PEM = ROOT / "tests/golden/attest/NEVER-USE-ed25519.pem"
OLD = "8000000000001-2026-04-30.mnaudit.zip"
LOOK = "--as-of=2026-04-30"


@dataclass
class Company:
    """A repository with a leak, the keys of the company, and what was signed before."""

    repository: Repository
    who: Person
    words: dict[str, str] = field(default_factory=dict)

    def git(self, *words: str) -> str:
        return self.repository.git(*words)

    def leaks(self) -> int:
        """Count the numbers in everything that the repository keeps, reachable or not."""
        told = subprocess.run(
            ["git", "cat-file", "--batch", "--batch-all-objects"],
            cwd=self.repository.root,
            capture_output=True,
            check=True,
        ).stdout
        large = (self.repository.root / ".git/lfs/objects").glob("*/*/*")
        kept = [told, *(path.read_bytes() for path in large)]
        return sum(data.count(number.encode()) for data in kept for number in NUMBERS)


@pytest.fixture
def company(tmp_path: Path, mnaudit: Program, monkeypatch: pytest.MonkeyPatch) -> Company:
    """Build it: signed commits and tags, a bundle and a log entry, and then the leak."""
    for name in ("attesting", "log", "verify"):
        monkeypatch.setattr(f"mnaudit.cli.{name}.now", lambda: NOW)
    for name in ("redact", "attest", "explain"):
        monkeypatch.setattr(f"mnaudit.cli.{name}.today", NOW.date)
    signer = Person("somu", "somu@example.co.jp", new_key(tmp_path, "git"))
    bare = tmp_path / "server.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "-b", "main", str(bare)], check=True)
    repository = new_repository(tmp_path / "company")
    repository.environ = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GIT_AUTHOR_DATE": "2026-05-02T09:00:00+0900",
        "GIT_COMMITTER_DATE": "2026-05-02T09:00:00+0900",
    }
    made = Company(repository, signer)
    settings = {
        "user.name": signer.name,
        "user.email": signer.mail,
        "gpg.format": "ssh",
        "user.signingKey": str(signer.key),
        "gpg.ssh.allowedSignersFile": str(allowed_signers(tmp_path / "signers", signer)),
    }
    for name, value in settings.items():
        made.git("config", name, value)
    made.git("remote", "add", "origin", str(bare))
    monkeypatch.chdir(repository.root)
    for name in FILES:
        repository.put(name, (ROOT / "evidence" / name).read_bytes())
    repository.commit(signer, "evidence")
    made.git("tag", "-s", "early", "-m", "early")
    keys = _keys(tmp_path)
    ended = mnaudit("attest", LOOK, "-o", tmp_path / "out", "--log", "status", *keys)
    assert ended.code in {0, 3}, ended.err
    repository.commit(signer, "status")
    clean = (ROOT / "evidence" / LEAK).read_text("utf-8")
    for number in NUMBERS[:3]:
        repository.put(LEAK, f"{clean}note: '個人番号 {number}'\n")
        repository.commit(signer, "leak")
        if number == NUMBERS[1]:
            made.git("tag", "-s", "v1", "-m", "v1")
    made.git("push", "--quiet", "origin", "main", "early", "v1")
    repository.put(LEAK, f"{clean}note: '個人番号 {NUMBERS[3]}'\n")
    made.git("stash", "--quiet")
    repository.put(LEAK, f"{clean}note: '個人番号 {NUMBERS[4]}'\n")
    made.git("stash", "--quiet")
    made.words = {
        "PATH": LEAK,
        "OLD.mnaudit.zip": str(tmp_path / "out" / OLD),
        "DATE": DAY,
        "REASON": "名簿に番号が入っていた。",
        "E0003 ROLE": "E0003 総務課長",
        "E0001 ROLE": "E0001 監査責任者",
        "URL": bare.as_uri(),
        "NAME": "bank",
        "LOG-KEY": str(keys[3]),
        "KEY": str(keys[1]),
    }
    return made


def _keys(folder: Path) -> tuple[str, Path, str, Path]:
    signing, log = folder / "signing.pem", folder / "log.pem"
    shutil.copy(PEM, signing)
    seed = Ed25519PrivateKey.from_private_bytes(b"NEVER USE: the log of the tests.")
    log.write_bytes(seed.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for path in (signing, log):
        path.chmod(0o600)
    return "--key", signing, "--log-key", log


def follow(mnaudit: Program, company: Company, step: str) -> list[Ended]:
    """Type the commands of a step, with our own words for those in capitals."""
    return [typed(mnaudit, company, command, company.words) for command in STEPS[step]]


def typed(mnaudit: Program, company: Company, command: str, words: Mapping[str, str]) -> Ended:
    program, *arguments = shlex.split(command)
    for word, ours in words.items():
        arguments = [re.sub(rf"(?<![A-Z-]){re.escape(word)}(?![A-Z-])", ours, a) for a in arguments]
    if program == "mnaudit":
        return mnaudit(*arguments)
    assert program == "git"
    if arguments[0] == "lfs" and shutil.which("git-lfs") is None:
        return Ended(0, b"", b"", "utf-8")
    if arguments[0] == "clone":
        arguments.append(str(company.repository.root.parent / "again"))
    return Ended(0, company.git(*arguments).encode(), b"", "utf-8")


def test_the_guide_leaves_no_number_and_old_statuses_stay_what_they_were(
    mnaudit: Program, company: Company, tmp_path: Path
) -> None:
    before = (
        Path("status/entries/000000.json").read_bytes(),
        Path("status/checkpoint").read_bytes(),
    )
    assert company.leaks() >= 5

    (found,) = follow(mnaudit, company, "find")
    assert found.code == 5, found.err
    assert not any(number in found.out + found.err for number in NUMBERS)
    (deadline,) = follow(mnaudit, company, "duties")
    assert "2026-05-30" in deadline.out or "2026-06-01" in deadline.out

    added, *_ = follow(mnaudit, company, "redact")
    assert added.code == 0, added.err
    assert not Path("evidence", LEAK).exists()
    left = mnaudit("redact", "check", "--history", "--log", "status")
    assert left.code == 5
    assert "refs/tags/v1" in left.out

    follow(mnaudit, company, "rewrite")
    for tag in ("early", "v1"):
        # As it was tried: the tag is rewritten with its commit, and its signature is good no more.
        with pytest.raises(AssertionError):
            company.git("verify-tag", tag)
        commit = company.git("rev-parse", f"{tag}^{{commit}}")
        words = {"TAG": tag, "COMMIT": commit}
        for command in STEPS["tags"]:
            typed(mnaudit, company, command, words)
        company.git("verify-tag", tag)
    assert set(company.git("log", "--format=%G?").split()) == {"N"}
    if shutil.which("git-lfs") is not None:
        # What the rewrite leaves of a large file: its content, and no pointer to it.
        digest = sha256(data := f"個人番号 {NUMBERS[0]}".encode()).hexdigest()
        path = Path(".git/lfs/objects", digest[:2], digest[2:4], digest)
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        assert mnaudit("redact", "check", "--history").code == 5
    follow(mnaudit, company, "clean")

    checked, scanned = follow(mnaudit, company, "check")
    assert checked.code == 0, checked.out
    assert scanned.code == 0, scanned.out
    assert company.leaks() == 0
    assert company.git("stash", "list") == ""

    follow(mnaudit, company, "publish")
    follow(mnaudit, company, "others")
    again = Company(Repository(tmp_path / "again"), company.who)
    assert again.leaks() == 0

    noted, _, _, attested = follow(mnaudit, company, "statement")
    assert noted.code == 0, noted.err
    assert attested.code in {0, 3}, attested.err
    company.git("verify-commit", "HEAD")
    (tombstone,) = json.loads(mnaudit("redact", "list", "--format", "json").out)["redactions"]
    assert {each["ref"] for each in tombstone["rewritten"]["heads"]} == {
        "refs/heads/main",
        "refs/tags/early",
        "refs/tags/v1",
    }
    (covered,) = tombstone["statuses"]
    assert (covered["sequence"], covered["as_of"]) == (0, "2026-04-30")

    assert before[0] == Path("status/entries/000000.json").read_bytes()
    assert len(list(Path("status/entries").iterdir())) == 2
    assert mnaudit("redact", "check", "--log", "status").code == 0

    public = tmp_path / "log.pub.pem"
    public.write_text(mnaudit("keys", "show", tmp_path / "log.pem", "--pem").out)
    seen = ("--repository", ".", "--redactions", "evidence/redactions.yaml", "--format", "json")
    told = json.loads(mnaudit("log", "verify", "status", "--log-key", public, *seen).out)
    # One status before the leak; of the commits that brought it none was judged.
    assert told["problems"] == []
    assert told["rewritten"]["before"] == 1
    assert set(told["rewritten"]["commits"]) <= set(told["uncovered"])

    (part,) = follow(mnaudit, company, "bundles")
    assert part.code == 0, part.err
    shown = Path(part.out.strip())
    told = mnaudit("verify", shown, "--partial", "--redactions", "evidence/redactions.yaml")
    assert "redacted (2026-05-02, approved by 監査責任者, leaf" in told.out
    assert "×" not in told.out
    with ZipFile(shown) as bundle:
        assert f"evidence/{LEAK}" not in bundle.namelist()
        assert "evidence/organization.yaml" in bundle.namelist()


def test_every_step_is_told_in_both_languages_with_its_commands_and_the_deadlines() -> None:
    for language in LANGUAGES:
        told = "\n".join(lines(language, date(2026, 11, 2)))
        assert all(command in told for commands in STEPS.values() for command in commands)
        assert "2026-11-04" in told
        assert "2026-12-01" in told
        assert "2027-01-04" in told


def test_a_day_that_no_calendar_covers_has_no_deadlines() -> None:
    assert "2021" not in "\n".join(lines("en", date(2021, 1, 1)))


def page() -> str:
    """Return ``docs/leak-runbook.md``: the guide in both languages."""
    parts = [
        (
            "# When an Individual Number got in (個人番号が入っていたとき)\n\n"
            "`mnaudit explain MN501` prints this guide with the deadlines counted from today; a test "
            "follows it on a real repository, command by command. What a tombstone is: "
            "[redact](redaction.md). How deadlines are counted: [deadline](deadlines.md). "
            "日本語の手引きは[こちら](#日本語)です。\n"
        )
    ]
    headings: dict[Language, str] = {"en": "English", "ja": "日本語"}
    for language, heading in headings.items():
        parts.append(f"\n## {heading}\n\n{phrase('runbook.intro', language)}\n")
        for number, (step, commands) in enumerate(STEPS.items(), start=1):
            text = phrase(f"runbook.{step}_text", language)
            parts.append(f"\n### {number}. {phrase(f'runbook.{step}', language)}\n\n{text}\n")
            if commands:
                shown = "".join(f"$ {command}\n" for command in commands)
                parts.append(f"\n```console\n{shown}```\n")
    return "".join(parts)


def test_the_page_is_the_guide() -> None:
    assert (ROOT / "docs/leak-runbook.md").read_text("utf-8") == page()
