"""An envelope is good if its only signature covers its type and its payload."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from mnaudit.errors import TrustError
from mnaudit.signing.dsse import PAYLOAD_TYPE, Envelope, Signature, pae, sign, verify
from mnaudit.signing.keys import Algorithm, generate

KEY = generate(Algorithm.ED25519)
OTHER = generate(Algorithm.ED25519)
GOOD = sign(b"{}", KEY)
SIGNATURE = GOOD.signatures[0]


def test_the_payload_comes_back_if_the_signature_is_good() -> None:
    assert verify(GOOD, KEY.public) == b"{}"


def test_type_and_payload_have_their_lengths_in_bytes_before_them() -> None:
    assert pae("種", b"\x00\xff") == b"DSSEv1 3 \xe7\xa8\xae 2 \x00\xff"


@given(st.text(), st.binary(), st.text(), st.binary())
def test_no_two_envelopes_are_signed_as_the_same_bytes(
    kind: str, payload: bytes, other_kind: str, other_payload: bytes
) -> None:
    same = (kind, payload) == (other_kind, other_payload)
    assert (pae(kind, payload) == pae(other_kind, other_payload)) == same


@pytest.mark.parametrize(
    ("envelope", "code"),
    [
        pytest.param(replace(GOOD, payload_type="text/plain"), "MN423", id="another type"),
        pytest.param(replace(GOOD, signatures=()), "MN424", id="no signature"),
        pytest.param(replace(GOOD, signatures=(SIGNATURE,) * 2), "MN424", id="one key twice"),
        pytest.param(
            replace(GOOD, signatures=(SIGNATURE, *sign(b"{}", OTHER).signatures)),
            "MN424",
            id="two keys",
        ),
        pytest.param(
            replace(GOOD, signatures=(replace(SIGNATURE, keyid=OTHER.keyid),)),
            "MN425",
            id="the id of another key",
        ),
        pytest.param(sign(b"{}", OTHER), "MN425", id="another key"),
        pytest.param(
            replace(sign(b"{}", OTHER), signatures=(replace(SIGNATURE, sig=OTHER.sign(b"")),)),
            "MN426",
            id="another key under this id",
        ),
        pytest.param(replace(GOOD, payload=b"{ }"), "MN426", id="another payload"),
        pytest.param(
            Envelope(PAYLOAD_TYPE, b"{}", (Signature(KEY.keyid, KEY.sign(b"{}")),)),
            "MN426",
            id="a signature over the bare payload",
        ),
        pytest.param(
            Envelope(
                PAYLOAD_TYPE, b"{}", (Signature(KEY.keyid, KEY.sign(pae("text/plain", b"{}"))),)
            ),
            "MN426",
            id="a signature over another type",
        ),
    ],
)
def test_any_other_envelope_is_refused(envelope: Envelope, code: str) -> None:
    with pytest.raises(TrustError) as caught:
        verify(envelope, KEY.public)

    assert caught.value.code == code
