"""What was found on which day? The compliance status: codes and numbers, no prose.

It says itself that it is a self-check. Everything in it except the claims can be derived again
from the bundled evidence and catalog.
Specification: ``docs/spec/compliance-status-v1.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mnaudit.model.assessment import FindingStatus
from mnaudit.model.control import Tier
from mnaudit.signing.predicates import (
    VERIFIER_ID,
    GitClaim,
    ManifestRef,
    ProblemRef,
    StatusPredicate,
    TierResult,
    TierResults,
    VerifierRef,
    dump,
)
from mnaudit.signing.statement import (
    MANIFEST_SUBJECT,
    STATUS_TYPE,
    Statement,
    Subject,
    build,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from mnaudit.model.assessment import Assessment, Finding
    from mnaudit.model.problem import Problem

__all__ = ["Claims", "claims_of", "status_statement"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What the signer says and nobody can derive again from the evidence.

    Attributes:
        tool_version: The version of mnaudit that judged.
        git_commit: 40 or 64 hex digits, if the evidence came from a commit.
    """

    tool_version: str
    git_commit: str | None = None


def claims_of(status: Mapping[str, Any]) -> Claims:
    """Return the claims of a verified status, to derive the same bytes again."""
    return Claims(status["verifier"]["version"], status.get("git", {}).get("commit"))


def status_statement(
    assessment: Assessment,
    problems: Sequence[Problem],
    manifest_payload_sha256: str,
    claims: Claims,
) -> bytes:
    """Return the payload of the status.

    Args:
        assessment: What was judged.
        problems: What could not be used; the status tells the path and the code of each, once.
        manifest_payload_sha256: Of the payload of the manifest over the evidence that was judged.
        claims: What cannot be derived again.
    """
    predicate = StatusPredicate(
        nature="self-check",
        verifier=VerifierRef(id=VERIFIER_ID, version=claims.tool_version),
        organization=assessment.organization,
        catalog=assessment.catalog,
        as_of=assessment.as_of,
        sme=assessment.sme,
        tiers=TierResults(
            minimum=_result(assessment, Tier.MINIMUM), optional=_result(assessment, Tier.OPTIONAL)
        ),
        findings=assessment.findings,
        problems=tuple(
            ProblemRef(path=path, code=code)
            for path, code in sorted({(each.path, each.code) for each in problems})
        ),
        manifest=ManifestRef(payload_sha256=manifest_payload_sha256),
        waivers=assessment.waivers,
        git=None if claims.git_commit is None else GitClaim(commit=claims.git_commit),
        valid_until=_valid_until(assessment),
    )
    subject = Subject(MANIFEST_SUBJECT, manifest_payload_sha256)
    return build(Statement(STATUS_TYPE, (subject,), dump(predicate)))


def _result(assessment: Assessment, tier: Tier) -> TierResult:
    summary = assessment.tier(tier)
    counts = {status: summary.counts.get(status, 0) for status in FindingStatus}
    return TierResult(status=summary.status, counts=counts, tailored=summary.tailored)


def _valid_until(assessment: Assessment) -> date | None:
    """Return the first day on which a satisfied minimum finding, or a waiver of one, would lapse."""
    minimum = (finding for finding in assessment.findings if finding.tier is Tier.MINIMUM)
    return min((day for finding in minimum if (day := _lapse(finding)) is not None), default=None)


def _lapse(finding: Finding) -> date | None:
    if finding.status is FindingStatus.SATISFIED:
        return finding.due_on
    return None if finding.waiver is None else finding.waiver.until
