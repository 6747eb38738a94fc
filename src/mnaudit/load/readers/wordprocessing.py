"""Read Word documents (DOCX, DOCM): the body and every other part, visible or not.

Deleted text of tracked changes, comments, headers, notes, text boxes, properties, document variables,
building blocks, embedded files. Lines are counted as in the text: one a paragraph, a break or a row.

Source: ECMA-376 part 1 §17.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.office_parts import package_comment, read_part
from mnaudit.load.readers.office_xml import Package, is_package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zipfile import ZipInfo

    from mnaudit.load.readers.limits import Budget
    from mnaudit.model.scan import Fragment, Place, Unreadable

__all__ = ["fragments", "reads"]

_SUFFIXES: Final = (".docx", ".docm", ".dotx", ".dotm")
_OWN: Final = (b"word/document", b"word/_rels/")
_BODY: Final = re.compile(r"word/document\d*\.xml", re.IGNORECASE)


def reads(name: str, head: bytes) -> bool:
    """Tell whether this is a document: by its parts, or its name if the parts come late."""
    return is_package(name, head, _OWN, _SUFFIXES)


def fragments(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read a document."""
    package = Package(data, place, budget)

    def part(info: ZipInfo) -> Iterator[Fragment | Unreadable]:
        body = _BODY.fullmatch(info.filename.lstrip("/"))
        return read_part(package, info, place if body else None)

    yield from package_comment(package)
    for info in package.parts:
        yield from package.guarded(info, part)
