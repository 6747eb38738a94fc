"""The golden bundle taken apart, so that a test can put it together wrongly."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest

from mnaudit.model.verdict import Check, Outcome
from mnaudit.signing import container
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.dsse import sign
from mnaudit.signing.keys import load_private
from mnaudit.signing.leaf import hash_of
from mnaudit.signing.merkle import root
from mnaudit.signing.model_signing import sidecar
from mnaudit.signing.sigstore_bundle import unwrap, wrap
from mnaudit.signing.statement import Subject
from mnaudit.verify import OUTER_CHECK_IDS, Basis, Verified, conclude, verify_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mnaudit.model.verdict import Verdict
    from mnaudit.signing.keys import SigningKey

GOLDEN = Path(__file__).parents[1] / "golden" / "attest"
_FINE = {Outcome.PASSED, Outcome.NOT_APPLICABLE}
OUTER = tuple(Check(id=name, outcome=Outcome.PASSED) for name in OUTER_CHECK_IDS)


@dataclass
class Bench:
    """A good bundle in parts, and the key that signed it."""

    members: dict[str, bytes]
    key: SigningKey
    partial: bool = False

    @property
    def pin(self) -> str:
        return self.key.fingerprint

    def payload(self, name: str) -> Any:
        """Return the statement in ``manifest`` or ``status``, to be changed and signed again."""
        return json.loads(unwrap(self.members[f"{name}.sigstore.json"]).envelope.payload)

    def sign(self, name: str, statement: object, key: SigningKey | None = None) -> None:
        payload = statement if isinstance(statement, bytes) else canonical_bytes(statement)
        self.members[f"{name}.sigstore.json"] = wrap(sign(payload, key or self.key))

    def bind(self) -> None:
        """Let the status name the manifest that is there now."""
        manifest = unwrap(self.members["manifest.sigstore.json"]).envelope.payload
        digest = sha256(manifest).hexdigest()
        tree = json.loads(manifest)["predicate"]["tree"]
        status = self.payload("status")
        status["subject"][0]["digest"]["sha256"] = digest
        status["predicate"]["manifest"] = {
            "payload_sha256": digest,
            "root": tree["root"],
            "size": tree["size"],
        }
        self.sign("status", status)

    def plant(self, manifest: Any) -> None:
        """Sign a changed manifest with the tree that it should have, and bind the status."""
        hashes = [
            hash_of(each["name"], subject["digest"]["sha256"], each["size"], each["salt"])
            for each, subject in zip(
                manifest["predicate"]["members"], manifest["subject"], strict=True
            )
        ]
        manifest["predicate"]["tree"] |= {"root": root(hashes).hex(), "size": len(hashes)}
        self.sign("manifest", manifest)
        self.bind()

    def add_sidecar(self, leave_out: int = 0) -> None:
        """Sign for third-party tools what the manifest lists, or some of it."""
        subjects = [
            Subject(each["name"], each["digest"]["sha256"])
            for each in self.payload("manifest")["subject"]
        ]
        data = sidecar(subjects[: len(subjects) - leave_out], self.key)
        assert data is not None
        self.members[container.SIDECAR] = data

    @staticmethod
    def pack(members: Mapping[str, bytes]) -> bytes:
        """Write a container in the order of ``members``, whatever they are."""
        body, directory = bytearray(), bytearray()
        for name, data in members.items():
            offset = len(body)
            body += container.local_header(name, len(data), crc32(data)) + data
            directory += container.central_header(name, len(data), crc32(data), offset)
        end = container.end_record(len(members), len(directory), len(body))
        return bytes(body + directory + end)

    def bundle(self) -> bytes:
        """Put the parts together in the right order, with the right check sums."""
        digests = {name: sha256(data).hexdigest() for name, data in self.members.items()}
        digests.pop("SHA256SUMS", None)
        if "SHA256SUMS" in self.members:
            self.members["SHA256SUMS"] = container.checksums(digests)
        return self.pack({name: self.members[name] for name in container.ordered(self.members)})

    def examine(self, data: bytes | None = None) -> Verified:
        source = io.BytesIO(self.bundle() if data is None else data)
        return verify_bundle(source, Basis(pin=self.pin, partial=self.partial))

    def trouble(self, data: bytes | None = None) -> dict[str, str | None]:
        """Return the codes of all checks that did not pass and were run, by id."""
        return {
            check.id: check.code
            for check in self.examine(data).checks
            if check.outcome not in _FINE and check.code != "MN439"
        }

    def verdict(self, data: bytes | None = None) -> Verdict:
        return conclude(self.examine(data), OUTER)


def golden_bench(algorithm: str, kind: str = "bundle") -> Bench:
    with zipfile.ZipFile(GOLDEN / f"{kind}-{algorithm}.zip") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    key = load_private((GOLDEN / f"NEVER-USE-{algorithm}.pem").read_bytes(), None)
    return Bench(members, key)


@pytest.fixture
def bench() -> Bench:
    """The bundle that was signed with Ed25519."""
    return golden_bench("ed25519")


@pytest.fixture
def partial_bench() -> Bench:
    """A part of the same bundle, expected to be one."""
    bench = golden_bench("ed25519", "partial")
    bench.partial = True
    return bench


@pytest.fixture
def ecdsa_bench() -> Bench:
    """The bundle that was signed with ECDSA."""
    return golden_bench("ecdsa-p256")


@pytest.fixture(params=["ecdsa-p256", "ed25519"])
def either_bench(request: pytest.FixtureRequest) -> Bench:
    """The bundles of both algorithms, one after the other."""
    return golden_bench(request.param)


@pytest.fixture
def other_key() -> SigningKey:
    """The key of somebody else."""
    return load_private((GOLDEN / "NEVER-USE-ecdsa-p256.pem").read_bytes(), None)
