"""A company issues its policy, rotates and revokes; an auditor pins it and follows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.git_repository import new_key
from tests.time_authority import POLICY, root, signer
from tests.trust_builder import key

from mnaudit.cli import COMMANDS
from mnaudit.errors import ExitCode
from mnaudit.load.trust import read_trust_state
from mnaudit.signing.keys import encrypt
from mnaudit.signing.policy_chain import stored_policy

if TYPE_CHECKING:
    from tests.cli.conftest import Ended, Program

NUMBER = "8000000000001"
PERIOD = ("--issued", "2026-04-01T00:00:00Z", "--expires", "2027-03-31")
WORD = {"MNAUDIT_SIGNING_KEY_PASSPHRASE": "NEVER USE"}
CI = key("ci").fingerprint


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    if "trust" not in COMMANDS:
        monkeypatch.setattr("mnaudit.cli.COMMANDS", (*COMMANDS, "trust"))


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Files of keys by name; one is encrypted, the others are read faster."""
    folder = tmp_path / "keys"
    folder.mkdir()
    for name in ("root-a", "root-b", "root-c", "ci", "submitter", "log"):
        made = key(name)
        pem = made._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        if name == "root-c":
            pem = encrypt(made, b"NEVER USE", salt=bytes(16), iv=bytes(16))
        (folder / f"{name}.pem").write_bytes(pem)
        (folder / f"{name}.pem").chmod(0o600)
        (folder / f"{name}.pub.pem").write_text(made.public.pem, encoding="ascii")
    return folder


@pytest.fixture
def company(mnaudit: Program, keys: Path) -> Program:
    """A company with a draft of the first version: two root keys and a CI key."""
    made = mnaudit(
        *("trust", "init", "--organization", NUMBER, "--name", "株式会社見本商事"),
        *(
            "--root",
            keys / "root-a.pub.pem",
            "President",
            "--root",
            keys / "root-b.pub.pem",
            "Manager",
        ),
        *("--threshold", 2, *PERIOD),
    )
    assert made.code == 0, made.err
    added = mnaudit(
        "trust", "add", "--role", "ci", "--key", keys / "ci.pub.pem", "--owner", "CI machine"
    )
    assert added.code == 0, added.err
    return mnaudit


def sign(mnaudit: Program, *names: str) -> Ended:
    def once(name: str) -> Ended:
        secret = WORD if name == "root-c" else {}
        return mnaudit("trust", "sign", "--key", f"keys/{name}.pem", **secret)

    for name in names[:-1]:
        assert once(name).code == 0
    return once(names[-1])


def shown(mnaudit: Program, *arguments: object) -> Any:
    return json.loads(mnaudit("trust", "show", *arguments, "--format", "json").out)


def rotate(mnaudit: Program, *arguments: object) -> Ended:
    period = ("--issued", "2027-03-01T00:00:00Z", "--expires", "2028-03-31")
    return mnaudit("trust", "rotate", *period, *arguments)


def pin(mnaudit: Program, state: str = "auditor.json", version: int = 1) -> Ended:
    path = f"trust/policy.v{version}.dsse.json"
    fingerprint = shown(mnaudit, path)["fingerprint"]
    return mnaudit("trust", "pin", path, "--fingerprint", fingerprint, "-o", state)


# The company


def test_a_policy_begins_as_a_draft_that_says_what_is_missing(mnaudit: Program, keys: Path) -> None:
    told = mnaudit(
        *("trust", "init", "--organization", NUMBER, "--name", "見本"),
        *("--root", keys / "root-a.pub.pem", "President", "--expires", "2099-03-31"),
    )

    assert told.code == 0
    assert "1" in told.err
    text = mnaudit("trust", "show")
    assert text.code == ExitCode.TRUST
    assert "[MN485]" in text.out
    assert "roles.ci" in text.out


