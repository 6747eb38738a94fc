"""A file becomes a document: by its extension, strictly, with a place for every node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mnaudit.load import json_document, strict_yaml
from mnaudit.load.places import Refused, index
from mnaudit.load.text import readable
from mnaudit.model.document import DOCUMENT_SUFFIXES, Document
from mnaudit.model.problem import problem

if TYPE_CHECKING:
    from mnaudit.load.places import Index
    from mnaudit.model.document import SourceFile
    from mnaudit.model.problem import Problem

__all__ = ["is_document", "locate", "read_document"]

_READERS: Final[dict[str, Any]] = {
    ".yaml": strict_yaml,
    ".yml": strict_yaml,
    ".json": json_document,
}


def is_document(path: str) -> bool:
    """Tell by its name whether a file is a document rather than an attachment."""
    return path.endswith(DOCUMENT_SUFFIXES)


def read_document(file: SourceFile, data: bytes) -> Document | tuple[Problem, ...]:
    """Read a document, or tell everything that is wrong with it.

    Args:
        file: The file; :func:`is_document` is true for its path.
        data: Its bytes.
    """
    try:
        value = _reader(file.path).load(data)
    except Refused as refused:
        told = (
            problem(code, file.path, place, "", **values) for place, code, values in refused.defects
        )
        return tuple(sorted(told))
    return Document(file, value, _Locate(file))


def locate(path: str, data: bytes, pointer: str, *, key: bool = False) -> tuple[int, int]:
    """Return line and column, both from 1, of a node of a readable document.

    Args:
        path: The name of the file; its extension decides how it is read.
        data: The bytes.
        pointer: JSON Pointer (RFC 6901); of a missing node the nearest parent is told.
        key: The place of the key rather than of its value.
    """
    return _find(_index(path, data), pointer, key=key)


class _Locate:
    """Reads a file again when somebody asks for a place, and keeps the places after that."""

    __slots__ = ("_file", "_index")

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._index: Index | None = None

    def __call__(self, pointer: str, *, key: bool = False) -> tuple[int, int]:
        if self._index is None:
            self._index = _index(self._file.path, self._file.read())
        return _find(self._index, pointer, key=key)


def _reader(path: str) -> Any:
    return _READERS[path[path.rindex(".") :]]


def _index(path: str, data: bytes) -> Index:
    reader = _reader(path)
    text, _ = readable(data, max_bytes=strict_yaml.MAX_BYTES)
    return index(reader.placed_events(text))


def _find(places: Index, pointer: str, *, key: bool) -> tuple[int, int]:
    while pointer not in places and pointer:
        pointer = pointer.rpartition("/")[0]
    return places[pointer][key]
