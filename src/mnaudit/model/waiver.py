"""Waivers (例外承認): who accepted which gaps, why, and until when.

The twin of ``schema/waivers.schema.json``. A waiver accepts the gaps that its approver saw: it
names them by a digest (``facts``) and is void when they change.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from mnaudit.model.base import Sha256  # noqa: TC001 - pydantic evaluates it
from mnaudit.model.evidence import (
    Closed,
    CorporateNumber,
    Day,
    EditorSchema,
    Listed,
    Paragraph,
    Person,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mnaudit.model.assessment import Gap

__all__ = ["Waiver", "WaiverFile", "Waivers", "facts_of"]

_MOVING = frozenset({"since", "as_of"})
"""Values of gaps that change with the day alone."""


class Waiver(Closed):
    """One exception.

    Attributes:
        owner: Who has to close the gap; never the approver.
        approver: Who accepted it. Without ``approved_on`` it is a draft and has no effect.
        since: First day.
        until: Last day, inclusive.
        facts: Digest of the gaps that were accepted (:func:`facts_of`).
        compensating: Paths of evidence documents that show what is done instead.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{2,79}$")]
    control: Annotated[str, StringConstraints(pattern=r"^(?:ORG|PER|PHY|TEC)-[a-z]{1,4}-[0-9]{2}$")]
    tier: Literal["minimum", "optional"]
    reason: Paragraph
    owner: Person
    approver: Person | None = None
    approved_on: Day | None = None
    since: Day = Field(alias="from")
    until: Day
    facts: Sha256 | None = None
    compensating: (
        Annotated[
            Listed[Annotated[str, StringConstraints(min_length=1, max_length=300)]],
            Field(min_length=1, max_length=20),
        ]
        | None
    ) = None

    @property
    def refusal(self) -> str | None:
        """Why it can never have effect: ``MN248`` or ``MN249``; None if it can."""
        if self.approver is not None and self.approver.code == self.owner.code:
            return "MN248"
        # Twelve months on the calendar; from 29 February to 28 February.
        last = (self.since.year + 1, self.since.month, self.since.day)
        until = (self.until.year, self.until.month, self.until.day)
        return None if self.since <= self.until and until <= last else "MN249"

    @model_validator(mode="after")
    def _is_a_draft_or_whole(self) -> Self:
        if self.approved_on is not None and (self.approver is None or self.facts is None):
            raise ValueError("what is approved has an approver and facts")
        return self


class Waivers(Closed):
    """``evidence/waivers.yaml``."""

    editor_schema: EditorSchema | None = Field(default=None, alias="$schema")
    organization: CorporateNumber
    waivers: Annotated[Listed[Waiver], Field(max_length=500)]


@dataclass(frozen=True, slots=True)
class WaiverFile:
    """The waivers of an evidence folder, with the digest of their file."""

    path: str
    sha256: str
    waivers: tuple[Waiver, ...]


def facts_of(gaps: Iterable[Gap]) -> str:
    """Return the digest of what is missing, 64 hex digits.

    It stays the same while the gaps do: days that only move with the assessment date are left out.
    """
    told = [
        {
            "code": gap.code,
            "requirement": gap.requirement,
            "values": {name: v for name, v in gap.values.items() if name not in _MOVING},
        }
        for gap in gaps
    ]
    lines = sorted(json.dumps(each, sort_keys=True, ensure_ascii=True) for each in told)
    return sha256("\n".join(lines).encode()).hexdigest()
