r"""Do both engines read this schema alike? A lint for the portable profile of JSON Schema 2020-12.

jsonschema-rs and jsonschema disagree about some keywords, about regular expressions beyond ASCII
and about formats. Our schemas stay where they agree, so that the second engine checks the first
rather than differing from it by design. The profile also keeps schemas closed, and explained in
both languages. Nothing is compiled here: whether the schema is valid is for the engines.

* ``MN310``: keywords that are not listed here, such as ``dependencies`` and ``$vocabulary``.
* ``MN311``: patterns that do not spell out their ASCII characters: ``\d \w \s \b \p``, ``.``,
  look-around, back-references, flags.
* ``MN312``: formats that :data:`~mnaudit.validate.formats.FORMATS` does not list.
* ``MN313``: numbers other than integers.
* ``MN314``: references to anything but a file beside it.
* ``MN315``: objects that declare properties and are not closed.
* ``MN316``, ``MN317``: properties without a title in Japanese, in English.
* ``MN318``: keywords that do not hold what they must.
* ``MN319``: values of an enum that the descriptions do not explain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from mnaudit.model.problem import pointer_token
from mnaudit.validate.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DIALECT", "Finding", "lint", "search"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Finding: TypeAlias = tuple[str, str, dict[str, str]]
"""JSON Pointer of the place within the schema, code, and what the message shows."""

_Shape: TypeAlias = Literal["one", "list", "map"]

_SUBSCHEMAS: dict[str, tuple[_Shape, bool]] = {
    "$defs": ("map", True),
    "additionalProperties": ("one", True),
    "allOf": ("list", False),
    "anyOf": ("list", False),
    "contains": ("one", False),
    "dependentSchemas": ("map", False),
    "else": ("one", False),
    "if": ("one", False),
    "items": ("one", True),
    "not": ("one", False),
    "oneOf": ("list", False),
    "patternProperties": ("map", True),
    "prefixItems": ("list", True),
    "properties": ("map", True),
    "propertyNames": ("one", False),
    "then": ("one", False),
    "unevaluatedItems": ("one", True),
    "unevaluatedProperties": ("one", True),
}
"""Where a keyword holds schemas, and whether those declare what a document looks like. The others
set conditions on what is declared elsewhere."""

_NUMBERS = (
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
)

_OTHERS = (
    "$comment",
    "$ref",
    "const",
    "default",
    "dependentRequired",
    "deprecated",
    "description",
    "enum",
    "examples",
    "format",
    "pattern",
    "required",
    "title",
    "type",
    "uniqueItems",
)

_KEYWORDS = frozenset({*_SUBSCHEMAS, *_NUMBERS, *_OTHERS})

_ESCAPE = r"x[0-9A-Fa-f]{2}|u(?![Dd][89A-Fa-f])[0-9A-Fa-f]{4}"  # \uD8xx: half a character
_MEMBER = rf"(?:[ !-,./0-9:-Z_`a-z{{-~]|\\(?:[\^$\\.*+?()\[\]{{}}|/-]|{_ESCAPE}))"
_TOKEN = re.compile(
    rf"""
      (?P<atom>   \[\^?-?(?:{_MEMBER}(?:-{_MEMBER})?)+-?\]
                | \\(?:[\^$\\.*+?()\[\]{{}}|/]|{_ESCAPE})
                | [ !"\#%&',/0-9:;<=>@A-Z_`a-z~-] )
    | (?P<repeat> [*+?] | \{{[0-9]+(?:,[0-9]*)?\}} )
    | (?P<open>   \((?:\?:)? )
    | (?P<close>  \) )
    | (?P<end>    \$ )
    | (?P<mark>   [\^|] )
    """,
    re.VERBOSE,
)
"""What portable patterns are made of. What is no token is not portable."""

_SET_OPERATION = re.compile(r"&&|--|~~|\|\|")
"""Within a class: an operation to some engines, plain characters to others."""


def lint(name: str, schema: Mapping[str, Any], *, fragment: bool = False) -> list[Finding]:
    """Return what keeps a schema out of the portable profile, sorted by place.

    Args:
        name: Of the file, relative to ``schema/``; its references are relative to it.
        schema: The schema.
        fragment: Whether it is a condition within a control (``where``, ``each``, ``when``) and
            no file: those declare nothing, so they stay open and untitled, and refer to nothing.
    """
    found: list[Finding] = [] if fragment else list(_root(schema))
    todo: list[tuple[str, Any, bool]] = [("", schema, not fragment)]
    while todo:
        at, node, declares = todo.pop()
        if isinstance(node, Mapping):
            declares = declares or (not fragment and node.get("type") == "object")
            found += _keywords(at, node, is_root=at == "" and not fragment)
            found += _reference(at, node, None if fragment else name)
            found += _declaration(at, node) if declares else ()
            todo += _children(at, node, fragment=fragment)
        elif not isinstance(node, bool):
            found.append((at, "MN318", {"keyword": at.rpartition("/")[2]}))
    return sorted(found, key=lambda finding: (*finding[:2], sorted(finding[2].items())))


def search(pattern: str, text: str) -> bool:
    r"""Tell whether a portable pattern is found in ``text``, as ECMA-262 and jsonschema-rs see it.

    Python's ``$`` also matches before a final newline, so ``re.search`` would accept ``"E0012\n"``
    where the other engine does not. For the ``pattern`` keyword of the second engine.

    Raises:
        ValueError: The pattern is not portable.
    """
    return _compiled(pattern).search(text) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    tokens, rest = _tokens(pattern)
    if rest:
        raise ValueError(f"not portable from {rest!r} on")
    return re.compile("".join(r"\Z" if kind == "end" else token for kind, token in tokens))


def _tokens(pattern: str) -> tuple[list[tuple[str, str]], str]:
    """Split a pattern into (kind, token) and the rest that is not portable."""
    tokens: list[tuple[str, str]] = []
    depth, at = 0, 0
    while token := _TOKEN.match(pattern, at):
        kind = str(token.lastgroup)
        depth += {"open": 1, "close": -1}.get(kind, 0)
        repeats = bool(tokens) and tokens[-1][0] in {"atom", "close"}
        if depth < 0 or (kind == "repeat" and not repeats) or _is_set_operation(token[0]):
            return tokens, pattern[at:]
        tokens.append((kind, token[0]))
        at = token.end()
    return tokens, pattern[at:] or ("(" if depth else "")


def _is_set_operation(token: str) -> bool:
    return token.startswith("[") and _SET_OPERATION.search(token) is not None


def _pattern(at: str, pattern: object) -> Iterator[Finding]:
    if not isinstance(pattern, str):
        yield at, "MN318", {"keyword": at.rpartition("/")[2]}
        return
    rest = _tokens(pattern)[1]
    if not rest:
        try:
            _compiled(pattern)
        except (re.error, OverflowError):  # bounds the wrong way round, or absurd
            rest = pattern
    if rest:
        yield at, "MN311", {"part": rest}


def _root(schema: Mapping[str, Any]) -> Iterator[Finding]:
    if schema.get("$schema") != DIALECT:
        yield "", "MN318", {"keyword": "$schema"}
    yield from _titles("", schema)


def _keywords(at: str, node: Mapping[str, Any], *, is_root: bool) -> Iterator[Finding]:
    """Look at each keyword by itself."""
    for keyword, value in node.items():
        here = f"{at}/{pointer_token(keyword)}"
        if keyword in _NUMBERS:
            if isinstance(value, bool) or not isinstance(value, int):
                yield here, "MN313", {"keyword": keyword}
        elif keyword == "type":
            if "number" in (value if isinstance(value, list) else [value]):
                yield here, "MN313", {"keyword": keyword}
        elif keyword in {"const", "enum"}:
            if any(isinstance(v, float) for v in (value if isinstance(value, list) else [value])):
                yield here, "MN313", {"keyword": keyword}
        elif keyword == "pattern":
            yield from _pattern(here, value)
        elif keyword == "patternProperties" and isinstance(value, Mapping):
            for pattern in value:
                yield from _pattern(f"{here}/{pointer_token(pattern)}", pattern)
        elif keyword == "format":
            if not isinstance(value, str) or value not in FORMATS:
                yield here, "MN312", {"format": str(value), "known": ", ".join(sorted(FORMATS))}
        elif not (
            keyword in _KEYWORDS or keyword.startswith("x-") or (keyword == "$schema" and is_root)
        ):
            yield here, "MN310", {"keyword": keyword}


def _reference(at: str, node: Mapping[str, Any], name: str | None) -> Iterator[Finding]:
    """Let a reference lead to a file of ``schema/``, whole or by JSON Pointer."""
    if "$ref" in node:
        target = node["$ref"]
        if name is None or not isinstance(target, str) or not _is_local(target, name):
            yield f"{at}/$ref", "MN314", {"target": str(target)}


def _is_local(target: str, name: str) -> bool:
    path, _, pointer = target.partition("#")
    if pointer and not pointer.startswith("/"):  # a name ($anchor)
        return False
    if not path:
        return True
    if not re.fullmatch(r"(?:\.\./)*[a-z0-9][a-z0-9._/-]*\.json", path):
        return False
    return path.count("../") <= name.count("/")


def _declaration(at: str, node: Mapping[str, Any]) -> Iterator[Finding]:
    """Look at a schema that says what a document looks like."""
    properties = node.get("properties")
    if isinstance(properties, Mapping):
        closed = node.get("additionalProperties") is False
        closed = closed or node.get("unevaluatedProperties") is False
        if not closed and "$ref" not in node:  # what it refers to closes it: the envelope
            yield at, "MN315", {}
        for name, declared in properties.items():
            yield from _titles(f"{at}/properties/{pointer_token(name)}", declared)
    options = node.get("enum")
    if isinstance(options, list):
        explained = (_text(node, "description"), _text(node.get("x-en"), "description"))
        for option in options:
            if isinstance(option, str) and not all(option in text for text in explained):
                yield f"{at}/enum", "MN319", {"value": option}


def _titles(at: str, declared: object) -> Iterator[Finding]:
    if not _text(declared, "title"):
        yield at, "MN316", {}
    if not _text(declared.get("x-en") if isinstance(declared, Mapping) else None, "title"):
        yield at, "MN317", {}


def _text(node: object, keyword: str) -> str:
    """Return a text of a schema, stripped; empty if there is none."""
    text = node.get(keyword) if isinstance(node, Mapping) else None
    return text.strip() if isinstance(text, str) else ""


def _children(
    at: str, node: Mapping[str, Any], *, fragment: bool
) -> Iterator[tuple[str, Any, bool]]:
    """Return the schemas within a schema; None stands for what should hold some and does not."""
    for keyword, (shape, declares) in _SUBSCHEMAS.items():
        if keyword not in node:
            continue
        value, here, declared = node[keyword], f"{at}/{keyword}", declares and not fragment
        match shape:
            case "one":
                yield here, value, declared
            case "list" if isinstance(value, list):
                for index, child in enumerate(value):
                    yield f"{here}/{index}", child, declared
            case "map" if isinstance(value, Mapping):
                for name, child in value.items():
                    yield f"{here}/{pointer_token(name)}", child, declared
            case _:
                yield here, None, declared
