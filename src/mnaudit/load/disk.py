"""Which files are below these paths? Every regular file and link, but nothing inside ``.git``.

A link is not followed: git keeps its target as text, and that text is looked at. Only what the
caller named himself is followed. Ignored files (``.gitignore``) are not left out: they are on the
disk, too.
"""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mnaudit.errors import ConfigurationError
from mnaudit.load.paths import shown_path
from mnaudit.model.scan_rules import path_pattern
from mnaudit.model.scan_source import ScanSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Choice", "files_below"]

_REPOSITORY: Final = ".git"


class Choice:
    """Which files are meant, by patterns for their paths.

    ``*`` and ``?`` stop at a slash, ``**`` does not; brackets stand for themselves. A pattern without a slash is compared with
    every name on the way, so that ``node_modules`` leaves out the folder; one with a slash with
    the path and the folders that it is in.
    """

    def __init__(self, include: Iterable[str] = (), exclude: Iterable[str] = ()) -> None:
        self._include = [_Pattern(pattern) for pattern in include]
        self._exclude = [_Pattern(pattern) for pattern in exclude]
        self.left_out = 0

    def takes(self, path: str) -> bool:
        """Tell whether a file is meant, and count those that are not."""
        taken = not self._include or any(pattern.fits(path) for pattern in self._include)
        if taken and not self._leaves_out(path):
            return True
        self.left_out += 1
        return False

    def enters(self, folder: str) -> bool:
        """Tell whether a folder is looked into, and count it as one if it is not."""
        entered = not self._leaves_out(folder)
        self.left_out += not entered
        return entered

    def _leaves_out(self, path: str) -> bool:
        return any(pattern.fits(path) for pattern in self._exclude)


class _Pattern:
    """One pattern."""

    def __init__(self, text: str) -> None:
        text = text.replace(os.sep, "/").removeprefix("./").removesuffix("/")
        self._by_name = "/" not in text
        self._regex = path_pattern(text)

    def fits(self, path: str) -> bool:
        parts = path.split("/")
        if self._by_name:
            return any(self._regex.fullmatch(part) for part in parts)
        above = ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
        return any(self._regex.fullmatch(each) for each in above)


def files_below(paths: Sequence[Path], choice: Choice | None = None) -> Iterator[ScanSource]:
    """Yield every file, in the order of the paths and below them sorted by name.

    Args:
        paths: Files and folders.
        choice: Which are meant; a file that was named itself is always meant unless excluded.

    Raises:
        ConfigurationError: A path is not there (``MN527``).
    """
    choice = choice or Choice()
    for path in paths:
        # Before anything is read: an answer about the others would look like the whole.
        if not os.path.lexists(path):
            raise ConfigurationError("MN527", path=shown_path(path.as_posix()))
    for path in paths:
        name = _named(path)
        if path.is_dir():
            yield from _folder(path, "" if name == "." else f"{name}/", choice)
        elif choice.takes(name):
            yield _file(path, name)


def _named(path: Path) -> str:
    """Return a path as it is told: relative to the working directory if it is below it."""
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path.as_posix()


def _folder(folder: Path, prefix: str, choice: Choice) -> Iterator[ScanSource]:
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: os.fsencode(entry.name))
    except OSError:
        yield ScanSource(prefix or "./", named=True, reason="permission")
        return
    for entry in entries:
        name = prefix + entry.name
        if entry.is_symlink():
            if choice.takes(name):
                yield _link(entry.path, name)
        elif entry.is_dir():
            if entry.name != _REPOSITORY and choice.enters(name):
                yield from _folder(Path(entry.path), f"{name}/", choice)
        # A pipe or a device in a folder holds nothing that could be kept.
        elif entry.is_file() and choice.takes(name):
            yield _file(Path(entry.path), name)


def _file(path: Path, name: str) -> ScanSource:
    try:
        status = path.stat()
    except OSError:
        return ScanSource(name, named=True, reason="permission" if path.exists() else "not here")
    size = status.st_size if stat.S_ISREG(status.st_mode) else 0
    return ScanSource(name, size=size, open=lambda: path.open("rb"), named=True)


def _link(path: str, name: str) -> ScanSource:
    try:
        target = os.fsencode(os.readlink(path))  # noqa: PTH115 - the text as it is, also if it is no path
    except OSError:
        return ScanSource(name, "link target", reason="permission", named=True)
    return ScanSource(
        name, "link target", size=len(target), open=lambda: io.BytesIO(target), named=True
    )
