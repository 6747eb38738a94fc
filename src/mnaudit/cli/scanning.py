"""By which rules is scanned? Those of the program, and the company's ``mnaudit.toml``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath
from typing import TYPE_CHECKING

from mnaudit.cli.options import today

if TYPE_CHECKING:
    from mnaudit.model.problem import Problem
    from mnaudit.model.scan_rules import ScanRules
    from mnaudit.validate.scan import Allowances

__all__ = ["ScanSettings", "scan_settings"]


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """How one command scans.

    Attributes:
        rules: What counts as a number, and how grave it is.
        folder: Where the settings stand; None if there are none.
        allowances: What the company allows, and what of that was used.
        defects: What is wrong with the settings; it has no effect.
        start: The folder that the paths of the scan are relative to.
    """

    rules: ScanRules
    folder: Path | None
    allowances: Allowances
    defects: tuple[Problem, ...]
    start: Path

    def allows(self, path: str) -> bool:
        """Tell whether what was found in a file is allowed today."""
        return self.allowances.covers(self._within(path))

    def problems(self, *, is_complete: bool) -> tuple[Problem, ...]:
        """Return what is wrong with the settings, once everything was scanned.

        Args:
            is_complete: Whether everything below the settings was scanned, so that an entry
                that covered nothing is useless.
        """
        from mnaudit.load.settings import SETTINGS

        return (*self.defects, *self.allowances.problems(SETTINGS, is_complete=is_complete))

    def _within(self, path: str) -> str:
        """Return a path as the settings would say it."""
        if self.folder is None:
            return path
        # Not resolved: a link is what it is called.
        below = Path(os.path.relpath(self.start.absolute(), self.folder)).as_posix()
        return normpath(f"{below}/{path}")


def scan_settings(
    start: Path = Path(), *, allow_list: bool = True, paths_from_top: bool = False
) -> ScanSettings:
    """Read the rules for a folder.

    Args:
        start: The folder; the settings stand in it or above it in the same repository.
        allow_list: Whether the company's allow-list has effect.
        paths_from_top: Whether paths are told from the top of the repository, as git does,
            where the settings of a company stand as a rule.

    Raises:
        ConfigurationError: The rules or the settings cannot be read (``MN300``, ``MN301``).
    """
    from mnaudit.load.scan_rules import read_scan_rules
    from mnaudit.load.settings import find_settings, read_settings
    from mnaudit.load.shipped import shipped
    from mnaudit.validate.scan import Allowances

    path = find_settings(start)
    data = None if path is None else read_settings(path)
    rules, defects = read_scan_rules(shipped("controls"), data, today())
    if not allow_list:
        rules = rules.model_copy(update={"allowed": ()})
    folder = None if path is None else path.parent
    begin = folder if paths_from_top and folder is not None else start
    return ScanSettings(rules, folder, Allowances(rules), defects, begin)
