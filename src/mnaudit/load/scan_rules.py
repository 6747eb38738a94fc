"""Read what the scanner goes by: the data of the program, and ``[scan]`` of a company's ``mnaudit.toml``.

A company may change levels and allow places for a time. An entry that says no reason or no end, or
that itself holds something like a number (個人番号), has no effect and is told (``MN508``). No message
shows a value of the file.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, get_args

from mnaudit.load.settings import SETTINGS
from mnaudit.load.table import read_table
from mnaudit.model.problem import problem
from mnaudit.model.scan_rules import Allowance, Level, ScanData, ScanRules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from mnaudit.model.problem import Problem

__all__ = ["read_scan_data", "read_scan_rules"]


_KEYS: Final = frozenset({"path", "reason", "until"})
_CODE: Final = re.compile(r"MN50[1-8]")
_ENTRY: Final = re.compile(
    r"^[ \t]*(?:\[\[[ \t]*scan[ \t]*\.[ \t]*allow[ \t]*\]\]|\{)", re.MULTILINE
)
_DIGITS: Final = 11
"""So many digits in one value are too many, whatever stands between them."""


def read_scan_data(controls: Traversable) -> ScanData:
    """Read ``individual-number.yaml``.

    Raises:
        ConfigurationError: The file cannot be read (``MN300``) or does not fit (``MN301``).
    """
    return read_table(ScanData, controls, "individual-number.yaml")


def read_scan_rules(
    controls: Traversable, settings: bytes | None, on: date, name: str = SETTINGS
) -> tuple[ScanRules, tuple[Problem, ...]]:
    """Read everything that decides what is reported.

    Args:
        controls: The folder ``controls/``.
        settings: The bytes of ``mnaudit.toml``; None if there is none.
        on: The day in Japan for which allowances are read.
        name: Of the settings, as problems show it.

    Returns:
        The rules, and what is wrong with the settings; what is wrong has no effect.

    Raises:
        ConfigurationError: The data of the program cannot be read (``MN300``, ``MN301``).
    """
    data = read_scan_data(controls)
    if settings is None:
        return ScanRules(data=data, on=on), ()
    try:
        text = settings.decode("utf-8-sig")
        scan = tomllib.loads(text).get("scan", {})
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        # The words of the error quote the file.
        return ScanRules(data=data, on=on), (problem("MN508", name, why="syntax"),)
    reader = _Reader(
        name, [text.count("\n", 0, found.start()) + 1 for found in _ENTRY.finditer(text)]
    )
    levels, allowed = reader.read(scan)
    rules = ScanRules(data=data, levels=levels, allowed=allowed, on=on)
    return rules, tuple(sorted(reader.problems))


class _Reader:
    """Reads the table ``[scan]`` and collects what is wrong with it."""

    def __init__(self, name: str, lines: list[int]) -> None:
        self.problems: list[Problem] = []
        self._name = name
        self._lines = lines

    def read(self, scan: Any) -> tuple[dict[str, Level], tuple[Allowance, ...]]:
        if not isinstance(scan, dict):
            self._wrong("shape")
            return {}, ()
        if scan.keys() - {"severity", "allow"}:
            self._wrong("key")
        return dict(self._levels(scan.get("severity", {}))), tuple(
            self._allowed(scan.get("allow", []))
        )

    def _levels(self, severity: Any) -> Iterator[tuple[str, Level]]:
        if not isinstance(severity, dict):
            self._wrong("shape")
            return
        for code, level in severity.items():
            if _CODE.fullmatch(code) is None or level not in get_args(Level):
                self._wrong("severity")
            else:
                yield code, level

    def _allowed(self, entries: Any) -> Iterator[Allowance]:
        if not isinstance(entries, list):
            self._wrong("shape")
            return
        lines = self._lines if len(self._lines) == len(entries) else [0] * len(entries)
        for entry, line in zip(entries, lines, strict=True):
            if why := _defect(entry):
                self._wrong(why, line)
            else:
                yield Allowance(**entry, line=line)

    def _wrong(self, why: str, line: int = 0) -> None:
        self.problems.append(problem("MN508", self._name, (line, 0), why=why))


def _defect(entry: Any) -> str | None:
    """Return the id of what is wrong with an entry, never its words."""
    if not isinstance(entry, dict):
        return "shape"
    if any(_has_number(value) for value in entry.values()):
        return "number"
    if entry.keys() - _KEYS:
        return "key"
    path, reason, until = (entry.get(key) for key in ("path", "reason", "until"))
    if not isinstance(path, str) or not path.strip():
        return "path"
    if not isinstance(reason, str) or not reason.strip():
        return "reason"
    if not isinstance(until, date) or isinstance(until, datetime):
        return "until"
    return None


def _has_number(value: object) -> bool:
    if isinstance(value, date):
        return False
    return sum(character.isdigit() for character in str(value)) >= _DIGITS
