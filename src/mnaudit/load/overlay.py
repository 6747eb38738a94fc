"""Read a company's own ``controls/``: ``tailoring.yaml``, and files of rows beside it.

Whether it fits the catalog is for ``validate``; nothing is applied here.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from mnaudit.errors import ConfigurationError
from mnaudit.load.data import data_files
from mnaudit.load.documents import read_document
from mnaudit.model.document import Document, SourceFile

if TYPE_CHECKING:
    from pathlib import Path

    from mnaudit.model.problem import Problem

__all__ = ["TAILORING", "find_overlay", "read_overlay"]

TAILORING: Final = "tailoring.yaml"


def find_overlay(evidence: Path) -> Path | None:
    """Return ``controls/`` beside an evidence folder, if there is a tailoring in it."""
    folder = evidence.absolute().parent / "controls"
    return folder if (folder / TAILORING).is_file() else None


def read_overlay(folder: Path) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Read all YAML files of a tailoring, ``tailoring.yaml`` first.

    Returns:
        What could be read, and what is wrong with the rest.

    Raises:
        ConfigurationError: There is no ``tailoring.yaml`` (``MN340``), or a file cannot be
            opened (``MN002``).
    """
    if not (folder / TAILORING).is_file():
        raise ConfigurationError("MN340", path=str(folder))
    documents: list[Document] = []
    problems: list[Problem] = []
    try:
        found = [(name, file.read_bytes()) for name, file in data_files(folder, ".yaml")]
    except OSError as error:
        raise ConfigurationError("MN002", path=str(error.filename)) from error
    for name, data in sorted(found, key=lambda pair: (pair[0] != TAILORING, pair[0])):
        read = read_document(_source(name, data), data)
        if isinstance(read, Document):
            documents.append(read)
        else:
            problems += read
    return tuple(documents), tuple(sorted(problems))


def _source(name: str, data: bytes) -> SourceFile:
    return SourceFile(name, len(data), sha256(data).hexdigest(), lambda: data)
