"""How much does a guess at the passphrase of this key file cost? A warning, and never a refusal.

openssl spends 2048 rounds of PBKDF2 on a passphrase unless it is told otherwise; whoever gets
hold of such a file tries millions of passphrases a second. This module reads only the description
of the encryption, which needs no passphrase; whether the key can be read is not decided here.

Sources: RFC 5958 §3, RFC 8018 appendix A, RFC 7914 §7; 600 000 rounds of PBKDF2-HMAC-SHA256 as in
the OWASP Password Storage Cheat Sheet.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mnaudit.signing import der
from mnaudit.signing.pkcs8 import WORK

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MIN_ROUNDS", "Weakness", "weakness"]

MIN_ROUNDS: Final = 600_000

_PEM = re.compile(
    rb"-----BEGIN (ENCRYPTED )?PRIVATE KEY-----\s(.*?)-----END (?:ENCRYPTED )?PRIVATE KEY-----",
    re.DOTALL,
)
_PBES2: Final = "1.2.840.113549.1.5.13"
_PBKDF2: Final = "1.2.840.113549.1.5.12"
_SCRYPT: Final = "1.3.6.1.4.1.11591.4.11"


@dataclass(frozen=True, slots=True)
class Weakness:
    """Why a key file protects its key badly: a code of ``messages`` and what it shows."""

    code: str
    values: Mapping[str, str | int]


def weakness(pem: bytes) -> Weakness | None:
    """Return what is weak about the protection of a PKCS#8 key file, or None.

    Returns:
        ``MN499`` for a key that is not encrypted, ``MN495`` for a passphrase that is cheap to
        guess or protected in a way that cannot be weighed. None also for what is no PKCS#8:
        ``keys.load_private`` refuses that.
    """
    found = _PEM.search(pem)
    if found is None:
        return None
    if found[1] is None:
        return Weakness("MN499", {})
    try:
        name, is_strong = _derivation(base64.b64decode(found[2]))
    except (ValueError, LookupError):
        name, is_strong = "?", False
    return None if is_strong else Weakness("MN495", {"derivation": name})


def _derivation(data: bytes) -> tuple[str, bool]:
    """Return how the key is derived from the passphrase, and whether that costs enough."""
    scheme, parameters = der.read(data).members()[0].members()
    if scheme.oid() != _PBES2:
        return "PBES1", False  # DES or RC2, at most 2048 rounds as openssl writes them
    function, arguments = parameters.members()[0].members()
    numbers = [each.integer() for each in arguments.members() if each.tag == der.INTEGER]
    match function.oid(), numbers:
        case str(oid), [rounds, *_] if oid == _PBKDF2:
            return f"PBKDF2 {rounds}", rounds >= MIN_ROUNDS
        case str(oid), [n, r, p, *_] if oid == _SCRYPT:
            return f"scrypt N={n} r={r} p={p}", n * r * p >= WORK
        case _:
            raise ValueError("unknown derivation")
