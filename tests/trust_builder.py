"""Trust policies for tests: keys that are the same in every run, and policies signed with them.

All keys are made of their names, so everybody has them. NEVER USE them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mnaudit.model.assessment import OrganizationRef
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.dsse import Envelope, Signature, pae
from mnaudit.signing.keys import SigningKey
from mnaudit.signing.policy_chain import SignedPolicy, parse_policy
from mnaudit.signing.policy_editing import begin, policy_key, with_key, with_threshold
from mnaudit.signing.policy_envelope import wrap_policy
from mnaudit.signing.trust_policy import PAYLOAD_TYPE, Role, TrustPolicy, dump_policy, read_draft

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "AT",
    "EXPIRES",
    "ISSUED",
    "ORGANIZATION",
    "Maker",
    "changed",
    "envelope",
    "key",
    "p256",
    "policy",
    "signed",
]

ISSUED = datetime(2026, 4, 1, tzinfo=UTC)
AT = datetime(2026, 6, 1, tzinfo=UTC)
EXPIRES = datetime(2027, 4, 1, tzinfo=UTC)
ORGANIZATION = OrganizationRef(corporate_number="8000000000001", name="株式会社見本商事")


@cache
def key(name: str) -> SigningKey:
    """Return the Ed25519 key of a name."""
    seed = sha256(f"NEVER USE {name}".encode()).digest()
    return SigningKey(Ed25519PrivateKey.from_private_bytes(seed))


@cache
def p256(name: str) -> SigningKey:
    """Return the ECDSA P-256 key of a name."""
    seed = sha256(f"NEVER USE {name}".encode()).digest()
    return SigningKey(ec.derive_private_key(int.from_bytes(seed, "big") >> 1, ec.SECP256R1()))


def policy(*, roots: Iterable[str] = ("root-a", "root-b", "root-c"), threshold: int = 2) -> Any:
    """Return a good first version: root keys of as many owners, and the CI key ``ci``."""
    made = begin(
        ORGANIZATION,
        [(key(name).public, f"owner of {name}") for name in roots],
        threshold=1,
        issued=ISSUED,
        expires=EXPIRES,
    )
    made = with_threshold(made, Role.ROOT, threshold)
    return holding(made, Role.CI, "ci")


def holding(base: TrustPolicy, role: Role, name: str, owner: str = "") -> TrustPolicy:
    """Return the policy with the key of a name in a role."""
    public = key(name).public
    entry = policy_key(public, owner or f"owner of {name}")
    return with_key(base, role, public.fingerprint, entry)


def changed(base: TrustPolicy, change: Callable[[Any], object]) -> TrustPolicy:
    """Return the policy with a change to its JSON value, whether or not it makes sense."""
    value = json.loads(dump_policy(base))
    change(value)
    return read_draft(canonical_bytes(value))


def envelope(payload: bytes | TrustPolicy, *signers: SigningKey | str) -> bytes:
    """Return the signed envelope of a policy, or of any payload."""
    data = dump_policy(payload) if isinstance(payload, TrustPolicy) else payload
    keys = [key(each) if isinstance(each, str) else each for each in signers]
    made = (Signature(each.keyid, each.sign(pae(PAYLOAD_TYPE, data))) for each in keys)
    return wrap_policy(Envelope(PAYLOAD_TYPE, data, tuple(made)))


def signed(base: TrustPolicy, *signers: SigningKey | str) -> SignedPolicy:
    """Return the policy as it is read; whether it is accepted is another question."""
    return parse_policy(envelope(base, *signers))


@dataclass
class Maker:
    """A company that issues one version after the other."""

    newest: TrustPolicy = field(default_factory=policy)
    signers: tuple[str, ...] = ("root-a", "root-b")

    def issue(self) -> bytes:
        """Sign the newest version."""
        return envelope(self.newest, *self.signers)

    def next(self, change: Callable[[Any], object] = lambda _: None) -> bytes:
        """Change the newest version, raise its number and sign it."""

        def change_and_count(value: Any) -> None:
            value["version"] += 1
            change(value)

        self.newest = changed(self.newest, change_and_count)
        return self.issue()
