"""Ask git where evidence comes from: six calls per run, however many files there are.

The repository is not trusted, see :mod:`mnaudit.load.git_run`. No command looks at the work tree:
``git status`` would run the filters of ``.gitattributes``. Whether a file is that of the commit is
computed here, from its bytes. Every call has a time limit.

Source: git-config(1), gitattributes(5), gitglossary(7) ("shallow repository", "pathspec").
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mnaudit.errors import InputError
from mnaudit.load.git_history import History, read_changes, read_graph
from mnaudit.load.git_run import ENVIRONMENT, command_line, find_git
from mnaudit.load.paths import check_paths, is_ignored, shown_path
from mnaudit.model.problem import problem
from mnaudit.model.provenance import Provenance, Remark, RepositoryProvenance
from mnaudit.signing.attribution import attribute
from mnaudit.signing.commits import object_id, read_commit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from mnaudit.load.git_history import Origin
    from mnaudit.model.document import SourceFile
    from mnaudit.model.problem import Problem
    from mnaudit.model.provenance import FileProvenance
    from mnaudit.signing.commits import Commit, ObjectFormat
    from mnaudit.signing.submitters import SubmitterKey

__all__ = ["read_provenance"]

_SECONDS: Final = 120
_ATTRIBUTES: Final = {
    # What may be told of an evidence file without any byte of it being changed by git.
    "text": {"unspecified", "unset"},
    "eol": {"unspecified", "unset"},
    "ident": {"unspecified", "unset"},
    "filter": {"unspecified", "unset"},
    "working-tree-encoding": {"unspecified", "unset"},
    "export-subst": {"unspecified", "unset"},
}
_REGULAR: Final = ("100644", "100755")
_ENTRY: Final = re.compile(rb"([0-7]{6}) [a-z]+ ([0-9a-f]+)\t(.*)", re.DOTALL)


def read_provenance(
    root: Path, files: Sequence[SourceFile], keys: Sequence[SubmitterKey] = ()
) -> Provenance:
    """Say of every evidence file where it comes from, or why that is not known.

    Args:
        root: The evidence folder.
        files: Its files, as they were read from it.
        keys: Who may submit and approve; without any, no signature is ``good``.

    Returns:
        Never guesses: a file that is changed, untracked or older than the history that is there
        has a remark instead of a provenance. Without git or a repository there is one remark.
    """
    try:
        return _Reading(root, files, keys).provenance()
    except _NoGitError as error:
        return Provenance(remarks=(Remark(code=error.code),))


class _NoGitError(Exception):
    """Nothing can be told. The code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Head:
    """The commit that is checked out, and the files of the folder in it."""

    commit: str
    format: ObjectFormat
    shallow: bool
    folder: bytes
    tracked: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Mode and object id by path, relative to the folder; names that are not UTF-8 as surrogates."""


class _Reading:
    """One run over one folder."""

    def __init__(
        self, root: Path, files: Sequence[SourceFile], keys: Sequence[SubmitterKey]
    ) -> None:
        self.root = root
        self.files = {file.path: file for file in files}
        self.keys = keys
        self.absent: dict[str, set[str]] = {}

    def provenance(self) -> Provenance:
        head = self.head()
        problems = [*self.traps(head), *self.attributes()]
        same = self.same(head)
        history = self.history(head)
        origins = {path: history.origin(head.folder + os.fsencode(path)) for path in same}
        commits = self.commits(origins.values(), head.format)
        found = {
            path: provenance
            for path, origin in origins.items()
            if (provenance := self.attributed(path, origin, history, commits)) is not None
        }
        dirty = any(code in self.absent for code in ("MN077", "MN078", "MN079"))
        if head.shallow:
            self.absent.setdefault("MN076", set())
        remarks = tuple(
            Remark(code=code, paths=tuple(sorted(paths)))
            for code, paths in sorted(self.absent.items())
        )
        repository = RepositoryProvenance(
            commit=head.commit,
            object_format=head.format,
            shallow=head.shallow,
            dirty=dirty,
            remarks=remarks,
        )
        return Provenance(repository, found, remarks, tuple(sorted(set(problems))))

    def head(self) -> _Head:
        """Find the repository and what is checked out."""
        asked = self.git(
            "rev-parse",
            "--is-inside-work-tree",
            "--is-shallow-repository",
            "--show-object-format",
            "HEAD^{commit}",
            "--show-prefix",
            refusal="MN072",
            partly=True,
        )
        # The prefix stands last: a folder may have a line break in its name.
        inside, shallow, format_, commit, prefix = (*asked.split(b"\n", 4), *[b""] * 5)[:5]
        if inside != b"true":
            raise _NoGitError("MN072")
        if commit == b"HEAD^{commit}" or not commit:
            raise _NoGitError("MN075")
        folder = prefix.removesuffix(b"\n")
        head = _Head(
            commit=commit.decode(),
            format="sha256" if format_ == b"sha256" else "sha1",
            shallow=shallow == b"true",
            folder=folder,
        )
        where = [folder] if folder else []
        listed = self.git("ls-tree", "-r", "-z", "--full-tree", "--", head.commit, *where)
        for entry in listed.split(b"\0")[:-1]:
            if found := _ENTRY.fullmatch(entry):
                path = os.fsdecode(found[3].removeprefix(folder))
                head.tracked[path] = found[1].decode(), found[2].decode()
        return head

    def traps(self, head: _Head) -> Iterator[Problem]:
        """Yield what the commit holds that would be other evidence on another system."""
        tracked = {path: mode for path, (mode, _) in head.tracked.items() if not is_ignored(path)}
        for path, mode in tracked.items():
            if mode not in _REGULAR:
                yield problem("MN071", shown_path(path), mode=mode)
        # Two names that are one elsewhere: there only one of them was checked out.
        yield from check_paths({*tracked, *self.files})

    def attributes(self) -> Iterator[Problem]:
        """Yield the files that git may change when it checks them out."""
        told = self.git(
            "check-attr",
            "-z",
            "--stdin",
            *_ATTRIBUTES,
            stdin=b"".join(os.fsencode(path) + b"\0" for path in self.files),
        ).split(b"\0")[:-1]
        for path, name, value in zip(told[::3], told[1::3], told[2::3], strict=True):
            if os.fsdecode(value) not in _ATTRIBUTES[name.decode()]:
                shown = shown_path(f"{os.fsdecode(name)}={os.fsdecode(value)}")
                yield problem("MN070", shown_path(os.fsdecode(path)), attribute=shown)

    def same(self, head: _Head) -> list[str]:
        """Return the files that are those of the commit, and note all others."""
        same = []
        for path, file in self.files.items():
            mode, id_ = head.tracked.get(path, ("", ""))
            if not id_:
                self.absent.setdefault("MN078", set()).add(path)
            elif mode not in _REGULAR or not _is_blob(file, id_, head.format):
                self.absent.setdefault("MN077", set()).add(path)
            else:
                same.append(path)
        for path in head.tracked.keys() - self.files.keys():
            if not is_ignored(path):
                self.absent.setdefault("MN079", set()).add(shown_path(path))
        return same

    def history(self, head: _Head) -> History:
        """Read all commits with their parents, and what each changed in the folder."""
        graph = read_graph(self.git("rev-list", "--topo-order", "--parents", head.commit))
        against = b"".join(
            b" ".join(os.fsencode(id_) for id_ in (commit, *parents[:1])) + b"\n"
            for commit, parents in graph.items()
        )
        how = ("--stdin", "-r", "-z", "--raw", "--root", "--no-renames", "--no-relative")
        changes = self.git("diff-tree", *how, "--", ".", stdin=against)
        return History(head.commit, graph, read_changes(changes))

    def commits(
        self, origins: Iterable[Origin | None], object_format: ObjectFormat
    ) -> dict[str, Commit]:
        """Read the commits that matter, each once; those that are not sound are left out."""
        wanted = sorted({id_ for origin in origins if origin for id_ in origin})
        answer = self.git(
            "cat-file", "--batch", stdin=b"".join(b"%s\n" % id_.encode() for id_ in wanted)
        )
        found = {}
        for id_ in wanted:
            head, _, answer = answer.partition(b"\n")
            words = head.split(b" ")
            if words[1:2] != [b"commit"]:
                continue
            size = int(words[2])
            commit = read_commit(id_, answer[:size], object_format)
            answer = answer[size + 1 :]
            if commit is not None:
                found[id_] = commit
        return found

    def attributed(
        self, path: str, origin: Origin | None, history: History, commits: dict[str, Commit]
    ) -> FileProvenance | None:
        """Return the provenance of a file, or note why there is none."""
        if origin is None or not {*origin} <= commits.keys():
            self.absent.setdefault("MN081", set()).add(path)
            return None
        commit, brought = commits[origin.commit], commits[origin.brought]
        if any(history.graph[each.id] != each.parents for each in (commit, brought)):
            # The history was cut here, so this commit only seems to have brought the file.
            self.absent.setdefault("MN080", set()).add(path)
            return None
        return attribute(commit, brought, self.keys)

    def git(
        self,
        command: str,
        *arguments: str | bytes,
        stdin: bytes = b"",
        refusal: str = "MN074",
        partly: bool = False,
    ) -> bytes:
        """Run git and return what it wrote.

        Raises:
            _NoGitError: There is no git (``MN073``), it failed (``refusal``), or took too long
                (``MN074``).
        """
        program = find_git()
        if program is None:
            raise _NoGitError("MN073")
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program; every argument is ours
                command_line(program, command, *arguments),
                cwd=self.root,
                env=ENVIRONMENT,
                input=stdin,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _NoGitError("MN074") from error
        if done.returncode and not (partly and done.stdout):
            raise _NoGitError(refusal)
        return done.stdout


def _is_blob(file: SourceFile, id_: str, object_format: ObjectFormat) -> bool:
    """Tell whether a file on disk is, byte for byte, what was committed."""
    try:
        return object_id("blob", file.read(), object_format) == id_
    except InputError:
        return False
