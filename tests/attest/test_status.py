"""The status says what was found in codes and numbers, and nothing else."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from mnaudit.attest.status import Claims, Logged, claims_of, status_statement
from mnaudit.model.assessment import Finding, FindingStatus, Gap
from mnaudit.model.control import Tier
from mnaudit.model.problem import problem
from mnaudit.signing.predicates import ManifestRef, StatusPredicate, read_predicate
from mnaudit.signing.statement import STATUS_TYPE, read

if TYPE_CHECKING:
    from tests.attest.conftest import Sample

    from mnaudit.model.assessment import GapValue
    from mnaudit.signing.keys import SigningKey

REF = ManifestRef(payload_sha256="0" * 64, root="0" * 64, size=6)


def test_its_only_subject_is_the_payload_of_the_manifest(sample: Sample, key: SigningKey) -> None:
    manifest = sample.manifest(key)
    digest = sha256(manifest).hexdigest()

    statement = read(sample.status(key), STATUS_TYPE)

    assert [(each.name, each.sha256) for each in statement.subjects] == [("manifest", digest)]
    tree = json.loads(manifest)["predicate"]["tree"]
    assert statement.predicate["manifest"] == {
        "payload_sha256": digest,
        "root": tree["root"],
        "size": 6,
    }


def test_empty_fields_of_findings_are_left_out(sample: Sample, key: SigningKey) -> None:
    findings = json.loads(sample.status(key))["predicate"]["findings"]

    assert findings == [
        {
            "control": "PER-b-01",
            "tier": "minimum",
            "status": "satisfied",
            "evidence": [5],
            "assurance": "evidenced",
            "due_on": "2027-04-09",
        },
        {
            "control": "PER-b-01",
            "tier": "optional",
            "status": "not-satisfied",
            "gaps": [
                {
                    "code": "MN203",
                    "requirement": 0,
                    "values": {"missing": ["E0012", "E0033"], "found": 2},
                }
            ],
            "remarks": [
                {
                    "code": "MN236",
                    "values": {
                        "kind": "self-check",
                        "path": "leaf:3",
                        "on": "2026-10-15",
                    },
                }
            ],
            "assurance": "declared",
            "tailored": True,
        },
        {
            "control": "PER-b-02",
            "tier": "minimum",
            "status": "waived",
            "gaps": [{"code": "MN204", "requirement": 1, "values": {"needed": 2, "found": 1}}],
            "remarks": [
                {
                    "code": "MN240",
                    "values": {
                        "waiver": "training-2026",
                        "since": "2026-10-01",
                        "until": "2026-12-31",
                        "approver": "E0001",
                    },
                }
            ],
            "waiver": {"id": "training-2026", "approver": "E0001", "until": "2026-12-31"},
        },
        {
            "control": "PHY-c-01",
            "tier": "minimum",
            "status": "not-applicable",
            "reason": "media",
        },
    ]


def test_it_says_that_it_is_a_self_check_by_which_version(sample: Sample, key: SigningKey) -> None:
    predicate = json.loads(sample.status(key))["predicate"]

    assert predicate["nature"] == "self-check"
    assert predicate["verifier"] == {"id": "urn:mnaudit:verifier", "version": "1.0.0"}


def test_all_five_statuses_are_counted_in_both_tiers(sample: Sample, key: SigningKey) -> None:
    tiers = json.loads(sample.status(key))["predicate"]["tiers"]

    assert tiers["minimum"]["counts"]["satisfied"] == 1
    assert tiers["optional"] == {
        "status": "not-satisfied",
        "counts": {
            "satisfied": 0,
            "not-satisfied": 1,
            "not-applicable": 0,
            "waived": 0,
            "indeterminate": 0,
        },
        "tailored": True,
    }


def test_a_waived_finding_is_counted_apart_from_a_satisfied_one(
    sample: Sample, key: SigningKey
) -> None:
    counts = json.loads(sample.status(key))["predicate"]["tiers"]["minimum"]["counts"]

    assert (counts["satisfied"], counts["waived"]) == (1, 1)


def test_a_tier_that_nothing_loosened_does_not_say_so(sample: Sample, key: SigningKey) -> None:
    assert "tailored" not in json.loads(sample.status(key))["predicate"]["tiers"]["minimum"]


def test_it_tells_what_became_of_each_waiver(sample: Sample, key: SigningKey) -> None:
    assert json.loads(sample.status(key))["predicate"]["waivers"] == [
        {
            "number": 0,
            "id": "training-2026",
            "control": "PER-b-02",
            "tier": "minimum",
            "state": "applied",
            "code": "MN240",
            "values": {
                "waiver": "training-2026",
                "since": "2026-10-01",
                "until": "2026-12-31",
                "approver": "E0001",
            },
        }
    ]


def test_it_says_that_the_catalog_was_tailored(sample: Sample, key: SigningKey) -> None:
    assert json.loads(sample.status(key))["predicate"]["catalog"]["tailored"] is True


def test_it_is_valid_until_the_first_minimum_finding_lapses(sample: Sample) -> None:
    findings = tuple(f for f in sample.assessment.findings if f.waiver is None)
    without = sample.assessment.model_copy(update={"findings": findings})

    status = status_statement(without, (), REF, sample.about, sample.claims)

    assert json.loads(status)["predicate"]["valid_until"] == "2027-04-09"


def test_it_is_not_valid_beyond_a_waiver_of_the_minimum_tier(
    sample: Sample, key: SigningKey
) -> None:
    assert json.loads(sample.status(key))["predicate"]["valid_until"] == "2026-12-31"


def test_neither_optional_nor_unmet_findings_set_the_end_of_validity(sample: Sample) -> None:
    changed = sample.assessment
    findings = tuple(
        finding.model_copy(
            update={
                "tier": Tier.OPTIONAL if finding.waiver else finding.tier,
                "status": FindingStatus.NOT_SATISFIED,
                "due_on": date(2026, 12, number),
            }
        )
        for number, finding in enumerate(changed.findings, start=1)
    )

    status = status_statement(
        changed.model_copy(update={"findings": findings}), (), REF, sample.about, sample.claims
    )

    assert "valid_until" not in json.loads(status)["predicate"]


def test_a_problem_is_told_once_by_path_and_code(
    sample_with_problem: Sample, key: SigningKey
) -> None:
    problems = json.loads(sample_with_problem.status(key))["predicate"]["problems"]

    assert problems == [{"path": "training-record/壊れた記録.yaml", "code": "MN105"}]


def test_a_problem_of_a_listed_file_is_told_by_its_leaf(sample: Sample, key: SigningKey) -> None:
    sample.problems = (problem("MN105", "self-check/2026-10.yaml", (3, 1), detail="?"),)

    problems = json.loads(sample.status(key))["predicate"]["problems"]

    assert problems == [{"path": "leaf:3", "code": "MN105"}]


def test_it_tells_how_many_documents_of_each_kind_were_judged(
    sample: Sample, key: SigningKey
) -> None:
    documents = json.loads(sample.status(key))["predicate"]["documents"]

    assert documents == {"self-check": 1, "training-record": 1}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        pytest.param("self-check/2026-10.yaml", "leaf:3", id="a path"),
        pytest.param("self-check/2026-10.yaml (data.answers)", "leaf:3 (data.answers)", id="place"),
        pytest.param("self-check/2026-10.yaml (data)", "leaf:3 (data)", id="the whole data"),
        pytest.param("self-check/2025-10.yaml", "self-check/2025-10.yaml", id="no such file"),
        pytest.param("E0012 (2026-10-01)", "E0012 (2026-10-01)", id="an id"),
        pytest.param(("E0012", "self-check/2026-10.yaml"), ["E0012", "leaf:3"], id="a list"),
        pytest.param(3, 3, id="a number"),
    ],
)
def test_no_value_names_the_path_of_a_listed_file(
    sample: Sample, value: GapValue, told: object
) -> None:
    findings = (
        Finding(
            control="PER-b-01",
            tier=Tier.MINIMUM,
            status=FindingStatus.NOT_SATISFIED,
            gaps=(Gap(code="MN229", requirement=0, values={"paths": value}),),
        ),
    )
    assessment = sample.assessment.model_copy(update={"findings": findings})

    status = status_statement(assessment, (), REF, sample.about, sample.claims)

    (finding,) = json.loads(status)["predicate"]["findings"]
    assert finding["gaps"][0]["values"]["paths"] == told


def test_claims_survive_the_round_trip(sample: Sample, key: SigningKey) -> None:
    status = json.loads(sample.status(key))["predicate"]

    assert claims_of(status) == sample.claims


def test_the_place_in_a_log_is_a_claim_too(sample: Sample, key: SigningKey) -> None:
    logged = Logged(7, "ab" * 32, "2026-11-01T09:00:00Z")
    sample.claims = Claims("1.0.0", logged=logged)

    status = json.loads(sample.status(key))["predicate"]

    assert (status["sequence"], status["previous"]) == (7, "ab" * 32)
    assert status["time_verified"] == "2026-11-01T09:00:00Z"
    assert claims_of(status) == sample.claims


def test_without_a_commit_there_is_no_git_claim(sample: Sample, key: SigningKey) -> None:
    sample.claims = Claims("1.0.0")

    status = json.loads(sample.status(key))["predicate"]

    assert "git" not in status
    assert claims_of(status) == Claims("1.0.0")


def test_what_is_written_can_be_read_again(sample_with_problem: Sample, key: SigningKey) -> None:
    statement = read(sample_with_problem.status(key), STATUS_TYPE)

    predicate = read_predicate(StatusPredicate, statement.predicate)

    assert [(each.control, each.tier, each.status) for each in predicate.findings] == [
        (each.control, each.tier, each.status) for each in sample_with_problem.assessment.findings
    ]
