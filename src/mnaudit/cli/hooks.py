"""mnaudit hooks: git asks the scanner before each commit, without any other tool."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mnaudit.cli.words import BilingualCommand, BilingualGroup
from mnaudit.errors import ConfigurationError, ExitCode
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mnaudit.cli.console import Console
    from mnaudit.messages import Language
    from mnaudit.store.hooks import HookState

__all__ = ["command"]


def command(language: Language) -> click.Command:
    """Build the group."""
    repository = click.Option(
        ["--repo"],
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        default=Path(),
        help=phrase("help.hooks_repo", language),
    )
    callbacks = {"install": _install, "uninstall": _uninstall, "status": _status}
    return BilingualGroup(
        name="hooks",
        language=language,
        help=phrase("help.hooks", language),
        commands={
            name: BilingualCommand(
                name=name,
                language=language,
                help=phrase(f"help.hooks_{name}", language),
                params=[repository],
                callback=callback,
            )
            for name, callback in callbacks.items()
        },
    )


@click.pass_obj
def _install(console: Console, *, repo: Path) -> None:
    """Write the hooks; those that were there go on being called."""
    from mnaudit.load.git_hooks import hooks_folder
    from mnaudit.store.hooks import install

    python = sys.executable
    if not python:
        raise ConfigurationError("MN529")
    folder = hooks_folder(repo, os.environ)
    _tell(console, folder, install(folder, python, phrase("hooks.gone", console.language)))


@click.pass_obj
def _uninstall(console: Console, *, repo: Path) -> None:
    """Remove the hooks, and put back those that were there."""
    from mnaudit.load.git_hooks import hooks_folder
    from mnaudit.store.hooks import uninstall

    folder = hooks_folder(repo, os.environ)
    _tell(console, folder, uninstall(folder))


@click.pass_obj
def _status(console: Console, *, repo: Path) -> int:
    """Say what git would call; 1 if a hook is missing or broken."""
    from mnaudit.load.git_hooks import hooks_folder
    from mnaudit.store.hooks import State, hook_states

    folder = hooks_folder(repo, os.environ)
    states = hook_states(folder)
    _tell(console, folder, states)
    works = all(each.state in {State.INSTALLED, State.CHAINED} for each in states)
    return ExitCode.SATISFIED if works else ExitCode.NOT_SATISFIED


def _tell(console: Console, folder: Path, states: Sequence[HookState]) -> None:
    from mnaudit.report.sentences import visible

    for each in states:
        state = phrase(f"hooks.{each.state}", console.language)
        if each.keeps:
            state += phrase("hooks.keeps", console.language)
        path = visible((folder / each.name).as_posix())
        console.result(phrase("hooks.line", console.language, path=path, state=state))
