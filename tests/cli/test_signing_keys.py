"""Keys are made, shown and used; never overwritten, never left open, never asked for twice."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mnaudit.errors import ExitCode
from mnaudit.signing.keys import load_private, load_public

if TYPE_CHECKING:
    from tests.cli.conftest import Program

KEYS = Path(__file__).parents[1] / "golden/attest"
DAY = "--as-of=2026-03-31"
WORD = "MNAUDIT_SIGNING_KEY_PASSPHRASE"
PEM = "MNAUDIT_SIGNING_KEY"
HEX = re.compile(r"^[0-9a-f]{64}$")


@pytest.mark.parametrize("algorithm", ["ecdsa-p256", "ed25519"])
def test_a_new_key_is_encrypted_and_its_owner_s_alone(mnaudit: Program, algorithm: str) -> None:
    told = mnaudit("keys", "new", "-o", "k.pem", "--algorithm", algorithm, **{WORD: "見本"})

    assert told.code == 0
    assert HEX.match(told.out.strip())
    assert stat.S_IMODE(Path("k.pem").stat().st_mode) == 0o600
    assert b"ENCRYPTED" in Path("k.pem").read_bytes()
    key = load_private(Path("k.pem").read_bytes(), "見本".encode())
    assert key.algorithm == algorithm
    assert key.fingerprint == told.out.strip()
    assert load_public(Path("k.pub.pem").read_bytes()).fingerprint == key.fingerprint
    assert "見本" not in told.err


def test_a_passphrase_is_made_where_none_is_given_and_told_once(mnaudit: Program) -> None:
    told = mnaudit("keys", "new", "-o", "deep/k")

    made = re.search(r"[0-9a-f]{8}(?:-[0-9a-f]{8}){3}", told.err)
    assert made
    assert WORD in told.err
    assert Path("deep/k.pub.pem").is_file()
    assert made[0] not in told.out
    load_private(Path("deep/k").read_bytes(), made[0].encode())


def test_two_keys_are_never_the_same(mnaudit: Program) -> None:
    first, second = (mnaudit("keys", "new", "-o", name, **{WORD: "x"}).out for name in "ab")

    assert first != second


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("existing", ["k.pem", "k.pub.pem"])
def test_no_key_is_ever_overwritten(mnaudit: Program, existing: str, lang: str) -> None:
    Path(existing).write_bytes(b"old")

    told = mnaudit("keys", "new", "-o", "k.pem", lang=lang, **{WORD: "x"})

    assert (told.code, told.out) == (ExitCode.USAGE, "")
    assert "[MN005]" in told.err
    assert existing in told.err
    assert [path.name for path in Path().iterdir()] == [existing]
    assert Path(existing).read_bytes() == b"old"


def test_a_key_that_cannot_be_written_is_told(mnaudit: Program) -> None:
    Path("file").write_bytes(b"")

    told = mnaudit("keys", "new", "-o", "file/k.pem", **{WORD: "x"})

    assert told.code == ExitCode.USAGE
    assert "[MN008]" in told.err


def test_an_empty_passphrase_is_none(mnaudit: Program) -> None:
    told = mnaudit("keys", "new", "-o", "k.pem", **{WORD: ""})

    assert told.code == ExitCode.USAGE
    assert "[MN403]" in told.err
    assert not Path("k.pem").exists()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_both_halves_of_a_key_are_shown_alike(mnaudit: Program, lang: str) -> None:
    made = mnaudit("keys", "new", "-o", "k.pem", **{WORD: "x"}).out.strip()

    private = mnaudit("keys", "show", "k.pem", lang=lang, **{WORD: "x"})
    public = mnaudit("keys", "show", "k.pub.pem", lang=lang)

    assert (private.code, private.err) == (0, "")
    assert private.out == public.out
    assert made in private.out
    assert " ".join(made[i : i + 4] for i in range(0, 64, 4)) in private.out
    assert "ecdsa-p256" in private.out


@pytest.mark.parametrize(
    ("passphrase", "code"), [("wrong", "MN404"), ("", "MN403"), (None, "MN006")]
)
def test_a_wrong_empty_or_missing_passphrase_is_refused(
    mnaudit: Program, evidence: Path, passphrase: str | None, code: str
) -> None:
    mnaudit("keys", "new", "-o", "k.pem", **{WORD: "right"})
    environ = {} if passphrase is None else {WORD: passphrase}

    for arguments in (("keys", "show", "k.pem"), ("run", evidence, DAY, "--key", "k.pem")):
        told = mnaudit(*arguments, **environ)
        assert (told.code, told.out) == (ExitCode.USAGE, "")
        assert f"[{code}]" in told.err
    assert not Path("out").exists()


def test_the_passphrase_is_asked_for_on_a_terminal_and_not_shown(
    mnaudit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = mnaudit("keys", "new", "-o", "k.pem", **{WORD: "right"}).out
    asked: list[tuple[str, object]] = []

    def prompt(text: str, **how: object) -> str:
        asked.append((text, how["hide_input"]))
        return "right"

    monkeypatch.setattr("mnaudit.cli.options.os.isatty", lambda _: True)
    monkeypatch.setattr("mnaudit.cli.options.click.prompt", prompt)

    assert made.strip() in mnaudit("keys", "show", "k.pem").out
    assert len(asked) == 1
    assert asked[0][1] is True


@pytest.mark.parametrize("command", ["run", "attest"])
def test_a_key_that_others_can_read_signs_nothing(
    mnaudit: Program, evidence: Path, key: Path, command: str
) -> None:
    key.chmod(0o644)

    told = mnaudit(command, evidence, DAY, "--key", key)

    assert (told.code, told.out) == (ExitCode.USAGE, "")
    assert "[MN004]" in told.err
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "MN401"), (b"-----BEGIN PRIVATE KEY-----\n", "MN401"), (None, "MN003")],
)
def test_what_is_no_private_key_signs_nothing(
    mnaudit: Program, evidence: Path, key: Path, content: bytes | None, code: str
) -> None:
    if content is None:
        key.unlink()
    else:
        key.write_bytes(content)

    told = mnaudit("attest", evidence, DAY, "--key", key)

    assert (told.code, told.out) == (ExitCode.USAGE, "")
    assert f"[{code}]" in told.err


def test_a_public_key_signs_nothing(mnaudit: Program, evidence: Path) -> None:
    mnaudit("keys", "new", "-o", "k.pem", **{WORD: "x"})
    Path("k.pub.pem").chmod(0o600)

    told = mnaudit("attest", evidence, DAY, "--key", "k.pub.pem")

    assert told.code == ExitCode.USAGE
    assert "[MN401]" in told.err


def test_a_key_that_somebody_believes_to_be_encrypted_is_refused(
    mnaudit: Program, evidence: Path, key: Path
) -> None:
    told = mnaudit("attest", evidence, DAY, "--key", key, **{WORD: "x"})

    assert told.code == ExitCode.USAGE
    assert "[MN405]" in told.err


def test_what_is_no_key_cannot_be_shown(mnaudit: Program) -> None:
    Path("a.pem").write_bytes(b"?")

    told = mnaudit("keys", "show", "a.pem")

    assert (told.code, told.out) == (ExitCode.TRUST, "")
    assert "[MN406]" in told.err


def test_a_key_may_come_from_the_environment(mnaudit: Program, evidence: Path, key: Path) -> None:
    mnaudit("keys", "new", "-o", "k.pem", **{WORD: "秘密"})
    fingerprint = mnaudit("keys", "show", "k.pub.pem").out
    variables = {PEM: Path("k.pem").read_text(), WORD: "秘密"}

    told = mnaudit("attest", evidence, DAY, **variables)

    assert told.code == 0
    signer = re.search(r"[0-9a-f]{64}", told.err)
    assert signer
    assert signer[0] in fingerprint
    # The option is nearer than the environment.
    other = mnaudit("attest", evidence, DAY, "--key", key, **{PEM: variables[PEM]})
    assert other.code == 0
    assert signer[0] not in other.err


def test_a_broken_key_in_the_environment_is_not_passed_over(
    mnaudit: Program, evidence: Path
) -> None:
    told = mnaudit("run", evidence, DAY, **{PEM: ""})

    assert told.code == ExitCode.USAGE
    assert "[MN401]" in told.err
    assert not Path("out").exists()
