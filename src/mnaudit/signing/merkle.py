"""Is this leaf in that tree, and is this tree a continuation of that one? Merkle trees.

Leaves and inner nodes are hashed with different prefixes, so that no node can be shown as a leaf
(second preimage). A tree without leaves has no root here: nothing could be said about it. Whether
a root is to be trusted is not decided here.

Source: RFC 9162 §2.1 (the tree of RFC 6962); SHA-256.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "HASH_BYTES",
    "consistency_proof",
    "inclusion_proof",
    "inclusion_proofs",
    "leaf_hash",
    "node_hash",
    "root",
    "verify_consistency",
    "verify_inclusion",
]

HASH_BYTES: Final = 32

_LEAF: Final = b"\0"
_NODE: Final = b"\1"


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf, 32 bytes."""
    return sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children, 32 bytes."""
    return sha256(_NODE + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root over the leaves in their order, 32 bytes.

    Raises:
        ValueError: There are no leaves.
    """
    return _levels(leaf_hashes)[-1][0]


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the siblings on the way from a leaf to the root (RFC 9162 §2.1.3.1).

    Raises:
        ValueError: There is no such leaf.
    """
    (proof,) = inclusion_proofs(leaf_hashes, (index,))
    return proof


def inclusion_proofs(
    leaf_hashes: Sequence[bytes], indexes: Iterable[int]
) -> tuple[tuple[bytes, ...], ...]:
    """Return the proofs of several leaves, in the order of ``indexes``; each node is hashed once.

    Raises:
        ValueError: There is no such leaf.
    """
    wanted = tuple(indexes)
    if not all(0 <= index < len(leaf_hashes) for index in wanted):
        raise ValueError("no such leaf")
    levels = _levels(leaf_hashes) if wanted else []
    return tuple(
        tuple(
            level[sibling]
            for height, level in enumerate(levels)
            if (sibling := (index >> height) ^ 1) < len(level)
        )
        for index in wanted
    )


def consistency_proof(leaf_hashes: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """Return what shows that the first ``old_size`` leaves were the whole tree once.

    Empty if they still are. RFC 9162 §2.1.4.1.

    Raises:
        ValueError: There never was such a tree.
    """
    if not 0 < old_size <= len(leaf_hashes):
        raise ValueError("no such size")
    levels = _levels(leaf_hashes)
    start, end, proof = 0, len(leaf_hashes), []
    while old_size != end:
        # The largest power of two below the width splits the tree (RFC 9162 §2.1.1).
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if old_size <= middle:
            proof.append(_node(levels, middle, end))
            end = middle
        else:
            proof.append(_node(levels, start, middle))
            start = middle
    if start:
        # Otherwise the remaining node is the old root itself, which the verifier has.
        proof.append(_node(levels, start, end))
    return tuple(reversed(proof))


def verify_inclusion(
    *, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Tell whether the leaf with this hash stands at ``index`` (RFC 9162 §2.1.3.2).

    Args:
        leaf: The hash of the leaf, not its data.
        index: From 0.
        size: How many leaves the tree has.
        proof: As of :func:`inclusion_proof`; whoever brings it can have written anything.
        root: From a source that the caller trusts.
    """
    if not 0 <= index < size or not _are_hashes([leaf, root, *proof]):
        return False
    at, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    *, old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether the tree has only grown since it had the old root (RFC 9162 §2.1.4.2).

    A tree of size 0 is refused: anything would be consistent with it.

    Args:
        old_size: How many leaves there were.
        old_root: From a source that the caller trusts.
        size: How many leaves there are.
        root: The root to be trusted in its turn.
        proof: As of :func:`consistency_proof`; whoever brings it can have written anything.
    """
    if not 0 < old_size <= size:
        return False
    if old_size == size:
        return not proof and old_root == root
    if not _are_hashes([old_root, root, *proof]):
        return False
    # The root of a full old tree is a node of the new one, and the proof leaves it out.
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_found = found = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old_found, found = node_hash(sibling, old_found), node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and old_found == old_root and found == root


def _levels(leaf_hashes: Sequence[bytes]) -> list[list[bytes]]:
    """Return all nodes, from the leaves up to the root; each is hashed once.

    A last node without a sibling moves up as it is: that gives the tree of RFC 9162 §2.1.1.
    """
    if not leaf_hashes:
        raise ValueError("a tree needs a leaf")
    levels = [list(leaf_hashes)]
    while len(below := levels[-1]) > 1:
        pairs = zip(below[::2], below[1::2], strict=False)
        above = [node_hash(left, right) for left, right in pairs]
        levels.append(above + below[len(below) & ~1 :])
    return levels


def _node(levels: list[list[bytes]], start: int, end: int) -> bytes:
    """Return the root over the leaves from ``start`` to before ``end``, a subtree of the tree."""
    height = (end - start - 1).bit_length()
    return levels[height][start >> height]


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
