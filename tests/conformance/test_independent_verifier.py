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
COMMON = {
    *("mimetype", "README.txt", "SHA256SUMS", "catalog.json"),
    *("signer.pub.pem", "status.sigstore.json"),
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


def leaf_hash(about: Mapping[str, Any]) -> bytes:
    """Return the hash of a leaf: five fields, canonical, behind a zero byte."""
    leaf = {name: about[name] for name in ("path", "sha256", "size", "salt")}
    return hashlib.sha256(b"\0" + rfc8785.dumps({"v": "mnaudit-leaf/v1", **leaf})).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def tree_root(hashes: list[bytes]) -> bytes:
    """Return the root as RFC 6962 §2.1 defines it, by recursion."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(tree_root(hashes[:split]), tree_root(hashes[split:]))


def root_by_proof(found: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """Return the root that a proof leads to, by the definition of RFC 6962 §2.1.1."""
    if size == 1:
        assert not proof
        return found
    split = 1
    while split * 2 < size:
        split *= 2
    *rest, sibling = proof
    if index < split:
        return node_hash(root_by_proof(found, index, split, rest), sibling)
    return node_hash(sibling, root_by_proof(found, index - split, size - split, rest))


def unpack(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def findings(path: Path) -> list[str]:
    """Return what is wrong with a bundle."""
    members = unpack(path)
    payloads = {name: signed_payload(members, name) for name in ("manifest", "status")}
    manifest: Any = json.loads(payloads["manifest"])
    status: Any = json.loads(payloads["status"])
    about = [
        {"path": subject["name"], "sha256": subject["digest"]["sha256"], **member}
        for subject, member in zip(
            manifest["subject"], manifest["predicate"]["members"], strict=True
        )
    ]
    root = tree_root([leaf_hash(each) for each in about]).hex()
    facts = {
        **shown_facts(members, about, status, "manifest.sigstore.json"),
        "names": all(each["path"] == each["name"] for each in about),
        "tree": manifest["predicate"]["tree"]
        == {"root": root, "size": len(about), "leaf": "mnaudit-leaf/v1"},
        "binding": status["subject"]
        == [{"name": "manifest", "digest": {"sha256": sha256(payloads["manifest"])}}]
        and status["predicate"]["manifest"]
        == {"payload_sha256": sha256(payloads["manifest"]), "root": root, "size": len(about)},
        "canonical": all(rfc8785.dumps(json.loads(each)) == each for each in payloads.values()),
    }
    return [name for name, holds in facts.items() if not holds]


def partial_findings(path: Path) -> list[str]:
    """Return what is wrong with a partial bundle."""
    members = unpack(path)
    payload = signed_payload(members, "status")
    status: Any = json.loads(payload)
    disclosure: Any = json.loads(members["disclosure.json"])
    named = status["predicate"]["manifest"]
    proven = [
        root_by_proof(
            leaf_hash(each), each["index"], named["size"], list(map(bytes.fromhex, each["proof"]))
        )
        for each in disclosure["leaves"]
    ]
    facts = {
        **shown_facts(members, disclosure["leaves"], status, "disclosure.json"),
        "proofs": {root.hex() for root in proven} == {named["root"]},
        "canonical": rfc8785.dumps(status) == payload
        and rfc8785.dumps(disclosure) == members["disclosure.json"],
    }
    return [name for name, holds in facts.items() if not holds]


def shown_facts(
    members: Mapping[str, bytes], about: list[dict[str, Any]], status: Any, special: str
) -> dict[str, bool]:
    """Return what must hold of the files in any bundle, full or partial."""
    declared = {each["path"]: (each["sha256"], each["size"]) for each in about}
    present = {
        name: (sha256(data), len(data))
        for name, data in members.items()
        if name.startswith("evidence/") or name in {"README.txt", "catalog.json"}
    }
    sums = "".join(f"{sha256(members[n])}  {n}\n" for n in sorted(members) if n != "SHA256SUMS")
    outer = {name for name in members if not name.startswith("evidence/")}
    return {
        "layout": outer == {*COMMON, special},
        "closed both ways": declared == present,
        "catalog": status["predicate"]["catalog"]["sha256"] == present["catalog.json"][0],
        "check sums": members["SHA256SUMS"].decode() == sums,
    }


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


def test_it_finds_nothing_wrong_with_the_golden_partial_bundle(algorithm: str) -> None:
    path = GOLDEN / f"partial-{algorithm}.zip"

    assert partial_findings(path) == []
    assert unpack(path).keys() < {*unpack(GOLDEN / f"bundle-{algorithm}.zip"), "disclosure.json"}


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        pytest.param(b'"salt":"', b'"salt":"0', "proofs", id="salt"),
        pytest.param(b'"index":2', b'"index":3', "proofs", id="place"),
        pytest.param(b"t-2026", b"t-2027", "closed both ways", id="name"),
        pytest.param(b'"recipient"', b' "recipient"', "canonical", id="spelling"),
    ],
)
def test_it_notices_a_changed_disclosure(
    algorithm: str, tmp_path: Path, old: bytes, new: bytes, finding: str
) -> None:
    members = unpack(GOLDEN / f"partial-{algorithm}.zip")
    members["disclosure.json"] = members["disclosure.json"].replace(old, new)
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(changed, "w") as bad:
        for name, data in members.items():
            bad.writestr(name, data)

    assert finding in partial_findings(changed)
