"""Findings and tiers: what is satisfied, what binds, and what is in doubt."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from mnaudit.assess.assessment import assess, summarize
from mnaudit.assess.facts import gather
from mnaudit.model.assessment import Finding, FindingStatus, TierStatus
from mnaudit.model.catalog import Catalog
from mnaudit.model.control import Tier
from mnaudit.model.document import Document, SourceFile, Unreadable
from mnaudit.model.waiver import Waiver, WaiverFile, facts_of

AS_OF = date(2026, 3, 31)
TEXT = {"ja": "日本語", "en": "English"}
ORGANIZATION = {"organization": "8000000000001", "name": "株式会社見本商事", "employees": 42}
FRESH = {"evidence": "training-record", "max_age": "P12M"}


def expectation(*requires: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"statement": TEXT, "comment": TEXT, "requires": requires, **more}


def control(name: str, **more: Any) -> dict[str, Any]:
    cited = [{"measure": "D-b", "basis": "duty"}]
    plain = {"id": name, "title": TEXT, "citations": cited, "minimum": expectation(FRESH)}
    return plain | more


def catalog(*controls: dict[str, Any]) -> Catalog:
    large = {"properties": {"employees": {"minimum": 101}}, "required": ["employees"]}
    small = {"properties": {"employees": {"maximum": 100}}, "required": ["employees"]}
    return Catalog.model_validate(
        {
            "id": "mnaudit",
            "version": "0.1.0",
            "edition": "2025-06",
            "title": TEXT,
            "guideline": TEXT,
            "groups": [{"id": "PER", "title": TEXT}],
            "sme": {"when": small, "source": TEXT},
            "scopes": [
                {"id": "any", "title": TEXT, "when": {}, "otherwise": TEXT},
                {"id": "large", "title": TEXT, "when": large, "otherwise": TEXT},
            ],
            "measures": [],
            "populations": [],
            "kinds": [
                {
                    "id": "training-record",
                    "title": TEXT,
                    "description": TEXT,
                    "dated_by": "data.held_on",
                    "signatory": TEXT,
                    "retention": "P7Y",
                },
                {
                    "id": "nil-statement",
                    "title": TEXT,
                    "description": TEXT,
                    "signatory": TEXT,
                    "retention": "P7Y",
                },
            ],
            "controls": list(controls),
            "sha256": "0" * 64,
        }
    )


def document(path: str, value: dict[str, Any]) -> Document:
    data = repr(value).encode()
    file = SourceFile(path, len(data), sha256(data).hexdigest(), lambda: data)
    return Document(file, value, lambda pointer, *, key=False: (len(pointer), int(key)))


def training(on: str, path: str = "training-record/a.yaml") -> Document:
    value = {"kind": "training-record", "issued_on": "2019-01-01", "data": {"held_on": on}}
    return document(path, value)


def judged(
    given: Catalog, *documents: Document, unreadable: tuple[Unreadable, ...] = (), **more: Any
) -> Any:
    facts = gather(given, ORGANIZATION | more, documents, unreadable, AS_OF)
    return assess(given, facts)


def test_a_control_with_evidence_is_satisfied_and_says_by_what_and_until_when() -> None:
    result = judged(catalog(control("PER-b-01")), training("2025-11-20"))

    (finding,) = result.findings
    assert finding.status is FindingStatus.SATISFIED
    assert finding.assurance == "evidenced"
    assert finding.due_on == date(2026, 11, 20)
    assert [reference.path for reference in finding.evidence] == ["training-record/a.yaml"]


def test_a_control_without_evidence_is_not_satisfied_and_has_no_due_day() -> None:
    (finding,) = judged(catalog(control("PER-b-01"))).findings

    assert finding.status is FindingStatus.NOT_SATISFIED
    assert (finding.assurance, finding.due_on) == (None, None)


def test_the_assessment_names_organization_catalog_and_day() -> None:
    result = judged(catalog(control("PER-b-01")))

    assert result.organization.corporate_number == "8000000000001"
    assert (result.catalog.edition, result.as_of) == ("2025-06", AS_OF)


def test_a_control_that_does_not_bind_says_which_scope_fails() -> None:
    given = catalog(control("PER-b-01", applies=["any", "large"]), control("PER-b-02"))

    first, second = judged(given, training("2025-11-20")).findings

    assert (first.status, first.reason) == (FindingStatus.NOT_APPLICABLE, "large")
    assert second.status is FindingStatus.SATISFIED


def test_a_small_business_is_judged_by_the_lighter_alternative() -> None:
    lighter = expectation({**FRESH, "min": 9}, sme=[FRESH])
    given = catalog(control("PER-b-01", minimum=lighter))

    small, large = (judged(given, training("2025-11-20"), employees=n) for n in (100, 101))

    assert (small.sme, small.findings[0].status) == (True, FindingStatus.SATISFIED)
    assert (large.sme, large.findings[0].status) == (False, FindingStatus.NOT_SATISFIED)


def test_a_small_business_is_judged_as_all_others_where_there_is_no_alternative() -> None:
    result = judged(catalog(control("PER-b-01")), training("2025-11-20"))

    assert (result.sme, result.findings[0].status) == (True, FindingStatus.SATISFIED)


def test_both_tiers_are_judged_minimum_first() -> None:
    strict = expectation({**FRESH, "min": 9})
    result = judged(catalog(control("PER-b-01", optional=strict)), training("2025-11-20"))

    assert [(f.tier, f.status) for f in result.findings] == [
        (Tier.MINIMUM, FindingStatus.SATISFIED),
        (Tier.OPTIONAL, FindingStatus.NOT_SATISFIED),
    ]
    assert result.tier(Tier.MINIMUM).status is TierStatus.SATISFIED
    assert result.tier(Tier.OPTIONAL).status is TierStatus.NOT_SATISFIED


def test_all_requirements_must_be_met_and_gaps_say_which_is_not() -> None:
    both = expectation(FRESH, {"evidence": "nil-statement"})

    (finding,) = judged(catalog(control("PER-b-01", minimum=both)), training("2025-11-20")).findings

    assert [(gap.code, gap.requirement) for gap in finding.gaps] == [("MN201", 1)]
    assert finding.due_on is None


def test_an_unreadable_file_leaves_the_finding_open() -> None:
    broken = (Unreadable("training-record/x.yaml", "training-record"),)

    (finding,) = judged(catalog(control("PER-b-01")), unreadable=broken).findings

    assert finding.status is FindingStatus.INDETERMINATE
    assert [gap.code for gap in finding.gaps] == ["MN228", "MN210"]
    assert finding.gaps[1].values == {"paths": ("training-record/x.yaml",)}


def test_a_certain_gap_beside_a_doubtful_one_decides() -> None:
    both = expectation({"evidence": "nil-statement"}, FRESH)
    broken = (Unreadable("nil-statement/x.yaml", "nil-statement"),)

    (finding,) = judged(catalog(control("PER-b-01", minimum=both)), unreadable=broken).findings

    assert finding.status is FindingStatus.NOT_SATISFIED


def test_a_record_is_dated_by_its_kind_then_by_its_issue_then_by_its_period() -> None:
    nil = {"kind": "nil-statement", "data": {"about": "training-record"}}
    given = catalog(control("PER-b-01"))
    documents = [
        training("2025-11-20"),
        document("nil-statement/a.yaml", nil | {"issued_on": "2026-01-10"}),
        document(
            "nil-statement/b.yaml", nil | {"period": {"from": "2025-01-01", "to": "2026-02-28"}}
        ),
    ]

    facts = gather(given, ORGANIZATION, documents, (), AS_OF)

    assert [r.dated_on.isoformat() for r in facts.of_kind("training-record")] == ["2025-11-20"]
    assert [r.dated_on.isoformat() for r in facts.of_kind("nil-statement")] == [
        "2026-01-10",
        "2026-02-28",
    ]


def test_a_record_without_any_day_cannot_come_from_a_valid_document() -> None:
    given = catalog(control("PER-b-01"))
    dateless = document("nil-statement/a.yaml", {"kind": "nil-statement", "data": {}})

    with pytest.raises(ValueError, match="nil-statement"):
        gather(given, ORGANIZATION, [dateless], (), AS_OF)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        pytest.param(["satisfied"], "satisfied", id="all satisfied"),
        pytest.param(["satisfied", "waived"], "satisfied", id="waived counts, apart"),
        pytest.param(
            ["satisfied", "not-applicable"], "satisfied", id="what does not bind is no lack"
        ),
        pytest.param(["satisfied", "indeterminate"], "indeterminate", id="one open"),
        pytest.param(["indeterminate", "not-satisfied"], "not-satisfied", id="one certain lack"),
        pytest.param(["not-applicable"], "indeterminate", id="nothing applies"),
        pytest.param([], "indeterminate", id="nothing assessed is not green"),
    ],
)
def test_a_tier_is_only_as_good_as_its_findings(statuses: list[str], expected: str) -> None:
    findings = [
        Finding(control=f"PER-b-0{n}", tier=Tier.MINIMUM, status=FindingStatus(status))
        for n, status in enumerate(statuses)
    ]
    other = Finding(control="PER-b-09", tier=Tier.OPTIONAL, status=FindingStatus.NOT_SATISFIED)

    summary = summarize(Tier.MINIMUM, [*findings, other])

    assert summary.status == expected
    assert sum(summary.counts.values()) == len(findings)
    assert set(summary.counts) == set(FindingStatus)


@pytest.mark.parametrize(
    ("held_on", "days"),
    [
        pytest.param("2025-05-30", 60, id="on the sixtieth day"),
        pytest.param("2025-03-31", 0, id="today"),
        pytest.param("2025-05-31", None, id="a day more"),
    ],
)
def test_what_will_lapse_before_long_is_remarked_and_stays_satisfied(
    held_on: str, days: int | None
) -> None:
    (finding,) = judged(catalog(control("PER-b-01")), training(held_on)).findings

    assert finding.status is FindingStatus.SATISFIED
    told = [(remark.code, remark.requirement, remark.values["days"]) for remark in finding.remarks]
    assert told == ([] if days is None else [("MN221", 0, days)])


def test_how_long_before_is_a_value_of_the_catalog() -> None:
    early = catalog(control("PER-b-01")).model_copy(update={"due_soon": "P12M"})
    both = expectation({**FRESH, "max_age": "P3Y"}, FRESH)
    late = catalog(control("PER-b-01", minimum=both)).model_copy(update={"due_soon": "P9M"})

    for given in (early, late):
        (finding,) = judged(given, training("2025-11-20")).findings
        (remark,) = finding.remarks
        assert remark.values["due_on"] == "2026-11-20"
        assert remark.requirement == len(given.controls[0].minimum.requires) - 1


def test_a_finding_that_is_not_satisfied_is_not_due_soon() -> None:
    both = expectation(FRESH, {"evidence": "nil-statement"})

    (finding,) = judged(catalog(control("PER-b-01", minimum=both)), training("2025-04-01")).findings

    assert (finding.due_on, finding.remarks) == (None, ())


def test_waivers_and_self_checks_reach_the_assessment() -> None:
    given = catalog(control("PER-b-01"))
    found = judged(given).findings[0]
    waiver = Waiver.model_validate(
        {
            "id": "training-2026",
            "control": "PER-b-01",
            "tier": "minimum",
            "reason": "延期",
            "owner": {"code": "E0003", "role": "課長"},
            "approver": {"code": "E0001", "role": "社長"},
            "approved_on": "2026-01-10",
            "from": "2026-01-10",
            "until": "2026-06-30",
            "facts": facts_of(found.gaps),
        }
    )
    facts = gather(
        given, ORGANIZATION, (), (), AS_OF, waivers=WaiverFile("waivers.yaml", "0" * 64, (waiver,))
    )

    result = assess(given, facts)

    assert result.findings[0].status is FindingStatus.WAIVED
    assert result.tier(Tier.MINIMUM).status is TierStatus.SATISFIED
    assert result.tier(Tier.MINIMUM).counts[FindingStatus.WAIVED] == 1
    assert result.tier(Tier.MINIMUM).counts[FindingStatus.SATISFIED] == 0
    assert [each.state for each in result.waivers] == ["applied"]
