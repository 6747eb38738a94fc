"""Which documents of an evidence folder can be used, and what is wrong with the rest?

All problems of all files in one run, in a stable order. A document with a problem is not evidence;
it is handed on as *unreadable*, so that what it might have shown stays open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mnaudit.model.document import (
    DOCUMENT_SUFFIXES,
    ORGANIZATION_PATH,
    REDACTIONS_PATH,
    Unreadable,
)
from mnaudit.model.problem import problem
from mnaudit.validate.crossref import check_attachments, check_document, check_ids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mnaudit.model.document import Document, Tree
    from mnaudit.model.problem import Problem
    from mnaudit.validate.schema import Schemas

__all__ = [
    "ORGANIZATION_PATH",
    "WAIVERS_PATH",
    "WARNINGS",
    "Validation",
    "validate",
    "validate_document",
]

WAIVERS_PATH = "waivers.yaml"
_NO_EVIDENCE = {
    ORGANIZATION_PATH: "organization.schema.json",
    WAIVERS_PATH: "waivers.schema.json",
    REDACTIONS_PATH: "redactions.schema.json",
}
"""Documents of the folder that are no evidence, and their schemas."""

WARNINGS = frozenset({"MN143", "MN510"})
"""Codes of problems with which a document can still be used."""


@dataclass(frozen=True, slots=True)
class Validation:
    """What an evidence folder came out as.

    Attributes:
        organization: ``organization.yaml``, if it is there and valid.
        documents: Valid evidence documents, by path.
        unreadable: Documents that cannot be used, by path.
        problems: Everything that is wrong, by path and place.
        ignored: Paths that are no evidence, such as README.md.
        waivers: ``waivers.yaml``, if it is there and has its shape.
        redactions: ``redactions.yaml``, if it is there and has its shape.
    """

    organization: Document | None
    documents: tuple[Document, ...]
    unreadable: tuple[Unreadable, ...]
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...] = ()
    waivers: Document | None = None
    redactions: Document | None = None


def validate(
    tree: Tree, schemas: Schemas, *, cross_check: bool = False, whole: bool = True
) -> Validation:
    """Validate an evidence folder, or some documents of one.

    Args:
        tree: The folder as it was read.
        schemas: What documents must look like.
        cross_check: Ask the second engine too, and report disagreements (``MN901``).
        whole: The tree is the whole folder, so what is not in it is not there.
    """
    problems = list(tree.problems)
    shaped: list[Document] = []
    organization: Document | None = None
    waivers: Document | None = None
    redactions: Document | None = None
    for document in tree.documents:
        wrong = validate_document(document, schemas, cross_check=cross_check)
        problems += wrong
        if wrong:
            continue
        if document.path == ORGANIZATION_PATH:
            organization = document
        elif document.path == WAIVERS_PATH:
            waivers = document
        elif document.path == REDACTIONS_PATH:
            redactions = document
        else:
            shaped.append(document)
    if whole and not any(file.path == ORGANIZATION_PATH for file in tree.files):
        problems.append(problem("MN146", ORGANIZATION_PATH))
    number = None if organization is None else str(organization.value["organization"])
    if waivers is not None:
        from mnaudit.validate.waivers import check_waivers  # noqa: PLC0415 - loads pydantic

        problems += check_waivers(waivers, number)
    if redactions is not None:
        from mnaudit.validate.redactions import check_redactions  # noqa: PLC0415 - loads pydantic

        problems += check_redactions(redactions, number, {file.path for file in tree.files})
    for document in shaped:
        problems += check_document(document, number)
    problems += check_ids(shaped)
    problems += check_attachments(shaped, tree.files, _broken(problems))
    bad = _broken(problems)
    documents = tuple(document for document in shaped if document.path not in bad)
    unreadable = _unreadable(bad, tree, schemas.kinds)
    if redactions is not None:
        from mnaudit.validate.redactions import redacted_documents  # noqa: PLC0415

        sound = {each.path for each in (*documents, organization, waivers) if each is not None}
        removed = redacted_documents(redactions, sound)
        unreadable = tuple(sorted({*unreadable, *removed}, key=lambda each: each.path))
    return Validation(
        organization=organization,
        documents=documents,
        unreadable=unreadable,
        problems=tuple(sorted(set(problems))),
        ignored=tree.ignored,
        waivers=waivers,
        redactions=redactions,
    )


def validate_document(
    document: Document, schemas: Schemas, *, cross_check: bool = False
) -> list[Problem]:
    """Return what keeps one document from matching the schema of its kind."""
    if document.path in _NO_EVIDENCE:
        schema = schemas.named(_NO_EVIDENCE[document.path])
    else:
        kind = document.value.get("kind")
        if "kind" not in document.value:
            return [problem("MN131", document.path, document.locate(""), field=".", missing="kind")]
        if kind not in schemas.kinds:
            known = ", ".join(schemas.kinds)
            return [problem("MN130", document.path, document.locate("/kind"), "/kind", known=known)]
        schema = schemas.of_kind(kind)
    found = schema.problems(document)
    if cross_check and not schema.agrees(document.value):
        found.append(problem("MN901", document.path, schema=schema.name))
    return found


def _broken(problems: Iterable[Problem]) -> frozenset[str]:
    return frozenset(p.path for p in problems if p.code not in WARNINGS)


def _unreadable(bad: frozenset[str], tree: Tree, kinds: tuple[str, ...]) -> tuple[Unreadable, ...]:
    values = {document.path: document.value for document in tree.documents}
    return tuple(
        Unreadable(path, _likely_kind(path, values.get(path, {}), kinds))
        for path in sorted(bad)
        if path.endswith(DOCUMENT_SUFFIXES) and path not in _NO_EVIDENCE
    )


def _likely_kind(path: str, value: dict[str, Any], kinds: tuple[str, ...]) -> str | None:
    """Return what the document says it is, else what its folder says, else None."""
    for candidate in (value.get("kind"), path.partition("/")[0]):
        if candidate in kinds:
            return str(candidate)
    return None
