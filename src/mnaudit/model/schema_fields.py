"""Where does a field path lead in the JSON Schemas of the evidence?

Reads schemas as plain data, following ``$ref`` between files, so that controls can be checked
against the kinds that they speak about and explained by the titles that those give their fields.
It validates nothing, and looks only at what a schema declares outright: properties, items and
references, not at alternatives.
"""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Node", "Nodes", "SchemaFields"]

Node: TypeAlias = tuple[str, Mapping[str, Any]]
"""A part of a schema, with the name of the file that its references are relative to."""

Nodes: TypeAlias = tuple[Node, ...]
"""All parts of schemas that speak of one place of a document; none if the place does not exist."""


class SchemaFields:
    """The schemas of one catalog, by name."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        """Take the schemas by file name, such as ``evidence/appointment.schema.json``."""
        self._schemas = schemas

    def document(self, kind: str) -> Nodes:
        """Return what a whole document of a kind is; ``organization`` is ``organization.yaml``."""
        folder = "" if kind == "organization" else "evidence/"
        name = f"{folder}{kind}.schema.json"
        schema = self._schemas.get(name)
        return ((name, schema),) if isinstance(schema, Mapping) else ()

    def at(self, nodes: Nodes, path: str) -> Nodes:
        """Return where a field path such as ``data.attendees[].code`` leads; none if nowhere."""
        for step in path.split("."):
            nodes = self.child(nodes, step.removesuffix("[]"))
            listed = self.entries(nodes)
            if bool(listed) != step.endswith("[]"):
                return ()
            nodes = listed or nodes
        return nodes

    def child(self, nodes: Nodes, key: str) -> Nodes:
        """Return a property."""
        return tuple(
            (name, node["properties"][key])
            for name, node in self.expanded(nodes)
            if key in _mapping(node, "properties")
        )

    def children(self, nodes: Nodes) -> Nodes:
        """Return all properties."""
        return tuple(
            (name, declared)
            for name, node in self.expanded(nodes)
            for declared in _mapping(node, "properties").values()
        )

    def entries(self, nodes: Nodes) -> Nodes:
        """Return what the entries of a list are."""
        return tuple(
            (name, node["items"]) for name, node in self.expanded(nodes) if "items" in node
        )

    def expanded(self, nodes: Nodes) -> Iterator[Node]:
        """Yield every node, and everything that it refers to."""
        todo: list[tuple[str, Any]] = list(reversed(nodes))
        seen: set[tuple[str, str]] = set()
        while todo:
            name, node = todo.pop()
            if not isinstance(node, Mapping):
                continue
            yield name, node
            target = node.get("$ref")
            if isinstance(target, str) and (name, target) not in seen:
                seen.add((name, target))
                todo += self._target(name, target)

    def title(self, nodes: Nodes, *, english: bool) -> str:
        """Return the title of a place: the nearest one, else an empty text."""
        return self._text(nodes, "title", english=english)

    def meaning(self, nodes: Nodes, value: object, *, english: bool) -> str:
        """Return what the schema says that a value of an enumeration means; else an empty text.

        The descriptions explain each value: ``値：shred＝細断、…``; ``Values: shred = …; …``.
        """
        for _, node in self.expanded(nodes):
            described = _described(node, english=english)
            _, found, rest = _after(described, f"{value} = " if english else f"{value}＝")
            if found:
                return _until(rest, ";" if english else "、")
        return ""

    def values(self, nodes: Nodes, keyword: str) -> Sequence[Any]:
        """Return what a keyword holds, wherever it stands."""
        return [node[keyword] for _, node in self.expanded(nodes) if keyword in node]

    def types(self, nodes: Nodes) -> frozenset[str]:
        """Return which JSON types a place may have; empty if the schema does not tell."""
        told = self.values(nodes, "type")
        if told:
            return frozenset.union(*(_listed(types) for types in told))
        return frozenset(
            _type_of(value) for options in self.values(nodes, "enum") for value in options
        )

    def _target(self, name: str, target: str) -> Nodes:
        """Return what a reference leads to; none if that is missing."""
        file, _, pointer = target.partition("#")
        found_in = normpath(join(dirname(name), file)) if file else name
        found: Any = self._schemas.get(found_in)
        for step in pointer.split("/")[1:]:
            found = found.get(step) if isinstance(found, Mapping) else None
        return ((found_in, found),) if isinstance(found, Mapping) else ()

    def _text(self, nodes: Nodes, keyword: str, *, english: bool) -> str:
        for _, node in self.expanded(nodes):
            text = (_mapping(node, "x-en") if english else node).get(keyword)
            if isinstance(text, str) and text.strip():
                return text.strip()
        return ""


def _mapping(node: Mapping[str, Any], keyword: str) -> Mapping[str, Any]:
    found = node.get(keyword)
    return found if isinstance(found, Mapping) else {}


def _listed(value: object) -> frozenset[str]:
    return frozenset(value) if isinstance(value, list) else frozenset({str(value)})


def _type_of(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    return {str: "string", int: "integer", list: "array", dict: "object"}.get(type(value), "null")


def _described(node: Mapping[str, Any], *, english: bool) -> str:
    text = (_mapping(node, "x-en") if english else node).get("description")
    return text if isinstance(text, str) else ""


def _after(text: str, mark: str) -> tuple[str, bool, str]:
    """Cut at a mark that does not continue a longer word."""
    start = 0
    while (at := text.find(mark, start)) >= 0:
        before = text[at - 1 : at]
        if not (before.isascii() and (before.isalnum() or before in {"-", "_"})) or at == 0:
            return text[:at], True, text[at + len(mark) :]
        start = at + 1
    return text, False, ""


def _until(text: str, separator: str) -> str:
    """Return the text up to a separator or full stop that no bracket holds."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char in "（(") - (char in "）)")
        if depth == 0 and (char in {separator, "。"} or (char == "." and at == len(text) - 1)):
            return text[:at].strip()
    return text.strip()
