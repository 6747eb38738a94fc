"""One thing to scan: a file on the disk, a file that git keeps, a name, or a message."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

__all__ = ["NAMES", "ScanSource"]

NAMES = frozenset({"file name", "ref name"})
"""Parts of which the path itself is the text."""


@dataclass(frozen=True, slots=True)
class ScanSource:
    """One thing to scan.

    Attributes:
        path: Of the file, with ``/``; of a message the ref, or nothing. It may itself hold a
            number, so it is never shown before it was looked at.
        part: None for a file, else an id such as ``file name`` or ``commit message``.
        commit: The first commit with it; None if it is in none, or that is not known.
        size: In bytes; 0 if that is not known before it is read.
        open: Give its bytes, from the first; None if they cannot be had, or for a name.
        reason: Why its bytes cannot be had: an id.
        named: Whether the name of the file is looked at with it.
    """

    path: str = field(repr=False)
    part: str | None = None
    commit: str | None = None
    size: int = 0
    open: Callable[[], BinaryIO] | None = field(default=None, repr=False, compare=False)
    reason: str = ""
    named: bool = False
