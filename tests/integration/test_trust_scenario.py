"""The whole story with the program: a company, its CI, two auditors, and a thief of the CI.

Every machine is a folder. Nothing goes from one to the other but bundles, policies and what is told
on the telephone: one fingerprint. Auditors keep their own trust state. There is no network.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.git_repository import Person, new_repository
from tests.trust_bench import NUMBER, new_key

from mnaudit.cli import main
from mnaudit.signing.policy_chain import stored_policy
from mnaudit.signing.trust_state import read_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
CLERK = Person("clerk", "clerk@example.com")

CEREMONY = datetime(2026, 3, 1, tzinfo=UTC)
MARCH = datetime(2026, 3, 31, 9, 0, 0, tzinfo=UTC)
APRIL = datetime(2026, 4, 30, 9, 0, 0, tzinfo=UTC)
THEFT = datetime(2026, 5, 1, tzinfo=UTC)
MAY = datetime(2026, 5, 31, 9, 0, 0, tzinfo=UTC)


@dataclass
class Story:
    """All machines, and one clock for all of them.

    Attributes:
        keys: Where all private keys are: each belongs to one person or machine.
        told: The fingerprint of the first policy, as the telephone says it.
    """

    folder: Path
    capsys: pytest.CaptureFixture[str]
    time: list[datetime] = field(default_factory=lambda: [CEREMONY])
    told: str = ""
    complaint: str = ""

    @property
    def company(self) -> Path:
        return self.folder / "company"

    def key(self, name: str) -> Path:
        return self.folder / "keys" / f"NEVER-USE-{name}.pem"

    def public(self, name: str) -> Path:
        return self.folder / "keys" / f"{name}.pub.pem"

    def run(self, *arguments: object) -> tuple[int, str]:
        """Run the program and return its exit code and its result."""
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(["--lang", "en", *map(str, arguments)])
        assert isinstance(left.value.code, int)
        told = self.capsys.readouterr()
        self.complaint = told.err
        return int(left.value.code), told.out

    def must(self, *arguments: object) -> str:
        code, out = self.run(*arguments)
        assert code == 0, (arguments, out, self.complaint)
        return out

    def trust(self, *arguments: object, at: Path | None = None) -> str:
        """Run a command on the policy of a company."""
        return self.must("trust", *arguments, "--folder", (at or self.company) / "trust")

    def sign_policy(self, *names: str, at: Path | None = None) -> str:
        """Let root keys sign the draft, one person after the other."""
        told = [self.trust("sign", "--key", self.key(name), at=at) for name in names]
        return told[-1].strip()

    def attest(
        self,
        at: datetime,
        *,
        ci: str = "ci",
        log: str = "log",
        company: Path | None = None,
        policies: bool = True,
    ) -> Path:
        """Judge and sign, as CI does it; by whoever holds its keys."""
        self.time[0], where = at, company or self.company
        options = ["--policies", where / "trust"] if policies else []
        code, out = self.run(
            *("attest", where / "evidence", "--as-of", at.date(), "--key", self.key(ci)),
            *("--log", where / "status", "--log-key", self.key(log), "-o", where / "out"),
            *options,
        )
        assert code == 0, (out, self.complaint)
        return Path(out.strip())

    def auditor(self, name: str, policy: Path | None = None) -> Path:
        """Let an auditor begin: she gets the first policy by mail, and calls about it."""
        state = self.folder / name / "state.json"
        state.parent.mkdir()
        first = policy or self.company / "trust/policy.v1.dsse.json"
        self.must("trust", "pin", first, "--fingerprint", self.told, "-o", state)
        return state

    def verify(self, bundle: Path, state: Path, *options: str) -> tuple[int, dict[str, Any]]:
        """Copy the bundle to the machine of an auditor and verify it there."""
        copy = shutil.copy(bundle, state.parent)
        code, out = self.run("verify", copy, "--trust", state, "--format", "json", *options)
        return code, json.loads(out)


def troubles(verdict: dict[str, Any]) -> dict[str, str]:
    """Return the codes of what failed or could not be decided."""
    return {
        each["id"]: each["code"]
        for each in verdict["checks"]
        if each["outcome"] in {"failed", "unknown"} and each["code"] != "MN439"
    }


def told_valid(answer: tuple[int, dict[str, Any]]) -> None:
    code, verdict = answer
    assert (code, verdict["result"], troubles(verdict)) == (0, "VALID", {})


@pytest.fixture
def story(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Story]:
    """A company with evidence in git, two of three roots, CI, log, and auditors as witnesses."""
    for name in ("MNAUDIT_SIGNING_KEY", "MNAUDIT_LOG_KEY", "MNAUDIT_LANG", "MNAUDIT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    told = Story(tmp_path, capsys)
    set_clock(monkeypatch, lambda: told.time[0])
    (tmp_path / "keys").mkdir()
    for name in ("root-1", "root-2", "root-3", "log", "log-2", "witness-a", "witness-b"):
        write_key(told, name, p256=False)
    for name in ("ci", "ci-2"):
        write_key(told, name, p256=True)
    repository = new_repository(told.company)
    shutil.copytree(ROOT / "evidence", told.company / "evidence")
    shutil.copytree(ROOT / "docs/sample", told.company / "evidence", dirs_exist_ok=True)
    repository.commit(CLERK)
    monkeypatch.chdir(told.company)
    told.told = ceremony(told, told.company, NUMBER)
    repository.commit(CLERK, "trust policy")
    yield told
    assert told.told


def set_clock(monkeypatch: pytest.MonkeyPatch, now: Callable[[], datetime]) -> None:
    """Let every command read this clock: each reads it in its own module."""
    commands = ("attest", "attesting", "log", "options", "run", "trust", "verify", "witness")
    for name in commands:
        import_module(f"mnaudit.cli.{name}")
    for name, module in list(sys.modules.items()):
        if name.startswith("mnaudit.cli."):
            for function in ("now", "_now"):
                if hasattr(module, function):
                    monkeypatch.setattr(module, function, now)


def write_key(story: Story, name: str, *, p256: bool) -> None:
    key = new_key(name, p256=p256)
    pem = key._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    story.key(name).write_bytes(pem)
    story.key(name).chmod(0o600)
    story.public(name).write_text(key.public_pem)


def ceremony(story: Story, company: Path, number: str) -> str:
    """Make and sign the first policy; return its fingerprint."""
    roots = [("--root", story.public(f"root-{n}"), f"officer {n}") for n in (1, 2, 3)]
    story.trust(
        *("init", "--organization", number, "--name", "株式会社見本商事", "--threshold", 2),
        *(part for root in roots for part in root),
        *("--expires", "2027-03-01", "--log-origin", f"{number}/mnaudit/status", "--need-log"),
        at=company,
    )
    for role, name, owner in (
        ("ci", "ci", "CI"),
        ("log", "log", "log"),
        ("witness", "witness-a", "auditor A"),
        ("witness", "witness-b", "auditor B"),
    ):
        key = story.public(name)
        story.trust("add", "--role", role, "--key", key, "--owner", owner, at=company)
    story.sign_policy("root-1", at=company)
    assert not (company / "trust/policy.v1.dsse.json").exists()  # one of two is not enough
    return story.sign_policy("root-3", at=company)


def rotate(story: Story, *changes: tuple[object, ...], roots: tuple[str, ...]) -> str:
    """Make the next version of the policy and have it signed."""
    story.trust("rotate", "--expires", "2027-03-01")
    for change in changes:
        story.trust(*change)
    return story.sign_policy(*roots)


def revoked(name: str, at: datetime, reason: str) -> tuple[object, ...]:
    moment = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    fingerprint = new_key(name, p256=name.startswith("ci")).fingerprint
    return ("revoke", fingerprint, "--at", moment, "--reason", reason)


def added_ci(story: Story) -> tuple[object, ...]:
    return ("add", "--role", "ci", "--key", story.public("ci-2"), "--owner", "CI")


def stolen(story: Story) -> Path:
    """Return a copy of the repository on the machine of the thief, without its history of statuses."""
    thief = shutil.copytree(story.company, story.folder / "thief")
    shutil.rmtree(thief / "status")
    return thief


def test_two_auditors_on_two_machines_accept_the_same_bundle(story: Story) -> None:
    bundle = story.attest(MARCH)
    alice, bob = story.auditor("alice"), story.auditor("bob")

    for state in (alice, bob):
        told_valid(story.verify(bundle, state))
    assert alice.read_bytes() == bob.read_bytes()
    assert "checkpoint" in json.loads(alice.read_text())
    # And again a month later, when the log has grown.
    for state in (alice, bob):
        told_valid(story.verify(story.attest(APRIL) if state == alice else later(story), state))


def later(story: Story) -> Path:
    return next((story.company / "out").glob("*-2026-04-30.mnaudit.zip"))


def test_a_fingerprint_that_was_told_wrongly_begins_nothing(story: Story) -> None:
    story.told = "0" * 64
    state = story.folder / "alice/state.json"
    state.parent.mkdir()
    policy = story.company / "trust/policy.v1.dsse.json"

    code, _ = story.run("trust", "pin", policy, "--fingerprint", story.told, "-o", state)

    assert (code, state.exists()) == (4, False)


def test_a_thief_who_writes_another_history_is_caught_by_who_saw_the_first(story: Story) -> None:
    alice = story.auditor("alice")
    told_valid(story.verify(story.attest(MARCH), alice))
    before = alice.read_bytes()
    thief = stolen(story)
    # Another evidence for March, the same keys: all signatures are good.
    (thief / "evidence/self-check").mkdir(exist_ok=True)
    shutil.rmtree(thief / "out")
    story.attest(datetime(2026, 3, 31, 8, 0, 0, tzinfo=UTC), company=thief)
    forged = story.attest(APRIL, company=thief)

    code, verdict = story.verify(forged, alice)

    assert (code, verdict["result"]) == (4, "INVALID")
    assert troubles(verdict) == {"log-continues": "MN469"}
    assert alice.read_bytes() == before
    # Who never saw the log cannot know, and says VALID: that is why there are witnesses.
    told_valid(story.verify(forged, story.auditor("carol")))


def test_a_witness_does_not_cosign_a_second_history(story: Story) -> None:
    alice = story.auditor("alice")
    story.attest(MARCH)
    witness = ("witness", "--trust", alice, "--key", story.key("witness-a"), "-o")
    story.must(*witness, story.folder / "line", story.company / "status")
    story.must(
        *("log", "add-cosignature", story.company / "status", story.folder / "line"),
        *("--witness-key", story.public("witness-a")),
    )
    remembered = alice.read_bytes()
    thief = stolen(story)
    story.attest(datetime(2026, 3, 31, 8, 0, 0, tzinfo=UTC), company=thief)

    code, _ = story.run(*witness, story.folder / "forged", thief / "status")

    assert (code, (story.folder / "forged").exists()) == (4, False)
    assert alice.read_bytes() == remembered
    # The honest log goes on.
    story.attest(APRIL)
    story.must(*witness, story.folder / "next", story.company / "status")
    assert alice.read_bytes() != remembered


def test_a_witness_cannot_be_asked_about_two_histories_at_once(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = story.auditor("alice")
    story.attest(MARCH)
    thief = stolen(story)
    story.attest(datetime(2026, 3, 31, 8, 0, 0, tzinfo=UTC), company=thief)
    story.time[0] = MARCH
    witness = ("witness", "--trust", alice, "--key", story.key("witness-a"), "-o")
    module = import_module("mnaudit.cli.witness")
    checked = module._checked
    codes: list[int | None] = []

    def interrupted(*arguments: object) -> object:
        """Let the second run begin when the first has looked, and before it remembers."""
        found = checked(*arguments)
        if not codes:
            codes.append(None)
            codes.append(story.run(*witness, story.folder / "second", thief / "status")[0])
        return found

    monkeypatch.setattr(module, "_checked", interrupted)
    code, _ = story.run(*witness, story.folder / "first", story.company / "status")

    assert (code, codes) == (0, [None, 2])
    assert not (story.folder / "second").exists()


def test_a_log_that_was_cut_off_is_a_rollback(story: Story) -> None:
    alice = story.auditor("alice")
    march = story.attest(MARCH)
    kept = Path(shutil.copy(march, story.folder / "march.zip"))
    told_valid(story.verify(story.attest(APRIL), alice))

    code, verdict = story.verify(kept, alice)

    assert (code, verdict["result"]) == (4, "INVALID")
    assert troubles(verdict)["log-continues"] == "MN468"
    # It was true once; but who asks about the past cannot tell a true past from a cut-off one.
    code, verdict = story.verify(kept, alice, "--past")
    assert (code, troubles(verdict)) == (4, {"log-continues": "MN468"})
    assert verdict["result"] == "INDETERMINATE"


def test_the_auditor_is_told_by_whom_and_as_which_entry(story: Story) -> None:
    alice = story.auditor("alice")
    story.attest(MARCH)
    bundle = story.attest(APRIL)

    told = story.must("verify", bundle, "--trust", alice)

    assert f"Entry of the log: 1 (counted from 0, of 2) of {NUMBER}/mnaudit/status" in told
    assert "Signer: CI (role ci in the trust policy v1)" in told
    assert "\u25cb 26 Signature of the log" in told
    _, verdict = story.verify(bundle, alice)
    assert (verdict["signed_by"], verdict["logged"]["index"]) == ("CI", 1)


def test_a_log_without_a_status_for_every_commit_has_gaps(story: Story) -> None:
    alice = story.auditor("alice")
    story.attest(MARCH)
    whole = ("log", "verify", story.company / "status", "--trust", alice)

    assert story.run(*whole)[0] == 0
    # The commit before the ceremony was never judged; a log cannot show what is not in it.
    code, out = story.run(*whole, "--repository", story.company, "--format", "json")
    told = json.loads(out)
    assert (code, told["result"], told["problems"]) == (4, "INDETERMINATE", [])
    assert [each["code"] for each in told["gaps"]] == ["MN069"]


def test_a_rotated_key_is_accepted_along_the_chain_and_its_forerunner_no_more(
    story: Story,
) -> None:
    alice = story.auditor("alice")
    told_valid(story.verify(story.attest(MARCH), alice))
    story.time[0] = APRIL
    gone = revoked("ci", APRIL, "superseded")
    rotate(story, added_ci(story), gone, roots=("root-2", "root-3"))

    told_valid(story.verify(story.attest(MAY, ci="ci-2"), alice))
    # She followed the chain, and remembers where it ended.
    remembered = stored_policy(read_state(alice.read_bytes()))
    assert remembered.policy.version == 2
    code, verdict = story.verify(story.attest(MAY, ci="ci"), alice)
    assert (code, verdict["result"]) == (4, "INDETERMINATE")
    assert troubles(verdict) == {"signer-in-time": "MN494"}


def test_a_thief_cannot_admit_a_key(story: Story) -> None:
    alice = story.auditor("alice")
    told_valid(story.verify(story.attest(MARCH), alice))
    thief = stolen(story)
    story.time[0] = APRIL
    story.trust("rotate", "--expires", "2027-03-01", at=thief)
    story.trust(*added_ci(story), at=thief)
    # One root is in his hands as well: one of two.
    story.sign_policy("root-1", at=thief)

    assert not (thief / "trust/policy.v2.dsse.json").exists()
    shutil.copy(thief / "trust/draft.dsse.json", thief / "trust/policy.v2.dsse.json")
    before = alice.read_bytes()
    code, _ = story.run("trust", "update", alice, thief / "trust/policy.v2.dsse.json")
    assert (code, alice.read_bytes()) == (4, before)


def test_after_a_theft_only_what_was_seen_before_it_is_good(story: Story) -> None:
    alice, bob = story.auditor("alice"), story.auditor("bob")
    march = story.attest(MARCH)
    # Alice cosigned in March; Bob did not look.
    witness = ("witness", march, "--trust", alice, "--key", story.key("witness-a"))
    story.must(*witness, "-o", story.folder / "line")
    story.time[0] = MAY
    rotate(story, added_ci(story), revoked("ci", THEFT, "compromised"), roots=("root-1", "root-2"))
    for state in (alice, bob):
        story.must("trust", "update", state, story.company / "trust/policy.v2.dsse.json")

    told_valid(story.verify(march, alice, "--past"))
    code, verdict = story.verify(march, bob, "--past")
    assert (code, troubles(verdict)) == (4, {"signer-in-time": "MN494"})
    assert verdict["result"] == "INDETERMINATE"


def test_what_a_thief_signs_after_the_theft_is_not_saved_by_a_date(story: Story) -> None:
    alice = story.auditor("alice")
    story.attest(MARCH)
    thief = shutil.copytree(story.company, story.folder / "thief")
    story.time[0] = MAY
    rotate(story, added_ci(story), revoked("ci", THEFT, "compromised"), roots=("root-1", "root-2"))
    story.must("trust", "update", alice, story.company / "trust/policy.v2.dsse.json")
    # The keys of the CI and of the log, and a clock of his own: it says April.
    forged = story.attest(APRIL, company=thief)
    story.time[0] = MAY

    code, verdict = story.verify(forged, alice, "--past")

    assert (code, verdict["result"]) == (4, "INDETERMINATE")
    assert troubles(verdict) == {"signer-in-time": "MN494"}


def test_a_policy_does_not_go_back(story: Story) -> None:
    alice = story.auditor("alice")
    story.time[0] = APRIL
    rotate(story, added_ci(story), revoked("ci", THEFT, "compromised"), roots=("root-1", "root-2"))
    first, second = (story.company / f"trust/policy.v{n}.dsse.json" for n in (1, 2))
    story.must("trust", "update", alice, second)
    remembered = alice.read_bytes()

    assert story.run("trust", "update", alice, first)[0] == 4
    assert story.run("trust", "pin", first, "--fingerprint", story.told, "-o", alice)[0] != 0
    # A bundle that brings the first one only, by the key that was good then.
    second.unlink()
    code, verdict = story.verify(story.attest(MAY), alice)
    assert (code, alice.read_bytes()) == (4, remembered)
    assert (verdict["policy_version"], troubles(verdict)) == (2, {"signer-in-time": "MN494"})


def test_what_the_policy_demands_is_asked_for_before_anything_is_logged(story: Story) -> None:
    story.attest(MARCH)
    signed = (
        *("attest", story.company / "evidence", "--as-of", MARCH.date(), "--key", story.key("ci")),
        *("-o", story.company / "out", "--policies", story.company / "trust"),
    )
    logged = (*signed, "--log", story.company / "status", "--log-key")

    for arguments, code in (
        (signed, "MN096"),
        ((*logged, story.key("log-2")), "MN063"),
    ):
        assert story.run(*arguments)[0] == 2
        assert code in story.complaint
    assert len(list((story.company / "status/entries").iterdir())) == 1


def test_the_bundle_of_another_organization_is_not_ours(story: Story) -> None:
    other = story.folder / "other"
    other.mkdir()
    ours = story.told
    story.told = ceremony(story, other, "7000000000002")
    # The same roots, the same CI: a parent company that signs for two.
    state = story.auditor("alice", other / "trust/policy.v1.dsse.json")
    story.told = ours
    bundle = story.attest(MARCH, policies=False)

    code, verdict = story.verify(bundle, state)

    assert (code, verdict["result"]) == (4, "INVALID")
    assert troubles(verdict)["policy"] == "MN489"
    told_valid(story.verify(bundle, story.auditor("bob")))


def test_a_part_of_a_bundle_is_held_against_the_same_policy_and_log(story: Story) -> None:
    alice = story.auditor("alice")
    bundle = story.attest(MARCH)
    shown = story.must(
        "bundle", bundle, "--for", "auditor", "--kind", "training-record", "-o", "part"
    )
    part = Path(shown.strip())

    told_valid(story.verify(part, alice, "--partial"))
    assert part.stat().st_size < bundle.stat().st_size
    code, verdict = story.verify(part, alice)
    assert (code, verdict["result"]) == (4, "INDETERMINATE")
    assert troubles(verdict)["disclosure"] == "MN449"
    # The thief's status is no better for being shown in part.
    thief = stolen(story)
    forged = story.attest(datetime(2026, 3, 31, 8, 0, 0, tzinfo=UTC), company=thief)
    story.must("bundle", forged, "--for", "auditor", "--kind", "training-record", "-o", "forged")
    (part,) = Path("forged").iterdir()
    story.time[0] = MARCH
    code, verdict = story.verify(part, alice, "--partial")
    assert (code, troubles(verdict)) == (4, {"log-continues": "MN469"})


def test_the_status_says_which_commit_it_is_about(story: Story) -> None:
    bundle = story.attest(MARCH)
    _, verdict = story.verify(bundle, story.auditor("alice"))

    assert len(verdict["status"]["git"]["commit"]) == 40
    assert verdict["status"]["sequence"] == 0
