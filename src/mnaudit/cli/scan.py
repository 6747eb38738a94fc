"""mnaudit scan: did an Individual Number (個人番号) slip in?"""

from __future__ import annotations

import io
import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mnaudit.cli.scanning import scan_settings
from mnaudit.cli.words import BilingualCommand
from mnaudit.errors import ConfigurationError, ExitCode
from mnaudit.messages import phrase, phrases
from mnaudit.report.scan import SCAN_FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mnaudit.cli.console import Console
    from mnaudit.cli.scanning import ScanSettings
    from mnaudit.load.disk import Choice
    from mnaudit.load.git_run import Git
    from mnaudit.messages import Language
    from mnaudit.model.problem import Problem
    from mnaudit.model.scan_report import Finding, ScanReport
    from mnaudit.model.scan_source import ScanSource

__all__ = ["command"]

_EVERYTHING = "\0everything"
"""``--history`` without a revision; no revision can be called so."""
_STDIN = "-"
_MOST_JOBS = 8
_PROGRESS_EVERY = 50
_PICTURE = "MN503"
"""No program can tell, but a person can."""


class _Report(NamedTuple):
    """What ``--report`` asks for."""

    format: str
    path: Path


class _ReportPlace(click.ParamType[_Report]):
    """A format and a file, written FORMAT=FILE."""

    name = "FORMAT=FILE"

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,  # noqa: ARG002 - click's signature
        ctx: click.Context | None,  # noqa: ARG002
    ) -> _Report:
        """Read both before anything is scanned."""
        if isinstance(value, _Report):
            return value
        format_, _, path = value.partition("=")
        if format_ not in SCAN_FORMATS or not path:
            raise ConfigurationError("MN525", value=value, formats=", ".join(SCAN_FORMATS))
        return _Report(format_, Path(path))


def command(language: Language) -> click.Command:
    """Build the command."""
    return BilingualCommand(
        name="scan",
        language=language,
        help=phrase("help.scan", language),
        params=[
            click.Argument(
                ["paths"],
                nargs=-1,
                type=click.Path(path_type=Path, allow_dash=True),
                help=phrase("help.scan_paths", language),
            ),
            click.Option(["--staged"], is_flag=True, help=phrase("help.scan_staged", language)),
            click.Option(
                ["--history"],
                is_flag=False,
                flag_value=_EVERYTHING,
                metavar="[REV]",
                help=phrase("help.scan_history", language),
            ),
            click.Option(
                ["--commit-message", "message"],
                type=click.Path(path_type=Path, dir_okay=False),
                help=phrase("help.scan_commit_message", language),
            ),
            click.Option(["--stdin-name"], help=phrase("help.scan_stdin_name", language)),
            click.Option(
                ["--include"],
                multiple=True,
                metavar="GLOB",
                help=phrase("help.scan_include", language),
            ),
            click.Option(
                ["--exclude"],
                multiple=True,
                metavar="GLOB",
                help=phrase("help.scan_exclude", language),
            ),
            click.Option(
                ["--no-allow-list"], is_flag=True, help=phrase("help.scan_no_allow_list", language)
            ),
            click.Option(["--strict"], is_flag=True, help=phrase("help.scan_strict", language)),
            click.Option(
                ["--jobs"],
                type=click.IntRange(min=1),
                default=None,
                help=phrase("help.scan_jobs", language),
            ),
            click.Option(
                ["--format", "format_"],
                type=click.Choice(list(SCAN_FORMATS)),
                default="text",
                show_default=True,
                help=phrase("help.scan_format", language),
            ),
            click.Option(
                ["--report", "reports"],
                type=_ReportPlace(),
                multiple=True,
                help=phrase("help.scan_report", language),
            ),
        ],
        callback=_scan,
    )


