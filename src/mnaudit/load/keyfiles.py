"""Read private and public keys, and passphrases, from disk."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, BinaryIO

from mnaudit.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_passphrase", "read_private_key", "read_public_key"]

_MAX_BYTES = 64 * 1024


def read_private_key(path: Path) -> bytes:
    """Return the PEM of a private key that belongs to us and that only we can read.

    Raises:
        ConfigurationError: The file cannot be read (``MN003``), others can read it (``MN004``),
            or it belongs to another user (``MN055``).
    """
    return _read(path, private=True)


def read_passphrase(path: Path) -> bytes:
    """Return the passphrase in a file, without the line break at its end.

    Raises:
        ConfigurationError: As for a private key.
    """
    return _read(path, private=True).removesuffix(b"\n").removesuffix(b"\r")


def read_public_key(path: Path) -> bytes:
    """Return the PEM of a key, public or private.

    Raises:
        ConfigurationError: The file cannot be read (``MN003``).
    """
    return _read(path, private=False)


def _read(path: Path, *, private: bool) -> bytes:
    try:
        with path.open("rb") as file:
            if private:
                _check_owner_and_mode(file, path)
            return file.read(_MAX_BYTES)
    except OSError as error:
        raise ConfigurationError("MN003", path=str(path), why=error.strerror or "") from error


def _check_owner_and_mode(file: BinaryIO, path: Path) -> None:
    """Refuse a secret that somebody else has as well: of the open file, not of its name."""
    if os.name != "posix":
        return  # Windows has no mode bits to speak of; there the folder's permissions protect it
    status = os.fstat(file.fileno())
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise ConfigurationError("MN004", path=str(path))
    if status.st_uid != os.geteuid():
        # Only root gets here. Whoever owns the file can open it to everybody, or replace it.
        raise ConfigurationError("MN055", path=str(path))
