"""Is this status an entry of the one history, seen by those who should have seen it? Log checks.

The proof comes with the bundle. Whose signatures count comes from the verifier's policy, and what
the log must be a continuation of comes from her own trust state: only those two make it more than
a claim of whoever holds the log key.

Specification: ``docs/spec/log-v1.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from mnaudit.errors import TrustError
from mnaudit.model.instant import instant_text, parse_instant
from mnaudit.model.periods import last_fresh
from mnaudit.signing import container, merkle
from mnaudit.signing.note import (
    Checkpoint,
    Note,
    cosigned_at,
    is_signed,
    read_checkpoint,
    read_note,
    with_signatures_of,
    write_note,
)
from mnaudit.signing.policy_defects import load_key, person
from mnaudit.signing.status_log import day_in_japan
from mnaudit.signing.time_authority import TrustedTime
from mnaudit.signing.tlog_proof import TlogProof, read_leaf_hashes, read_tlog_proof
from mnaudit.signing.trust_policy import Role
from mnaudit.verify.basis import NotAskedError, UndecidedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from mnaudit.signing.trust_policy import PolicyKey, TrustPolicy
    from mnaudit.verify.checks import Examination

__all__ = [
    "CLOCK_TOLERANCE",
    "LOGGING_TOLERANCE",
    "earliest",
    "log_continues",
    "log_entry",
    "log_signed",
    "log_witnessed",
    "refuse_backdated",
    "refuse_break",
    "require_log_key",
    "status_current",
    "witnesses_of",
]

CLOCK_TOLERANCE: Final = timedelta(minutes=10)
"""By how much two honest clocks may differ."""

LOGGING_TOLERANCE: Final = timedelta(days=1)
"""How much time an honest run may take from the judgement to its place in the log."""


@dataclass(frozen=True, slots=True)
class _Log:
    """The log as far as the bundle shows it."""

    proof: TlogProof
    note: Note
    checkpoint: Checkpoint
    hashes: tuple[bytes, ...]


def log_entry(on: Examination) -> None:
    """Find the signed bytes of the status in the log, at the place that they name."""
    log = _log(on)
    index = on.status.sequence
    if index is None or index != log.proof.index or index >= log.checkpoint.size:
        raise TrustError("MN471", entry=log.proof.index)
    if len(log.hashes) != log.checkpoint.size or merkle.root(log.hashes) != log.checkpoint.root:
        raise TrustError("MN466", size=log.checkpoint.size, count=len(log.hashes))
    # Also the path, although the hashes say it already: it is what other tools look at.
    if not merkle.verify_inclusion(
        leaf=merkle.leaf_hash(on.payloads[container.STATUS]),
        index=index,
        size=log.checkpoint.size,
        proof=log.proof.path,
        root=log.checkpoint.root,
    ):
        raise TrustError("MN471", entry=index)
    on.checkpoint = log.proof.note.decode()


def log_signed(on: Examination) -> None:
    """Find the signature of a log key of the policy on the checkpoint of the policy's log."""
    log, at = _log(on), _clock(on)
    seen = vouched(witnesses_of(on.policy, log.note, at), on.policy.demands.witnesses)
    require_log_key(on.policy, log.note, at if seen is None else seen.at)


def log_witnessed(on: Examination) -> None:
    """Count the owners of witness keys who saw this very checkpoint, each one once."""
    log, at = _log(on), _clock(on)
    found = witnesses_of(on.policy, log.note, at)
    if (own := _accepted(on)) is not None and own.text == log.note.text:
        # She may have cosigned it herself after the bundle was made.
        found = (*found, *witnesses_of(on.policy, own, at))
    _refuse_dated_after(on, found)
    if on.signed_at is None:
        # What is in a log that was seen existed then.
        on.signed_at = vouched(found, on.policy.demands.witnesses)
    owners = {person(each.owner) for each in found}
    needed = on.policy.demands.witnesses
    if len(owners) < needed:
        raise UndecidedError("MN470", found=len(owners), needed=needed)
    if not needed:
        raise NotAskedError("MN470", found=len(owners), needed=needed)


def log_continues(on: Examination) -> None:
    """Compare the log with the one that this verifier saw last: it may only have grown."""
    accepted = _accepted(on)
    if accepted is None:
        raise NotAskedError("MN474", missing="checkpoint")
    log, at = _log(on), _clock(on)
    seen = read_checkpoint(accepted)
    if on.basis.past and log.checkpoint.size < seen.size:
        # An older bundle has an older log; whether it is the beginning of the one seen is open.
        raise UndecidedError("MN468", size=log.checkpoint.size, accepted=seen.size)
    refuse_break(log.checkpoint, log.hashes, seen)
    # Her own cosignature is not in the bundle, and must not be forgotten.
    on.checkpoint = write_note(with_signatures_of(log.note, accepted)).decode()
    if on.status.sequence is not None and (claimed := _claimed(on)) is not None:
        witnesses = witnesses_of(on.policy, accepted, at)
        refuse_backdated(on.status.sequence, claimed, accepted, witnesses)


