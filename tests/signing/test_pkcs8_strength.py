"""Which key files protect their key badly: those of openssl are the measure."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from mnaudit.signing import der
from mnaudit.signing.keys import Algorithm, encrypt, generate, load_private
from mnaudit.signing.pkcs8_strength import MIN_ROUNDS, Weakness, weakness

KEY = Path(__file__).parents[1] / "golden/attest/NEVER-USE-ecdsa-p256.pem"
WORD = b"canary"


def _openssl(*how: str) -> bytes:
    convert = ("openssl", "pkcs8", "-topk8", "-in", str(KEY), "-passout", f"pass:{WORD.decode()}")
    return subprocess.run([*convert, *how], capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    ("how", "derivation"),
    [
        ((), "PBKDF2 2048"),
        (("-iter", str(MIN_ROUNDS - 1)), f"PBKDF2 {MIN_ROUNDS - 1}"),
        (("-iter", str(MIN_ROUNDS)), None),
        (("-scrypt",), "scrypt N=16384 r=8 p=1"),
        (("-scrypt", "-scrypt_p", "8"), None),
        (("-v1", "PBE-SHA1-3DES"), "PBES1"),
    ],
)
def test_keys_of_openssl_are_read_and_the_cheap_ones_are_named(
    how: tuple[str, ...], derivation: str | None
) -> None:
    pem = _openssl(*how)

    load_private(pem, WORD)
    found = weakness(pem)

    assert found == (derivation and Weakness("MN495", {"derivation": derivation}))


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_our_own_keys_are_strong(algorithm: Algorithm) -> None:
    pem = encrypt(generate(algorithm), WORD, salt=b"s" * 16, iv=b"i" * 16)

    assert weakness(pem) is None


def test_a_key_that_is_not_encrypted_is_named() -> None:
    assert weakness(KEY.read_bytes()) == Weakness("MN499", {})


@pytest.mark.parametrize(
    "pem", [b"", b"-----BEGIN PUBLIC KEY-----\n", b"-----BEGIN EC PRIVATE KEY"]
)
def test_what_is_no_private_key_is_left_to_the_reader_of_keys(pem: bytes) -> None:
    assert weakness(pem) is None


def _pem(content: bytes) -> bytes:
    label = b"ENCRYPTED PRIVATE KEY-----\n"
    return b"-----BEGIN " + label + base64.b64encode(content) + b"\n-----END " + label


def _pbes2(function: bytes) -> bytes:
    scheme = der.encode(
        der.SEQUENCE,
        der.encode_oid("1.2.840.113549.1.5.13"),
        der.encode(der.SEQUENCE, function, der.encode(der.SEQUENCE)),
    )
    return _pem(der.encode(der.SEQUENCE, scheme, der.encode(der.OCTET_STRING, b"")))


@pytest.mark.parametrize(
    "pem",
    [
        _pem(b""),
        _pem(b"\x30\x00"),
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n!\n-----END ENCRYPTED PRIVATE KEY-----",
        _pbes2(der.encode(der.SEQUENCE, der.encode_oid("1.2.3"), der.encode(der.SEQUENCE))),
        _pbes2(
            der.encode(
                der.SEQUENCE,
                der.encode_oid("1.2.840.113549.1.5.12"),
                der.encode(der.SEQUENCE),
            )
        ),
    ],
    ids=["empty", "nothing inside", "no base64", "unknown function", "no rounds"],
)
def test_a_protection_that_cannot_be_weighed_counts_as_weak(pem: bytes) -> None:
    assert weakness(pem) == Weakness("MN495", {"derivation": "?"})


@given(st.binary(max_size=200))
def test_whatever_stands_in_the_file_the_answer_is_a_remark(content: bytes) -> None:
    assert weakness(_pem(content)) is not None
