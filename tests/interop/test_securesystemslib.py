"""securesystemslib (TUF, in-toto) checks the envelopes, and refuses changed ones."""

from __future__ import annotations

import base64
import copy
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]  # re-exported
from tests.interop.conftest import SIGNED, Bundle

if TYPE_CHECKING:
    from collections.abc import Callable


def _verify(bundle: Bundle, envelope: dict[str, Any]) -> None:
    public = load_pem_public_key(bundle.public_key.read_bytes())
    key = SSlibKey.from_crypto(public, keyid=bundle.key.keyid)
    Envelope.from_dict(copy.deepcopy(envelope)).verify([key], 1)


@pytest.mark.parametrize("member", SIGNED)
def test_securesystemslib_accepts_the_envelope(bundle: Bundle, member: str) -> None:
    _verify(bundle, bundle.envelope(member))


def _payload(envelope: dict[str, Any]) -> None:
    payload = base64.b64decode(envelope["payload"]).replace(b"1", b"2", 1)
    envelope["payload"] = base64.b64encode(payload).decode()


def _type(envelope: dict[str, Any]) -> None:
    envelope["payloadType"] = "application/json"


def _signature(envelope: dict[str, Any]) -> None:
    signature = bytearray(base64.b64decode(envelope["signatures"][0]["sig"]))
    signature[-1] ^= 1
    envelope["signatures"][0]["sig"] = base64.b64encode(signature).decode()


def _no_signature(envelope: dict[str, Any]) -> None:
    envelope["signatures"] = []


@pytest.mark.parametrize("member", SIGNED)
@pytest.mark.parametrize("change", [_payload, _type, _signature, _no_signature])
def test_securesystemslib_refuses_what_was_changed(
    bundle: Bundle, member: str, change: Callable[[dict[str, Any]], None]
) -> None:
    envelope = bundle.envelope(member)
    change(envelope)

    with pytest.raises((VerificationError, ValueError)):
        _verify(bundle, envelope)
