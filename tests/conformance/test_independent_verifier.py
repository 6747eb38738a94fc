"""A verifier written from ``docs/spec`` alone, which shares no code with ours."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

if TYPE_CHECKING:
    from collections.abc import Mapping

GOLDEN = Path(__file__).parents[1] / "golden" / "attest"
FIXED = {
    *("mimetype", "README.txt", "SHA256SUMS", "catalog.json"),
    *("manifest.sigstore.json", "signer.pub.pem", "status.sigstore.json"),
}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def signed_payload(members: Mapping[str, bytes], name: str) -> bytes:
    """Return the payload of an envelope after checking its signature."""
    bundle = json.loads(members[f"{name}.sigstore.json"])
    envelope = bundle["dsseEnvelope"]
    (signature,) = envelope["signatures"]
    key = serialization.load_pem_public_key(members["signer.pub.pem"])
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    keyid = base64.b64encode(hashlib.sha256(der).digest()).decode()
    hint = bundle["verificationMaterial"]["publicKey"]["hint"]
    if not signature["keyid"] == hint == keyid:
        raise InvalidSignature
    payload = base64.b64decode(envelope["payload"])
    encoded = b"DSSEv1 28 application/vnd.in-toto+json %d %b" % (len(payload), payload)
    made = base64.b64decode(signature["sig"])
    if isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(made, encoded)
    else:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(made, encoded, ec.ECDSA(hashes.SHA256()))
    return payload


def findings(path: Path) -> list[str]:
    """Return what is wrong with a bundle."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    payloads = {name: signed_payload(members, name) for name in ("manifest", "status")}
    manifest: Any = json.loads(payloads["manifest"])
    status: Any = json.loads(payloads["status"])
    declared = {each["name"]: each["digest"]["sha256"] for each in manifest["subject"]}
    present = {
        name: sha256(data)
        for name, data in members.items()
        if name.startswith("evidence/") or name in {"README.txt", "catalog.json"}
    }
    sums = "".join(f"{sha256(members[n])}  {n}\n" for n in sorted(members) if n != "SHA256SUMS")
    facts = {
        "layout": {name for name in members if not name.startswith("evidence/")} == FIXED,
        "closed both ways": declared == present,
        "sizes": all(
            len(members[each["name"]]) == each["size"] for each in manifest["predicate"]["members"]
        ),
        "binding": status["subject"]
        == [{"name": "manifest", "digest": {"sha256": sha256(payloads["manifest"])}}],
        "catalog": status["predicate"]["catalog"]["sha256"] == present["catalog.json"],
        "check sums": members["SHA256SUMS"].decode() == sums,
        "canonical": all(rfc8785.dumps(json.loads(each)) == each for each in payloads.values()),
    }
    return [name for name, holds in facts.items() if not holds]


def test_it_finds_nothing_wrong_with_the_golden_bundle(algorithm: str) -> None:
    assert findings(GOLDEN / f"bundle-{algorithm}.zip") == []


def test_it_notices_a_changed_payload(algorithm: str, tmp_path: Path) -> None:
    changed = tmp_path / "changed.zip"
    with (
        zipfile.ZipFile(GOLDEN / f"bundle-{algorithm}.zip") as good,
        zipfile.ZipFile(changed, "w") as bad,
    ):
        for name in good.namelist():
            data = good.read(name)
            if name == "status.sigstore.json":
                data = data.replace(b'"payload":"eyJf', b'"payload":"eyJg')
            bad.writestr(name, data)

    with pytest.raises(InvalidSignature):
        findings(changed)
