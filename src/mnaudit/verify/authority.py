"""Was the signer entitled to sign this? The checks that rest on the verifier's trust policy.

The policy comes from the verifier's own trust state. Newer versions may lie in the bundle, and
count only as the chain of root signatures allows; nothing else in a bundle can make a key good.

Specification: ``docs/spec/trust-policy-v1.md`` §6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mnaudit.errors import TrustError
from mnaudit.model.instant import instant_text
from mnaudit.signing.policy_chain import is_current, newest, parse_policy, stored_policy
from mnaudit.signing.policy_envelope import version_of
from mnaudit.signing.strict_json import StrictJsonError, parse
from mnaudit.signing.trust_policy import MAX_BYTES, Role
from mnaudit.verify.basis import NotAskedError, UndecidedError

if TYPE_CHECKING:
    from datetime import datetime

    from mnaudit.signing.trust_policy import PolicyKey
    from mnaudit.signing.trust_state import TrustState
    from mnaudit.verify.checks import Examination

__all__ = ["TRUST_FOLDER", "advanced", "policy", "signer_authorized", "signer_in_time"]

TRUST_FOLDER: Final = "trust/"


def policy(on: Examination) -> None:
    """Reach the newest trust policy from the one that was accepted before.

    An expired one is not refused: it may be that its successor has not reached the verifier.
    """
    trust, at = _asked(on)
    signed = newest(stored_policy(trust), _found(on))
    reached = signed.policy
    number = on.status.organization.corporate_number
    if number != trust.organization:
        # A true status, of somebody else.
        raise TrustError("MN489", expected=trust.organization, actual=number)
    if not is_current(reached, at):
        raise UndecidedError(
            "MN490",
            version=reached.version,
            issued=instant_text(reached.issued),
            expires=instant_text(reached.expires),
            at=instant_text(at),
        )
    on.policy = reached
    on.policy_envelope = signed.text.encode()


def signer_authorized(on: Examination) -> None:
    """Find the key in role ``ci``, for this verifier and for every statement that it signed."""
    _asked(on)
    fingerprint = on.key.fingerprint
    if fingerprint not in on.policy.keys_of(Role.CI):
        raise TrustError("MN491", key=fingerprint)
    verifier = on.status.verifier.id
    granted = {(grant.key, grant.verifier) for grant in on.policy.verifiers}
    if (fingerprint, verifier) not in granted:
        raise TrustError("MN492", key=fingerprint, what=verifier)
    for payload in on.payloads.values():
        kind = _predicate_type(payload)
        if kind not in on.policy.predicate_types:
            raise TrustError("MN492", key=fingerprint, what=kind)


def signer_in_time(on: Examination) -> None:
    """Judge window and revocation of the key at the trusted time of the signature, if there is one.

    What the status or a commit says about time is a claim of the signer, and of a stolen key a
    lie. Without trusted time a key that was good throughout passes, and nothing else does.
    """
    _, at = _asked(on)
    key = on.policy.keys[on.key.fingerprint]
    if on.signed_at is None:
        _without_time(on, key, at)
        return
    signed_at = on.signed_at.at
    if not _is_in_window(key, signed_at) or _is_revoked(key, signed_at):
        raise TrustError("MN493", **_shown(on, key, signed_at))


def advanced(state: TrustState, policy_envelope: bytes, checkpoint: str | None) -> TrustState:
    """Return what the verifier should remember after the verdict VALID, and only then.

    Args:
        state: What she remembered before.
        policy_envelope: Of the policy that check ``policy`` reached from ``state``: the chain in
            between was checked there. Empty keeps the one before.
        checkpoint: The signed note that check ``log-continues`` accepted; None keeps the one
            before, which must never be forgotten.

    Raises:
        TrustError: The policy is another organization's (``MN489``) or older (``MN488``).
    """
    if policy_envelope:
        before, after = stored_policy(state), parse_policy(policy_envelope)
        number = after.policy.organization.corporate_number
        if number != state.organization:
            raise TrustError("MN489", expected=state.organization, actual=number)
        old, new = before.policy.version, after.policy.version
        if new < old or (new == old and after.fingerprint != before.fingerprint):
            raise TrustError("MN488", version=new, known=old)
        if new > old:
            # Only then: other signatures on the same policy are no news.
            state = state.model_copy(update={"policy": after.text})
    return state.model_copy(update={"checkpoint": checkpoint or state.checkpoint})


def _without_time(on: Examination, key: PolicyKey, at: datetime) -> None:
    """Decide by the verifier's clock: the signature is older than now, but by how much?"""
    if key.not_before is not None and at < key.not_before:
        # Signed already, and the key does not count yet.
        raise TrustError("MN493", **_shown(on, key, at))
    if on.policy.demands.time_stamp or key.revoked is not None or not _is_in_window(key, at):
        raise UndecidedError("MN494", **_shown(on, key, at))


def _is_in_window(key: PolicyKey, at: datetime) -> bool:
    return (key.not_before is None or key.not_before <= at) and (
        key.not_after is None or at <= key.not_after
    )


def _is_revoked(key: PolicyKey, at: datetime) -> bool:
    """Tell whether the key did not count any more at a *trusted* time.

    Trusted times are upper bounds: the signature existed then. So what is before the revocation
    is by the owner, for a compromised key just as for a superseded one.
    """
    return key.revoked is not None and at >= key.revoked.at


def _shown(on: Examination, key: PolicyKey, at: datetime) -> dict[str, str | int]:
    return {
        "key": on.key.fingerprint,
        "owner": key.owner,
        "at": instant_text(at),
        "first": "-" if key.not_before is None else instant_text(key.not_before),
        "last": "-" if key.not_after is None else instant_text(key.not_after),
        "revoked": "-" if key.revoked is None else instant_text(key.revoked.at),
    }


def _asked(on: Examination) -> tuple[TrustState, datetime]:
    """Return the trust state and the verifier's clock.

    Raises:
        NotAskedError: The verification rests on a pin alone (``MN481``).
        ValueError: There is a state, but nobody told the time: the caller's mistake, and no reason
            to leave a check out.
    """
    if on.basis.trust is None:
        raise NotAskedError("MN481")
    if on.basis.at is None:
        raise ValueError("a trust state needs a time")
    return on.basis.trust, on.basis.at


def _found(on: Examination) -> dict[int, bytes]:
    """Return the policies in the bundle by the version that their name states."""
    versions = {
        version: name
        for name in on.archive.entries
        if name.startswith(TRUST_FOLDER)
        and (version := version_of(name.removeprefix(TRUST_FOLDER))) is not None
    }
    for name in versions.values():
        if on.archive.entries[name].size > MAX_BYTES:
            # Before it is read: a container may hold half a gigabyte of them.
            raise TrustError("MN476", line=1, column=1)
    return {version: on.archive.read(name) for version, name in versions.items()}


def _predicate_type(payload: bytes) -> str:
    """Return what kind of statement a payload is; "?" if it is none."""
    try:
        statement = parse(payload)
    except StrictJsonError:
        return "?"
    kind = statement.get("predicateType") if isinstance(statement, dict) else None
    return kind if isinstance(kind, str) else "?"