def test_enough_signatures_make_the_version(company: Program) -> None:
    first = company("trust", "sign", "--key", "keys/root-a.pem")

    assert first.code == 0
    assert not Path("trust/policy.v1.dsse.json").exists()
    assert "1 (needed: 2)" in first.err

    second = company("trust", "sign", "--key", "keys/root-b.pem")

    assert second.code == 0
    assert [path.name for path in Path("trust").iterdir()] == ["policy.v1.dsse.json"]
    assert second.out.replace(" ", "").strip() == shown(company)["fingerprint"]
    assert shown(company)["signed_by"] == ["Manager", "President"]


def test_one_person_cannot_sign_twice(company: Program) -> None:
    told = sign(company, "root-a", "root-a")

    assert "1 (needed: 2)" in told.err
    assert not Path("trust/policy.v1.dsse.json").exists()


def test_a_change_of_the_draft_voids_the_signatures(company: Program) -> None:
    sign(company, "root-a")
    company("trust", "add", "--role", "root", "--threshold", 1)

    assert shown(company)["signed_by"] == []
    assert "1 (needed: 1)" in sign(company, "root-b").err


def test_a_key_that_is_no_root_key_cannot_sign(company: Program) -> None:
    told = sign(company, "ci")

    assert told.code == ExitCode.USAGE
    assert "MN063" in told.err


def test_a_draft_with_defects_cannot_be_signed(company: Program) -> None:
    company("trust", "add", "--role", "root", "--threshold", 3)

    told = sign(company, "root-a")

    assert told.code == ExitCode.TRUST
    assert "MN482" in told.err
    assert not Path("trust/draft.dsse.json").exists()


def test_nothing_is_begun_twice(company: Program) -> None:
    again = (
        *("trust", "init", "--organization", NUMBER, "--name", "x"),
        *("--root", "keys/root-a.pub.pem", "President", "--expires", "2099-03-31"),
    )
    assert "MN062" in company(*again).err
    sign(company, "root-a", "root-b")

    told = company(*again)

    assert told.code == ExitCode.USAGE
    assert "MN062" in told.err
    rotate(company)
    assert "MN062" in rotate(company).err


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_summary_shows_people_keys_and_demands(company: Program, lang: str) -> None:
    company("trust", "revoke", CI, "--at", "2026-09-01", "--reason", "compromised")

    text = company("trust", "show", lang=lang).out

    for piece in ("株式会社見本商事", NUMBER, "President", "Manager", "CI machine", "P3M", "root"):
        assert piece in text
    assert CI[:4] in text
    assert "2026-08-31T15:00:00Z" in text


def test_a_name_cannot_paint_the_terminal(company: Program, keys: Path) -> None:
    company(
        *("trust", "add", "--role", "submitter", "--key", keys / "submitter.pub.pem"),
        *("--owner", "evil\x1b[2J\u202e"),
    )

    text = company("trust", "show").out

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "evil\\u001b" in text


def test_a_time_stamp_authority_is_added_from_its_certificates(company: Program) -> None:
    ca = root()
    Path("root.crt").write_text(ca.pem, encoding="ascii")
    Path("tsa.crt").write_text(signer(ca).pem, encoding="ascii")

    told = company(
        *("trust", "add", "--tsa", "root.crt", "--tsa-signer", "tsa.crt", "--owner", "TSA"),
        *("--policy-oid", POLICY, "--not-after", "2030-03-31"),
    )

    assert told.code == 0, told.err
    (authority,) = shown(company)["policy"]["time_authorities"]
    assert authority["policy_oids"] == [POLICY]
    assert authority["not_after"] == "2030-03-31T14:59:59Z"
    assert "TSA" in company("trust", "show").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--tsa", "keys/ci.pub.pem", "--owner", "x", "--policy-oid", "1.2"),
        ("--tsa", "keys/ci.pub.pem", "--owner", "x"),
        ("--role", "ci"),
        ("--role", "ci", "--key", "keys/ci.pub.pem"),
        ("--key", "keys/ci.pub.pem", "--owner", "x"),
        ("--role", "witness", "--threshold", "2"),
        ("--role", "log", "--key", "keys/ci.pub.pem", "--owner", "somebody else"),
        ("--role", "log", "--key", "absent", "--owner", "x"),
        ("--role", "log", "--key", "keys/log.pub.pem", "--owner", ""),
        ("--role", "log", "--key", "keys/log.pub.pem", "--owner", "x" * 201),
        ("--role", "log", "--key", "keys/log.pub.pem", "--owner", "half a pair: \udcff"),
        ("--role", "ci", "--threshold", "9" * 20),
        ("--role", "log", "--key", "keys/log.pub.pem", "--owner", "x", "--not-after", "soon"),
    ],
    ids=str,
)
def test_half_a_key_is_not_added(company: Program, arguments: tuple[str, ...]) -> None:
    before = Path("trust/draft.json").read_bytes()

    told = company("trust", "add", *arguments)

    assert told.code == ExitCode.USAGE
    assert Path("trust/draft.json").read_bytes() == before


