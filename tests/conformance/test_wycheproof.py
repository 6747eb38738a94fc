"""Every signature of Project Wycheproof gets the stated verdict; raw ECDSA never passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mnaudit.signing.keys import load_public

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def verdicts(file: dict[str, Any]) -> Iterator[tuple[int, str, bool]]:
    """Yield id, stated verdict and ours for every case."""
    for group in file["testGroups"]:
        key = load_public(group["publicKeyPem"].encode())
        for case in group["tests"]:
            ours = key.verify(bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
            yield case["tcId"], case["result"], ours


@pytest.mark.parametrize(
    ("name", "count"),
    [
        pytest.param("ed25519_test", 151, id="Ed25519"),
        pytest.param("ecdsa_secp256r1_sha256_test", 484, id="ECDSA P-256 in DER"),
    ],
)
def test_every_case_is_judged_as_stated(
    vectors: Callable[[str], Any], name: str, count: int
) -> None:
    judged = list(verdicts(vectors(f"wycheproof/{name}.json")))

    assert len(judged) == count
    assert [case for case, stated, ours in judged if ours != (stated == "valid")] == []


def test_no_raw_ecdsa_signature_is_accepted(vectors: Callable[[str], Any]) -> None:
    judged = list(verdicts(vectors("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json")))

    assert len(judged) == 262
    assert [case for case, _, ours in judged if ours] == []
