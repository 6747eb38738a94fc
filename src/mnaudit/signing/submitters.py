"""Who may submit evidence, who may approve it, and what is a commit's signature worth?

A key is held against the date that the commit itself claims, as ``git verify-commit`` does. That
is a hint and no evidence: whoever has an expired key can set the clock back. What a *compromised*
key signed is therefore never good, whatever the commit says of its date.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mnaudit.model.provenance import CommitSignature
from mnaudit.signing.keys import load_public
from mnaudit.signing.sshsig import Outcome, check
from mnaudit.signing.trust_policy import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mnaudit.signing.commits import Commit
    from mnaudit.signing.keys import PublicKey
    from mnaudit.signing.trust_policy import TrustPolicy

__all__ = ["CommitVerdict", "SubmitterKey", "judge_commit", "submitters_of"]


@dataclass(frozen=True, slots=True)
class SubmitterKey:
    """A key that signs commits, and whose it is.

    Attributes:
        not_before: First instant at which it counts; None: always.
        not_after: Last instant at which it counts; None: for ever.
        revoked_at: From then on it does not count.
        compromised: It does not count at any time.
        submits: Its owner may submit evidence.
        reviews: Its owner may approve what others submit.
    """

    owner: str
    key: PublicKey
    not_before: datetime | None = None
    not_after: datetime | None = None
    revoked_at: datetime | None = None
    compromised: bool = False
    submits: bool = True
    reviews: bool = True


@dataclass(frozen=True, slots=True)
class CommitVerdict:
    """A commit's signature, judged.

    Attributes:
        signer: The owner of the key; only if the signature is good.
        fingerprint: Of the key that the signature names.
    """

    signature: CommitSignature
    signer: str | None = None
    fingerprint: str | None = None


def submitters_of(policy: TrustPolicy) -> tuple[SubmitterKey, ...]:
    """Return the keys of the roles ``submitter`` and ``reviewer``, in the order of the policy.

    The caller has checked who signed the policy.
    """
    submitters, reviewers = policy.keys_of(Role.SUBMITTER), policy.keys_of(Role.REVIEWER)
    return tuple(
        SubmitterKey(
            owner=key.owner,
            key=load_public(key.pem.encode()),
            not_before=key.not_before,
            not_after=key.not_after,
            revoked_at=key.revoked.at if key.revoked else None,
            compromised=key.revoked is not None and key.revoked.reason == "compromised",
            submits=fingerprint in submitters,
            reviews=fingerprint in reviewers,
        )
        for fingerprint, key in sorted(policy.keys.items())
        if fingerprint in {*submitters, *reviewers}
    )


def judge_commit(commit: Commit, keys: Sequence[SubmitterKey]) -> CommitVerdict:
    """Judge the signature of a commit by those keys.

    ``keys`` are the ones that have the right which is asked for: those that submit, or review.
    """
    if commit.signature is None:
        return CommitVerdict(CommitSignature.NONE)
    checked = check(commit.signature, commit.payload)
    fingerprint = None if checked.key is None else checked.key.fingerprint
    if checked.outcome is not Outcome.GOOD:
        return CommitVerdict(CommitSignature(checked.outcome.value), None, fingerprint)
    known = [key for key in keys if key.key.fingerprint == fingerprint]
    if not known:
        return CommitVerdict(CommitSignature.UNKNOWN_KEY, None, fingerprint)
    # A key may stand there twice, with an old window and a new one.
    found = {_at(key, commit.committed_at): key.owner for key in reversed(known)}
    for signature in (CommitSignature.REVOKED_KEY, CommitSignature.GOOD):
        if signature in found:
            signer = found[signature] if signature is CommitSignature.GOOD else None
            return CommitVerdict(signature, signer, fingerprint)
    return CommitVerdict(CommitSignature.EXPIRED_KEY, None, fingerprint)


def _at(key: SubmitterKey, at: datetime) -> CommitSignature:
    if key.compromised or (key.revoked_at is not None and at >= key.revoked_at):
        return CommitSignature.REVOKED_KEY
    early = key.not_before is not None and at < key.not_before
    late = key.not_after is not None and at > key.not_after
    return CommitSignature.EXPIRED_KEY if early or late else CommitSignature.GOOD
