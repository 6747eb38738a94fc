"""Pick the text out of bytes of an unknown kind, and say that they could not be read.

What is found is found; what was not found may still be there, packed or ciphered.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers import text
from mnaudit.load.readers.digits import could_hold
from mnaudit.load.readers.encodings import decode
from mnaudit.load.readers.mapped import Pinned
from mnaudit.model.scan import Fragment, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.load.readers.limits import Budget
    from mnaudit.model.scan import Place

__all__ = ["fragments", "strings"]

_WIDE: Final = {
    "utf-16-le": re.compile(rb"(?:[\t\n\r\x20-\x7e]\x00|[\x00-\xff][\x20\x30\x4e-\x9f\xff]){11,}"),
    "utf-16-be": re.compile(rb"(?:\x00[\t\n\r\x20-\x7e]|[\x20\x30\x4e-\x9f\xff][\x00-\xff]){11,}"),
}


def fragments(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read what can be read of an unknown kind of file."""
    yield Unreadable("MN504", place, "unknown format")
    yield from strings(data, replace(place, part=place.part or "binary data"), budget)


def strings(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Yield the text in binary data: of one byte a letter, and of two."""
    for item in text.fragments_narrow(data, place, budget):
        if isinstance(item, Fragment):
            yield Pinned(item.text, place)
    for encoding, pattern in _WIDE.items():
        runs = "\n".join(decode(run[0], encoding) for run in pattern.finditer(data))
        if could_hold(runs):
            budget.spend(fragments=1)
            yield Fragment(runs, place)
