"""Who may sign what? The trust policy of one organization (信頼ポリシー), as a value.

A policy lists keys, the roles that they have, and since when and until when. It is a claim until
enough root keys have signed it (:mod:`mnaudit.signing.policy_chain`), and the first of a chain is
pinned by its fingerprint, learned out of band. A key is named by its recomputed fingerprint only.

This module reads and writes the payload; what a policy must not say although it has the right
shape is in :mod:`mnaudit.signing.policy_defects`.

Specification: ``docs/spec/trust-policy-v1.md``. The roles and the chain follow The Update
Framework (TUF) 1.0 §4.3 and §5.3; thresholds count owners and recomputed fingerprints instead of
the key ids that a file states.
"""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, ValidationError, model_validator

from mnaudit.errors import TrustError
from mnaudit.model.assessment import OrganizationRef
from mnaudit.model.base import Model, Period, Sha256
from mnaudit.model.instant import Instant
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.keys import Algorithm
from mnaudit.signing.strict_json import StrictJsonError, parse
from mnaudit.signing.time_authority import TimeAuthority

__all__ = [
    "MAX_BYTES",
    "PAYLOAD_TYPE",
    "SPEC",
    "Demands",
    "PolicyKey",
    "Revocation",
    "Role",
    "RoleKeys",
    "TrustPolicy",
    "VerifierGrant",
    "dump_policy",
    "fingerprint_of",
    "read_draft",
    "read_payload",
]

SPEC: Final = "urn:mnaudit:trust-policy:v1"
PAYLOAD_TYPE: Final = "application/vnd.mnaudit.trust-policy+json"
MAX_BYTES: Final = 1024 * 1024
"""Of an envelope; a thousand keys fit."""

_MAX_KEYS: Final = 1000
_MAX_VERSION: Final = 999_999
_MAX_PERIOD: Final = 16

_Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Role(StrEnum):
    """What a key is for. Time-stamp authorities are no keys of the policy but certificates."""

    ROOT = "root"
    SUBMITTER = "submitter"
    REVIEWER = "reviewer"
    CI = "ci"
    LOG = "log"
    WITNESS = "witness"
    AUDITOR = "auditor"


class Revocation(Model):
    """From when a key does not count any more, and why.

    Attributes:
        reason: ``superseded``: replaced in good order. ``compromised``: somebody else may have it,
            so that only what provably existed before ``at`` is by its owner.
    """

    at: Instant
    reason: Literal["superseded", "compromised"]


class PolicyKey(Model):
    """A key, and the person or machine who answers for it.

    Attributes:
        pem: SubjectPublicKeyInfo in the one form that we write.
        owner: Thresholds count owners, so one person with two keys counts once.
        not_before: First instant at which it counts; without it, from always.
        not_after: Last instant at which it counts; without it, for ever.
    """

    algorithm: Algorithm
    pem: Annotated[str, StringConstraints(max_length=2000)]
    owner: _Line
    not_before: Instant | None = None
    not_after: Instant | None = None
    revoked: Revocation | None = None


class RoleKeys(Model):
    """Which keys have a role, and how many owners must act together."""

    keys: Annotated[tuple[Sha256, ...], Field(min_length=1, max_length=_MAX_KEYS)]
    threshold: Annotated[int, Field(ge=0, le=_MAX_KEYS)]

    @model_validator(mode="after")
    def _check_keys(self) -> RoleKeys:
        if list(self.keys) != sorted(set(self.keys)):
            raise ValueError("keys are not sorted and distinct")
        return self


class VerifierGrant(Model):
    """This key may sign what this program judged (SLSA VSA: accept only specific pairs)."""

    key: Sha256
    verifier: _Line


class Demands(Model):
    """What must come with a status beyond its signature.

    Attributes:
        time_stamp: A token of one of the time-stamp authorities.
        log: A place in the signed log.
        witnesses: How many owners of role ``witness`` must have seen that log.
    """

    time_stamp: bool
    log: bool
    witnesses: Annotated[int, Field(ge=0, le=100)]


class TrustPolicy(Model):
    """One version of the trust policy of one organization.

    Attributes:
        version: From 1; each next one is greater by exactly one.
        issued: When it was made, as its signers say.
        expires: Afterwards it serves only to verify the next version.
        log_origin: The first line of every checkpoint of the organization's log.
        keys: By fingerprint.
        predicate_types: Which statements a key of role ``ci`` may sign.
        max_status_age: How old a status may be, as an ISO 8601 period.
    """

    spec: Literal["urn:mnaudit:trust-policy:v1"]
    version: Annotated[int, Field(ge=1, le=_MAX_VERSION)]
    issued: Instant
    expires: Instant
    organization: OrganizationRef
    log_origin: _Line | None = None
    keys: Annotated[dict[Sha256, PolicyKey], Field(min_length=1, max_length=_MAX_KEYS)]
    roles: dict[Role, RoleKeys]
    verifiers: Annotated[tuple[VerifierGrant, ...], Field(max_length=_MAX_KEYS)]
    predicate_types: Annotated[tuple[_Line, ...], Field(min_length=1, max_length=100)]
    max_status_age: Annotated[Period, StringConstraints(max_length=_MAX_PERIOD)]
    time_authorities: Annotated[tuple[TimeAuthority, ...], Field(max_length=100)]
    demands: Demands

    def keys_of(self, role: Role) -> tuple[str, ...]:
        """Return the fingerprints of a role, sorted; empty if nobody has it."""
        return self.roles[role].keys if role in self.roles else ()


def dump_policy(policy: TrustPolicy) -> bytes:
    """Return the payload: the bytes that are signed."""
    return canonical_bytes(policy.model_dump(mode="json", exclude_defaults=True))


def fingerprint_of(payload: bytes) -> str:
    """Return how a policy is told out of band: the SHA-256 of its payload, 64 hex digits."""
    return sha256(payload).hexdigest()


def read_payload(payload: bytes) -> TrustPolicy:
    """Read a payload. Neither its signatures nor its sense are checked.

    Raises:
        TrustError: It is not canonical JSON (``MN476``), or not of the closed shape (``MN475``).
    """
    policy = read_draft(payload)
    # pydantic takes "1" for 1, and a reader who sorts or trims would see another policy.
    if dump_policy(policy) != payload:
        raise TrustError("MN476", line=1, column=1)
    return policy


def read_draft(data: bytes) -> TrustPolicy:
    """Read a policy that people are still working on: indented, and not yet signed.

    Raises:
        TrustError: It is not strict JSON (``MN476``), or not of the closed shape (``MN475``).
    """
    try:
        value = parse(data, max_bytes=MAX_BYTES)
    except StrictJsonError as error:
        raise TrustError("MN476", line=error.line, column=error.column) from error
    try:
        return TrustPolicy.model_validate(value)
    except ValidationError as error:
        where = ".".join(map(str, ("policy", *error.errors()[0]["loc"])))
        raise TrustError("MN475", field=where) from error
