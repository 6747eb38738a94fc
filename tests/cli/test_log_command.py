"""mnaudit log and mnaudit witness: a company, and an auditor with a memory of her own."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.git_repository import Person, new_repository
from tests.log_bench import FIRST, changed, company, resigned, rewritten
from tests.trust_bench import CI, LOG, ORIGIN, THIEF, WITNESSES, first_policy, trust_bench, trusting

from mnaudit.errors import ConfigurationError
from mnaudit.load.log import read_log
from mnaudit.load.trust import read_trust_state
from mnaudit.signing.merkle import verify_consistency, verify_inclusion
from mnaudit.signing.note import cosigned_at, read_checkpoint, read_note, witness_name
from mnaudit.signing.status_log import leaf_hashes
from mnaudit.signing.tlog_proof import read_tlog_proof
from mnaudit.store.log import append
from mnaudit.store.trust import write_trust_state

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Program
    from tests.log_bench import Company

    from mnaudit.signing.keys import SigningKey

NOW = FIRST + timedelta(days=42)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mnaudit.cli.log.now", lambda: NOW)
    monkeypatch.setattr("mnaudit.cli.witness.now", lambda: NOW)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The log of an honest company: five statuses in forty days."""
    return stored(tmp_path / "status", company())


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    """What the auditor keeps; she has seen no log yet."""
    path = tmp_path / "auditor.json"
    write_trust_state(path, trusting(first_policy()))
    return path


def stored(folder: Path, made: Company) -> Path:
    (folder / "entries").mkdir(parents=True, exist_ok=True)
    for path in (folder / "entries").iterdir():
        path.unlink()
    for index, payload in enumerate(made.payloads):
        append(folder, index, payload, made.note)
    return folder


def private(path: Path, key: SigningKey) -> Path:
    form = PrivateFormat.PKCS8
    path.write_bytes(key._key.private_bytes(Encoding.PEM, form, NoEncryption()))
    path.chmod(0o600)
    return path


def public(path: Path, key: SigningKey) -> Path:
    path.write_text(key.public_pem)
    return path


@pytest.fixture
def witness_key(tmp_path: Path) -> Path:
    return private(tmp_path / "NEVER-USE-witness.pem", WITNESSES[0])


def result(told: str) -> Any:
    return json.loads(told)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_statuses_in_a_log_are_listed(mnaudit: Program, log: Path, lang: str) -> None:
    ended = mnaudit("log", "show", log, lang=lang)

    assert ended.code == 0
    assert ORIGIN in ended.out.splitlines()[0]
    assert [line.split()[1] for line in ended.out.splitlines()[-5:]] == [
        f"2026-0{month}-{day:02}T02:00:00Z"
        for month, day in ((4, 1), (4, 11), (4, 21), (5, 1), (5, 11))
    ]


def test_the_statuses_in_a_log_are_listed_for_programs(mnaudit: Program, log: Path) -> None:
    said = result(mnaudit("log", "show", log, "--format", "json").out)

    assert (said["schema"], said["origin"], said["size"]) == ("mnaudit/log@1", ORIGIN, 5)
    assert said["signatures"] == [ORIGIN]
    assert said["entries"][1]["previous"] == said["entries"][0]["sha256"]
    assert said["entries"][4]["commit"] == f"{4:040x}"
    assert said["entries"][0]["tiers"] == {"minimum": "satisfied", "optional": "satisfied"}


@pytest.mark.parametrize("command", [("show",), ("verify",), ("prove", "-o", "x", "--entry", "0")])
def test_what_is_no_log_is_told(mnaudit: Program, tmp_path: Path, command: tuple[str, ...]) -> None:
    ended = mnaudit("log", command[0], tmp_path, *command[1:])

    assert ended.code == 3
    assert "MN065" in ended.err


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_an_honest_log_is_good(mnaudit: Program, log: Path, trust: Path, lang: str) -> None:
    ended = mnaudit("log", "verify", log, "--trust", trust, lang=lang)

    assert (ended.code, ended.err) == (0, "")
    assert "5" in ended.out.splitlines()[-1]


def test_a_log_can_be_verified_with_its_key_alone(
    mnaudit: Program, log: Path, tmp_path: Path
) -> None:
    key = public(tmp_path / "log.pub.pem", LOG)

    assert mnaudit("log", "verify", log, "--log-key", key, "--origin", ORIGIN).code == 0
    assert mnaudit("log", "verify", log, "--log-key", key, "--origin", "x").code == 4
    assert mnaudit("log", "verify", log).code == 4


def test_two_answers_to_whose_log_it_is_are_one_too_many(
    mnaudit: Program, log: Path, trust: Path
) -> None:
    assert mnaudit("log", "verify", log, "--trust", trust, "--origin", ORIGIN).code == 2


