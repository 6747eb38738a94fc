"""No byte of a bundle can be changed: neither by chance, nor by somebody who knows the format.

Chance changes one byte of the file: every byte of the golden bundles and of a bundle with all
optional members is tried. Somebody careful also makes headers and check sums anew: every byte
of what is small and signed is tried so, and a sample of all the rest.
"""

from __future__ import annotations

import io
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st
from tests.trust_bench import OUTER, TrustBench, trust_bench

from mnaudit.model.verdict import Result
from mnaudit.signing import container
from mnaudit.signing.keys import load_private
from mnaudit.verify import Basis, conclude, verify_bundle

if TYPE_CHECKING:
    from mnaudit.model.verdict import Verdict

GOLDEN = Path(__file__).parents[1] / "golden" / "attest"

KNOWN_POLICY = "trust/policy.v1.dsse.json"
"""The version that the auditor has already. Its payload is compared with hers; its signatures are
hers already, so nobody looks at them, and nothing hangs on them."""


def flipped(data: bytes, at: int, bit: int = 1) -> bytes:
    return data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]


@cache
def bench() -> TrustBench:
    return trust_bench()


@cache
def honest() -> Verdict:
    return bench().verdict()


def careful(name: str, at: int, bit: int) -> Verdict:
    """Return the verdict after one byte of a member was changed, and the sums were made anew."""
    members = bench().members
    made = replace(bench(), members={**members, name: flipped(members[name], at, bit)})
    return made.verdict()


def is_refused(name: str, at: int, bit: int = 1) -> bool:
    verdict = careful(name, at, bit)
    if verdict.result is not Result.VALID:
        return True
    signatures = bench().members[KNOWN_POLICY].index(b'"signatures"')
    same = verdict.model_copy(update={"files": honest().files}) == honest()
    return name == KNOWN_POLICY and at > signatures and same


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["bundle-ecdsa-p256", "bundle-ed25519", "partial-ecdsa-p256", "partial-ed25519"]
)
def test_no_byte_of_a_golden_bundle_can_be_changed(name: str) -> None:
    data = (GOLDEN / f"{name}.zip").read_bytes()
    pem = (GOLDEN / f"NEVER-USE-{name.partition('-')[2]}.pem").read_bytes()
    basis = Basis(pin=load_private(pem, None).fingerprint, partial=True)

    def result(changed: bytes) -> Result:
        return conclude(verify_bundle(io.BytesIO(changed), basis), OUTER).result

    assert result(data) is Result.VALID
    accepted = [at for at in range(len(data)) if result(flipped(data, at)) is not Result.INVALID]
    assert accepted == []


@pytest.mark.slow
def test_no_byte_of_a_bundle_with_everything_can_be_changed() -> None:
    data = bench().bundle()
    assert honest().result is Result.VALID
    names = {*bench().members}
    assert {container.SIDECAR, container.LOG_PROOF, container.LOG_HASHES, KNOWN_POLICY} <= names

    accepted = [
        at for at in range(len(data)) if bench().result(flipped(data, at)) is not Result.INVALID
    ]

    assert accepted == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        container.MIMETYPE,
        container.SIGNER,
        container.LOG_PROOF,
        container.LOG_HASHES,
        "evidence/organization.yaml",
    ],
)
def test_no_byte_of_a_small_member_can_be_changed_by_somebody_careful(name: str) -> None:
    size = len(bench().members[name])

    assert [at for at in range(size) if not is_refused(name, at)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [container.STATUS, container.MANIFEST, container.SIDECAR])
def test_no_structural_byte_of_an_envelope_can_be_changed_by_somebody_careful(name: str) -> None:
    data = bench().members[name]
    payload = json.loads(data)["dsseEnvelope"]["payload"].encode()
    begins = data.index(payload)
    inside = range(begins, begins + len(payload))

    # Inside the payload each byte is like the other: a sample is enough. Time-stamps are outside.
    places = [at for at in range(len(data)) if at not in inside or at % 29 == 0]

    assert [at for at in places if not is_refused(name, at)] == []


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_bit_anywhere_can_be_changed_by_somebody_careful(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(bench().members)), label="member")
    at = data.draw(st.integers(0, len(bench().members[name]) - 1), label="byte")
    bit = 1 << data.draw(st.integers(0, 7), label="bit")

    assert is_refused(name, at, bit)
