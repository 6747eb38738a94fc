"""A trust policy with the signatures of several people: a DSSE envelope, read strictly.

Written as canonical JSON; an envelope that would be written differently is refused, so that one
policy with one set of signatures is one sequence of bytes. No signature is checked here.

Source: DSSE 1.0.2, envelope.md; base64 is RFC 4648 §4 with padding.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Final

from mnaudit.errors import TrustError
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.dsse import Envelope, Signature
from mnaudit.signing.strict_json import StrictJsonError, parse
from mnaudit.signing.trust_policy import MAX_BYTES, PAYLOAD_TYPE

__all__ = ["MAX_SIGNATURES", "file_name", "unwrap_policy", "version_of", "wrap_policy"]

MAX_SIGNATURES: Final = 32
"""More are refused before any is verified: checking thousands is a way to stop a verifier."""

_NAME: Final = re.compile(r"policy\.v([1-9][0-9]{0,5})\.dsse\.json")


def file_name(version: int) -> str:
    """Return the name of the file of a version."""
    return f"policy.v{version}.dsse.json"


def version_of(name: str) -> int | None:
    """Return the version that a file name states; None if it is no name of a policy."""
    found = _NAME.fullmatch(name)
    return None if found is None else int(found[1])


def wrap_policy(envelope: Envelope) -> bytes:
    """Return the bytes of an envelope."""
    return canonical_bytes(
        {
            "payload": _encode(envelope.payload),
            "payloadType": envelope.payload_type,
            "signatures": [
                {"keyid": signature.keyid, "sig": _encode(signature.sig)}
                for signature in envelope.signatures
            ],
        }
    )


def unwrap_policy(data: bytes) -> Envelope:
    """Read an envelope. Its signatures are not checked, and their key ids are only hints.

    Raises:
        TrustError: It is no strict or no canonical JSON (``MN476``), has a wrong field
            (``MN475``), or more signatures than anybody needs (``MN477``).
    """
    try:
        value = parse(data, max_bytes=MAX_BYTES)
    except StrictJsonError as error:
        raise TrustError("MN476", line=error.line, column=error.column) from error
    fields = _object(value, "envelope", "payload", "payloadType", "signatures")
    if fields["payloadType"] != PAYLOAD_TYPE:
        # A signed status is not a policy, whatever its payload looks like.
        raise TrustError("MN475", field="payloadType")
    listed = fields["signatures"]
    if not isinstance(listed, list):
        raise TrustError("MN475", field="signatures")
    if len(listed) > MAX_SIGNATURES:
        raise TrustError("MN477", count=len(listed), limit=MAX_SIGNATURES)
    envelope = Envelope(
        PAYLOAD_TYPE, _decode(fields["payload"], "payload"), tuple(map(_signature, listed))
    )
    if wrap_policy(envelope) != data:
        raise TrustError("MN476", line=1, column=1)
    return envelope


def _signature(value: Any) -> Signature:
    fields = _object(value, "signatures", "keyid", "sig")
    return Signature(_text(fields["keyid"], "keyid"), _decode(fields["sig"], "sig"))


def _object(value: Any, name: str, *fields: str) -> dict[str, Any]:
    """Return ``value`` if it is an object with exactly these fields."""
    if not isinstance(value, dict) or value.keys() != set(fields):
        raise TrustError("MN475", field=name)
    return value


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise TrustError("MN475", field=name)
    return value


def _decode(value: Any, name: str) -> bytes:
    """Decode base64 that has one spelling only: standard alphabet, padded, no stray bits."""
    try:
        decoded = base64.b64decode(_text(value, name), validate=True)
    except (binascii.Error, ValueError) as error:
        raise TrustError("MN475", field=name) from error
    if _encode(decoded) != value:
        raise TrustError("MN475", field=name)
    return decoded


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()
