"""A private key behind a passphrase: PKCS#8 EncryptedPrivateKeyInfo with scrypt.

Written by hand because cryptography's own encryption spends only 2048 rounds of PBKDF2 on a
passphrase. The scrypt cost is N=2^14, r=8, p=8: the work of the usual N=2^17, p=1, but within the
32 MiB that openssl allows itself; with any larger N ``openssl pkey`` cannot read the key.

Sources: RFC 5958 §3, RFC 8018 §6.2 and appendix A.4, RFC 7914 §7.
"""

from __future__ import annotations

import base64
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.padding import PKCS7

from mnaudit.signing import der

__all__ = ["WORK", "encrypted_pem"]

_COST_N = 2**14
_COST_R = 8
_COST_P = 8
WORK: Final = _COST_N * _COST_R * _COST_P
"""What scrypt is made to do for one guess; key files that cost less are warned of."""

_PBES2 = der.encode_oid("1.2.840.113549.1.5.13")
_SCRYPT = der.encode_oid("1.3.6.1.4.1.11591.4.11")
_AES256_CBC = der.encode_oid("2.16.840.1.101.3.4.1.42")


def encrypted_pem(plain: bytes, passphrase: bytes, *, salt: bytes, iv: bytes) -> bytes:
    """Encrypt a DER PrivateKeyInfo and return it as PEM ``ENCRYPTED PRIVATE KEY``."""
    secret = Scrypt(salt=salt, length=32, n=_COST_N, r=_COST_R, p=_COST_P).derive(passphrase)
    padder = PKCS7(AES256.block_size).padder()
    cipher = Cipher(AES256(secret), modes.CBC(iv)).encryptor()
    sealed = cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()
    derivation = _sequence(
        _SCRYPT,
        _sequence(
            der.encode(der.OCTET_STRING, salt),
            der.encode_integer(_COST_N),
            der.encode_integer(_COST_R),
            der.encode_integer(_COST_P),
        ),
    )
    encryption = _sequence(_AES256_CBC, der.encode(der.OCTET_STRING, iv))
    scheme = _sequence(_PBES2, _sequence(derivation, encryption))
    text = base64.b64encode(_sequence(scheme, der.encode(der.OCTET_STRING, sealed)))
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    label = b"ENCRYPTED PRIVATE KEY-----"
    return b"\n".join([b"-----BEGIN " + label, *lines, b"-----END " + label, b""])


def _sequence(*parts: bytes) -> bytes:
    return der.encode(der.SEQUENCE, *parts)
