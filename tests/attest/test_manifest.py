"""The manifest names every member that the signature must cover."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from mnaudit.errors import InputError
from mnaudit.model.document import SourceFile
from mnaudit.signing.predicates import ManifestPredicate, read_predicate
from mnaudit.signing.statement import MANIFEST_TYPE, read

if TYPE_CHECKING:
    from tests.attest.conftest import Sample


def test_every_file_the_catalog_and_the_readme_are_subjects_in_order_of_their_names(
    sample: Sample,
) -> None:
    statement = read(sample.manifest, MANIFEST_TYPE)

    assert [(subject.name, subject.sha256) for subject in statement.subjects] == [
        ("README.txt", sha256(b"README\n").hexdigest()),
        ("catalog.json", sha256(sample.catalog).hexdigest()),
        *(("evidence/" + file.path, file.sha256) for file in sample.files),
    ]


def test_every_member_has_a_size_and_a_role_and_documents_have_their_kind(sample: Sample) -> None:
    members = json.loads(sample.manifest)["predicate"]["members"]

    assert members == [
        {"name": "README.txt", "role": "readme", "size": 7},
        {"name": "catalog.json", "role": "catalog", "size": len(sample.catalog)},
        {"name": "evidence/organization.yaml", "role": "organization", "size": 30},
        {"name": "evidence/training-record/files/名簿.pdf", "role": "attachment", "size": 9},
        {
            "name": "evidence/training-record/t-2026.yaml",
            "role": "document",
            "kind": "training-record",
            "size": 22,
        },
    ]


def test_the_order_in_which_files_come_changes_nothing(sample: Sample) -> None:
    manifest = sample.manifest

    sample.files = tuple(reversed(sample.files))

    assert sample.manifest == manifest


def test_what_is_written_can_be_read_again(sample: Sample) -> None:
    predicate = read_predicate(ManifestPredicate, read(sample.manifest, MANIFEST_TYPE).predicate)

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
        sample.manifest  # noqa: B018 - building it is the act

    assert caught.value.code == code
