"""Is a text worth a second look? What names no Individual Number holds one only in a regular form."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from mnaudit.validate.scan.prefilter import ANY_FORM, may_be_regular
from mnaudit.validate.scan.words import words_of

if TYPE_CHECKING:
    from mnaudit.model.quick_look import QuickLook
    from mnaudit.model.scan_rules import ScanData
    from mnaudit.validate.scan.words import Words

__all__ = ["NumberLook"]


class NumberLook:
    """What readers ask before they decode a text (``mnaudit.model.quick_look.Look``)."""

    quick: QuickLook = ANY_FORM

    def __init__(self, data: ScanData) -> None:
        """Take the words that name the number."""
        self._data = data

    @cached_property
    def _words(self) -> Words:
        # Most of what is scanned has no twelve digits, and the patterns take a while to make.
        return words_of(self._data)

    def finds(self, data: bytes, encoding: str = "utf-8") -> bool:
        """Tell whether a text could hold a number that the text itself names, or one in a usual form."""
        if not ANY_FORM.finds(data, encoding):
            return False
        try:
            text = data.decode(encoding, "replace")
        except LookupError:
            return True
        return may_be_regular(text) or self._words.names_number(text)

    def is_about(self, data: bytes, encoding: str = "utf-8") -> bool:
        """Tell whether a text names the number."""
        try:
            return self._words.names_number(data.decode(encoding, "replace"))
        except LookupError:
            return True
