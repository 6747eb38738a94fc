"""Which key signed? ECDSA P-256 and Ed25519 keys, their fingerprints and their files.

A key is named by the SHA-256 of its DER SubjectPublicKeyInfo, always recomputed and never read
from a file. ECDSA signs deterministically (RFC 6979), so the same input gives the same bytes, and
only DER signatures count. This module does not decide whom to trust.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, Protocol, TypeAlias, assert_never

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from mnaudit.errors import ConfigurationError, TrustError
from mnaudit.signing import pkcs8

__all__ = [
    "Algorithm",
    "PublicKey",
    "Signer",
    "SigningKey",
    "encrypt",
    "generate",
    "load_private",
    "load_public",
    "parse_pin",
]

_AnyPrivate: TypeAlias = ec.EllipticCurvePrivateKey | Ed25519PrivateKey
_AnyPublic: TypeAlias = ec.EllipticCurvePublicKey | Ed25519PublicKey

_FINGERPRINT_DIGITS = 64

# RFC 8032 §5.1: the field of edwards25519, and the y coordinate of its points of order 8.
_P = 2**255 - 19
_Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_LOW_ORDER_Y = frozenset({0, 1, _P - 1, _Y8, _P - _Y8})


class Algorithm(StrEnum):
    """How a key signs. The type of the key decides it, never a field of the signed data."""

    ECDSA_P256 = "ecdsa-p256"
    ED25519 = "ed25519"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that checks signatures; made by :func:`load_public` or ``SigningKey.public``."""

    _key: _AnyPublic

    @property
    def algorithm(self) -> Algorithm:
        """How its signatures are made."""
        is_ed25519 = isinstance(self._key, Ed25519PublicKey)
        return Algorithm.ED25519 if is_ed25519 else Algorithm.ECDSA_P256

    @property
    def der(self) -> bytes:
        """DER SubjectPublicKeyInfo."""
        return self._key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def pem(self) -> str:
        """The one PEM form that we write: 64 columns, LF, a final newline."""
        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of ``der``, 64 lower-case hex digits."""
        return sha256(self.der).hexdigest()

    @property
    def keyid(self) -> str:
        """SHA-256 of ``der`` in standard padded base64, as Sigstore tools write it."""
        return base64.b64encode(sha256(self.der).digest()).decode()

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Tell whether ``signature`` is this key's over ``message``.

        ECDSA is malleable: ``(r, n - s)`` passes as well as ``(r, s)``. So never identify anything
        by the hash of a signature; use the hash of the payload.
        """
        try:
            match self._key:
                case Ed25519PublicKey():
                    self._key.verify(signature, message)
                case ec.EllipticCurvePublicKey():
                    self._key.verify(signature, message, ec.ECDSA(SHA256()))
                case _:
                    assert_never(self._key)
        except InvalidSignature:
            return False
        return True


