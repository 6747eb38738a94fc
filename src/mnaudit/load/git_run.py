"""Call git so that nothing of an untrusted repository is executed.

The configuration of a repository could name programs to be run (fsmonitor, filters, hooks,
``gpg.program``, ``core.sshCommand``). So no configuration of the user or the system is read, what
the repository sets is overruled, nothing is fetched, and callers only use commands that read
objects and the index, none that looks at the work tree.

Source: git-config(1), gitattributes(5), git(1) "Environment Variables".
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

__all__ = ["ENVIRONMENT", "Git", "GitError", "command_line", "find_git"]

_SECONDS: Final = 120
_NOWHERE: Final = os.devnull
_CONFIG: Final = (
    "core.attributesFile=",
    "core.commitGraph=false",  # a file that could tell other parents than the commits
    "core.fsmonitor=false",
    f"core.hooksPath={_NOWHERE}",
    "core.sshCommand=false",
    "core.alternateRefsCommand=false",
    "credential.helper=",
    "gpg.program=false",
    "gpg.ssh.program=false",
    "gpg.x509.program=false",
    "protocol.allow=never",
    # Nothing here runs what the repository asks for, so its owner does not matter; a checkout in
    # a container belongs to another user as a rule.
    "safe.directory=*",
)
ENVIRONMENT: Final = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": _NOWHERE,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_GRAFT_FILE": _NOWHERE,
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "PATH": os.defpath,
}
"""The whole environment of every call."""

_FROM_GIT: Final = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_WORK_TREE",
)
"""What git tells its hooks about the repository: a commit of single files has its own index."""


class GitError(Exception):
    """Git could not tell. ``reason`` is ``no git``, ``failed`` or ``took too long``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def find_git() -> str | None:
    """Return the absolute path of git; a relative one would be looked for in the repository."""
    program = shutil.which("git")
    return program if program is not None and Path(program).is_absolute() else None


def command_line(program: str, command: str, *arguments: str | bytes) -> list[str | bytes]:
    """Return the words of a call."""
    settings = [word for setting in _CONFIG for word in ("-c", setting)]
    return [program, "--no-pager", *settings, command, *arguments]


@dataclass(frozen=True, slots=True)
class Git:
    """Git in one folder.

    Attributes:
        folder: Anywhere in the repository.
        told: What of ``_FROM_GIT`` the caller's environment says, if git itself called us.
    """

    folder: Path
    told: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, environ: Mapping[str, str]) -> Git:
        """Take what git told its hook from the environment."""
        return cls(folder, {name: environ[name] for name in _FROM_GIT if name in environ})

    def run(self, command: str, *arguments: str | bytes, stdin: bytes = b"") -> bytes:
        """Run git and return what it wrote.

        Raises:
            GitError: There is no git, it failed, or it took too long.
        """
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program; every argument is ours
                self._words(command, *arguments),
                cwd=self.folder,
                env={**ENVIRONMENT, **self.told},
                input=stdin,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise GitError("took too long") from error
        except OSError as error:
            raise GitError("failed") from error
        if done.returncode:
            raise GitError("failed")
        return done.stdout

    @contextmanager
    def talk(self, command: str, *arguments: str | bytes) -> Iterator[subprocess.Popen[bytes]]:
        """Run git beside us for as long as the block lasts.

        Raises:
            GitError: There is no git, or it ended badly.
        """
        process = self._start(command, *arguments, stdin=subprocess.PIPE)
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        finally:
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):  # a question that nobody reads any more
                        stream.close()
            ended = process.wait()
        if ended:
            raise GitError("failed")

    def stream(self, command: str, *arguments: str | bytes) -> BinaryIO:
        """Run git and give what it writes as a file; reading fails if git does.

        Raises:
            GitError: There is no git.
        """
        process = self._start(command, *arguments, stdin=subprocess.DEVNULL)
        return cast("BinaryIO", io.BufferedReader(_Spoken(process), io.DEFAULT_BUFFER_SIZE * 8))

    def _start(self, command: str, *arguments: str | bytes, stdin: int) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 - a fixed program; every argument is ours
                self._words(command, *arguments),
                cwd=self.folder,
                env={**ENVIRONMENT, **self.told},
                stdin=stdin,
                stdout=subprocess.PIPE,
                # What git complains of may quote a file.
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise GitError("failed") from error

    def _words(self, command: str, *arguments: str | bytes) -> list[str | bytes]:
        program = find_git()
        if program is None:
            raise GitError("no git")
        return command_line(program, command, *arguments)


class _Spoken(io.RawIOBase):
    """What a process writes, to the end: if it fails, so does the last read."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # no other buffer comes
        out = cast("io.BufferedReader", self._process.stdout)
        count = out.readinto(buffer)
        if not count and self._process.wait():
            raise OSError("git")
        return count

    def close(self) -> None:
        if not self.closed:
            cast("io.BufferedReader", self._process.stdout).close()
            self._process.kill()
            self._process.wait()
        super().close()
