"""What a verifier found: one outcome for each named check, and the verdict.

VALID: every check passed or was not called for. INVALID: one failed. INDETERMINATE: none failed,
but one could not be decided (the triple of ETSI EN 319 102-1). A verifier that could not look never
says VALID.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import Field

from mnaudit.model.base import Model
from mnaudit.model.control import Tier

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Check", "Disclosed", "Logged", "Outcome", "Redacted", "Result", "Verdict", "by_control"]


class Outcome(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


class Result(StrEnum):
    """The verdict."""

    VALID = "VALID"
    INVALID = "INVALID"
    INDETERMINATE = "INDETERMINATE"


class Check(Model):
    """One named check, numbered as in ``docs/spec/bundle-v1.md``.

    Attributes:
        id: A word such as ``signature``.
        outcome: How it ended.
        code: Why, as a code of ``messages`` (``MN4xx``), unless it passed.
        values: What the sentence shows.
    """

    id: str
    outcome: Outcome
    code: str | None = None
    values: dict[str, str | int] = Field(default_factory=dict)


class Disclosed(Model):
    """How much of the evidence a partial bundle shows.

    Attributes:
        recipient: For whom it was made, as its maker says.
        shown: How many members are shown, read-me and catalog included.
        total: How many the signed tree has.
        covered: The findings, as ``control tier``, that were derived again from what is shown.
        uncovered: Those that need evidence which is not shown.
    """

    recipient: str
    shown: int
    total: int
    covered: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()


class Logged(Model):
    """Which entry of the log a status is, as the checks established it.

    Attributes:
        origin: The name of the log.
        index: Of the entry, from 0.
        size: How many entries the log had.
        root: Over all of them, 64 hex digits.
    """

    origin: str
    index: int
    size: int
    root: str


class Redacted(Model):
    """A file that was removed because it held a number (墨消し), as a tombstone tells.

    Attributes:
        id: Of the tombstone.
        path: Of the removed file, or of its folder.
        redacted_on: YYYY-MM-DD.
        approved_by: The role of the approver.
        leaf: The leaf of the verified status that the file was, if that was checked.
    """

    id: str
    path: str
    redacted_on: str
    approved_by: str
    leaf: int | None = None


class Verdict(Model):
    """All checks of one bundle.

    Attributes:
        fingerprint: SHA-256 of the signer's DER SubjectPublicKeyInfo, 64 hex digits, if readable.
        signed_by: The owner of that key, as the trust policy says, if it lets him sign statuses.
        status: The predicate of the signed status, only if its signature is good.
        status_sha256: Of the signed payload of the status: this names the status.
        policy_version: Of the trust policy that was applied.
        policy_sha256: Of the payload of that policy: this names it.
        signed_at: When the status was signed at the latest, if somebody trusted says so.
        logged: The entry of the log, if a key of the trust policy signed the log.
        disclosed: Only for a partial bundle.
        redacted: The tombstones that are known: of the bundle itself, or those of today that the
            verifier brought along.
        files: The SHA-256 of every member of the container, by name; empty if it is no container.
    """

    result: Result
    checks: tuple[Check, ...]
    fingerprint: str | None = None
    signed_by: str | None = None
    status: dict[str, Any] | None = None
    status_sha256: str | None = None
    policy_version: int | None = None
    policy_sha256: str | None = None
    signed_at: datetime | None = None
    logged: Logged | None = None
    disclosed: Disclosed | None = None
    redacted: tuple[Redacted, ...] | None = None
    files: dict[str, str] = Field(default_factory=dict)


def by_control(findings: Iterable[str]) -> tuple[str, ...]:
    """Name findings shortly: a control once, and its tier only if it is not both.

    Args:
        findings: As ``control tier``, minimum before optional.
    """
    tiers: dict[str, list[str]] = {}
    for finding in findings:
        control, _, tier = finding.partition(" ")
        tiers.setdefault(control, []).append(tier)
    return tuple(
        control if len(found) == len(Tier) else f"{control} {found[0]}"
        for control, found in tiers.items()
    )
