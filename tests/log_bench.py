"""A company with a log, an honest auditor, and everything that a thief could want to change.

All keys follow from their names: NEVER USE.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tests.trust_bench import (
    CI,
    EVIDENCE,
    LOG,
    ORIGIN,
    WITNESSES,
    checkpoint_of,
    first_policy,
    statements,
    trusting,
)

from mnaudit.attest.history import LogKeys, extended, place
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.note import add_signature, cosign, read_note, write_note
from mnaudit.verify.chain import Authority, check_chain

if TYPE_CHECKING:
    from mnaudit.model.problem import Problem
    from mnaudit.signing.keys import SigningKey
    from mnaudit.signing.trust_policy import TrustPolicy
    from mnaudit.verify.chain import Chain

__all__ = ["FIRST", "KEYS", "NOW", "Company", "changed", "company", "resigned", "rewritten"]

FIRST = datetime(2026, 4, 1, 2, 0, 0, tzinfo=UTC)
NOW = FIRST + timedelta(days=100)
KEYS = LogKeys(LOG, CI.public)


def changed(payload: bytes, **claims: Any) -> bytes:
    """Return a status that says something else; None takes a claim away."""
    said = json.loads(payload)
    predicate = said["predicate"] | claims
    said["predicate"] = {name: value for name, value in predicate.items() if value is not None}
    return canonical_bytes(said)


@dataclass
class Company:
    """Keeps a log, one status every ten days."""

    payloads: list[bytes] = field(default_factory=list)
    checkpoint: bytes | None = None
    policy: TrustPolicy = field(default_factory=first_policy)
    accepted: str | None = None

    def append(self, **claims: Any) -> None:
        """Judge and log as the program does."""
        at = FIRST + timedelta(days=10 * len(self.payloads))
        logged = place(self.payloads, at)
        said = {"sequence": logged.sequence, "time_verified": logged.time_verified}
        if logged.previous is not None:
            said["previous"] = logged.previous
        commit = {"commit": f"{len(self.payloads):040x}", "object_format": "sha1"}
        said |= {"as_of": at.date().isoformat(), "git": commit} | claims
        payload = statements(EVIDENCE, CI, said)[2]
        self.checkpoint = extended(self.payloads, self.checkpoint, payload, ORIGIN, KEYS)
        self.payloads.append(payload)

    @property
    def note(self) -> bytes:
        assert self.checkpoint is not None
        return self.checkpoint

    def seen_by(self, *witnesses: SigningKey, at: datetime = NOW - timedelta(days=1)) -> None:
        """Let witnesses cosign the log as it is."""
        note = read_note(self.note)
        for key in witnesses:
            note = add_signature(note, cosign(note.text, key, at))
        self.checkpoint = write_note(note)

    def remember(self, at: datetime | None = None) -> None:
        """Let the auditor look at the log, cosign it and remember it."""
        self.seen_by(WITNESSES[0], at=at or NOW - timedelta(days=1))
        self.accepted = self.note.decode()

    def check(self, authority: Authority | None = None) -> Chain:
        """Look at the log as the auditor does."""
        mine = authority or Authority(policy=self.policy, accepted=self.accepted)
        return check_chain(self.payloads, self.note, mine, at=NOW)

    def trouble(self, authority: Authority | None = None) -> list[tuple[str, int | None]]:
        """Return code and entry of every problem."""
        return [(found.code, _entry(found)) for found in self.check(authority).problems]

    @property
    def trust(self) -> Any:
        """The auditor's trust state."""
        seen = None if self.accepted is None else self.accepted.encode()
        return trusting(self.policy, seen)


def company(size: int = 5) -> Company:
    """Return a company with a log of this size."""
    made = Company()
    for _ in range(size):
        made.append()
    return made


def resigned(payloads: list[bytes], *, key: SigningKey = LOG) -> bytes:
    """Sign any entries as a thief of the log key does, who checks nothing."""
    return checkpoint_of(payloads, log=key, seen=())


def rewritten(payloads: list[bytes], index: int, **claims: Any) -> list[bytes]:
    """Change one entry, and all later ones so that they follow: a perfect forgery."""
    made = list(payloads[:index])
    for at, payload in enumerate(payloads[index:], index):
        says = claims if at == index else {}
        link = {"previous": sha256(made[-1]).hexdigest()} if made else {}
        made.append(changed(payload, sequence=at, **(link | says)))
    return made


def _entry(found: Problem) -> int | None:
    value = dict(found.values).get("entry")
    return value if isinstance(value, int) else None
