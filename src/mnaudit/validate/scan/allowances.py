"""Which hits does the company allow for a time, and which of its allowances have no effect?

An allowance names a place and never a number. An expired one has no effect (``MN507``), and one that
covers nothing is told, so that the list does not grow (``MN508``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.model.problem import problem

if TYPE_CHECKING:
    from mnaudit.model.problem import Problem
    from mnaudit.model.scan_rules import ScanRules

__all__ = ["Allowances"]


class Allowances:
    """The allowances of one scan, and which of them were used."""

    def __init__(self, rules: ScanRules) -> None:
        self._in_force = [each for each in rules.allowed if each.until >= rules.on]
        self._expired = [each for each in rules.allowed if each.until < rules.on]
        self._used: set[int] = set()

    def covers(self, path: str) -> bool:
        """Tell whether what was found in a file is allowed today; every entry that says so is used.

        Args:
            path: Of the file, as the scan was told; not of a member in it.
        """
        used = [number for number, each in enumerate(self._in_force) if each.covers(path)]
        self._used.update(used)
        return bool(used)

    def problems(self, settings: str, *, is_complete: bool = True) -> tuple[Problem, ...]:
        """Return what is wrong with the list after a scan.

        Args:
            settings: The file that holds the list, as a problem shows it.
            is_complete: Whether everything was scanned, so that an unused entry is useless.
        """
        found = [
            problem("MN507", settings, (each.line, 0), until=each.until.isoformat())
            for each in self._expired
        ]
        if is_complete:
            found += [
                problem("MN508", settings, (each.line, 0), why="unused")
                for number, each in enumerate(self._in_force)
                if number not in self._used
            ]
        return tuple(sorted(found))