@click.pass_obj
def _scan(
    console: Console,
    *,
    paths: tuple[Path, ...],
    staged: bool,
    history: str | None,
    message: Path | None,
    stdin_name: str | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    no_allow_list: bool,
    strict: bool,
    jobs: int | None,
    format_: str,
    reports: tuple[_Report, ...],
) -> int:
    """Look, tell where, and end with 5 if there is a number."""
    from mnaudit.load.disk import Choice
    from mnaudit.report.scan import render_scan
    from mnaudit.store.files import write

    _check_usage(paths, staged=staged, history=history, message=message, stdin_name=stdin_name)
    choice = Choice(include, exclude)
    chosen = _Chosen("paths", _of_paths(paths, stdin_name, choice))
    if staged:
        chosen = _staged(choice)
    elif history is not None:
        chosen = _history(None if history == _EVERYTHING else history, choice)
    elif message is not None:
        chosen = _Chosen("commit-message", _of_message(message))
    settings = scan_settings(
        allow_list=not no_allow_list, paths_from_top=staged or history is not None
    )
    report = _look(console, chosen, settings, jobs or min(os.cpu_count() or 1, _MOST_JOBS))
    problems = settings.problems(is_complete=_is_complete(chosen, paths, settings, choice))
    if settings.folder is not None:
        console.problems(map(partial(_in_words, console), problems), settings.folder)
    report = replace(report, problems=problems, left_out=choice.left_out, strict=strict)
    for each in reports:
        write(each.path, render_scan(each.format, report, console.language))
    console.rendered(format_, render_scan(format_, report, console.language))
    return _ended(report)


class _Chosen(NamedTuple):
    """What is scanned, what is known to be missing from it, and where its reviews stand."""

    what: str
    sources: Iterator[ScanSource]
    missing: Sequence[Finding] = ()
    git: Git | None = None


def _check_usage(
    paths: Sequence[Path],
    *,
    staged: bool,
    history: str | None,
    message: Path | None,
    stdin_name: str | None,
) -> None:
    """Refuse two things at once: the answer about one would look like that about the other."""
    asked = {
        "--staged": staged,
        "--history": history is not None,
        "--commit-message": message is not None,
        "PATH": bool(paths),
    }
    named = [name for name, is_asked in asked.items() if is_asked]
    if len(named) > 1:
        raise ConfigurationError("MN526", first=named[0], second=named[1])
    if stdin_name is not None and Path(_STDIN) not in paths:
        raise ConfigurationError("MN526", first="--stdin-name", second=(named or ["PATH"])[0])


def _of_paths(
    paths: Sequence[Path], stdin_name: str | None, choice: Choice
) -> Iterator[ScanSource]:
    from mnaudit.load.disk import files_below
    from mnaudit.model.scan_source import ScanSource

    yield from files_below([path for path in paths or [Path()] if path != Path(_STDIN)], choice)
    if Path(_STDIN) in paths:
        yield ScanSource(stdin_name or _STDIN, open=lambda: sys.stdin.buffer, named=True)


def _staged(choice: Choice) -> _Chosen:
    from mnaudit.load.git_blobs import read_staged

    git = _git()
    return _Chosen("staged", _meant(read_staged(git), choice), git=git)


def _history(revision: str | None, choice: Choice) -> _Chosen:
    """Return the history, and a finding of its own if it is cut off."""
    from mnaudit.load.git_blobs import is_cut_off, read_history
    from mnaudit.load.git_run import GitError

    git = _git()
    try:
        missing = [_missing("MN522", "shallow")] if is_cut_off(git, revision) else []
    except GitError as error:
        raise ConfigurationError("MN521", revision=revision or "HEAD") from error
    return _Chosen("history", _meant(read_history(git, revision), choice), missing, git)


def _git() -> Git:
    """Return git in this folder; what git told its hook counts."""
    from mnaudit.load.git_run import Git, GitError

    git = Git.of(Path(), os.environ)
    try:
        git.run("rev-parse", "--git-dir")
    except GitError as error:
        raise ConfigurationError("MN520", path=Path.cwd().as_posix()) from error
    return git


def _missing(code: str, reason: str) -> Finding:
    from mnaudit.model.scan import Place
    from mnaudit.model.scan_report import Finding

    return Finding(code, "error", "unreadable", Place("", part="history"), reason)


def _meant(sources: Iterable[ScanSource], choice: Choice) -> Iterator[ScanSource]:
    """Leave out what ``--include`` and ``--exclude`` do not mean; messages have no name."""
    for source in sources:
        if source.part not in {None, "file name"} or choice.takes(source.path):
            yield source


