"""Scan: open what may hold a number (個人番号), look for one, and keep where it stands, never what.

Joins the readers of ``load`` and the rules of ``validate``. A name that is itself a number is replaced
before it gets into any place: a path is shown by every report.
"""

from __future__ import annotations

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
