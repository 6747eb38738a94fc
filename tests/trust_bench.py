"""A company with keys, a policy, a log and a time-stamp, and what its auditor remembers of it.

Everything that a bundle can have is there, so that a test can take away or forge one thing. All
keys follow from their names: NEVER USE.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from zlib import crc32

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.time_authority import authority, token

from mnaudit.attest.history import log_members
from mnaudit.attest.manifest import Listed, ManifestClaims, manifest_statement, salts_of
from mnaudit.model.assessment import OrganizationRef
from mnaudit.model.verdict import Check, Outcome, Result
from mnaudit.signing import container, dsse, merkle
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.keys import SigningKey
from mnaudit.signing.model_signing import sidecar
from mnaudit.signing.note import Checkpoint, Note, cosign, sign, write_checkpoint, write_note
from mnaudit.signing.policy_chain import accept_first, add_signature, first_state
from mnaudit.signing.policy_editing import (
    begin,
    next_version,
    policy_key as entry_of,
    with_authority,
    with_key,
)
from mnaudit.signing.policy_envelope import wrap_policy
from mnaudit.signing.predicates import VERIFIER_ID
from mnaudit.signing.sigstore_bundle import unwrap, wrap
from mnaudit.signing.statement import Subject
from mnaudit.signing.status_log import leaf_hashes
from mnaudit.signing.trust_policy import Demands, Role, TrustPolicy, dump_policy, fingerprint_of
from mnaudit.verify import OUTER_CHECK_IDS, Basis, Verified, conclude, verify_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mnaudit.model.verdict import Verdict
    from mnaudit.signing.trust_state import TrustState

NUMBER, NAME = "8000000000001", "株式会社見本商事"
ORIGIN = f"{NUMBER}/mnaudit/status"
ISSUED = datetime(2026, 3, 1, tzinfo=UTC)
EXPIRES = datetime(2027, 3, 1, tzinfo=UTC)
VERIFIED_AT = datetime(2026, 4, 1, 2, 0, 0, tzinfo=UTC)
STAMPED_AT = datetime(2026, 4, 1, 3, 0, 0, tzinfo=UTC)
SEEN_AT = datetime(2026, 4, 1, 4, 0, 0, tzinfo=UTC)
NOW = datetime(2026, 4, 2, tzinfo=UTC)

OUTER = tuple(Check(id=name, outcome=Outcome.PASSED) for name in OUTER_CHECK_IDS)
"""What a caller says who judged the evidence again and found the same."""

Members = dict[str, bytes]


def new_key(name: str, *, p256: bool = False) -> SigningKey:
    """Return the key that follows from a name. NEVER USE."""
    seed = sha256(f"NEVER USE {name}".encode()).digest()
    if p256:
        return SigningKey(ec.derive_private_key(int.from_bytes(seed) >> 1, ec.SECP256R1()))
    return SigningKey(Ed25519PrivateKey.from_private_bytes(seed))


CI, CI_NEXT, THIEF = new_key("ci", p256=True), new_key("ci 2", p256=True), new_key("thief")
LOG = new_key("log")
WITNESSES = new_key("witness 1"), new_key("witness 2")
ROOTS = new_key("root 1"), new_key("root 2"), new_key("root 3")


def first_policy(**demands: Any) -> TrustPolicy:
    """Return the first version: two of three roots, a CI key, a log, two witnesses, a TSA."""
    owners = [(key.public, f"root {number}") for number, key in enumerate(ROOTS)]
    organization = OrganizationRef(corporate_number=NUMBER, name=NAME)
    policy = begin(organization, owners, threshold=2, issued=ISSUED, expires=EXPIRES)
    for role, name, key in (
        (Role.CI, "CI", CI),
        (Role.LOG, "log", LOG),
        (Role.WITNESS, "auditor 1", WITNESSES[0]),
        (Role.WITNESS, "auditor 2", WITNESSES[1]),
    ):
        policy = with_key(policy, role, key.fingerprint, entry_of(key.public, name))
    demanded = {"time_stamp": True, "log": True, "witnesses": 1} | demands
    changes = {"log_origin": ORIGIN, "demands": Demands(**demanded)}
    return with_authority(policy.model_copy(update=changes), authority())


def following(policy: TrustPolicy, **changes: Any) -> TrustPolicy:
    """Return the next version, with fields replaced."""
    issued = policy.issued + timedelta(days=10)
    return next_version(policy, issued=issued, expires=EXPIRES).model_copy(update=changes)


def signed(policy: TrustPolicy, *keys: SigningKey) -> bytes:
    """Return the envelope of a policy, by default signed by the first two roots."""
    envelope = None
    for key in keys or ROOTS[:2]:
        envelope = add_signature(policy, envelope, key)
    assert envelope is not None
    return wrap_policy(envelope)


def trusting(policy: TrustPolicy, checkpoint: bytes | None = None) -> TrustState:
    """Return what an auditor keeps who pinned this policy, and saw that checkpoint last."""
    state = first_state(accept_first(signed(policy), fingerprint_of(dump_policy(policy))))
    text = None if checkpoint is None else checkpoint.decode()
    return state.model_copy(update={"checkpoint": text})


def checkpoint_of(
    payloads: Sequence[bytes], *, log: SigningKey = LOG, seen: Sequence[SigningKey] = WITNESSES[:1]
) -> bytes:
    """Return the signed checkpoint of a log, with the cosignatures of those who saw it."""
    hashes = leaf_hashes(payloads)
    text = write_checkpoint(Checkpoint(ORIGIN, len(hashes), merkle.root(hashes)))
    lines = (sign(text, ORIGIN, log), *(cosign(text, key, SEEN_AT) for key in seen))
    return write_note(Note(text, lines))


def pack(members: Mapping[str, bytes]) -> bytes:
    """Write a container in the order of ``members``, whatever they are."""
    body, directory = bytearray(), bytearray()
    for name, data in members.items():
        offset = len(body)
        body += container.local_header(name, len(data), crc32(data)) + data
        directory += container.central_header(name, len(data), crc32(data), offset)
    return bytes(body + directory + container.end_record(len(members), len(directory), len(body)))


def packed(members: Mapping[str, bytes]) -> bytes:
    """Put members together as the program would, with honest check sums."""
    digests = {name: sha256(data).hexdigest() for name, data in members.items()}
    digests.pop(container.CHECKSUMS, None)
    whole = {**members, container.CHECKSUMS: container.checksums(digests)}
    return pack({name: whole[name] for name in container.ordered(whole)})


@dataclass
class TrustBench:
    """A good bundle in parts, who made it, and on what its verifier relies.

    Attributes:
        key: Signs manifest and status.
        members: Of the bundle, without ``SHA256SUMS``.
        earlier: The payloads of the log before this status.
        basis: What the auditor brings along.
    """

    key: SigningKey = CI
    members: Members = field(default_factory=dict)
    earlier: list[bytes] = field(default_factory=list)
    basis: Basis = field(default_factory=Basis)

    def payload(self, name: str) -> Any:
        """Return the statement in ``manifest`` or ``status``, to be changed and signed again."""
        return json.loads(unwrap(self.members[f"{name}.sigstore.json"]).envelope.payload)

    @property
    def status_payload(self) -> bytes:
        return unwrap(self.members[container.STATUS]).envelope.payload

    def sign(self, name: str, statement: object, key: SigningKey | None = None) -> None:
        """Put a statement of anybody's making into the bundle, without a time-stamp."""
        payload = statement if isinstance(statement, bytes) else canonical_bytes(statement)
        self.members[f"{name}.sigstore.json"] = wrap(dsse.sign(payload, key or self.key))

    def stamp(self, *tokens: bytes) -> None:
        """Put time-stamps beside the status; without any, take them away."""
        self.members[container.STATUS] = wrap(
            unwrap(self.members[container.STATUS]).envelope, tokens
        )

    @property
    def signature(self) -> bytes:
        """What a time-stamp must be about."""
        return unwrap(self.members[container.STATUS]).envelope.signatures[0].sig

    def log(self, *, log: SigningKey = LOG, seen: Sequence[SigningKey] = WITNESSES[:1]) -> bytes:
        """Append the status to the log, and return the checkpoint."""
        payloads = [*self.earlier, self.status_payload]
        checkpoint = checkpoint_of(payloads, log=log, seen=seen)
        self.members |= log_members(payloads, len(self.earlier), checkpoint)
        return checkpoint

    def claim(self, key: SigningKey | None = None, /, **claims: Any) -> None:
        """Let the status say something else, signed, stamped and logged as an honest one."""
        status = self.payload("status")
        status["predicate"].update(claims)
        status["predicate"] = {k: v for k, v in status["predicate"].items() if v is not None}
        self.sign("status", status, key)
        self.stamp(token(signature=self.signature, at=STAMPED_AT))
        if status["predicate"].get("sequence") == len(self.earlier):
            self.log()

    def bundle(self) -> bytes:
        return packed(self.members)

    def examine(self, data: bytes | None = None) -> Verified:
        return verify_bundle(io.BytesIO(self.bundle() if data is None else data), self.basis)

    def verdict(self, data: bytes | None = None) -> Verdict:
        return conclude(self.examine(data), OUTER)

    def result(self, data: bytes | None = None) -> Result:
        return self.verdict(data).result

    def trouble(self, data: bytes | None = None) -> dict[str, str | None]:
        """Return the codes of all checks that failed or could not be decided and were run."""
        return {
            check.id: check.code
            for check in self.examine(data).checks
            if check.outcome in {Outcome.FAILED, Outcome.UNKNOWN} and check.code != "MN439"
        }

    def trusting(self, policy: TrustPolicy, checkpoint: bytes | None = None) -> None:
        """Let the auditor start from this policy."""
        self.basis = replace(self.basis, trust=trusting(policy, checkpoint))


