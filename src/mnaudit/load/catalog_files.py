"""Read the files of a catalog one by one, each with a place for every node.

``read_catalog`` makes one value of them and stops at the first defect; whoever mends a catalog
wants to see all defects, and where they stand.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from mnaudit.load.data import data_files
from mnaudit.load.documents import read_document
from mnaudit.model.document import Document, SourceFile

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from mnaudit.model.problem import Problem

__all__ = ["read_catalog_files"]


def read_catalog_files(
    controls: Traversable, schemas: Traversable
) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Read every file of ``controls/`` and ``schema/``.

    Returns:
        What could be read, and everything that is wrong with the rest. The paths begin with
        ``controls/`` and ``schema/``.
    """
    documents: list[Document] = []
    problems: list[Problem] = []
    for folder, suffix, prefix in (
        (controls, ".yaml", "controls/"),
        (schemas, ".schema.json", "schema/"),
    ):
        for name, file in data_files(folder, suffix, prefix):
            read = _read(name, file)
            if isinstance(read, Document):
                documents.append(read)
            else:
                problems += read
    return tuple(documents), tuple(sorted(problems))


def _read(name: str, file: Traversable) -> Document | tuple[Problem, ...]:
    data = file.read_bytes()
    return read_document(SourceFile(name, len(data), sha256(data).hexdigest(), lambda: data), data)
