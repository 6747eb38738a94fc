"""What was found on which day? The compliance status: codes and numbers, no prose.

It says itself that it is a self-check. Everything in it except the claims can be derived again
from the bundled evidence and catalog. Files are named by their leaves in the tree of the manifest,
because a status is shown to people who may not see all evidence.
Specification: ``docs/spec/compliance-status-v1.md``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mnaudit.model.assessment import FindingStatus
from mnaudit.model.control import Tier
from mnaudit.signing.container import EVIDENCE
from mnaudit.signing.predicates import (
    LEAF_REF,
    VERIFIER_ID,
    FindingResult,
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
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from mnaudit.attest.manifest import Listed
    from mnaudit.model.assessment import (
        Assessment,
        Finding,
        Gap,
        GapValue,
        TierSummary,
        WaiverResult,
    )
    from mnaudit.model.problem import Problem

__all__ = [
    "Claims",
    "Logged",
    "claims_of",
    "leaves_of",
    "status_predicate",
    "status_statement",
    "tier_results",
    "valid_until",
]

_FIELD_MARK: Final = " (data"


@dataclass(frozen=True, slots=True)
class Claims:
    """What the signer says and nobody can derive again from the evidence.

    Attributes:
        tool_version: The version of mnaudit that judged.
        git: The commit that the evidence came from, if it came from one.
        logged: The place in the log, if there is a log.
    """

    tool_version: str
    git: GitClaim | None = None
    logged: Logged | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """The place of a status in the log of its organization.

    Attributes:
        sequence: Its index, from 0.
        previous: The SHA-256 of the payload before it; None for the first.
        time_verified: When it was judged, ``YYYY-MM-DDTHH:MM:SSZ``.
    """

    sequence: int
    previous: str | None
    time_verified: str


def claims_of(status: Mapping[str, Any]) -> Claims:
    """Return the claims of a verified status, to derive the same bytes again."""
    git, sequence = status.get("git"), status.get("sequence")
    return Claims(
        status["verifier"]["version"],
        None if git is None else GitClaim.model_validate(git),
        None
        if sequence is None
        else Logged(sequence, status.get("previous"), status["time_verified"]),
    )


def leaves_of(names: Iterable[tuple[int, str]]) -> dict[str, int]:
    """Return the index of each evidence file by its path, from indexes and names of members."""
    return {
        name.removeprefix(EVIDENCE): index for index, name in names if name.startswith(EVIDENCE)
    }


def status_statement(
    assessment: Assessment,
    problems: Sequence[Problem],
    manifest: ManifestRef,
    about: Sequence[Listed],
    claims: Claims,
) -> bytes:
    """Return the payload of the status.

    Args:
        assessment: What was judged.
        problems: What could not be used; the status tells the place and the code of each, once.
        manifest: Over the evidence that was judged.
        about: What the manifest lists, in its order.
        claims: What cannot be derived again.
    """
    leaves = leaves_of(enumerate(each.name for each in about))
    kinds = [each.kind for each in about if each.kind is not None]
    predicate = status_predicate(
        assessment, problems, manifest, leaves=leaves, kinds=kinds, claims=claims
    )
    subject = Subject(MANIFEST_SUBJECT, manifest.payload_sha256)
    return build(Statement(STATUS_TYPE, (subject,), dump(predicate)))


def status_predicate(
    assessment: Assessment,
    problems: Sequence[Problem],
    manifest: ManifestRef,
    *,
    leaves: Mapping[str, int],
    kinds: Iterable[str],
    claims: Claims,
) -> StatusPredicate:
    """Return what a status says, of a whole folder or of the part of one that is shown.

    Args:
        assessment: What was judged.
        problems: What could not be used.
        manifest: Over the whole evidence.
        leaves: The index of each file that was judged, by path.
        kinds: Of each document that could be read.
        claims: What cannot be derived again.
    """
    said = _Leaves(leaves)
    logged = claims.logged
    return StatusPredicate(
        nature="self-check",
        verifier=VerifierRef(id=VERIFIER_ID, version=claims.tool_version),
        organization=assessment.organization,
        catalog=assessment.catalog,
        as_of=assessment.as_of,
        sme=assessment.sme,
        tiers=tier_results(assessment.tier(Tier.MINIMUM), assessment.tier(Tier.OPTIONAL)),
        findings=tuple(map(said.finding, assessment.findings)),
        problems=tuple(
            ProblemRef(path=said.place(path), code=code)
            for path, code in sorted({(each.path, each.code) for each in problems})
        ),
        manifest=manifest,
        documents=dict(sorted(Counter(kinds).items())),
        waivers=tuple(map(said.waiver, assessment.waivers)),
        git=claims.git,
        valid_until=valid_until(assessment.findings),
        sequence=None if logged is None else logged.sequence,
        previous=None if logged is None else logged.previous,
        time_verified=None if logged is None else logged.time_verified,
    )


def tier_results(minimum: TierSummary, optional: TierSummary) -> TierResults:
    """Return the judgement of both tiers, with all five statuses counted."""
    return TierResults(minimum=_result(minimum), optional=_result(optional))


def valid_until(findings: Iterable[Finding | FindingResult]) -> date | None:
    """Return the first day on which a satisfied minimum finding, or a waiver of one, would lapse."""
    minimum = (finding for finding in findings if finding.tier is Tier.MINIMUM)
    return min((day for finding in minimum if (day := _lapse(finding)) is not None), default=None)


class _Leaves:
    """Says the same by leaf index instead of by path."""

    def __init__(self, index: Mapping[str, int]) -> None:
        self._index = index

    def place(self, value: str) -> str:
        """Return ``leaf:N`` for the path of a file, and any other text as it is.

        ``PATH (data.FIELD)`` names a place in a file (MN229).
        """
        path, mark, field = value.rpartition(_FIELD_MARK)
        if mark and path in self._index:
            return f"{LEAF_REF}{self._index[path]}{mark}{field}"
        index = self._index.get(value)
        return value if index is None else f"{LEAF_REF}{index}"

    def values(self, values: Mapping[str, GapValue]) -> dict[str, GapValue]:
        return {
            name: self.place(value)
            if isinstance(value, str)
            else tuple(map(self.place, value))
            if isinstance(value, tuple)
            else value
            for name, value in values.items()
        }

    def gaps(self, gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
        return tuple(gap.model_copy(update={"values": self.values(gap.values)}) for gap in gaps)

    def waiver(self, waiver: WaiverResult) -> WaiverResult:
        return waiver.model_copy(update={"values": self.values(waiver.values)})

    def finding(self, finding: Finding) -> FindingResult:
        return FindingResult(
            control=finding.control,
            tier=finding.tier,
            status=finding.status,
            reason=finding.reason,
            gaps=self.gaps(finding.gaps),
            remarks=self.gaps(finding.remarks),
            evidence=tuple(sorted(self._index[each.path] for each in finding.evidence)),
            assurance=finding.assurance,
            due_on=finding.due_on,
            waiver=finding.waiver,
            tailored=finding.tailored,
        )


def _result(summary: TierSummary) -> TierResult:
    counts = {status: summary.counts.get(status, 0) for status in FindingStatus}
    return TierResult(status=summary.status, counts=counts, tailored=summary.tailored)


def _lapse(finding: Finding | FindingResult) -> date | None:
    if finding.status is FindingStatus.SATISFIED:
        return finding.due_on
    return None if finding.waiver is None else finding.waiver.until
