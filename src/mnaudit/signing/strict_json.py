"""JSON that every reader reads the same way, or none at all.

Python, Node and Go take the last of two equal keys, and Go takes ``STATUS`` for ``status``;
Python reads ``NaN`` and turns ``1e999`` into infinity; Node rounds ``2^53 + 1``. Whoever signs or
judges JSON must refuse what another reader would read otherwise (RFC 8259 §4, §6, §8.1).

The standard parser does the work. Only when something is wrong, a small scanner that never
recurses reads the text again, to tell what is wrong and where.
"""

from __future__ import annotations

import json
import re
import unicodedata
from json.decoder import scanstring  # type: ignore[attr-defined] # typeshed does not know it
from math import isinf
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, TypeAlias

from mnaudit.errors import InputError
from mnaudit.signing.canonical import MAX_INTEGER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mnaudit.model.problem import Value

__all__ = [
    "Event",
    "StrictJsonError",
    "decode",
    "fold",
    "line_and_column",
    "parse",
    "repeated",
    "safe_key",
    "scan",
]

Event: TypeAlias = tuple[Literal["open", "close", "key", "scalar", "bad"], int, Any]
"""What the scanner met, the offset in characters, and: bracket, value, or (code, values)."""

_MAX_BYTES: Final = 16 * 1024 * 1024
_MAX_DEPTH: Final = 32
_MAX_DIGITS: Final = len(str(MAX_INTEGER))
_BOM: Final = b"\xef\xbb\xbf"

_BLANK = re.compile(r"[ \t\n\r]*")
_BREAK = re.compile(r"\r\n?|\n")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)((?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)")
_WORD = re.compile(r"true|false|null|NaN|-?Infinity")
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
_SURROGATE = re.compile("[\ud800-\udfff]")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89A-Fa-f]")
_UNSHOWN = re.compile(r"[^\w $.@/-]")


class StrictJsonError(InputError):
    """The bytes are not JSON of the strict kind.

    Attributes:
        code: A code of ``messages``, such as ``MN106``.
        line: From 1; 0 if the trouble is the input as a whole.
        column: From 1, in characters; 0 if the trouble is the input as a whole.
        values: What the sentence shows.
    """

    def __init__(
        self, code: str, line: int, column: int, values: Mapping[str, Value] | None = None
    ) -> None:
        super().__init__(code, **(values or {}))
        self.line = line
        self.column = column


def parse(
    data: bytes,
    *,
    max_bytes: int = _MAX_BYTES,
    max_depth: int = _MAX_DEPTH,
    allow_floats: bool = False,
) -> Any:
    """Read one JSON value.

    Args:
        data: UTF-8 without a byte order mark.
        max_bytes: More are refused before anything is read.
        max_depth: How many brackets may stand inside each other.
        allow_floats: Whether numbers with a fraction or an exponent are allowed.

    Raises:
        StrictJsonError: With the first trouble of the text, and where it is.
    """
    text = decode(data, max_bytes=max_bytes)
    troubles = _troubles(text, max_depth=max_depth, allow_floats=allow_floats)
    try:
        value = (_WITH_FLOATS if allow_floats else _WITHOUT_FLOATS).decode(text)
    except (ValueError, RecursionError):
        # Two readers, one refusal: should the scanner find nothing, it stays refused.
        unknown = StrictJsonError("MN105", 1, 1, {"detail": "readers disagree about it"})
        raise next(troubles, unknown) from None
    if _SURROGATE_ESCAPE.search(text) or not _is_shallow(value, max_depth):
        for trouble in troubles:
            raise trouble
    return value


