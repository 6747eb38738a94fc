"""The DSSE implementation behind in-toto and TUF accepts our envelopes, and only ours."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]  # re-exported

from mnaudit.signing.dsse import pae
from mnaudit.signing.keys import load_public

if TYPE_CHECKING:
    from pathlib import Path


def read(unpacked: Path, name: str) -> tuple[Envelope, SSlibKey]:
    value = json.loads((unpacked / f"{name}.sigstore.json").read_bytes())
    pem = (unpacked / "signer.pub.pem").read_bytes()
    ours = load_public(pem)
    scheme = {
        "ecdsa-p256": ("ecdsa", "ecdsa-sha2-nistp256", pem.decode()),
        "ed25519": ("ed25519", "ed25519", ours.der[-32:].hex()),
    }
    kind, how, public = scheme[ours.algorithm]
    key = SSlibKey(ours.keyid, kind, how, {"public": public})
    return Envelope.from_dict(value["dsseEnvelope"]), key


@pytest.mark.parametrize("name", ["manifest", "status"])
def test_it_verifies_our_envelopes(unpacked: Path, name: str) -> None:
    envelope, key = read(unpacked, name)

    assert list(envelope.verify([key], 1)) == [key.keyid]


@pytest.mark.parametrize("name", ["manifest", "status"])
def test_it_encodes_what_is_signed_as_we_do(unpacked: Path, name: str) -> None:
    envelope, _ = read(unpacked, name)

    assert envelope.pae() == pae(envelope.payload_type, envelope.payload)


@pytest.mark.parametrize("name", ["manifest", "status"])
def test_it_refuses_a_changed_payload(unpacked: Path, name: str) -> None:
    envelope, key = read(unpacked, name)
    envelope.payload += b" "

    with pytest.raises(VerificationError):
        envelope.verify([key], 1)


def test_the_vector_of_the_dsse_specification_is_signed_bit_for_bit() -> None:
    # secure-systems-lab/dsse, protocol.md, appendix "Test Vectors"; the signature there is raw
    # r || s, ours is the DER form of the same numbers.
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature  # noqa: PLC0415

    from mnaudit.signing.keys import SigningKey  # noqa: PLC0415

    secret = 97358161215184420915383655311931858321456579547487070936769975997791359926199
    vector: dict[str, Any] = {
        "payload": "aGVsbG8gd29ybGQ=",
        "payloadType": "http://example.com/HelloWorld",
        "sig": (
            "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJ"
            "PcIAriEGAHTVeCUjW2JIZA=="
        ),
    }
    key = SigningKey(ec.derive_private_key(secret, ec.SECP256R1()))
    encoded = pae(vector["payloadType"], base64.b64decode(vector["payload"]))
    raw = base64.b64decode(vector["sig"])
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))

    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert key.sign(encoded) == der
    assert key.public.verify(der, encoded)
    assert not key.public.verify(raw, encoded)