def _of_message(path: Path) -> Iterator[ScanSource]:
    """Give the message as git will keep it."""
    from mnaudit.load.disk import files_below
    from mnaudit.load.git_message import kept_message
    from mnaudit.model.scan_source import ScanSource

    for file in files_below([path]):
        if file.open is None:
            yield file
            continue
        with file.open() as opened:
            # githooks(5): without an editor, git keeps every line that was given.
            data = kept_message(opened.read(), edited=os.environ.get("GIT_EDITOR") != ":")
        yield ScanSource(
            file.path, "commit message", size=len(data), open=partial(io.BytesIO, data)
        )


def _in_words(console: Console, found: Problem) -> Problem:
    """Return a problem whose id of a reason is said in words."""
    words = phrases("scan_settings", console.language)
    values = ((name, words.get(str(value), value)) for name, value in found.values)
    return replace(found, values=tuple(values))


def _is_complete(
    chosen: _Chosen, paths: Sequence[Path], settings: ScanSettings, choice: Choice
) -> bool:
    """Tell whether everything below the settings was scanned."""
    if settings.folder is None or chosen.what != "paths" or choice.left_out:
        return False
    return any(settings.folder.is_relative_to(path.absolute()) for path in paths or [Path()])


def _look(console: Console, chosen: _Chosen, settings: ScanSettings, jobs: int) -> ScanReport:
    """Scan everything; git that ends in the middle is a finding, not an end."""
    from mnaudit.load.git_run import GitError
    from mnaudit.model.scan_report import ScanReport
    from mnaudit.scan import findings, scan_sources

    found = list(chosen.missing)
    looked_at = bytes_read = 0
    progress = _Progress(console)
    reviews = _Reviews(chosen.git)
    try:
        scanned = scan_sources(chosen.sources, settings.rules, jobs, allows=settings.allows)
        for source, result in scanned:
            told = findings(source, result, settings.rules)
            found += (each for each in told if each.code != _PICTURE or not reviews.has(source))
            looked_at += 1
            bytes_read += result.bytes_read
            progress.show(looked_at)
    except GitError:
        found.append(_missing("MN528", "git"))
    finally:
        progress.clear()
    return ScanReport(chosen.what, tuple(found), looked_at, bytes_read)


class _Reviews:
    """Which pictures a person has looked at; asked only if there is one."""

    def __init__(self, git: Git | None) -> None:
        self._git = git
        self._digests: dict[str, frozenset[str]] = {}

    def has(self, source: ScanSource) -> bool:
        """Tell whether the evidence says who looked at these bytes."""
        from mnaudit.load.reviews import digest_of

        if source.open is None or source.part is not None or source.path == _STDIN:
            return False
        try:
            reviewed = self._reviewed(source)
            if not reviewed:
                return False
            with source.open() as file:
                return digest_of(file) in reviewed
        except OSError:
            return False

    def _reviewed(self, source: ScanSource) -> frozenset[str]:
        from mnaudit.load.git_blobs import read_documents
        from mnaudit.load.reviews import documents_above, reviewed_digests

        folder = "" if self._git is not None else Path(source.path).parent.as_posix()
        if folder not in self._digests:
            documents = (
                documents_above(Path(source.path))
                if self._git is None
                else read_documents(self._git)
            )
            self._digests[folder] = reviewed_digests(documents)
        return self._digests[folder]


class _Progress:
    """How far it is, on a terminal only."""

    def __init__(self, console: Console) -> None:
        self._language = console.language
        self._is_shown = sys.stderr.isatty() and not console.quiet

    def show(self, done: int) -> None:
        if self._is_shown and done % _PROGRESS_EVERY == 0:
            told = phrase("scan.progress", self._language, done=done)
            click.echo(f"\r\x1b[K{told}", err=True, nl=False)

    def clear(self) -> None:
        if self._is_shown:
            click.echo("\r\x1b[K", err=True, nl=False)


def _ended(report: ScanReport) -> ExitCode:
    """Return how the command ends; a number wins over what could not be read."""
    from mnaudit.model.scan_report import Outcome

    if report.outcome is Outcome.FOUND:
        return ExitCode.PRIVACY
    if report.outcome is Outcome.UNREADABLE:
        return ExitCode.INPUT
    # A list that has no effect is a warning.
    return ExitCode.USAGE if report.strict and report.problems else ExitCode.SATISFIED
