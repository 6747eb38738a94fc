"""Where is a removed file still? In the index, in the history, in what git keeps for a while.

Reads objects and the index only, runs nothing of the repository, and hands out names and counts:
never a byte, never the id of an object that is not a commit. What no repository can tell (the
server, clones, backups, bundles that were handed out) is not looked at and stays a person's task.

Source: git-rev-list(1), git-cat-file(1), gitrevisions(7), the pointer file of Git LFS
(github.com/git-lfs/git-lfs, docs/spec.md), the ``ref-map`` of git-filter-repo.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mnaudit.errors import ConfigurationError, InputError
from mnaudit.load.git_run import Git, GitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "Leftovers",
    "Traces",
    "commits_with",
    "is_repository",
    "leftovers_in",
    "prefix_of",
    "read_ref_map",
    "top_of",
    "traces_of",
]

_POINTER_BYTES: Final = 1024
_POINTER: Final = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n.*?^oid sha256:([0-9a-f]{64})$",
    re.MULTILINE | re.DOTALL,
)
_REF_MAP: Final = re.compile(
    r"([0-9a-f]{40}(?:[0-9a-f]{24})?)\s+([0-9a-f]+)\s+(refs/(?:heads|tags)/\S+)"
)
_MAX_MAP_BYTES: Final = 2**20
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Traces:
    """What is left of one file.

    Attributes:
        staged: It stands in the index.
        commits: How many commits of any ref or reflog brought or changed it.
        refs: Names of refs from which one of them is reached; at most 20.
    """

    staged: bool
    commits: int
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What git keeps although nothing names it.

    Attributes:
        objects: How many objects no ref, reflog or index entry reaches.
        large: How many files of Git LFS lie here that no pointer of the history names.
        is_shallow: Older commits exist that are not here.
    """

    objects: int
    large: int
    is_shallow: bool = False


def is_repository(folder: Path) -> bool:
    """Tell whether a folder lies in the work tree of a git repository."""
    try:
        return Git(folder).run("rev-parse", "--is-inside-work-tree").strip() == b"true"
    except GitError:
        return False


def prefix_of(folder: Path) -> str:
    """Return where a folder lies in its repository, ending with ``/``; its own name without one."""
    try:
        return os.fsdecode(Git(folder).run("rev-parse", "--show-prefix").removesuffix(b"\n"))
    except GitError:
        return f"{folder.name}/"


def top_of(folder: Path) -> Path:
    """Return the top of the work tree of a folder.

    Raises:
        InputError: Git cannot tell (``MN074``).
    """
    try:
        told = Git(folder).run("rev-parse", "--show-toplevel").removesuffix(b"\n")
    except GitError as error:
        raise InputError("MN074") from error
    return Path(os.fsdecode(told))


def traces_of(folder: Path, paths: Sequence[str]) -> dict[str, Traces]:
    """Return what is left of files in index and history, by path.

    Args:
        folder: The evidence folder.
        paths: Relative to it.

    Raises:
        InputError: Git cannot tell (``MN074``).
    """
    git = Git(folder)  # a path is told relative to here; it is literal, so no magic is at work
    try:
        return {path: _traces(git, os.fsencode(path)) for path in paths}
    except GitError as error:
        raise InputError("MN074") from error


def leftovers_in(folder: Path) -> Leftovers:
    """Count what nothing names any more and a clean-up has not removed yet.

    Raises:
        InputError: Git cannot tell (``MN074``).
    """
    git = Git(folder)
    try:
        told = git.run("cat-file", "--batch-check=%(objectname)", "--batch-all-objects")
        # A tree that a ref names is among them, and so is what an index entry or a reflog names.
        reached = git.run(
            "rev-list", "--objects", "--all", "--reflog", "--indexed-objects", *_head(git)
        )
        named = {line.split(b" ", 1)[0] for line in reached.splitlines()}
        common = git.folder / os.fsdecode(git.run("rev-parse", "--git-common-dir")[:-1])
        lying = {path.name for path in (common / "lfs" / "objects").glob("*/*/*")}
        pointed = _pointers(git, named) if lying else frozenset()
        is_shallow = git.run("rev-parse", "--is-shallow-repository").strip() == b"true"
    except GitError as error:
        raise InputError("MN074") from error
    return Leftovers(len(set(told.split()) - named), len(lying - pointed), is_shallow)


def commits_with(folder: Path, path: str, commits: Iterable[str]) -> frozenset[str]:
    """Return which of some commits hold a file; commits that are not here are left out.

    Args:
        folder: The evidence folder.
        path: Relative to it.
        commits: Their ids, 40 or 64 hex digits.
    """
    git = Git(folder)
    asked = tuple(dict.fromkeys(commits))
    try:
        prefix = git.run("rev-parse", "--show-prefix").removesuffix(b"\n")
        name = prefix + os.fsencode(path)
        if b"\n" in name:
            return frozenset()
        lines = b"".join(each.encode() + b":" + name + b"\n" for each in asked)
        told = git.run("cat-file", "--batch-check=%(objecttype)", stdin=lines).splitlines()
    except GitError:
        return frozenset()
    return frozenset(each for each, kind in zip(asked, told, strict=True) if kind == b"blob")


def read_ref_map(path: Path) -> tuple[tuple[str, str, str], ...]:
    """Read the ``ref-map`` that ``git filter-repo`` leaves behind.

    Returns:
        Ref, id before, id after; refs that were deleted or did not change are left out.

    Raises:
        ConfigurationError: It cannot be read (``MN002``).
    """
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_MAP_BYTES).decode("utf-8", "replace")
    except OSError as error:
        raise ConfigurationError("MN002", path=str(path)) from error
    found = (_REF_MAP.fullmatch(line.strip()) for line in text.splitlines())
    return tuple(
        (each[3], each[1], each[2])
        for each in found
        if each and each[1] != each[2] and each[2].strip("0") and len(each[1]) == len(each[2])
    )


def _traces(git: Git, path: bytes) -> Traces:
    staged = git.run("ls-files", "--cached", "-z", "--", path)
    how = ("--all", "--reflog", "--full-history", *_head(git))
    commits = git.run("rev-list", *how, "--", path).split()
    return Traces(bool(staged), len(commits), _refs(git, commits[-1]) if commits else ())


def _refs(git: Git, commit: bytes) -> tuple[str, ...]:
    """Return the refs that reach the oldest commit, and so at least one with the file."""
    told = git.run("for-each-ref", "--format=%(refname)", "--contains", commit)
    return tuple(os.fsdecode(name) for name in told.splitlines()[:_SHOWN])


def _head(git: Git) -> tuple[str, ...]:
    """Return HEAD if there is a commit: a detached one is no ref."""
    try:
        git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except GitError:
        return ()
    return ("HEAD",)


def _pointers(git: Git, ids: Iterable[bytes]) -> frozenset[str]:
    """Return the names of the large files that pointers among these objects name."""
    asked = b"".join(id_ + b"\n" for id_ in sorted(ids))
    told = git.run(
        "cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", stdin=asked
    )
    rows = (line.split(b" ") for line in told.splitlines())
    small = [id_ for id_, kind, size in rows if kind == b"blob" and int(size) < _POINTER_BYTES]
    texts = git.run("cat-file", "--batch", stdin=b"".join(id_ + b"\n" for id_ in small))
    return frozenset(name.decode() for name in _POINTER.findall(texts))
