"""The evidence once more, in the form that ``model_signing verify key`` of the OpenSSF checks.

A second signature over the same files lets an auditor check signature *and* every file below
``evidence/`` with a tool that is not ours. The payload is a function of the manifest's subjects,
so our verifier derives it again instead of reading it: the sidecar can say nothing of its own.
That tool knows no Ed25519, so there is a sidecar for P-256 keys only.

Source: model-signing 1.1.1, predicate ``https://model_signing/signature/v1.0``.
"""

from __future__ import annotations

import base64
import binascii
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from mnaudit.errors import TrustError
from mnaudit.signing import sigstore_bundle
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.container import EVIDENCE, SIDECAR
from mnaudit.signing.dsse import PAYLOAD_TYPE, Envelope, Signature, pae
from mnaudit.signing.keys import Algorithm
from mnaudit.signing.statement import STATEMENT_TYPE
from mnaudit.signing.strict_json import StrictJsonError, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mnaudit.signing.keys import PublicKey, Signer
    from mnaudit.signing.statement import Subject

__all__ = ["PREDICATE_TYPE", "check_sidecar", "sidecar", "sidecar_payload"]

PREDICATE_TYPE: Final = "https://model_signing/signature/v1.0"


def sidecar(subjects: Iterable[Subject], key: Signer) -> bytes | None:
    """Return the sidecar over the subjects below ``evidence/``; None for an Ed25519 key.

    Args:
        subjects: Those of the manifest; what is not evidence is passed over.
        key: The key that signs the manifest as well.
    """
    if key.public.algorithm is not Algorithm.ECDSA_P256:
        return None
    payload = sidecar_payload(subjects)
    return _bundle(payload, key.public, key.sign(pae(PAYLOAD_TYPE, payload)))


def check_sidecar(data: bytes, subjects: Iterable[Subject], key: PublicKey) -> None:
    """Make sure that a sidecar is by ``key`` and over exactly these subjects.

    Only the signature is taken from the file; all the rest must be what we would have written.

    Raises:
        TrustError: It is anything else (``MN498``).
    """
    payload = sidecar_payload(subjects)
    signature = _signature(data)
    if key.algorithm is not Algorithm.ECDSA_P256 or data != _bundle(payload, key, signature):
        raise TrustError("MN498", member=SIDECAR)
    if not key.verify(signature, pae(PAYLOAD_TYPE, payload)):
        raise TrustError("MN498", member=SIDECAR)


def sidecar_payload(subjects: Iterable[Subject]) -> bytes:
    """Return the in-toto statement that model_signing would make of the folder ``evidence``.

    Its only subject stands for the folder: the SHA-256 over all digests, in the order of paths.
    """
    found = sorted(
        (
            (subject.name.removeprefix(EVIDENCE), subject.sha256)
            for subject in subjects
            if subject.name.startswith(EVIDENCE)
        ),
        key=lambda pair: pair[0].split("/"),  # as PurePosixPath sorts
    )
    root = sha256(b"".join(bytes.fromhex(digest) for _, digest in found)).hexdigest()
    predicate = {
        "serialization": {"method": "files", "hash_type": "sha256", "allow_symlinks": False},
        "resources": [
            {"name": name, "algorithm": "sha256", "digest": digest} for name, digest in found
        ],
    }
    return canonical_bytes(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": EVIDENCE.removesuffix("/"), "digest": {"sha256": root}}],
            "predicateType": PREDICATE_TYPE,
            "predicate": predicate,
        }
    )


def _bundle(payload: bytes, key: PublicKey, signature: bytes) -> bytes:
    # model_signing names a key by its PEM, where everybody else hashes the DER.
    hint = sha256(key.pem.encode()).hexdigest()
    return sigstore_bundle.wrap(Envelope(PAYLOAD_TYPE, payload, (Signature(hint, signature),)))


def _signature(data: bytes) -> bytes:
    """Return the signature in a file that may be anything."""
    try:
        value: Any = parse(data)
        return base64.b64decode(value["dsseEnvelope"]["signatures"][0]["sig"], validate=True)
    except (
        StrictJsonError,
        binascii.Error,
        ValueError,
        TypeError,
        LookupError,
    ) as error:
        raise TrustError("MN498", member=SIDECAR) from error
