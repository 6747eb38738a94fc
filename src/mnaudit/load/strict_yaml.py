"""YAML that means one thing: the strict evidence profile.

One document with a mapping at the top; the scalars of the YAML 1.2 core schema and nothing else
(``no``, ``2026-11-23``, ``1_000``, ``12:30`` and ``012345678901`` are text); no anchors, aliases,
tags, directives or merge keys; every key is text and occurs once. What is left means the same to
every reader, and the same as its twin in JSON.

The parser is libyaml, through the event stream of ``ruamel.yaml.clib``. Its *composer* is never
used: it recurses in C, and 40 KB of ``{`` crash the process. The loop here does not recurse, and
keeps no places. A document with anything unusual in it is read a second time by a slower loop
that keeps them all and names every defect.
"""

from __future__ import annotations

import re
from itertools import islice
from math import isinf
from typing import TYPE_CHECKING, Any, Final

from _ruamel_yaml import (
    AliasEvent,
    CParser,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    YAMLError,
)

from mnaudit.load.places import build, collect
from mnaudit.load.text import FORBIDDEN, character, has_forbidden, readable
from mnaudit.signing.canonical import MAX_INTEGER
from mnaudit.signing.strict_json import fold, line_and_column, repeated, safe_key

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from mnaudit.load.places import Place, PlacedEvent

__all__ = ["MAX_BYTES", "MAX_DEPTH", "load", "placed_events", "resolve"]

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 64

# Before a node may stand the beginning, a blank, a bracket, a comma, or the colon of a quoted key.
_NODE_INDICATOR = re.compile(rb"(?:\A|[\s\[\]{},:?-])[&*!]")
_DIRECTIVE = re.compile(r"(?:^|(?<=\r))%", re.MULTILINE)
_CONTROL_ESCAPE = re.compile(rb"\\[0abefvNLPxuU]")
_GLUED_KEY = re.compile(rb"[\[{,]\s*\?\S")

_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NOT_TEXT: Final = frozenset({"", *"~nNtTfF+-.0123456789"})
"""A plain scalar that begins otherwise is text."""
_NUMBER = re.compile(
    r"([-+]?(?:0|[1-9][0-9]*))"
    r"|0o([0-7]+)"
    r"|0x([0-9a-fA-F]+)"
    r"|([-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|([-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
)
_MAX_DIGITS: Final = len(str(MAX_INTEGER)) + 1

_BY_CONTEXT: Final = {
    "scanning an alias": "MN108",
    "scanning an anchor": "MN108",
    "scanning a tag": "MN109",
    "parsing a tag": "MN109",
    "undefined tag handle": "MN109",
}
_BEGINS_ELSEWHERE: Final = frozenset({"while scanning a simple key"})
_SHOWN: Final = 20

_KNOWN_LIMIT: Final = 4096
_known: set[str] = set()
"""Keys met before that are plain lower-case ASCII words: text, and nobody's twin."""
_KNOWABLE = re.compile(r"[a-z][a-z0-9_-]{0,40}")


class _BadNumber(ValueError):  # noqa: N818 - never leaves this module
    """A number that readers disagree about; the argument is the code."""


class _Unusual(Exception):  # noqa: N818 - never leaves this module
    """The quick loop met something that the careful one has to look at."""


def load(data: bytes) -> dict[str, Any]:
    """Read a YAML document.

    Raises:
        Refused: With all defects that can be told apart in one reading.
    """
    if len(data) <= MAX_BYTES and not _needs_care(data):
        try:
            return _read(data)
        except (_Unusual, _BadNumber, YAMLError):
            pass
    text, found = readable(data, max_bytes=MAX_BYTES)
    value: dict[str, Any] = build(collect(placed_events(text), found))
    return value


def resolve(plain: str) -> str | float | bool | None:
    """Return what a plain scalar is by the core schema of YAML 1.2 (§10.3.2).

    Numbers with leading zeros stay text: they are numbers of things, not amounts.
    """
    if plain in _WORDS:
        return _WORDS[plain]
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return plain
    decimal, octal, hexadecimal, fraction, _ = found.groups()
    if decimal is not None:
        integer = int(decimal) if len(decimal) <= _MAX_DIGITS else MAX_INTEGER + 1
    elif octal is not None:
        integer = int(octal, 8)
    elif hexadecimal is not None:
        integer = int(hexadecimal, 16)
    elif fraction is not None and not isinf(number := float(fraction)):
        return number
    else:
        raise _BadNumber("MN112")
    if abs(integer) > MAX_INTEGER:
        raise _BadNumber("MN118")
    return integer


