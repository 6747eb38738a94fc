"""Read private and public keys from disk."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from mnaudit.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_private_key", "read_public_key"]

_MAX_BYTES = 64 * 1024


def read_private_key(path: Path) -> bytes:
    """Return the PEM of a private key that only its owner can read.

    Raises:
        ConfigurationError: The file cannot be read (``MN003``), or others can read it (``MN004``).
    """
    data = _read(path)
    # Windows has no mode bits to speak of; there the folder's permissions protect the key.
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ConfigurationError("MN004", path=str(path))
    return data


def read_public_key(path: Path) -> bytes:
    """Return the PEM of a key, public or private.

    Raises:
        ConfigurationError: The file cannot be read (``MN003``).
    """
    return _read(path)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES)
    except OSError as error:
        raise ConfigurationError("MN003", path=str(path), why=error.strerror or "") from error
