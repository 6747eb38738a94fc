"""What was judged: findings for each control and tier, and the summary of each tier.

No prose: gaps and remarks are codes with values, so that a signed status reads the same in every
language.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from mnaudit.model.base import Model, Sha256
from mnaudit.model.control import Tier

__all__ = [
    "Assessment",
    "CatalogRef",
    "EvidenceRef",
    "Finding",
    "FindingStatus",
    "Gap",
    "GapValue",
    "OrganizationRef",
    "TierStatus",
    "TierSummary",
    "WaiverRef",
    "WaiverResult",
    "WaiverState",
]

GapValue = str | int | tuple[str, ...]
"""Days are ISO 8601; lists are sorted. ``kind``, ``population`` and ``scope`` name catalog ids."""


class FindingStatus(StrEnum):
    """The judgement of one control in one tier (NIST SP 800-53A, OSCAL)."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not-satisfied"
    NOT_APPLICABLE = "not-applicable"
    WAIVED = "waived"
    INDETERMINATE = "indeterminate"


class TierStatus(StrEnum):
    """The judgement of a whole tier."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not-satisfied"
    INDETERMINATE = "indeterminate"


class EvidenceRef(Model):
    """A file that was used as evidence."""

    path: str
    sha256: Sha256


class Gap(Model):
    """One unmet requirement (不足), or a remark about a met one.

    Attributes:
        code: A code of ``messages``, ``MN2xx``.
        requirement: Which of the tier's requirements, from 0; None if it is about all of them.
        values: What the sentence shows, by placeholder name.
    """

    code: str
    requirement: int | None = None
    values: dict[str, GapValue]


class WaiverRef(Model):
    """By which waiver a finding is waived."""

    id: str
    approver: str
    until: date


class Finding(Model):
    """One control in one tier, judged.

    Attributes:
        reason: For ``not-applicable``, the id of the scope that does not hold.
        gaps: What is missing; empty unless not satisfied, waived or indeterminate.
        remarks: What is worth saying although it does not change the judgement.
        evidence: The files that the judgement rests on, sorted by path.
        assurance: ``evidenced``, or only ``declared`` by a self-check (never satisfies).
        due_on: The last day on which the finding is still satisfied, if nothing is filed.
        waiver: The waiver, if the finding is waived.
        tailored: The company's tailoring asks for less than the catalog, or for something else.
    """

    control: str
    tier: Tier
    status: FindingStatus
    reason: str | None = None
    gaps: tuple[Gap, ...] = ()
    remarks: tuple[Gap, ...] = ()
    evidence: tuple[EvidenceRef, ...] = ()
    assurance: Literal["evidenced", "declared"] | None = None
    due_on: date | None = None
    waiver: WaiverRef | None = None
    tailored: bool = False


class TierSummary(Model):
    """A tier: satisfied only if every applicable finding is satisfied or waived.

    Attributes:
        counts: How many findings have each status; all five are present.
        tailored: At least one of its findings is tailored.
    """

    tier: Tier
    status: TierStatus
    counts: dict[FindingStatus, int]
    tailored: bool = False


class WaiverState(StrEnum):
    """What became of a waiver."""

    APPLIED = "applied"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    UNAPPROVED = "unapproved"
    PENDING = "pending"
    UNUSED = "unused"
    INDETERMINATE = "indeterminate"
    VOID = "void"
    UNSUPPORTED = "unsupported"


class WaiverResult(Model):
    """What became of one waiver of the folder.

    Attributes:
        number: Its place in ``waivers.yaml``, from 0.
        code: A code of ``messages``: the same remark stands on the finding, if there is one.
        values: What the sentence shows, by placeholder name.
    """

    number: int
    id: str
    control: str
    tier: Tier
    state: WaiverState
    code: str
    values: dict[str, GapValue]


class OrganizationRef(Model):
    """Who was judged."""

    corporate_number: str
    name: str


class CatalogRef(Model):
    """Against which catalog.

    Attributes:
        sha256: Of everything that decides a judgement, a tailoring included.
        tailored: A company's own tailoring was applied.
    """

    id: str
    version: str
    edition: str
    sha256: Sha256
    tailored: bool = False


class Assessment(Model):
    """All controls at one day (点検結果).

    Attributes:
        as_of: The assessment date (基準日), a calendar day in Japan.
        sme: Whether the organization was judged as a 中小規模事業者.
        findings: In the order of the catalog, minimum before optional.
        tiers: Minimum, then optional.
        waivers: What became of each waiver, in the order of the file.
    """

    as_of: date
    organization: OrganizationRef
    catalog: CatalogRef
    sme: bool
    findings: tuple[Finding, ...]
    tiers: tuple[TierSummary, ...]
    waivers: tuple[WaiverResult, ...] = ()

    def tier(self, tier: Tier) -> TierSummary:
        """Return the summary of one tier."""
        return next(summary for summary in self.tiers if summary.tier is tier)
