"""Scan: open what may hold a number (個人番号), look for one, and keep where it stands, never what.

Joins the readers of ``load`` and the rules of ``validate``. A name that is itself a number is replaced
before it gets into any place: a path is shown by every report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from mnaudit.scan.many import findings, level_of, scan_bytes, scan_files, scan_sources
    from mnaudit.scan.names import shown_name, without_numbers
    from mnaudit.scan.one import scan_source

__all__ = [
    "findings",
    "level_of",
    "scan_bytes",
    "scan_files",
    "scan_source",
    "scan_sources",
    "shown_name",
    "without_numbers",
]

__getattr__ = lazy_exports(
    __name__,
    {
        "findings": "mnaudit.scan.many",
        "level_of": "mnaudit.scan.many",
        "scan_bytes": "mnaudit.scan.many",
        "scan_files": "mnaudit.scan.many",
        "scan_source": "mnaudit.scan.one",
        "scan_sources": "mnaudit.scan.many",
        "shown_name": "mnaudit.scan.names",
        "without_numbers": "mnaudit.scan.names",
    },
)
