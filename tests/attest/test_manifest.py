"""The manifest names every member that the signature must cover."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
import rfc8785
from tests.attest.conftest import source_file

from mnaudit.attest.manifest import claims_of, manifest_statement, salts_of
from mnaudit.errors import InputError
from mnaudit.model.document import SourceFile
from mnaudit.signing.predicates import ManifestPredicate, read_predicate
from mnaudit.signing.statement import MANIFEST_TYPE, read

if TYPE_CHECKING:
    from tests.attest.conftest import Sample

    from mnaudit.signing.keys import SigningKey


def test_every_file_the_catalog_and_the_readme_are_subjects_in_order_of_their_names(
    sample: Sample, key: SigningKey
) -> None:
    statement = read(sample.manifest(key), MANIFEST_TYPE)

    assert [(subject.name, subject.sha256) for subject in statement.subjects] == [
        ("README.txt", sha256(b"README\n").hexdigest()),
        ("catalog.json", sha256(sample.catalog).hexdigest()),
        *(("evidence/" + file.path, file.sha256) for file in sample.files),
    ]


def test_every_member_has_a_size_and_a_role_and_documents_have_their_kind(
    sample: Sample, key: SigningKey
) -> None:
    members = json.loads(sample.manifest(key))["predicate"]["members"]

    assert [{**member, "salt": len(member["salt"])} for member in members] == [
        {"name": "README.txt", "role": "readme", "size": 7, "salt": 64},
        {"name": "catalog.json", "role": "catalog", "size": len(sample.catalog), "salt": 64},
        {"name": "evidence/organization.yaml", "role": "organization", "size": 30, "salt": 64},
        {
            "name": "evidence/self-check/2026-10.yaml",
            "role": "document",
            "kind": "self-check",
            "size": 17,
            "salt": 64,
        },
        {
            "name": "evidence/training-record/files/名簿.pdf",
            "role": "attachment",
            "size": 9,
            "salt": 64,
        },
        {
            "name": "evidence/training-record/t-2026.yaml",
            "role": "document",
            "kind": "training-record",
            "size": 22,
            "salt": 64,
        },
    ]


def leaf_hash(member: dict[str, Any], digest: str) -> bytes:
    """Hash a leaf as docs/spec says, without our code."""
    leaf = {
        "path": member["name"],
        "salt": member["salt"],
        "sha256": digest,
        "size": member["size"],
        "v": "mnaudit-leaf/v1",
    }
    return sha256(b"\0" + rfc8785.dumps(leaf)).digest()


def test_the_root_is_that_of_the_salted_leaves_of_all_members(
    sample: Sample, key: SigningKey
) -> None:
    manifest = json.loads(sample.manifest(key))
    digests = [each["digest"]["sha256"] for each in manifest["subject"]]
    predicate = manifest["predicate"]
    one, two, three, four, five, six = (
        leaf_hash(member, digest)
        for member, digest in zip(predicate["members"], digests, strict=True)
    )

    def node(left: bytes, right: bytes) -> bytes:
        return sha256(b"\1" + left + right).digest()

    root = node(node(node(one, two), node(three, four)), node(five, six))
    assert predicate["tree"] == {"root": root.hex(), "size": 6, "leaf": "mnaudit-leaf/v1"}


def test_no_two_members_have_one_salt_and_no_salt_is_a_digest(
    sample: Sample, key: SigningKey
) -> None:
    members = json.loads(sample.manifest(key))["predicate"]["members"]

    salts = {member["salt"] for member in members}
    assert len(salts) == len(members)
    assert salts.isdisjoint(each.sha256 for each in sample.about)


def test_a_file_that_stayed_the_same_has_another_salt_once_another_file_changed(
    sample: Sample, key: SigningKey
) -> None:
    before = salts_of(sample.about, key)

    sample.files = (*sample.files[:-1], source_file(sample.files[-1].path, b"changed\n"))

    # Otherwise the leaves of two months would tell which files stayed as they were.
    assert set(before).isdisjoint(salts_of(sample.about, key))


def test_another_key_gives_other_salts(
    sample: Sample, key: SigningKey, other_key: SigningKey
) -> None:
    assert set(salts_of(sample.about, key)).isdisjoint(salts_of(sample.about, other_key))


def test_the_claims_of_a_manifest_give_the_same_bytes_without_the_key(
    sample: Sample, key: SigningKey
) -> None:
    payload = sample.manifest(key)
    manifest = read_predicate(ManifestPredicate, read(payload, MANIFEST_TYPE).predicate)

    again, _ = manifest_statement(sample.about, sample.organization, claims_of(manifest))

    assert again == payload


def test_the_order_in_which_files_come_changes_nothing(sample: Sample, key: SigningKey) -> None:
    manifest = sample.manifest(key)

    sample.files = tuple(reversed(sample.files))

    assert sample.manifest(key) == manifest


def test_what_is_written_can_be_read_again(sample: Sample, key: SigningKey) -> None:
    predicate = read_predicate(
        ManifestPredicate, read(sample.manifest(key), MANIFEST_TYPE).predicate
    )

    assert predicate.organization == sample.organization


@pytest.mark.parametrize(
    ("paths", "code"),
    [
        pytest.param(("../evil.yaml",), "MN412", id="path traversal"),
        pytest.param(("a.yaml", "A.yaml"), "MN413", id="twins"),
    ],
)
def test_names_that_no_verifier_would_take_are_refused(
    sample: Sample, paths: tuple[str, ...], code: str
) -> None:
    sample.files = tuple(SourceFile(path, 1, "0" * 64, bytes) for path in paths)

    with pytest.raises(InputError) as caught:
        sample.about  # noqa: B018 - building it is the act

    assert caught.value.code == code