def status_current(on: Examination) -> None:
    """Compare the status with the verifier's clock: is it still about now?"""
    at = on.basis.at
    if at is None:
        raise NotAskedError("MN474", missing="--trust")
    today, status = day_in_japan(at), on.status
    entry, claimed = status.sequence or 0, _claimed(on)
    if claimed is not None and claimed > at + CLOCK_TOLERANCE:
        raise TrustError("MN473", entry=entry, **_later(claimed, at))
    if status.as_of > day_in_japan(at + CLOCK_TOLERANCE):
        # Dated forward: signed today, to look fresh in half a year.
        values = {"time": status.as_of.isoformat(), "limit": today.isoformat()}
        raise TrustError("MN473", entry=entry, **values)
    if on.basis.past:
        raise NotAskedError("MN018")
    limits = [] if status.valid_until is None else [status.valid_until]
    if on.basis.trust is not None:
        limits.append(last_fresh(status.as_of, on.policy.max_status_age))
    if limits and today > min(limits):
        as_of, limit = status.as_of.isoformat(), min(limits).isoformat()
        raise UndecidedError("MN472", as_of=as_of, limit=limit)


def require_log_key(policy: TrustPolicy, note: Note, at: datetime) -> None:
    """Demand the signature of a key that may sign the log, under the name of the log.

    Args:
        policy: Names the log and its keys.
        note: The checkpoint.
        at: When it existed: the time of the earliest witness, else the verifier's clock.

    Raises:
        UndecidedError: The policy names no log, or no key of one (``MN474``). Or the only
            signatures are by keys that did not count at ``at``; an honest log may have signed
            before (``MN467``).
        TrustError: It is another log's, or nobody entitled signed it (``MN467``).
    """
    origin, names = policy.log_origin, policy.keys_of(Role.LOG)
    if origin is None or not names:
        # Whoever kept a log before the policy knew of it did nothing wrong; but nobody vouches.
        raise UndecidedError("MN474", missing="log_origin" if origin is None else "roles.log")
    if read_checkpoint(note).origin != origin:
        raise TrustError("MN467", name=origin)
    keys = (policy.keys[fingerprint] for fingerprint in names)
    signed = [key for key in keys if is_signed(note, origin, load_key(key))]
    if not signed:
        raise TrustError("MN467", name=origin)
    if not any(_counts(key, at) for key in signed):
        raise UndecidedError("MN467", name=origin)


def witnesses_of(policy: TrustPolicy, note: Note, at: datetime) -> tuple[TrustedTime, ...]:
    """Return which witnesses of the policy saw a checkpoint, and when.

    A key counts if it was good at the time that it names. A stolen one can name any time, so it
    does not count at all.

    Raises:
        TrustError: A cosignature is wrong (``MN467``), or of a time to come (``MN473``).
    """
    found = []
    for fingerprint in policy.keys_of(Role.WITNESS):
        key = policy.keys[fingerprint]
        seen = cosigned_at(note, load_key(key))
        if seen is None:
            continue
        if seen > at + CLOCK_TOLERANCE:
            size, time = read_checkpoint(note).size, instant_text(seen)
            raise TrustError("MN473", entry=size - 1, time=time, limit=instant_text(at))
        if _counts(key, seen) and (key.revoked is None or key.revoked.reason == "superseded"):
            found.append(TrustedTime(seen, "witness", key.owner))
    return tuple(found)


def earliest(times: Iterable[TrustedTime]) -> TrustedTime | None:
    """Return the best upper bound: the checkpoint existed then."""
    return min(times, key=lambda each: each.at, default=None)


def vouched(times: Iterable[TrustedTime], needed: int) -> TrustedTime | None:
    """Return the time that enough witnesses vouch for, each owner counted once.

    A policy that asks for k witnesses expects that k - 1 of them may lie. So the earliest time is
    worth nothing: it may be the one by which a thief dates himself back before his theft.
    """
    firsts: dict[str, TrustedTime] = {}
    for each in sorted(times, key=lambda each: each.at):
        firsts.setdefault(person(each.owner), each)
    ordered = list(firsts.values())
    place = max(1, needed) - 1
    return ordered[place] if place < len(ordered) else None


