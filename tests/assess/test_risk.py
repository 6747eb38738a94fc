"""Residual risk follows from the findings by an ordered table, and doubt never lowers it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st
from pydantic import ValidationError

from mnaudit.assess.facts import Facts
from mnaudit.assess.risk import States, check_references, risk_sheet, states_of
from mnaudit.assess.risk_answers import answer_questions
from mnaudit.errors import ConfigurationError
from mnaudit.load.catalog import read_catalog
from mnaudit.load.tables import read_processes, read_risks
from mnaudit.model.assessment import (
    Assessment,
    CatalogRef,
    Finding,
    FindingStatus,
    OrganizationRef,
)
from mnaudit.model.control import Tier
from mnaudit.model.document import Record, Unreadable
from mnaudit.model.risk import Condition, FactKind, Level, Risks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mnaudit.model.risk import Answer, RiskCell

ROOT = Path(__file__).parents[2]
CATALOG, _ = read_catalog(ROOT / "controls", ROOT / "schema")
RISKS = read_risks(ROOT / "controls")
AS_OF = date(2026, 3, 31)
OWN = ("PHY-b-01", "ORG-c-01", "ORG-c-04", "PHY-d-05")
"""What counters the cell of these tests: storing on paper."""

YES, NO = FindingStatus.SATISFIED, FindingStatus.NOT_SATISFIED
DOUBT, WAIVED = FindingStatus.INDETERMINATE, FindingStatus.WAIVED
NONE = FindingStatus.NOT_APPLICABLE
ORDER = [Level.NOT_APPLICABLE, Level.LOW, Level.MEDIUM, Level.HIGH]


def assessment(
    minimum: Mapping[str, FindingStatus] | None = None,
    optional: Mapping[str, FindingStatus] | None = None,
) -> Assessment:
    """Return an assessment in which everything is satisfied but what is told."""
    told = {Tier.MINIMUM: minimum or {}, Tier.OPTIONAL: optional or {}}
    findings = tuple(
        Finding(control=control.id, tier=tier, status=told[tier].get(control.id, YES))
        for control in CATALOG.controls
        for tier in Tier
        if control.expectation(tier) is not None
    )
    return Assessment(
        as_of=AS_OF,
        organization=OrganizationRef(corporate_number="8000000000001", name="見本"),
        catalog=CatalogRef(id="c", version="1.0.0", edition="2025-06", sha256="0" * 64),
        sme=False,
        findings=findings,
        tiers=(),
    )


def cell(
    minimum: Mapping[str, FindingStatus] | None = None,
    optional: Mapping[str, FindingStatus] | None = None,
    *,
    used: bool = True,
) -> RiskCell:
    in_use: Any = {"store": ["paper"] if used else []}
    sheet = risk_sheet(RISKS, in_use, assessment=assessment(minimum, optional))
    return next(c for c in sheet.cells if (c.stage, c.pattern) == ("store", "paper"))


# The rule


@pytest.mark.parametrize(
    ("minimum", "optional", "level", "because", "deciding"),
    [
        ({}, {}, Level.LOW, Condition.OTHERWISE, ()),
        ({"ORG-c-01": NO}, {}, Level.HIGH, Condition.OWN_MINIMUM_UNMET, ("ORG-c-01",)),
        ({"ORG-c-01": DOUBT}, {}, Level.HIGH, Condition.OWN_MINIMUM_UNMET, ("ORG-c-01",)),
        (dict.fromkeys(OWN, NONE), dict.fromkeys(OWN, NONE),
         Level.HIGH, Condition.NOTHING_COUNTERS, ()),
        ({"ORG-c-01": WAIVED}, {}, Level.MEDIUM, Condition.OWN_MINIMUM_WAIVED, ("ORG-c-01",)),
        ({"ORG-c-01": WAIVED, "ORG-c-04": NO}, {},
         Level.HIGH, Condition.OWN_MINIMUM_UNMET, ("ORG-c-04",)),
        ({"PER-b-01": NO}, {}, Level.MEDIUM, Condition.FOUNDATION_UNMET, ("PER-b-01",)),
        ({"PER-b-01": DOUBT}, {}, Level.MEDIUM, Condition.FOUNDATION_UNMET, ("PER-b-01",)),
        ({"PER-b-01": WAIVED}, {}, Level.MEDIUM, Condition.FOUNDATION_UNMET, ("PER-b-01",)),
        ({}, {"PHY-b-01": NO}, Level.LOW, Condition.OTHERWISE, ()),
        ({}, {"PHY-b-01": NO, "ORG-c-01": NO}, Level.MEDIUM,
         Condition.OPTIONAL_MOSTLY_MISSING, ("PHY-b-01", "ORG-c-01")),
        ({}, {"PHY-b-01": DOUBT, "ORG-c-01": WAIVED}, Level.MEDIUM,
         Condition.OPTIONAL_MOSTLY_MISSING, ("PHY-b-01", "ORG-c-01")),
        ({"PHY-b-01": NONE}, {"PHY-b-01": NONE}, Level.LOW, Condition.OTHERWISE, ()),
        ({}, dict.fromkeys(OWN, NONE), Level.LOW, Condition.OTHERWISE, ()),
    ],
    ids=["all met", "unmet", "indeterminate", "nothing applies", "waived", "unmet beats waived",
         "foundation unmet", "foundation indeterminate", "foundation waived",
         "one of three optional", "two of three optional", "doubt and waivers do not count",
         "not applicable is left out", "no optional applies"],
)  # fmt: skip
def test_the_first_line_of_the_rule_that_holds_decides(
    minimum: dict[str, FindingStatus],
    optional: dict[str, FindingStatus],
    level: Level,
    because: Condition,
    deciding: tuple[str, ...],
) -> None:
    found = cell(minimum, optional)

    assert (found.level, found.because, found.deciding) == (level, because, deciding)


def test_a_form_that_is_not_used_is_not_applicable_whatever_the_findings_say() -> None:
    found = cell({"ORG-c-01": NO}, used=False)

    assert (found.level, found.because) == (Level.NOT_APPLICABLE, Condition.NOT_IN_USE)


def test_the_foundation_is_judged_by_the_same_rule() -> None:
    def foundation(status: FindingStatus) -> Level | None:
        sheet = risk_sheet(RISKS, {}, assessment=assessment({"PER-b-01": status}))
        return sheet.foundation.level

    assert [foundation(status) for status in (YES, WAIVED, DOUBT, NO)] == [
        Level.LOW,
        Level.MEDIUM,
        Level.HIGH,
        Level.HIGH,
    ]


STATES = st.sampled_from([YES, WAIVED, DOUBT, NO])
BADNESS = {YES: 0, WAIVED: 1, DOUBT: 2, NO: 2}
NAMES = (*OWN, *RISKS.foundation.controls)


@given(st.fixed_dictionaries(dict.fromkeys(NAMES, STATES)), st.sampled_from(NAMES), STATES)
def test_a_worse_finding_never_lowers_a_risk(
    found: dict[str, FindingStatus], control: str, status: FindingStatus
) -> None:
    """A file that becomes unreadable turns a gap into doubt: that must not help either."""
    before, after = cell(found).level, cell(found | {control: status}).level

    assert before is not None
    assert after is not None
    if BADNESS[status] >= BADNESS[found[control]]:
        assert ORDER.index(after) >= ORDER.index(before)
    else:
        assert ORDER.index(after) <= ORDER.index(before)


def test_the_sheet_counts_its_cells() -> None:
    in_use: Any = {"store": ["paper", "file"], "use": ["paper"]}
    sheet = risk_sheet(RISKS, in_use, assessment=assessment({"ORG-c-01": NO}))

    assert sum(sheet.counts.values()) == len(sheet.cells) == 30
    assert sheet.counts[Level.HIGH] == 1
    assert sheet.counts[Level.NOT_APPLICABLE] == 27
    assert sheet.in_use == (("store", "paper"), ("store", "file"), ("use", "paper"))


def test_without_an_assessment_nothing_is_judged() -> None:
    in_use: Any = {"store": ["paper"]}
    sheet = risk_sheet(RISKS, in_use, example=1)

    used = [c for c in sheet.cells if (c.stage, c.pattern) == ("store", "paper")]
    assert [c.level for c in used] == [None]
    assert {c.level for c in sheet.cells} == {None, Level.NOT_APPLICABLE}
    assert (sheet.foundation.level, sheet.as_of, sheet.counts) == (None, None, {})


# The data


def test_every_seed_cell_and_question_is_there_and_names_controls_of_the_catalog() -> None:
    check_references(RISKS, CATALOG)

    seed = [row for row in RISKS.cells if not row.beyond_seed]
    assert len(seed) == 24
    assert {row.pattern for row in seed} == {"paper", "file", "system", "cloud"}
    assert len(RISKS.questions) == 7


def test_a_control_or_scope_that_the_catalog_lacks_is_an_error_and_never_ignored() -> None:
    kept = tuple(c for c in CATALOG.controls if c.id not in {"PHY-b-01", "PER-b-01", "TEC-b-01"})
    scopes = tuple(scope for scope in CATALOG.scopes if scope.id != "abroad")
    smaller = CATALOG.model_copy(update={"controls": kept, "scopes": scopes})
    for name in ("control", "scope"):  # cached properties travel with the copy
        smaller.__dict__.pop(name, None)

    with pytest.raises(ConfigurationError) as refused:
        check_references(RISKS, smaller)

    assert refused.value.code == "MN350"
    assert refused.value.values["ids"] == "PER-b-01, PHY-b-01, TEC-b-01, abroad"


@pytest.mark.parametrize("broken", ["cells", "rule"])
def test_a_matrix_with_a_hole_and_a_rule_with_a_missing_line_are_refused(broken: str) -> None:
    data = RISKS.model_dump()
    data[broken] = data[broken][1:]

    with pytest.raises(ValidationError, match="every"):
        Risks.model_validate(data)


def test_the_seven_examples_cover_all_stages() -> None:
    processes = read_processes(ROOT / "controls")

    assert [example.no for example in processes.examples] == [1, 2, 3, 4, 5, 6, 7]
    stages = {stage.id for stage in RISKS.stages}
    assert all(set(example.stages) == stages for example in processes.examples)
    assert processes.example(8) is None


# The questions

VENDOR = {"name": "例示", "corporate_number": "7000000000002"}
OTHER = {"name": "別社", "corporate_number": "6000000000003"}
ORGANIZATION: dict[str, Any] = {
    "processes": {"store": ["cloud", "outsourced"]},
    "countries": ["JP"],
    "vendors": [
        VENDOR | {"tasks": ["storage"], "since": "2022-04-01"},
        OTHER | {"tasks": ["storage"], "since": "2022-04-01", "until": "2026-03-30"},
    ],
}


def record(kind: str, on: str = "2025-10-01", path: str = "", **data: Any) -> Record:
    value = {"kind": kind, "issued_on": on, "data": data}
    return Record(path or f"{kind}/{on}.yaml", "0" * 64, kind, date.fromisoformat(on), value)


def answers(
    *records: Record,
    organization: Mapping[str, Any] | None = None,
    unreadable: tuple[Unreadable, ...] = (),
    minimum: Mapping[str, FindingStatus] | None = None,
) -> dict[str, Answer]:
    kinds = {r.kind for r in records}
    facts = Facts(
        as_of=AS_OF,
        organization=ORGANIZATION if organization is None else organization,
        records={kind: tuple(r for r in records if r.kind == kind) for kind in kinds},
        future={},
        unreadable=unreadable,
    )
    states = states_of(assessment(minimum))
    return {a.question: a for a in answer_questions(RISKS, CATALOG, states, facts)}


def kinds_of(answer: Answer) -> list[FactKind]:
    return [fact.kind for fact in answer.facts]


def review(**changes: Any) -> Record:
    basic: dict[str, Any] = {
        "service": "人事クラウド",
        "service_type": "cloud",
        "provider": {"name": "提供社"},
        "countries": ["JP"],
        "entrusted": False,
        "contract_clause_ref": "規約第5条",
        "access_control_ref": "設定書2",
    }
    merged = {k: v for k, v in (basic | changes).items() if v is not None}
    return record("external-review", **merged)


@pytest.mark.parametrize(
    ("found", "kind", "state"),
    [
        ([review()], FactKind.REVIEW_NOT_ENTRUSTED, "answered"),
        ([review(entrusted=True)], FactKind.REVIEW_ENTRUSTED, "answered"),
        ([review(access_control_ref=None)], FactKind.REVIEW_UNSUPPORTED, "open"),
        ([review(contract_clause_ref=None)], FactKind.REVIEW_UNSUPPORTED, "open"),
        ([], FactKind.REVIEW_MISSING, "open"),
        ([review(service_type="branch-abroad")], FactKind.REVIEW_MISSING, "open"),
    ],
)
def test_whether_a_cloud_service_is_outsourcing_is_read_from_the_review(
    found: list[Record], kind: FactKind, state: str
) -> None:
    answer = answers(*found)["is-cloud-outsourcing"]

    assert (kinds_of(answer), answer.state) == ([kind], state)


def test_a_later_review_of_the_same_service_replaces_the_earlier() -> None:
    answer = answers(review(contract_clause_ref=None), review())["is-cloud-outsourcing"]

    assert kinds_of(answer) == [FactKind.REVIEW_NOT_ENTRUSTED]


def test_a_question_about_a_scope_that_does_not_hold_is_not_applicable() -> None:
    paper = {"processes": {"store": ["paper"]}, "countries": ["JP"]}

    found = answers(organization=paper)

    assert {answer.state for answer in found.values()} == {"not-applicable"}


def test_each_country_abroad_needs_a_survey() -> None:
    surveyed = review(countries=["US"], regime_summary="概要")
    abroad = ORGANIZATION | {"countries": ["JP", "SG"]}

    answer = answers(surveyed, organization=abroad)["foreign-law"]
    home = answers(review())["foreign-law"]

    assert [(fact.kind, fact.values) for fact in answer.facts] == [
        (FactKind.COUNTRY_NOT_SURVEYED, {"country": "SG"}),
        (FactKind.COUNTRY_SURVEYED, {"country": "US"}),
    ]
    assert kinds_of(home) == [FactKind.COUNTRY_HOME_ONLY]


def contract(**changes: Any) -> Record:
    basic = {
        "contract_no": "K-1",
        "vendor": VENDOR,
        "valid_from": "2024-04-01",
        "valid_to": "2026-03-31",
        "clauses": {"incident_liability": "第12条"},
    }
    return record("vendor-contract", **(basic | changes))


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        ([contract()], FactKind.CLAUSE_PRESENT),
        ([contract(clauses={})], FactKind.CLAUSE_MISSING),
        ([contract(valid_to="2026-03-30")], FactKind.CONTRACT_MISSING),
        ([contract(valid_from="2026-04-01")], FactKind.CONTRACT_MISSING),
        ([contract(vendor=OTHER)], FactKind.CONTRACT_MISSING),
        ([], FactKind.CONTRACT_MISSING),
    ],
)
def test_the_clause_is_looked_up_in_the_contract_in_force_of_each_current_vendor(
    found: list[Record], kind: FactKind
) -> None:
    answer = answers(*found)["liability"]

    assert kinds_of(answer) == [kind]
    assert answer.facts[0].values["vendor"] == "例示"
    assert answer.state == ("answered" if kind is FactKind.CLAUSE_PRESENT else "open")


def test_certificates_inform_and_the_controls_judge() -> None:
    good = contract(clauses={"return_or_dispose": "第9条"})
    proof = record("disposal-certificate", issuer=VENDOR, cert_no="C-1")

    with_proof = answers(good, proof)["really-disposed"]
    without = answers(good)["really-disposed"]
    unmet = answers(good, minimum={"ORG-b-04": NO})["really-disposed"]

    assert kinds_of(with_proof)[-1] is FactKind.CERTIFICATE
    assert kinds_of(without)[-1] is FactKind.CERTIFICATE_MISSING
    assert (with_proof.state, without.state, unmet.state) == ("answered", "answered", "open")


@pytest.mark.parametrize(
    ("found", "kind", "state"),
    [
        ([record("vendor-assessment", vendor=VENDOR, result="pass")],
         FactKind.ASSESSMENT, "answered"),
        ([record("vendor-assessment", vendor=VENDOR, result="fail")], FactKind.ASSESSMENT, "open"),
        ([record("vendor-assessment", vendor=OTHER, result="pass")],
         FactKind.ASSESSMENT_MISSING, "open"),
    ],
)  # fmt: skip
def test_every_current_vendor_needs_an_assessment_that_did_not_fail(
    found: list[Record], kind: FactKind, state: str
) -> None:
    answer = answers(*found)["vendor-quality"]

    assert (kinds_of(answer), answer.state) == ([kind], state)


def consent(**changes: Any) -> Record:
    basic = {
        "principal": {"name": "見本", "corporate_number": "8000000000001"},
        "vendor": VENDOR,
        "sub_vendor": OTHER,
        "consented_by": {"name": "見本", "corporate_number": "8000000000001"},
        "consented_on": "2025-04-01",
        "starts_on": "2025-04-01",
        "valid_to": "2027-03-31",
    }
    return record("reoutsource-consent", **(basic | changes))


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        ([consent()], FactKind.CONSENT),
        ([consent(consented_by=VENDOR)], FactKind.CONSENT_WRONG),
        ([consent(starts_on="2025-03-31")], FactKind.CONSENT_WRONG),
        ([consent(valid_to="2026-03-30")], FactKind.CONSENT_NONE),
        ([], FactKind.CONSENT_NONE),
    ],
)
def test_re_outsourcing_needs_the_first_principal_before_it_starts(
    found: list[Record], kind: FactKind
) -> None:
    good = contract(clauses={"reoutsourcing_terms": "第8条"})

    answer = answers(good, *found)["sub-processors"]

    assert kinds_of(answer) == [FactKind.CLAUSE_PRESENT, kind]
    assert (answer.state == "open") is (kind is FactKind.CONSENT_WRONG)


def test_a_file_that_cannot_be_read_leaves_the_question_open() -> None:
    broken = (Unreadable("external-review/x.yaml", "external-review"),)

    answer = answers(review(), unreadable=broken)["is-cloud-outsourcing"]

    assert answer.facts[0].kind is FactKind.UNREADABLE
    assert answer.facts[0].paths == ("external-review/x.yaml",)
    assert answer.state == "open"


def test_without_evidence_only_the_general_answers_are_given() -> None:
    found = answer_questions(RISKS, CATALOG, States())

    assert {answer.state for answer in found} == {None}
    assert all(not answer.facts for answer in found)