def decode(data: bytes, *, max_bytes: int) -> str:
    """Return the text of UTF-8 bytes; refuse a byte order mark and more than ``max_bytes``.

    Raises:
        StrictJsonError: ``MN101``, ``MN102`` or ``MN103``.
    """
    if len(data) > max_bytes:
        raise StrictJsonError("MN103", 0, 0, {"size": len(data), "limit": max_bytes})
    if data.startswith(_BOM):
        raise StrictJsonError("MN102", 1, 1)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        readable = data[: error.start].decode("utf-8")
        raise StrictJsonError("MN101", *line_and_column(readable, len(readable))) from None


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return where ``offset`` is in ``text``: both from 1, in characters."""
    line, start = 1, 0
    for line, found in enumerate(_BREAK.finditer(text, 0, offset), start=2):  # noqa: B007
        start = found.end()
    return line, offset - start + 1


def fold(key: str) -> str:
    """Return what ``key`` and its look-alikes have in common: NFKC without upper and lower case.

    Two keys with one fold (``status`` and ``STATUS``) are one key to some reader.
    """
    if key.isascii():
        return key.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", key).casefold())


def repeated(keys: dict[str, str], key: str) -> tuple[str, dict[str, Value]] | None:
    """Add ``key`` to the ``keys`` of an object; tell if it, or a look-alike, is there already.

    Args:
        keys: The keys so far, by their fold.
        key: The next key.

    Returns:
        A code (``MN106``, ``MN107``) and what its message shows, or None.
    """
    folded = fold(key)
    if folded not in keys:
        keys[folded] = key
        return None
    first = keys[folded]
    if first == key:
        return "MN106", {"key": safe_key(key)}
    return "MN107", {"key": safe_key(key), "twin": safe_key(first)}


def safe_key(key: str) -> str:
    """Return ``key`` as a message may show it: short, plain, and without a number (個人番号)."""
    many = 8
    longest = 60
    shown = _UNSHOWN.sub("?", key[:longest])
    if sum(char.isnumeric() for char in key) >= many:
        shown = "".join("#" if char.isnumeric() else char for char in shown)
    return shown if len(key) <= longest else f"{shown}…"


def scan(text: str, *, max_depth: int = _MAX_DEPTH, allow_floats: bool = False) -> Iterator[Event]:
    """Walk through JSON text and tell what stands where, with every trouble on the way.

    Ends at the first trouble after which the rest cannot be read (``MN104``, ``MN105``,
    ``MN114``), goes on after the others. Takes no more stack for a deep text than for a flat one.
    """
    nest: list[dict[str, str] | None] = []  # what is open: the keys of an object, None for a list
    expect: Literal["value", "key", "comma"] = "value"
    is_new = False  # right behind an opening bracket
    at = _skip(text, 0)
    if at == len(text):
        yield "bad", 0, ("MN114", {})
        return
    while nest or at < len(text):
        char = text[at : at + 1]
        keys = nest[-1] if nest else None
        if not nest and expect == "comma":
            yield _syntax(at, "something follows the value")
            return
        if nest and char == ("]" if keys is None else "}") and (is_new or expect == "comma"):
            yield "close", at, char
            nest.pop()
            at += 1
            expect = "comma"
        elif expect == "comma":
            if char != ",":
                yield _syntax(at, "expected ',' or a closing bracket")
                return
            at += 1
            expect = "value" if keys is None else "key"
        elif expect == "key" and keys is not None:
            if char != '"':
                yield _syntax(at, "expected a key in double quotes")
                return
            key, end, troubles = _string(text, at)
            yield from troubles
            if key is None:
                return
            if trouble := repeated(keys, key):
                yield "bad", at, trouble
            yield "key", at, key
            at = _skip(text, end)
            if text[at : at + 1] != ":":
                yield _syntax(at, "expected ':' behind the key")
                return
            at += 1
            expect = "value"
        elif char in {"{", "["}:
            if len(nest) == max_depth:
                yield "bad", at, ("MN104", {"limit": max_depth})
                return
            yield "open", at, char
            nest.append({} if char == "{" else None)
            at = _skip(text, at + 1)
            expect = "key" if char == "{" else "value"
            is_new = True
            continue
        else:
            value, end, troubles = _scalar(text, at, allow_floats=allow_floats)
            yield from troubles
            if end == at:
                return
            yield "scalar", at, value
            at = end
            expect = "comma"
        is_new = False
        at = _skip(text, at)


def _troubles(text: str, *, max_depth: int, allow_floats: bool) -> Iterator[StrictJsonError]:
    """Yield what is wrong with the text, in the order of the text."""
    for kind, offset, detail in scan(text, max_depth=max_depth, allow_floats=allow_floats):
        if kind == "bad":
            yield StrictJsonError(detail[0], *line_and_column(text, offset), detail[1])


def _skip(text: str, at: int) -> int:
    """Return the offset behind the blanks at ``at``."""
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _syntax(at: int, detail: str) -> Event:
    return "bad", at, ("MN105", {"detail": detail})


def _scalar(text: str, at: int, *, allow_floats: bool) -> tuple[Any, int, tuple[Event, ...]]:
    """Read a string, number or word; return it, the offset behind it, and its troubles."""
    if text.startswith('"', at):
        return _string(text, at)
    if found := _NUMBER.match(text, at):
        read = _integer if not found[1] else _float if allow_floats else _refuse
        try:
            return read(found[0]), found.end(), ()
        except _Refused:
            code = "MN112" if read is _float else "MN118"
            return None, found.end(), (("bad", at, (code, {})),)
    if found := _WORD.match(text, at):
        if found[0] in _WORDS:
            return _WORDS[found[0]], found.end(), ()
        return None, found.end(), (("bad", at, ("MN112", {})),)
    return None, at, (_syntax(at, "expected a value"),)


def _string(text: str, at: int) -> tuple[str | None, int, tuple[Event, ...]]:
    """Read a string; return None if it has no end or a wrong escape."""
    troubles: list[Event] = []
    try:
        value, end = scanstring(text, at + 1, True)  # noqa: FBT003 - strict; takes no keywords
    except json.JSONDecodeError as error:
        where = error.pos
        try:
            value, end = scanstring(text, at + 1, False)  # noqa: FBT003
        except json.JSONDecodeError as worse:
            return None, at, (_syntax(worse.pos, "the string has no end or a wrong escape"),)
        troubles.append(("bad", where, ("MN115", {"char": f"U+{ord(text[where]):04X}"})))
    if found := _SURROGATE.search(value):
        troubles.append(("bad", at, ("MN115", {"char": f"U+{ord(found[0]):04X}"})))
    return value, end, tuple(troubles)


class _Refused(ValueError):  # noqa: N818 - never leaves this module
    """Something that the standard parser would take."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its pairs, unless two keys are one key to some reader."""
    value = dict(pairs)
    if len({fold(key) for key in value}) != len(pairs):
        raise _Refused
    return value


def _integer(digits: str) -> int:
    if len(digits) <= _MAX_DIGITS + 1 and abs(value := int(digits)) <= MAX_INTEGER:
        return value
    raise _Refused


def _float(digits: str) -> float:
    value = float(digits)
    if isinf(value):
        raise _Refused
    return value


def _refuse(_: str) -> NoReturn:
    raise _Refused


def _is_shallow(value: Any, max_depth: int) -> bool:
    """Tell whether at most ``max_depth`` brackets stand inside each other, level by level."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(max_depth):
        if not level:
            return True
        members = (each.values() if isinstance(each, dict) else each for each in level)
        level = [each for group in members for each in group if isinstance(each, (dict, list))]
    return not level


_WITHOUT_FLOATS = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_refuse, parse_constant=_refuse
)
_WITH_FLOATS = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_refuse
)
