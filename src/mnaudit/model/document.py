"""Files as the steps see them: names with digests, and documents read from them.

Plain dataclasses and no pydantic: thousands of them are made in one run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from mnaudit.model.problem import Problem

__all__ = [
    "DOCUMENT_SUFFIXES",
    "ORGANIZATION_PATH",
    "REDACTIONS_PATH",
    "Document",
    "Locate",
    "Record",
    "SourceFile",
    "Tree",
    "Unreadable",
]

ORGANIZATION_PATH = "organization.yaml"
"""The document that says whose evidence a folder holds."""

REDACTIONS_PATH = "redactions.yaml"
"""The document that says which evidence was removed because it held a number (個人番号)."""

DOCUMENT_SUFFIXES = (".yaml", ".yml", ".json")
"""What a document is called; every other file is an attachment."""


class Locate(Protocol):
    """Tell where a node of a document stands in its file."""

    def __call__(self, pointer: str, *, key: bool = False) -> tuple[int, int]:
        """Return (line, column), both from 1.

        Args:
            pointer: JSON Pointer (RFC 6901); of a missing node the nearest parent is told.
            key: The place of the key rather than of its value.
        """


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of an evidence folder or of a bundle.

    Attributes:
        path: Relative to the evidence folder, NFC, with ``/``.
        size: In bytes.
        sha256: Of the raw bytes, 64 lower-case hex digits.
        read: Return the raw bytes again; raises ``InputError`` if they are no longer those.
    """

    path: str
    size: int
    sha256: str
    read: Callable[[], bytes] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read as one mapping of JSON values.

    Attributes:
        file: Where it came from.
        value: The mapping: ``str`` keys; values are ``str``, ``int``, ``float``, ``bool``,
            ``None``, lists and mappings. Dates stay strings.
        locate: Where a node stands; costs a second parse, so only problems ask.
    """

    file: SourceFile
    value: dict[str, Any]
    locate: Locate = field(repr=False, compare=False)

    @property
    def path(self) -> str:
        """The path of the file."""
        return self.file.path


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole evidence folder, read once.

    Attributes:
        files: Every file that could be read, sorted by path (bytewise, UTF-8); notes such as
            README.md and dotfiles are left out and named in ``ignored``.
        documents: Those of ``files`` that are documents and could be parsed, in the same order.
        problems: What could not be read, and why, sorted.
        ignored: Paths that are not evidence, sorted.
    """

    files: tuple[SourceFile, ...]
    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A valid evidence document, ready to be judged (証跡).

    Attributes:
        path: Relative to the evidence folder.
        sha256: Of the raw bytes of the file.
        kind: The evidence kind, such as ``training-record``.
        dated_on: The day that the evidence covers or was issued on (``dated_by`` of its kind);
            its age is counted from here, never from the time of the file.
        value: The whole document, envelope included.
    """

    path: str
    sha256: str
    kind: str
    dated_on: date
    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that could not be used, and so leaves what it would have shown open.

    Attributes:
        path: The file.
        kind: What it would have been; None if that cannot be told: then it could be anything.
    """

    path: str
    kind: str | None
