"""Is this bundle valid, and what does it say?

A status is handed out only after its signature was checked, and only from the bytes that the
signature covers. The checks that need a catalog and a judge (``catalog-known``, ``reevaluation``)
are made by the caller, who hands their outcome to :func:`conclude`.

Specification: ``docs/spec/bundle-v1.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from mnaudit.model.document import SourceFile
from mnaudit.model.verdict import Check, Disclosed, Logged, Outcome, Result, Verdict
from mnaudit.signing import container
from mnaudit.signing.note import read_checkpoint, read_note
from mnaudit.signing.predicates import dump
from mnaudit.signing.trust_policy import dump_policy
from mnaudit.verify.checks import Examination

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mnaudit.signing.predicates import Disclosure, ManifestPredicate
    from mnaudit.signing.trust_policy import TrustPolicy
    from mnaudit.verify.basis import Basis

__all__ = ["OUTER_CHECK_IDS", "Verified", "conclude", "verify_bundle"]

OUTER_CHECK_IDS: Final = ("catalog-known", "reevaluation")
"""The checks that the caller must add; without their outcome nothing is VALID."""


_SIGNER_CHECK_IDS: Final = frozenset({"pin", "signer-authorized"})


@dataclass(frozen=True, slots=True)
class Verified:
    """What the checks established. What they could not establish is empty.

    Attributes:
        checks: All of them, in their order, passed or not.
        fingerprint: Of the key in the bundle: a claim, unless the signer was checked.
        status: The predicate of the status, if its signature is good and its key is not known to
            be another than the verifier's.
        status_payload: The signed bytes that ``status`` stands in.
        manifest: The predicate of the manifest, under the same conditions.
        files: The evidence, if it is exactly what is signed for; read lazily, so the source must
            stay open. In a partial bundle, what is shown.
        catalog: The bytes of ``catalog.json``, if they are those that were signed for.
        readme: The bytes of ``README.txt``, if they are those that were signed for; UTF-8.
        disclosure: What a partial bundle shows.
        digests: The SHA-256 of every member of the container.
        policy: The trust policy that was applied, if it may be relied on.
        policy_envelope: Its envelope, to be kept by the verifier.
        checkpoint: The note of the log, if it may be relied on; to be kept by the verifier.
        signed_at: When the status was signed at the latest, if somebody trusted says so.
        signed_by: The owner of the key, if the policy lets it sign statuses.
        logged: The entry of the log, if a key of the policy signed the log.
    """

    checks: tuple[Check, ...]
    fingerprint: str | None = None
    status: dict[str, Any] | None = None
    status_payload: bytes = b""
    manifest: ManifestPredicate | None = None
    files: tuple[SourceFile, ...] = ()
    catalog: bytes = b""
    readme: bytes = b""
    disclosure: Disclosure | None = None
    digests: dict[str, str] = field(default_factory=dict)
    policy: TrustPolicy | None = None
    policy_envelope: bytes = b""
    checkpoint: str | None = None
    signed_at: datetime | None = None
    signed_by: str | None = None
    logged: Logged | None = None


def verify_bundle(source: BinaryIO, basis: Basis) -> Verified:
    """Make all checks that need nothing but the bundle and the basis. Never raises for its content.

    Args:
        source: A seekable file.
        basis: What the verifier brings along.

    Raises:
        InputError: The file was changed while it was read (``MN443``).
    """
    on = Examination(source, basis)
    checks = on.run()
    digests = {}
    if on.established("container"):
        digests = {name: entry.sha256 for name, entry in on.archive.entries.items()}
    if not on.established("signer-key"):
        return Verified(checks, digests=digests)
    fingerprint = on.key.fingerprint
    grounds = ("manifest-statement", "status-statement", "manifest-binding")
    signer = basis.pin is None or on.established("pin")
    authorized = basis.trust is None or on.established("signer-authorized")
    if not (on.established(*grounds) and signer and authorized):
        return Verified(checks, fingerprint, digests=digests)
    exact = _passed(on, "evidence-digests", "evidence-complete", "evidence-closed")
    has_policy = _passed(on, "policy")
    return Verified(
        checks,
        fingerprint,
        status=dump(on.status),
        status_payload=on.payloads[container.STATUS],
        manifest=None if on.is_partial else on.manifest,
        files=_files(on) if exact else (),
        catalog=on.archive.read(container.CATALOG) if _passed(on, "catalog-digest") else b"",
        readme=on.archive.read(container.README) if _passed(on, "readme") else b"",
        disclosure=on.disclosure,
        digests=digests,
        policy=on.policy if has_policy else None,
        policy_envelope=on.policy_envelope if has_policy else b"",
        # Not applicable the first time: then there is nothing to continue, but much to remember.
        checkpoint=on.checkpoint
        if _passed(on, "log-signed") and on.established("log-continues")
        else None,
        signed_at=None if on.signed_at is None else on.signed_at.at,
        signed_by=on.policy.keys[fingerprint].owner if _passed(on, "signer-authorized") else None,
        logged=_logged(on),
    )


def _logged(on: Examination) -> Logged | None:
    """Return the entry that the checks of the log have found, under a signature that counts."""
    index = on.status.sequence
    if on.checkpoint is None or index is None or not _passed(on, "log-entry", "log-signed"):
        return None
    found = read_checkpoint(read_note(on.checkpoint.encode()))
    return Logged(origin=found.origin, index=index, size=found.size, root=found.root.hex())


def _passed(on: Examination, *ids: str) -> bool:
    return on.passed.issuperset(ids)


def conclude(
    verified: Verified, extra_checks: Sequence[Check], disclosed: Disclosed | None = None
) -> Verdict:
    """Return the verdict over all checks, those of the caller included.

    INVALID if any failed; else INDETERMINATE if any could not be decided, or one of
    ``OUTER_CHECK_IDS`` was not made, or nobody said whose key it is; else VALID.
    """
    made = {check.id for check in extra_checks}
    checks = (
        *verified.checks,
        *extra_checks,
        # Whoever could not look must not say VALID.
        *(_not_made(name) for name in OUTER_CHECK_IDS if name not in made),
    )
    outcomes = {check.outcome for check in checks}
    signer_known = any(
        check.id in _SIGNER_CHECK_IDS and check.outcome is Outcome.PASSED for check in checks
    )
    if Outcome.FAILED in outcomes:
        result = Result.INVALID
    elif Outcome.UNKNOWN in outcomes or not signer_known:
        result = Result.INDETERMINATE
    else:
        result = Result.VALID
    has_status, policy = verified.status is not None, verified.policy
    return Verdict(
        result=result,
        checks=checks,
        fingerprint=verified.fingerprint,
        status=verified.status,
        status_sha256=sha256(verified.status_payload).hexdigest() if has_status else None,
        policy_version=None if policy is None else policy.version,
        policy_sha256=None if policy is None else sha256(dump_policy(policy)).hexdigest(),
        signed_at=verified.signed_at,
        signed_by=verified.signed_by,
        logged=verified.logged,
        disclosed=disclosed,
        files=verified.digests,
    )


def _files(on: Examination) -> tuple[SourceFile, ...]:
    return tuple(
        SourceFile(
            name.removeprefix(container.EVIDENCE),
            entry.size,
            entry.sha256,
            partial(on.archive.read, name),
        )
        for name, entry in on.archive.entries.items()
        if name.startswith(container.EVIDENCE)
    )


def _not_made(name: str) -> Check:
    return Check(id=name, outcome=Outcome.UNKNOWN, code="MN441")
