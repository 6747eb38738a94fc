"""What one schema cannot say about documents, each refused and each let pass."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from mnaudit.model.document import Document, SourceFile
from mnaudit.validate.crossref import check_attachments, check_document, check_ids

if TYPE_CHECKING:
    from mnaudit.model.problem import Problem

NUMBER = "8000000000001"
PDF = b"%PDF-1.7\n"


def file(path: str, data: bytes = PDF) -> SourceFile:
    return SourceFile(path, len(data), sha256(data).hexdigest(), lambda: data)


def document(path: str = "training-record/a.yaml", **fields: Any) -> Document:
    """Return a document whose every node stands at line 7 if it is named, else at line 1."""
    value = {
        "kind": "training-record",
        "id": "t-1",
        "organization": NUMBER,
        "prepared_by": {"code": "E0012"},
        "approved_by": {"code": "E0004"},
        **fields,
    }

    def locate(pointer: str, *, key: bool = False) -> tuple[int, int]:
        assert not key
        return (7, 3) if pointer else (1, 1)

    return Document(file(path), value, locate)


def with_attachment(
    attached: str, data: bytes = PDF, path: str = "training-record/a.yaml"
) -> Document:
    return document(path, attachments=[{"path": attached, "sha256": sha256(data).hexdigest()}])


def told(problem: Problem) -> tuple[str, str, str, int]:
    return problem.code, problem.path, problem.pointer, problem.line


def test_a_document_that_fits_has_no_problem() -> None:
    good = document(period={"from": "2026-01-01", "to": "2026-01-01"})

    assert list(check_document(good, NUMBER)) == []


def test_the_organization_must_be_the_one_of_the_folder() -> None:
    (found,) = check_document(document(), "7000000000002")

    assert told(found) == ("MN141", "training-record/a.yaml", "/organization", 7)
    assert "7000000000002" not in repr(found)


def test_the_organization_is_not_compared_if_it_is_not_known() -> None:
    assert list(check_document(document(organization="7000000000002"), None)) == []


def test_nobody_approves_what_they_prepared() -> None:
    (found,) = check_document(document(approved_by={"code": "E0012"}), NUMBER)

    assert told(found) == ("MN142", "training-record/a.yaml", "/approved_by/code", 7)


def test_a_document_in_the_folder_of_another_kind_is_told() -> None:
    (found,) = check_document(document("appointment/2026/a.yaml"), NUMBER)

    assert told(found) == ("MN143", "appointment/2026/a.yaml", "/kind", 7)
    assert dict(found.values) == {"folder": "appointment", "kind": "training-record"}


@pytest.mark.parametrize("path", ["a.yaml", "training-record/2026/04/a.yaml"])
def test_a_document_at_the_top_or_deep_in_the_folder_of_its_kind_is_right(path: str) -> None:
    assert list(check_document(document(path), NUMBER)) == []


def test_a_period_does_not_end_before_it_begins() -> None:
    backwards = document(period={"from": "2026-02-01", "to": "2026-01-31"})

    (found,) = check_document(backwards, NUMBER)

    assert told(found) == ("MN144", "training-record/a.yaml", "/period/to", 7)


def test_all_that_is_wrong_with_a_document_is_told() -> None:
    wrong = document(
        "appointment/a.yaml",
        approved_by={"code": "E0012"},
        period={"from": "2026-02-01", "to": "2026-01-31"},
    )

    codes = [found.code for found in check_document(wrong, "7000000000002")]

    assert codes == ["MN141", "MN142", "MN143", "MN144"]


def test_different_ids_are_right() -> None:
    assert list(check_ids([document("a.yaml"), document("b.yaml", id="t-2")])) == []


def test_every_document_with_an_id_that_another_has_is_told() -> None:
    same = [document(f"{name}.yaml") for name in "abc"]

    found = {problem.path: dict(problem.values) for problem in check_ids(same)}

    assert found == {
        "a.yaml": {"other": "b.yaml"},
        "b.yaml": {"other": "a.yaml"},
        "c.yaml": {"other": "a.yaml"},
    }
    assert {problem.code for problem in check_ids(same)} == {"MN140"}


@pytest.mark.parametrize(
    ("path", "attached", "present"),
    [
        ("training-record/a.yaml", "files/a.pdf", "training-record/files/a.pdf"),
        ("training-record/2026/a.yaml", "a.pdf", "training-record/2026/a.pdf"),
        ("a.yaml", "files/a.pdf", "files/a.pdf"),
        ("training-record/a.yaml", "../shared/a.pdf", "shared/a.pdf"),
    ],
)
def test_an_attachment_is_looked_for_from_the_folder_of_its_document(
    path: str, attached: str, present: str
) -> None:
    good = with_attachment(attached, path=path)

    assert list(check_attachments([good], [file(path), file(present)])) == []


@pytest.mark.parametrize(
    ("path", "attached"),
    [
        ("training-record/a.yaml", "../../a.pdf"),
        ("training-record/a.yaml", "files/../../../a.pdf"),
        ("training-record/a.yaml", "/a.pdf"),
        ("a.yaml", "../a.pdf"),
        ("a.yaml", ".."),
    ],
)
def test_an_attachment_outside_of_the_folder_is_refused(path: str, attached: str) -> None:
    files = [file(path), file("a.pdf")]

    found = list(check_attachments([with_attachment(attached, path=path)], files))

    assert told(found[0]) == ("MN128", path, "/attachments/0/path", 7)
    # It declares nothing that lies inside.
    assert told(found[1]) == ("MN125", "a.pdf", "", 0)


def test_an_attachment_that_is_not_there_is_told() -> None:
    (found,) = check_attachments([with_attachment("files/a.pdf")], [file("training-record/a.yaml")])

    assert told(found) == ("MN126", "training-record/a.yaml", "/attachments/0/path", 7)
    assert dict(found.values) == {"attachment": "training-record/files/a.pdf"}


def test_an_attachment_that_was_changed_is_told() -> None:
    changed = file("training-record/files/a.pdf", PDF + b" ")

    (found,) = check_attachments([with_attachment("files/a.pdf")], [changed])

    assert told(found) == ("MN127", "training-record/a.yaml", "/attachments/0/sha256", 7)


def test_each_attachment_is_judged_on_its_own() -> None:
    digest = sha256(PDF).hexdigest()
    several = document(attachments=[{"path": name, "sha256": digest} for name in ("a", "b", "c")])
    files = [file("training-record/a"), file("training-record/c", b"")]

    found = [(problem.code, problem.pointer) for problem in check_attachments([several], files)]

    assert found == [("MN126", "/attachments/1/path"), ("MN127", "/attachments/2/sha256")]


def test_two_documents_may_declare_one_attachment() -> None:
    both = [with_attachment("a.pdf"), with_attachment("a.pdf", path="training-record/b.yaml")]

    assert list(check_attachments(both, [file("training-record/a.pdf")])) == []


def test_a_file_that_nobody_declares_is_told() -> None:
    (found,) = check_attachments([document()], [file("training-record/files/a.pdf")])

    assert told(found) == ("MN125", "training-record/files/a.pdf", "", 0)


@pytest.mark.parametrize("name", ["a.yaml", "b.yml", "c.json"])
def test_a_document_needs_nobody_who_declares_it(name: str) -> None:
    assert list(check_attachments([], [file(f"training-record/{name}")])) == []


def test_a_file_beside_an_unreadable_document_may_belong_to_it() -> None:
    suspects = frozenset({"training-record/a.yaml"})
    files = [file("training-record/files/a.pdf"), file("appointment/files/b.pdf")]

    found = [problem.path for problem in check_attachments([], files, suspects)]

    assert found == ["appointment/files/b.pdf"]
