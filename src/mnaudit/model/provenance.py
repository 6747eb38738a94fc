"""Where does a file come from? Commit, author, signature and approval, as git tells them.

All of it is claims: whoever can rewrite the history can rewrite them, and the time of a commit is
what its author's clock said. A signature shows that a key was used, not when.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import StringConstraints

from mnaudit.model.base import Model, Sha256

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mnaudit.model.problem import Problem

__all__ = [
    "Approval",
    "CommitId",
    "CommitSignature",
    "FileProvenance",
    "Person",
    "Provenance",
    "Remark",
    "RepositoryProvenance",
]

CommitId = Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
"""The id of a git object, SHA-1 or SHA-256."""


class CommitSignature(StrEnum):
    """What the signature of a commit is worth; only ``good`` says whose it is.

    ``unsupported`` is a signature that is not looked into: OpenPGP, X.509, RSA, security keys.
    """

    GOOD = "good"
    BAD = "bad"
    NONE = "none"
    UNKNOWN_KEY = "unknown-key"
    EXPIRED_KEY = "expired-key"
    REVOKED_KEY = "revoked-key"
    UNSUPPORTED = "unsupported"


class Approval(StrEnum):
    """How an approval is known: by the reviewer's signature, or by what a commit says."""

    SIGNED = "signed"
    CLAIMED = "claimed"


class Person(Model):
    """Who a commit says that somebody is. Not verified by anyone."""

    name: str
    mail: str


class FileProvenance(Model):
    """The commit that brought the present bytes of a file, and who stands behind it.

    Attributes:
        commit: The commit that brought them; a merge only if the merge itself changed them.
        author: As the commit says.
        signature: Of that commit, judged by the keys of the submitters.
        signer: Who has the key; only if the signature is ``good``.
        fingerprint: SHA-256 of the key (SPKI), if there is a readable one.
        approver: Who brought the commit onto the evaluated branch, or approved that.
        approval: How the approver is known; None without an approver.
        four_eyes: Whether submitter and approver are two persons; None without an approver.
    """

    commit: CommitId
    author: Person
    signature: CommitSignature
    signer: str | None = None
    fingerprint: Sha256 | None = None
    approver: str | None = None
    approval: Approval | None = None
    four_eyes: bool | None = None


class Remark(Model):
    """Something that keeps a provenance from being known.

    Attributes:
        code: A code of ``messages``, MN072 to MN081.
        paths: The files that it is about, sorted; empty if it is about the whole repository.
    """

    code: str
    paths: tuple[str, ...] = ()


class RepositoryProvenance(Model):
    """The state of the repository that the evidence folder stands in.

    Attributes:
        commit: What was checked out (HEAD).
        shallow: A part of the history is not there.
        dirty: An evidence file differs from ``commit``, is not in it, or is missing.
        remarks: Sorted by code.
    """

    commit: CommitId
    object_format: Literal["sha1", "sha256"]
    shallow: bool = False
    dirty: bool = False
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """Everything that git tells about an evidence folder.

    Attributes:
        repository: None if the folder is in no repository, or git could not be asked.
        files: By path, relative to the evidence folder; a file without one has a remark.
        remarks: Those of the repository, or why there is none.
        problems: Traps of git that keep the evidence from being signed.
    """

    repository: RepositoryProvenance | None = None
    files: Mapping[str, FileProvenance] = field(default_factory=lambda: MappingProxyType({}))
    remarks: tuple[Remark, ...] = ()
    problems: tuple[Problem, ...] = ()

    def reason(self, path: str) -> str:
        """Return the code of the remark that says why a file has no provenance.

        A remark about the file is told before one about the whole repository.
        """
        about = (remark.code for remark in self.remarks if path in remark.paths)
        whole = (remark.code for remark in self.remarks if not remark.paths)
        return next(about, None) or next(whole)
