"""Write files so that a reader sees the old one or the new one, never half of it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, BinaryIO, cast

from mnaudit.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

__all__ = ["copy_tree", "is_empty", "replacing", "write", "write_private"]

_PUBLIC = 0o644
_PRIVATE = 0o600


@contextmanager
def replacing(path: Path, *, mode: int = _PUBLIC) -> Iterator[BinaryIO]:
    """Give a file to write that takes the place of ``path`` when the block ends well.

    Raises:
        ConfigurationError: It cannot be written (``MN008``).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)  # noqa: SIM115
    except OSError as error:
        raise ConfigurationError("MN008", path=str(path), why=error.strerror or "") from error
    try:
        with file:
            yield cast("BinaryIO", file)
        os.chmod(file.name, mode)  # noqa: PTH101 - the temporary file has a name, not a Path
        os.replace(file.name, path)  # noqa: PTH105
    except BaseException as error:
        os.unlink(file.name)  # noqa: PTH108
        if isinstance(error, OSError):
            why = error.strerror or ""
            raise ConfigurationError("MN008", path=str(path), why=why) from error
        raise


def write(path: Path, data: bytes) -> None:
    """Write a whole file.

    Raises:
        ConfigurationError: It cannot be written (``MN008``).
    """
    with replacing(path) as file:
        file.write(data)


def write_private(path: Path, data: bytes) -> None:
    """Write a new file that only its owner can read.

    Raises:
        ConfigurationError: There already is one (``MN005``): a key is never overwritten; or it
            cannot be written (``MN008``).
    """
    if os.path.lexists(path):
        raise ConfigurationError("MN005", path=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # O_EXCL: also for a file that came in between.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    except OSError as error:
        raise ConfigurationError("MN008", path=str(path), why=error.strerror or "") from error
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def is_empty(folder: Path) -> bool:
    """Tell whether a folder is absent or holds nothing."""
    return not folder.exists() or (folder.is_dir() and next(folder.iterdir(), None) is None)


def copy_tree(source: Traversable, target: Path) -> None:
    """Copy a shipped folder to disk."""
    for child in sorted(source.iterdir(), key=lambda child: child.name):
        if child.is_dir():
            copy_tree(child, target / child.name)
        else:
            write(target / child.name, child.read_bytes())
