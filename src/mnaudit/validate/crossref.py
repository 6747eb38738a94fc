"""Do documents fit each other and the files beside them?

What no schema of a single file can say: ids are unique, the organization is the same everywhere,
preparer and approver are two people, attachments are there and unchanged, and no file lies in the
folder that no document declares.
"""

from __future__ import annotations

from collections import defaultdict
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from mnaudit.model.document import DOCUMENT_SUFFIXES
from mnaudit.model.problem import problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mnaudit.model.document import Document, SourceFile
    from mnaudit.model.problem import Problem, Value

__all__ = ["check_attachments", "check_document", "check_ids"]


def check_document(document: Document, corporate_number: str | None) -> Iterator[Problem]:
    """Yield what is wrong in one schema-valid evidence document beyond its schema.

    Args:
        document: The document.
        corporate_number: Of the organization that the folder belongs to, if that is known.
    """
    value = document.value
    if corporate_number is not None and value["organization"] != corporate_number:
        yield _at(document, "MN141", "/organization")
    if value["prepared_by"]["code"] == value["approved_by"]["code"]:
        yield _at(document, "MN142", "/approved_by/code")
    folder = dirname(document.path).partition("/")[0]
    if folder and folder != value["kind"]:
        yield _at(document, "MN143", "/kind", kind=value["kind"], folder=folder)
    period = value.get("period")
    if period is not None and period["to"] < period["from"]:
        yield _at(document, "MN144", "/period/to")


def check_ids(documents: Iterable[Document]) -> Iterator[Problem]:
    """Yield a problem for every document whose id another document also has."""
    by_id: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        by_id[document.value["id"]].append(document)
    for same in by_id.values():
        for document in same[1:]:
            yield _at(document, "MN140", "/id", other=same[0].path)
        if len(same) > 1:
            yield _at(same[0], "MN140", "/id", other=same[1].path)


def check_attachments(
    documents: Sequence[Document],
    files: Iterable[SourceFile],
    suspects: frozenset[str] = frozenset(),
) -> Iterator[Problem]:
    """Yield attachments that are missing, changed or undeclared.

    Args:
        documents: Schema-valid documents.
        files: All files of the folder.
        suspects: Paths of documents that could not be read: while there are any, a file that
            nobody declares may belong to one of them, and only its folder's documents count.
    """
    present = {file.path: file for file in files}
    declared: set[str] = set()
    for document in documents:
        for number, attachment in enumerate(document.value.get("attachments", ())):
            pointer = f"/attachments/{number}"
            path = normpath(join(dirname(document.path), attachment["path"]))
            declared.add(path)
            if path.startswith(("/", "../")) or path == "..":
                yield _at(document, "MN128", f"{pointer}/path")
            elif path not in present:
                yield _at(document, "MN126", f"{pointer}/path", attachment=path)
            elif present[path].sha256 != attachment["sha256"]:
                yield _at(document, "MN127", f"{pointer}/sha256", attachment=path)
    open_folders = {dirname(path).partition("/")[0] for path in suspects}
    for path in present:
        if path in declared or path.endswith(DOCUMENT_SUFFIXES):
            continue
        if path.partition("/")[0] not in open_folders:
            yield problem("MN125", path)


def _at(document: Document, code: str, pointer: str, **values: Value) -> Problem:
    return problem(code, document.path, document.locate(pointer), pointer, **values)
