"""Read an evidence folder: every file once, in one pass, and nothing outside of it.

No link is followed, no device is opened, and names must be safe on every system. A file that
cannot be taken is a problem and never stops the rest. Between two readings a file may change:
:attr:`SourceFile.read` compares the digest, so that what is signed is what was judged.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, normpath
from typing import TYPE_CHECKING, Final

from mnaudit.errors import ConfigurationError, InputError
from mnaudit.load.documents import is_document, read_document
from mnaudit.load.paths import check_paths, is_ignored, shown_path, with_parents
from mnaudit.model.document import Document, SourceFile, Tree
from mnaudit.model.problem import Problem, problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mnaudit.model.problem import Value

__all__ = ["MAX_FILE_BYTES", "read_documents", "read_files", "read_folder"]

MAX_FILE_BYTES: Final = 20 * 1024 * 1024

_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)  # Windows: no translation of line breaks
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)  # a link put there since we looked
    | getattr(os, "O_NONBLOCK", 0)  # a FIFO put there since we looked
)


def read_folder(root: Path) -> Tree:
    """Read all of an evidence folder.

    Raises:
        ConfigurationError: There is no such folder, or it cannot be opened (``MN002``).
    """
    try:
        os.scandir(root).close()
    except OSError as error:
        raise ConfigurationError("MN002", path=str(root)) from error
    found = _Found()
    found.walk(str(root), "")
    return _tree(found, lambda path: _read(str(root), path))


def read_documents(root: Path, paths: Sequence[Path]) -> Tree:
    """Read some files of an evidence folder, and the attachments that they name.

    Args:
        root: The evidence folder.
        paths: Files, or folders of files, below ``root``.

    Raises:
        ConfigurationError: One of them is not there, or not below ``root`` (``MN002``).
    """
    top = os.path.abspath(root)  # noqa: PTH100 - resolve() would follow links
    found = _Found()
    for path in sorted(set(paths)):
        full = os.path.abspath(path)  # noqa: PTH100
        if not full.startswith(top + os.sep) or not os.path.lexists(full):
            raise ConfigurationError("MN002", path=str(path))
        found.add(top, Path(full[len(top) + 1 :]).as_posix())
    tree = _tree(found, lambda path: _read(top, path))
    for attachment in _attachments(tree.documents):
        place = Path(top, attachment)
        if os.path.lexists(place) and not place.is_dir():
            found.add(top, attachment)
    return _tree(found, lambda path: _read(top, path))


def read_files(files: Iterable[SourceFile]) -> Tree:
    """Read files that come from elsewhere, such as a bundle, by the rules of a folder."""
    found = _Found()
    by_path: dict[str, SourceFile] = {}
    for file in files:
        by_path[file.path] = file
        (found.ignored if is_ignored(file.path) else found.files).append(file.path)

    def take(path: str) -> tuple[SourceFile, bytes]:
        file = by_path[path]
        _check_size(path, file.size)
        return file, file.read() if is_document(path) else b""

    return _tree(found, take)


@dataclass(slots=True)
class _Found:
    """Paths by what can be done with them."""

    files: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def walk(self, root: str, folder: str) -> None:
        """Sort everything below a folder; ``folder`` is empty or ends with a slash."""
        todo = [folder]
        while todo:
            folder = todo.pop()
            try:
                with os.scandir(f"{root}/{folder}") as entries:
                    for entry in entries:
                        self._sort(entry, folder + entry.name, todo)
            except OSError:
                shown = shown_path(folder.rstrip("/"))
                self.problems.append(_refusal(shown, "MN119", {"path": shown}))

    def _sort(self, entry: os.DirEntry[str], path: str, todo: list[str]) -> None:
        if is_ignored(path):
            self.ignored.append(path)
        elif entry.is_dir(follow_symlinks=False):
            todo.append(f"{path}/")
        elif entry.is_file(follow_symlinks=False):
            self.files.append(path)
        else:
            self.problems.append(problem("MN120", shown_path(path)))

    def add(self, root: str, path: str) -> None:
        """Sort one path that is there, or everything below it."""
        modes = [os.lstat(f"{root}/{part}").st_mode for part in with_parents(path)]
        if is_ignored(path):
            self.ignored.append(path)
        elif any(stat.S_ISLNK(mode) for mode in modes):
            self.problems.append(problem("MN120", shown_path(path)))
        elif stat.S_ISDIR(modes[-1]):
            self.walk(root, f"{path}/")
        elif stat.S_ISREG(modes[-1]):
            self.files += [path] if path not in self.files else []
        else:
            self.problems.append(problem("MN120", shown_path(path)))


@dataclass(frozen=True, slots=True)
class _Reread:
    """Reads a file again; a class, so that it can be sent to another process."""

    root: str
    path: str
    sha256: str

    def __call__(self) -> bytes:
        data = _bytes(self.root, self.path)
        if sha256(data).hexdigest() != self.sha256:
            raise InputError("MN119", path=self.path)
        return data


def _tree(found: _Found, take: Callable[[str], tuple[SourceFile, bytes]]) -> Tree:
    """Take every file with a sound name, parse the documents, and gather what went wrong."""
    problems = [*found.problems, *check_paths(found.files)]
    refused = {each.path for each in problems}
    files: list[SourceFile] = []
    documents: list[Document] = []
    # Code points sort as their UTF-8 does: the order of the manifest.
    for path in sorted(path for path in set(found.files) if shown_path(path) not in refused):
        try:
            file, data = take(path)
        except InputError as error:
            problems.append(_refusal(path, error.code, error.values))
            continue
        files.append(file)
        if is_document(path):
            document = read_document(file, data)
            if isinstance(document, Document):
                documents.append(document)
            else:
                problems += document
    return Tree(
        files=tuple(files),
        documents=tuple(documents),
        problems=tuple(sorted(set(problems))),
        ignored=tuple(sorted({shown_path(path) for path in found.ignored})),
    )


def _read(root: str, path: str) -> tuple[SourceFile, bytes]:
    data = _bytes(root, path)
    digest = sha256(data).hexdigest()
    return SourceFile(path, len(data), digest, _Reread(root, path, digest)), data


def _bytes(root: str, path: str) -> bytes:
    """Read a whole regular file.

    Raises:
        InputError: It cannot be read or is no longer a regular file (``MN119``), or it is too
            large (``MN124``).
    """
    try:
        descriptor = os.open(f"{root}/{path}", _FLAGS)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise InputError("MN119", path=path)
            _check_size(path, status.st_size)
            data = os.read(
                descriptor, status.st_size + 1
            )  # a large buffer costs more than it saves
        finally:
            os.close(descriptor)
    except OSError as error:
        raise InputError("MN119", path=path) from error
    if len(data) != status.st_size:
        raise InputError("MN119", path=path)
    return data


def _check_size(path: str, size: int) -> None:
    if size > MAX_FILE_BYTES:
        raise InputError("MN124", path=path, size=size, limit=MAX_FILE_BYTES)


def _refusal(path: str, code: str, values: Mapping[str, Value]) -> Problem:
    return Problem(path, 0, 0, code, tuple(sorted(values.items())))


def _attachments(documents: Iterable[Document]) -> Iterator[str]:
    """Yield the paths that documents declare, whether or not anything is there."""
    for document in documents:
        declared = document.value.get("attachments")
        for attachment in declared if isinstance(declared, list) else ():
            path = attachment.get("path") if isinstance(attachment, dict) else None
            if isinstance(path, str):
                full = normpath(f"{dirname(document.path)}/{path}").removeprefix("/")
                if not full.startswith("..") and "\0" not in full:
                    yield full
