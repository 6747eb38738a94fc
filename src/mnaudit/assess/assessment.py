"""All controls at one day: findings, and the summary of the two tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.assess.applicability import is_sme, scope_that_fails
from mnaudit.assess.declared import declare
from mnaudit.assess.requirement import judge
from mnaudit.assess.waivers import apply_waivers
from mnaudit.model.assessment import (
    Assessment,
    CatalogRef,
    EvidenceRef,
    Finding,
    FindingStatus,
    Gap,
    OrganizationRef,
    TierStatus,
    TierSummary,
)
from mnaudit.model.control import Tier
from mnaudit.model.periods import last_fresh

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from mnaudit.assess.facts import Facts
    from mnaudit.assess.requirement import Outcome
    from mnaudit.model.assessment import GapValue
    from mnaudit.model.catalog import Catalog
    from mnaudit.model.control import Control, Expectation
    from mnaudit.model.document import Record
    from mnaudit.signing.predicates import FindingResult

__all__ = ["assess", "summarize"]


def assess(catalog: Catalog, facts: Facts) -> Assessment:
    """Judge every control of the catalog in both tiers.

    Args:
        catalog: The controls and the data they refer to; already checked.
        facts: What is known on the assessment date.

    Returns:
        The findings in the order of the catalog, minimum before optional, and both summaries.
        The same input always gives the same value.
    """
    sme = is_sme(catalog, facts.organization)
    findings = tuple(
        _finding(control, tier, expectation, catalog, facts, sme=sme)
        for control in catalog.controls
        for tier in Tier
        if (expectation := control.expectation(tier)) is not None
    )
    findings = declare(findings, catalog, facts)
    findings, waivers = apply_waivers(findings, facts)
    return Assessment(
        as_of=facts.as_of,
        organization=OrganizationRef(
            corporate_number=facts.organization["organization"], name=facts.organization["name"]
        ),
        catalog=CatalogRef(
            id=catalog.id,
            version=catalog.version,
            edition=catalog.edition,
            sha256=catalog.sha256,
            tailored=catalog.is_tailored,
        ),
        sme=sme,
        findings=findings,
        tiers=tuple(summarize(tier, findings) for tier in Tier),
        waivers=waivers,
    )


def summarize(tier: Tier, findings: Iterable[Finding | FindingResult]) -> TierSummary:
    """Sum up one tier: satisfied only if every applicable finding is satisfied or waived.

    Nothing assessed is not green: a tier in which nothing applies is indeterminate.
    """
    counts = dict.fromkeys(FindingStatus, 0)
    tailored = False
    for finding in findings:
        if finding.tier is tier:
            counts[finding.status] += 1
            tailored = tailored or finding.tailored
    if counts[FindingStatus.NOT_SATISFIED]:
        status = TierStatus.NOT_SATISFIED
    elif counts[FindingStatus.INDETERMINATE] or not (
        counts[FindingStatus.SATISFIED] + counts[FindingStatus.WAIVED]
    ):
        status = TierStatus.INDETERMINATE
    else:
        status = TierStatus.SATISFIED
    return TierSummary(tier=tier, status=status, counts=counts, tailored=tailored)


def _finding(
    control: Control,
    tier: Tier,
    expectation: Expectation,
    catalog: Catalog,
    facts: Facts,
    *,
    sme: bool,
) -> Finding:
    reason = scope_that_fails(control, catalog, facts.organization)
    if reason is not None:
        return Finding(
            control=control.id, tier=tier, status=FindingStatus.NOT_APPLICABLE, reason=reason
        )
    # An SME is judged by the lighter alternative where the guideline relaxes.
    lighter = expectation.sme if sme else None
    place = (control.id, tier, lighter is not None)
    outcomes = [
        judge(requirement, number, facts, catalog.population)
        for number, requirement in enumerate(lighter or expectation.requires)
    ]
    status = _status(outcomes)
    is_met = status is FindingStatus.SATISFIED
    due_on, number = _first_due(outcomes) if is_met else (None, 0)
    remarks = [remark for outcome in outcomes for remark in outcome.remarks]
    if due_on is not None and due_on <= last_fresh(facts.as_of, catalog.due_soon):
        kind = (lighter or expectation.requires)[number].evidence
        remarks.append(_due_soon(number, kind, due_on, facts.as_of))
    return Finding(
        control=control.id,
        tier=tier,
        status=status,
        gaps=tuple(gap for n, outcome in enumerate(outcomes) for gap in _gaps(n, outcome)),
        remarks=tuple(remarks),
        evidence=_references(record for outcome in outcomes for record in outcome.evidence),
        assurance="evidenced" if is_met else None,
        due_on=due_on,
        tailored=any((t.control, t.tier, t.sme) == place for t in catalog.tailored),
    )


def _status(outcomes: Iterable[Outcome]) -> FindingStatus:
    """A gap that no unreadable file could close decides; then doubt; else satisfied."""
    doubtful = False
    for outcome in outcomes:
        if outcome.gaps and not outcome.doubt:
            return FindingStatus.NOT_SATISFIED
        doubtful = doubtful or bool(outcome.doubt)
    return FindingStatus.INDETERMINATE if doubtful else FindingStatus.SATISFIED


def _first_due(outcomes: Iterable[Outcome]) -> tuple[date | None, int]:
    """Return the day on which the first requirement lapses, and which one that is."""
    dues = [
        (outcome.due_on, number)
        for number, outcome in enumerate(outcomes)
        if outcome.due_on is not None
    ]
    return min(dues, default=(None, 0))


def _due_soon(number: int, kind: str, due_on: date, as_of: date) -> Gap:
    """Return the remark that a satisfied finding will lapse before long."""
    days = (due_on - as_of).days
    values: dict[str, GapValue] = {"kind": kind, "due_on": due_on.isoformat(), "days": days}
    return Gap(code="MN221", requirement=number, values=values)


def _gaps(number: int, outcome: Outcome) -> Iterable[Gap]:
    yield from outcome.gaps
    if outcome.doubt:
        yield Gap(code="MN210", requirement=number, values={"paths": outcome.doubt})


def _references(records: Iterable[Record]) -> tuple[EvidenceRef, ...]:
    found = {record.path: record.sha256 for record in records}
    return tuple(EvidenceRef(path=path, sha256=found[path]) for path in sorted(found))
