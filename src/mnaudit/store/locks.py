"""Keep other runs out, from reading a file to having written it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mnaudit.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["exclusive"]


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock ``path``, a file that is there for as long as somebody works.

    Without it two runs that read the same state could both write: a log would fork, and a witness
    would sign two histories of one size.

    Raises:
        ConfigurationError: Another run is at work, or was ended by force (``MN067``); or the
            folder cannot be written (``MN008``).
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
    except FileExistsError as error:
        raise ConfigurationError("MN067", path=str(path)) from error
    except OSError as error:
        raise ConfigurationError("MN008", path=str(path), why=error.strerror or "") from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
