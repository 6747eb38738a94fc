"""Where is the ``mnaudit.toml`` of a folder? In it, or above it in the same repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mnaudit.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SETTINGS", "find_settings", "read_settings"]

SETTINGS: Final = "mnaudit.toml"


def find_settings(folder: Path) -> Path | None:
    """Return the nearest settings, up to the top of the work tree of git.

    Without a repository only the folder itself counts: what lies above it may be anybody's.
    """
    here = folder.absolute()
    inside = []
    for each in (here, *here.parents):
        inside.append(each)
        if (each / ".git").exists():
            break
    else:
        inside = [here]
    return next((each / SETTINGS for each in inside if (each / SETTINGS).is_file()), None)


def read_settings(path: Path) -> bytes:
    """Return the bytes of the settings.

    Raises:
        ConfigurationError: They cannot be read (``MN300``).
    """
    try:
        return path.read_bytes()
    except OSError as error:
        reason = type(error).__name__
        raise ConfigurationError("MN300", path=SETTINGS, reason=reason) from error
