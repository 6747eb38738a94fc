"""What must a trust policy not say, although it has the right shape? All defects at once.

Each rule stops a way to count one person twice, to let one key control itself, or to ask for what
nobody can meet. Signatures are not looked at here.

Specification: ``docs/spec/trust-policy-v1.md`` §4.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from mnaudit.errors import TrustError
from mnaudit.model.corporate_number import is_corporate_number
from mnaudit.signing.keys import PublicKey, load_public
from mnaudit.signing.strict_json import fold
from mnaudit.signing.trust_policy import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.model.problem import Value
    from mnaudit.signing.trust_policy import PolicyKey, TrustPolicy

__all__ = ["COMPATIBLE", "Defect", "defects_of", "load_key", "person"]

COMPATIBLE: Final = frozenset(
    {
        # Colleagues review each other: who signed and who approved one change is compared by
        # owner for each file, so a second key for the same person would add nothing.
        frozenset({Role.SUBMITTER, Role.REVIEWER}),
        # Witnessing the log is part of what an auditor does.
        frozenset({Role.AUDITOR, Role.WITNESS}),
    }
)
"""The only pairs of roles that one key may have. In all others one of the two controls the other:
a log key that is a witness cosigns its own fork, a CI key that is a root admits itself."""

_NEEDED: Final = (Role.ROOT, Role.CI)


@dataclass(frozen=True, slots=True, order=True)
class Defect:
    """One thing wrong with a policy: a code of ``messages`` and what the sentence shows."""

    code: str
    values: tuple[tuple[str, Value], ...]

    def as_error(self) -> TrustError:
        """Return it as the reason not to use the policy."""
        return TrustError(self.code, **dict(self.values))


def defects_of(policy: TrustPolicy) -> tuple[Defect, ...]:
    """Return everything that is wrong with a policy, sorted; empty if it can be used."""
    rules = (_keys, _windows, _roles, _conflicts, _verifiers, _demands)
    return tuple(sorted({defect for rule in rules for defect in rule(policy)}))


def load_key(entry: PolicyKey) -> PublicKey:
    """Return the key of an entry.

    Raises:
        TrustError: It cannot be used (``MN402``, ``MN406``, ``MN407``) or is not in the one form
            that we write (``MN420``).
    """
    key = load_public(entry.pem.encode())
    if key.pem != entry.pem:
        # Text around the key, or a second key behind it: readers would disagree about which.
        raise TrustError("MN420")
    if key.algorithm is not entry.algorithm:
        # The type of the key decides. A field that says otherwise is meant for another reader.
        raise TrustError("MN402", type=entry.algorithm)
    return key


def person(owner: str) -> str:
    """Return who an owner is: one person in two spellings (width, case, spaces) is one."""
    return "".join(fold(owner).split())


def _defect(code: str, **values: Value) -> Defect:
    return Defect(code, tuple(sorted(values.items())))


def _keys(policy: TrustPolicy) -> Iterator[Defect]:
    """Recompute every fingerprint. So one key cannot stand under two ids, or count twice."""
    if not is_corporate_number(policy.organization.corporate_number):
        yield _defect("MN475", field="policy.organization.corporate_number")
    for fingerprint, entry in policy.keys.items():
        try:
            actual = load_key(entry).fingerprint
        except TrustError as error:
            yield _defect("MN479", key=fingerprint, reason=error.code)
            continue
        if actual != fingerprint:
            yield _defect("MN478", key=fingerprint, actual=actual)


def _windows(policy: TrustPolicy) -> Iterator[Defect]:
    if policy.expires <= policy.issued:
        yield _defect("MN484", field="policy.expires")
    for fingerprint, entry in policy.keys.items():
        first, last = entry.not_before, entry.not_after
        if first is not None and last is not None and last < first:
            yield _defect("MN484", field=f"keys.{fingerprint}")
    for index, authority in enumerate(policy.time_authorities):
        first, last = authority.not_before, authority.not_after
        if first is not None and last is not None and last < first:
            yield _defect("MN484", field=f"time_authorities.{index}")


def _roles(policy: TrustPolicy) -> Iterator[Defect]:
    """Let every role be able to act: its keys are known, its threshold can be reached."""
    for role in _NEEDED:
        if role not in policy.roles:
            yield _defect("MN485", demand=f"roles.{role}")
    for role, holders in policy.roles.items():
        for fingerprint in holders.keys:
            if fingerprint not in policy.keys:
                yield _defect("MN480", field=f"roles.{role}", key=fingerprint, place="keys")
        owners = _owners(policy, role)
        # Threshold 0 is met by no signature at all; one above the owners by none ever.
        if not 1 <= holders.threshold <= owners:
            yield _defect("MN482", role=role, threshold=holders.threshold, owners=owners)


def _conflicts(policy: TrustPolicy) -> Iterator[Defect]:
    for one, other in combinations(sorted(policy.roles), 2):
        if frozenset({one, other}) in COMPATIBLE:
            continue
        for fingerprint in sorted({*policy.keys_of(one)} & {*policy.keys_of(other)}):
            yield _defect("MN483", key=fingerprint, role=one, other=other)


def _verifiers(policy: TrustPolicy) -> Iterator[Defect]:
    for grant in policy.verifiers:
        if grant.key not in policy.keys_of(Role.CI):
            yield _defect("MN480", field="verifiers", key=grant.key, place="roles.ci")


def _demands(policy: TrustPolicy) -> Iterator[Defect]:
    """Refuse demands that no status can meet: their owner would switch off checking, not fix it."""
    demands = policy.demands
    if demands.time_stamp and not policy.time_authorities:
        yield _defect("MN485", demand="time_authorities")
    needs_log = demands.log or demands.witnesses > 0
    if needs_log and policy.log_origin is None:
        yield _defect("MN485", demand="log_origin")
    if needs_log and Role.LOG not in policy.roles:
        yield _defect("MN485", demand=f"roles.{Role.LOG}")
    if demands.witnesses > _owners(policy, Role.WITNESS):
        yield _defect("MN485", demand=f"roles.{Role.WITNESS}")


def _owners(policy: TrustPolicy, role: Role) -> int:
    """Count the people of a role, not their keys."""
    keys = policy.keys
    return len({person(keys[name].owner) for name in policy.keys_of(role) if name in keys})
