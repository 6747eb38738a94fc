"""Is this whole log one unbroken history, and is anything missing from it? All defects at once.

A defect (``MN46x``) says that the log was changed or never was right. A gap (``MN068``, ``MN069``)
says that something may have been left out: a log proves what was appended, never that everything
was. Both are named by the entry that they are about.

Specification: ``docs/spec/log-v1.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mnaudit.errors import TrustError
from mnaudit.model.instant import instant_text
from mnaudit.model.periods import last_fresh
from mnaudit.model.problem import Problem, problem
from mnaudit.signing import merkle
from mnaudit.signing.note import Checkpoint, Note, is_signed, read_checkpoint, read_note
from mnaudit.signing.status_log import (
    Entry,
    day_in_japan,
    follow_defects,
    leaf_hashes,
    read_entry,
)
from mnaudit.verify.history import (
    CLOCK_TOLERANCE,
    earliest,
    refuse_backdated,
    refuse_break,
    require_log_key,
    witnesses_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from mnaudit.model.problem import Value
    from mnaudit.signing.keys import PublicKey
    from mnaudit.signing.time_authority import TrustedTime
    from mnaudit.signing.trust_policy import TrustPolicy

__all__ = [
    "CHECKPOINT",
    "Authority",
    "Chain",
    "Renamed",
    "check_chain",
    "coverage",
    "entry_name",
    "gaps",
    "renamed",
    "uncovered",
]

CHECKPOINT: Final = "checkpoint"


@dataclass(frozen=True, slots=True)
class Authority:
    """Whose signatures count, from somewhere else than the log.

    Attributes:
        origin: The name of the log; None takes the one that the checkpoint states.
        keys: The keys of the log, for those who have no policy.
        policy: The trust policy; takes the place of ``origin`` and ``keys``.
        accepted: The signed note of this log that the verifier saw last.
    """

    origin: str | None = None
    keys: tuple[PublicKey, ...] = ()
    policy: TrustPolicy | None = None
    accepted: str | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """A log that was read.

    Attributes:
        entries: Those that could be read, in their order.
        note: The signed checkpoint, if it could be read.
        witnesses: Who saw this checkpoint, and when.
        problems: Everything that is wrong with the log, in the order of the entries; the
            checkpoint comes last.
    """

    entries: tuple[Entry, ...]
    note: Note | None
    checkpoint: Checkpoint | None
    witnesses: tuple[TrustedTime, ...]
    problems: tuple[Problem, ...]


def check_chain(
    payloads: Sequence[bytes], note: bytes, authority: Authority, *, at: datetime
) -> Chain:
    """Check a whole log.

    Args:
        payloads: The entries, in the order of the log.
        note: The signed checkpoint.
        authority: Whose signatures count. With neither keys nor policy the signature of the log
            is reported as missing.
        at: The verifier's clock.
    """
    problems: list[Problem] = []
    entries: list[Entry] = []
    before: Entry | None = None
    for index, payload in enumerate(payloads):
        try:
            entry = read_entry(payload, index)
        except TrustError as error:
            problems.append(_problem(error.code, entry_name(index), error.values))
            before = None
            continue
        problems += [
            _problem(code, entry_name(index), values)
            for code, values in follow_defects(entry, before)
        ]
        if entry.at > at + CLOCK_TOLERANCE:
            times = {"time": instant_text(entry.at), "limit": instant_text(at)}
            problems.append(_problem("MN473", entry_name(index), {"entry": index, **times}))
        entries.append(entry)
        before = entry
    try:
        signed = read_note(note)
        found = read_checkpoint(signed)
    except TrustError as error:
        problems.append(_problem(error.code, CHECKPOINT, error.values))
        return Chain(tuple(entries), None, None, (), tuple(problems))
    head = _Head(tuple(entries), leaf_hashes(payloads), authority, at, signed, found)
    problems += head.problems()
    return Chain(head.entries, signed, found, head.witnesses, tuple(problems))


def gaps(
    entries: Sequence[Entry], max_gap: str, at: datetime, *, first: int = 0
) -> tuple[Problem, ...]:
    """Return where too much time lies between two entries, or since the last one.

    Args:
        entries: Of one log.
        max_gap: An ISO 8601 period.
        at: The verifier's clock.
        first: The index from which to look, if the rest was looked at before.
    """
    days = [(entry.index, day_in_japan(entry.at)) for entry in entries if entry.index >= first]
    ends = [*(day for _, day in days[1:]), day_in_japan(at)]
    return tuple(
        problem(
            "MN068",
            entry_name(index),
            entry=index,
            start=start.isoformat(),
            end=end.isoformat(),
            limit=max_gap,
        )
        for (index, start), end in zip(days, ends, strict=False)
        if end > last_fresh(start, max_gap)
    )


@dataclass(frozen=True, slots=True)
class Renamed:
    """Commits that got new ids when a history was rewritten (``docs/redaction.md``).

    Attributes:
        commits: Those of the new history that no entry names, newest first.
        before: How many commits the log names that are not in the new history.
    """

    commits: tuple[str, ...]
    before: int

    @property
    def is_accounted(self) -> bool:
        """Whether there was a status for as many commits as there are new names."""
        return self.before >= len(self.commits)


def renamed(entries: Sequence[Entry], commits: Sequence[str], heads: Collection[str]) -> Renamed:
    """Return which commits without a status may be older ones under new ids.

    Args:
        entries: Of one log.
        commits: As for :func:`uncovered`, newest first.
        heads: The ids of rewritten heads after the rewriting, as tombstones say. Whoever keeps the
            repository says so, as he says which commits there are.
    """
    places = [commits.index(head) for head in heads if head in commits]
    left = uncovered(entries, commits[min(places, default=len(commits)) :])
    named = {entry.status.git.commit for entry in entries if entry.status.git is not None}
    return Renamed(left, len(named.difference(commits)))


def coverage(
    entries: Sequence[Entry], commits: Sequence[str], heads: Collection[str] = ()
) -> tuple[Problem, ...]:
    """Return one problem if commits were left out; see :func:`uncovered`.

    Commits of a rewritten history are not left out if the log has as many statuses for commits
    that are gone; see :func:`renamed`.
    """
    new = renamed(entries, commits, heads)
    told = frozenset(new.commits if new.is_accounted else ())
    left = [commit for commit in uncovered(entries, commits) if commit not in told]
    if not left:
        return ()
    return (problem("MN069", CHECKPOINT, count=len(left), total=len(commits), commit=left[0]),)


def uncovered(entries: Sequence[Entry], commits: Collection[str]) -> tuple[str, ...]:
    """Return the commits that no entry is about, in the order given.

    Args:
        entries: Of one log.
        commits: The commits that should have been judged, such as those of the main branch.
    """
    named = {entry.status.git.commit for entry in entries if entry.status.git is not None}
    return tuple(commit for commit in commits if commit not in named)


def _problem(code: str, path: str, values: Mapping[str, Value]) -> Problem:
    return Problem(path, 0, 0, code, tuple(sorted(values.items())))


def entry_name(index: int) -> str:
    """Return the path of an entry in the folder of the log."""
    return f"entries/{index:06d}.json"


@dataclass(slots=True)
class _Head:
    """The checkpoint, held against the entries."""

    entries: tuple[Entry, ...]
    hashes: tuple[bytes, ...]
    authority: Authority
    at: datetime
    note: Note
    checkpoint: Checkpoint
    witnesses: tuple[TrustedTime, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """Make all checks; later ones go on when earlier ones failed."""
        looks = (self._compare, self._own, self._see, self._require_signature, self._continue)
        for look in looks:
            try:
                look()
            except TrustError as error:
                yield _problem(error.code, CHECKPOINT, error.values)

    def _compare(self) -> None:
        """Demand a checkpoint over exactly these entries."""
        size = self.checkpoint.size
        if size != len(self.hashes) or merkle.root(self.hashes) != self.checkpoint.root:
            raise TrustError("MN466", size=size, count=len(self.hashes))

    def _own(self) -> None:
        """Demand the history of the organization of the policy, not of another one."""
        policy, first = self.authority.policy, next(iter(self.entries), None)
        if policy is None or first is None:
            return
        if first.status.organization.corporate_number != policy.organization.corporate_number:
            raise TrustError("MN462", entry=first.index, field="predicate.organization")

    def _see(self) -> None:
        """Find the witnesses, none of whom can have seen what was judged later."""
        if self.authority.policy is None:
            return
        self.witnesses = witnesses_of(self.authority.policy, self.note, self.at)
        first = earliest(self.witnesses)
        if first is None:
            return
        late = (entry for entry in self.entries if entry.at > first.at + CLOCK_TOLERANCE)
        if (entry := next(late, None)) is not None:
            times = {"time": instant_text(entry.at), "limit": instant_text(first.at)}
            raise TrustError("MN473", entry=entry.index, **times)

    def _require_signature(self) -> None:
        """Demand the signature of a key that may sign this log."""
        policy, origin = self.authority.policy, self.authority.origin or self.checkpoint.origin
        if policy is not None:
            first = earliest(self.witnesses)
            require_log_key(policy, self.note, self.at if first is None else first.at)
        elif self.checkpoint.origin != origin or not any(
            is_signed(self.note, origin, key) for key in self.authority.keys
        ):
            raise TrustError("MN467", name=origin)

    def _continue(self) -> None:
        """Demand that the log has only grown since it was seen last."""
        if self.authority.accepted is None:
            return
        accepted = read_note(self.authority.accepted.encode())
        # By the entries that are there: a checkpoint that is too large was reported before.
        here = Checkpoint(self.checkpoint.origin, len(self.hashes), self.checkpoint.root)
        refuse_break(here, self.hashes, read_checkpoint(accepted))
        if self.authority.policy is not None:
            seen = witnesses_of(self.authority.policy, accepted, self.at)
            for entry in self.entries:
                refuse_backdated(entry.index, entry.at, accepted, seen)
