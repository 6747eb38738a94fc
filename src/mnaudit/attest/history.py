"""Where does this status stand in the history? The next entry of the log, and its checkpoint.

The key of the log is another one than that of the statuses: a thief of either key alone cannot
write a history that a verifier accepts. What was appended before must fit its checkpoint, or
nothing is appended.

Specification: ``docs/spec/log-v1.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from mnaudit.attest.status import Logged
from mnaudit.errors import ConfigurationError, TrustError
from mnaudit.model.instant import instant_text
from mnaudit.signing import merkle
from mnaudit.signing.container import LOG_HASHES, LOG_PROOF
from mnaudit.signing.note import (
    MAX_SIZE,
    Checkpoint,
    Note,
    is_signed,
    read_checkpoint,
    read_note,
    sign,
    write_checkpoint,
    write_note,
)
from mnaudit.signing.status_log import follow_defects, leaf_hashes, read_entry
from mnaudit.signing.tlog_proof import TlogProof, write_leaf_hashes, write_tlog_proof

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mnaudit.signing.keys import PublicKey, Signer

__all__ = ["LogKeys", "extended", "log_members", "origin_of", "place"]


@dataclass(frozen=True, slots=True)
class LogKeys:
    """Who signs what.

    Attributes:
        log: Signs the checkpoint; Ed25519.
        status: Signs the status; not the key of the log.
        former: Keys of the log that were replaced; the checkpoint before may be by one of them.
    """

    log: Signer
    status: PublicKey
    former: tuple[PublicKey, ...] = ()


def origin_of(corporate_number: str) -> str:
    """Return the name of the log of an organization, unless its policy gives another."""
    return f"{corporate_number}/mnaudit/status"


def place(payloads: Sequence[bytes], at: datetime) -> Logged:
    """Return what the next status must say about its place in the log.

    Args:
        payloads: All entries so far, in their order.
        at: When it is judged.
    """
    previous = sha256(payloads[-1]).hexdigest() if payloads else None
    return Logged(len(payloads), previous, instant_text(at))


def extended(
    payloads: Sequence[bytes], checkpoint: bytes | None, payload: bytes, origin: str, keys: LogKeys
) -> bytes:
    """Return the signed checkpoint of the log with one more entry.

    Args:
        payloads: All entries so far.
        checkpoint: Their signed checkpoint; None if there are no entries.
        payload: The status to append.
        origin: The name of the log.
        keys: Who signs.

    Raises:
        ConfigurationError: The key of the log cannot be it (``MN066``).
        TrustError: The log is not what its checkpoint says (``MN466``), is another one, or was not
            signed by this key (``MN467``), or the status does not follow (``MN462`` to ``MN465``,
            ``MN473``).
    """
    if keys.log.public.fingerprint == keys.status.fingerprint:
        # Else the thief of one key could write both.
        raise ConfigurationError("MN066", fingerprint=keys.status.fingerprint)
    if len(payloads) == MAX_SIZE:
        raise TrustError("MN466", size=MAX_SIZE, count=MAX_SIZE)
    _require_whole(payloads, checkpoint, origin, keys)
    before = read_entry(payloads[-1], len(payloads) - 1) if payloads else None
    for code, values in follow_defects(read_entry(payload, len(payloads)), before):
        raise TrustError(code, **values)
    hashes = leaf_hashes([*payloads, payload])
    text = write_checkpoint(Checkpoint(origin, len(hashes), merkle.root(hashes)))
    return write_note(Note(text, (sign(text, origin, keys.log),)))


def log_members(payloads: Sequence[bytes], index: int, checkpoint: bytes) -> dict[str, bytes]:
    """Return the members of a bundle that show the place of its status in the log.

    Args:
        payloads: All entries up to the checkpoint.
        index: Of the status.
        checkpoint: The signed note, with the cosignatures that are known.

    Raises:
        TrustError: The checkpoint is not over these entries (``MN466``).
    """
    hashes = leaf_hashes(payloads)
    _require_checkpoint(hashes, read_checkpoint(read_note(checkpoint)))
    proof = TlogProof(index, merkle.inclusion_proof(hashes, index), checkpoint)
    return {LOG_PROOF: write_tlog_proof(proof), LOG_HASHES: write_leaf_hashes(hashes)}


def _require_whole(
    payloads: Sequence[bytes], checkpoint: bytes | None, origin: str, keys: LogKeys
) -> None:
    """Refuse to sign over a log that somebody changed."""
    if checkpoint is None:
        if payloads:
            raise TrustError("MN466", size=0, count=len(payloads))
        return
    note = read_note(checkpoint)
    found = read_checkpoint(note)
    _require_checkpoint(leaf_hashes(payloads), found)
    known = (keys.log.public, *keys.former)
    if found.origin != origin or not any(is_signed(note, origin, key) for key in known):
        raise TrustError("MN467", name=origin)


def _require_checkpoint(hashes: Sequence[bytes], found: Checkpoint) -> None:
    if len(hashes) != found.size or merkle.root(hashes) != found.root:
        raise TrustError("MN466", size=found.size, count=len(hashes))
