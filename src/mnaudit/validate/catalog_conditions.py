"""Does a condition of a control speak of fields and values that the schema of its kind has?

A condition (``where``, ``each``, ``when``, the ``when`` of a scope) is a JSON Schema fragment. One
that names a field which was renamed, or a value that the schema does not allow, is never met or
never violated, and nobody notices. So every keyword is held against the schema of the kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from mnaudit.validate.formats import FORMATS
from mnaudit.validate.portable import lint, search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.model.schema_fields import Nodes, SchemaFields
    from mnaudit.validate.portable import Finding

__all__ = ["check_condition"]

_TYPED = {
    **dict.fromkeys(
        ("additionalProperties", "maxProperties", "minProperties", "properties", "required"),
        "object",
    ),
    **dict.fromkeys(
        ("contains", "items", "maxContains", "maxItems", "minContains", "minItems", "uniqueItems"),
        "array",
    ),
    **dict.fromkeys(("format", "maxLength", "minLength", "pattern"), "string"),
    **dict.fromkeys(
        ("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"), "integer"
    ),
}
"""Keywords that say something only about values of one type."""


def check_condition(
    fragment: Mapping[str, Any], nodes: Nodes, fields: SchemaFields, *, minimum: bool = False
) -> Iterator[Finding]:
    """Yield what is wrong with a condition: pointer within it, code, and what the message shows.

    Args:
        fragment: The condition.
        nodes: What it is about.
        fields: The schemas.
        minimum: Whether it belongs to the minimum tier, which should not ask for fields that
            only the optional tier uses.
    """
    found = lint("", fragment, fragment=True)
    yield from found
    if not found:
        types = fields.types(nodes)
        yield from _compiles(fragment, about_records=not types or "object" in types)
    yield from _Walk(fields, minimum=minimum).fragment("", fragment, nodes)


def _compiles(fragment: Mapping[str, Any], *, about_records: bool) -> Iterator[Finding]:
    """Let the engine read it; a condition that an empty record meets asks for nothing."""
    try:
        engine = jsonschema_rs.Draft202012Validator(
            dict(fragment), offline=True, pattern_options=jsonschema_rs.RegexOptions()
        )
    except ValueError as error:
        yield "", "MN324", {"detail": str(error).partition("\n")[0]}
        return
    if about_records and engine.is_valid({}):
        yield "", "MN325", {}


class _Walk:
    """Goes through a condition and the schema side by side."""

    def __init__(self, fields: SchemaFields, *, minimum: bool) -> None:
        self._fields = fields
        self._minimum = minimum

    def fragment(self, at: str, fragment: object, nodes: Nodes) -> Iterator[Finding]:
        if not isinstance(fragment, Mapping) or not nodes:
            return
        yield from self._keywords(at, fragment, nodes)
        yield from self._names(at, fragment, nodes)
        yield from self._values(at, fragment, nodes)
        for keyword in ("items", "contains"):
            if keyword in fragment:
                entries = self._fields.entries(nodes)
                yield from self.fragment(f"{at}/{keyword}", fragment[keyword], entries)
        for keyword in ("if", "then", "else", "not"):
            yield from self.fragment(f"{at}/{keyword}", fragment.get(keyword), nodes)
        for keyword in ("allOf", "anyOf", "oneOf"):
            parts = fragment.get(keyword)
            for number, part in enumerate(parts if isinstance(parts, list) else ()):
                yield from self.fragment(f"{at}/{keyword}/{number}", part, nodes)
        inner = fragment.get("additionalProperties")
        yield from self.fragment(f"{at}/additionalProperties", inner, self._fields.children(nodes))

    def _keywords(self, at: str, fragment: Mapping[str, Any], nodes: Nodes) -> Iterator[Finding]:
        """Yield keywords for another type than the field has: they would never say anything."""
        known = self._fields.types(nodes)
        told = fragment.get("type")
        asked = {keyword: _TYPED[keyword] for keyword in fragment if keyword in _TYPED}
        if isinstance(told, str):
            asked["type"] = told
        for keyword, type_ in asked.items():
            if known and type_ not in known:
                values = {"keyword": keyword, "expected": ", ".join(sorted(known))}
                yield f"{at}/{keyword}", "MN323", values

    def _names(self, at: str, fragment: Mapping[str, Any], nodes: Nodes) -> Iterator[Finding]:
        """Yield fields that the schema does not have; go on in those that it has."""
        required = fragment.get("required")
        for number, name in enumerate(required if isinstance(required, list) else ()):
            found = self._fields.child(nodes, str(name))
            here = f"{at}/required/{number}"
            if not found:
                yield here, "MN321", {"field": str(name)}
            elif self._minimum and "optional" in self._fields.values(found, "x-tier"):
                yield here, "MN335", {"field": str(name)}
        properties = fragment.get("properties")
        for name, inner in (properties if isinstance(properties, Mapping) else {}).items():
            found = self._fields.child(nodes, name)
            here = f"{at}/properties/{name.replace('~', '~0').replace('/', '~1')}"
            if found:
                yield from self.fragment(here, inner, found)
            else:
                yield here, "MN321", {"field": name}

    def _values(self, at: str, fragment: Mapping[str, Any], nodes: Nodes) -> Iterator[Finding]:
        """Yield values that the schema never allows at this place."""
        if "const" in fragment and not self._allows(nodes, fragment["const"]):
            yield f"{at}/const", "MN322", {"value": str(fragment["const"])}
        options = fragment.get("enum")
        for number, value in enumerate(options if isinstance(options, list) else ()):
            if not self._allows(nodes, value):
                yield f"{at}/enum/{number}", "MN322", {"value": str(value)}

    def _allows(self, nodes: Nodes, value: object) -> bool:
        return all(_allowed(node, value) for _, node in self._fields.expanded(nodes))


def _allowed(node: Mapping[str, Any], value: object) -> bool:
    """Tell whether what a schema says of a plain value lets this one pass."""
    types = node.get("type")
    named = types if isinstance(types, list) else [] if types is None else [types]
    if named and not any(_is_of(value, type_) for type_ in named):
        return False
    if value not in node.get("enum", [value]) or value != node.get("const", value):
        return False
    if isinstance(value, str):
        pattern, format_ = node.get("pattern"), node.get("format")
        return (not isinstance(pattern, str) or _found(pattern, value)) and (
            format_ not in FORMATS or FORMATS[format_](value)
        )
    if isinstance(value, int) and not isinstance(value, bool):
        lowest, highest = node.get("minimum", value), node.get("maximum", value)
        return bool(lowest <= value <= highest)
    return True


def _found(pattern: str, value: str) -> bool:
    try:
        return search(pattern, value)
    except ValueError:  # not portable: told where it stands
        return True


def _is_of(value: object, type_: object) -> bool:
    kinds: dict[object, type | tuple[type, ...]] = {
        "array": list,
        "boolean": bool,
        "integer": int,
        "null": type(None),
        "object": dict,
        "string": str,
    }
    expected = kinds.get(type_, object)
    return isinstance(value, expected) and (type_ == "boolean" or not isinstance(value, bool))
