"""Which class is the twin of which evidence kind: all kinds together, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.model.evidence import BASIC
from mnaudit.model.evidence_handling import HANDLING
from mnaudit.model.evidence_monitoring import MONITORING

if TYPE_CHECKING:
    from mnaudit.model.evidence import Evidence

__all__ = ["KINDS"]

KINDS: dict[str, type[Evidence]] = {**BASIC, **HANDLING, **MONITORING}
"""The class of each evidence kind, by the value of ``kind``."""