class Signer(Protocol):
    """What can sign: a key in memory, or one that never leaves its token (PKCS#11, KMS)."""

    @property
    def public(self) -> PublicKey:
        """The half that everyone may have."""

    def sign(self, message: bytes) -> bytes:
        """Return DER ECDSA over SHA-256, or pure Ed25519, as the type of the key decides."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs; made by :func:`generate` or :func:`load_private`. Never shows itself."""

    _key: _AnyPrivate

    def __repr__(self) -> str:
        return f"SigningKey({self.algorithm}, {self.fingerprint})"

    @property
    def public(self) -> PublicKey:
        """The other half."""
        return PublicKey(self._key.public_key())

    @property
    def algorithm(self) -> Algorithm:
        """How it signs."""
        return self.public.algorithm

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the DER SubjectPublicKeyInfo, 64 lower-case hex digits."""
        return self.public.fingerprint

    @property
    def keyid(self) -> str:
        """The fingerprint in standard padded base64."""
        return self.public.keyid

    @property
    def public_pem(self) -> str:
        """The public half as PEM SubjectPublicKeyInfo."""
        return self.public.pem

    def sign(self, message: bytes) -> bytes:
        """Sign: DER ECDSA over SHA-256 (RFC 6979) or pure Ed25519; repeatable to the byte."""
        match self._key:
            case Ed25519PrivateKey():
                return self._key.sign(message)
            case ec.EllipticCurvePrivateKey():
                return self._key.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True))
            case _:
                assert_never(self._key)


def generate(algorithm: Algorithm) -> SigningKey:
    """Make a new key. The only place here where chance enters, through OpenSSL."""
    match algorithm:
        case Algorithm.ED25519:
            return SigningKey(Ed25519PrivateKey.generate())
        case Algorithm.ECDSA_P256:
            return SigningKey(ec.generate_private_key(ec.SECP256R1()))
        case _:
            assert_never(algorithm)


def encrypt(key: SigningKey, passphrase: bytes, *, salt: bytes, iv: bytes) -> bytes:
    """Return the key as PEM ``ENCRYPTED PRIVATE KEY``, readable by openssl.

    Args:
        key: What to protect.
        passphrase: Must not be empty.
        salt: 16 or more random bytes, fresh for every call.
        iv: 16 random bytes, fresh for every call.

    Raises:
        ConfigurationError: The passphrase is empty.
    """
    if not passphrase:
        raise ConfigurationError("MN403")
    plain = key._key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())  # noqa: SLF001
    return pkcs8.encrypted_pem(plain, passphrase, salt=salt, iv=iv)


def load_private(pem: bytes, passphrase: bytes | None) -> SigningKey:
    """Read a PKCS#8 private key.

    Raises:
        ConfigurationError: It is no PKCS#8 (``MN401``), neither P-256 nor Ed25519 (``MN402``), or
            the passphrase is missing (``MN403``), wrong (``MN404``) or of no use because the key
            is not encrypted (``MN405``).
    """
    if encrypted := b"-----BEGIN ENCRYPTED PRIVATE KEY-----" in pem:
        if not passphrase:
            raise ConfigurationError("MN403")
    elif b"-----BEGIN PRIVATE KEY-----" not in pem:
        raise ConfigurationError("MN401")
    elif passphrase:
        # Somebody believes that this file is protected.
        raise ConfigurationError("MN405")
    try:
        key: Any = load_pem_private_key(pem, passphrase or None)
    except UnsupportedAlgorithm as error:
        raise ConfigurationError("MN402", type="?") from error
    except (ValueError, TypeError) as error:
        # A wrong passphrase and a damaged file look the same: the decrypted bytes are no key.
        raise ConfigurationError("MN404" if encrypted else "MN401") from error
    match key:
        case Ed25519PrivateKey():
            pass
        case ec.EllipticCurvePrivateKey() if isinstance(key.curve, ec.SECP256R1):
            pass
        case _:
            raise ConfigurationError("MN402", type=_type_name(key))
    return SigningKey(key)


def load_public(pem: bytes) -> PublicKey:
    """Read a PEM SubjectPublicKeyInfo. The caller decides whether to trust it.

    Raises:
        TrustError: It is no such key (``MN406``), of another type or curve (``MN402``), or an
            Ed25519 key under which anyone can sign (``MN407``).
    """
    if b"-----BEGIN PUBLIC KEY-----" not in pem:
        raise TrustError("MN406")
    try:
        key: Any = load_pem_public_key(pem)
    except UnsupportedAlgorithm as error:
        raise TrustError("MN402", type="?") from error
    except ValueError as error:
        raise TrustError("MN406") from error
    match key:
        case Ed25519PublicKey():
            if _is_weak(key.public_bytes_raw()):
                raise TrustError("MN407")
        case ec.EllipticCurvePublicKey() if isinstance(key.curve, ec.SECP256R1):
            pass
        case _:
            raise TrustError("MN402", type=_type_name(key))
    return PublicKey(key)


def parse_pin(text: str) -> str:
    """Return the fingerprint that a person wrote down, as 64 lower-case hex digits.

    Accepts hex in either case, with ``sha256:`` before it and spaces or colons inside it, or a
    base64 key id.

    Raises:
        ConfigurationError: It is neither (``MN408``).
    """
    bare = re.sub(r"^sha256:", "", text.strip(), flags=re.IGNORECASE)
    if re.fullmatch(r"[0-9A-Fa-f]{64}", digits := re.sub(r"[\s:]", "", bare)):
        return digits.lower()
    try:
        decoded = base64.b64decode(bare, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ConfigurationError("MN408") from error
    if len(decoded) * 2 != _FINGERPRINT_DIGITS or base64.b64encode(decoded).decode() != bare:
        raise ConfigurationError("MN408")
    return decoded.hex()


def _is_weak(raw: bytes) -> bool:
    """Tell whether an Ed25519 key is one of the 14 low-order encodings, or not canonical.

    Under a low-order key one signature fits many messages (CCTV, ``low_order_A``).
    """
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    return y >= _P or y in _LOW_ORDER_Y


def _type_name(key: Any) -> str:
    """Name a key that we refuse: its curve, or the family of its class."""
    if isinstance(key, (ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey)):
        return key.curve.name
    return re.sub(r"(Public|Private)Key$", "", type(key).__name__)
