"""The sidecar is a function of the manifest: it can be checked, and says nothing of its own."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from mnaudit.errors import TrustError
from mnaudit.signing.keys import Algorithm, SigningKey, generate, load_private
from mnaudit.signing.model_signing import check_sidecar, sidecar, sidecar_payload
from mnaudit.signing.statement import Subject

KEYS = Path(__file__).parents[1] / "golden/attest"
SUBJECTS = (
    Subject("README.txt", "aa" * 32),
    Subject("catalog.json", "bb" * 32),
    Subject("evidence/a.yaml", "02" * 32),
    Subject("evidence/a/名簿.pdf", "01" * 32),
    Subject("evidence/organization.yaml", "03" * 32),
)


def _key(name: str) -> SigningKey:
    return load_private((KEYS / f"NEVER-USE-{name}.pem").read_bytes(), None)


P256 = _key("ecdsa-p256")
ED25519 = _key("ed25519")


def _made() -> bytes:
    made = sidecar(SUBJECTS, P256)
    assert made is not None
    return made


def test_a_sidecar_holds_the_evidence_and_nothing_else() -> None:
    value = json.loads(sidecar_payload(SUBJECTS))

    listed = [(each["name"], each["digest"][:2]) for each in value["predicate"]["resources"]]
    # As model_signing sorts: by the parts of the path, so a folder stands before "a.yaml".
    assert listed == [("a/名簿.pdf", "01"), ("a.yaml", "02"), ("organization.yaml", "03")]
    root = sha256(b"\1" * 32 + b"\2" * 32 + b"\3" * 32).hexdigest()
    assert value["subject"] == [{"name": "evidence", "digest": {"sha256": root}}]


def test_a_sidecar_is_accepted_under_its_own_key_and_subjects() -> None:
    check_sidecar(_made(), SUBJECTS, P256.public)


def test_the_same_evidence_and_key_give_the_same_sidecar() -> None:
    assert _made() == _made()


def test_the_hint_is_the_hash_of_the_pem_as_model_signing_wants_it() -> None:
    hint = sha256(P256.public_pem.encode()).hexdigest()

    assert json.loads(_made())["verificationMaterial"]["publicKey"] == {"hint": hint}


def test_there_is_no_sidecar_for_a_key_that_model_signing_does_not_know() -> None:
    assert sidecar(SUBJECTS, ED25519) is None
    with pytest.raises(TrustError, match="MN498"):
        check_sidecar(_made(), SUBJECTS, ED25519.public)


def test_a_sidecar_of_another_signer_is_refused() -> None:
    with pytest.raises(TrustError, match="MN498"):
        check_sidecar(_made(), SUBJECTS, generate(Algorithm.ECDSA_P256).public)


@pytest.mark.parametrize(
    "subjects",
    [
        SUBJECTS[:-1],
        (*SUBJECTS, Subject("evidence/z.yaml", "04" * 32)),
        (*SUBJECTS[:-1], Subject("evidence/organization.yaml", "04" * 32)),
        (*SUBJECTS[:-1], Subject("evidence/Organization.yaml", "03" * 32)),
    ],
    ids=["one fewer", "one more", "another digest", "another name"],
)
def test_a_sidecar_over_other_evidence_is_refused(subjects: tuple[Subject, ...]) -> None:
    with pytest.raises(TrustError, match="MN498"):
        check_sidecar(_made(), subjects, P256.public)


def _set(value: Any, path: str, new: Any) -> None:
    *parents, last = path.split(".")
    for name in parents:
        value = value[int(name) if name.isdigit() else name]
    value[int(last) if last.isdigit() else last] = new


@pytest.mark.parametrize(
    ("path", "new"),
    [
        ("mediaType", "application/vnd.dev.sigstore.bundle.v0.4+json"),
        ("verificationMaterial.publicKey.hint", ""),
        ("verificationMaterial.tlogEntries", [{}]),
        ("dsseEnvelope.payloadType", "text/plain"),
        ("dsseEnvelope.payload", ""),
        ("dsseEnvelope.signatures", []),
        ("dsseEnvelope.signatures.0.keyid", ""),
        ("dsseEnvelope.signatures.0.sig", ""),
        ("dsseEnvelope.signatures.0.sig", 5),
        ("dsseEnvelope.signatures.0.sig", "名"),
        ("dsseEnvelope.signatures.0.sig", base64.b64encode(b"\0" * 70).decode()),
        ("dsseEnvelope.signatures.0.extra", 1),
        ("extra", 1),
    ],
)
def test_a_field_that_we_would_not_write_is_refused(path: str, new: Any) -> None:
    value = json.loads(_made())
    _set(value, path, new)
    data = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    with pytest.raises(TrustError, match="MN498"):
        check_sidecar(data, SUBJECTS, P256.public)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'"x"', b"\xff", b"null"])
def test_what_is_no_bundle_is_refused(data: bytes) -> None:
    with pytest.raises(TrustError, match="MN498"):
        check_sidecar(data, SUBJECTS, P256.public)


@given(st.integers(0, len(_made()) - 1), st.integers(1, 255))
def test_no_byte_of_a_sidecar_can_be_changed(at: int, by: int) -> None:
    data = bytearray(_made())
    data[at] ^= by

    with pytest.raises(TrustError, match="MN498"):
        check_sidecar(bytes(data), SUBJECTS, P256.public)
