"""Where the parts of a document stand, and what is wrong there.

Both readers, of YAML and of JSON, describe a document as the same short events with places; this
module makes of them a value, the list of defects, or an index from JSON Pointers to places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from mnaudit.model.problem import pointer_token

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mnaudit.model.problem import Value

__all__ = ["Defect", "Index", "Place", "PlacedEvent", "Refused", "build", "collect", "index"]

Place: TypeAlias = tuple[int, int]
"""Line and column, both from 1, the column in characters; (0, 0) is the file itself."""

PlacedEvent: TypeAlias = tuple[Literal["open", "close", "key", "scalar", "bad"], Place, Any]
"""What stands where: a bracket (``{`` or ``[``), a key, a value, or ``(code, values)``."""

Defect: TypeAlias = tuple[Place, str, dict[str, "Value"]]
"""A place, the code of what is wrong there, and what the message shows."""

Index: TypeAlias = dict[str, tuple[Place, Place]]
"""The places of value and key by JSON Pointer; the key of a list item is the item."""


_MOST: Final = 100
"""Whoever mends a hundred runs again."""


class Refused(ValueError):  # noqa: N818 - never leaves the load step
    """A document that cannot be taken, with everything that is wrong with it."""

    def __init__(self, found: Iterable[Defect]) -> None:
        self.defects = tuple(found)
        super().__init__(self.defects)


def collect(events: Iterable[PlacedEvent], found: Iterable[Defect] = ()) -> list[PlacedEvent]:
    """Return the events if nothing is wrong.

    Args:
        events: Of one document.
        found: What is wrong with its characters.

    Raises:
        Refused: With everything that is wrong, up to the hundredth defect.
    """
    seen: list[PlacedEvent] = []
    wrong = list(found)
    for event in events:
        kind, place, detail = event
        if kind == "bad":
            wrong.append((place, detail[0], detail[1]))
            if len(wrong) >= _MOST:
                break
        seen.append(event)
    if wrong:
        raise Refused(wrong)
    return seen


def build(events: Iterable[PlacedEvent]) -> Any:
    """Return the value that faultless events describe. Does not recurse."""
    root: list[Any] = []
    nest: list[Any] = [root]
    keys: list[str] = []
    for kind, _, detail in events:
        if kind == "close":
            nest.pop()
            continue
        if kind == "key":
            keys.append(detail)
            continue
        value = detail if kind == "scalar" else {} if detail == "{" else []
        parent = nest[-1]
        if isinstance(parent, dict):
            parent[keys.pop()] = value
        else:
            parent.append(value)
        if kind == "open":
            nest.append(value)
    return root[0]


def index(events: Iterable[PlacedEvent]) -> Index:
    """Return the place of every node of a document."""
    found: Index = {}
    nest: list[tuple[str, int]] = []  # pointer of each open container; next index, -1 in mappings
    key, key_place = "", (0, 0)
    for kind, place, detail in events:
        if kind == "close":
            nest.pop()
            continue
        if kind == "key":
            key, key_place = pointer_token(detail), place
            continue
        pointer = ""
        if nest:
            parent, number = nest[-1]
            if number < 0:
                pointer = f"{parent}/{key}"
            else:
                pointer, key_place = f"{parent}/{number}", place
                nest[-1] = parent, number + 1
        else:
            key_place = place
        found[pointer] = place, key_place
        if kind == "open":
            nest.append((pointer, -1 if detail == "{" else 0))
    return found
