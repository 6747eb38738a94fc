"""Everything that a report shows, gathered once; formats only lay it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mnaudit.model.assessment import Assessment
    from mnaudit.model.catalog import Catalog
    from mnaudit.model.problem import Problem
    from mnaudit.model.provenance import Provenance
    from mnaudit.model.risk import Risks, RiskSheet
    from mnaudit.model.verdict import Verdict

__all__ = ["BundleFacts", "ReportView", "RiskFacts"]


@dataclass(frozen=True, slots=True)
class BundleFacts:
    """What was signed, and what the verifier said of it.

    Attributes:
        path: Where the bundle was written, as the user named it.
        ephemeral: The key was made for this run and is gone.
    """

    path: str
    fingerprint: str
    verdict: Verdict
    ephemeral: bool


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """The residual risk of the organization, with the data that it was read from."""

    sheet: RiskSheet
    risks: Risks


@dataclass(frozen=True, slots=True)
class ReportView:
    """The input of every format of ``mnaudit report``.

    Attributes:
        evidence: The evidence folder as the user named it; empty for a report from a bundle.
        documents: How many evidence documents were read.
        risk: None if the catalog comes without a risk sheet.
        paths: Of all evidence files.
        provenance: Where they come from, if that was asked for and they are in a repository.
    """

    assessment: Assessment
    catalog: Catalog
    problems: tuple[Problem, ...]
    evidence: str
    documents: int
    bundle: BundleFacts | None = None
    risk: RiskFacts | None = None
    paths: tuple[str, ...] = ()
    provenance: Provenance | None = None
