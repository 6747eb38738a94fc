"""Read the log of statuses from its folder, and the commits that it should cover.

``entries/000000.json …`` and ``checkpoint``, nothing else is looked at. What is read is not
verified: an entry that was taken out leaves a hole that the checks find, not this module.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mnaudit.errors import ConfigurationError, InputError
from mnaudit.signing.container import MAX_SIGNED_BYTES
from mnaudit.signing.note import MAX_NOTE_BYTES, MAX_SIZE

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["StoredLog", "first_parent_commits", "is_log", "read_cosignature", "read_log"]

_ENTRIES: Final = "entries"
_CHECKPOINT: Final = "checkpoint"
_SECONDS: Final = 60

_ENVIRONMENT: Final = {
    # Only the objects count: neither settings of the user nor grafts and replacements, which
    # could give the commits other parents.
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "PATH": os.defpath,
}
_CONFIG: Final = ("core.commitGraph=false", "core.fsmonitor=false", "safe.directory=*")

_NAME = re.compile(r"[0-9]{6}\.json")


@dataclass(frozen=True, slots=True)
class StoredLog:
    """A log as it lies in its folder.

    Attributes:
        payloads: Of all entries, in the order of their names.
        checkpoint: The signed note; None if the log is new.
    """

    payloads: tuple[bytes, ...] = ()
    checkpoint: bytes | None = None


def is_log(folder: Path) -> bool:
    """Tell whether there is something in this place that should be a log."""
    return (folder / _CHECKPOINT).exists() or (folder / _ENTRIES).exists()


def read_log(folder: Path) -> StoredLog:
    """Read a log; one that is not there yet is empty.

    Raises:
        ConfigurationError: The folder cannot be read (``MN002``).
        InputError: It holds something that has no place in a log (``MN065``).
    """
    if not is_log(folder):
        if folder.exists() and not folder.is_dir():
            raise InputError("MN065", path=str(folder))
        return StoredLog()
    try:
        names = sorted(path.name for path in (folder / _ENTRIES).iterdir())
    except OSError as error:
        raise InputError("MN065", path=str(folder / _ENTRIES)) from error
    for name in names:
        if not _NAME.fullmatch(name):
            raise InputError("MN065", path=str(folder / _ENTRIES / name))
    if len(names) > MAX_SIZE:
        raise InputError("MN065", path=str(folder / _ENTRIES))
    payloads = tuple(_read(folder / _ENTRIES / name, MAX_SIGNED_BYTES) for name in names)
    checkpoint = folder / _CHECKPOINT
    is_new = not checkpoint.exists()
    return StoredLog(payloads, None if is_new else _read(checkpoint, MAX_NOTE_BYTES))


def read_cosignature(path: Path) -> bytes:
    """Read the line that a witness sent.

    Raises:
        ConfigurationError: It cannot be read (``MN002``).
        InputError: It is too large or not a regular file (``MN065``).
    """
    return _read(path, MAX_NOTE_BYTES)


def first_parent_commits(repository: Path, revision: str) -> tuple[str, ...]:
    """Return the commits of the main line, newest first: those that a CI run should have judged.

    Raises:
        ConfigurationError: git is not there, it does not know the revision, or the clone is
            shallow and would hide the older commits (``MN002``).
    """
    if _git(repository, "rev-parse", "--is-shallow-repository") != "false":
        raise ConfigurationError("MN002", path=f"{repository} (shallow)")
    listed = _git(repository, "rev-list", "--first-parent", "--end-of-options", revision, "--")
    return tuple(listed.split())


def _git(repository: Path, *arguments: str) -> str:
    settings = [part for setting in _CONFIG for part in ("-c", setting)]
    try:
        ran = subprocess.run(  # noqa: S603 - a fixed program that reads objects and runs nothing
            ["git", *settings, "-C", str(repository), *arguments],  # noqa: S607
            capture_output=True,
            check=True,
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ConfigurationError("MN002", path=f"{repository} ({arguments[-2]})") from error
    return ran.stdout.decode("ascii", "replace").strip()


def _read(path: Path, limit: int) -> bytes:
    """Read a regular file that is not too large."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            # A link would let the log of one place show the entries of another.
            raise InputError("MN065", path=str(path))
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise ConfigurationError("MN002", path=str(path)) from error
    if len(data) > limit:
        raise InputError("MN065", path=str(path))
    return data
