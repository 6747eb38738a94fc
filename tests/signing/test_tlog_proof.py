"""Proofs that travel in a bundle: one value, one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from mnaudit.errors import TrustError
from mnaudit.signing.tlog_proof import (
    TlogProof,
    read_leaf_hashes,
    read_tlog_proof,
    write_growth,
    write_leaf_hashes,
    write_tlog_proof,
)

HASHES = st.binary(min_size=32, max_size=32)
NOTE = b"log.example\n5\nroot\n\n\xe2\x80\x94 log.example AAAAAAA=\n"
GOOD = write_tlog_proof(TlogProof(3, (bytes(32), bytes(range(32))), NOTE))
HASH_LINE = b"A" * 43 + b"=\n"


@given(st.integers(0, 999_999), st.lists(HASHES, max_size=20), st.binary())
def test_every_proof_is_read_as_it_was_written(index: int, path: list[bytes], note: bytes) -> None:
    proof = TlogProof(index, tuple(path), note)

    assert read_tlog_proof(write_tlog_proof(proof)) == proof


@given(st.lists(HASHES, min_size=1))
def test_every_list_of_hashes_is_read_as_it_was_written(hashes: list[bytes]) -> None:
    assert read_leaf_hashes(write_leaf_hashes(hashes)) == tuple(hashes)


def test_a_proof_looks_as_the_specification_shows_it() -> None:
    assert GOOD == (
        b"c2sp.org/tlog-proof@v1\n"
        b"index 3\n" + HASH_LINE + b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n" + NOTE
    )


def test_the_growth_of_a_log_is_told_as_to_a_witness() -> None:
    assert write_growth(2, [bytes(32)], NOTE) == b"old 2\n" + HASH_LINE + b"\n" + NOTE


@pytest.mark.parametrize(
    ("data", "field"),
    [
        pytest.param(b"", "lines", id="nothing"),
        pytest.param(GOOD.partition(b"\n\n")[0] + b"\n", "lines", id="no checkpoint"),
        pytest.param(b"x" * 3000 + GOOD, "lines", id="too long"),
        pytest.param(b"\xff" + GOOD, "lines", id="not ASCII"),
        pytest.param(GOOD.replace(b"@v1", b"@v2"), "version", id="another version"),
        pytest.param(GOOD.replace(b"index 3\n", b"extra AAAA\nindex 3\n"), "index", id="extra"),
        pytest.param(GOOD.replace(b"index 3", b"index 03"), "index", id="a leading zero"),
        pytest.param(GOOD.replace(b"index 3", b"index -1"), "index", id="a sign"),
        pytest.param(GOOD.replace(b"index 3", b"index  3"), "index", id="two blanks"),
        pytest.param(b"c2sp.org/tlog-proof@v1\n\n" + NOTE, "index", id="no index"),
        pytest.param(GOOD.replace(b"AAEC", b"AAE"), "path", id="a short hash"),
        pytest.param(GOOD.replace(b"Hh8=", b"Hh9="), "path", id="stray bits"),
        pytest.param(GOOD.replace(b"\nAAEC", b"\r\nAAEC"), "path", id="CRLF"),
        pytest.param(
            b"c2sp.org/tlog-proof@v1\nindex 3\n" + HASH_LINE * 21 + b"\n" + NOTE,
            "path",
            id="too many steps",
        ),
    ],
)
def test_a_proof_that_is_written_in_another_way_is_refused(data: bytes, field: str) -> None:
    with pytest.raises(TrustError) as caught:
        read_tlog_proof(data)

    values = {"member": "log/status.tlog-proof", "field": field}
    assert (caught.value.code, caught.value.values) == ("MN461", values)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        pytest.param(b"", "lines", id="nothing"),
        pytest.param(HASH_LINE[:-1], "lines", id="no line feed"),
        pytest.param(HASH_LINE + b"\xff\n", "lines", id="not ASCII"),
        pytest.param(HASH_LINE + b"\n", "hash", id="an empty line"),
        pytest.param(HASH_LINE[:-2] + b"\n", "hash", id="no padding"),
        pytest.param(HASH_LINE.replace(b"\n", b"\r\n"), "hash", id="CRLF"),
        pytest.param(b"AAAA\n", "hash", id="too short"),
    ],
)
def test_hashes_that_are_written_in_another_way_are_refused(data: bytes, field: str) -> None:
    with pytest.raises(TrustError) as caught:
        read_leaf_hashes(data)

    values = {"member": "log/leaf-hashes", "field": field}
    assert (caught.value.code, caught.value.values) == ("MN461", values)