def refuse_break(new: Checkpoint, hashes: Sequence[bytes], accepted: Checkpoint) -> None:
    """Demand that a log is the continuation of the one that was accepted.

    Args:
        new: The checkpoint of the log, whose root over ``hashes`` was checked.
        hashes: Of all its entries.
        accepted: From the verifier's own state.

    Raises:
        TrustError: It is shorter (``MN468``: rolled back or cut off), or has another past
            (``MN469``: edited, reordered or forked).
    """
    if new.origin != accepted.origin:
        raise TrustError("MN467", name=accepted.origin)
    if new.size < accepted.size:
        raise TrustError("MN468", size=new.size, accepted=accepted.size)
    if merkle.root(hashes[: accepted.size]) != accepted.root:
        raise TrustError("MN469", size=new.size, accepted=accepted.size)


def refuse_backdated(
    index: int, claimed: datetime, accepted: Note, seen: Iterable[TrustedTime]
) -> None:
    """Demand that an entry which was not there at a known time does not claim an earlier one.

    Args:
        index: Of the entry.
        claimed: When it was judged, as it says.
        accepted: The checkpoint that was seen before.
        seen: When witnesses saw that checkpoint.

    Raises:
        TrustError: The entry came later than it says (``MN465``).
    """
    if index < read_checkpoint(accepted).size:
        return
    latest = max((each.at for each in seen), default=None)
    if latest is not None and claimed < latest - LOGGING_TOLERANCE:
        times = {"time": instant_text(claimed), "earlier": instant_text(latest)}
        raise TrustError("MN465", entry=index, **times)


def _log(on: Examination) -> _Log:
    """Read what the bundle shows of the log.

    Raises:
        NotAskedError: It shows nothing, and nothing calls for a log (``MN474``).
        UndecidedError: It shows nothing, but the policy demands a log, or there was one when this
            verifier looked last (``MN474``).
        TrustError: A member is alone or not written as specified.
    """
    entries = on.archive.entries
    missing = [name for name in (container.LOG_PROOF, container.LOG_HASHES) if name not in entries]
    if len(missing) == 1:
        raise TrustError("MN461", member=missing[0], field="-")
    if missing:
        raise (UndecidedError if _is_due(on) else NotAskedError)(
            "MN474", missing=container.LOG_PROOF
        )
    proof = read_tlog_proof(on.archive.read(container.LOG_PROOF))
    note = read_note(proof.note)
    hashes = read_leaf_hashes(on.archive.read(container.LOG_HASHES))
    return _Log(proof, note, read_checkpoint(note), hashes)


def _is_due(on: Examination) -> bool:
    """Tell whether a bundle must show a log: else whoever holds one back would gain by it."""
    trust = on.basis.trust
    if trust is None:
        return False
    # A policy that could not be used demands nothing, and excuses nothing.
    return trust.checkpoint is not None or "policy" not in on.passed or on.policy.demands.log


def _clock(on: Examination) -> datetime:
    """Return the verifier's clock, with which there is a policy too.

    Raises:
        NotAskedError: The verification rests on a pin alone: nobody said whose log counts.
    """
    if on.basis.trust is None or on.basis.at is None:
        raise NotAskedError("MN474", missing="--trust")
    return on.basis.at


def _accepted(on: Examination) -> Note | None:
    """Return the checkpoint that this verifier saw last."""
    if on.basis.trust is None or on.basis.trust.checkpoint is None:
        return None
    return read_note(on.basis.trust.checkpoint.encode())


def _refuse_dated_after(on: Examination, seen: Sequence[TrustedTime]) -> None:
    """Refuse a status that claims to be later than the moment when it was seen."""
    first, claimed = earliest(seen), _claimed(on)
    if first is not None and claimed is not None and claimed > first.at + CLOCK_TOLERANCE:
        raise TrustError("MN473", entry=on.status.sequence or 0, **_later(claimed, first.at))


def _claimed(on: Examination) -> datetime | None:
    """Return when the status says that it was judged; it says so only if it is logged.

    Raises:
        TrustError: No calendar has that time (``MN462``).
    """
    text = on.status.time_verified
    if text is None:
        return None
    at = parse_instant(text)
    if at is None:
        entry = on.status.sequence or 0
        raise TrustError("MN462", entry=entry, field="predicate.time_verified")
    return at


def _later(claimed: datetime, limit: datetime) -> dict[str, str]:
    return {"time": instant_text(claimed), "limit": instant_text(limit)}


def _counts(key: PolicyKey, at: datetime) -> bool:
    """Tell whether a key was good at a time that somebody else vouches for."""
    return (
        (key.not_before is None or key.not_before <= at)
        and (key.not_after is None or at <= key.not_after)
        and (key.revoked is None or at < key.revoked.at)
    )
