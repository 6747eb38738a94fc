"""What does git keep? Every file, name and message once, from the index or from the history.

The index is read and not the work tree: what is committed is what was added. The history is read
from the oldest commit on, so that a file is told with the commit that brought it. Object ids of
files are never handed out: the id of a file whose only unknown is a number (個人番号) is a hash of
that number, and 10^11 of them are tried in minutes.

Source: git-diff-index(1), git-diff-tree(1) "combined diff format", git-cat-file(1) "BATCH OUTPUT",
githooks(5), the pointer file of Git LFS (github.com/git-lfs/git-lfs, docs/spec.md).
"""

from __future__ import annotations

import io
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from mnaudit.load.git_run import GitError
from mnaudit.model.document import DOCUMENT_SUFFIXES
from mnaudit.model.scan_source import ScanSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from subprocess import Popen
    from typing import BinaryIO

    from mnaudit.load.git_run import Git

__all__ = ["is_cut_off", "read_documents", "read_history", "read_staged"]

_PIPED: Final = 64 * 2**20
"""A larger file is read from a process of its own, in windows."""
_AT_ONCE: Final = 1_000
"""Commits whose differences are held in memory."""
_WINDOW: Final = 2**20
_ASKED: Final = 256
"""Objects asked for at once: few enough that the question never fills its pipe."""
_REF_FORMAT: Final = "--format=%(objectname) %(refname)"
_SUBMODULE: Final = "160000"
_GONE: Final = "000000"
_COMMIT: Final = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_POINTER: Final = b"version https://git-lfs.github.com/spec/v1\n"
_POINTER_BYTES: Final = 1024
_POINTS_TO: Final = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)
_NO_TEXT: Final = re.compile(rb"(?:tree|parent|object|type|gpgsig[a-z0-9-]*) ")
_PERSON: Final = re.compile(rb"(?:author|committer|tagger) (.*?)(?: -?\d+ [-+]\d{4})?$", re.DOTALL)


class _Entry(NamedTuple):
    """A file as a tree or the index names it."""

    mode: str
    id: bytes
    path: str


def read_staged(git: Git) -> Iterator[ScanSource]:
    """Yield names and files that the next commit adds or changes.

    Raises:
        GitError: This is no repository, or it could not be read.
    """
    entries = _of_index(git, against="HEAD" if _has_head(git) else None)
    with _objects(git) as objects:
        yield from objects.pieces(entries)


def read_history(git: Git, revision: str | None = None) -> Iterator[ScanSource]:
    """Yield all names, files and messages, each once.

    Args:
        git: Where.
        revision: A commit, branch or range (``origin/main..HEAD``); without one everything that
            the object store holds: all refs with notes and stash, the reflogs, the index, and
            what nothing points to any more but ``git gc`` has not removed yet.

    Raises:
        GitError: This is no repository, there is no such revision, or it could not be read.
    """
    order = ("--topo-order", "--reverse")
    if revision is not None:
        commits = git.run("rev-list", *order, "--end-of-options", revision, "--").splitlines()
        with _objects(git) as objects:
            yield from _tags(objects, _tags_of(git, revision))
            yield from _walk(git, objects, commits)
        return
    refs = [line.split(b" ", 1) for line in git.run("for-each-ref", _REF_FORMAT).splitlines()]
    heads = [b"HEAD"] if _has_head(git) else []
    commits = git.run("rev-list", *order, "--all", "--reflog", *heads, "--").splitlines()
    kept = _kept(git)
    known = set(commits)
    commits += sorted(id_ for id_, kind in kept.items() if kind == b"commit" and id_ not in known)
    names = {id_: os.fsdecode(name) for id_, name in refs}
    with _objects(git) as objects:
        yield from (ScanSource(os.fsdecode(name), "ref name") for _, name in refs)
        tags = sorted(id_ for id_, kind in kept.items() if kind == b"tag")
        yield from _tags(objects, [(id_, names.get(id_, "")) for id_ in tags])
        yield from _walk(git, objects, commits)
        yield from objects.pieces(_of_index(git))
        left = sorted(id_ for id_, kind in kept.items() if kind == b"blob")
        yield from objects.pieces(_Entry("", id_, names.get(id_, "")) for id_ in left)


