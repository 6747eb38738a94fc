r"""Read values under their keys: JSON, lines of JSON, and YAML. As text, never by a parser of values.

A parser would take the zero away that a number may begin with, and would give up at the first
defect. Here a token is a token; the path of keys is what encloses it. A small object is a record:
what stands in it belongs together.

Sources: RFC 8259; YAML 1.2.2 §8 (block collections only; flow collections are JSON enough).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.digits import FEWEST, digit_count
from mnaudit.load.readers.mapped import Pinned
from mnaudit.model.scan import Fragment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mnaudit.load.readers.limits import Budget
    from mnaudit.load.readers.mapped import Source

__all__ = ["Value", "emit", "json_values", "yaml_values"]

_TOKEN: Final = re.compile(r'"((?:[^"\\]++|\\.)*+)"?|([{}\[\]:,])|([^\s{}\[\]:,"]++)', re.DOTALL)
_SMALL: Final = 600
"""A container of so many characters is one record: everything in it is near."""

_DEEPEST: Final = 200
_PATH: Final = 8
_WIDEST: Final = 1_000


@dataclass(slots=True)
class Value:
    """A scalar, or what stands in an element.

    Attributes:
        text: What it says.
        start: Where it is in the source.
        fields: The names of what encloses it, the outermost first.
        record: The id of what it belongs to; below 0 if it stands alone.
        is_decoded: Whether its characters do not stand in the source one by one.
    """

    text: str = field(repr=False)
    start: int
    fields: tuple[str, ...] = field(repr=False)
    record: int
    is_decoded: bool = False


@dataclass(slots=True)
class _Open:
    """A container that is being read."""

    start: int
    id: int
    first: int
    is_object: bool
    key: str | None = None
    names: tuple[str, ...] = ()
    index: int = 0


def json_values(source: Source, budget: Budget) -> Iterator[Fragment]:
    """Yield the scalars of JSON whose record has digits enough, with the path of their keys."""
    yield from emit(_scalars(source.text), source, budget)


def _scalars(text: str) -> list[Value]:
    """Read all scalars of a text; whatever is no JSON is passed over."""
    values: list[Value] = []
    opened = [_Open(0, 0, 0, is_object=False)]
    ids = 0
    pending: tuple[str, int] | None = None
    for match in _TOKEN.finditer(text):
        quoted, sign, bare = match.groups()
        here = opened[-1]
        if quoted is not None or bare is not None:
            if pending:
                _add(values, opened, *pending)
            pending = (match[0], match.start())
            continue
        if sign == ":" and here.is_object and pending:
            here.key, pending = _unquoted(pending[0])[0], None
            continue
        if pending:
            _add(values, opened, *pending)
            pending = None
        if sign in "{[":
            if len(opened) > _DEEPEST:
                continue
            ids += 1
            opened.append(_Open(match.start(), ids, len(values), is_object=sign == "{"))
        elif sign in "}]" and len(opened) > 1:
            closed = opened.pop()
            if match.end() - closed.start <= _SMALL:
                for value in values[closed.first :]:
                    value.record = closed.id
            _name_columns(opened[-1], closed, values)
            _next(opened[-1])
        elif sign == ",":
            _next(here)
    if pending:
        _add(values, opened, *pending)
    return values


def _next(here: _Open) -> None:
    here.key = None if here.is_object else here.key
    here.index += 1


def _name_columns(parent: _Open, closed: _Open, values: Sequence[Value]) -> None:
    """Take the first of a list of lists as the names of columns, if it has words only."""
    if parent.is_object or closed.is_object or parent.names or parent.index:
        return
    if len(values) - closed.first > _WIDEST:
        return
    row = values[closed.first :]
    if row and not any(digit_count(value.text) > 4 for value in row):  # noqa: PLR2004
        parent.names = tuple(value.text for value in row)


def _add(values: list[Value], opened: Sequence[_Open], token: str, start: int) -> None:
    content, is_decoded = _unquoted(token)
    here = opened[-1]
    path = [container.key for container in opened[-_PATH:] if container.key]
    if not here.is_object and len(opened) > 1 and not opened[-2].is_object:
        names = opened[-2].names
        path += [names[here.index]] if here.index < len(names) else []
    record = here.id if here.is_object else -1
    start += token.startswith('"')
    values.append(Value(content, start, tuple(path), record, is_decoded))


def _unquoted(token: str) -> tuple[str, bool]:
    """Return what a token says, and whether it says it in escapes."""
    if not token.startswith('"'):
        return token, False
    if "\\" not in token:
        return token[1:].removesuffix('"'), False
    try:
        return str(json.loads(token, strict=False)), True
    except ValueError:
        return token[1:].removesuffix('"'), False


def emit(
    values: Iterable[Value], source: Source, budget: Budget, *, context_only: bool = False
) -> Iterator[Fragment]:
    """Yield the values of records that have digits enough, in their order."""
    values = list(values)
    digits: dict[int, int] = {}
    for value in values:
        count = digit_count(value.text)
        digits[value.record] = digits.get(value.record, 0) + count
    records: dict[int, str] = {}
    for value in values:
        alone = value.record < 0
        if (digit_count(value.text) if alone else digits[value.record]) < FEWEST:
            continue
        if not value.text.strip():
            continue
        if not alone and value.record not in records:
            records[value.record] = budget.record()
        budget.spend(fragments=1)
        kind = Pinned if value.is_decoded else Fragment
        record = records.get(value.record)
        place = source.at(value.start)
        yield kind(value.text, place, record, value.fields, context_only=context_only)


_LINE: Final = re.compile(
    r"^(?P<indent>[ \t]*)(?P<dashes>(?:-[ \t]+)*)"
    r"(?:(?P<key>\"[^\"\n]*\"|'[^'\n]*'|[^\s#\[{&*!|>'\"%@`-][^:\n]*|-[^\s:][^:\n]*):(?=[ \t\r]|$))?"
    r"[ \t]*(?P<value>[^\r\n]*)",
    re.MULTILINE,
)
_MARKS: Final = re.compile(r"(?:[&!][^\s]*[ \t]+)+")


_BLOCKS: Final = frozenset({"|", ">", "|-", ">-", "|+", ">+"})


@dataclass(frozen=True, slots=True)
class _Level:
    """A key, or an item of a list, that later lines may stand under."""

    column: int
    is_item: bool
    key: str
    id: int


def yaml_values(source: Source, budget: Budget) -> Iterator[Fragment]:
    """Yield the scalars of YAML whose record has digits enough, with the path of their keys."""
    yield from emit(_dissolved(list(_yaml_scalars(source.text))), source, budget)


def _yaml_scalars(text: str) -> Iterator[Value]:
    levels: list[_Level] = []
    for number, match in enumerate(_LINE.finditer(text), 1):
        key, content, column = match["key"], match["value"], len(match["indent"])
        if not key and not content.strip():
            continue
        if match["dashes"]:
            while levels and (levels[-1].column, levels[-1].is_item) > (column, False):
                levels.pop()
            column += len(match["dashes"])
            if key:
                levels.append(_Level(len(match["indent"]), True, "", number))  # noqa: FBT003
        else:
            while levels and levels[-1].column >= column:
                levels.pop()
        path = tuple(level.key for level in levels if level.key)
        record = levels[-1].id if levels else 0
        if key:
            name = key.strip("\"' \t")
            yield Value(name, match.start("key") + (key[0] in "\"'"), path[-_PATH:], -1)
            path = (*path, name)
            levels.append(_Level(column, False, name, number))  # noqa: FBT003
        yield from _yaml_value(content, match.start("value"), path[-_PATH:], record)


def _yaml_value(content: str, start: int, path: tuple[str, ...], record: int) -> Iterator[Value]:
    """Read what stands behind a key or a dash, without its anchor and tag."""
    marks = _MARKS.match(content)
    skip = marks.end() if marks else 0
    token = content[skip:].strip()
    if not token or token in _BLOCKS:
        return
    start += skip + (token[0] in "\"'")
    if token.startswith('"') and token.endswith('"') and len(token) > 1:
        plain, is_decoded = _unquoted(token)
        yield Value(plain, start, path, record, is_decoded)
    else:
        yield Value(token.removeprefix("'").removesuffix("'"), start, path, record)


def _dissolved(values: list[Value]) -> list[Value]:
    """Let what stands far apart in one block be alone."""
    extents: dict[int, tuple[int, int]] = {}
    for value in values:
        first, _ = extents.get(value.record, (value.start, 0))
        extents[value.record] = (first, value.start + len(value.text))
    for value in values:
        first, last = extents[value.record]
        if last - first > _SMALL:
            value.record = -1
    return values
