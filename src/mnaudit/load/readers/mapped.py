"""Text that was put in better order, and still knows where each character came from.

Tags are left out, escapes are decoded: what is looked at is not what stands in the file. The place
of a hit must still be that of the file.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from mnaudit.model.scan import Fragment, Place

__all__ = ["Composer", "Mapped", "Pinned", "Source"]


@dataclass(slots=True)
class Source:
    """A text of a file with the place of its first character.

    Attributes:
        text: All of it.
        place: Of the first character; without a line, characters have no line either.
    """

    text: str = field(repr=False)
    place: Place
    _starts: list[int] = field(default_factory=list, repr=False)

    def at(self, offset: int) -> Place:
        """Return the place of a character."""
        if self.place.line is None:
            return self.place
        starts = self._starts or self._index()
        number = bisect_right(starts, offset) - 1
        first = (self.place.column or 1) if number == 0 else 1
        column = first + offset - starts[number]
        place = self.place  # written out: replace() takes ten times as long
        return Place(
            place.path,
            place.members,
            place.page,
            place.sheet,
            place.cell,
            place.part,
            self.place.line + number,
            column,
        )

    def _index(self) -> list[int]:
        at = 0
        self._starts.append(0)
        while (at := self.text.find("\n", at) + 1) > 0:
            self._starts.append(at)
        return self._starts


@dataclass(frozen=True, slots=True)
class Mapped(Fragment):
    """A fragment composed of pieces of a source.

    Attributes:
        source: Where the pieces are from.
        offsets: Where each piece begins in ``text``, ascending, the first at 0.
        origins: Where it begins in the source.
    """

    source: Source | None = field(default=None, repr=False)
    offsets: tuple[int, ...] = field(default=(), repr=False)
    origins: tuple[int, ...] = field(default=(), repr=False)

    def at(self, offset: int) -> Place:
        """Return the place in the file of a character of the text."""
        if self.source is None or not self.offsets:
            return self.place
        index = max(0, bisect_right(self.offsets, offset) - 1)
        return self.source.at(self.origins[index] + offset - self.offsets[index])


@dataclass(frozen=True, slots=True)
class Pinned(Fragment):
    """A fragment whose characters all stand at one place: what was decoded from there."""

    def at(self, offset: int) -> Place:
        """Return the place of the fragment."""
        del offset
        return self.place


@dataclass(slots=True)
class Composer:
    """Writes text from pieces of a source, and keeps book of them."""

    source: Source
    length: int = 0
    _pieces: list[str] = field(default_factory=list, repr=False)
    _offsets: list[int] = field(default_factory=list, repr=False)
    _origins: list[int] = field(default_factory=list, repr=False)

    def copy(self, start: int, end: int) -> None:
        """Write a piece of the source as it is."""
        if end > start:
            self.put(self.source.text[start:end], start)

    def put(self, text: str, origin: int) -> None:
        """Write something that stands for what begins at ``origin``."""
        if text:
            self._pieces.append(text)
            self._offsets.append(self.length)
            self._origins.append(origin)
            self.length += len(text)

    def fragment(self, *, context_only: bool = False) -> Mapped:
        """Return all that was written."""
        return Mapped(
            "".join(self._pieces),
            self.source.at(self._origins[0] if self._origins else 0),
            context_only=context_only,
            source=self.source,
            offsets=tuple(self._offsets),
            origins=tuple(self._origins),
        )
