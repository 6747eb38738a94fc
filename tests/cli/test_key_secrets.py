"""Where a passphrase or a private key must never be seen, and how a passphrase is changed."""

from __future__ import annotations

import base64
import re
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from mnaudit.cli import cli
from mnaudit.errors import ConfigurationError, ExitCode
from mnaudit.signing.keys import load_private
from mnaudit.signing.pkcs8_strength import weakness

if TYPE_CHECKING:
    from tests.cli.conftest import Ended, Program

DAY = "--as-of=2026-03-31"
WORD = "MNAUDIT_SIGNING_KEY_PASSPHRASE"
FILE = "MNAUDIT_SIGNING_KEY_PASSPHRASE_FILE"
NEW = "MNAUDIT_NEW_PASSPHRASE"
PEM = "MNAUDIT_SIGNING_KEY"
CANARY = "canary-Passphrase-見本"


def _openssl(*how: str) -> None:
    generate = ("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    subprocess.run([*generate, "-out", "plain.pem"], check=True, capture_output=True)
    convert = ("openssl", "pkcs8", "-topk8", "-in", "plain.pem", "-out", "k.pem")
    encrypt = how or ("-nocrypt",)
    if how:
        encrypt = (*how, "-passout", "pass:canary")
    subprocess.run([*convert, *encrypt], check=True, capture_output=True)
    Path("k.pem").chmod(0o600)


def _secrets(pem: bytes, passphrase: str) -> list[bytes]:
    """Return all forms in which the secret could be seen: the key's number, its PEM, the word."""
    key = load_private(pem, passphrase.encode())._key
    number = key.private_numbers().private_value  # type: ignore[union-attr]
    body = pem.splitlines()[1]
    raw = number.to_bytes(32)
    return [
        passphrase.encode(),
        passphrase.encode("unicode_escape"),
        body,
        str(number).encode(),
        raw,
        raw.hex().encode(),
        base64.b64encode(raw)[:40],
    ]


def _seen(told: Ended) -> bytes:
    return told.raw + told.raw_err


@pytest.mark.parametrize("debug", [{}, {"MNAUDIT_DEBUG": "1"}], ids=["", "debug"])
def test_no_command_shows_or_writes_a_secret(
    mnaudit: Program, evidence: Path, debug: dict[str, str]
) -> None:
    mnaudit("keys", "new", "-o", "k.pem", **{WORD: CANARY})
    pem = Path("k.pem").read_bytes()
    secrets = _secrets(pem, CANARY)
    in_environment = {PEM: pem.decode(), WORD: CANARY, **debug}
    Path("word").write_text(CANARY, encoding="utf-8")
    Path("word").chmod(0o600)

    told = [
        mnaudit("-v", *arguments, **environ)
        for arguments, environ in (
            (("keys", "show", "k.pem"), {WORD: CANARY, **debug}),
            (("keys", "show", "--pem", "k.pem"), {FILE: "word", **debug}),
            (("keys", "show", "k.pem"), {WORD: CANARY + "?", **debug}),
            (("keys", "new", "-o", "k.pem"), {WORD: CANARY, **debug}),
            (("keys", "new", "-o", "k2.pem"), {WORD: CANARY, **debug}),
            (("attest", evidence, DAY, "--key", "k.pem"), {WORD: CANARY, **debug}),
            (("attest", evidence, DAY), in_environment),
            (("run", evidence, DAY, "-o", "out2"), in_environment),
            (("run", evidence, DAY), {**in_environment, WORD: "x"}),
            (("run", evidence, DAY), {**in_environment, PEM: pem.decode()[:-90]}),
            (("keys", "passphrase", "k2.pem"), {WORD: CANARY, NEW: CANARY + "2", **debug}),
        )
    ]

    assert {each.code for each in told} >= {ExitCode.SATISFIED, ExitCode.USAGE}
    assert not any(each.code == ExitCode.INTERNAL for each in told)
    mine = {Path("k.pem"), Path("word")}
    written = b"".join(
        path.read_bytes() for path in Path().rglob("*") if path.is_file() and path not in mine
    )
    for secret in secrets:
        assert all(secret not in _seen(each) for each in told)
        assert secret not in written


def test_a_crash_with_a_passphrase_in_hand_shows_none(
    mnaudit: Program, evidence: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mnaudit("keys", "new", "-o", "k.pem", **{WORD: CANARY})

    def crash(*_: bytes) -> None:
        raise RuntimeError

    monkeypatch.setattr("mnaudit.signing.keys.load_private", crash)
    run = ("run", evidence, DAY, "--key", "k.pem")

    told = mnaudit(*run, **{WORD: CANARY, "MNAUDIT_DEBUG": "1"})

    assert told.code == ExitCode.INTERNAL
    assert CANARY not in told.out + told.err


def _parameters(command: click.Command) -> list[str]:
    found = [option for each in command.params for option in each.opts]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            found += _parameters(inner)
    return found


def test_no_command_takes_a_secret_as_an_argument() -> None:
    names = _parameters(cli("en"))

    assert "--key" in names
    assert [
        name for name in names if re.search(r"pass|secret|pin$", name) and name != "--pin"
    ] == []


def test_a_passphrase_may_stand_in_a_file(mnaudit: Program) -> None:
    made = mnaudit("keys", "new", "-o", "k.pem", **{WORD: "right"}).out.strip()
    Path("word").write_text("right\n")
    Path("word").chmod(0o600)

    assert made in mnaudit("keys", "show", "k.pem", **{FILE: "word"}).out
    Path("word").chmod(0o644)
    assert "[MN004]" in mnaudit("keys", "show", "k.pem", **{FILE: "word"}).err
    assert "[MN003]" in mnaudit("keys", "show", "k.pem", **{FILE: "absent"}).err


def test_a_passphrase_that_is_given_twice_is_refused(mnaudit: Program) -> None:
    mnaudit("keys", "new", "-o", "k.pem", **{WORD: "right"})

    told = mnaudit("keys", "show", "k.pem", **{WORD: "right", FILE: "word"})

    assert (told.code, told.out) == (ExitCode.USAGE, "")
    assert "[MN059]" in told.err


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ((), "MN499"),
        (("-v2prf", "hmacWithSHA256"), "MN495"),
        (("-iter", "600000"), None),
        (("-scrypt", "-scrypt_p", "8"), None),
    ],
)
def test_a_key_of_openssl_is_used_with_the_right_warning(
    mnaudit: Program, evidence: Path, how: tuple[str, ...], code: str | None
) -> None:
    _openssl(*how)
    word = {WORD: "canary"} if how else {}

    for arguments in (("keys", "show", "k.pem"), ("attest", evidence, DAY, "--key", "k.pem")):
        told = mnaudit(*arguments, **word)
        assert told.code == 0
        assert re.findall(r"warning\[(MN49.)\]", told.err) == ([code] if code else [])


