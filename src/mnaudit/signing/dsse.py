"""Who signed exactly these bytes? DSSE: the signature covers type and payload together (PAE).

This module does not parse the payload and does not decide whom to trust. Read only what
:func:`verify` returns.

Source: DSSE 1.0.2, protocol.md and envelope.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mnaudit.errors import TrustError

if TYPE_CHECKING:
    from mnaudit.signing.keys import PublicKey, Signer

__all__ = ["PAYLOAD_TYPE", "Envelope", "Signature", "pae", "sign", "verify"]

PAYLOAD_TYPE = "application/vnd.in-toto+json"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature, and the id of the key that claims to have made it (a hint)."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload with its type and signatures. Nothing in it is checked yet."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the pre-authentication encoding: the bytes that are signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, key: Signer) -> Envelope:
    """Sign an in-toto payload."""
    made = Signature(key.public.keyid, key.sign(pae(PAYLOAD_TYPE, payload)))
    return Envelope(PAYLOAD_TYPE, payload, (made,))


def verify(envelope: Envelope, key: PublicKey) -> bytes:
    """Return the payload if its only signature is by ``key``.

    Raises:
        TrustError: Another payload type (``MN423``), not exactly one signature (``MN424``), a
            foreign key id (``MN425``), or a signature that does not fit (``MN426``).
    """
    if envelope.payload_type != PAYLOAD_TYPE:
        raise TrustError("MN423", field="payloadType")
    if len(envelope.signatures) != 1:
        raise TrustError("MN424", count=len(envelope.signatures))
    signature = envelope.signatures[0]
    if signature.keyid != key.keyid:
        raise TrustError("MN425")
    if not key.verify(signature.sig, pae(envelope.payload_type, envelope.payload)):
        raise TrustError("MN426")
    return envelope.payload
