"""Which pieces of text belong together? Cells of a row, paragraphs of a page, windows of a file.

Fragments become blocks, so that a number over two cells and a name in the paragraph before are seen;
every offset still leads back to its fragment. A block ends where the file, the member, the sheet or
the part does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from mnaudit.model.scan import Fragment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mnaudit.model.scan import Place

__all__ = ["Block", "Container", "blocks", "container_of"]

Container = tuple[str, tuple[str, ...], str | None, str | None]
"""What a place is in: file, members, sheet, part."""

_LARGE: Final = 65_536
"""Characters after which a block is judged, all but its end."""
_TAIL: Final = 1_500
"""Characters that are judged only with what follows them, and stay as context."""

_WINDOW: Final = 32_768
"""A fragment so long is a window of a long text, and judged by itself."""
_MARGIN: Final = 500
"""Windows overlap by a thousand characters and more; the first half was judged with its surroundings."""

_LINE_END: Final = re.compile("\n")
_CELL, _LINE = "\x1f", "\n"


@dataclass(slots=True)
class Block:
    """Fragments that are judged together.

    Attributes:
        text: Of all fragments, a unit separator between cells of one record, else a line feed.
        starts: Where each fragment begins.
        fragments: The fragments.
        fresh: What begins before was judged with the block before.
        settled: What begins here or later is judged with the next block.
    """

    text: str = field(repr=False)
    starts: list[int]
    fragments: list[Fragment]
    fresh: int
    settled: int
    _lines: dict[int, list[int]] = field(default_factory=dict, repr=False)
    _records: list[range] = field(default_factory=list, repr=False)

    def index(self, offset: int) -> int:
        """Return which fragment a character is in."""
        return bisect_right(self.starts, offset) - 1

    def place(self, offset: int) -> Place:
        """Return the place of a character."""
        at = self.index(offset)
        fragment = self.fragments[at]
        offset -= self.starts[at]
        if type(fragment) is not Fragment or fragment.place.line is None:
            return fragment.at(offset)
        if at not in self._lines:  # a large fragment may have many hits
            self._lines[at] = [0, *(found.end() for found in _LINE_END.finditer(fragment.text))]
        starts = self._lines[at]
        number = bisect_right(starts, offset) - 1
        first = (fragment.place.column or 1) if number == 0 else 1
        line, column = fragment.place.line + number, first + offset - starts[number]
        return replace(fragment.place, line=line, column=column)

    def record(self, at: int) -> range:
        """Return the fragments of the record of a fragment; itself, if it is of none."""
        if not self._records:
            first = 0
            for number, fragment in enumerate(self.fragments):
                before = self.fragments[first].record
                if number > first and (fragment.record is None or fragment.record != before):
                    self._records += [range(first, number)] * (number - first)
                    first = number
            self._records += [range(first, len(self.fragments))] * (len(self.fragments) - first)
        return self._records[at]

    def end(self, at: int) -> int:
        """Return where a fragment ends."""
        return self.starts[at] + len(self.fragments[at].text)


def container_of(place: Place) -> Container:
    """Return what a place is in."""
    return place.path, place.members, place.sheet, place.part


def blocks(fragments: Iterable[Fragment]) -> Iterator[tuple[Container, Block]]:
    """Yield blocks, each with its container, in the order of their fragments."""
    kept: list[Fragment] = []
    size = fresh = 0
    for fragment in fragments:
        if kept and not _goes_on(kept[-1], fragment):
            yield _of(kept, fresh, None)
            fresh = _MARGIN if _is_next_window(kept[-1], fragment) else 0
            kept, size = [], 0
        elif kept and size + len(fragment.text) > _LARGE:
            container, block = _of(kept, fresh, size)
            yield container, block
            kept, fresh = _carried(block)
            size = sum(len(each.text) + 1 for each in kept)
        kept.append(fragment)
        size += len(fragment.text) + 1
    if kept:
        yield _of(kept, fresh, None)


def _of(kept: list[Fragment], fresh: int, size: int | None) -> tuple[Container, Block]:
    return container_of(kept[0].place), _block(kept, fresh, size)


def _goes_on(before: Fragment, fragment: Fragment) -> bool:
    """Tell whether a fragment stands behind another in the same text."""
    if before.record is not None and before.record == fragment.record:
        return _file_of(before.place) == _file_of(fragment.place)
    if container_of(before.place) != container_of(fragment.place):
        return False
    if before.context_only != fragment.context_only or _is_window(before) or _is_window(fragment):
        return False
    old, new = before.place, fragment.place
    if old.line is None or new.line is None:
        return True
    return (old.page, old.line, old.column or 1) < (new.page, new.line, new.column or 1)


def _file_of(place: Place) -> tuple[str, tuple[str, ...]]:
    return place.path, place.members


def _is_window(fragment: Fragment) -> bool:
    return len(fragment.text) >= _WINDOW


def _is_next_window(before: Fragment, fragment: Fragment) -> bool:
    """Tell whether a window begins within the end of the one before, which was judged."""
    if not (_is_window(before) and container_of(before.place) == container_of(fragment.place)):
        return False
    old, new = before.place, fragment.place
    if old.line is None or new.line is None or before.context_only != fragment.context_only:
        return False
    start = (new.line, new.column or 1)
    end = before.at(len(before.text))
    return (old.line, old.column or 1) < start <= (end.line or 0, end.column or 0)


def _block(fragments: list[Fragment], fresh: int, size: int | None) -> Block:
    """Join fragments; ``size`` if more will follow, so that the end has to wait."""
    parts: list[str] = []
    starts: list[int] = []
    at = 0
    before: Fragment | None = None
    for fragment in fragments:
        if before is not None:
            is_record = fragment.record is not None and fragment.record == before.record
            parts.append(_CELL if is_record else _LINE)
            at += 1
        starts.append(at)
        parts.append(fragment.text)
        at += len(fragment.text)
        before = fragment
    settled = at + 1 if size is None else max(fresh, at - _TAIL)
    return Block("".join(parts), starts, fragments, fresh, settled)


def _carried(block: Block) -> tuple[list[Fragment], int]:
    """Return the fragments that the next block begins with, and where its news begin."""
    first = max(0, block.index(max(0, block.settled - _TAIL)))
    return block.fragments[first:], max(0, block.settled - block.starts[first])