def read_documents(git: Git) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of all documents (YAML, JSON) in the index.

    Raises:
        GitError: This is no repository, or it could not be read.
    """
    entries = [entry for entry in _of_index(git) if entry.path.endswith(DOCUMENT_SUFFIXES)]
    with _objects(git) as objects:
        for start in range(0, len(entries), _ASKED):
            some = entries[start : start + _ASKED]
            for entry, found in zip(some, objects.read([e.id for e in some]), strict=True):
                if found.data is not None:
                    yield entry.path, found.data


def is_cut_off(git: Git, revision: str | None = None) -> bool:
    """Tell whether a history has older commits that are not here.

    Raises:
        GitError: This is no repository, or there is no such revision.
    """
    which = ("--all", "--reflog") if revision is None else ("--end-of-options", revision)
    path = git.folder / os.fsdecode(git.run("rev-parse", "--git-path", "shallow")[:-1])
    edges = set(path.read_bytes().splitlines()) if path.is_file() else set()
    # Also without an edge: whether there is such a revision must be known.
    commits = git.run("rev-list", *which, "--").splitlines()
    return not edges.isdisjoint(commits)


def _has_head(git: Git) -> bool:
    try:
        git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except GitError:
        return False
    return True


def _kept(git: Git) -> dict[bytes, bytes]:
    """Return the kind of every object of the store, by id; folders are left out."""
    how = ("--batch-check=%(objectname) %(objecttype)", "--batch-all-objects", "--unordered")
    listed = (line.split(b" ") for line in git.run("cat-file", *how).splitlines())
    return {id_: kind for id_, kind in listed if kind != b"tree"}


def _tags_of(git: Git, revision: str) -> list[tuple[bytes, str]]:
    """Return the tag object that a revision names, if it names one."""
    try:
        asked = ("--verify", "--quiet", "--end-of-options", f"{revision}^{{tag}}")
        return [(git.run("rev-parse", *asked).split()[-1], revision)]
    except GitError:
        return []


def _tags(objects: _Objects, tags: Sequence[tuple[bytes, str]]) -> Iterator[ScanSource]:
    for id_, name in tags:
        for found in objects.read([id_]):
            yield from _texts(found, name, None)


def _walk(git: Git, objects: _Objects, commits: Sequence[bytes]) -> Iterator[ScanSource]:
    """Yield of each commit its texts, and what differs from all of its parents."""
    how = ("--stdin", "-c", "-r", "-z", "--raw", "--root", "--no-renames", "--no-relative")
    for start in range(0, len(commits), _AT_ONCE):
        some = commits[start : start + _AT_ONCE]
        asked = b"".join(commit + b"\n" for commit in some)
        changed = _by_commit(git.run("diff-tree", *how, "--no-abbrev", stdin=asked))
        for commit in some:
            told = commit.decode()
            for found in objects.read([commit]):
                yield from _texts(found, "", told)
            yield from objects.pieces(changed.get(commit, ()), told)


def _by_commit(told: bytes) -> dict[bytes, list[_Entry]]:
    """Read ``git diff-tree --stdin -c -r -z --raw``: commits, each with its changes."""
    found: dict[bytes, list[_Entry]] = {}
    here: list[_Entry] = []
    fields = iter(told.split(b"\0")[:-1])
    for entry in fields:
        if _COMMIT.fullmatch(entry):
            here = found.setdefault(entry, [])
        else:
            here.extend(_changed(entry, next(fields)))
    return found


def _of_index(git: Git, against: str | None = None) -> Iterator[_Entry]:
    """Yield what the index has beyond a commit; without one everything, wherever we are in it."""
    nothing = git.run("hash-object", "-t", "tree", "--stdin").strip().decode()
    how = ("--cached", "--raw", "-z", "--no-renames", "--no-relative", "--no-abbrev")
    fields = iter(git.run("diff-index", *how, against or nothing, "--").split(b"\0")[:-1])
    for entry in fields:
        yield from _changed(entry, next(fields))


def _changed(entry: bytes, path: bytes) -> Iterator[_Entry]:
    """Read ``:old-mode… new-mode old-id… new-id status``; one colon for each parent."""
    parents = len(entry) - len(entry.lstrip(b":"))
    words = entry.lstrip(b":").split(b" ")
    mode, id_ = words[parents].decode(), words[2 * parents + 1]
    # An entry that was not merged has no id yet; git itself refuses to commit it.
    if mode != _GONE and id_.strip(b"0"):
        yield _Entry(mode, id_, os.fsdecode(path))


def _texts(found: _Object, path: str, commit: str | None) -> Iterator[ScanSource]:
    """Yield what people wrote into a commit or a tag: names and other headers, and the message."""
    if found.data is None:
        yield ScanSource(path, f"{found.kind} message", commit, reason=found.reason)
        return
    head, _, message = found.data.partition(b"\n\n")
    lines: list[bytes] = []
    skipped = False
    for line in head.split(b"\n"):
        if not line.startswith(b" "):  # which continues the header before
            skipped = _NO_TEXT.match(line) is not None
        if not skipped:
            person = _PERSON.fullmatch(line)
            lines.append(person[1] if person else line)
    yield _text(b"\n".join(lines), f"{found.kind} header", path, commit)
    yield _text(message, f"{found.kind} message", path, commit)


def _text(data: bytes, part: str | None, path: str, commit: str | None) -> ScanSource:
    return ScanSource(path, part, commit, len(data), lambda: io.BytesIO(data))


class _Object(NamedTuple):
    """What git answers.

    Attributes:
        kind: ``blob``, ``commit`` or ``tag``.
        size: In bytes.
        data: None if it is not here, or too large for a pipe that others share.
    """

    kind: str
    size: int
    data: bytes | None

    @property
    def reason(self) -> str:
        """Why there is no data: an id."""
        return "size" if self.size else "not here"


@contextmanager
def _objects(git: Git) -> Iterator[_Objects]:
    """Start git for as long as the block lasts."""
    top = os.fsdecode(git.run("rev-parse", "--git-common-dir").removesuffix(b"\n"))
    repository = git.folder / top
    # In a partial clone git would end when it is asked for what it may not fetch.
    partial = next((repository / "objects" / "pack").glob("*.promisor"), None) is not None
    here = frozenset(_kept(git)) if partial else None
    with git.talk("cat-file", "--batch") as process:
        yield _Objects(git, process, repository / "lfs" / "objects", here)


@dataclass(slots=True)
class _Objects:
    """A running ``git cat-file --batch``, and what was asked of it already."""

    git: Git
    process: Popen[bytes]
    large_files: Path
    here: frozenset[bytes] | None
    seen: set[bytes] = field(default_factory=set)
    named: set[str] = field(default_factory=set)

    def pieces(self, entries: Iterable[_Entry], commit: str | None = None) -> Iterator[ScanSource]:
        """Yield the names that are new, and the files that are new."""
        asked: list[_Entry] = []
        for entry in entries:
            if entry.path and entry.path not in self.named:
                self.named.add(entry.path)
                yield ScanSource(entry.path, "file name", commit)
            if entry.mode != _SUBMODULE and entry.id not in self.seen:
                self.seen.add(entry.id)
                asked.append(entry)
            if len(asked) == _ASKED:
                yield from self._files(asked, commit)
                asked = []
        yield from self._files(asked, commit)

    def _files(self, entries: Sequence[_Entry], commit: str | None) -> Iterator[ScanSource]:
        answers = self.read([entry.id for entry in entries])
        for entry, found in zip(entries, answers, strict=True):
            yield self._file(entry, found, commit)

    def _file(self, entry: _Entry, found: _Object, commit: str | None) -> ScanSource:
        if found.data is not None:
            pointer = found.data if found.size < _POINTER_BYTES else b""
            if pointer.startswith(_POINTER) and (to := _POINTS_TO.search(pointer)):
                return self._large(entry.path, to[1].decode(), commit)
            return _text(found.data, None, entry.path, commit)
        if found.kind == "blob":
            return ScanSource(entry.path, None, commit, found.size, lambda: self._stream(entry.id))
        return ScanSource(entry.path, None, commit, reason=found.reason)

    def _large(self, path: str, name: str, commit: str | None) -> ScanSource:
        """Return the file that a pointer of Git LFS stands for."""
        file = self.large_files / name[:2] / name[2:4] / name
        try:
            size = file.stat().st_size
        except OSError:
            return ScanSource(path, None, commit, reason="large file not here")
        return ScanSource(path, None, commit, size, lambda: file.open("rb"))

    def _stream(self, id_: bytes) -> BinaryIO:
        """Open one object by a process of its own."""
        return self.git.stream("cat-file", "blob", id_)

    def read(self, ids: Sequence[bytes]) -> Iterator[_Object]:
        """Yield each object in turn.

        Raises:
            GitError: Git went away.
        """
        ask, answer = self.process.stdin, cast("BinaryIO", self.process.stdout)
        asked = [id_ for id_ in ids if self.here is None or id_ in self.here]
        try:
            cast("BinaryIO", ask).write(b"".join(id_ + b"\n" for id_ in asked))
            cast("BinaryIO", ask).flush()
        except OSError as error:
            raise GitError("failed") from error
        for id_ in ids:
            known = self.here is None or id_ in self.here
            yield _answered(answer) if known else _Object("", 0, None)


def _answered(answer: BinaryIO) -> _Object:
    """Read one answer: ``ID kind size``, the bytes and a line feed, or ``ID missing``."""
    words = answer.readline().split()
    if len(words) == 2:  # noqa: PLR2004 - an id and "missing"
        return _Object("", 0, None)
    if len(words) != 3:  # noqa: PLR2004
        raise GitError("failed")
    kind, size = words[1].decode(), int(words[2])
    if size > _PIPED:
        _skip(answer, size + 1)
        return _Object(kind, size, None)
    data = answer.read(size + 1)
    if len(data) != size + 1:
        raise GitError("failed")
    return _Object(kind, size, data[:-1])


def _skip(answer: BinaryIO, count: int) -> None:
    while count:
        passed = len(answer.read(min(count, _WINDOW)))
        if not passed:
            raise GitError("failed")
        count -= passed
