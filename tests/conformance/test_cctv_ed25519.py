"""Every Ed25519 key that C2SP/CCTV flags as weak is refused before it verifies anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mnaudit.errors import TrustError
from mnaudit.signing.keys import PublicKey, load_public

if TYPE_CHECKING:
    from collections.abc import Callable


def refused(raw: str) -> bool:
    pem = PublicKey(Ed25519PublicKey.from_public_bytes(bytes.fromhex(raw))).pem
    try:
        load_public(pem.encode())
    except TrustError as error:
        return error.code == "MN407"
    return False


def test_exactly_the_keys_of_low_order_or_not_canonical_are_refused(
    vectors: Callable[[str], Any],
) -> None:
    weak: dict[str, bool] = {}
    for case in vectors("cctv-ed25519/ed25519vectors.json"):
        flags = set(case["flags"] or ())
        weak[case["key"]] = bool(flags & {"low_order_A", "non_canonical_A"})

    assert sum(weak.values()) == 14
    assert {key: refused(key) for key in weak} == weak
