"""Is there nothing in a file? Told before the rules and the readers are loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.errors import MnauditError
from mnaudit.load.readers.first_look import PIECE, is_dull
from mnaudit.validate.scan.prefilter import ANY_FORM

if TYPE_CHECKING:
    from mnaudit.model.document import SourceFile

__all__ = ["holds_nothing"]


def holds_nothing(file: SourceFile) -> bool:
    """Tell whether neither a file nor its path could hold a number; no if nobody can tell."""
    if file.size >= PIECE or ANY_FORM.finds(file.path.encode("utf-8", "surrogatepass")):
        return False
    try:
        return is_dull(file.path, file.read(), ANY_FORM)
    except (OSError, MnauditError):
        return False  # what cannot be read is told by the scan
