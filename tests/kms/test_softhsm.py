"""A key that never leaves its token signs bundles that everybody can check."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
from tests.kms.conftest import LABEL, PIN, ROOT

from mnaudit.signing.dsse import PAYLOAD_TYPE, pae

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kms.conftest import Token

DAY = "--as-of=2026-03-31"
WORD = "MNAUDIT_HSM_PIN"


def _bundle(token: Token, out: Path) -> Path:
    run = ("attest", ROOT / "evidence", DAY, "-o", out, "--key", token.uri())
    told = token.mnaudit(*run, **{WORD: PIN})
    assert told.returncode == 0, told.stderr
    (bundle,) = out.glob("*.zip")
    return bundle


def _fingerprint(token: Token) -> str:
    shown = token.mnaudit("keys", "show", token.uri()).stdout
    found = re.search(r"[0-9a-f]{64}", shown)
    assert found, shown
    return found[0]


def test_a_bundle_signed_in_a_token_is_valid_under_its_fingerprint(
    token: Token, tmp_path: Path
) -> None:
    bundle = _bundle(token, tmp_path)

    told = token.mnaudit("verify", bundle, "--pin", _fingerprint(token))

    assert told.returncode == 0, told.stdout
    assert token.mnaudit("verify", bundle, "--pin", "0" * 64).returncode == 4


@pytest.mark.parametrize("member", ["status.sigstore.json", "manifest.sigstore.json"])
def test_openssl_accepts_what_the_token_signed(token: Token, tmp_path: Path, member: str) -> None:
    with zipfile.ZipFile(_bundle(token, tmp_path / "out")) as archive:
        envelope = json.loads(archive.read(member))["dsseEnvelope"]
    key, signature, data = (tmp_path / name for name in ("key.pem", "sig", "data"))
    key.write_text(token.mnaudit("keys", "show", "--pem", token.uri()).stdout)
    signature.write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
    payload = base64.b64decode(envelope["payload"])
    verify = ("openssl", "dgst", "-sha256", "-verify", key, "-signature", signature, data)

    data.write_bytes(pae(PAYLOAD_TYPE, payload))
    assert subprocess.run(verify, check=False, capture_output=True).returncode == 0
    data.write_bytes(pae(PAYLOAD_TYPE, payload + b" "))
    assert subprocess.run(verify, check=False, capture_output=True).returncode == 1


def test_the_public_key_needs_no_pin(token: Token) -> None:
    told = token.mnaudit("keys", "show", token.uri())

    assert (told.returncode, told.stderr) == (0, "")
    assert "ecdsa-p256" in told.stdout


def test_without_a_pin_nothing_is_signed(token: Token, tmp_path: Path) -> None:
    told = token.mnaudit("attest", ROOT / "evidence", DAY, "-o", tmp_path, "--key", token.uri())

    assert told.returncode == 2
    assert "[MN006]" in told.stderr
    assert WORD in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_with_a_wrong_pin_nothing_is_signed_and_it_is_not_shown(
    token: Token, tmp_path: Path
) -> None:
    run = ("attest", ROOT / "evidence", DAY, "-o", tmp_path, "--key", token.uri())

    told = token.mnaudit(*run, **{WORD: "canary-wrong", "MNAUDIT_DEBUG": "1"})

    assert told.returncode == 2
    assert "[MN057]" in told.stderr
    assert "PinIncorrect" in told.stderr
    assert "canary" not in told.stdout + told.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_right_pin_stands_nowhere_but_in_the_token(token: Token, tmp_path: Path) -> None:
    run = ("attest", ROOT / "evidence", DAY, "-o", tmp_path, "--key", token.uri())

    told = token.mnaudit("-v", *run, **{WORD: PIN, "MNAUDIT_DEBUG": "1"})

    assert told.returncode == 0
    assert PIN not in told.stdout + told.stderr
    assert all(PIN.encode() not in path.read_bytes() for path in tmp_path.rglob("*"))


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        (f"hsm:3?label={LABEL.replace(' ', '+')}", "MN497"),  # P-384
        (f"hsm:9?label={LABEL.replace(' ', '+')}", "MN057"),  # no such key
        ("hsm:2?label=other", "MN057"),  # no such token
        (f"hsm:2?label={LABEL}&pin={PIN}", "MN056"),  # a secret in an argument
        ("hsm:two", "MN056"),
    ],
)
def test_what_cannot_sign_is_refused_and_the_pin_never_repeated(
    token: Token, tmp_path: Path, uri: str, code: str
) -> None:
    for arguments in (
        ("keys", "show", uri),
        ("attest", ROOT / "evidence", DAY, "-o", tmp_path, "--key", uri),
    ):
        told = token.mnaudit(*arguments, **{WORD: PIN})
        assert (told.returncode, told.stdout) == (2, "")
        assert f"[{code}]" in told.stderr
        assert PIN not in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_the_path_of_the_library_the_remedy_names_the_variable(token: Token) -> None:
    told = token.mnaudit("keys", "show", token.uri(), PYKCS11LIB="")

    assert told.returncode == 2
    assert "[MN057]" in told.stderr
    assert "PYKCS11LIB" in told.stderr
