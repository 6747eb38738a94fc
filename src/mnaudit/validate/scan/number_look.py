"""Is a text worth a second look? What names no Individual Number holds one only in a regular form."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING

from mnaudit.model.quick_look import is_utf_8
from mnaudit.validate.scan.prefilter import ANY_FORM, REGULAR_OR_UNUSUAL, may_be_regular
from mnaudit.validate.scan.words import names_of

if TYPE_CHECKING:
    from mnaudit.model.quick_look import QuickLook
    from mnaudit.model.scan_rules import ScanData
    from mnaudit.validate.scan.words import Names

__all__ = ["NumberLook"]


@cache
def _closer_look(names: Names) -> QuickLook:
    """Return one look for every text that is worth a second thought."""
    return REGULAR_OR_UNUSUAL | names.quick


class NumberLook:
    """What readers ask before they decode a text (``mnaudit.model.quick_look.Look``)."""

    quick: QuickLook = ANY_FORM

    def __init__(self, data: ScanData) -> None:
        """Take the words that name the number."""
        self._data = data

    @cached_property
    def _names(self) -> Names:
        # Most of what is scanned has no twelve digits, and the pattern takes a while to make.
        return names_of(self._data)

    @cached_property
    def closer(self) -> QuickLook:
        """A usual form, a name of the number, or anything that only a second thought can tell."""
        return _closer_look(self._names)

    def finds(self, data: bytes, encoding: str = "utf-8") -> bool:
        """Tell whether a text could hold a number that the text itself names, or one in a usual form."""
        if is_utf_8(encoding) and not ANY_FORM.finds(data):
            return False  # nearly always, and without decoding
        try:
            text = data.decode(encoding, "replace")
        except LookupError:
            return True
        data = text.encode("utf-8", "replace")
        if not ANY_FORM.finds(data) or not self.closer.finds(data):
            return False
        return may_be_regular(text) or self._names.may_name(text)

    def is_about(self, data: bytes, encoding: str = "utf-8") -> bool:
        """Tell whether a text names the number."""
        try:
            return self._names.may_name(data.decode(encoding, "replace"))
        except LookupError:
            return True
