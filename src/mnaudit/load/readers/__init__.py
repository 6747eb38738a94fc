"""Open whatever may hold a number (個人番号), and hand out its text piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from mnaudit.load.readers.limits import Budget, LimitError, Limits
    from mnaudit.load.readers.registry import SourceBytes, read_fragments

__all__ = ["Budget", "LimitError", "Limits", "SourceBytes", "read_fragments"]

__getattr__ = lazy_exports(
    __name__,
    {
        "Budget": "mnaudit.load.readers.limits",
        "LimitError": "mnaudit.load.readers.limits",
        "Limits": "mnaudit.load.readers.limits",
        "SourceBytes": "mnaudit.load.readers.registry",
        "read_fragments": "mnaudit.load.readers.registry",
    },
)