EVIDENCE = {
    "evidence/organization.yaml": f'organization: "{NUMBER}"\n'.encode(),
    "evidence/training-record/files/名簿.pdf": b"%PDF-1.7\n",
    "evidence/training-record/t-2026.yaml": b"kind: training-record\n",
}


def statements(
    evidence: Mapping[str, bytes], key: SigningKey, claims: Mapping[str, Any]
) -> tuple[Members, bytes, bytes]:
    """Return what is no evidence, the payload of the manifest, and that of the status."""
    catalog = canonical_bytes({"id": "mnaudit", "version": "1.0.0"})
    fixed = {container.README: b"README\n", container.CATALOG: catalog}
    roles = {container.README: "readme", container.CATALOG: "catalog"}
    about = tuple(
        Listed(name, sha256(data).hexdigest(), len(data), _role(roles, name))
        for name, data in sorted((fixed | {**evidence}).items())
    )
    organization = OrganizationRef(corporate_number=NUMBER, name=NAME)
    manifest, tree = manifest_statement(about, organization, ManifestClaims(salts_of(about, key)))
    digest = sha256(manifest).hexdigest()
    counts = dict.fromkeys(
        ("indeterminate", "not-applicable", "not-satisfied", "satisfied", "waived"), 0
    )
    predicate = {
        "nature": "self-check",
        "verifier": {"id": VERIFIER_ID, "version": "1.0.0"},
        "organization": organization.model_dump(),
        "catalog": {
            "id": "mnaudit",
            "version": "1.0.0",
            "edition": "2025-06",
            "sha256": sha256(catalog).hexdigest(),
        },
        "as_of": "2026-04-01",
        "sme": True,
        "tiers": {
            name: {"status": "satisfied", "counts": counts} for name in ("minimum", "optional")
        },
        "findings": [],
        "problems": [],
        "documents": {"training-record": 1},
        "manifest": {"payload_sha256": digest, "root": tree.root, "size": tree.size},
        **claims,
    }
    status = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "manifest", "digest": {"sha256": digest}}],
        "predicateType": "urn:mnaudit:predicate:compliance-status:v1",
        "predicate": predicate,
    }
    fixed[container.SIGNER] = key.public_pem.encode()
    fixed[container.MIMETYPE] = container.MEDIA_TYPE
    made = sidecar([Subject(each.name, each.sha256) for each in about], key)
    if made is not None:
        fixed[container.SIDECAR] = made
    return fixed, manifest, canonical_bytes(status)


