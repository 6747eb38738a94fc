"""Read the data files that came with the program: controls and schemas.

They go through the same strict loader as evidence, so that one format has one reader.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mnaudit.errors import ConfigurationError
from mnaudit.load.documents import read_document
from mnaudit.model.document import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

__all__ = ["data_files", "read_data", "read_schema", "schema_names"]


def schema_names(schemas: Traversable) -> tuple[str, ...]:
    """Return the names of all schema files, relative to the folder, sorted."""
    return tuple(name for name, _ in data_files(schemas, ".schema.json"))


def read_schema(schemas: Traversable, name: str) -> dict[str, Any]:
    """Read one schema file.

    Raises:
        ConfigurationError: It cannot be read (``MN300``).
    """
    return read_data(name, schemas.joinpath(*name.split("/")))


def data_files(
    folder: Traversable, suffix: str, prefix: str = ""
) -> Iterator[tuple[str, Traversable]]:
    """Yield (name, file) of all files with the suffix below a folder, sorted by name."""
    for child in sorted(folder.iterdir(), key=lambda child: child.name):
        name = prefix + child.name
        if child.is_dir():
            yield from data_files(child, suffix, f"{name}/")
        elif name.endswith(suffix):
            yield name, child


def read_data(name: str, file: Traversable) -> dict[str, Any]:
    """Read one YAML or JSON file as a mapping.

    Raises:
        ConfigurationError: It cannot be read (``MN300``).
    """
    data = file.read_bytes()
    source = SourceFile(name, len(data), sha256(data).hexdigest(), lambda: data)
    document = read_document(source, data)
    if isinstance(document, tuple):
        first = document[0]
        place = f"{name}:{first.line}:{first.column}"
        raise ConfigurationError("MN300", path=place, reason=first.code)
    return document.value
