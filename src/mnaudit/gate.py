"""May the pipeline proceed? The assessment held against what the caller demands.

Fail closed: only ``satisfied`` passes. ``indeterminate`` is not a pass, and neither is a tier in
which nothing applies.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from mnaudit.model.assessment import FindingStatus, TierStatus
from mnaudit.model.base import Model
from mnaudit.model.control import Tier

if TYPE_CHECKING:
    from mnaudit.model.assessment import Assessment

__all__ = ["Decision", "FailOn", "decide"]


class FailOn(StrEnum):
    """Which tiers must be satisfied."""

    MINIMUM = "minimum"
    OPTIONAL = "optional"


_DEMANDED: dict[FailOn, tuple[Tier, ...]] = {
    FailOn.MINIMUM: (Tier.MINIMUM,),
    FailOn.OPTIONAL: (Tier.MINIMUM, Tier.OPTIONAL),
}


class Decision(Model):
    """Whether to proceed (判定).

    Attributes:
        passed: Every demanded tier is satisfied.
        failed: The demanded tiers that are not, with their status.
        waived: How many findings of the demanded tiers are waived rather than satisfied.
    """

    passed: bool
    failed: tuple[tuple[Tier, TierStatus], ...]
    waived: int


def decide(assessment: Assessment, fail_on: FailOn) -> Decision:
    """Decide by the tiers that ``fail_on`` demands; ``optional`` demands both."""
    failed = tuple(
        (tier, assessment.tier(tier).status)
        for tier in _DEMANDED[fail_on]
        if assessment.tier(tier).status is not TierStatus.SATISFIED
    )
    waived = sum(assessment.tier(tier).counts[FindingStatus.WAIVED] for tier in _DEMANDED[fail_on])
    return Decision(passed=not failed, failed=failed, waived=waived)
