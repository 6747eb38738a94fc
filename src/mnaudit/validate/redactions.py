"""Do the tombstones make sense, and is what they stand for really gone?

What no schema can say: ids are unique, the organization is ours, nobody approves a redaction of
their own, days are in order, and the removed file is not in the folder any more. A tombstone is no
evidence: what the removed document would have shown stays open until a clean one replaces it, for
better and for worse. Otherwise a redaction could hide what speaks against somebody.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from mnaudit.model.document import Unreadable
from mnaudit.model.problem import problem
from mnaudit.model.redaction import RedactionFile, Redactions
from mnaudit.validate.scan.check_digit import LENGTH, is_individual_number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mnaudit.model.document import Document
    from mnaudit.model.problem import Problem

__all__ = ["check_redactions", "may_hold_number", "redacted_documents", "redactions_of"]

_KANJI_DIGITS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")


def check_redactions(
    document: Document, corporate_number: str | None, paths: Collection[str]
) -> Iterator[Problem]:
    """Yield what is wrong in ``redactions.yaml`` beyond its schema, and what was redacted.

    Args:
        document: The file; it matches its schema.
        corporate_number: Of the organization that the folder belongs to, if that is known.
        paths: Of all files of the folder.
    """
    file = Redactions.model_validate(document.value)
    if corporate_number is not None and file.organization != corporate_number:
        pointer = "/organization"
        yield problem("MN141", document.path, document.locate(pointer), pointer)
    seen: set[str] = set()
    for number, each in enumerate(file.redactions):
        at = f"/redactions/{number}"

        def told(code: str, field: str, at: str = at, **values: str) -> Problem:
            pointer = f"{at}/{field}"
            return problem(code, document.path, document.locate(pointer), pointer, **values)

        if each.id in seen:
            yield told("MN140", "id", other=document.path)
        seen.add(each.id)
        if each.requested_by.code == each.approved_by.code:
            yield told("MN511", "approved_by", redaction=each.id)
        if each.redacted_on < each.discovered_on:
            yield told("MN512", "redacted_on", redaction=each.id)
        if each.path in paths and not each.is_in_place and each.name_withheld is None:
            yield told("MN513", "path", redaction=each.id, removed=each.path)
        yield told(
            "MN510",
            "id",
            removed=each.path,
            day=each.redacted_on.isoformat(),
            approver=f"{each.approved_by.role} {each.approved_by.code}",
        )


def redacted_documents(document: Document, sound: Collection[str]) -> tuple[Unreadable, ...]:
    """Return the removed documents that nothing has replaced, as documents that nobody can read.

    Args:
        document: ``redactions.yaml``; it matches its schema.
        sound: Paths of the valid documents of the folder, ``organization.yaml`` included.
    """
    file = Redactions.model_validate(document.value)
    return tuple(
        Unreadable(each.path, each.kind)
        for each in file.redactions
        if each.role == "document" and each.replaced_by not in sound
    )


def redactions_of(document: Document) -> RedactionFile:
    """Return the tombstones as values."""
    file = Redactions.model_validate(document.value)
    return RedactionFile(document.path, document.file.sha256, file.redactions)


def may_hold_number(text: str) -> bool:
    """Tell whether a text has twelve digits in a row whose last is their check digit.

    Stricter than the scanner: a tombstone has no need of such digits, whatever they mean. Digits
    of any script and 一二三 count, and what is neither letter nor digit does not part them.
    """
    folded = unicodedata.normalize("NFKC", text).translate(_KANJI_DIGITS)
    runs = re.split(r"[^\W\d_]+", folded)
    for run in runs:
        digits = "".join(str(unicodedata.digit(char)) for char in run if char.isdigit())
        windows = (digits[at : at + LENGTH] for at in range(len(digits) - LENGTH + 1))
        if any(map(is_individual_number, windows)):
            return True
    return False
