"""The commands: the only part that reads the clock, the environment and the terminal.

Every command lives in a module of its own and is imported only when it is called, so that
``--help`` starts fast. A command ends with an exit code of :class:`mnaudit.errors.ExitCode`; an
unexpected exception ends with 70 and never with 0.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import click

from mnaudit import __version__
from mnaudit.cli.console import Console, language_of
from mnaudit.cli.words import BilingualGroup, usage_problem
from mnaudit.errors import ExitCode, MnauditError
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mnaudit.messages import Language

__all__ = ["COMMANDS", "cli", "main"]

COMMANDS = (
    "run",
    "validate",
    "assess",
    "gate",
    "attest",
    "bundle",
    "verify",
    "report",
    "explain",
    "keys",
    "trust",
    "log",
    "witness",
    "verify-page",
    "scan",
    "hooks",
    "redact",
    "schema",
    "demo",
    "catalog",
    "risk",
    "deadline",
    "sources",
)
"""In the order of the work; each is the name of a module of this package, with ``_`` for ``-``."""


class LazyGroup(BilingualGroup):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of the command and let it build the command in the language."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"mnaudit.cli.{cmd_name.replace('-', '_')}")
        return cast("click.Command", module.command(self.language))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing any of them."""
        with formatter.section(phrase("help.commands", self.language)):
            formatter.write_dl([(name, phrase(f"help.{name}", self.language)) for name in COMMANDS])


def cli(language: Language) -> click.Group:
    """Build the root command in one language."""
    return LazyGroup(
        name="mnaudit",
        language=language,
        help=phrase("help.root", language),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        params=[
            click.Option(
                ["--lang"],
                type=click.Choice(["ja", "en"]),
                expose_value=False,
                help=phrase("help.lang", language),
            ),
            click.Option(
                ["--color"],
                type=click.Choice(["auto", "always", "never"]),
                default="auto",
                help=phrase("help.color", language),
            ),
            click.Option(["-q", "--quiet"], is_flag=True, help=phrase("help.quiet", language)),
            click.Option(["-v", "--verbose"], is_flag=True, help=phrase("help.verbose", language)),
            click.Option(
                ["-C", "folder"],
                type=click.Path(exists=True, file_okay=False),
                help=phrase("help.folder", language),
            ),
            click.Option(
                ["--version"],
                is_flag=True,
                expose_value=False,
                is_eager=True,
                callback=_print_version,
                help=phrase("help.version", language),
            ),
        ],
        callback=_prepare(language),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and leave with its exit code."""
    argv = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        # A cp932 or ASCII console must not end the program over one character.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_run(argv))


def _run(argv: list[str]) -> int:
    language = language_of(argv, os.environ)
    root: click.Context | None = None

    def complain(code: str, values: Mapping[str, str | int]) -> None:
        told = None if root is None else root.find_object(Console)
        (told or Console(language, environ=os.environ)).complain(code, values)

    try:
        # Not `main`: it would end with 1, "not satisfied", when the reader of a pipe goes away.
        with cli(language).make_context("mnaudit", argv) as root:
            result: Any = root.command.invoke(root)
    except (click.exceptions.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.ctx.get_help(), err=True)
        return ExitCode.USAGE
    except click.ClickException as wrong:
        complain(*usage_problem(wrong, language))
        return ExitCode.USAGE
    except MnauditError as error:
        complain(error.code, error.values)
        return error.exit_code
    except BrokenPipeError:
        # The reader of a pipe went away (`mnaudit … | head`): nothing is wrong with the input.
        # What is still to be written goes nowhere, so that leaving does not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.INTERRUPTED
    # A crash must never end with 0, 1 or a bare traceback; a panic of Rust is no Exception.
    except BaseException as error:  # noqa: BLE001
        complain("MN900", {"error": type(error).__name__})
        if "MNAUDIT_DEBUG" in os.environ:
            import_module("traceback").print_exc()
        return ExitCode.INTERNAL
    return result if isinstance(result, int) else ExitCode.SATISFIED


def _prepare(language: Language) -> Any:
    @click.pass_context
    def callback(
        ctx: click.Context, *, color: str, quiet: bool, verbose: bool, folder: str | None
    ) -> None:
        if folder is not None:
            os.chdir(folder)
        ctx.obj = Console(language, environ=os.environ, color=color, quiet=quiet, verbose=verbose)

    return callback


def _print_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001
    if value and not ctx.resilient_parsing:
        click.echo(f"mnaudit {__version__}")
        ctx.exit()
