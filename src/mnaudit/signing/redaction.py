"""Was the removed file really part of that signed status? What binds a tombstone to old trees.

A tombstone gives the leaf of the file in the tree of an old manifest and the way from there to the
root, which the signed status names. So anybody who has the old status, or the log, can check that
just this leaf was redacted, and nobody learns what was in it: the salt stays in the old manifest.

Specification: ``docs/redaction.md``; the tree is that of ``docs/spec/evidence-manifest-v1.md``.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mnaudit.errors import TrustError
from mnaudit.model.redaction import LeafPlace
from mnaudit.model.verdict import Redacted
from mnaudit.signing import leaf, merkle
from mnaudit.signing.container import EVIDENCE
from mnaudit.signing.status_log import read_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mnaudit.model.redaction import CoveredStatus, Redaction
    from mnaudit.signing.predicates import ManifestPredicate
    from mnaudit.signing.status_log import Defect

__all__ = ["commitment_to", "is_leaf_of", "leaf_place", "log_defects", "redacted_files"]


def commitment_to(path: str, digest: str, size: int, salt: bytes) -> str:
    """Return the salted commitment to a file that no bundle holds, 64 hex digits.

    Args:
        path: Relative to the evidence folder.
        digest: SHA-256 of its bytes; not to be kept.
        size: In bytes.
        salt: 32 random bytes; to be kept apart from the commitment, or nowhere.
    """
    return leaf.hash_of(EVIDENCE + path, digest, size, salt.hex()).hex()


def leaf_place(
    manifest: ManifestPredicate, digests: Mapping[str, str], path: str
) -> LeafPlace | None:
    """Return where a file stood in the tree of a manifest; None if it is not listed.

    Args:
        manifest: Of a full bundle, verified.
        digests: The SHA-256 of every member that it lists.
        path: Relative to the evidence folder.
    """
    names = [member.name for member in manifest.members]
    if EVIDENCE + path not in names:
        return None
    index = names.index(EVIDENCE + path)
    hashes = [
        leaf.hash_of(each.name, digests[each.name], each.size, each.salt)
        for each in manifest.members
    ]
    return LeafPlace(
        index=index,
        size=len(hashes),
        hash=hashes[index].hex(),
        proof=tuple(step.hex() for step in merkle.inclusion_proof(hashes, index)),
    )


def is_leaf_of(place: LeafPlace, root: str, size: int) -> bool:
    """Tell whether the leaf stands in the tree with this root (64 hex digits) and size."""
    return place.size == size and merkle.verify_inclusion(
        leaf=bytes.fromhex(place.hash),
        index=place.index,
        size=size,
        proof=tuple(map(bytes.fromhex, place.proof)),
        root=bytes.fromhex(root),
    )


def redacted_files(
    redactions: Iterable[Redaction], status: Mapping[str, Any] | None, status_sha256: str | None
) -> tuple[Redacted, ...]:
    """Return the tombstones, with the leaf of this status that each stands for.

    Args:
        redactions: Of the current evidence folder.
        status: The predicate of a verified status; None if there is none.
        status_sha256: Of its payload.

    Returns:
        All tombstones, in their order. One whose proof does not lead to the root that the status
        names has no leaf: it explains nothing about this status.
    """
    return tuple(
        Redacted(
            id=each.id,
            path=each.path,
            redacted_on=each.redacted_on.isoformat(),
            approved_by=each.approved_by.role,
            leaf=None if status is None else _leaf_in(each, status, status_sha256),
        )
        for each in redactions
    )


def log_defects(redaction: Redaction, payloads: Sequence[bytes]) -> tuple[Defect, ...]:
    """Return where a tombstone and the log of statuses disagree.

    Args:
        redaction: The tombstone.
        payloads: Of all entries of the log, in their order.
    """
    return tuple(
        ("MN519", {"redaction": redaction.id, "entry": covered.sequence})
        for covered in redaction.statuses
        if covered.sequence is not None and not _is_logged(covered, covered.sequence, payloads)
    )


def _leaf_in(
    redaction: Redaction, status: Mapping[str, Any], status_sha256: str | None
) -> int | None:
    tree = status["manifest"]
    for covered in redaction.statuses:
        place = covered.leaf
        if covered.payload_sha256 != status_sha256 or place is None:
            continue
        if is_leaf_of(place, tree["root"], tree["size"]):
            return place.index
    return None


def _is_logged(covered: CoveredStatus, sequence: int, payloads: Sequence[bytes]) -> bool:
    if sequence >= len(payloads):
        return False
    payload = payloads[sequence]
    if sha256(payload).hexdigest() != covered.payload_sha256:
        return False
    try:
        tree = read_entry(payload, sequence).status.manifest
    except TrustError:
        return False
    return covered.leaf is None or is_leaf_of(covered.leaf, tree.root, tree.size)
