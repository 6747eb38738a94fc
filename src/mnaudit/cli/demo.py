"""mnaudit demo: a sample company, judged and signed, in one minute."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mnaudit.cli.words import BilingualCommand
from mnaudit.errors import ConfigurationError
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from mnaudit.cli.console import Console
    from mnaudit.messages import Language

__all__ = ["command"]

_AS_OF = date(2026, 3, 31)
"""The day of the sample company: the end of its fiscal year."""


def command(language: Language) -> click.Command:
    """Build the command."""
    return BilingualCommand(
        name="demo",
        language=language,
        help=phrase("help.demo", language),
        params=[
            click.Argument(
                ["folder"],
                type=click.Path(path_type=Path),
                default=Path("mnaudit-demo"),
                required=False,
                help=phrase("help.demo_folder", language),
            )
        ],
        callback=_demo,
    )


@click.pass_context
def _demo(ctx: click.Context, *, folder: Path) -> int:
    """Copy the sample company and run the whole pipeline over it."""
    from mnaudit.cli.run import command as run
    from mnaudit.errors import ExitCode
    from mnaudit.load.shipped import shipped
    from mnaudit.store.files import copy_tree, is_empty

    console: Console = ctx.obj
    if not is_empty(folder):
        raise ConfigurationError("MN001", path=str(folder))
    evidence = folder / "evidence"
    copy_tree(shipped("evidence"), evidence)
    # The file that closes the gap, where the sample's README says it is.
    copy_tree(shipped("sample"), folder / "docs" / "sample")
    console.say("demo.copied", folder=folder.as_posix())
    code = ctx.invoke(
        run(console.language),
        evidence=evidence,
        as_of=_AS_OF,
        out=folder / "out",
        controls=None,
        key=None,
        fail_on="minimum",
        cross_check=False,
    )
    console.say("demo.next", folder=folder.as_posix(), as_of=_AS_OF.isoformat())
    # The gap is part of the sample: showing it is what the demo is for.
    return ExitCode.SATISFIED if code == ExitCode.NOT_SATISFIED else int(code)