def test_all_defects_are_shown_with_their_entries(mnaudit: Program, log: Path, trust: Path) -> None:
    made = company()
    made.payloads[2] = changed(made.payloads[2], sme=False)
    stored(log, made)

    ended = mnaudit("log", "verify", log, "--trust", trust)

    assert ended.code == 4
    assert "MN464" in ended.err
    assert "entries/000003.json" in ended.err
    assert "MN466" in ended.err
    assert "2" in ended.out.splitlines()[-1]


def test_the_verdict_over_a_log_is_there_for_programs(
    mnaudit: Program, log: Path, trust: Path
) -> None:
    made = company()
    made.seen_by(WITNESSES[0], at=NOW)
    stored(log, made)

    said = result(mnaudit("log", "verify", log, "--trust", trust, "--format", "json").out)

    assert (said["result"], said["problems"], said["gaps"]) == ("VALID", [], [])
    assert said["witnesses"] == [{"owner": "auditor 1", "at": "2026-05-13T02:00:00Z"}]


def test_a_broken_checkpoint_is_told_to_programs(mnaudit: Program, log: Path, trust: Path) -> None:
    (log / "checkpoint").write_bytes(b"nonsense")

    ended = mnaudit("log", "verify", log, "--trust", trust, "--format", "json")

    said = result(ended.out)
    assert (ended.code, said["result"], said["size"]) == (4, "INVALID", None)
    assert [found["code"] for found in said["problems"]] == ["MN460"]
    assert mnaudit("log", "verify", log, "--trust", trust).code == 4


def test_a_gap_leaves_the_verdict_open(mnaudit: Program, log: Path, trust: Path) -> None:
    ended = mnaudit("log", "verify", log, "--trust", trust, "--max-gap", "P9D", "--format", "json")

    said = result(ended.out)
    assert (ended.code, said["result"]) == (4, "INDETERMINATE")
    assert [found["values"]["entry"] for found in said["gaps"]] == [0, 1, 2, 3]
    told = mnaudit("log", "verify", log, "--trust", trust, "--max-gap", "P9D")
    assert "MN068" in told.err
    assert mnaudit("log", "verify", log, "--max-gap", "9 days").code == 2


def test_commits_without_a_status_are_told(
    mnaudit: Program, log: Path, trust: Path, tmp_path: Path
) -> None:
    repository = new_repository(tmp_path / "repository")
    commit = repository.submit(Person("見本", "sample@example.com"), "a.yaml", "1")

    arguments = ("log", "verify", log, "--trust", trust, "--repository", repository.root)
    said = result(mnaudit(*arguments, "--format", "json").out)

    assert (said["result"], said["uncovered"]) == ("INDETERMINATE", [commit])
    assert [found["code"] for found in said["gaps"]] == ["MN069"]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_rewritten_history_is_told_from_commits_that_were_left_out(
    mnaudit: Program, log: Path, trust: Path, tmp_path: Path, lang: str
) -> None:
    repository = new_repository(tmp_path / "repository")
    commit = repository.submit(Person("見本", "sample@example.com"), "a.yaml", "1")
    tombstones = tombstoned(tmp_path / "redactions.yaml", new=commit)

    whole = ("log", "verify", log, "--trust", trust, "--repository", repository.root)
    with_them = (*whole, "--redactions", tombstones)
    told = mnaudit(*with_them, lang=lang)
    said = result(mnaudit(*with_them, "--format", "json").out)

    assert (told.code, said["result"], said["gaps"]) == (0, "VALID", [])
    assert "MN095" in told.err
    assert said["rewritten"] == {"commits": [commit], "before": 5}
    assert said["uncovered"] == [commit]
    assert "MN095" not in mnaudit(*whole).err


def test_a_tombstone_that_does_not_fit_the_log_explains_nothing(
    mnaudit: Program, log: Path, trust: Path, tmp_path: Path
) -> None:
    repository = new_repository(tmp_path / "repository")
    commit = repository.submit(Person("見本", "sample@example.com"), "a.yaml", "1")
    covered = {"payload_sha256": "ab" * 32, "as_of": "2026-04-01", "sequence": 0}
    tombstones = tombstoned(tmp_path / "redactions.yaml", covered, new=commit)

    arguments = ("--repository", repository.root, "--redactions", tombstones, "--format", "json")
    ended = mnaudit("log", "verify", log, "--trust", trust, *arguments)

    assert (ended.code, result(ended.out)["result"]) == (4, "INDETERMINATE")
    assert [found["code"] for found in result(ended.out)["gaps"]] == ["MN519", "MN069"]


def test_tombstones_are_about_a_repository(
    mnaudit: Program, log: Path, trust: Path, tmp_path: Path
) -> None:
    tombstones = tombstoned(tmp_path / "redactions.yaml", new="ab" * 20)
    arguments = ("log", "verify", log, "--trust", trust, "--redactions")

    assert mnaudit(*arguments, tombstones).code == 2
    assert mnaudit(*arguments, tmp_path / "none.yaml", "--repository", tmp_path).code == 2


