"""Go's golang.org/x/mod (sum.golang.org) checks our notes and proofs, and refuses changed ones."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from tests.interop.conftest import KEYS, run, tool

from mnaudit.signing import merkle, note
from mnaudit.signing.keys import load_private

if TYPE_CHECKING:
    from pathlib import Path

KEY = load_private((KEYS / "NEVER-USE-ed25519.pem").read_bytes(), None)
ORIGIN = "example.jp/8000000000001/status"
SIZES = (1, 2, 3, 4, 5, 7, 8, 9, 33)
LEAVES = tuple(merkle.leaf_hash(f"status {number}".encode()) for number in range(max(SIZES)))


def _accepts(*arguments: object) -> bool:
    return run(tool("INTEROP_GO"), *arguments).returncode == 0


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def _checkpoint(size: int) -> str:
    root = merkle.root(LEAVES[:size])
    return note.write_checkpoint(note.Checkpoint(ORIGIN, size, root))


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    """Return a checkpoint, signed by the log and by a witness."""
    text = _checkpoint(7)
    at = datetime(2026, 11, 1, tzinfo=UTC)
    signatures = (note.sign(text, ORIGIN, KEY), note.cosign(text, KEY, at))
    path = tmp_path / "checkpoint"
    path.write_bytes(note.write_note(note.Note(text, signatures)))
    return path


def _vkeys() -> tuple[tuple[str, str], ...]:
    kinds = note.SignatureType
    return (
        ("note", note.vkey(ORIGIN, KEY.public, kinds.ED25519)),
        ("cosignature", note.vkey(note.witness_name(KEY.public), KEY.public, kinds.COSIGNATURE)),
    )


def test_go_accepts_the_checkpoint_and_the_cosignature(signed: Path) -> None:
    for command, vkey in _vkeys():
        told = run(tool("INTEROP_GO"), command, vkey, signed)
        assert told.returncode == 0, told.stderr
        assert told.stdout == _checkpoint(7)


def test_go_refuses_a_checkpoint_that_was_changed(signed: Path) -> None:
    whole = signed.read_bytes()
    size = whole.replace(b"\n7\n", b"\n8\n", 1)
    origin = whole.replace(b"8000000000001", b"8000000000002", 1)
    lines = whole.split(b"\n")
    swapped = b"\n".join([*lines[:4], lines[5], lines[4].replace(b"A", b"B"), b""])

    for changed in (size, origin, swapped, whole.rstrip(b"\n"), whole[: whole.index(b"\n\n") + 2]):
        assert changed != whole
        signed.write_bytes(changed)
        assert not all(_accepts(command, vkey, signed) for command, vkey in _vkeys())
    for changed in (size, origin):
        signed.write_bytes(changed)
        assert not any(_accepts(command, vkey, signed) for command, vkey in _vkeys())


@pytest.mark.parametrize("size", SIZES)
def test_go_accepts_our_proofs_of_inclusion_and_no_other(size: int) -> None:
    leaves = LEAVES[:size]
    root = merkle.root(leaves)
    for index in {0, size // 2, size - 1}:
        proof = merkle.inclusion_proof(leaves, index)
        shown = tuple(map(_text, proof))
        place = (size, _text(root), index)
        assert _accepts("record", *place, _text(leaves[index]), *shown)
        assert not _accepts("record", *place, _text(_flipped(leaves[index])), *shown)
        assert not _accepts("record", size, _text(_flipped(root)), *place[2:], *shown)
        assert not _accepts("record", *place, _text(leaves[index]), *shown, _text(root))
        if proof:
            wrong = (*shown[:-1], _text(_flipped(proof[-1])))
            assert not _accepts("record", *place, _text(leaves[index]), *wrong)


@pytest.mark.parametrize(("old", "new"), list(pairwise(SIZES)))
def test_go_accepts_our_proofs_of_consistency_and_no_other(old: int, new: int) -> None:
    before, after = merkle.root(LEAVES[:old]), merkle.root(LEAVES[:new])
    proof = merkle.consistency_proof(LEAVES[:new], old)
    shown = tuple(map(_text, proof))

    assert _accepts("tree", new, _text(after), old, _text(before), *shown)
    assert not _accepts("tree", new, _text(after), old, _text(_flipped(before)), *shown)
    assert not _accepts("tree", new, _text(_flipped(after)), old, _text(before), *shown)
    assert not _accepts("tree", new, _text(after), old, _text(before), *shown[:-1])


def test_go_counts_the_leaves_of_a_manifest_as_we_do() -> None:
    data = b'{"v":"mnaudit-leaf/v1"}'

    assert merkle.leaf_hash(data) == sha256(b"\0" + data).digest()
    assert _accepts("record", 1, _text(merkle.leaf_hash(data)), 0, _text(merkle.leaf_hash(data)))
