"""mnaudit report: the assessment in the format that its reader wants."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mnaudit.cli.options import as_of_option, folder_argument, today
from mnaudit.cli.outcome import input_code, show_problems
from mnaudit.cli.rules import controls_option, rules_for
from mnaudit.cli.words import BilingualCommand
from mnaudit.errors import ConfigurationError, ExitCode
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from datetime import date

    from mnaudit.cli.console import Console
    from mnaudit.messages import Language

__all__ = ["command"]


def command(language: Language) -> click.Command:
    """Build the command."""
    return BilingualCommand(
        name="report",
        language=language,
        help=phrase("help.report", language),
        params=[
            folder_argument(language),
            as_of_option(language),
            controls_option(language),
            click.Option(
                ["--format", "format_"],
                type=click.Choice(["text", "json", "markdown", "html"]),
                default="html",
                show_default=True,
                help=phrase("help.format", language),
            ),
            click.Option(
                ["-o", "--output"],
                type=click.Path(path_type=Path, dir_okay=False),
                help=phrase("help.output", language),
            ),
            click.Option(
                ["--report", "reports"],
                multiple=True,
                metavar="FORMAT=PATH",
                help=phrase("help.reports", language),
            ),
        ],
        callback=_report,
    )


@click.pass_obj
def _report(
    console: Console,
    *,
    evidence: Path,
    as_of: date | None,
    controls: Path | None,
    format_: str,
    output: Path | None,
    reports: tuple[str, ...],
) -> int:
    """Judge once and write every report that was asked for."""
    from mnaudit.pipeline import judge_folder, view
    from mnaudit.report import render
    from mnaudit.store.files import write

    targets = [_target(report) for report in reports]
    if output is not None:
        targets.append((format_, output))
    judged = judge_folder(evidence, as_of or today(), rules_for(console, evidence, controls))
    show_problems(console, judged.validation, evidence)
    if judged.assessment is None:
        return ExitCode.INPUT
    shown = view(judged, evidence.as_posix())
    rendered = [(path, render(name, shown, console.language)) for name, path in targets]
    for path, data in rendered:
        write(path, data)
        console.say("run.written", report=path.as_posix())
    if not targets:
        console.rendered(format_, render(format_, shown, console.language, marks=console.marks))
    return input_code(judged.validation)


def _target(report: str) -> tuple[str, Path]:
    """Read FORMAT=PATH; an unknown format is refused by ``render``."""
    name, mark, path = report.partition("=")
    if not mark or not path:
        raise ConfigurationError("MN012", detail=f"--report {report}")
    return name, Path(path)
