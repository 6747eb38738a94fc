"""Which commit brought the present bytes of a file, and which one brought that to the branch?

Only the difference of every commit to its *first* parent is known; that is enough. Along first
parents the last change of a file is where its bytes came from. If that is a merge, and another
parent has the same bytes, the search goes on there; a merge that no parent explains changed the
file itself (an "evil merge"). So did one that takes bytes back from a commit which the branch had
already left behind: git never merges like that, and somebody without a key could otherwise bring
back every old version that was once signed. A file that was removed and put back comes from the commit that put
it back, and a renamed file from the one that renamed it: both are where it was submitted.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["Changes", "History", "Origin", "read_changes", "read_graph"]

Changes = dict[str, dict[bytes, str]]
"""By commit, then by path from the top of the repository: what stands there after it.

Mode and object id, or empty if the file is gone; only what differs from the first parent.
"""

_GONE: Final = ""
_REGULAR: Final = frozenset({b"100644", b"100755"})
_COMMIT: Final = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class Origin(NamedTuple):
    """Where the present bytes of a file come from.

    Attributes:
        commit: The commit that brought them.
        brought: The commit of the first-parent line that brought ``commit`` onto the branch.
    """

    commit: str
    brought: str


def read_graph(listed: bytes) -> dict[str, tuple[str, ...]]:
    """Read ``git rev-list --topo-order --parents``: children before parents."""
    lines = (line.decode().split() for line in listed.splitlines())
    return {commit: tuple(parents) for commit, *parents in lines}


def read_changes(told: bytes) -> Changes:
    """Read ``git diff-tree --stdin -r -z --raw --no-renames``."""
    changes: Changes = {}
    here: dict[bytes, str] = {}
    fields = iter(told.split(b"\0")[:-1])
    for entry in fields:
        if _COMMIT.fullmatch(entry):
            here = changes.setdefault(entry.decode(), {})
            continue
        old_mode, mode, old, new, _ = entry.removeprefix(b":").split(b" ")
        path = next(fields)
        if old == new and {old_mode, mode} <= _REGULAR:
            # Only the permission to execute changed.
            continue
        here[path] = _GONE if mode == b"000000" else _state(mode, new)
    return changes


class History:
    """All commits that lead to one, and what they changed."""

    def __init__(self, head: str, graph: dict[str, tuple[str, ...]], changes: Changes) -> None:
        self.head = head
        self.graph = graph
        self._changes = changes
        self._order = {commit: number for number, commit in enumerate(graph)}
        self._touching = self._jumps()

    def origin(self, path: bytes) -> Origin | None:
        """Return where the bytes of a file come from; None if no commit ever brought it."""
        brought = here = self._last_change(self.head, path)
        if here is None or brought is None:
            return None
        state = self._changes[here][path]
        while (source := self._source(here, path, state)) is not None:
            here = source
        return Origin(here, brought)

    def _source(self, merge: str, path: bytes, state: str) -> str | None:
        """Return the commit of a side branch from which a merge took a file."""
        parents = self.graph[merge]
        for parent in parents[1:]:
            found = self._last_change(parent, path)
            if found is None or self._changes[found][path] != state:
                continue
            if not self._leads_to(parents[0], found):
                return found
        return None

    def _leads_to(self, commit: str, ancestor: str) -> bool:
        """Tell whether a commit has another among those that led to it."""
        seen, waiting = set(), [commit]
        while waiting:
            here = waiting.pop()
            if here == ancestor:
                return True
            # Children stand before their parents: nothing behind the ancestor leads to it.
            if here not in seen and self._order[here] < self._order[ancestor]:
                seen.add(here)
                waiting += self.graph[here]
        return False

    def _last_change(self, commit: str, path: bytes) -> str | None:
        """Return the newest commit along first parents that changed a file."""
        here = self._touching.get(commit)
        while here is not None and path not in self._changes[here]:
            parents = self.graph[here]
            here = self._touching[parents[0]] if parents else None
        return here

    def _jumps(self) -> dict[str, str | None]:
        """Tell for each commit which one along first parents, itself included, changed anything.

        Most commits of a large repository have nothing to do with the folder.
        """
        jumps: dict[str, str | None] = {}
        for commit in reversed(self.graph):
            parents = self.graph[commit]
            before = jumps.get(parents[0]) if parents else None
            jumps[commit] = commit if self._changes.get(commit) else before
        return jumps


def _state(mode: bytes, id_: bytes) -> str:
    """Return what a path holds; two modes of a regular file are the same."""
    return f"{'file' if mode in _REGULAR else mode.decode()} {id_.decode()}"