@pytest.mark.parametrize("role", ["submitter", "reviewer"])
def test_who_signs_commits_may_bring_a_key_of_openssh(company: Program, role: str) -> None:
    path = new_key(Path(), "hr").with_suffix(".pub")

    told = company("trust", "add", "--role", role, "--key", path, "--owner", "hr@example.com")

    assert told.code == 0
    sign(company, "root-a", "root-b")
    company("trust", "allowed-signers", "-o", "signers")
    assert " ".join(path.read_text().split()[:2]) in Path("signers").read_text()


def test_who_signs_anything_else_brings_a_key_as_pem(company: Program) -> None:
    path = new_key(Path(), "hr").with_suffix(".pub")

    told = company("trust", "add", "--role", "log", "--key", path, "--owner", "log")

    assert (told.code, "OpenSSH" in told.err) == (ExitCode.TRUST, True)


def test_a_private_key_is_not_taken_for_a_public_one(company: Program) -> None:
    told = company("trust", "add", "--role", "log", "--key", "keys/log.pem", "--owner", "x")

    assert told.code == ExitCode.TRUST
    assert "MN406" in told.err


@pytest.mark.parametrize(
    "setting",
    [("--max-status-age", "3 months"), ("--log-origin", ""), ("--log-origin", "x" * 201)],
    ids=str,
)
def test_a_setting_that_makes_no_sense_is_refused(
    company: Program, setting: tuple[str, ...]
) -> None:
    sign(company, "root-a", "root-b")

    told = rotate(company, *setting)

    assert told.code == ExitCode.USAGE
    assert "MN012" in told.err
    assert not Path("trust/draft.json").exists()


def test_the_key_of_the_log_brings_its_usual_name(company: Program) -> None:
    company("trust", "add", "--role", "log", "--key", "keys/log.pub.pem", "--owner", "log")

    assert shown(company)["policy"]["log_origin"] == "8000000000001/mnaudit/status"
    assert "log: 8000000000001/mnaudit/status" in company("trust", "show").out


def test_a_name_of_the_log_that_was_given_stays(company: Program) -> None:
    sign(company, "root-a", "root-b")
    rotate(company, "--log-origin", "example.com/mnaudit")
    company("trust", "add", "--role", "log", "--key", "keys/log.pub.pem", "--owner", "log")

    assert shown(company)["policy"]["log_origin"] == "example.com/mnaudit"


def test_settings_are_kept_unless_they_are_given(company: Program) -> None:
    company("trust", "add", "--role", "log", "--key", "keys/log.pub.pem", "--owner", "log")
    sign(company, "root-a", "root-b")
    rotate(company, "--need-log", "--log-origin", "example.com/mnaudit", "--max-status-age", "P1M")
    sign(company, "root-a", "root-b")

    assert rotate(company).code == 0

    made = shown(company)["policy"]
    assert made["demands"] == {"log": True, "time_stamp": False, "witnesses": 0}
    assert (made["log_origin"], made["max_status_age"]) == ("example.com/mnaudit", "P1M")


