"""Is this the trust policy that its root keys signed, and the next one after the one we had?

The first policy of a chain is pinned: by the SHA-256 of its payload, learned out of band. Each
next one is signed by the root threshold of the policy before it *and* by its own, and is greater
by exactly one, so that no version can be skipped, replayed or slipped in.

Source: TUF specification 1.0 §5.3 (root rotation); thresholds as in DSSE 1.0.2 protocol.md:
"t of n unique trusted public keys", here of unique owners as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mnaudit.errors import TrustError
from mnaudit.signing.dsse import Envelope, Signature, pae
from mnaudit.signing.policy_defects import defects_of, load_key, person
from mnaudit.signing.policy_envelope import unwrap_policy, wrap_policy
from mnaudit.signing.trust_policy import (
    PAYLOAD_TYPE,
    Role,
    dump_policy,
    fingerprint_of,
    read_payload,
)
from mnaudit.signing.trust_state import TrustState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mnaudit.signing.keys import Signer
    from mnaudit.signing.trust_policy import TrustPolicy

__all__ = [
    "SignedPolicy",
    "accept_first",
    "accept_next",
    "add_signature",
    "first_state",
    "is_current",
    "newest",
    "parse_policy",
    "root_owners",
    "stored_policy",
]


@dataclass(frozen=True, slots=True)
class SignedPolicy:
    """A policy that was read and has no defect. Who made it shows, whether it was accepted.

    Attributes:
        envelope: With the very payload that ``policy`` was read from.
    """

    policy: TrustPolicy
    envelope: Envelope

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the payload, 64 hex digits. Never of the envelope: signatures can change."""
        return fingerprint_of(self.envelope.payload)

    @property
    def text(self) -> str:
        """The bytes of the envelope; they are ASCII."""
        return wrap_policy(self.envelope).decode()


def parse_policy(data: bytes) -> SignedPolicy:
    """Read the envelope of a policy. Its signatures are not checked.

    Raises:
        TrustError: It cannot be read (``MN475`` to ``MN477``), or with its first defect.
    """
    envelope = unwrap_policy(data)
    policy = read_payload(envelope.payload)
    for defect in defects_of(policy):
        raise defect.as_error()
    return SignedPolicy(policy, envelope)


def accept_first(data: bytes, fingerprint: str) -> SignedPolicy:
    """Accept the first policy of a chain, by the fingerprint that came out of band.

    Args:
        data: The envelope.
        fingerprint: SHA-256 of the payload, 64 lower-case hex digits (``keys.parse_pin``).

    Raises:
        TrustError: It is another policy (``MN060``), or not signed by its own root (``MN486``).
    """
    signed = parse_policy(data)
    if signed.fingerprint != fingerprint:
        raise TrustError("MN060", expected=fingerprint, actual=signed.fingerprint)
    _require(signed, signed.policy)
    return signed


def accept_next(current: SignedPolicy, data: bytes) -> SignedPolicy:
    """Accept the policy that follows ``current``, whether or not ``current`` has expired.

    Raises:
        TrustError: It is older, or the same version with other bytes (``MN488``), skips a version
            (``MN487``), is another organization's (``MN489``), or is not signed by the root of
            both (``MN486``).
    """
    signed = parse_policy(data)
    before, after = current.policy, signed.policy
    if after.version <= before.version:
        raise TrustError("MN488", version=after.version, known=before.version)
    if after.version != before.version + 1:
        raise TrustError("MN487", version=after.version, expected=before.version + 1)
    if after.issued < before.issued:
        # Roots that were replaced could date it back to when they still counted.
        raise TrustError("MN484", field="policy.issued")
    _require_same_organization(before, after)
    _require(signed, before)
    _require(signed, after)
    return signed


def newest(current: SignedPolicy, found: Mapping[int, bytes]) -> SignedPolicy:
    """Walk from ``current`` to the last of the policies that were found, step by step.

    Args:
        current: What was accepted before.
        found: Envelopes by the version that their name states. Those before ``current`` are for
            others, who stopped there, and are not read.

    Raises:
        TrustError: As :func:`accept_next`; or a version that is known has other bytes now
            (``MN488``); or a name states another version than its policy (``MN487``).
    """
    known = current.policy.version
    if known in found and parse_policy(found[known]).fingerprint != current.fingerprint:
        raise TrustError("MN488", version=known, known=known)
    for version in sorted(version for version in found if version > known):
        current = accept_next(current, found[version])
        if current.policy.version != version:
            raise TrustError("MN487", version=current.policy.version, expected=version)
    return current


