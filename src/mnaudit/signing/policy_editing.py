"""How does a trust policy change? Each step from one draft to the next, as a value.

A draft may be incomplete: a policy begins with root keys alone and has no CI key yet. Whether it
can be used is told by :mod:`mnaudit.signing.policy_defects`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.errors import ConfigurationError
from mnaudit.signing.model_signing import PREDICATE_TYPE as SIDECAR_TYPE
from mnaudit.signing.policy_defects import person
from mnaudit.signing.predicates import VERIFIER_ID
from mnaudit.signing.statement import MANIFEST_TYPE, STATUS_TYPE
from mnaudit.signing.trust_policy import (
    SPEC,
    Demands,
    PolicyKey,
    Role,
    RoleKeys,
    TrustPolicy,
    VerifierGrant,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mnaudit.model.assessment import OrganizationRef
    from mnaudit.signing.keys import PublicKey
    from mnaudit.signing.time_authority import TimeAuthority
    from mnaudit.signing.trust_policy import Revocation

__all__ = [
    "DEFAULT_STATUS_AGE",
    "begin",
    "next_version",
    "policy_key",
    "revoke",
    "with_authority",
    "with_key",
    "with_threshold",
    "without_key",
]

DEFAULT_STATUS_AGE = "P3M"


def policy_key(
    key: PublicKey,
    owner: str,
    *,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> PolicyKey:
    """Return the entry of a key."""
    return PolicyKey(
        algorithm=key.algorithm,
        pem=key.pem,
        owner=owner,
        not_before=not_before,
        not_after=not_after,
    )


def begin(
    organization: OrganizationRef,
    roots: Sequence[tuple[PublicKey, str]],
    *,
    threshold: int,
    issued: datetime,
    expires: datetime,
) -> TrustPolicy:
    """Return the draft of the first version: root keys with their owners, and nothing else.

    Raises:
        ConfigurationError: One key is given for two owners (``MN063``).
    """
    (first, owner), *others = roots
    draft = TrustPolicy(
        spec=SPEC,
        version=1,
        issued=issued,
        expires=expires,
        organization=organization,
        keys={first.fingerprint: policy_key(first, owner)},
        roles={Role.ROOT: RoleKeys(keys=(first.fingerprint,), threshold=threshold)},
        verifiers=(),
        predicate_types=tuple(sorted((MANIFEST_TYPE, STATUS_TYPE, SIDECAR_TYPE))),
        max_status_age=DEFAULT_STATUS_AGE,
        time_authorities=(),
        demands=Demands(time_stamp=False, log=False, witnesses=0),
    )
    for key, other in others:
        draft = with_key(draft, Role.ROOT, key.fingerprint, policy_key(key, other))
    return draft


def with_key(policy: TrustPolicy, role: Role, fingerprint: str, entry: PolicyKey) -> TrustPolicy:
    """Return the policy with a key in a role; a CI key may sign what this program judges.

    Raises:
        ConfigurationError: The key is registered for another owner (``MN063``): one of the two
            could then act as both.
    """
    known = policy.keys.get(fingerprint)
    if known is not None and person(known.owner) != person(entry.owner):
        raise ConfigurationError("MN063", what=entry.owner, key=fingerprint)
    held = policy.roles.get(role)
    holders = RoleKeys(
        keys=tuple(sorted({*policy.keys_of(role), fingerprint})),
        threshold=1 if held is None else held.threshold,
    )
    grants = {(grant.key, grant.verifier) for grant in policy.verifiers}
    if role is Role.CI:
        grants.add((fingerprint, VERIFIER_ID))
    return policy.model_copy(
        update={
            "keys": {**policy.keys, fingerprint: known or entry},
            "roles": {**policy.roles, role: holders},
            "verifiers": _grants(grants),
        }
    )


def with_threshold(policy: TrustPolicy, role: Role, threshold: int) -> TrustPolicy:
    """Return the policy with another threshold for a role.

    Raises:
        ConfigurationError: Nobody has that role (``MN064``).
    """
    if role not in policy.roles:
        raise ConfigurationError("MN064", what=role, folder="roles")
    holders = RoleKeys(keys=policy.roles[role].keys, threshold=threshold)
    return policy.model_copy(update={"roles": {**policy.roles, role: holders}})


def with_authority(policy: TrustPolicy, authority: TimeAuthority) -> TrustPolicy:
    """Return the policy with one more time-stamp authority."""
    found = dict.fromkeys((*policy.time_authorities, authority))
    return policy.model_copy(update={"time_authorities": tuple(found)})


def revoke(policy: TrustPolicy, fingerprint: str, revocation: Revocation) -> TrustPolicy:
    """Return the policy with a key that does not count from some instant on.

    The key stays: what it signed before can still be checked.

    Raises:
        ConfigurationError: There is no such key (``MN063``).
    """
    entry = _known(policy, fingerprint).model_copy(update={"revoked": revocation})
    return policy.model_copy(update={"keys": {**policy.keys, fingerprint: entry}})


def without_key(policy: TrustPolicy, role: Role, fingerprint: str) -> TrustPolicy:
    """Return the policy without a key in a role; without any role, the key is gone.

    Raises:
        ConfigurationError: The role does not have that key (``MN063``).
    """
    if fingerprint not in policy.keys_of(role):
        raise ConfigurationError("MN063", what=f"roles.{role}", key=fingerprint)
    left = tuple(name for name in policy.keys_of(role) if name != fingerprint)
    roles = {other: holders for other, holders in policy.roles.items() if other is not role}
    if left:
        roles[role] = RoleKeys(keys=left, threshold=policy.roles[role].threshold)
    in_use = {name for holders in roles.values() for name in holders.keys}
    kept = {
        (grant.key, grant.verifier)
        for grant in policy.verifiers
        if role is not Role.CI or grant.key != fingerprint
    }
    return policy.model_copy(
        update={
            "keys": {name: entry for name, entry in policy.keys.items() if name in in_use},
            "roles": roles,
            "verifiers": _grants(kept),
        }
    )


def next_version(policy: TrustPolicy, *, issued: datetime, expires: datetime) -> TrustPolicy:
    """Return the draft of the version after ``policy``, with a new period."""
    return policy.model_copy(
        update={"version": policy.version + 1, "issued": issued, "expires": expires}
    )


def _known(policy: TrustPolicy, fingerprint: str) -> PolicyKey:
    if fingerprint not in policy.keys:
        raise ConfigurationError("MN063", what="keys", key=fingerprint)
    return policy.keys[fingerprint]


def _grants(pairs: set[tuple[str, str]]) -> tuple[VerifierGrant, ...]:
    return tuple(VerifierGrant(key=key, verifier=verifier) for key, verifier in sorted(pairs))
