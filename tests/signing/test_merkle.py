"""Trees, and proofs about them: what is made verifies, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from mnaudit.signing.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(bytes([number])) for number in range(70)]
SIZES = st.integers(1, 70)


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


@given(SIZES)
def test_the_root_is_the_one_of_the_definition(size: int) -> None:
    assert root(LEAVES[:size]) == naive_root(LEAVES[:size])


@given(SIZES, st.data())
def test_every_leaf_can_be_shown_at_its_place_and_at_no_other(
    size: int, data: st.DataObject
) -> None:
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(-1, size))
    leaves = LEAVES[:size]
    proof = inclusion_proof(leaves, index)

    is_good = verify_inclusion(
        leaf=leaves[index], index=other, size=size, proof=proof, root=root(leaves)
    )

    assert is_good is (index == other)


@given(SIZES, st.data())
def test_a_tree_is_shown_to_have_only_grown(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    proof = consistency_proof(LEAVES[:size], old)

    assert verify_consistency(
        old_size=old,
        old_root=naive_root(LEAVES[:old]),
        size=size,
        root=naive_root(LEAVES[:size]),
        proof=proof,
    )


@given(SIZES, st.data())
def test_a_tree_with_another_past_is_never_a_continuation(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [*LEAVES[:changed], leaf_hash(b"rewritten"), *LEAVES[changed + 1 : size]]

    assert not verify_consistency(
        old_size=old,
        old_root=root(LEAVES[:old]),
        size=size,
        root=root(rewritten),
        proof=consistency_proof(rewritten, old),
    )


@given(SIZES, st.data())
def test_a_proof_with_one_bit_changed_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = list(inclusion_proof(LEAVES[:size], index))
    wrong = [bytearray(node) for node in (LEAVES[index], *proof)]
    which = data.draw(st.integers(0, len(wrong) - 1))
    wrong[which][data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
    leaf, *nodes = map(bytes, wrong)

    assert not verify_inclusion(
        leaf=leaf, index=index, size=size, proof=nodes, root=root(LEAVES[:size])
    )


def test_a_node_cannot_be_shown_as_a_leaf() -> None:
    leaves = LEAVES[:2]

    assert leaf_hash(leaves[0] + leaves[1]) != root(leaves)


def test_a_tree_without_leaves_has_no_root() -> None:
    with pytest.raises(ValueError, match="leaf"):
        root([])


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(ValueError, match="leaf"):
        inclusion_proof(LEAVES[:3], index)


@pytest.mark.parametrize("old_size", [-1, 0, 4])
def test_there_is_no_proof_for_a_size_that_never_was(old_size: int) -> None:
    with pytest.raises(ValueError, match="size"):
        consistency_proof(LEAVES[:3], old_size)


@pytest.mark.parametrize(("old_size", "size"), [(0, 0), (0, 3), (-1, 3), (4, 3)])
def test_nothing_is_a_continuation_of_a_tree_that_never_was(old_size: int, size: int) -> None:
    assert not verify_consistency(
        old_size=old_size, old_root=LEAVES[0], size=size, root=LEAVES[0], proof=()
    )


def test_a_hash_that_is_too_short_or_too_long_is_refused() -> None:
    assert not verify_inclusion(leaf=b"", index=0, size=1, proof=(), root=b"")
    assert not verify_consistency(
        old_size=1, old_root=LEAVES[0], size=2, root=root(LEAVES[:2]), proof=(LEAVES[1] + b"\0",)
    )
