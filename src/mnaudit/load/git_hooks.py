"""Where does git look for the hooks of this repository?

``core.hooksPath`` may point elsewhere: to a tracked folder (husky, a company's ``.githooks``), or
to one for all repositories of a person. What is written there concerns others, so it is told and
not used. Here the configuration of the user counts, as it does for ``git commit``; reading it runs
no program.

Source: githooks(5); git-config(1) "core.hooksPath"; git-worktree(1) "DETAILS".
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from mnaudit.errors import ConfigurationError
from mnaudit.load.git_run import Git, GitError, find_git

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["hooks_folder"]


def hooks_folder(folder: Path, environ: Mapping[str, str]) -> Path:
    """Return the folder of the repository's own hooks; all its work trees share one.

    Args:
        folder: Anywhere in the repository.
        environ: The environment of the user, which says where the configuration is.

    Raises:
        ConfigurationError: There is no repository with a work tree (``MN520``), or git looks
            for hooks outside of it (``MN523``).
    """
    git = Git(folder)
    try:
        told = git.run("rev-parse", "--is-inside-work-tree", "--git-common-dir", "--show-cdup")
    except GitError as error:
        raise ConfigurationError("MN520", path=folder.as_posix()) from error
    inside, common, up = (*told.split(b"\n"), b"", b"")[:3]
    if inside != b"true":
        raise ConfigurationError("MN520", path=folder.as_posix())
    repository = (folder / os.fsdecode(common)).resolve()
    configured = _configured(folder, environ)
    if not configured:
        return repository / "hooks"
    # A relative one counts from where hooks run: the top of the work tree.
    chosen = (folder / os.fsdecode(up) / os.fsdecode(configured)).resolve()
    if not chosen.is_relative_to(repository):
        raise ConfigurationError("MN523", path=chosen.as_posix())
    return chosen


def _configured(folder: Path, environ: Mapping[str, str]) -> bytes:
    """Return ``core.hooksPath`` as ``git commit`` would see it; empty if it is not set."""
    program = find_git()
    if program is None:  # pragma: no cover - it answered a moment ago
        raise ConfigurationError("MN520", path=folder.as_posix())
    done = subprocess.run(  # noqa: S603 - a fixed program; every argument is ours
        [program, "config", "--null", "--type=path", "--get", "core.hooksPath"],
        cwd=folder,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return done.stdout.removesuffix(b"\0")
