"""How is one file shown without telling of the others? The leaves of the evidence tree.

A leaf is the description of one member, with a salt of its own. Whoever sees the hash of a leaf
that was not shown to him learns nothing, not even by trying all contents: 256 bits of salt stand
between. The tree over the leaves is that of RFC 6962.

Specification: ``docs/spec/evidence-manifest-v1.md``, "The tree".
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from mnaudit.signing import merkle
from mnaudit.signing.canonical import canonical_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mnaudit.signing.keys import Signer

__all__ = ["LEAF_FORMAT", "hash_of", "salt", "secret"]

LEAF_FORMAT: Final = "mnaudit-leaf/v1"

_SECRET_CONTEXT: Final = b"mnaudit-salt/v1\n"


def hash_of(name: str, digest: str, size: int, salted: str) -> bytes:
    """Return the leaf hash of a member.

    Args:
        name: Of the member.
        digest: SHA-256 of its bytes, 64 hex digits.
        size: In bytes.
        salted: Its salt, 64 hex digits.
    """
    return merkle.leaf_hash(
        canonical_bytes(
            {"v": LEAF_FORMAT, "path": name, "sha256": digest, "size": size, "salt": salted}
        )
    )


def secret(key: Signer, about: Iterable[tuple[str, str]]) -> bytes:
    """Return the secret that the salts of one set of members are made of.

    It is the hash of a signature that nobody ever sees. Nobody without the key can make it, and a
    deterministic key makes the same one again, so that the same input gives the same bundle and
    there is no file of secrets that can be lost.

    Args:
        key: The key that signs the manifest.
        about: Name and digest of every member, in the order of the manifest.
    """
    listed = sha256(canonical_bytes([list(pair) for pair in about])).digest()
    return sha256(key.sign(_SECRET_CONTEXT + listed)).digest()


def salt(of: bytes, name: str, digest: str) -> str:
    """Return the salt of a member: HMAC-SHA256 of name and digest, 64 hex digits."""
    return hmac.new(of, f"{name}\0{digest}".encode(), sha256).hexdigest()
