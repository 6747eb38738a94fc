"""The status says what was found in codes and numbers, and nothing else."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from mnaudit.attest.status import Claims, claims_of, status_statement
from mnaudit.model.assessment import FindingStatus
from mnaudit.model.control import Tier
from mnaudit.signing.predicates import StatusPredicate, read_predicate
from mnaudit.signing.statement import STATUS_TYPE, read

if TYPE_CHECKING:
    from tests.attest.conftest import Sample


def test_its_only_subject_is_the_payload_of_the_manifest(sample: Sample) -> None:
    digest = sha256(sample.manifest).hexdigest()

    statement = read(sample.status, STATUS_TYPE)

    assert [(each.name, each.sha256) for each in statement.subjects] == [("manifest", digest)]
    assert statement.predicate["manifest"] == {"payload_sha256": digest}


def test_empty_fields_of_findings_are_left_out(sample: Sample) -> None:
    findings = json.loads(sample.status)["predicate"]["findings"]

    assert findings == [
        {
            "control": "PER-b-01",
            "tier": "minimum",
            "status": "satisfied",
            "evidence": [{"path": "training-record/t-2026.yaml", "sha256": sample.files[2].sha256}],
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
                        "path": "self-check/2026-10.yaml",
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


def test_it_says_that_it_is_a_self_check_by_which_version(sample: Sample) -> None:
    predicate = json.loads(sample.status)["predicate"]

    assert predicate["nature"] == "self-check"
    assert predicate["verifier"] == {"id": "urn:mnaudit:verifier", "version": "1.0.0"}


def test_all_five_statuses_are_counted_in_both_tiers(sample: Sample) -> None:
    tiers = json.loads(sample.status)["predicate"]["tiers"]

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


def test_a_waived_finding_is_counted_apart_from_a_satisfied_one(sample: Sample) -> None:
    counts = json.loads(sample.status)["predicate"]["tiers"]["minimum"]["counts"]

    assert (counts["satisfied"], counts["waived"]) == (1, 1)


def test_a_tier_that_nothing_loosened_does_not_say_so(sample: Sample) -> None:
    assert "tailored" not in json.loads(sample.status)["predicate"]["tiers"]["minimum"]


def test_it_tells_what_became_of_each_waiver(sample: Sample) -> None:
    assert json.loads(sample.status)["predicate"]["waivers"] == [
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


def test_it_says_that_the_catalog_was_tailored(sample: Sample) -> None:
    assert json.loads(sample.status)["predicate"]["catalog"]["tailored"] is True


def test_it_is_valid_until_the_first_minimum_finding_lapses(sample: Sample) -> None:
    findings = tuple(f for f in sample.assessment.findings if f.waiver is None)
    without = sample.assessment.model_copy(update={"findings": findings})

    status = status_statement(without, (), "0" * 64, sample.claims)

    assert json.loads(status)["predicate"]["valid_until"] == "2027-04-09"


def test_it_is_not_valid_beyond_a_waiver_of_the_minimum_tier(sample: Sample) -> None:
    assert json.loads(sample.status)["predicate"]["valid_until"] == "2026-12-31"


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
        changed.model_copy(update={"findings": findings}), (), "0" * 64, sample.claims
    )

    assert "valid_until" not in json.loads(status)["predicate"]


def test_a_problem_is_told_once_by_path_and_code(sample_with_problem: Sample) -> None:
    problems = json.loads(sample_with_problem.status)["predicate"]["problems"]

    assert problems == [{"path": "training-record/壊れた記録.yaml", "code": "MN105"}]


def test_claims_survive_the_round_trip(sample: Sample) -> None:
    status = json.loads(sample.status)["predicate"]

    assert claims_of(status) == sample.claims


def test_without_a_commit_there_is_no_git_claim(sample: Sample) -> None:
    sample.claims = Claims("1.0.0")

    status = json.loads(sample.status)["predicate"]

    assert "git" not in status
    assert claims_of(status) == Claims("1.0.0")


def test_what_is_written_can_be_read_again(sample_with_problem: Sample) -> None:
    statement = read(sample_with_problem.status, STATUS_TYPE)

    predicate = read_predicate(StatusPredicate, statement.predicate)

    assert predicate.findings == sample_with_problem.assessment.findings
