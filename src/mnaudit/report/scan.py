"""The report of a scan, in every format."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mnaudit.messages import Language
    from mnaudit.model.scan_report import ScanReport

__all__ = ["SCAN_FORMATS", "render_scan"]

SCAN_FORMATS = {
    "text": "mnaudit.report.scan_text",
    "json": "mnaudit.report.scan_json",
    "sarif": "mnaudit.report.scan_sarif",
    "github": "mnaudit.report.scan_github",
}
"""Where each format is laid out."""


def render_scan(format: str, report: ScanReport, language: Language) -> bytes:  # noqa: A002 - the word of the command line
    """Lay out a report.

    Args:
        format: A name in ``SCAN_FORMATS``.
        report: What was found.
        language: Of the sentences; ``json`` is the same in every language.

    Returns:
        UTF-8; the same bytes for the same report.
    """
    text: str = import_module(SCAN_FORMATS[format]).lay_out(report, language)
    return text.encode("utf-8", "backslashreplace")
