"""Where a value stands in a document: field paths such as ``data.attendees[].code``.

A path is compiled once. A field that is absent yields no value; it is never an error, because the
schema of the kind has already said which fields must be there.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["day_at", "days_at", "groups", "rows", "values_at"]


def values_at(document: Any, path: str) -> list[Any]:
    """Return all values at ``path``, in document order; ``null`` counts as absent."""
    found = [document]
    for name, is_list in _steps(path):
        found = [node[name] for node in found if isinstance(node, dict) and name in node]
        if is_list:
            found = [item for child in found if isinstance(child, list) for item in child]
    return [value for value in found if value is not None]


def days_at(document: Any, path: str) -> list[date]:
    """Return all days at ``path``."""
    return [date.fromisoformat(value) for value in values_at(document, path)]


def day_at(document: Any, path: str | None) -> date | None:
    """Return the day at ``path``, or None where there is none."""
    days = days_at(document, path) if path else []
    return days[0] if days else None


def rows(
    document: Any, key: str, on: str | None, counts: Callable[[Any], bool] | None = None
) -> Iterator[tuple[str, date | None]]:
    """Yield (key, day) for every value at ``key``; the day is that of the same list item.

    Args:
        document: The document.
        key: Path of the keys.
        on: Path of the days. It shares its list with ``key``, or stands outside any list.
        counts: Tells whether an item of the list counts; all do without it.
    """
    stem, leaf = _split(key)
    if "[]" not in key:
        day = day_at(document, on)
        yield from ((str(value), day) for value in values_at(document, key))
        return
    outside = None if on is None or "[]" in on else day_at(document, on)
    on_leaf = _split(on)[1] if on is not None and "[]" in on else None
    for item in values_at(document, stem):
        if counts is None or counts(item):
            day = day_at(item, on_leaf) if on_leaf else outside
            for value in _within(item, leaf):
                yield str(value), day


def groups(document: Any, left: str, right: str) -> Iterator[tuple[list[Any], list[Any]]]:
    """Yield left values with the right values that they are held against.

    Those of one list item are held against each other where both stand in one list; else all of
    the document.
    """
    stem, leaf, other_leaf = _common(left, right)
    for item in values_at(document, stem) if stem else [document]:
        yield _within(item, leaf), _within(item, other_leaf)


@cache
def _steps(path: str) -> tuple[tuple[str, bool], ...]:
    """Return (name, whether a list follows) for each part of the path."""
    return tuple((part.removesuffix("[]"), part.endswith("[]")) for part in path.split("."))


@cache
def _split(path: str) -> tuple[str, str]:
    """Split behind the last list: ``data.items[].serial`` → ``data.items[]``, ``serial``."""
    stem, mark, leaf = path.rpartition("[]")
    return stem + mark, leaf.removeprefix(".")


@cache
def _common(left: str, right: str) -> tuple[str, str, str]:
    """Split two paths behind the last list that they share; the first part is empty without one."""
    one, other = left.split("."), right.split(".")
    shared = 0
    for number, (step, its) in enumerate(zip(one, other, strict=False), start=1):
        if step != its:
            break
        if step.endswith("[]"):
            shared = number
    return ".".join(one[:shared]), ".".join(one[shared:]), ".".join(other[shared:])


def _within(item: Any, leaf: str) -> list[Any]:
    return values_at(item, leaf) if leaf else [item]