def _needs_care(data: bytes) -> bool:
    """Tell, by the bytes alone, whether the quick loop could miss something."""
    return bool(
        has_forbidden(data)
        or (
            (b"&" in data or b"*" in data or b"!" in data)
            and _NODE_INDICATOR.search(data) is not None
        )
        or (b"%" in data and (data.startswith(b"%") or b"\n%" in data or b"\r%" in data))
        or (b"\\" in data and _CONTROL_ESCAPE.search(data) is not None)
        or (b"?" in data and _GLUED_KEY.search(data) is not None)
    )


def _read(data: bytes) -> dict[str, Any]:
    """Read an ordinary document quickly.

    Raises:
        _Unusual: Something has to be looked at with care.
    """
    get = CParser(data).get_event
    known, not_text, scalar = _known, _NOT_TEXT, ScalarEvent  # locals: this is the inner loop
    get()
    get()
    if type(get()) is not MappingStartEvent:
        raise _Unusual
    here: Any = {}
    key = ""
    nest: list[Any] = []
    odd: dict[int, dict[str, Any]] = {}
    in_mapping = True
    while True:
        event = get()
        kind = type(event)
        if in_mapping:
            if kind is scalar:
                key = event.value
                if key not in known and _is_odd(key, plain=not event.style):
                    odd[id(here)] = here
                if key in here:
                    raise _Unusual
                event = get()
                kind = type(event)
                if kind is scalar:
                    value = event.value
                    if value[:1] in not_text and not event.style:
                        value = resolve(value)
                    here[key] = value
                    continue
            elif kind is MappingEndEvent:
                if not nest:
                    break
                here = nest.pop()
                in_mapping = type(here) is dict
                continue
            else:
                raise _Unusual
        elif kind is scalar:
            value = event.value
            if value[:1] in not_text and not event.style:
                value = resolve(value)
            here.append(value)
            continue
        elif kind is SequenceEndEvent:
            here = nest.pop()
            in_mapping = type(here) is dict
            continue
        child: Any
        if kind is MappingStartEvent:
            child = {}
        elif kind is SequenceStartEvent:
            child = []
        else:
            raise _Unusual
        nest.append(here)
        if len(nest) == MAX_DEPTH:
            raise _Unusual
        if in_mapping:
            here[key] = child
        else:
            here.append(child)
        here = child
        in_mapping = kind is MappingStartEvent
    if type(get()) is not DocumentEndEvent or type(get()) is not StreamEndEvent:
        raise _Unusual
    for mapping in odd.values():
        if len({fold(key) for key in mapping}) != len(mapping):
            raise _Unusual
    result: dict[str, Any] = here
    return result


def _is_odd(key: str, *, plain: bool) -> bool:
    """Tell whether a key could have a twin; remember it if not.

    Raises:
        _Unusual: It is no key at all.
    """
    if key == "<<" or (plain and not isinstance(resolve(key), str)):
        raise _Unusual
    if _KNOWABLE.fullmatch(key) and key not in _WORDS:
        if len(_known) < _KNOWN_LIMIT:
            _known.add(key)
        return False
    return True


def placed_events(text: str) -> Iterator[PlacedEvent]:
    """Walk through YAML text and tell what stands where, with every defect on the way.

    Ends at the first defect after which the rest cannot be read (``MN104``, ``MN105``,
    ``MN113``), goes on after the others.
    """
    for found in islice(_DIRECTIVE.finditer(text), _SHOWN):
        yield "bad", line_and_column(text, found.start()), ("MN116", {})
    # A line with % would be a directive; as a comment it leaves every place where it was.
    get = CParser(_DIRECTIVE.sub("#", text)).get_event
    try:
        get()
        if type(get()) is not DocumentStartEvent:
            yield "bad", (1, 1), ("MN114", {})
            return
        if (yield from _root(get, text)):
            get()
            event = get()
            if type(event) is not StreamEndEvent:
                yield "bad", _place(event.start_mark), ("MN113", {})
    except YAMLError as error:
        yield _refusal(error, len(text))


