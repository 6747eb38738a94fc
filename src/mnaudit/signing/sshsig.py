"""Is an SSH signature of a git commit good, and which key made it?

Reads what ``ssh-keygen -Y sign`` writes, for Ed25519 and ECDSA P-256 and for the namespace ``git``
only: a signature that somebody made over a file or a mail must never pass as one over a commit.
Whose key it is, and whether that person may submit, is not decided here. RSA and security keys
(``sk-``) are not looked into.

Source: OpenSSH ``PROTOCOL.sshsig`` (signed data, blob, armor); RFC 4253 §6.6, RFC 5656 §3.1 and
RFC 8709 §4, §6 (keys and signatures).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256, sha512
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mnaudit.errors import TrustError
from mnaudit.signing.keys import Algorithm, PublicKey, load_public

__all__ = [
    "KEY_TYPES",
    "Checked",
    "Outcome",
    "check",
    "is_public_line",
    "read_key",
    "read_public_line",
]

KEY_TYPES: Final = {
    b"ssh-ed25519": Algorithm.ED25519,
    b"ecdsa-sha2-nistp256": Algorithm.ECDSA_P256,
}
"""The types of keys that we check, as OpenSSH writes them."""

_MAGIC: Final = b"SSHSIG"
_VERSION: Final = 1
_NAMESPACE: Final = b"git"
_HASHES: Final = {b"sha256": sha256, b"sha512": sha512}
_ARMOR: Final = re.compile(
    rb"-----BEGIN SSH SIGNATURE-----\n((?:[A-Za-z0-9+/=]{1,76}\n)+)-----END SSH SIGNATURE-----\n?"
)
_MAX_BYTES: Final = 16 * 1024
_ED25519_BYTES: Final = 32
_ED25519_SIGNATURE_BYTES: Final = 64
_P256_BYTES: Final = 32


class Outcome(StrEnum):
    """What became of the check."""

    GOOD = "good"
    BAD = "bad"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Checked:
    """A signature after the check.

    Attributes:
        key: The key that the signature names; None if it could not be read. It counts as that of
            the signer only if the outcome is ``good``.
    """

    outcome: Outcome
    key: PublicKey | None = None


def check(armored: bytes, message: bytes) -> Checked:
    """Check the signature of a commit.

    Args:
        armored: The value of the header ``gpgsig``, without the leading spaces.
        message: The commit without that header.
    """
    if not armored.startswith(b"-----BEGIN SSH SIGNATURE-----"):
        # OpenPGP, X.509, or something else that is not ours to judge.
        return Checked(Outcome.UNSUPPORTED)
    try:
        return _check(_unarmored(armored), message)
    except (_MalformedError, TrustError):
        return Checked(Outcome.BAD)


def read_key(blob: bytes) -> PublicKey | None:
    """Read a public key in the form of SSH; None if it is of a type that we do not check.

    Raises:
        TrustError: It is damaged (``MN406``), or a weak Ed25519 key (``MN407``).
    """
    try:
        fields = _Fields(blob)
        type_ = fields.string()
        if type_ not in KEY_TYPES:
            return None
        key = _ed25519(fields) if KEY_TYPES[type_] is Algorithm.ED25519 else _p256(fields)
        fields.end()
    except (_MalformedError, ValueError) as error:
        raise TrustError("MN406") from error
    # Our own reader refuses keys under which anyone can sign.
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return load_public(pem)


def is_public_line(data: bytes) -> bool:
    """Tell whether a file looks like a public key of OpenSSH (``id_ed25519.pub``)."""
    return data.partition(b" ")[0] in KEY_TYPES


def read_public_line(data: bytes) -> PublicKey:
    """Read the one line of a public key file of OpenSSH: type, base64, and a comment.

    Raises:
        TrustError: It is damaged, of another type, or more than a line (``MN406``), or a weak
            Ed25519 key (``MN407``).
    """
    type_, _, rest = data.removesuffix(b"\n").removesuffix(b"\r").partition(b" ")
    try:
        blob = base64.b64decode(rest.partition(b" ")[0], validate=True)
    except ValueError as error:
        raise TrustError("MN406") from error
    key = read_key(blob)
    # What is shown to people is the word in front; it must be what the bytes say.
    if key is None or b"\n" in rest or blob[4 : 4 + len(type_)] != type_:
        raise TrustError("MN406")
    return key


class _MalformedError(Exception):
    """The bytes are not what the format says."""


class _Fields:
    """Reads the wire format of SSH (RFC 4251 §5)."""

    def __init__(self, data: bytes) -> None:
        self._rest = data

    def take(self, count: int) -> bytes:
        if len(self._rest) < count:
            raise _MalformedError
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def number(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def string(self) -> bytes:
        return self.take(self.number())

    def positive(self) -> int:
        """Read an ``mpint`` above zero that has its one shortest spelling."""
        data = self.string()
        value = int.from_bytes(data, "big", signed=True)
        if value <= 0 or len(data) != value.bit_length() // 8 + 1:
            raise _MalformedError
        return value

    def end(self) -> None:
        if self._rest:
            raise _MalformedError


def _unarmored(armored: bytes) -> bytes:
    found = _ARMOR.fullmatch(armored)
    if found is None or len(armored) > _MAX_BYTES:
        raise _MalformedError
    text = found[1].replace(b"\n", b"")
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise _MalformedError from error
    # One signature has one spelling: no stray bits after the last character.
    if base64.b64encode(data) != text:
        raise _MalformedError
    return data


def _check(blob: bytes, message: bytes) -> Checked:
    fields = _Fields(blob)
    if fields.take(len(_MAGIC)) != _MAGIC or fields.number() != _VERSION:
        raise _MalformedError
    key_blob = fields.string()
    namespace, reserved, hash_name = fields.string(), fields.string(), fields.string()
    signature = fields.string()
    fields.end()
    key = read_key(key_blob)
    if key is None:
        return Checked(Outcome.UNSUPPORTED)
    if namespace != _NAMESPACE or hash_name not in _HASHES:
        # Somebody else's signature, lifted from a file or a mail of the same person.
        return Checked(Outcome.BAD, key)
    # "The verifier MUST ignore" the reserved field, but it is under the signature.
    parts = (namespace, reserved, hash_name, _HASHES[hash_name](message).digest())
    signed = _MAGIC + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    good = key.verify(_signature(signature, key.algorithm), signed)
    return Checked(Outcome.GOOD if good else Outcome.BAD, key)


def _signature(blob: bytes, algorithm: Algorithm) -> bytes:
    """Return a signature as our keys take it; its type must be that of the key."""
    fields = _Fields(blob)
    if KEY_TYPES.get(fields.string()) is not algorithm:
        raise _MalformedError
    data = fields.string()
    fields.end()
    if algorithm is Algorithm.ED25519:
        if len(data) != _ED25519_SIGNATURE_BYTES:
            raise _MalformedError
        return data
    numbers = _Fields(data)
    r, s = numbers.positive(), numbers.positive()
    numbers.end()
    return encode_dss_signature(r, s)


def _ed25519(fields: _Fields) -> Ed25519PublicKey:
    raw = fields.string()
    if len(raw) != _ED25519_BYTES:
        raise _MalformedError
    return Ed25519PublicKey.from_public_bytes(raw)


def _p256(fields: _Fields) -> ec.EllipticCurvePublicKey:
    """Read a point; one that is not on the curve is refused by OpenSSL."""
    name, point = fields.string(), fields.string()
    # RFC 5656 §3.1 allows compressed points, OpenSSH does not write them: one key, one spelling.
    if name != b"nistp256" or len(point) != 1 + 2 * _P256_BYTES:
        raise _MalformedError
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
