"""What a verifier found: one outcome for each named check, and the verdict.

VALID: every check passed. INVALID: one failed. INDETERMINATE: none failed, but one could not be
decided (the triple of ETSI EN 319 102-1). A verifier that could not look never says VALID.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from mnaudit.model.base import Model

__all__ = ["Check", "Outcome", "Result", "Verdict"]


class Outcome(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


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


class Verdict(Model):
    """All checks of one bundle.

    Attributes:
        fingerprint: SHA-256 of the signer's DER SubjectPublicKeyInfo, 64 hex digits, if readable.
        status: The predicate of the signed status, only if its signature is good.
    """

    result: Result
    checks: tuple[Check, ...]
    fingerprint: str | None = None
    status: dict[str, Any] | None = None