def _root(get: Callable[[], Any], text: str) -> Generator[PlacedEvent, None, bool]:
    """Walk through the one node of a document; return whether its end was reached."""
    nest: list[dict[str, str] | None] = []  # of each open mapping the keys, by fold; None: a list
    wants_key = False
    while True:
        event = get()
        kind = type(event)
        place = _place(event.start_mark)
        if kind is MappingEndEvent or kind is SequenceEndEvent:
            yield "close", place, None
            nest.pop()
        else:
            yield from _ornaments(event, place)
            at = event.start_mark.index
            if kind is ScalarEvent and event.value and text[at - 1 : at] == "?":
                # Between brackets libyaml reads "[?A]" as a key; YAML 1.2 reads the text "?A".
                yield "bad", place, ("MN105", {"detail": "'?' without a space behind it"})
            keys = nest[-1] if nest else None
            if wants_key and keys is not None:
                wants_key = False
                if kind is ScalarEvent:
                    yield from _key(event, place, keys)
                elif kind is not AliasEvent:
                    yield "bad", place, ("MN111", {"key": "{…}"})
                    if (too_deep := _skip(get, event, MAX_DEPTH - len(nest))) is not None:
                        yield "bad", too_deep, ("MN104", {"limit": MAX_DEPTH})
                        return False
                continue
            if not nest and kind is not MappingStartEvent:
                empty = kind is ScalarEvent and not event.style and not event.value
                yield "bad", place, ("MN114" if empty else "MN117", {})
            if kind is ScalarEvent:
                yield from _value(event, place)
            elif kind is not AliasEvent:
                if len(nest) == MAX_DEPTH:
                    yield "bad", place, ("MN104", {"limit": MAX_DEPTH})
                    return False
                is_mapping = kind is MappingStartEvent
                yield "open", place, "{" if is_mapping else "["
                nest.append({} if is_mapping else None)
        if not nest:
            return True
        wants_key = nest[-1] is not None


def _place(mark: Any) -> Place:
    return mark.line + 1, mark.column + 1


def _skip(get: Callable[[], Any], event: Any, room: int) -> Place | None:
    """Pass over the node that ``event`` opens; return where it is too deep, or None."""
    depth = 1
    while depth:
        if depth > room:
            return _place(event.start_mark)
        event = get()
        kind = type(event)
        if kind is MappingStartEvent or kind is SequenceStartEvent:
            depth += 1
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            depth -= 1
    return None


def _ornaments(event: Any, place: Place) -> Iterator[PlacedEvent]:
    """Tell of anchors, aliases and tags."""
    if event.anchor is not None:
        yield "bad", place, ("MN108", {})
    if type(event) is not AliasEvent and event.ctag is not None:
        yield "bad", place, ("MN109", {})


def _key(event: Any, place: Place, keys: dict[str, str]) -> Iterator[PlacedEvent]:
    key: str = event.value
    if key == "<<":
        yield "bad", place, ("MN110", {})
    elif not event.style and not _is_text(key):
        yield "bad", place, ("MN111", {"key": safe_key(key)})
    elif trouble := repeated(keys, key):
        yield "bad", place, trouble
    yield from _hidden(event, place)
    yield "key", place, key


def _value(event: Any, place: Place) -> Iterator[PlacedEvent]:
    value = event.value
    if not event.style:
        try:
            value = resolve(value)
        except _BadNumber as error:
            yield "bad", place, (str(error), {})
    yield from _hidden(event, place)
    yield "scalar", place, value


def _hidden(event: Any, place: Place) -> Iterator[PlacedEvent]:
    """Tell of a forbidden character that an escape has brought in."""
    if event.style == '"' and (found := FORBIDDEN.search(event.value)):
        yield "bad", place, ("MN115", {"char": character(found[0])})


def _is_text(plain: str) -> bool:
    try:
        return isinstance(resolve(plain), str)
    except _BadNumber:
        return False


def _refusal(error: Any, end: int) -> PlacedEvent:
    """Tell why libyaml does not go on, at the place where a person would look."""
    context, detail = error.context or "", error.problem
    mark = error.problem_mark
    if context in _BEGINS_ELSEWHERE or (context and mark.index >= end):
        mark = error.context_mark
    for part, code in _BY_CONTEXT.items():
        if part in context or part in detail:
            return "bad", _place(mark), (code, {})
    if "Unicode character escape" in detail:
        return "bad", _place(mark), ("MN115", {"char": "\\u…"})
    return "bad", _place(mark), ("MN105", {"detail": detail})
