"""Whose signed commits count? The submitters and reviewers of a policy for OpenSSH and git.

Writes the file ``allowed_signers`` of ``ssh-keygen -Y verify``. git compares the window of a key
with the date of the commit, which is a claim; so a compromised key is left out altogether.

Source: ssh-keygen(1), ALLOWED SIGNERS; RFC 5656 §3.1 and RFC 8709 §4 for the keys.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from mnaudit.signing.policy_defects import load_key
from mnaudit.signing.trust_policy import Role

if TYPE_CHECKING:
    from datetime import datetime

    from mnaudit.signing.trust_policy import PolicyKey, TrustPolicy

__all__ = ["COMMITTERS", "allowed_signers", "principal_of"]

COMMITTERS: Final = (Role.SUBMITTER, Role.REVIEWER)
"""Whose keys sign commits, and nothing else."""

_PRINCIPAL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+@-]*")
_SHOWN_DIGITS: Final = 16


def allowed_signers(policy: TrustPolicy) -> str:
    """Return the text of the file, sorted; empty if no key may sign commits."""
    names = sorted({name for role in COMMITTERS for name in policy.keys_of(role)})
    return "".join(
        f"{principal_of(policy.keys[name].owner, name)} {_options(policy.keys[name])} "
        f"{_openssh(policy.keys[name])}\n"
        for name in names
        if not _is_compromised(policy.keys[name])
    )


def principal_of(owner: str, fingerprint: str) -> str:
    """Return how git calls a signer: the owner, or a word that is made of the fingerprint.

    In this file blanks, commas, quotes, ``*``, ``?``, ``!`` and ``#`` have a meaning; an owner
    who has one of them in the name must not become several, or everybody.
    """
    return owner if _PRINCIPAL.fullmatch(owner) else f"key-{fingerprint[:_SHOWN_DIGITS]}"


def _options(entry: PolicyKey) -> str:
    last = entry.not_after
    if entry.revoked is not None:
        last = entry.revoked.at if last is None else min(last, entry.revoked.at)
    options = ['namespaces="git"']
    if entry.not_before is not None:
        options.append(f'valid-after="{_stamp(entry.not_before)}"')
    if last is not None:
        options.append(f'valid-before="{_stamp(last)}"')
    return ",".join(options)


def _stamp(at: datetime) -> str:
    """Return an instant as ssh-keygen reads it; without Z it would mean local time."""
    return at.strftime("%Y%m%d%H%M%SZ")


def _openssh(entry: PolicyKey) -> str:
    key = load_der_public_key(load_key(entry).der)
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def _is_compromised(entry: PolicyKey) -> bool:
    return entry.revoked is not None and entry.revoked.reason == "compromised"
