"""Does a document have the shape that its schema demands?

jsonschema-rs decides: linear-time patterns, no network, and values masked, because a message must
never print the value of a field that could hold an Individual Number (個人番号). The sentences are
ours, one for each keyword. ``jsonschema`` is the independent second engine (``cross_check``): a
disagreement is an error of this program, never a pass.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import jsonschema_rs

from mnaudit.model.problem import pointer_token, problem
from mnaudit.validate.formats import FORMATS
from mnaudit.validate.portable import search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mnaudit.model.document import Document
    from mnaudit.model.problem import Problem, Value

__all__ = ["Schema", "Schemas"]

_BASE = "https://mnaudit.invalid/schema/"
"""Where schemas pretend to live, so that references between files resolve; never fetched."""

_MASK = "***"
_DIGITS_OF_A_NUMBER = 12


class Schemas:
    """The schemas of one folder, each compiled when it is first asked for.

    Attributes:
        kinds: The evidence kinds that have a schema, sorted.
    """

    def __init__(self, names: tuple[str, ...], read: Callable[[str], dict[str, Any]]) -> None:
        """Take the schema files by name.

        Args:
            names: Relative to ``schema/``, such as ``evidence/training-record.schema.json``.
            read: Return the schema of that name.
        """
        self._names = names
        self._read = read
        self._compiled: dict[str, Schema] = {}
        self.kinds = tuple(
            sorted(
                name.removeprefix("evidence/").removesuffix(".schema.json")
                for name in names
                if name.startswith("evidence/")
            )
        )

    def of_kind(self, kind: str) -> Schema:
        """Return the schema of an evidence kind."""
        return self.named(f"evidence/{kind}.schema.json")

    def named(self, name: str) -> Schema:
        """Return the schema of a file of ``schema/``."""
        if name not in self._compiled:
            self._compiled[name] = Schema(name, self._with_references(name))
        return self._compiled[name]

    def _with_references(self, name: str) -> dict[str, dict[str, Any]]:
        """Read ``name`` and what it refers to: every schema but the kinds is small and shared."""
        needed = {name: self._read(name)}
        for other in _references(needed[name], name):
            if other in self._names:
                needed[other] = self._read(other)
        return needed


class Schema:
    """One schema with the files that it refers to, compiled once."""

    def __init__(self, name: str, resources: Mapping[str, dict[str, Any]]) -> None:
        """Compile ``resources[name]``; the other resources are what it refers to."""
        self.name = name
        self._resources = resources
        self._validator = jsonschema_rs.Draft202012Validator(
            resources[name],
            registry=jsonschema_rs.Registry(
                [(_BASE + other, schema) for other, schema in resources.items()]
            ),
            base_uri=_BASE + name,
            formats=FORMATS,
            validate_formats=True,
            ignore_unknown_formats=False,
            offline=True,
            mask=_MASK,
            pattern_options=jsonschema_rs.RegexOptions(),
        )

    def accepts(self, value: Any) -> bool:
        """Tell whether a value matches, without saying why not."""
        return self._validator.is_valid(value)

    def problems(self, document: Document) -> list[Problem]:
        """Return everything that keeps the document from matching, sorted by place."""
        if self._validator.is_valid(document.value):
            return []
        found = [
            told
            for error in self._validator.iter_errors(document.value)
            for told in _told(error, document)
        ]
        return sorted(set(found))

    def agrees(self, value: Any) -> bool:
        """Tell whether the second engine gives the same verdict."""
        return bool(self._second_engine.is_valid(value)) == self._validator.is_valid(value)

    @cached_property
    def _second_engine(self) -> Any:
        """Build the other engine; ``jsonschema`` is slow to load, so only when it is asked for."""
        from jsonschema import Draft202012Validator, FormatChecker, validators  # noqa: PLC0415
        from referencing import Registry  # noqa: PLC0415
        from referencing.jsonschema import DRAFT202012  # noqa: PLC0415

        checker = FormatChecker(formats=())
        for name, check in FORMATS.items():
            checker.checks(name)(_for_strings(check))
        extend: Any = validators.extend  # typed for the stock keywords only
        engine = extend(Draft202012Validator, {"pattern": _pattern_to_the_end})
        # With $schema, a referred-to file would go back to the stock keywords.
        registry: Registry[Any] = Registry().with_resources(
            (
                _BASE + other,
                DRAFT202012.create_resource({k: v for k, v in schema.items() if k != "$schema"}),
            )
            for other, schema in self._resources.items()
        )
        whole = {"$ref": _BASE + self.name}
        return engine(whole, registry=registry, format_checker=checker)


def _pattern_to_the_end(_: Any, pattern: str, value: Any, __: Any) -> Iterator[Exception]:
    """Refuse what Python's ``$`` lets pass: a line break behind the end."""
    from jsonschema import ValidationError  # noqa: PLC0415 - loaded already

    if isinstance(value, str) and not search(pattern, value):
        yield ValidationError("pattern")


