"""The vectors of transparency-dev/merkle: every case gives the stated verdict."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, Final

import pytest

from mnaudit.signing.merkle import leaf_hash, root, verify_consistency, verify_inclusion

FOLDER: Final = Path(__file__).parents[1] / "vectors" / "merkle"

# testonly/constants.go of the same project: eight leaves and the roots over the first of them.
LEAVES: Final = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")
LAST_LEAF: Final = "606162636465666768696a6b6c6d6e6f"
ROOTS: Final = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def cases(kind: str) -> list[Any]:
    files = sorted((FOLDER / kind).rglob("*.json"))
    named = ((json.loads(file.read_bytes()), file) for file in files)
    return [
        pytest.param(case, id=file.relative_to(FOLDER).with_suffix("").as_posix())
        for case, file in named
    ]


def binary(value: str | None) -> bytes:
    return base64.b64decode(value or "")


@pytest.mark.parametrize("case", cases("inclusion"))
def test_an_inclusion_proof_gets_the_stated_verdict(case: dict[str, Any]) -> None:
    is_good = verify_inclusion(
        leaf=binary(case["leafHash"]),
        index=case["leafIdx"],
        size=case["treeSize"],
        proof=[binary(node) for node in case["proof"] or ()],
        root=binary(case["root"]),
    )

    assert is_good is not case["wantErr"]


@pytest.mark.parametrize("case", cases("consistency"))
def test_a_consistency_proof_gets_the_stated_verdict(case: dict[str, Any]) -> None:
    # Trees of size 0 are good to the vectors if their roots agree, and refused by us: anything
    # is consistent with nothing. RFC 9162 §2.1.4.2 has 0 < first.
    stated = not case["wantErr"] and case["size1"] > 0

    is_good = verify_consistency(
        old_size=case["size1"],
        old_root=binary(case["root1"]),
        size=case["size2"],
        root=binary(case["root2"]),
        proof=[binary(node) for node in case["proof"] or ()],
    )

    assert is_good is stated


def test_all_vectors_are_here() -> None:
    assert len(cases("inclusion")) + len(cases("consistency")) == 196


@pytest.mark.parametrize("size", ROOTS)
def test_the_root_is_that_of_the_reference(size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in (*LEAVES, LAST_LEAF)]

    assert root(leaves[:size]).hex() == ROOTS[size]
