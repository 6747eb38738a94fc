"""The DSSE implementation behind in-toto and TUF counts our signatures, and less strictly than we."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import Key, SSlibKey  # type: ignore[attr-defined]  # re-exported
from tests.trust_builder import changed, envelope, key, policy

from mnaudit.errors import TrustError
from mnaudit.signing.dsse import Signature, pae
from mnaudit.signing.policy_chain import accept_first
from mnaudit.signing.policy_envelope import unwrap_policy, wrap_policy
from mnaudit.signing.trust_policy import PAYLOAD_TYPE, dump_policy, fingerprint_of

if TYPE_CHECKING:
    from mnaudit.signing.keys import SigningKey


def theirs(signer: SigningKey, keyid: str | None = None) -> SSlibKey:
    public = {"public": signer.public.der[-32:].hex()}
    return SSlibKey(keyid or signer.keyid, "ed25519", "ed25519", public)


ROOTS = [key(f"root-{letter}") for letter in "abc"]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_it_counts_root_signatures_as_we_do(count: int) -> None:
    made = policy(threshold=2)
    data = envelope(made, *ROOTS[:count])
    fingerprint = fingerprint_of(dump_policy(made))
    their_keys: list[Key] = [theirs(each) for each in ROOTS]

    if count >= 2:
        accept_first(data, fingerprint)
        # It stops counting when it has enough.
        assert len(Envelope.from_dict(json.loads(data)).verify(their_keys, 2)) == 2
    else:
        with pytest.raises(TrustError):
            accept_first(data, fingerprint)
        with pytest.raises(VerificationError):
            Envelope.from_dict(json.loads(data)).verify(their_keys, 2)


def test_one_key_under_two_ids_deceives_it_and_not_us() -> None:
    """The flaw that recomputed fingerprints are for."""
    one = ROOTS[0]

    def register_twice(value: Any) -> None:
        value["keys"]["f" * 64] = {**value["keys"][one.fingerprint], "owner": "another"}
        value["roles"]["root"]["keys"] = sorted([one.fingerprint, "f" * 64])

    made = changed(policy(), register_twice)
    payload = dump_policy(made)
    again = Signature("another id", one.sign(pae(PAYLOAD_TYPE, payload)))
    signed = unwrap_policy(envelope(made, one))
    data = wrap_policy(type(signed)(PAYLOAD_TYPE, payload, (*signed.signatures, again)))

    deceived = Envelope.from_dict(json.loads(data))
    assert len(deceived.verify([theirs(one), theirs(one, "another id")], 2)) == 2
    with pytest.raises(TrustError) as refused:
        accept_first(data, fingerprint_of(payload))
    assert refused.value.code == "MN478"