def test_root_keys_rotate_with_the_old_and_the_new_signers(company: Program) -> None:
    sign(company, "root-a", "root-b")
    rotate(company)
    company(
        "trust", "add", "--role", "root", "--key", "keys/root-c.pub.pem", "--owner", "Treasurer"
    )
    company("trust", "remove", key("root-a").fingerprint, "--role", "root")

    told = sign(company, "root-b", "root-c")
    assert not Path("trust/policy.v2.dsse.json").exists()
    assert "v1: 1 (needed: 2)" in told.err
    assert "v2: 2 (needed: 2)" in told.err

    assert sign(company, "root-a").code == 0
    assert Path("trust/policy.v2.dsse.json").exists()


def test_a_change_needs_a_draft(company: Program) -> None:
    sign(company, "root-a", "root-b")

    told = company("trust", "remove", CI, "--role", "ci")

    assert told.code == ExitCode.USAGE
    assert "MN064" in told.err


def test_a_draft_that_skips_a_version_cannot_be_signed(company: Program) -> None:
    sign(company, "root-a", "root-b")
    rotate(company)
    draft = Path("trust/draft.json")
    draft.write_text(draft.read_text("utf-8").replace('"version": 2', '"version": 3'), "utf-8")

    assert "MN064" in sign(company, "root-a").err


def test_an_empty_folder_has_no_policy(mnaudit: Program, keys: Path) -> None:
    Path("empty").mkdir()

    for words in (
        ("show", "empty"),
        ("allowed-signers", "empty", "-o", "x"),
        ("rotate", "--folder", "empty", "--expires", "2099-01-01"),
        ("sign", "--folder", "empty", "--key", str(keys / "root-a.pem")),
    ):
        told = mnaudit("trust", *words)
        assert told.code == ExitCode.USAGE
        assert "MN064" in told.err


def test_the_signers_of_commits_are_written(company: Program) -> None:
    company(
        *("trust", "add", "--role", "submitter", "--key", "keys/submitter.pub.pem"),
        *("--owner", "hr@example.com", "--not-after", "2026-12-31"),
    )
    sign(company, "root-a", "root-b")

    for place in ("trust", "trust/policy.v1.dsse.json"):
        told = company("trust", "allowed-signers", place, "-o", "allowed_signers")

        assert told.code == 0
        (line,) = Path("allowed_signers").read_text("utf-8").splitlines()
        options = f'namespaces="git",valid-before="{20261231}145959Z"'
        assert line.startswith(f"hr@example.com {options} ssh-ed25519 ")


# The auditor


def test_an_auditor_pins_and_follows(company: Program) -> None:
    sign(company, "root-a", "root-b")
    assert pin(company).code == 0
    rotate(company)
    company("trust", "revoke", CI, "--at", "2027-02-01T00:00:00Z", "--reason", "superseded")
    sign(company, "root-a", "root-b")

    told = company("trust", "update", "auditor.json", "trust/policy.v2.dsse.json")

    assert told.code == 0
    state = read_trust_state(Path("auditor.json"))
    assert stored_policy(state).policy.version == 2
    assert state.first_pin == shown(company, "trust/policy.v1.dsse.json")["fingerprint"]


def test_versions_are_accepted_in_any_order_of_the_arguments(company: Program) -> None:
    sign(company, "root-a", "root-b")
    pin(company)
    for _ in range(2):
        rotate(company)
        sign(company, "root-a", "root-b")
    files = [f"trust/policy.v{version}.dsse.json" for version in (3, 1, 2)]

    assert company("trust", "update", "auditor.json", *files).code == 0
    assert stored_policy(read_trust_state(Path("auditor.json"))).policy.version == 3
    # The same again is no mistake; only older ones is.
    assert company("trust", "update", "auditor.json", *files).code == 0
    told = company("trust", "update", "auditor.json", files[1], files[2])
    assert told.code == ExitCode.TRUST
    assert "MN488" in told.err


