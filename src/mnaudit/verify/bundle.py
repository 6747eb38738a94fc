"""Is this bundle valid, and what does it say?

A status is handed out only after its signature was checked, and only from the bytes that the
signature covers. The checks that need a catalog and a judge (``catalog-known``, ``reevaluation``)
are made by the caller, who hands their outcome to :func:`conclude`.

Specification: ``docs/spec/bundle-v1.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from mnaudit.model.document import SourceFile
from mnaudit.model.verdict import Check, Outcome, Result, Verdict
from mnaudit.signing import container
from mnaudit.signing.predicates import dump
from mnaudit.verify.checks import Examination

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["OUTER_CHECK_IDS", "Verified", "conclude", "verify_bundle"]

OUTER_CHECK_IDS: Final = ("catalog-known", "reevaluation")
"""The checks that the caller must add; without their outcome nothing is VALID."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What the checks established. What they could not establish is empty.

    Attributes:
        checks: All of them, in their order, passed or not.
        fingerprint: Of the key in the bundle: a claim, unless the pin was checked.
        status: The predicate of the status, if its signature is good and its key is not known to
            be another than the pinned one.
        status_payload: The signed bytes that ``status`` stands in.
        manifest_payload: The signed bytes of the manifest.
        files: The evidence, if it is exactly what the manifest declares; read lazily, so the
            source must stay open.
        catalog: The bytes of ``catalog.json``, if they are those that were signed for.
        readme: The bytes of ``README.txt``, if they are those that were signed for; UTF-8.
    """

    checks: tuple[Check, ...]
    fingerprint: str | None = None
    status: dict[str, Any] | None = None
    status_payload: bytes = b""
    manifest_payload: bytes = b""
    files: tuple[SourceFile, ...] = ()
    catalog: bytes = b""
    readme: bytes = b""


def verify_bundle(source: BinaryIO, *, pin: str | None) -> Verified:
    """Make all checks that need nothing but the bundle and the pin. Never raises for its content.

    Args:
        source: A seekable file.
        pin: The fingerprint of the signer's key, 64 lower-case hex digits (``keys.parse_pin``),
            learned from somewhere else than the bundle; None if nobody told.

    Raises:
        InputError: The file was changed while it was read (``MN443``).
    """
    on = Examination(source, pin)
    checks = on.run()
    if not on.established("signer-key"):
        return Verified(checks)
    fingerprint = on.key.fingerprint
    grounds = {"manifest-statement", "status-statement", "manifest-binding"}
    if not on.established(*grounds) or (pin is not None and not on.established("pin")):
        return Verified(checks, fingerprint)
    has_evidence = on.established("evidence-digests", "evidence-complete", "evidence-closed")
    return Verified(
        checks,
        fingerprint,
        status=dump(on.status),
        status_payload=on.payloads[container.STATUS],
        manifest_payload=on.payloads[container.MANIFEST],
        files=_files(on) if has_evidence else (),
        catalog=on.archive.read(container.CATALOG) if on.established("catalog-digest") else b"",
        readme=on.archive.read(container.README) if on.established("readme") else b"",
    )


def conclude(verified: Verified, extra_checks: Sequence[Check]) -> Verdict:
    """Return the verdict over all checks, those of the caller included.

    INVALID if any failed; else INDETERMINATE if any could not be decided, or one of
    ``OUTER_CHECK_IDS`` was not made; else VALID.
    """
    made = {check.id for check in extra_checks}
    checks = (
        *verified.checks,
        *extra_checks,
        # Whoever could not look must not say VALID.
        *(_not_made(name) for name in OUTER_CHECK_IDS if name not in made),
    )
    outcomes = {check.outcome for check in checks}
    if Outcome.FAILED in outcomes:
        result = Result.INVALID
    elif Outcome.UNKNOWN in outcomes:
        result = Result.INDETERMINATE
    else:
        result = Result.VALID
    return Verdict(
        result=result,
        checks=checks,
        fingerprint=verified.fingerprint,
        status=verified.status,
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
