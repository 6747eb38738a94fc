"""SSH signatures made by hand, so that a test can make them wrong in one point."""

from __future__ import annotations

import base64
from hashlib import sha256, sha512

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

__all__ = [
    "ED25519",
    "MESSAGE",
    "P256",
    "armor",
    "ed25519_blob",
    "mpint",
    "p256_blob",
    "signed",
    "string",
]

MESSAGE = b"tree 0\n\na commit\n"
ED25519 = Ed25519PrivateKey.from_private_bytes(sha256(b"NEVER USE").digest())
P256 = ec.derive_private_key(int.from_bytes(sha256(b"NEVER USE").digest()), ec.SECP256R1())


def string(data: bytes) -> bytes:
    return len(data).to_bytes(4) + data


def mpint(value: int) -> bytes:
    return string(value.to_bytes(value.bit_length() // 8 + 1))


def ed25519_blob(raw: bytes | None = None) -> bytes:
    if raw is None:
        raw = ED25519.public_key().public_bytes_raw()
    return string(b"ssh-ed25519") + string(raw)


def p256_blob(curve: bytes = b"nistp256", point: bytes | None = None) -> bytes:
    if point is None:
        point = P256.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return string(b"ecdsa-sha2-nistp256") + string(curve) + string(point)


def armor(blob: bytes, width: int = 70) -> bytes:
    text = base64.b64encode(blob)
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    begin, end = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"
    return b"\n".join([begin, *lines, end]) + b"\n"


def signed(
    kind: str = "ed25519",
    *,
    message: bytes = MESSAGE,
    namespace: bytes = b"git",
    reserved: bytes = b"",
    hash_name: bytes = b"sha512",
    magic: bytes = b"SSHSIG",
    version: int = 1,
    key: bytes | None = None,
    type_: bytes | None = None,
    signature: bytes | None = None,
    tail: bytes = b"",
) -> bytes:
    """Return an armored signature, by hand, that is wrong in one point."""
    digest = {b"sha256": sha256, b"sha512": sha512}.get(hash_name, sha512)(message).digest()
    to_sign = b"SSHSIG" + b"".join(map(string, (namespace, reserved, hash_name, digest)))
    if kind == "ed25519":
        made, blob, name = ED25519.sign(to_sign), ed25519_blob(), b"ssh-ed25519"
    else:
        r, s = decode_dss_signature(P256.sign(to_sign, ec.ECDSA(SHA256())))
        made, blob, name = mpint(r) + mpint(s), p256_blob(), b"ecdsa-sha2-nistp256"
    inner = string(type_ or name) + string(made if signature is None else signature)
    parts = (key or blob, namespace, reserved, hash_name, inner)
    return armor(magic + version.to_bytes(4) + b"".join(map(string, parts)) + tail)
