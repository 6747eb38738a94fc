"""Does a text hold an Individual Number (個人番号)? Pure: fragments in, places out.

Readers for files are in ``load.readers``, the words and the table of codes in
``controls/individual-number.yaml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from mnaudit.model.scan_rules import ScanRules
    from mnaudit.validate.scan.allowances import Allowances
    from mnaudit.validate.scan.check_digit import is_individual_number
    from mnaudit.validate.scan.detection import detect
    from mnaudit.validate.scan.number_look import NumberLook

__all__ = ["Allowances", "NumberLook", "ScanRules", "detect", "is_individual_number"]

__getattr__ = lazy_exports(
    __name__,
    {
        "Allowances": "mnaudit.validate.scan.allowances",
        "NumberLook": "mnaudit.validate.scan.number_look",
        "ScanRules": "mnaudit.model.scan_rules",
        "detect": "mnaudit.validate.scan.detection",
        "is_individual_number": "mnaudit.validate.scan.check_digit",
    },
)
