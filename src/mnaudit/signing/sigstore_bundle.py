"""A DSSE envelope as a Sigstore bundle v0.3, so that other people's tools can check it.

One value has one sequence of bytes here: the bundle is written as canonical JSON, and a bundle
that would be written differently is refused, so that no byte of it escapes the check.

Source: sigstore/protobuf-specs ``sigstore_bundle.proto``; base64 is RFC 4648 §4 with padding.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mnaudit.errors import TrustError
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.dsse import Envelope, Signature
from mnaudit.signing.strict_json import StrictJsonError, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MAX_TOKENS", "MEDIA_TYPE", "SigstoreBundle", "unwrap", "wrap"]

MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
MAX_TOKENS: Final = 8


@dataclass(frozen=True, slots=True)
class SigstoreBundle:
    """An envelope, and what goes with it. Nothing in it is checked yet.

    Attributes:
        tokens: RFC 3161 responses (DER) over the bytes of the signature.
    """

    envelope: Envelope
    tokens: tuple[bytes, ...] = ()


def wrap(envelope: Envelope, tokens: Sequence[bytes] = ()) -> bytes:
    """Return the bundle of an envelope; its first signature names the key."""
    material: dict[str, Any] = {
        "publicKey": {"hint": envelope.signatures[0].keyid},
        # Empty, but present: sigstore-models refuses a bundle without it.
        "tlogEntries": [],
    }
    if tokens:
        stamps = [{"signedTimestamp": _encode(token)} for token in tokens]
        material["timestampVerificationData"] = {"rfc3161Timestamps": stamps}
    return canonical_bytes(
        {
            "mediaType": MEDIA_TYPE,
            "verificationMaterial": material,
            "dsseEnvelope": {
                "payload": _encode(envelope.payload),
                "payloadType": envelope.payload_type,
                "signatures": [
                    {"keyid": signature.keyid, "sig": _encode(signature.sig)}
                    for signature in envelope.signatures
                ],
            },
        }
    )


def unwrap(data: bytes) -> SigstoreBundle:
    """Read a bundle. Its signature is not checked, and its key id is only a hint.

    Raises:
        TrustError: It is not strict JSON (``MN427``), a field is missing, unknown or wrong
            (``MN423``), it does not hold exactly one signature (``MN424``), hint and key id
            differ (``MN425``), or it is not written canonically (``MN428``).
    """
    try:
        value = parse(data)
    except StrictJsonError as error:
        raise TrustError("MN427", line=error.line, column=error.column) from error
    root = _object(value, "bundle", "mediaType", "verificationMaterial", "dsseEnvelope")
    if root["mediaType"] != MEDIA_TYPE:
        raise TrustError("MN423", field="mediaType")
    stamps = "timestampVerificationData"
    material = root["verificationMaterial"]
    has_stamps = isinstance(material, dict) and stamps in material
    names = ("publicKey", "tlogEntries", *([stamps] if has_stamps else []))
    material = _object(material, "verificationMaterial", *names)
    if material["tlogEntries"] != []:
        raise TrustError("MN423", field="tlogEntries")
    hint = _text(_object(material["publicKey"], "publicKey", "hint")["hint"], "hint")
    fields = _object(root["dsseEnvelope"], "dsseEnvelope", "payload", "payloadType", "signatures")
    signature = _signature(fields["signatures"])
    if signature.keyid != hint:
        raise TrustError("MN425")
    envelope = Envelope(
        _text(fields["payloadType"], "payloadType"),
        _decode(fields["payload"], "payload"),
        (signature,),
    )
    tokens = _tokens(material[stamps]) if has_stamps else ()
    if wrap(envelope, tokens) != data:
        raise TrustError("MN428")
    return SigstoreBundle(envelope, tokens)


def _tokens(value: Any) -> tuple[bytes, ...]:
    """Read the time-stamps: at least one if the field is there, and not endlessly many."""
    name = "rfc3161Timestamps"
    listed = _object(value, "timestampVerificationData", name)[name]
    if not isinstance(listed, list) or not 1 <= len(listed) <= MAX_TOKENS:
        raise TrustError("MN423", field=name)
    stamp = "signedTimestamp"
    return tuple(_decode(_object(each, name, stamp)[stamp], stamp) for each in listed)


def _signature(value: Any) -> Signature:
    if not isinstance(value, list):
        raise TrustError("MN423", field="signatures")
    if len(value) != 1:
        raise TrustError("MN424", count=len(value))
    fields = _object(value[0], "signatures", "keyid", "sig")
    return Signature(_text(fields["keyid"], "keyid"), _decode(fields["sig"], "sig"))


def _object(value: Any, name: str, *fields: str) -> dict[str, Any]:
    """Return ``value`` if it is an object with exactly these fields."""
    if not isinstance(value, dict) or value.keys() != set(fields):
        raise TrustError("MN423", field=name)
    return value


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise TrustError("MN423", field=name)
    return value


def _decode(value: Any, name: str) -> bytes:
    """Decode base64 that has one spelling only: standard alphabet, padded, no stray bits."""
    try:
        decoded = base64.b64decode(_text(value, name), validate=True)
    except (binascii.Error, ValueError) as error:
        raise TrustError("MN423", field=name) from error
    if _encode(decoded) != value:
        raise TrustError("MN423", field=name)
    return decoded


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()
