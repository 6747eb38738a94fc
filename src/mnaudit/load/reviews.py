"""Which files without text has a person looked at, as the evidence records it?

``scan_reviewed_by`` stands in the ``attachments`` of a document beside the digest of the file, and
counts for those bytes only, wherever they are.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from mnaudit.load.documents import is_document, read_document
from mnaudit.model.document import ORGANIZATION_PATH, Document, SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["digest_of", "documents_above", "reviewed_digests"]

_FIELD: Final = "scan_reviewed_by"
_LARGEST: Final = 2**23
"""A document is small; what is larger is not read for this."""


def reviewed_digests(documents: Iterable[tuple[str, bytes]]) -> frozenset[str]:
    """Return the SHA-256 of all files that somebody looked at, 64 lower-case hex digits each.

    Args:
        documents: Path and bytes of files; those that are no sound documents count for nothing.
    """
    return frozenset(
        digest
        for path, data in documents
        if _FIELD.encode() in data
        for digest in _reviewed(path, data)
    )


def documents_above(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the documents that could have a file as their attachment.

    They stand in its folder or in those above it, up to the top of the evidence folder or of the
    repository.
    """
    for folder in path.absolute().parents:
        for file in sorted(folder.iterdir()):
            if is_document(file.name) and file.is_file() and file.stat().st_size <= _LARGEST:
                yield file.as_posix(), file.read_bytes()
        if (folder / ORGANIZATION_PATH).exists() or (folder / ".git").exists():
            return


def digest_of(file: BinaryIO) -> str:
    """Return the SHA-256 of a file, read in windows."""
    digest = sha256()
    while window := file.read(2**20):
        digest.update(window)
    return digest.hexdigest()


def _reviewed(path: str, data: bytes) -> Iterator[str]:
    source = SourceFile(path, len(data), "", lambda: data)
    document = read_document(source, data)
    if not isinstance(document, Document):
        return
    attachments: Any = document.value.get("attachments")
    for each in attachments if isinstance(attachments, list) else ():
        if isinstance(each, dict) and each.get(_FIELD) and isinstance(each.get("sha256"), str):
            yield each["sha256"]
