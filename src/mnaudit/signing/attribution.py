"""Who submitted a file, who approved it, and are they two persons (四つの目)?

The submitter is the signer of the commit that brought the file, else its author. The approver is
who brought that commit onto the evaluated branch by a merge: the merge's signer, a trailer
``Reviewed-by`` or ``Approved-by`` of it, or its author. Without signatures all of that is claimed,
and anyone can claim to be anyone: :class:`~mnaudit.model.provenance.Approval` tells the two apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mnaudit.model.provenance import Approval, CommitSignature, FileProvenance
from mnaudit.signing.strict_json import fold
from mnaudit.signing.submitters import judge_commit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mnaudit.model.provenance import Person
    from mnaudit.signing.commits import Commit
    from mnaudit.signing.submitters import SubmitterKey

__all__ = ["attribute"]


@dataclass(frozen=True, slots=True)
class _Identity:
    """Somebody, by everything that he goes by.

    Attributes:
        shown: For people.
        owner: Of the key, if a signature tells; a signature outweighs every name.
        names: Folded names and addresses.
    """

    shown: str
    owner: str | None
    names: frozenset[str]

    def is_other(self, other: _Identity) -> bool:
        """Tell whether these are surely two: two owners of keys, or nothing in common."""
        if self.owner is not None and other.owner is not None:
            return fold(self.owner) != fold(other.owner)
        return not self.names & other.names


def attribute(commit: Commit, brought: Commit, keys: Sequence[SubmitterKey]) -> FileProvenance:
    """Say where a file comes from.

    Args:
        commit: The commit that brought its present bytes.
        brought: The commit of the first-parent line that brought ``commit`` onto the branch: a
            merge, or ``commit`` itself.
        keys: Who may submit and approve.
    """
    verdict = judge_commit(commit, [key for key in keys if key.submits])
    submitter = _somebody(commit.author, verdict.signer)
    candidates = list(_candidates(brought, keys))
    # A second person is looked for, and a signature before a claim.
    candidates.sort(key=lambda at: (not at.is_other(submitter), at.owner is None))
    approver = candidates[0] if candidates else None
    return FileProvenance(
        commit=commit.id,
        author=commit.author,
        signature=verdict.signature,
        signer=verdict.signer,
        fingerprint=verdict.fingerprint,
        approver=None if approver is None else approver.shown,
        approval=None if approver is None else _approval(approver),
        four_eyes=None if approver is None else approver.is_other(submitter),
    )


def _candidates(brought: Commit, keys: Sequence[SubmitterKey]) -> Iterator[_Identity]:
    """Yield who may have approved."""
    verdict = judge_commit(brought, [key for key in keys if key.reviews])
    if verdict.signature is CommitSignature.BAD:
        # Changed after it was signed: nothing that it says counts.
        return
    is_merge = len(brought.parents) > 1
    if verdict.signer is not None and is_merge:
        yield _somebody(brought.author, verdict.signer)
    for person in brought.approvers:
        yield _somebody(person, None)
    if verdict.signer is None and is_merge:
        yield _somebody(brought.author, None)


def _approval(approver: _Identity) -> Approval:
    return Approval.CLAIMED if approver.owner is None else Approval.SIGNED


def _somebody(person: Person, owner: str | None) -> _Identity:
    names = {fold(name) for name in (person.name, person.mail, owner) if name}
    shown = owner if owner is not None else f"{person.name} <{person.mail}>".strip()
    return _Identity(shown, owner, frozenset(names))
