"""mnaudit assess: what does the evidence show, control by control?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mnaudit.cli.options import as_of_option, cross_check_option, folder_argument, today
from mnaudit.cli.outcome import input_code, show_problems
from mnaudit.cli.rules import controls_option, rules_for
from mnaudit.cli.words import BilingualCommand
from mnaudit.errors import ExitCode
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from mnaudit.cli.console import Console
    from mnaudit.messages import Language

__all__ = ["command"]


def command(language: Language) -> click.Command:
    """Build the command."""
    return BilingualCommand(
        name="assess",
        language=language,
        help=phrase("help.assess", language),
        params=[
            folder_argument(language),
            as_of_option(language),
            controls_option(language),
            click.Option(
                ["--format", "format_"],
                type=click.Choice(["text", "json", "markdown"]),
                default="text",
                show_default=True,
                help=phrase("help.format", language),
            ),
            cross_check_option(language),
        ],
        callback=_assess,
    )


@click.pass_obj
def _assess(
    console: Console,
    *,
    evidence: Path,
    as_of: date | None,
    controls: Path | None,
    format_: str,
    cross_check: bool,
) -> int:
    """Judge, show, and leave the gate to others: exit 0 unless the input is invalid."""
    from mnaudit.pipeline import judge_folder, view
    from mnaudit.report import render

    judged = judge_folder(
        evidence, as_of or today(), rules_for(console, evidence, controls), cross_check=cross_check
    )
    show_problems(console, judged.validation, evidence)
    if judged.assessment is None:
        return ExitCode.INPUT
    shown = view(judged, evidence.as_posix())
    console.rendered(format_, render(format_, shown, console.language, marks=console.marks))
    return input_code(judged.validation)
