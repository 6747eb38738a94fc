"""What is claimed about which things? in-toto Statement v1, in a narrow profile.

Every subject has a name of its own and exactly one digest, a lower-case SHA-256. The payload is
canonical JSON; a verifier parses the very bytes that were signed and refuses those that are not
canonical, instead of canonicalizing them.

Source: in-toto/attestation spec v1, statement.md; RFC 8785.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from mnaudit.errors import TrustError
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.strict_json import StrictJsonError, parse

__all__ = [
    "MANIFEST_SUBJECT",
    "MANIFEST_TYPE",
    "STATEMENT_TYPE",
    "STATUS_TYPE",
    "Statement",
    "Subject",
    "build",
    "read",
]

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
MANIFEST_TYPE = "urn:mnaudit:predicate:evidence-manifest:v1"
STATUS_TYPE = "urn:mnaudit:predicate:compliance-status:v1"
MANIFEST_SUBJECT = "manifest"
"""How a status names its only subject: the payload of the manifest."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that is spoken of, identified by its SHA-256 (64 lower-case hex digits)."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A typed claim about subjects."""

    predicate_type: str
    subjects: tuple[Subject, ...]
    predicate: dict[str, Any]


def build(statement: Statement) -> bytes:
    """Return the payload of a statement.

    Raises:
        ValueError: The predicate has no canonical form.
    """
    return canonical_bytes(
        {
            "_type": STATEMENT_TYPE,
            "subject": [
                {"name": subject.name, "digest": {"sha256": subject.sha256}}
                for subject in statement.subjects
            ],
            "predicateType": statement.predicate_type,
            "predicate": statement.predicate,
        }
    )


def read(payload: bytes, predicate_type: str) -> Statement:
    """Read a payload whose signature was checked before.

    Args:
        payload: The bytes that the signature covers.
        predicate_type: The only type that the caller can use.

    Raises:
        TrustError: The payload is not strict JSON (``MN427``), a field is missing, unknown or
            wrong (``MN429``), the predicate is of another type (``MN430``), or the bytes are not
            canonical (``MN428``).
    """
    try:
        value = parse(payload)
    except StrictJsonError as error:
        raise TrustError("MN427", line=error.line, column=error.column) from error
    fields = {"_type", "subject", "predicateType", "predicate"}
    if not isinstance(value, dict) or value.keys() != fields:
        raise TrustError("MN429", field="statement")
    if value["_type"] != STATEMENT_TYPE:
        raise TrustError("MN429", field="_type")
    if value["predicateType"] != predicate_type:
        raise TrustError("MN430", expected=predicate_type)
    if not isinstance(value["predicate"], dict):
        raise TrustError("MN429", field="predicate")
    statement = Statement(predicate_type, _subjects(value["subject"]), value["predicate"])
    try:
        rebuilt = build(statement)
    except ValueError as error:
        raise TrustError("MN428") from error
    if rebuilt != payload:
        raise TrustError("MN428")
    return statement


def _subjects(value: Any) -> tuple[Subject, ...]:
    if not isinstance(value, list) or not value:
        raise TrustError("MN429", field="subject")
    subjects = tuple(map(_subject, value))
    if len({subject.name for subject in subjects}) != len(subjects):
        raise TrustError("MN429", field="subject.name")
    return subjects


def _subject(value: Any) -> Subject:
    match value:
        case {"name": str(name), "digest": {"sha256": str(digest), **others}, **rest} if (
            not others and not rest and name and _SHA256.fullmatch(digest)
        ):
            return Subject(name, digest)
        case _:
            raise TrustError("MN429", field="subject.digest")
