"""What a scan came to: every finding with its place and level, for the reports to lay out.

Made from hits and from what nobody could read. Neither holds any part of a number (個人番号), so no
report can show one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from mnaudit.model.problem import Problem
    from mnaudit.model.scan import Place

__all__ = ["Finding", "Level", "Outcome", "ScanReport", "place_order"]

Level: TypeAlias = Literal["error", "warning", "note"]

_GRAVITY: Final[dict[Level, int]] = {"error": 0, "warning": 1, "note": 2}


class Outcome(StrEnum):
    """What the findings of one scan mean together."""

    CLEAN = "clean"
    FOUND = "found"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Finding:
    """A number was found, or something could not be looked at.

    Attributes:
        code: Of ``messages/codes.toml``.
        level: How grave it is, after the company's own configuration.
        kind: ``hit`` or ``unreadable``.
        place: Where.
        reason: Why: an id.
        commit: The first commit with it, shortened; None outside the history.
    """

    code: str
    level: Level
    kind: Literal["hit", "unreadable"]
    place: Place
    reason: str
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class ScanReport:
    """One scan.

    Attributes:
        what: What was looked at: ``paths``, ``staged``, ``history`` or ``commit-message``.
        findings: In the order of the files.
        files: How many files, names and messages were looked at.
        bytes_read: Of them.
        left_out: How many files ``--include`` and ``--exclude`` left out.
        strict: Whether a warning fails.
        problems: What is wrong with the company's settings.
    """

    what: str
    findings: tuple[Finding, ...] = ()
    files: int = 0
    bytes_read: int = 0
    left_out: int = 0
    strict: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """What it means: a number found wins over a file that could not be read."""
        failing = {"error", "warning"} if self.strict else {"error"}
        kinds = {finding.kind for finding in self.findings if finding.level in failing}
        if "hit" in kinds:
            return Outcome.FOUND
        return Outcome.UNREADABLE if kinds else Outcome.CLEAN

    def count(self, level: Level) -> int:
        """Return how many findings have a level."""
        return sum(finding.level == level for finding in self.findings)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings each code has, worst level first, then by code."""
        levels = {finding.code: finding.level for finding in self.findings}
        counted = Counter(finding.code for finding in self.findings)
        return {
            code: counted[code] for code in sorted(counted, key=lambda c: (_GRAVITY[levels[c]], c))
        }


def place_order(place: Place) -> tuple[str, tuple[str, ...], int, str, str, int, int, str]:
    """Return a key that sorts places as they stand in a file."""
    return (
        place.path,
        place.members,
        place.page or 0,
        place.sheet or "",
        place.part or "",
        place.line or 0,
        place.column or 0,
        place.cell or "",
    )
