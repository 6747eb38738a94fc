"""Which documents can change a judgement? The evidence kinds that each finding reads.

Whoever is shown a part of the evidence can derive a finding again only if all documents of these
kinds are before her. It is the other side of :mod:`mnaudit.assess.requirement`: whatever looks
into another kind there must name it here, or a partial bundle would be believed too much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.assess.case import NIL
from mnaudit.assess.declared import SELF_CHECK
from mnaudit.assess.populations import ORGANIZATION
from mnaudit.model.assessment import FindingStatus
from mnaudit.model.control import Matches, MemberOf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mnaudit.model.catalog import Catalog, Population
    from mnaudit.model.control import Expectation, Requirement, Tier

__all__ = ["kinds_of", "kinds_read"]

_SILENT = frozenset({FindingStatus.SATISFIED, FindingStatus.NOT_APPLICABLE})
"""What a self-check adds nothing to."""


def kinds_read(requirement: Requirement, populations: Mapping[str, Population]) -> frozenset[str]:
    """Return every kind whose documents can change the judgement of a requirement.

    Args:
        requirement: Of one tier.
        populations: By id.
    """
    registers = {populations[name].source for name in _populations(requirement)}
    partners = {each.evidence for each in requirement.relations if isinstance(each, Matches)}
    # Nil statements stand in for records, and for the register of events.
    nil = {NIL} if requirement.nil or requirement.on_event is not None else set()
    return frozenset({requirement.evidence} | registers | partners | nil) - {ORGANIZATION}


def kinds_of(
    catalog: Catalog, control: str, tier: Tier, *, sme: bool, status: FindingStatus
) -> frozenset[str]:
    """Return every kind whose documents can change a finding; its waivers are not looked at.

    Whether a control applies is read from ``organization.yaml`` alone, and what a self-check says
    is shown only with what is not satisfied. So it matters what the finding is, or is said to be.

    Args:
        catalog: With the control.
        control: Its id.
        tier: One that it has.
        sme: The organization is judged as a 中小規模事業者.
        status: Of the finding.

    Raises:
        KeyError: There is no such finding.
    """
    expectation = _expectation(catalog, control, tier)
    if status is FindingStatus.NOT_APPLICABLE:
        return frozenset()
    requires = (expectation.sme if sme else None) or expectation.requires
    read = frozenset[str]().union(*(kinds_read(each, catalog.population) for each in requires))
    return read if status in _SILENT else read | {SELF_CHECK}


def _expectation(catalog: Catalog, control: str, tier: Tier) -> Expectation:
    for each in catalog.controls:
        if each.id == control and (found := each.expectation(tier)) is not None:
            return found
    raise KeyError(control, tier)


def _populations(requirement: Requirement) -> Iterator[str]:
    for rule in (requirement.covers, requirement.on_event):
        if rule is not None:
            yield rule.population
    for relation in requirement.relations:
        if isinstance(relation, MemberOf):
            yield relation.population
