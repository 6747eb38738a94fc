"""A predicate is read only if writing it again gives the same value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mnaudit.errors import TrustError
from mnaudit.signing.predicates import (
    Disclosure,
    ManifestPredicate,
    Predicate,
    StatusPredicate,
    dump,
    read_closed,
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
            {"name": "README.txt", "size": 7, "role": "readme", "salt": "0" * 64},
            {"name": "catalog.json", "size": 2, "role": "catalog", "salt": "1" * 64},
            {
                "name": "evidence/a.yaml",
                "size": 0,
                "role": "document",
                "salt": "2" * 64,
                "kind": "appointment",
            },
            {"name": "evidence/b.pdf", "size": 1, "role": "attachment", "salt": "3" * 64},
        ],
        "tree": {"root": "0" * 64, "size": 4, "leaf": "mnaudit-leaf/v1"},
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
            {
                "control": "ORG-a-01",
                "tier": "minimum",
                "status": "satisfied",
                "evidence": [2],
                "tailored": True,
            },
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
        "manifest": {"payload_sha256": "0" * 64, "root": "0" * 64, "size": 4},
        "documents": {"appointment": 1},
        "git": {"commit": "0" * 40, "object_format": "sha1"},
        "valid_until": "2027-04-09",
        "sequence": 1,
        "previous": "0" * 64,
        "time_verified": "2026-11-01T09:00:00Z",
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
        pytest.param(
            set_in("git", "object_format", to="md5"), "predicate.git.object_format", id="md5"
        ),
        pytest.param(
            set_in("findings", 0, "evidence", 0, to=-1),
            "predicate.findings.0.evidence.0",
            id="a negative leaf",
        ),
        pytest.param(set_in("findings", 0, "evidence", 0, to="2"), "predicate", id="text leaf"),
        pytest.param(
            set_in("documents", "appointment", to=0),
            "predicate.documents.appointment",
            id="a kind of which there is none",
        ),
        pytest.param(
            set_in("manifest", "size", to=0), "predicate.manifest.size", id="a tree of nothing"
        ),
        pytest.param(
            lambda value: value["manifest"].pop("root"), "predicate.manifest.root", id="no root"
        ),
        pytest.param(set_in("sequence", to=0), "predicate", id="a first entry with one before"),
        pytest.param(lambda value: value.pop("previous"), "predicate", id="an entry after none"),
        pytest.param(
            lambda value: value.pop("time_verified"), "predicate", id="an entry without a time"
        ),
        pytest.param(lambda value: value.pop("sequence"), "predicate", id="a place in no log"),
        pytest.param(
            set_in("time_verified", to="2026-11-01T09:00:00+09:00"),
            "predicate.time_verified",
            id="a time of another zone",
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
        pytest.param(lambda value: value["members"][0].pop("salt"), id="no salt"),
        pytest.param(set_in("members", 0, "salt", to="0" * 32), id="a short salt"),
        pytest.param(lambda value: value.pop("tree"), id="no tree"),
        pytest.param(set_in("tree", "size", to=5), id="a tree of another size"),
        pytest.param(set_in("tree", "leaf", to="mnaudit-leaf/v0"), id="leaves of another form"),
        pytest.param(set_in("members", 0, "size", to=True), id="truth value for a size"),
    ],
)
def test_a_manifest_of_another_shape_is_refused(change: Callable[[Any], None]) -> None:
    value = manifest()
    change(value)

    with pytest.raises(TrustError) as caught:
        read_predicate(ManifestPredicate, value)

    assert caught.value.code == "MN429"


def leaf(index: int, path: str) -> dict[str, Any]:
    return {
        "index": index,
        "path": path,
        "sha256": "0" * 64,
        "size": 1,
        "salt": "0" * 64,
        "proof": ["0" * 64],
    }


def disclosure() -> dict[str, Any]:
    return {
        "v": "mnaudit-disclosure/v1",
        "recipient": "見本銀行",
        "leaves": [leaf(0, "README.txt"), leaf(1, "catalog.json"), leaf(3, "evidence/b.yaml")],
    }


def test_a_disclosure_survives_the_round_trip() -> None:
    assert dump(read_closed(Disclosure, disclosure(), "disclosure")) == disclosure()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(set_in("v", to="mnaudit-disclosure/v2"), id="another version"),
        pytest.param(set_in("extra", to=1), id="an unknown field"),
        pytest.param(set_in("recipient", to="x" * 201), id="a long recipient"),
        pytest.param(lambda value: value["leaves"].reverse(), id="not sorted"),
        pytest.param(set_in("leaves", 2, "index", to=1), id="one index twice"),
        pytest.param(set_in("leaves", 2, "index", to=-1), id="a negative index"),
        pytest.param(set_in("leaves", 2, "index", to="3"), id="text for an index"),
        pytest.param(set_in("leaves", 2, "path", to="evidence/A\\b"), id="a bad name"),
        pytest.param(set_in("leaves", 2, "path", to="status.sigstore.json"), id="no evidence"),
        pytest.param(set_in("leaves", 2, "path", to="catalog.json"), id="one name twice"),
        pytest.param(lambda value: value["leaves"].pop(0), id="no read-me"),
        pytest.param(lambda value: value["leaves"].pop(1), id="no catalog"),
        pytest.param(lambda value: value["leaves"].append(leaf(4, "evidence/B.YAML")), id="twin"),
        pytest.param(set_in("leaves", 2, "proof", to=["0" * 64] * 21), id="a deep proof"),
        pytest.param(set_in("leaves", 2, "proof", to=["0" * 63]), id="a short hash"),
        pytest.param(lambda value: value["leaves"][2].pop("proof"), id="no proof"),
        pytest.param(lambda value: value["leaves"][2].pop("salt"), id="no salt"),
    ],
)
def test_a_disclosure_of_another_shape_is_refused(change: Callable[[Any], None]) -> None:
    value = disclosure()
    change(value)

    with pytest.raises(TrustError) as caught:
        read_closed(Disclosure, value, "disclosure")

    assert caught.value.code == "MN429"
