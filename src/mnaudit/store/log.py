"""Append to the log of statuses: one entry, then the checkpoint over it, and never two at once.

What may be appended is decided before (``mnaudit.attest.history``). Nothing that stands in the
log is ever overwritten, except the checkpoint by its successor.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from mnaudit.errors import ConfigurationError
from mnaudit.store.files import write
from mnaudit.store.locks import exclusive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["append", "locked", "replace_checkpoint"]

_LOCK: Final = "lock"
_CHECKPOINT: Final = "checkpoint"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep every other run out of the log, from reading it to having written it.

    Raises:
        ConfigurationError: Another run is at work, or was ended by force (``MN067``); or the
            folder cannot be written (``MN008``).
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError("MN008", path=str(folder), why=error.strerror or "") from error
    with exclusive(folder / _LOCK):
        yield


def append(folder: Path, index: int, payload: bytes, checkpoint: bytes) -> None:
    """Write an entry, and the checkpoint over all entries. The caller holds the lock.

    Should the run end between the two, the log does not fit its checkpoint and nothing more is
    appended until the entry, which nobody has signed for, is taken away again.

    Raises:
        ConfigurationError: The entry is there already (``MN067``), or it cannot be written
            (``MN008``).
    """
    path = folder / "entries" / f"{index:06d}.json"
    if os.path.lexists(path):
        raise ConfigurationError("MN067", path=str(path))
    write(path, payload)
    replace_checkpoint(folder, checkpoint)


def replace_checkpoint(folder: Path, checkpoint: bytes) -> None:
    """Write the checkpoint: a larger one, or the same with more cosignatures.

    Raises:
        ConfigurationError: It cannot be written (``MN008``).
    """
    write(folder / _CHECKPOINT, checkpoint)
