"""A tombstone is bound to the signed trees that the removed file was in, and tells no content."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from tests.log_bench import company

from mnaudit.model.assessment import OrganizationRef
from mnaudit.model.redaction import LeafPlace, Redaction
from mnaudit.signing import leaf, merkle
from mnaudit.signing.predicates import ManifestPredicate, Member, Tree
from mnaudit.signing.redaction import (
    commitment_to,
    is_leaf_of,
    leaf_place,
    log_defects,
    redacted_files,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = (
    "README.txt",
    "catalog.json",
    "evidence/a.yaml",
    "evidence/b.yaml",
    "evidence/organization.yaml",
)
DIGESTS = {name: sha256(name.encode()).hexdigest() for name in NAMES}
SALTS = {name: sha256(b"salt" + name.encode()).hexdigest() for name in NAMES}
ROLES = ("readme", "catalog", "document", "document", "organization")


def manifest() -> ManifestPredicate:
    hashes = [leaf.hash_of(name, DIGESTS[name], 7, SALTS[name]) for name in NAMES]
    return ManifestPredicate(
        organization=OrganizationRef(name="例", corporate_number="8000000000001"),
        members=tuple(
            Member.model_validate({"name": name, "size": 7, "role": role, "salt": SALTS[name]})
            for name, role in zip(NAMES, ROLES, strict=True)
        ),
        tree=Tree(root=merkle.root(hashes).hex(), size=len(hashes), leaf="mnaudit-leaf/v1"),
    )


def redaction(**more: Any) -> Redaction:
    return Redaction.model_validate(
        {
            "id": "b-2026",
            "path": "b.yaml",
            "role": "document",
            "reason": "番号が入っていた。",
            "discovered_on": "2026-05-01",
            "redacted_on": "2026-05-02",
            "requested_by": {"code": "E0003", "role": "総務課長"},
            "approved_by": {"code": "E0001", "role": "監査責任者"},
            "statuses": [],
            **more,
        }
    )


def covered(place: LeafPlace | None, digest: str, sequence: int | None = None) -> dict[str, Any]:
    found = {
        "payload_sha256": digest,
        "as_of": "2026-04-30",
        "sequence": sequence,
        "leaf": None if place is None else place.model_dump(mode="json"),
    }
    return {name: value for name, value in found.items() if value is not None}


def test_the_place_of_a_file_leads_to_the_root_of_its_tree_and_to_no_other() -> None:
    signed = manifest()
    place = leaf_place(signed, DIGESTS, "b.yaml")

    assert place is not None
    assert place.index == 3
    assert is_leaf_of(place, signed.tree.root, signed.tree.size)
    assert not is_leaf_of(place, "00" * 32, signed.tree.size)
    assert not is_leaf_of(place, signed.tree.root, signed.tree.size + 1)
    moved = place.model_copy(update={"index": 2})
    assert not is_leaf_of(moved, signed.tree.root, signed.tree.size)
    outside = place.model_copy(update={"index": 9})
    assert not is_leaf_of(outside, signed.tree.root, signed.tree.size)


def test_a_file_that_was_not_signed_has_no_place() -> None:
    assert leaf_place(manifest(), DIGESTS, "c.yaml") is None


def test_a_commitment_needs_its_salt_and_is_the_leaf_of_the_file() -> None:
    salt = bytes(range(32))
    made = commitment_to("b.yaml", "ab" * 32, 7, salt)

    assert made == leaf.hash_of("evidence/b.yaml", "ab" * 32, 7, salt.hex()).hex()
    assert made != commitment_to("b.yaml", "ab" * 32, 7, bytes(32))


def status() -> Mapping[str, Any]:
    tree = manifest().tree
    return {"manifest": {"root": tree.root, "size": tree.size}}


def test_a_verified_status_is_told_which_of_its_leaves_was_redacted() -> None:
    place = leaf_place(manifest(), DIGESTS, "b.yaml")
    others = [covered(None, "11" * 32), covered(place, "22" * 32), covered(place, "33" * 32)]

    (told,) = redacted_files([redaction(statuses=others)], status(), "33" * 32)

    assert (told.id, told.path, told.leaf) == ("b-2026", "b.yaml", 3)
    assert (told.redacted_on, told.approved_by) == ("2026-05-02", "監査責任者")


@pytest.mark.parametrize("digest", ["22" * 32, "33" * 32, "44" * 32])
def test_a_tombstone_that_proves_nothing_explains_nothing(digest: str) -> None:
    place = leaf_place(manifest(), DIGESTS, "b.yaml")
    assert place is not None
    forged = place.model_copy(update={"hash": "00" * 32})
    statuses = [covered(forged, "22" * 32), covered(None, "33" * 32)]

    (told,) = redacted_files([redaction(statuses=statuses)], status(), digest)

    assert told.leaf is None


def test_without_a_status_the_tombstones_are_only_named() -> None:
    (told,) = redacted_files([redaction()], None, None)

    assert told.leaf is None


def test_what_a_tombstone_says_of_the_log_is_compared_with_the_log() -> None:
    payloads = company().payloads
    real = sha256(payloads[1]).hexdigest()
    good = redaction(statuses=[covered(None, real, 1), covered(None, "11" * 32)])

    assert log_defects(good, payloads) == ()


@pytest.mark.parametrize("case", ["another entry", "no entry", "another tree", "no status"])
def test_a_tombstone_that_does_not_fit_the_log_is_named(case: str) -> None:
    payloads = list(company().payloads)
    place = leaf_place(manifest(), DIGESTS, "b.yaml")
    at, shown = 1, None
    if case == "another entry":
        at = 2
    if case == "no entry":
        at = 99
    if case == "another tree":
        shown = place
    if case == "no status":
        payloads[1] = b"{}"
    digest = sha256(payloads[1]).hexdigest()

    found = log_defects(redaction(statuses=[covered(shown, digest, at)]), payloads)

    assert found == (("MN519", {"redaction": "b-2026", "entry": at}),)
