"""JSON documents, read as strictly as YAML ones.

The same value from ``.json`` as from ``.yaml``, or the same refusal: the parser is the one that
reads signed payloads (:mod:`mnaudit.signing.strict_json`), with the limits of documents.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from mnaudit.load.places import build, collect
from mnaudit.load.strict_yaml import MAX_BYTES, MAX_DEPTH
from mnaudit.load.text import FORBIDDEN, character, has_forbidden, readable
from mnaudit.signing.strict_json import StrictJsonError, parse, scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.load.places import PlacedEvent

__all__ = ["load", "placed_events"]

_BREAK = re.compile(r"\r\n?|\n")
_CONTROL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\[bfu]")  # behind an even number of backslashes


def load(data: bytes) -> dict[str, Any]:
    """Read a JSON document.

    Raises:
        Refused: With all defects that can be told apart in one reading.
    """
    value: Any = None
    if len(data) <= MAX_BYTES and not has_forbidden(data):
        try:
            value = parse(data, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH, allow_floats=True)
        except StrictJsonError:
            value = None
    if not isinstance(value, dict) or _CONTROL_ESCAPE.search(data):
        text, found = readable(data, max_bytes=MAX_BYTES)
        value = build(collect(placed_events(text), found))
    result: dict[str, Any] = value
    return result


def placed_events(text: str) -> Iterator[PlacedEvent]:
    """Walk through JSON text and tell what stands where, with every defect on the way."""
    starts = [0, *(found.end() for found in _BREAK.finditer(text))]
    is_first = True
    for kind, offset, detail in scan(text, max_depth=MAX_DEPTH, allow_floats=True):
        line = bisect_right(starts, offset)
        place = line, offset - starts[line - 1] + 1
        if is_first and kind in {"open", "scalar"} and detail != "{":
            yield "bad", place, ("MN117", {})
        if kind in {"key", "scalar"} and isinstance(detail, str):
            hidden = FORBIDDEN.search(detail)
            # A lone surrogate has been told by the scanner already.
            if hidden and not "\ud800" <= hidden[0] <= "\udfff":
                yield "bad", place, ("MN115", {"char": character(hidden[0])})
        yield kind, place, detail
        is_first = False
