"""Real git repositories for tests: every commit with its own author, date and key."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Person", "Repository", "allowed_signers", "new_key", "new_repository"]

DATE: Final = "2026-03-01T09:00:00+0900"


@dataclass(frozen=True)
class Person:
    """Somebody who commits, with a key to sign if there is one."""

    name: str
    mail: str
    key: Path | None = None

    def __str__(self) -> str:
        return f"{self.name} <{self.mail}>"


@dataclass
class Repository:
    """A repository with an evidence folder."""

    root: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def evidence(self) -> Path:
        return self.root / "evidence"

    def git(self, *arguments: str, data: bytes = b"", **environ: str) -> str:
        """Run git; nothing of the machine's own configuration counts."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.root.parent),
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
                **self.environ,
                **environ,
            },
            input=data,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(done.stderr.decode())
        return done.stdout.decode().strip()

    def put(self, name: str, text: str | bytes) -> None:
        """Write an evidence file."""
        path = self.evidence / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, who: Person, message: str = "change", date: str = DATE) -> str:
        """Commit everything that is there, and return the id."""
        self.git("add", "--all")
        return self._commit(who, date, "commit", "--quiet", "--allow-empty", "-m", message)

    def submit(
        self, who: Person, name: str, text: str | bytes, message: str = "submit", date: str = DATE
    ) -> str:
        """Write a file and commit it."""
        self.put(name, text)
        return self.commit(who, message, date)

    def merge(self, who: Person, branch: str, message: str = "merge", date: str = DATE) -> str:
        """Merge a branch by a merge commit."""
        return self._commit(who, date, "merge", "--quiet", "--no-ff", "-m", message, branch)

    def _commit(self, who: Person, date: str, command: str, *arguments: str) -> str:
        signing = []
        if who.key is not None:
            signing = ["-c", "gpg.format=ssh", "-c", f"user.signingKey={who.key}"]
            arguments = ("-S", *arguments)
        self.git(
            *signing,
            command,
            *arguments,
            GIT_AUTHOR_NAME=who.name,
            GIT_AUTHOR_EMAIL=who.mail,
            GIT_AUTHOR_DATE=date,
            GIT_COMMITTER_NAME=who.name,
            GIT_COMMITTER_EMAIL=who.mail,
            GIT_COMMITTER_DATE=date,
        )
        return self.git("rev-parse", "HEAD")


def new_repository(root: Path, object_format: str = "sha1") -> Repository:
    """Make an empty repository."""
    root.mkdir(parents=True)
    repository = Repository(root)
    repository.git("init", "--quiet", "-b", "main", f"--object-format={object_format}")
    return repository


def new_key(folder: Path, name: str, kind: str = "ed25519") -> Path:
    """Make an SSH key without a passphrase, by ssh-keygen."""
    path = folder / f"NEVER-USE-{name}"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", name, "-f", str(path)], check=True
    )
    return path


def allowed_signers(path: Path, *people: Person, options: str = "") -> Path:
    """Write the keys of people as OpenSSH's allowed_signers."""
    lines = []
    for person in people:
        assert person.key is not None
        type_, key, *_ = person.key.with_name(f"{person.key.name}.pub").read_text().split()
        lines.append(" ".join(filter(None, (person.mail, options, type_, key))) + "\n")
    path.write_text("".join(lines))
    return path
