"""Scan many things, in the order in which they come; in several processes where that pays."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING, Final, Literal, cast

from mnaudit.messages import severity
from mnaudit.model.scan import Hit
from mnaudit.model.scan_report import Finding
from mnaudit.model.scan_source import ScanSource
from mnaudit.scan.one import scan_source
from mnaudit.validate.scan import Allowances

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from mnaudit.model.document import SourceFile
    from mnaudit.model.scan import ScanResult, Unreadable
    from mnaudit.model.scan_report import Level
    from mnaudit.model.scan_rules import ScanRules

__all__ = ["findings", "level_of", "scan_bytes", "scan_files", "scan_sources"]

_PATIENCE: Final = 0.5
"""Seconds after which other processes pay: to start one takes nearly as long."""
_SHORT: Final = 12
"""Digits of a commit that are shown."""


def scan_bytes(name: str, data: bytes, rules: ScanRules) -> ScanResult:
    """Scan bytes under a name, which is looked at, too."""
    source = ScanSource(name, size=len(data), open=lambda: io.BytesIO(data), named=True)
    return scan_source(source, rules)


def scan_files(
    files: Iterable[SourceFile],
    rules: ScanRules,
    jobs: int = 1,
    *,
    allows: Callable[[str], bool] | None = None,
) -> Iterator[ScanResult]:
    """Scan files as the steps see them, with their names; a result for each, in their order.

    Args:
        files: Of an evidence folder or a bundle.
        rules: What counts as a number, and how grave it is.
        jobs: Processes side by side, where that pays.
        allows: Tells by the path whether what is found in a file is allowed; without it, the
            allow-list of the rules does.
    """
    sources = (
        ScanSource(file.path, size=file.size, open=_opened(file), named=True) for file in files
    )
    for _, result in scan_sources(sources, rules, jobs, allows=allows):
        yield result


def _opened(file: SourceFile) -> Callable[[], BinaryIO]:
    return lambda: io.BytesIO(file.read())


def scan_sources(
    sources: Iterable[ScanSource],
    rules: ScanRules,
    jobs: int = 1,
    *,
    allows: Callable[[str], bool] | None = None,
) -> Iterator[tuple[ScanSource, ScanResult]]:
    """Scan everything, in the order in which it comes.

    Args:
        sources: What to scan; taken as it is needed.
        rules: What counts as a number, and how grave it is.
        jobs: Processes side by side, where that pays.
        allows: Tells by the path whether what is found in a file is allowed; without it, the
            allow-list of the rules does. What could not be read is never allowed.
    """
    allows = allows or Allowances(rules).covers
    for source, result in _scanned(sources, rules, jobs):
        if result.hits and allows(source.path):
            yield source, replace(result, hits=())
        else:
            yield source, result


def _scanned(
    sources: Iterable[ScanSource], rules: ScanRules, jobs: int
) -> Iterator[tuple[ScanSource, ScanResult]]:
    waiting = iter(sources)
    began = perf_counter()
    for source in waiting:
        if jobs > 1 and perf_counter() - began > _PATIENCE:
            # It takes 30 ms to import what few scans need.
            from mnaudit.scan.side_by_side import SideBySide  # noqa: PLC0415

            yield from SideBySide(rules, jobs).scan(chain((source,), waiting))
            return
        yield source, scan_source(source, rules)


def findings(source: ScanSource, result: ScanResult, rules: ScanRules) -> Iterator[Finding]:
    """Yield what a result means for a report, in the order of the places."""
    commit = None if source.commit is None else source.commit[:_SHORT]
    found: tuple[Hit | Unreadable, ...] = (*result.hits, *result.unreadable)
    for each in found:
        kind: Literal["hit", "unreadable"] = "hit" if isinstance(each, Hit) else "unreadable"
        level = level_of(each.code, rules)
        yield Finding(each.code, level, kind, each.place, each.reason, commit)


def level_of(code: str, rules: ScanRules) -> Level:
    """Return how grave a code is: as the company says, else as the program does."""
    return rules.levels.get(code) or cast("Level", severity(code))
