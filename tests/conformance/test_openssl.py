"""OpenSSL agrees about keys and signatures, by the very commands of the read-me."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from mnaudit.attest.readme import readme_text
from mnaudit.signing.keys import encrypt, load_private, load_public

if TYPE_CHECKING:
    from pathlib import Path


def openssl(*arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["openssl", *arguments], input=data, capture_output=True, check=False, timeout=60
    )


def commands() -> str:
    """Return the indented shell commands of the read-me."""
    text = readme_text().partition("Verify without mnaudit")[2]
    block = re.search(r"\n((?:\n?  .*\n)+)", text)
    assert block is not None
    return block[1].partition("The digest of every")[0]


def follow(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-u", "-c", commands()],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def verified(output: str) -> int:
    return len(re.findall(r"Verified OK|Signature Verified Successfully", output))


def test_the_commands_of_the_read_me_verify_the_bundle(unpacked: Path) -> None:
    done = follow(unpacked)

    assert verified(done.stdout) == 2
    assert "FAILED" not in done.stdout
    assert load_public((unpacked / "signer.pub.pem").read_bytes()).fingerprint in done.stdout
    assert done.stdout.endswith("\n1\n")
    assert done.returncode == 0


def test_the_commands_of_the_read_me_notice_changed_evidence(unpacked: Path) -> None:
    (unpacked / "evidence" / "organization.yaml").write_bytes(b"")

    assert "evidence/organization.yaml: FAILED" in follow(unpacked).stdout


@pytest.mark.parametrize("name", ["manifest", "status"])
def test_the_commands_of_the_read_me_notice_a_changed_statement(unpacked: Path, name: str) -> None:
    member = unpacked / f"{name}.sigstore.json"
    # The first payload character that is not part of the JSON around it.
    changed = member.read_text().replace('"payload":"eyJ', '"payload":"eyK')
    member.write_text(changed)

    done = follow(unpacked)

    assert verified(done.stdout) == 1
    assert f"{name}.sigstore.json: FAILED" in done.stdout


def test_openssl_reads_a_key_that_we_encrypted(private_pem: bytes) -> None:
    key = load_private(private_pem, None)
    pem = encrypt(key, b"never use", salt=bytes(range(16)), iv=bytes(range(16)))

    read = openssl("pkey", "-passin", "pass:never use", "-pubout", data=pem)
    refused = openssl("pkey", "-passin", "pass:never used", "-pubout", data=pem)

    assert read.stdout.decode() == key.public_pem
    assert refused.returncode != 0


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["-scrypt"], id="scrypt"),
        pytest.param(["-v2", "aes-256-cbc", "-iter", "600000"], id="PBKDF2"),
    ],
)
def test_we_read_a_key_that_openssl_encrypted(private_pem: bytes, options: list[str]) -> None:
    sealed = openssl("pkcs8", "-topk8", *options, "-passout", "pass:never use", data=private_pem)

    key = load_private(sealed.stdout, b"never use")

    assert key.fingerprint == load_private(private_pem, None).fingerprint


def test_openssl_computes_our_fingerprint(unpacked: Path) -> None:
    pem = (unpacked / "signer.pub.pem").read_bytes()

    der = openssl("pkey", "-pubin", "-outform", "DER", data=pem).stdout
    digest = openssl("dgst", "-sha256", "-r", data=der).stdout

    assert digest.split()[0].decode() == load_public(pem).fingerprint


def test_what_openssl_signs_we_verify(private_pem: bytes, algorithm: str, tmp_path: Path) -> None:
    key, message, made = tmp_path / "key.pem", tmp_path / "message", tmp_path / "sig"
    key.write_bytes(private_pem)
    message.write_bytes(b"message")
    how = {
        "ecdsa-p256": ["dgst", "-sha256", "-sign", str(key), "-out", str(made), str(message)],
        "ed25519": [
            *("pkeyutl", "-sign", "-rawin", "-inkey", str(key)),
            *("-in", str(message), "-out", str(made)),
        ],
    }

    assert openssl(*how[algorithm]).returncode == 0

    public = load_private(private_pem, None).public
    assert public.verify(made.read_bytes(), b"message")
    assert not public.verify(made.read_bytes(), b"massage")
