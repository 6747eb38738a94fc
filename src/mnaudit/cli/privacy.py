"""No Individual Number goes any further: what a command takes in is scanned before it is used."""

from __future__ import annotations

from dataclasses import replace
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Final

from mnaudit.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from mnaudit.cli.console import Console
    from mnaudit.model.document import SourceFile
    from mnaudit.model.scan_report import Finding, ScanReport
    from mnaudit.validate.evidence import Validation

__all__ = ["refuse_numbers", "reviewed_files"]

_NO_TEXT: Final = "MN503"
"""A picture: no program can tell, but a person can."""


def refuse_numbers(
    console: Console, files: Iterable[SourceFile], root: Path, reviewed: Collection[str] = ()
) -> ExitCode | None:
    """Scan files, and say what was found.

    Args:
        console: To say it on.
        files: What the command is about to use.
        root: The folder that their paths are relative to.
        reviewed: Paths of files without text that a person has looked at.

    Returns:
        How the command has to end: a number was found (5), or a file could not be looked at and
        may hold one (3). None if the command may go on.
    """
    from mnaudit.load.settings import find_settings
    from mnaudit.scan.first_look import holds_nothing

    files = tuple(files)
    if find_settings(root) is None and all(map(holds_nothing, files)):
        return None  # nearly always, and before 80 ms of imports
    return _told(console, _scanned(files, root, reviewed), root)


def _told(console: Console, report: ScanReport, root: Path) -> ExitCode | None:
    from mnaudit.model.scan_report import Outcome
    from mnaudit.report.scan import render_scan

    if not report.findings:
        return None
    shown = [_below(root, each) for each in report.findings]
    page = render_scan("text", replace(report, findings=tuple(shown)), console.language)
    console.tell(page.decode("utf-8").rstrip("\n"))
    endings = {Outcome.FOUND: ExitCode.PRIVACY, Outcome.UNREADABLE: ExitCode.INPUT}
    return endings.get(report.outcome)


def reviewed_files(validation: Validation) -> frozenset[str]:
    """Return the attachments that somebody looked at, as the evidence records it."""
    return frozenset(
        normpath(join(dirname(document.path), attachment["path"]))
        for document in validation.documents
        for attachment in document.value.get("attachments", ())
        if "scan_reviewed_by" in attachment
    )


def _scanned(files: Iterable[SourceFile], root: Path, reviewed: Collection[str]) -> ScanReport:
    from mnaudit.cli.scanning import scan_settings
    from mnaudit.model.scan_report import ScanReport
    from mnaudit.model.scan_source import ScanSource
    from mnaudit.scan import findings, scan_files

    settings = scan_settings(root)
    found: list[Finding] = []
    looked_at = bytes_read = 0
    for result in scan_files(files, settings.rules, allows=settings.allows):
        source = ScanSource(result.path, size=result.bytes_read, open=None, named=True)
        seen = result.path in reviewed
        found += (
            finding
            for finding in findings(source, result, settings.rules)
            if not (seen and finding.code == _NO_TEXT)
        )
        looked_at += 1
        bytes_read += result.bytes_read
    problems = settings.problems(is_complete=False)
    return ScanReport("paths", tuple(found), looked_at, bytes_read, problems=problems)


def _below(root: Path, finding: Finding) -> Finding:
    path = (root / finding.place.path).as_posix()
    return replace(finding, place=replace(finding.place, path=path))
