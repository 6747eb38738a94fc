"""openssl checks both signatures of a bundle, and refuses them over anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.interop.conftest import SIGNED, Bundle, pae, run

if TYPE_CHECKING:
    from pathlib import Path


def _accepts(bundle: Bundle, work: Path, message: bytes, signature: bytes) -> bool:
    (work / "message").write_bytes(message)
    (work / "signature").write_bytes(signature)
    verify: tuple[object, ...]
    if bundle.key.algorithm == "ed25519":
        verify = ("pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", bundle.public_key)
        verify += ("-in", work / "message", "-sigfile", work / "signature")
    else:
        verify = ("dgst", "-sha256", "-verify", bundle.public_key)
        verify += ("-signature", work / "signature", work / "message")
    return run("openssl", *verify).returncode == 0


@pytest.mark.parametrize("member", SIGNED)
def test_openssl_accepts_the_signature(bundle: Bundle, tmp_path: Path, member: str) -> None:
    message = pae(bundle.envelope(member)["payloadType"], bundle.payload(member))

    assert _accepts(bundle, tmp_path, message, bundle.signature(member))


@pytest.mark.parametrize("member", SIGNED)
def test_openssl_refuses_what_was_changed(bundle: Bundle, tmp_path: Path, member: str) -> None:
    kind, payload = bundle.envelope(member)["payloadType"], bundle.payload(member)
    signature = bundle.signature(member)
    other = bundle.signature(next(name for name in SIGNED if name != member))
    changed = (
        (pae(kind, payload + b" "), signature),
        (pae(kind, payload.replace(b"1", b"2", 1)), signature),
        (pae("application/json", payload), signature),
        (payload, signature),
        (pae(kind, payload), other),
        (pae(kind, payload), signature[:-1]),
        (pae(kind, payload), signature[:-1] + bytes([signature[-1] ^ 1])),
    )

    assert not any(_accepts(bundle, tmp_path, *pair) for pair in changed)
