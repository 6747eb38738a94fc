"""A predicate is read only if writing it again gives the same value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mnaudit.errors import TrustError
from mnaudit.signing.predicates import (
    ManifestPredicate,
    Predicate,
    StatusPredicate,
    dump,
    read_predicate,
)

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTS = {
    "satisfied": 1,
    "not-satisfied": 0,
    "not-applicable": 0,
    "waived": 0,
    "indeterminate": 0,
}
ORGANIZATION = {"corporate_number": "8000000000001", "name": "株式会社見本商事"}


def manifest() -> dict[str, Any]:
    return {
        "organization": ORGANIZATION,
        "members": [
            {"name": "README.txt", "size": 7, "role": "readme"},
            {"name": "catalog.json", "size": 2, "role": "catalog"},
            {"name": "evidence/a.yaml", "size": 0, "role": "document", "kind": "appointment"},
            {"name": "evidence/b.pdf", "size": 1, "role": "attachment"},
        ],
    }


def status() -> dict[str, Any]:
    return {
        "nature": "self-check",
        "verifier": {"id": "urn:mnaudit:verifier", "version": "1.0.0"},
        "organization": ORGANIZATION,
        "catalog": {"id": "mnaudit", "version": "1", "edition": "2025-06", "sha256": "0" * 64},
        "as_of": "2026-11-01",
        "sme": False,
        "tiers": {
            "minimum": {"status": "satisfied", "counts": dict(COUNTS)},
            "optional": {"status": "satisfied", "counts": dict(COUNTS)},
        },
        "findings": [
            {"control": "ORG-a-01", "tier": "minimum", "status": "satisfied", "tailored": True},
            {
                "control": "ORG-a-02",
                "tier": "minimum",
                "status": "waived",
                "waiver": {"id": "roles-2026", "approver": "E0001", "until": "2026-12-31"},
            },
        ],
        "waivers": [
            {
                "number": 0,
                "id": "roles-2026",
                "control": "ORG-a-02",
                "tier": "minimum",
                "state": "applied",
                "code": "MN240",
                "values": {"waiver": "roles-2026", "approver": "E0001"},
            }
        ],
        "problems": [{"path": "a.yaml", "code": "MN105"}],
        "manifest": {"payload_sha256": "0" * 64},
        "git": {"commit": "0" * 40},
        "valid_until": "2027-04-09",
    }


@pytest.mark.parametrize(
    ("model", "value"),
    [
        pytest.param(ManifestPredicate, manifest(), id="manifest"),
        pytest.param(StatusPredicate, status(), id="status"),
    ],
)
def test_a_predicate_survives_the_round_trip(model: type[Predicate], value: dict[str, Any]) -> None:
    assert dump(read_predicate(model, value)) == value


def set_in(*path: str | int, to: object) -> Callable[[Any], None]:
    def change(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param(set_in("nature", to="audit"), "predicate.nature", id="not a self-check"),
        pytest.param(set_in("extra", to=1), "predicate.extra", id="unknown field"),
        pytest.param(lambda value: value.pop("sme"), "predicate.sme", id="missing field"),
        pytest.param(set_in("sme", to="true"), "predicate", id="text for a truth value"),
        pytest.param(set_in("as_of", to=1777593600), "predicate", id="a number for a day"),
        pytest.param(
            set_in("as_of", to="2026-11-01T00:00:00"), "predicate", id="an instant for a day"
        ),
        pytest.param(
            set_in("verifier", "id", to="x"), "predicate.verifier.id", id="another verifier"
        ),
        pytest.param(
            lambda value: value["tiers"]["minimum"]["counts"].pop("waived"),
            "predicate.tiers.minimum",
            id="a status that is not counted",
        ),
        pytest.param(
            set_in("tiers", "minimum", "counts", "waived", to=-1),
            "predicate.tiers.minimum.counts.waived",
            id="a negative count",
        ),
        pytest.param(
            set_in("tiers", "minimum", "counts", "waived", to="0"),
            "predicate",
            id="text for a count",
        ),
        pytest.param(
            set_in("findings", 0, "gaps", to=[]), "predicate", id="an empty list that is left out"
        ),
        pytest.param(
            set_in("findings", 0, "status", to="ok"),
            "predicate.findings.0.status",
            id="unknown status",
        ),
        pytest.param(
            set_in("findings", 0, "tailored", to=False), "predicate", id="false that is left out"
        ),
        pytest.param(
            set_in("findings", 1, "waiver", "until", to="2026-12-31T00:00:00"),
            "predicate",
            id="an instant for the end of a waiver",
        ),
        pytest.param(
            lambda value: value["findings"][1]["waiver"].pop("approver"),
            "predicate.findings.1.waiver.approver",
            id="a waiver that nobody approved",
        ),
        pytest.param(
            set_in("waivers", 0, "state", to="fine"),
            "predicate.waivers.0.state",
            id="unknown state of a waiver",
        ),
        pytest.param(set_in("waivers", to=[]), "predicate", id="no waivers that are left out"),
        pytest.param(
            set_in("tiers", "minimum", "tailored", to=1), "predicate", id="a number for a truth"
        ),
        pytest.param(set_in("git", to=None), "predicate", id="null that is left out"),
        pytest.param(
            set_in("git", "commit", to="main"), "predicate.git.commit", id="a branch for a commit"
        ),
    ],
)
def test_a_status_of_another_shape_is_refused_by_name(
    change: Callable[[Any], None], field: str
) -> None:
    value = status()
    change(value)

    with pytest.raises(TrustError) as caught:
        read_predicate(StatusPredicate, value)

    assert (caught.value.code, caught.value.values) == ("MN429", {"field": field})


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda value: value["members"].reverse(), id="not sorted"),
        pytest.param(lambda value: value["members"].append(value["members"][-1]), id="twice"),
        pytest.param(lambda value: value["members"].pop(0), id="no read-me"),
        pytest.param(lambda value: value["members"].pop(1), id="no catalog"),
        pytest.param(set_in("members", 3, "role", to="catalog"), id="evidence as catalog"),
        pytest.param(set_in("members", 0, "role", to="document"), id="read-me as evidence"),
        pytest.param(set_in("members", 3, "name", to="other/b.pdf"), id="neither"),
        pytest.param(set_in("members", 3, "name", to="evidence/b\\c"), id="bad name"),
        pytest.param(set_in("members", 3, "name", to="evidence/A.yaml"), id="unsorted twin"),
        pytest.param(set_in("members", 2, "name", to="evidence/B.pdf"), id="twin"),
        pytest.param(set_in("members", 0, "size", to=-1), id="negative size"),
        pytest.param(set_in("members", 0, "size", to=True), id="truth value for a size"),
    ],
)
def test_a_manifest_of_another_shape_is_refused(change: Callable[[Any], None]) -> None:
    value = manifest()
    change(value)

    with pytest.raises(TrustError) as caught:
        read_predicate(ManifestPredicate, value)

    assert caught.value.code == "MN429"
