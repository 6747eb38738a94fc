"""Read single members of a bundle that was verified before."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING
from zipfile import ZipFile

from mnaudit.model.document import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["read_members"]


def read_members(path: Path, names: Iterable[str]) -> tuple[SourceFile, ...]:
    """Return members as files, each read when it is needed.

    Args:
        path: A bundle that the strict reader has read from end to end; only then does a lenient
            one see the same.
        names: Of members that it has.
    """
    with ZipFile(path) as archive:
        return tuple(
            SourceFile(
                name,
                archive.getinfo(name).file_size,
                sha256(archive.read(name)).hexdigest(),
                partial(_read, path, name),
            )
            for name in names
        )


def _read(path: Path, name: str) -> bytes:
    with ZipFile(path) as archive:
        return archive.read(name)