def tombstoned(path: Path, *covered: dict[str, Any], new: str) -> Path:
    """Write a tombstone that says that the history was rewritten."""
    person = {"code": "E0001", "role": "監査責任者"}
    tombstone = {
        "id": "roster-2026-05",
        "path": "training-record/roster.csv",
        "role": "attachment",
        "reason": "名簿に番号が入っていた。",
        "discovered_on": "2026-05-01",
        "redacted_on": "2026-05-02",
        "requested_by": {**person, "code": "E0003"},
        "approved_by": person,
        "statuses": list(covered),
        "rewritten": {
            "on": "2026-05-03",
            "heads": [{"ref": "refs/heads/main", "old": "ab" * 20, "new": new}],
        },
    }
    path.write_text(json.dumps({"organization": "8000000000001", "redactions": [tombstone]}))
    return path


def test_the_place_of_a_status_is_proved(mnaudit: Program, log: Path, tmp_path: Path) -> None:
    hashes = leaf_hashes(read_log(log).payloads)

    for index in (0, 3):
        output = tmp_path / f"{index}.tlog-proof"
        assert mnaudit("log", "prove", log, "--entry", index, "-o", output).code == 0
        proof = read_tlog_proof(output.read_bytes())
        found = read_checkpoint(read_note(proof.note))
        assert verify_inclusion(
            leaf=hashes[index], index=proof.index, size=5, proof=proof.path, root=found.root
        )


def test_the_growth_of_a_log_is_proved(mnaudit: Program, log: Path, tmp_path: Path) -> None:
    assert mnaudit("log", "prove", log, "--since", 3, "-o", tmp_path / "growth").code == 0

    head, _, note = (tmp_path / "growth").read_bytes().partition(b"\n\n")
    old, *proof = head.decode().splitlines()
    before, found = read_checkpoint(read_note(company(3).note)), read_checkpoint(read_note(note))
    assert old == "old 3"
    assert verify_consistency(
        old_size=3,
        old_root=before.root,
        size=5,
        root=found.root,
        proof=[base64.b64decode(line) for line in proof],
    )


@pytest.mark.parametrize(
    "wanted", [(), ("--entry", 5), ("--since", 6), ("--entry", 0, "--since", 1), ("--since", 0)]
)
def test_what_cannot_be_proved_is_told(
    mnaudit: Program, log: Path, wanted: tuple[object, ...]
) -> None:
    assert mnaudit("log", "prove", log, *wanted, "-o", "x").code == 2


def test_a_log_that_does_not_fit_its_checkpoint_proves_nothing(mnaudit: Program, log: Path) -> None:
    (log / "entries/000004.json").unlink()

    assert mnaudit("log", "prove", log, "--entry", 0, "-o", "x").code == 4


def test_a_witness_remembers_first_and_cosigns_then(
    mnaudit: Program, log: Path, trust: Path, witness_key: Path, tmp_path: Path
) -> None:
    output = tmp_path / "cosignature"

    ended = mnaudit("witness", log, "--trust", trust, "--key", witness_key, "-o", output)

    assert ended.code == 0
    assert output.read_text().startswith(f"\u2014 {witness_name(WITNESSES[0].public)} ")
    kept = read_trust_state(trust).checkpoint
    assert kept is not None
    assert cosigned_at(read_note(kept.encode()), WITNESSES[0].public) == NOW