def test_a_skipped_version_is_not_accepted(company: Program) -> None:
    sign(company, "root-a", "root-b")
    pin(company)
    for _ in range(2):
        rotate(company)
        sign(company, "root-a", "root-b")
    before = Path("auditor.json").read_bytes()

    told = company("trust", "update", "auditor.json", "trust/policy.v3.dsse.json")

    assert told.code == ExitCode.TRUST
    assert "MN487" in told.err
    assert Path("auditor.json").read_bytes() == before


def test_two_policies_of_one_version_are_not_accepted(company: Program) -> None:
    sign(company, "root-a", "root-b")
    pin(company)
    for folder in ("one", "other"):
        rotate(company, "--max-status-age", "P1M" if folder == "one" else "P2M")
        sign(company, "root-a", "root-b")
        Path(folder).mkdir()
        Path("trust/policy.v2.dsse.json").rename(f"{folder}/policy.v2.dsse.json")

    files = ("one/policy.v2.dsse.json", "other/policy.v2.dsse.json")
    told = company("trust", "update", "auditor.json", *files)

    assert told.code == ExitCode.TRUST
    assert "MN488" in told.err


def test_a_summary_shows_ghosts_and_windows(company: Program) -> None:
    company("trust", "revoke", CI, "--at", "2026-09-01", "--reason", "superseded")
    company(
        *("trust", "add", "--role", "log", "--key", "keys/log.pub.pem", "--owner", "log"),
        *("--not-before", "2026-05-01", "--not-after", "2026-12-31"),
    )
    draft = Path("trust/draft.json")
    value = json.loads(draft.read_bytes())
    value["roles"]["auditor"] = {"keys": ["e" * 64], "threshold": 1}
    draft.write_text(json.dumps(value), "utf-8")

    text = company("trust", "show").out

    assert "(no such key)  eeee" in text
    assert "superseded at 2026-08-31T15:00:00Z" in text
    assert "from 2026-04-30T15:00:00Z" in text
    assert "until 2026-12-31T14:59:59Z" in text


def test_a_wrong_fingerprint_pins_nothing(company: Program) -> None:
    sign(company, "root-a", "root-b")

    told = company(
        *("trust", "pin", "trust/policy.v1.dsse.json"),
        *("--fingerprint", "0" * 64, "-o", "auditor.json"),
    )

    assert told.code == ExitCode.TRUST
    assert "MN060" in told.err
    assert not Path("auditor.json").exists()


def test_a_second_pin_does_not_overwrite_the_memory(company: Program) -> None:
    sign(company, "root-a", "root-b")
    pin(company)
    before = Path("auditor.json").read_bytes()

    told = pin(company)

    assert told.code == ExitCode.USAGE
    assert "MN062" in told.err
    assert Path("auditor.json").read_bytes() == before


def test_a_half_signed_policy_is_not_pinned(company: Program) -> None:
    sign(company, "root-a")
    fingerprint = shown(company)["fingerprint"]

    told = company(
        *("trust", "pin", "trust/draft.dsse.json", "--fingerprint", fingerprint),
        *("-o", "auditor.json"),
    )

    assert told.code == ExitCode.TRUST
    assert "MN486" in told.err


def test_a_policy_file_that_does_not_exist_is_told(mnaudit: Program) -> None:
    told = mnaudit("trust", "show", "absent.json")

    assert told.code == ExitCode.USAGE
    assert "MN002" in told.err


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_command_has_help(mnaudit: Program, lang: str) -> None:
    names = (
        *("init", "show", "add", "remove", "revoke", "rotate", "sign", "pin", "update"),
        "allowed-signers",
    )
    for name in names:
        told = mnaudit("trust", name, "--help", lang=lang)
        assert told.code == 0
        assert "--passphrase" not in told.out
