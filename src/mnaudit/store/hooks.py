"""Write the hooks of git that keep a number (個人番号) out of commits and their messages.

A hook that was there before is kept beside ours, under the same name with ``.before-mnaudit``, and
runs first: what it adds to the commit is scanned, too. If the program is gone, the hook refuses the
commit: a guard that is missing must not look like one that is content.

Source: githooks(5), "pre-commit", "pre-merge-commit", "commit-msg".
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from mnaudit.errors import ConfigurationError
from mnaudit.store.files import replacing

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["HOOKS", "HookState", "State", "hook_script", "hook_states", "install", "uninstall"]

HOOKS: Final = {
    "pre-commit": "scan --staged",
    "pre-merge-commit": "scan --staged",
    "commit-msg": 'scan --commit-message "$1"',
}
"""What each hook calls. A merge runs ``pre-merge-commit`` and not ``pre-commit``."""

_MARK: Final = "# mnaudit hook, version 1."
_BEFORE: Final = ".before-mnaudit"
_OTHERS: Final = (".legacy",)
"""Where other installers put a hook that they found: pre-commit."""
_PROGRAM: Final = re.compile(r"^python='((?:[^']|'\\'')*)'$", re.MULTILINE)
_EXECUTABLE: Final = 0o755
_SCRIPT: Final = """\
#!/bin/sh
{mark} Written by: mnaudit hooks install. Removed by: mnaudit hooks uninstall.
before=$(dirname -- "$0")/{name}{before}
if [ -x "$before" ]; then
    "$before" "$@" || exit $?
fi
python={python}
if [ ! -x "$python" ]; then
    printf '%s\\n' {gone} >&2
    exit 1
fi
# -P: a folder of the repository that is called mnaudit is not the program.
exec "$python" -P -m mnaudit {arguments}
"""


class State(StrEnum):
    """What stands where a hook belongs."""

    INSTALLED = "installed"
    CHAINED = "chained"
    """Ours, called by another one that was installed later."""
    BROKEN = "broken"
    """Ours, but the Python that it names is gone, or it is an older version."""
    OTHER = "other"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class HookState:
    """One hook.

    Attributes:
        name: Of git: ``pre-commit``.
        state: What is there.
        keeps: Whether ours runs another one first.
    """

    name: str
    state: State
    keeps: bool = False


def hook_script(name: str, python: str, gone: str) -> str:
    """Return a hook for the shell that comes with every git.

    Args:
        name: A key of ``HOOKS``.
        python: The interpreter with mnaudit, as an absolute path.
        gone: What to say if it is gone.
    """
    return _SCRIPT.format(
        mark=_MARK,
        name=name,
        before=_BEFORE,
        # The shell of Git for Windows takes slashes as well, and a backslash is never meant.
        python=_quoted(python.replace("\\", "/") if python[1:3] == ":\\" else python),
        gone=_quoted(gone),
        arguments=HOOKS[name],
    )


def install(folder: Path, python: str, gone: str) -> tuple[HookState, ...]:
    """Write all hooks, keep those that were there, and return what is there now.

    Raises:
        ConfigurationError: A hook would have to be overwritten (``MN524``), or nothing can be
            written (``MN008``).
    """
    for name in HOOKS:
        hook, before = folder / name, folder / f"{name}{_BEFORE}"
        # Both: ours was replaced since, and two hooks cannot be kept under one name.
        if _is_there(hook) and not _is_ours(hook) and _is_there(before):
            raise ConfigurationError("MN524", path=hook.as_posix(), kept=before.as_posix())
    for name in HOOKS:
        _install(folder, name, hook_script(name, python, gone))
    return hook_states(folder)


def uninstall(folder: Path) -> tuple[HookState, ...]:
    """Remove our hooks, put back those that were there, and return what is there now.

    Raises:
        ConfigurationError: Something cannot be written (``MN008``).
    """
    for name in HOOKS:
        for hook in (folder / name, *(folder / f"{name}{suffix}" for suffix in _OTHERS)):
            if _is_ours(hook):
                _put_back(hook, folder / f"{name}{_BEFORE}")
    return hook_states(folder)


def hook_states(folder: Path) -> tuple[HookState, ...]:
    """Return what stands where each hook belongs."""
    return tuple(_state(folder, name) for name in HOOKS)


def _install(folder: Path, name: str, script: str) -> None:
    hook, before = folder / name, folder / f"{name}{_BEFORE}"
    called = [folder / f"{name}{suffix}" for suffix in _OTHERS]
    # Where another hook calls ours, ours is renewed there.
    target = next((each for each in called if not _is_ours(hook) and _is_ours(each)), hook)
    try:
        if target == hook and _is_there(hook) and not _is_ours(hook):
            hook.rename(before)
    except OSError as error:
        why = error.strerror or ""
        raise ConfigurationError("MN008", path=before.as_posix(), why=why) from error
    with replacing(target, mode=_EXECUTABLE) as file:
        file.write(script.encode())


def _put_back(hook: Path, before: Path) -> None:
    try:
        if _is_there(before):
            before.replace(hook)
        else:
            hook.unlink()
    except OSError as error:
        why = error.strerror or ""
        raise ConfigurationError("MN008", path=hook.as_posix(), why=why) from error


def _state(folder: Path, name: str) -> HookState:
    hook, before = folder / name, folder / f"{name}{_BEFORE}"
    keeps = _is_there(before)
    if _is_ours(hook):
        return HookState(name, State.INSTALLED if _works(hook) else State.BROKEN, keeps)
    for suffix in _OTHERS:
        called = folder / f"{name}{suffix}"
        if _is_there(hook) and _is_ours(called):
            return HookState(name, State.CHAINED if _works(called) else State.BROKEN, keeps)
    return HookState(name, State.OTHER if _is_there(hook) else State.ABSENT, keeps=False)


def _is_there(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _is_ours(path: Path) -> bool:
    return any(line.startswith(_MARK) for line in _text(path).splitlines())


def _works(path: Path) -> bool:
    """Tell whether git would run it, and the Python that it names is there."""
    named = _PROGRAM.search(_text(path))
    if named is None:
        return False
    python = path.parent / named[1].replace("'\\''", "'")
    return _is_executable(path) and python.is_file() and _is_executable(python)


def _is_executable(path: Path) -> bool:
    return os.access(path, os.X_OK)  # true of every file where files have no such mark


def _text(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""


def _quoted(text: str) -> str:
    """Quote for sh, in which a single quote cannot stand within single quotes."""
    return "'" + text.replace("'", "'\\''") + "'"
