"""Redactions (墨消し): which evidence was taken out, why, and which statuses once rested on it.

The twin of ``schema/redactions.schema.json``. A tombstone takes the place of a file that held an
Individual Number (個人番号). It names the removed bytes by a salted commitment and never by a plain
hash: where only the number is unknown, 10^11 tries give it away (``docs/redaction.md``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mnaudit.model.base import Sha256  # noqa: TC001 - pydantic evaluates it
from mnaudit.model.evidence import (
    Closed,
    CorporateNumber,
    Day,
    EditorSchema,
    Integer,
    Listed,
    Paragraph,
    Person,
)

__all__ = [
    "Commitment",
    "CoveredStatus",
    "Head",
    "LeafPlace",
    "Redaction",
    "RedactionFile",
    "Redactions",
    "Rewrite",
]

_Path = Annotated[
    str,
    StringConstraints(
        max_length=300,
        pattern=(
            r'^[^./\\:*?"<>|\x00-\x1f][^/\\:*?"<>|\x00-\x1f]*'
            r'(?:/[^./\\:*?"<>|\x00-\x1f][^/\\:*?"<>|\x00-\x1f]*)*$'
        ),
    ),
]
_ObjectId = Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
_Ref = Annotated[str, StringConstraints(max_length=300, pattern=r"^refs/[^ ~:?*\x00-\x1f]+$")]
_Index = Annotated[Integer, Field(ge=0, le=1_000_000)]


class Commitment(Closed):
    """What binds a tombstone to the removed bytes: a leaf of ``mnaudit.signing.leaf``.

    Whoever has the bytes and the salt can show that they belong together; whoever has the
    commitment alone cannot try out contents.

    Attributes:
        format: How the leaf is made.
        hash: Its hash, 64 hex digits.
    """

    format: Literal["mnaudit-leaf/v1"]
    hash: Sha256


class LeafPlace(Closed):
    """The removed file in the tree of one signed manifest.

    Attributes:
        index: Of its leaf.
        size: The number of leaves.
        hash: Of the leaf; salted.
        proof: The way from there to the root that the status names (RFC 9162 §2.1.3.1).
    """

    index: _Index
    size: Annotated[Integer, Field(ge=1, le=1_000_000)]
    hash: Sha256
    proof: Annotated[Listed[Sha256], Field(max_length=20)]


class CoveredStatus(Closed):
    """A signed status that rested on the removed file.

    Attributes:
        payload_sha256: Of the payload of the status: this names it.
        sequence: Its place in the log, if it was logged.
        as_of: The day that it judges.
        leaf: Where the file stood; absent where only the commit tells that it was there.
    """

    payload_sha256: Sha256
    as_of: Day
    sequence: _Index | None = None
    leaf: LeafPlace | None = None


class Head(Closed):
    """A branch or tag before and after the history was rewritten."""

    ref: _Ref
    old: _ObjectId
    new: _ObjectId


class Rewrite(Closed):
    """How the history was rewritten.

    Attributes:
        on: The day.
        heads: What was where; from the ``ref-map`` of ``git filter-repo``.
    """

    on: Day
    heads: Annotated[Listed[Head], Field(max_length=1000)]


class Redaction(Closed):
    """One tombstone.

    Attributes:
        path: The removed file, relative to the evidence folder; with ``name_withheld`` only the
            folder, because the name itself held a number.
        kind: What it was evidence of; absent for an attachment and where nobody can tell.
        declared_by: The documents that declared it, if it was an attachment.
        discovered_on: When any unit of the organization knew: day 1 of every deadline.
        requested_by: Who wants it removed; never the approver.
        approved_by: Who approved it.
        commitment: What binds all this to the removed bytes.
        statuses: Which signed statuses rested on it.
        rewritten: How the history was rewritten, once it was.
        replaced_by: A clean document that says the same without the number.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{2,79}$")]
    path: _Path
    name_withheld: Literal[True] | None = None
    role: Literal["document", "attachment"]
    kind: (
        Annotated[str, StringConstraints(pattern=r"^[a-z]+(?:-[a-z]+)*$", max_length=60)] | None
    ) = None
    declared_by: Annotated[Listed[_Path], Field(min_length=1, max_length=200)] | None = None
    reason: Paragraph
    discovered_on: Day
    redacted_on: Day
    requested_by: Person
    approved_by: Person
    commitment: Commitment | None = None
    statuses: Annotated[Listed[CoveredStatus], Field(max_length=1000)]
    rewritten: Rewrite | None = None
    replaced_by: _Path | None = None

    @property
    def is_in_place(self) -> bool:
        """Whether the clean file has the name of the removed one."""
        return self.replaced_by == self.path and self.name_withheld is None


class Redactions(Closed):
    """``evidence/redactions.yaml``."""

    editor_schema: EditorSchema | None = Field(default=None, alias="$schema")
    organization: CorporateNumber
    redactions: Annotated[Listed[Redaction], Field(max_length=500)]


@dataclass(frozen=True, slots=True)
class RedactionFile:
    """The tombstones of an evidence folder, with the digest of their file."""

    path: str
    sha256: str
    redactions: tuple[Redaction, ...]