def root_owners(signed: SignedPolicy, by: TrustPolicy) -> frozenset[str]:
    """Return the owners of root keys of ``by`` whose signatures on ``signed`` are good.

    The key id of a signature is a hint: it says which key to try, and nothing else. A key counts
    if it was valid when the policy says that it was issued.
    """
    message = pae(signed.envelope.payload_type, signed.envelope.payload)
    by_id = {
        key.keyid: (key, by.keys[name])
        for name in by.keys_of(Role.ROOT)
        if (key := load_key(by.keys[name])).fingerprint == name
    }
    # A set: one signature twice, or two signatures by two keys of one owner, are one owner.
    return frozenset(
        person(entry.owner)
        for signature in signed.envelope.signatures
        if signature.keyid in by_id
        for key, entry in (by_id[signature.keyid],)
        if _counts(by, key.fingerprint, signed.policy.issued) and key.verify(signature.sig, message)
    )


def is_current(policy: TrustPolicy, at: datetime) -> bool:
    """Tell whether a policy may be used at ``at``; expired, it only verifies its successor."""
    return policy.issued <= at <= policy.expires


def add_signature(policy: TrustPolicy, envelope: Envelope | None, key: Signer) -> Envelope:
    """Return the envelope with one more signature; others over other bytes are dropped."""
    payload = dump_policy(policy)
    kept = envelope.signatures if envelope is not None and envelope.payload == payload else ()
    made = Signature(key.public.keyid, key.sign(pae(PAYLOAD_TYPE, payload)))
    others = [signature for signature in kept if signature.keyid != made.keyid]
    ordered = sorted([*others, made], key=lambda signature: signature.keyid)
    return Envelope(PAYLOAD_TYPE, payload, tuple(ordered))


def first_state(signed: SignedPolicy) -> TrustState:
    """Return what a verifier keeps after :func:`accept_first`."""
    return TrustState(
        v="mnaudit-trust/v1",
        organization=signed.policy.organization.corporate_number,
        first_pin=signed.fingerprint,
        policy=signed.text,
    )


def stored_policy(state: TrustState) -> SignedPolicy:
    """Return the policy that was accepted last, looked at as if it were new.

    Raises:
        TrustError: The state was changed by hand: as :func:`parse_policy`, not signed by its own
            root (``MN486``), another organization's (``MN489``), or a first version that is not
            the one that was pinned (``MN060``).
    """
    signed = parse_policy(state.policy.encode())
    _require(signed, signed.policy)
    number = signed.policy.organization.corporate_number
    if number != state.organization:
        raise TrustError("MN489", expected=state.organization, actual=number)
    if signed.policy.version == 1 and signed.fingerprint != state.first_pin:
        raise TrustError("MN060", expected=state.first_pin, actual=signed.fingerprint)
    return signed


def _counts(policy: TrustPolicy, fingerprint: str, at: datetime) -> bool:
    """Tell whether a root key may sign a policy that was issued at ``at``."""
    entry = policy.keys[fingerprint]
    if entry.not_before is not None and at < entry.not_before:
        return False
    if entry.not_after is not None and at > entry.not_after:
        return False
    if entry.revoked is None:
        return True
    # ``issued`` is a claim of the signers. Of a stolen key it proves nothing.
    return entry.revoked.reason == "superseded" and at < entry.revoked.at


def _require(signed: SignedPolicy, by: TrustPolicy) -> None:
    """Demand the root threshold of ``by``."""
    have, threshold = len(root_owners(signed, by)), by.roles[Role.ROOT].threshold
    if have < threshold:
        raise TrustError(
            "MN486", version=signed.policy.version, by=by.version, have=have, threshold=threshold
        )


def _require_same_organization(before: TrustPolicy, after: TrustPolicy) -> None:
    # By number: a company may change its name, but never its corporate number.
    expected = before.organization.corporate_number
    actual = after.organization.corporate_number
    if actual != expected:
        raise TrustError("MN489", expected=expected, actual=actual)
