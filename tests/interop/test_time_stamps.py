"""A bundle with a time-stamp: openssl gives the time, and three others check it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response
from tests.interop.conftest import Bundle, run
from tests.interop.test_sigstore_js import verify
from tests.time_authority import POLICY, ROOT, SIGNER

from mnaudit.signing.sigstore_bundle import unwrap, wrap
from mnaudit.signing.timestamp import check_response, time_request

if TYPE_CHECKING:
    from pathlib import Path

MEMBER = "status.sigstore.json"
NONCE = 2**63 + 5
CHAIN = [[base64.b64encode(each.der).decode() for each in (SIGNER, ROOT)]]


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """Set up ``openssl ts -reply``."""
    folder = tmp_path / "authority"
    folder.mkdir()
    private = SIGNER.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "tsa.key").write_bytes(private)
    (folder / "tsa.pem").write_text(SIGNER.pem)
    (folder / "root.pem").write_text(ROOT.pem)
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(
        "[tsa]\n"
        "default_tsa = authority\n"
        "[authority]\n"
        "serial = serial\n"
        "signer_cert = tsa.pem\n"
        "signer_key = tsa.key\n"
        "signer_digest = sha256\n"
        f"default_policy = {POLICY}\n"
        "digests = sha256\n"
        "ess_cert_id_alg = sha256\n"
    )
    return folder


def _stamp(authority: Path, signature: bytes) -> bytes:
    request = time_request(signature, nonce=NONCE)
    (authority / "request.tsq").write_bytes(request)
    ask = ("-config", "tsa.cnf", "-queryfile", "request.tsq", "-out", "reply.tsr")
    told = run("openssl", "ts", "-reply", *ask, cwd=authority)
    assert told.returncode == 0, told.stderr
    return check_response((authority / "reply.tsr").read_bytes(), request)


def _stamped(bundle: Bundle, *tokens: bytes) -> bytes:
    return wrap(unwrap((bundle.folder / MEMBER).read_bytes()).envelope, tokens)


def _openssl(authority: Path, token: bytes, signature: bytes) -> bool:
    (authority / "token.tsr").write_bytes(token)
    (authority / "signature").write_bytes(signature)
    files = ("-data", "signature", "-in", "token.tsr", "-CAfile", "root.pem")
    return run("openssl", "ts", "-verify", *files, cwd=authority).returncode == 0


def _rfc3161_client(token: bytes, signature: bytes) -> bool:
    verifier = VerifierBuilder().add_root_certificate(ROOT.certificate).build()
    try:
        return verifier.verify_message(decode_timestamp_response(token), signature)
    except (VerificationError, ValueError):
        return False


def _sigstore(bundle: Bundle, folder: Path, data: bytes) -> tuple[bool, str]:
    file = folder / "stamped.json"
    file.write_bytes(data)
    return verify(bundle.public_key, file, timestamps=1, chains=CHAIN)[0]


def test_openssl_and_rfc3161_client_accept_the_time_stamp(bundle: Bundle, authority: Path) -> None:
    signature = bundle.signature(MEMBER)
    token = _stamp(authority, signature)

    assert _openssl(authority, token, signature)
    assert _rfc3161_client(token, signature)
    said = decode_timestamp_response(token).tst_info.gen_time
    assert abs(said - datetime.now(UTC)) < timedelta(days=1)


def test_sigstore_js_accepts_the_bundle_with_its_time_stamp(
    bundle: Bundle, authority: Path, tmp_path: Path
) -> None:
    token = _stamp(authority, bundle.signature(MEMBER))

    accepted, told = _sigstore(bundle, tmp_path, _stamped(bundle, token))

    assert accepted, told


def test_nobody_accepts_the_time_stamp_of_another_signature(
    bundle: Bundle, authority: Path, tmp_path: Path
) -> None:
    signature = bundle.signature(MEMBER)
    token = _stamp(authority, bundle.signature("manifest.sigstore.json"))

    assert not _openssl(authority, token, signature)
    assert not _rfc3161_client(token, signature)
    assert not _sigstore(bundle, tmp_path, _stamped(bundle, token))[0]


def test_nobody_accepts_a_time_stamp_that_was_changed(
    bundle: Bundle, authority: Path, tmp_path: Path
) -> None:
    signature = bundle.signature(MEMBER)
    token = _stamp(authority, signature)
    year = str(decode_timestamp_response(token).tst_info.gen_time.year).encode()
    earlier = token.replace(year, b"2020")
    assert earlier != token

    for changed in (earlier, token[:-1] + bytes([token[-1] ^ 1])):
        assert not _openssl(authority, changed, signature)
        assert not _rfc3161_client(changed, signature)
        assert not _sigstore(bundle, tmp_path, _stamped(bundle, changed))[0]


def test_sigstore_js_does_not_count_one_time_stamp_twice(
    bundle: Bundle, authority: Path, tmp_path: Path
) -> None:
    token = _stamp(authority, bundle.signature(MEMBER))
    file = tmp_path / "twice.json"
    file.write_bytes(_stamped(bundle, token, token))

    assert verify(bundle.public_key, file, timestamps=2, chains=CHAIN)[0][0] is False
