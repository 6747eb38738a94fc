"""What a finding does not read cannot change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st

from mnaudit.assess.assessment import assess
from mnaudit.assess.facts import gather
from mnaudit.assess.reading import kinds_of, kinds_read
from mnaudit.model.assessment import FindingStatus
from mnaudit.model.catalog import Population
from mnaudit.model.control import Requirement, Tier
from mnaudit.pipeline import judge_folder, shipped_rules

if TYPE_CHECKING:
    from collections.abc import Collection

    from mnaudit.assess.facts import Facts
    from mnaudit.model.assessment import Finding
    from mnaudit.model.catalog import Catalog

ROOT = Path(__file__).parents[2]
DAYS = (date(2025, 9, 30), date(2026, 3, 31), date(2026, 4, 30), date(2028, 1, 1))
POPULATIONS = {
    "staff": Population.model_validate(
        {"id": "staff", "title": {"ja": "人", "en": "staff"}, "from": "appointment", "key": "a"}
    ),
    "firm": Population.model_validate(
        {"id": "firm", "title": {"ja": "社", "en": "firm"}, "from": "organization", "key": "a"}
    ),
}


@cache
def sample(day: date) -> Facts:
    rules = shipped_rules()
    validation = judge_folder(ROOT / "evidence", day, rules).validation
    assert validation.organization is not None
    return gather(rules.catalog, validation.organization.value, validation.documents, (), day)


@cache
def catalog() -> Catalog:
    return shipped_rules().catalog


@cache
def only(control: str) -> Catalog:
    """Return the catalog with a single row."""
    rows = tuple(each for each in catalog().controls if each.id == control)
    return catalog().model_copy(update={"controls": rows})


def again(before: Finding, facts: Facts) -> Finding:
    """Judge one finding once more."""
    judged = assess(only(before.control), facts).findings
    return next(each for each in judged if each.tier == before.tier)


@cache
def whole(day: date) -> tuple[Finding, ...]:
    return assess(catalog(), sample(day)).findings


def without(facts: Facts, kinds: Collection[str]) -> Facts:
    return replace(
        facts,
        records={kind: found for kind, found in facts.records.items() if kind not in kinds},
        future={kind: found for kind, found in facts.future.items() if kind not in kinds},
    )


def reads(finding: Finding) -> frozenset[str]:
    return kinds_of(catalog(), finding.control, finding.tier, sme=False, status=finding.status)


def read_requirement(**fields: Any) -> frozenset[str]:
    return kinds_read(Requirement.model_validate({"evidence": "use-record", **fields}), POPULATIONS)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_what_is_not_read_can_be_taken_away_without_changing_the_finding(
    data: st.DataObject,
) -> None:
    day = data.draw(st.sampled_from(DAYS))
    before = data.draw(st.sampled_from(whole(day)))
    facts = sample(day)
    unread = sorted({*facts.records, *facts.future} - reads(before))
    taken = data.draw(st.lists(st.sampled_from(unread), min_size=1, unique=True))

    assert again(before, without(facts, taken)) == before


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_finding_is_the_same_with_nothing_but_what_it_reads(day: date) -> None:
    facts = sample(day)
    kinds = {*facts.records, *facts.future}

    for before in whole(day):
        assert again(before, without(facts, kinds - reads(before))) == before


def test_every_kind_of_the_sample_company_is_read_by_some_finding() -> None:
    read = frozenset[str]().union(*map(reads, whole(DAYS[1])))

    assert {*sample(DAYS[1]).records} <= read


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        pytest.param({}, set(), id="nothing more"),
        pytest.param({"nil": True, "max_age": "P1Y"}, {"nil-statement"}, id="nil statements"),
        pytest.param(
            {"covers": {"population": "staff", "key": "who"}}, {"appointment"}, id="a register"
        ),
        pytest.param({"covers": {"population": "firm", "key": "who"}}, set(), id="organization"),
        pytest.param(
            {"on_event": {"population": "staff", "key": "who", "within": "P1M"}},
            {"appointment", "nil-statement"},
            id="events",
        ),
        pytest.param(
            {"relations": [{"op": "member_of", "left": "who", "population": "staff"}]},
            {"appointment"},
            id="membership",
        ),
        pytest.param(
            {"relations": [{"op": "matches", "left": "a", "right": "b", "evidence": "scan"}]},
            {"scan"},
            id="a match",
        ),
        pytest.param(
            {"relations": [{"op": "equals", "left": "a", "right": "b"}]}, set(), id="a comparison"
        ),
    ],
)
def test_a_requirement_reads_its_kind_and_what_it_refers_to(
    fields: dict[str, Any], kinds: set[str]
) -> None:
    assert read_requirement(**fields) == {"use-record", *kinds}


def test_a_self_check_is_read_by_what_is_open_and_nothing_by_what_does_not_apply() -> None:
    control = catalog().controls[0].id

    read = {
        status: kinds_of(catalog(), control, Tier.MINIMUM, sme=False, status=status)
        for status in FindingStatus
    }

    assert read[FindingStatus.NOT_APPLICABLE] == frozenset()
    assert {status for status in read if "self-check" in read[status]} == {
        FindingStatus.NOT_SATISFIED,
        FindingStatus.INDETERMINATE,
        FindingStatus.WAIVED,
    }


def test_an_sme_is_judged_by_the_lighter_alternative() -> None:
    lighter = {
        control.id
        for control in catalog().controls
        if kinds_of(catalog(), control.id, Tier.MINIMUM, sme=True, status=FindingStatus.SATISFIED)
        != kinds_of(catalog(), control.id, Tier.MINIMUM, sme=False, status=FindingStatus.SATISFIED)
    }

    assert lighter
    assert lighter <= {c.id for c in catalog().controls if c.minimum.sme is not None}


@pytest.mark.parametrize(("control", "tier"), [("ORG-x-99", Tier.MINIMUM), ("ORG-a-01", "nowhere")])
def test_a_finding_that_the_catalog_does_not_have_is_refused(control: str, tier: Tier) -> None:
    only_minimum = next(c.id for c in catalog().controls if c.optional is None)
    place = (only_minimum, Tier.OPTIONAL) if tier == "nowhere" else (control, tier)

    with pytest.raises(KeyError):
        kinds_of(catalog(), *place, sme=False, status=FindingStatus.SATISFIED)
