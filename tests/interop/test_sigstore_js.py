"""@sigstore/verify of the npm command line checks the bundles, and refuses changed ones."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from tests.interop.conftest import SIDECAR, SIGNED, Bundle, run, tool

if TYPE_CHECKING:
    from pathlib import Path


def verify(
    key: Path, *bundles: Path, timestamps: int = 0, chains: list[list[str]] | None = None
) -> list[tuple[bool, str]]:
    """Return for each bundle whether it is accepted, and the digest of the payload or why not."""
    node = tool("INTEROP_NODE")
    authorities = bundles[0].parent / "tsa.json"
    authorities.write_text(json.dumps(chains or []))
    told = run("node", "verify.mjs", key, timestamps, authorities, *bundles, cwd=node)
    assert told.returncode == 0, told.stderr
    lines = told.stdout.splitlines()
    assert len(lines) == len(bundles)
    return [(line.startswith("ok "), line[3:]) for line in lines]


@pytest.mark.parametrize("member", SIGNED)
def test_sigstore_js_accepts_the_bundle(bundle: Bundle, tmp_path: Path, member: str) -> None:
    file = tmp_path / member
    file.write_bytes((bundle.folder / member).read_bytes())

    [(accepted, digest)] = verify(bundle.public_key, file)

    assert accepted, digest
    assert digest == sha256(bundle.payload(member)).hexdigest()


def _changed(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the bundle in many wrong versions."""

    def put(path: str, value: Any) -> dict[str, Any]:
        copy: dict[str, Any] = json.loads(json.dumps(bundle))
        at: Any = copy
        *parents, last = path.split(".")
        for name in parents:
            at = at[int(name) if name.isdigit() else name]
        at[int(last) if last.isdigit() else last] = value
        return copy

    envelope = bundle["dsseEnvelope"]
    payload = base64.b64decode(envelope["payload"])
    signature = base64.b64decode(envelope["signatures"][0]["sig"])
    other = base64.b64encode(payload.replace(b"1", b"2", 1)).decode()
    flipped = base64.b64encode(signature[:-1] + bytes([signature[-1] ^ 1])).decode()
    return [
        put("dsseEnvelope.payload", other),
        put("dsseEnvelope.payload", ""),
        put("dsseEnvelope.payloadType", "application/json"),
        put("dsseEnvelope.signatures.0.sig", flipped),
        put("dsseEnvelope.signatures.0.sig", ""),
        put("dsseEnvelope.signatures", []),
        put("dsseEnvelope.signatures", envelope["signatures"] * 2),
        put("verificationMaterial.publicKey.hint", "AAAA"),
    ]


@pytest.mark.parametrize("member", SIGNED)
def test_sigstore_js_refuses_what_was_changed(
    bundle: Bundle, bundles: dict[str, Bundle], tmp_path: Path, member: str
) -> None:
    files = []
    for number, value in enumerate(_changed(bundle.read(member))):
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(json.dumps(value))

    assert [accepted for accepted, _ in verify(bundle.public_key, *files)] == [False] * len(files)
    (other,) = (each for each in bundles.values() if each.key is not bundle.key)
    whole = tmp_path / "whole.json"
    whole.write_bytes((bundle.folder / member).read_bytes())
    assert verify(other.public_key, whole)[0][0] is False


def test_sigstore_js_wants_the_time_stamps_that_it_is_told_to_want(
    p256: Bundle, tmp_path: Path
) -> None:
    file = tmp_path / "bundle.json"
    file.write_bytes((p256.folder / SIGNED[0]).read_bytes())

    assert verify(p256.public_key, file, timestamps=1)[0][0] is False


def test_the_sidecar_names_its_key_as_model_signing_does_and_not_as_sigstore_does(
    p256: Bundle,
) -> None:
    hint = p256.read(SIDECAR)["verificationMaterial"]["publicKey"]["hint"]

    assert hint == sha256(p256.public_key.read_bytes()).hexdigest()
