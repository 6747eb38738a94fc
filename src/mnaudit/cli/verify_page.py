"""mnaudit verify-page: the page by which an auditor verifies in her browser."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mnaudit.cli.words import BilingualCommand
from mnaudit.errors import ExitCode
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from mnaudit.cli.console import Console
    from mnaudit.messages import Language

__all__ = ["command"]


def command(language: Language) -> click.Command:
    """Build the command."""
    return BilingualCommand(
        name="verify-page",
        language=language,
        help=phrase("help.verify-page", language),
        params=[
            click.Option(
                ["-o", "--output"],
                type=click.Path(path_type=Path, dir_okay=False),
                default=Path("verify.html"),
                show_default=True,
                help=phrase("help.verify_page_output", language),
            )
        ],
        callback=_verify_page,
    )


@click.pass_obj
def _verify_page(console: Console, *, output: Path) -> int:
    """Write the page, and print its digest as ``sha256sum`` does, to be published."""
    from mnaudit.report.verification_page import verification_page
    from mnaudit.store.files import write

    data = verification_page().encode()
    write(output, data)
    console.say("verify_page.written", page=output.as_posix())
    console.result(f"{sha256(data).hexdigest()}  {output.as_posix()}")
    return ExitCode.SATISFIED
