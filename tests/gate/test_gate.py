"""Only a satisfied tier passes."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from mnaudit.gate import Decision, FailOn, decide
from mnaudit.model.assessment import (
    Assessment,
    CatalogRef,
    FindingStatus,
    OrganizationRef,
    TierStatus,
    TierSummary,
)
from mnaudit.model.control import Tier

SATISFIED = TierStatus.SATISFIED


def assessment(minimum: TierStatus, optional: TierStatus, waived: int = 0) -> Assessment:
    """Return an assessment of which only the tiers matter."""
    counts = dict.fromkeys(FindingStatus, 0) | {FindingStatus.WAIVED: waived}
    return Assessment(
        as_of=date(2026, 3, 31),
        organization=OrganizationRef(corporate_number="8000000000001", name="株式会社見本商事"),
        catalog=CatalogRef(id="mnaudit", version="1", edition="2025-06", sha256="0" * 64),
        sme=False,
        findings=(),
        tiers=(
            TierSummary(tier=Tier.MINIMUM, status=minimum, counts=counts),
            TierSummary(tier=Tier.OPTIONAL, status=optional, counts=counts),
        ),
    )


def test_a_satisfied_minimum_passes_whatever_the_optional_tier_is() -> None:
    for optional in TierStatus:
        decision = decide(assessment(SATISFIED, optional), FailOn.MINIMUM)
        assert decision == Decision(passed=True, failed=(), waived=0)


@pytest.mark.parametrize("status", [TierStatus.NOT_SATISFIED, TierStatus.INDETERMINATE])
@pytest.mark.parametrize("fail_on", FailOn)
def test_a_minimum_that_is_not_satisfied_never_passes(status: TierStatus, fail_on: FailOn) -> None:
    decision = decide(assessment(status, SATISFIED), fail_on)

    assert decision == Decision(passed=False, failed=((Tier.MINIMUM, status),), waived=0)


@pytest.mark.parametrize("status", [TierStatus.NOT_SATISFIED, TierStatus.INDETERMINATE])
def test_the_optional_tier_stops_only_who_demands_it(status: TierStatus) -> None:
    judged = assessment(SATISFIED, status)

    assert decide(judged, FailOn.MINIMUM).passed
    assert decide(judged, FailOn.OPTIONAL).failed == ((Tier.OPTIONAL, status),)


@pytest.mark.parametrize("fail_on", FailOn)
def test_it_passes_exactly_if_nothing_that_is_demanded_failed(fail_on: FailOn) -> None:
    for minimum, optional in product(TierStatus, repeat=2):
        decision = decide(assessment(minimum, optional), fail_on)
        demanded = {minimum} if fail_on is FailOn.MINIMUM else {minimum, optional}
        assert decision.passed == (demanded == {SATISFIED})
        assert decision.passed == (not decision.failed)


def test_the_minimum_is_named_before_the_optional_tier() -> None:
    judged = assessment(TierStatus.INDETERMINATE, TierStatus.NOT_SATISFIED)

    failed = decide(judged, FailOn.OPTIONAL).failed

    assert [tier for tier, _ in failed] == [Tier.MINIMUM, Tier.OPTIONAL]


def test_what_is_waived_is_counted_in_the_demanded_tiers() -> None:
    judged = assessment(SATISFIED, SATISFIED, waived=2)

    assert decide(judged, FailOn.MINIMUM).waived == 2
    assert decide(judged, FailOn.OPTIONAL).waived == 4
