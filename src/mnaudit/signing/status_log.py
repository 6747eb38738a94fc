"""Is this payload the next entry of that log? What the writer and the verifier of a log share.

An entry is the payload of a status, to the byte. It names its own index and the hash of the entry
before it, so that an entry cannot be edited, taken out or moved without all later ones changing.
That alone stops nobody who can sign: the checkpoint and its witnesses do.

Specification: ``docs/spec/log-v1.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final, TypeAlias

from mnaudit.errors import TrustError
from mnaudit.model.instant import instant_text, parse_instant
from mnaudit.signing import statement
from mnaudit.signing.merkle import leaf_hash
from mnaudit.signing.predicates import StatusPredicate, read_predicate

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Defect", "Entry", "day_in_japan", "follow_defects", "leaf_hashes", "read_entry"]

Defect: TypeAlias = tuple[str, dict[str, str | int]]
"""A code of ``messages`` and what the sentence shows."""

_JAPAN: Final = timedelta(hours=9)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that could be read.

    Attributes:
        index: Its place in the log, from 0, wherever it claims to be.
        sequence: The place that it claims.
        at: When it was judged, as it claims.
    """

    index: int
    payload: bytes
    status: StatusPredicate
    sequence: int
    at: datetime

    @property
    def sha256(self) -> str:
        """What the next entry must name, 64 hex digits."""
        return sha256(self.payload).hexdigest()


def read_entry(payload: bytes, index: int) -> Entry:
    """Read an entry.

    Raises:
        TrustError: It is not the payload of a status, or of one that was not logged (``MN462``).
    """
    try:
        said = statement.read(payload, statement.STATUS_TYPE)
        status = read_predicate(StatusPredicate, said.predicate)
    except TrustError as error:
        field = str(error.values.get("field", error.code))
        raise TrustError("MN462", entry=index, field=field) from error
    if status.sequence is None or status.time_verified is None:
        raise TrustError("MN462", entry=index, field="predicate.sequence")
    at = parse_instant(status.time_verified)
    if at is None:
        raise TrustError("MN462", entry=index, field="predicate.time_verified")
    return Entry(index, payload, status, status.sequence, at)


def follow_defects(entry: Entry, before: Entry | None) -> tuple[Defect, ...]:
    """Return what is wrong with an entry at its place.

    Args:
        entry: What stands there.
        before: The entry before it; None if there is none, or none that could be read.
    """
    found: list[Defect] = []
    if entry.sequence != entry.index:
        found.append(("MN463", {"entry": entry.index, "found": entry.sequence}))
    if entry.status.as_of > (today := day_in_japan(entry.at)):
        # Nobody can have judged a day that had not come.
        values = {"time": entry.status.as_of.isoformat(), "limit": today.isoformat()}
        found.append(("MN473", {"entry": entry.index, **values}))
    if before is None:
        return tuple(found)
    if entry.status.previous != before.sha256:
        found.append(("MN464", {"entry": entry.index}))
    if entry.at < before.at:
        times = {"time": instant_text(entry.at), "earlier": instant_text(before.at)}
        found.append(("MN465", {"entry": entry.index, **times}))
    mine, theirs = entry.status.organization, before.status.organization
    if mine.corporate_number != theirs.corporate_number:
        found.append(("MN462", {"entry": entry.index, "field": "predicate.organization"}))
    return tuple(found)


def leaf_hashes(payloads: Iterable[bytes]) -> tuple[bytes, ...]:
    """Return the leaves of the tree over a log."""
    return tuple(map(leaf_hash, payloads))


def day_in_japan(at: datetime) -> date:
    """Return the calendar day in Japan, which has no summer time."""
    try:
        return (at.astimezone(UTC) + _JAPAN).date()
    except OverflowError:  # the last hours of the year 9999, which anybody can claim
        return date.max
