"""Is this entry in the log, for somebody who does not have the log? Proofs that travel.

``log/status.tlog-proof`` is the checkpoint with the way from one entry to its root;
``log/leaf-hashes`` has the hashes of all entries, without saying anything about what is in them, so
that a verifier can compare this log with the one she saw before.

Both are read strictly: one value, one spelling. Nothing is verified here.
Source: c2sp.org/tlog-proof, without the optional ``extra`` line, which nobody signs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mnaudit.errors import TrustError
from mnaudit.signing.container import LOG_HASHES, LOG_PROOF
from mnaudit.signing.note import MAX_SIZE, decode_hash, encode

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "TlogProof",
    "read_leaf_hashes",
    "read_tlog_proof",
    "write_growth",
    "write_leaf_hashes",
    "write_tlog_proof",
]

_MAGIC: Final = "c2sp.org/tlog-proof@v1"
_MAX_STEPS: Final = 20  # 2^20 entries are more than a log holds
_MAX_HEAD: Final = 2048
_LINE_CHARS: Final = 45  # the base64 of 32 bytes, and a line feed

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class TlogProof:
    """The claim that an entry is in a log.

    Attributes:
        index: Of the entry, from 0.
        path: Its siblings on the way to the root.
        note: The signed checkpoint, verbatim.
    """

    index: int
    path: tuple[bytes, ...]
    note: bytes


def write_tlog_proof(proof: TlogProof) -> bytes:
    """Return the bytes of the file."""
    return f"{_MAGIC}\nindex {proof.index}\n{_lines(proof.path)}\n".encode() + proof.note


def read_tlog_proof(data: bytes) -> TlogProof:
    """Read a proof.

    Raises:
        TrustError: It is not written as the specification says (``MN461``).
    """
    head, separator, note = data.partition(b"\n\n")
    if not separator or len(head) > _MAX_HEAD or not head.isascii():
        raise _malformed(LOG_PROOF, "lines")
    magic, *rest = head.decode("ascii").split("\n")
    if magic != _MAGIC:
        raise _malformed(LOG_PROOF, "version")
    index = _INDEX.fullmatch(rest[0]) if rest else None
    if index is None:
        # Also the line `extra`.
        raise _malformed(LOG_PROOF, "index")
    if len(rest) - 1 > _MAX_STEPS:
        raise _malformed(LOG_PROOF, "path")
    try:
        path = tuple(map(decode_hash, rest[1:]))
    except ValueError as error:
        raise _malformed(LOG_PROOF, "path") from error
    return TlogProof(int(index[1]), path, note)


def write_leaf_hashes(hashes: Iterable[bytes]) -> bytes:
    """Return the bytes of the file: one hash in a line, in the order of the log."""
    return _lines(hashes).encode()


def read_leaf_hashes(data: bytes) -> tuple[bytes, ...]:
    """Read the hashes of all entries.

    Raises:
        TrustError: It is not written so (``MN461``).
    """
    if not data or len(data) > MAX_SIZE * _LINE_CHARS or not data.isascii() or data[-1:] != b"\n":
        raise _malformed(LOG_HASHES, "lines")
    try:
        return tuple(map(decode_hash, data[:-1].decode("ascii").split("\n")))
    except ValueError as error:
        raise _malformed(LOG_HASHES, "hash") from error


def write_growth(old_size: int, proof: Iterable[bytes], note: bytes) -> bytes:
    """Return the claim that a log has only grown, as a witness service takes it.

    Source: c2sp.org/tlog-witness, the request ``add-checkpoint``.
    """
    return f"old {old_size}\n{_lines(proof)}\n".encode() + note


def _lines(hashes: Iterable[bytes]) -> str:
    return "".join(f"{encode(each)}\n" for each in hashes)


def _malformed(member: str, field: str) -> TrustError:
    return TrustError("MN461", member=member, field=field)
