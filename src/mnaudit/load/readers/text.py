"""Read plain text: in windows, in every plausible encoding, with what stands in it in disguise.

Nothing is skipped because its encoding is not known: what does not fit is replaced and the rest is
looked at.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mnaudit.load.readers.encoded import decoded, has_encoded
from mnaudit.load.readers.encodings import EVERY, decode, narrow, plain, texts, wide
from mnaudit.load.readers.escapes import has_disguise, unescaped
from mnaudit.load.readers.first_look import holds_nothing, shows_in_markup
from mnaudit.load.readers.mapped import Source
from mnaudit.load.readers.windows import Chained, Transcoded, Window, windows
from mnaudit.model.scan import Fragment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mnaudit.load.readers.limits import Budget
    from mnaudit.load.readers.windows import Readable
    from mnaudit.model.quick_look import Look
    from mnaudit.model.scan import Place, Unreadable

__all__ = [
    "Structure",
    "encoded",
    "fragments",
    "fragments_narrow",
    "may_hold",
    "of_text",
    "streamed",
]


@dataclass(frozen=True, slots=True)
class Structure:
    """How to read a window of text once more, by its rows.

    Attributes:
        read: Yields the cells.
        decides: Whether the text as it stands then only counts with context.
    """

    read: Callable[[Source, Budget], Iterator[Fragment]]
    decides: bool = False


def fragments(
    data: bytes,
    place: Place,
    budget: Budget,
    *,
    context_only: bool = False,
    structure: Structure | None = None,
) -> Iterator[Fragment | Unreadable]:
    """Read text that is in memory.

    Args:
        data: All of it, in any encoding.
        place: Of the file.
        budget: What may be spent.
        context_only: Whether this is a second look at text that comes in better order.
        structure: Reads the rows of each window.
    """
    found = wide(data)
    readings = [_utf_8(decode(data[skip:], encoding)) for encoding, skip in found]
    if not found or (found[0][1] == 0 and b"\0" not in data):
        readings.append(data)
    for reading in readings:
        look = _Look(context_only=context_only, structure=structure)
        yield from _windowed(io.BytesIO(reading), place, budget, look)
        yield from encoded(reading, place, budget)


def fragments_narrow(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read data that may be anything as text of one byte a letter, in all encodings."""
    yield from _windowed(io.BytesIO(data), place, budget, _Look(is_any=True))


def streamed(
    head: bytes,
    rest: Readable,
    place: Place,
    budget: Budget,
    *,
    structure: Structure | None = None,
) -> Iterator[Fragment | Unreadable]:
    """Read text of any length.

    Args:
        head: What was read already: enough to tell the encoding.
        rest: What follows.
        place: Of the file.
        budget: What may be spent.
        structure: Reads the rows of each window, which then decide.
    """
    found = wide(head)
    stream: Readable = Chained(head, rest)
    if found:
        encoding, skip = found[0]
        stream.read(skip)
        stream = Transcoded(stream, encoding)
    look = _Look(structure=structure, encoded=True)
    yield from _windowed(stream, place, budget, look)


def of_text(
    text: str, place: Place, budget: Budget, *, context_only: bool = False
) -> Iterator[Fragment | Unreadable]:
    """Read text that was decoded already, such as the body of a mail."""
    yield from fragments(_utf_8(text), place, budget, context_only=context_only)


def may_hold(data: bytes, budget: Budget) -> bool:
    """Tell whether text could hold a number at all, in any reading and in disguise."""
    if budget.look is None or wide(data):
        return True
    readings = (_utf_8(reading) for _, reading in texts(data))
    return any(
        has_disguise(reading) or budget.look.finds(reading) or shows_in_markup(reading, budget.look)
        for reading in readings
    )


def encoded(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read only what stands encoded in a text."""
    if has_encoded(data):
        reading = decode(data, narrow(data)[0])
        yield from decoded(Source(reading, replace(place, line=1, column=1)), budget)


@dataclass(frozen=True, slots=True)
class _Look:
    """How windows are looked at."""

    context_only: bool = False
    structure: Structure | None = None
    encoded: bool = False
    is_any: bool = False


def _windowed(
    stream: Readable, place: Place, budget: Budget, look: _Look
) -> Iterator[Fragment | Unreadable]:
    finder = budget.look
    for window in windows(stream):
        budget.turn()
        if look.structure and window.line == 1 and finder and _is_about(window.data, finder):
            finder = finder.quick  # the head of the table speaks for every window
        yield from _window(window, place, budget, look, finder)


def _is_about(data: bytes, look: Look) -> bool:
    return any(look.is_about(data, encoding) for encoding in narrow(data))


def _window(
    window: Window, place: Place, budget: Budget, look: _Look, finder: Look | None
) -> Iterator[Fragment | Unreadable]:
    # The names of columns stand at the beginning, for what follows.
    first = look.structure is not None and window.line == 1 and not window.is_last
    if not first and holds_nothing(window.data, finder):
        return
    data = plain(window.data)
    packed = look.encoded and has_encoded(data)
    encodings = EVERY if look.is_any and not data.isascii() else narrow(data)
    for number, encoding in enumerate(encodings):
        holds = finder is None or finder.finds(data, encoding)
        disguised = has_disguise(data, encoding)
        if not (holds or disguised or packed or first):
            continue
        text = decode(data, encoding)
        start = replace(place, line=window.line, column=window.column)
        source = Source(text, start)
        once_more = look.context_only or (look.structure is not None and look.structure.decides)
        if holds:
            yield Fragment(text, start, context_only=once_more)
        if look.structure and (holds or first):
            yield from look.structure.read(source, budget)
        if (holds or disguised) and (composer := unescaped(source)):
            again = composer.fragment(context_only=once_more)
            if holds or finder is None or finder.finds(_utf_8(again.text)):
                yield again
        if packed and number == 0:
            yield from decoded(source, budget)


def _utf_8(text: str) -> bytes:
    return text.encode("utf-8", "replace")