def _for_strings(check: Callable[[str], bool]) -> Callable[[object], bool]:
    """Formats speak only of strings (JSON Schema 2020-12 §7.1)."""
    return lambda value: not isinstance(value, str) or check(value)


def _references(schema: Any, name: str) -> set[str]:
    """Return the names of the files that a schema refers to."""
    found = set()
    todo = [schema]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            target = str(node.get("$ref", "#")).partition("#")[0]
            if target:
                up = target.startswith("../")
                folder = "" if up or "/" not in name else name.rpartition("/")[0] + "/"
                found.add(folder + target.removeprefix("../"))
            todo.extend(node.values())
        elif isinstance(node, list):
            todo.extend(node)
    return found


def _told(error: jsonschema_rs.ValidationError, document: Document) -> list[Problem]:
    """Turn one error of the engine into problems with our codes."""
    pointer = "".join(f"/{pointer_token(part)}" for part in error.instance_path)
    keyword, detail = error.kind.name, error.kind.value
    if keyword == "additionalProperties":
        return [_unknown(document, pointer, name) for name in sorted(detail)]
    code, values = _WORDS.get(keyword, _other)(keyword, detail)
    return [_at(document, code, pointer, values)]


def _unknown(document: Document, parent: str, name: str) -> Problem:
    """Name a field that must not be there, unless its name could be a number itself."""
    pointer = f"{parent}/{pointer_token(name)}"
    at = document.locate(pointer, key=True)
    if sum(char.isdigit() for char in normalize("NFKC", name)) >= _DIGITS_OF_A_NUMBER:
        pointer = f"{parent}/{_MASK}"
    return problem("MN132", document.path, at, pointer, field=_field(pointer))


def _at(document: Document, code: str, pointer: str, values: dict[str, Value]) -> Problem:
    at = document.locate(pointer)
    return problem(code, document.path, at, pointer, field=_field(pointer), **values)


def _field(pointer: str) -> str:
    """Name a node for people: ``data.attendees[3].code``."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    return "".join(f"[{p}]" if p.isdigit() else f".{p}" for p in parts).removeprefix(".") or "."


_Words = tuple[str, dict[str, "Value"]]


def _required(_: str, name: Any) -> _Words:
    return "MN131", {"missing": str(name)}


def _type(_: str, types: Any) -> _Words:
    return "MN133", {"expected": ", ".join(sorted(types))}


def _options(_: str, options: Any) -> _Words:
    listed = options if isinstance(options, list) else [options]
    return "MN134", {"expected": ", ".join(str(option) for option in listed)}


def _format(_: str, name: Any) -> _Words:
    return "MN135", {"expected": str(name)}


def _pattern(_: str, pattern: Any) -> _Words:
    return "MN136", {"expected": str(pattern)}


def _limit(keyword: str, limit: Any) -> _Words:
    return "MN137", {"expected": keyword if limit is None else f"{keyword} {limit}"}


def _one_of(*_: Any) -> _Words:
    return "MN138", {}


def _other(keyword: str, _: Any) -> _Words:
    return "MN139", {"expected": keyword}


_WORDS: dict[str, Callable[[str, Any], _Words]] = {
    "required": _required,
    "type": _type,
    "enum": _options,
    "const": _options,
    "format": _format,
    "pattern": _pattern,
    "oneOf": _one_of,
    **dict.fromkeys(
        (
            "maxItems",
            "maxLength",
            "maxProperties",
            "maximum",
            "minItems",
            "minLength",
            "minProperties",
            "minimum",
            "uniqueItems",
        ),
        _limit,
    ),
}