def test_nothing_is_signed_if_nothing_can_be_remembered(
    mnaudit: Program,
    log: Path,
    trust: Path,
    witness_key: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise ConfigurationError("MN008", path="auditor.json", why="No space left on device")

    monkeypatch.setattr("mnaudit.store.trust.write_trust_state", full)

    ended = mnaudit("witness", log, "--trust", trust, "--key", witness_key)

    assert (ended.code, ended.out) == (2, "")


@pytest.mark.parametrize("option", ["--trust", "--witness-key"])
def test_a_cosignature_comes_back_into_the_log(
    mnaudit: Program, log: Path, trust: Path, witness_key: Path, option: str
) -> None:
    output = log.with_name("cosignature")
    mnaudit("witness", log, "--trust", trust, "--key", witness_key, "-o", output)
    known = trust if option == "--trust" else public(log.with_name("w.pub.pem"), WITNESSES[0])

    ended = mnaudit("log", "add-cosignature", log, output, option, known)

    assert ended.code == 0
    checkpoint = read_log(log).checkpoint
    assert checkpoint is not None
    assert cosigned_at(read_note(checkpoint), WITNESSES[0].public) == NOW
    assert mnaudit("log", "verify", log, "--trust", trust).code == 0


def test_a_cosignature_of_anybody_else_is_refused(
    mnaudit: Program, log: Path, trust: Path, tmp_path: Path
) -> None:
    key = private(tmp_path / "NEVER-USE-thief.pem", THIEF)
    output = tmp_path / "cosignature"
    made = mnaudit("witness", log, "--trust", trust, "--key", key, "-o", output)
    before = (log / "checkpoint").read_bytes()

    ended = mnaudit("log", "add-cosignature", log, output, "--trust", trust)

    assert (made.code, ended.code) == (0, 4)
    assert "MN467" in ended.err
    assert "not count" in made.err
    assert (log / "checkpoint").read_bytes() == before


def test_whose_cosignature_it_is_must_be_said(mnaudit: Program, log: Path, tmp_path: Path) -> None:
    (tmp_path / "line").write_bytes(b"\xff")

    assert mnaudit("log", "add-cosignature", log, tmp_path / "line").code == 2


@pytest.mark.parametrize("key", [CI])
def test_a_key_that_cannot_cosign_is_refused_before_anything_is_remembered(
    mnaudit: Program, log: Path, trust: Path, tmp_path: Path, key: SigningKey
) -> None:
    before = trust.read_bytes()

    path = private(tmp_path / "NEVER-USE-ci.pem", key)
    ended = mnaudit("witness", log, "--trust", trust, "--key", path)

    assert (ended.code, trust.read_bytes()) == (2, before)
    assert "MN066" in ended.err


def test_a_witness_follows_a_log_that_grows(
    mnaudit: Program, log: Path, trust: Path, witness_key: Path
) -> None:
    stored(log, company(3))
    assert mnaudit("witness", log, "--trust", trust, "--key", witness_key).code == 0
    stored(log, company(4))

    ended = mnaudit("witness", log, "--trust", trust, "--key", witness_key)

    # The clock stands still here: the fourth status is of day 30, and came on day 42.
    assert ended.code == 4
    assert "MN465" in ended.err


def test_a_witness_follows_a_log_that_grows_day_by_day(
    mnaudit: Program,
    log: Path,
    trust: Path,
    witness_key: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for size in (3, 4, 4, 5):
        at = FIRST + timedelta(days=10 * size - 9)
        monkeypatch.setattr("mnaudit.cli.witness.now", lambda at=at: at)
        stored(log, company(size))

        ended = mnaudit("witness", log, "--trust", trust, "--key", witness_key)

        assert ended.code == 0, ended.err


def test_the_thief_of_all_keys_who_rewrites_history_is_caught_by_the_memory_of_the_witness(
    mnaudit: Program, log: Path, trust: Path, witness_key: Path, tmp_path: Path
) -> None:
    assert mnaudit("witness", log, "--trust", trust, "--key", witness_key).code == 0
    before = trust.read_bytes()
    forged = company()
    forged.payloads = rewritten(forged.payloads, 2, sme=False)
    forged.checkpoint = resigned(forged.payloads)
    stored(log, forged)

    key = public(tmp_path / "log.pub.pem", LOG)
    assert mnaudit("log", "verify", log, "--log-key", key).code == 0
    for command in (("log", "verify", log), ("witness", log, "--key", witness_key)):
        ended = mnaudit(*command, "--trust", trust)
        assert ended.code == 4
        assert "MN469" in ended.err
        assert ended.out.startswith("Log") or ended.out == ""
    assert trust.read_bytes() == before


def test_a_witness_can_look_at_a_bundle(
    mnaudit: Program, trust: Path, witness_key: Path, tmp_path: Path
) -> None:
    bench = trust_bench()
    bundle = tmp_path / "b.mnaudit.zip"
    bundle.write_bytes(bench.bundle())

    ended = mnaudit("witness", bundle, "--trust", trust, "--key", witness_key)

    assert ended.code == 0
    assert ended.out.startswith("\u2014 mnaudit-witness/")


def test_a_witness_does_not_cosign_a_bundle_in_which_something_is_wrong(
    mnaudit: Program, trust: Path, witness_key: Path, tmp_path: Path
) -> None:
    bench = trust_bench()
    bench.log(log=THIEF)
    bundle, before = tmp_path / "b.mnaudit.zip", trust.read_bytes()
    bundle.write_bytes(bench.bundle())

    ended = mnaudit("witness", bundle, "--trust", trust, "--key", witness_key)

    assert (ended.code, ended.out, trust.read_bytes()) == (4, "", before)
    assert "MN467" in ended.err


def test_a_source_that_is_not_there_is_told(
    mnaudit: Program, trust: Path, witness_key: Path, tmp_path: Path
) -> None:
    ended = mnaudit("witness", tmp_path / "none", "--trust", trust, "--key", witness_key)

    assert ended.code == 2
    assert "MN002" in ended.err