@pytest.mark.parametrize("how", [(), ("-v2prf", "hmacWithSHA256"), ("-scrypt",)])
def test_a_weak_key_becomes_strong_and_stays_the_same_key(
    mnaudit: Program, how: tuple[str, ...]
) -> None:
    _openssl(*how)
    word = {WORD: "canary"} if how else {}
    before = mnaudit("keys", "show", "--pem", "k.pem", **word).out

    told = mnaudit("keys", "passphrase", "k.pem", **{**word, NEW: "新しい"})

    assert told.code == 0
    pem = Path("k.pem").read_bytes()
    assert weakness(pem) is None
    assert stat.S_IMODE(Path("k.pem").stat().st_mode) == 0o600
    key = load_private(pem, "新しい".encode())
    assert (key.public_pem, key.fingerprint) == (before, told.out.strip())
    assert "新しい" not in told.err


def test_a_new_passphrase_is_made_where_none_is_given(mnaudit: Program) -> None:
    mnaudit("keys", "new", "-o", "k.pem", **{WORD: "old"})

    told = mnaudit("keys", "passphrase", "k.pem", **{WORD: "old"})

    made = re.search(r"[0-9a-f]{8}(?:-[0-9a-f]{8}){3}", told.err)
    assert made
    load_private(Path("k.pem").read_bytes(), made[0].encode())
    with pytest.raises(ConfigurationError, match="MN404"):
        load_private(Path("k.pem").read_bytes(), b"old")


@pytest.mark.parametrize(
    ("environ", "code"),
    [({WORD: "wrong"}, "MN404"), ({}, "MN006"), ({WORD: "old", NEW: ""}, "MN403")],
)
def test_a_key_whose_passphrase_cannot_be_changed_stays_as_it_is(
    mnaudit: Program, environ: dict[str, str], code: str
) -> None:
    mnaudit("keys", "new", "-o", "k.pem", **{WORD: "old"})
    before = Path("k.pem").read_bytes()

    told = mnaudit("keys", "passphrase", "k.pem", **environ)

    assert (told.code, told.out) == (ExitCode.USAGE, "")
    assert f"[{code}]" in told.err
    assert Path("k.pem").read_bytes() == before
    assert sorted(path.name for path in Path().iterdir()) == ["k.pem", "k.pub.pem"]


def test_a_link_to_a_key_stays_a_link(mnaudit: Program) -> None:
    mnaudit("keys", "new", "-o", "safe/k.pem", **{WORD: "old"})
    Path("link.pem").symlink_to("safe/k.pem")

    assert mnaudit("keys", "passphrase", "link.pem", **{WORD: "old", NEW: "new"}).code == 0
    assert Path("link.pem").is_symlink()
    load_private(Path("safe/k.pem").read_bytes(), b"new")


@pytest.mark.parametrize(
    ("uri", "code"), [("hsm:2?pin=canary", "MN056"), ("awskms:?canary", "MN056")]
)
def test_a_uri_that_cannot_be_read_is_refused_and_not_repeated(
    mnaudit: Program, evidence: Path, uri: str, code: str
) -> None:
    for arguments in (("keys", "show", uri), ("attest", evidence, DAY, "--key", uri)):
        told = mnaudit(*arguments)
        assert (told.code, told.out) == (ExitCode.USAGE, "")
        assert f"[{code}]" in told.err
        assert "canary" not in told.err


@pytest.mark.parametrize("given", [True, False])
def test_the_pin_of_a_token_comes_from_the_environment_or_the_terminal(
    mnaudit: Program, monkeypatch: pytest.MonkeyPatch, *, given: bool
) -> None:
    pins: list[str] = []

    def signer(uri: str, *, pin: object) -> object:
        assert uri == "hsm:2?label=a+b"
        assert callable(pin)
        pins.append(pin())
        return load_private(Path("k.pem").read_bytes(), b"x")

    mnaudit("keys", "new", "-o", "k.pem", **{WORD: "x"})
    monkeypatch.setattr("mnaudit.load.kms.kms_signer", signer)
    monkeypatch.setattr("mnaudit.cli.options.os.isatty", lambda _: True)
    monkeypatch.setattr("mnaudit.cli.options.click.prompt", lambda _, **_how: "typed")

    environ = {"MNAUDIT_HSM_PIN": "4711"} if given else {}
    told = mnaudit("keys", "show", "hsm:2?label=a+b", **environ)

    assert told.code == 0
    assert pins == ["4711" if given else "typed"]
