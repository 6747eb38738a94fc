"""How much a reader may do before it says that it could not look: bytes, members, depth, work.

A file may be made to exhaust who reads it: a ZIP of ten kilobytes that unpacks to petabytes, mails
in mails without end. Work is counted in bytes and pieces, never in seconds: the same file gives the
same answer on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mnaudit.model.scan import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mnaudit.model.quick_look import Look
    from mnaudit.model.scan import Fragment, Place

__all__ = ["Budget", "LimitError", "Limits"]

MIB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one file.

    Attributes:
        file_bytes: Of a file that is no plain text; text is read in windows, whatever its size.
        members: In all containers of the file together.
        expanded_bytes: Of all members together.
        ratio: Unpacked to packed bytes of one member, once it is larger than a mebibyte.
        depth: Of containers in containers.
        fragments: Pieces of text, at a time: of one workbook, of one window of a long text.
        structured_bytes: Of text whose rows or keys are told apart; larger text is read as it is.
    """

    file_bytes: int = 64 * MIB
    members: int = 5_000
    expanded_bytes: int = 512 * MIB
    ratio: int = 200
    depth: int = 4
    fragments: int = 5_000_000
    structured_bytes: int = 16 * MIB


class LimitError(Exception):
    """A limit was reached. Holds an id, never content; ends as an ``Unreadable`` (``MN506``)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Budget:
    """What is left for one file and everything in it.

    Attributes:
        limits: What there was.
        open_member: Reads a member by the registry; set by it.
        look: For raw text that could hold a number at all.
        depth: How deep the reader is now; 0 in the file itself.
    """

    limits: Limits
    open_member: Callable[[str, bytes, Place, Budget], Iterator[Fragment | Unreadable]] = field(
        repr=False
    )
    look: Look | None = None
    depth: int = 0
    _members: int = 0
    _expanded: int = 0
    _fragments: int = 0
    _records: int = 0

    def record(self) -> str:
        """Return an id for one more record of this file."""
        self._records += 1
        return f"record {self._records}"

    def turn(self) -> None:
        """Count the pieces anew: the next window of a text holds no more than the one before."""
        self._fragments = 0

    def spend(self, *, bytes_: int = 0, members: int = 0, fragments: int = 0) -> None:
        """Count work that was done or is about to be done.

        Raises:
            LimitError: There is too much of it: ``bytes``, ``members`` or ``fragments``.
        """
        self._expanded += bytes_
        self._members += members
        self._fragments += fragments
        if self._expanded > self.limits.expanded_bytes:
            raise LimitError("bytes")
        if self._members > self.limits.members:
            raise LimitError("members")
        if self._fragments > self.limits.fragments:
            raise LimitError("fragments")

    @property
    def left_bytes(self) -> int:
        """How many bytes may still be unpacked."""
        return max(0, self.limits.expanded_bytes - self._expanded)

    def check_ratio(self, packed: int, unpacked: int) -> None:
        """Refuse what unpacks to far more than it is.

        Raises:
            LimitError: ``ratio``.
        """
        if unpacked > MIB and unpacked > packed * self.limits.ratio:
            raise LimitError("ratio")

    def inside(self, name: str, data: bytes, place: Place) -> Iterator[Fragment | Unreadable]:
        """Read a member: a file in a file. The caller has spent its bytes.

        Args:
            name: Of the member, for its suffix.
            data: Its bytes.
            place: With the member's name in ``members``.
        """
        if self.depth >= self.limits.depth:
            yield Unreadable("MN506", place, "depth")
            return
        self.depth += 1
        try:
            yield from self.open_member(name, data, place, self)
        finally:
            self.depth -= 1