def entry(index: int, before: bytes | None, at: datetime = VERIFIED_AT) -> dict[str, Any]:
    """Return the claims of the entry of a log."""
    claims: dict[str, Any] = {"sequence": index, "time_verified": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
    return claims if before is None else claims | {"previous": sha256(before).hexdigest()}


def trust_bench(key: SigningKey = CI, *, optional: bool = True, **demands: Any) -> TrustBench:
    """Return a good bundle of the second status of the company.

    Args:
        key: Of the CI.
        optional: With everything that a bundle may have.
        demands: Of the policy.
    """
    policy = first_policy(**demands)
    if key is not CI:
        policy = with_key(policy, Role.CI, key.fingerprint, entry_of(key.public, "CI"))
    long_ago = VERIFIED_AT - timedelta(days=1)
    _, _, before = statements(EVIDENCE, key, {"as_of": "2026-03-31"} | entry(0, None, long_ago))
    fixed, manifest, status = statements(EVIDENCE, key, entry(1, before))
    bench = TrustBench(key, {**fixed, **EVIDENCE}, [before])
    bench.sign("manifest", manifest)
    bench.sign("status", status)
    seen = checkpoint_of(bench.earlier)
    bench.basis = Basis(trust=trusting(policy, seen), at=NOW)
    if optional:
        bench.stamp(token(signature=bench.signature, at=STAMPED_AT))
        bench.log()
        bench.members["trust/policy.v1.dsse.json"] = signed(policy)
        bench.members["trust/policy.v2.dsse.json"] = signed(following(policy))
    return bench


def _role(roles: Mapping[str, str], name: str) -> Any:
    if name == "evidence/organization.yaml":
        return "organization"
    return roles.get(name, "document" if name.endswith(".yaml") else "attachment")
