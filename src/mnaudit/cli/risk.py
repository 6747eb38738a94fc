"""mnaudit risk: the risk-analysis sheet of an organization, or of a process example."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mnaudit.cli.options import as_of_option, today
from mnaudit.cli.outcome import input_code, show_problems
from mnaudit.cli.rules import controls_option, rules_for
from mnaudit.cli.words import BilingualCommand
from mnaudit.errors import ExitCode
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from datetime import date

    from mnaudit.cli.console import Console
    from mnaudit.messages import Language
    from mnaudit.model.risk import Example, Pattern, Risks, Stage
    from mnaudit.report.risk_page import RiskView

__all__ = ["command"]


def command(language: Language) -> click.Command:
    """Build the command."""
    return BilingualCommand(
        name="risk",
        language=language,
        help=phrase("help.risk", language),
        params=[
            click.Argument(["evidence"], type=click.Path(path_type=Path), required=False),
            as_of_option(language),
            controls_option(language),
            click.Option(
                ["--example"],
                type=click.Choice([str(no) for no in range(1, 8)]),
                help=phrase("help.risk_example", language),
            ),
            click.Option(
                ["--format", "format_"],
                type=click.Choice(["text", "markdown", "json", "html"]),
                default="text",
                show_default=True,
                help=phrase("help.format", language),
            ),
            click.Option(
                ["-o", "--output"],
                type=click.Path(path_type=Path, dir_okay=False),
                help=phrase("help.output", language),
            ),
        ],
        callback=_risk,
    )


@click.pass_obj
def _risk(
    console: Console,
    *,
    evidence: Path | None,
    as_of: date | None,
    controls: Path | None,
    example: str | None,
    format_: str,
    output: Path | None,
) -> int:
    """Judge, read the sheet off, and leave the gate to others: exit 0 unless the input is invalid."""
    from mnaudit.load.shipped import shipped
    from mnaudit.load.tables import read_processes, read_risks
    from mnaudit.report.risk_page import render_risk
    from mnaudit.store.files import write

    data_folder = shipped("controls")
    risks = read_risks(data_folder)
    preset = None if example is None else read_processes(data_folder).example(int(example))
    if preset is not None and evidence is None:
        view, code = _template(risks, preset), ExitCode.SATISFIED
    else:
        from mnaudit.pipeline import assess_risk, judge_folder
        from mnaudit.report.risk_page import RiskView

        folder = evidence or Path("evidence")
        judged = judge_folder(folder, as_of or today(), rules_for(console, folder, controls))
        show_problems(console, judged.validation, folder)
        if judged.assessment is None:
            return ExitCode.INPUT
        in_use, number = (None, None) if preset is None else (_stages(preset), preset.no)
        sheet = assess_risk(judged, risks, in_use=in_use, example=number)
        view = RiskView(sheet, risks, judged.rules.catalog, preset)
        code = input_code(judged.validation)
    data = render_risk(format_, view, console.language, marks=console.marks)
    if output is None:
        console.rendered(format_, data)
    else:
        write(output, data)
        console.say("run.written", report=output.as_posix())
    return code


def _template(risks: Risks, example: Example) -> RiskView:
    """Return the sheet of an example, with nothing assessed."""
    from mnaudit.assess.risk import States, check_references, risk_sheet
    from mnaudit.assess.risk_answers import answer_questions
    from mnaudit.pipeline import shipped_rules
    from mnaudit.report.risk_page import RiskView

    catalog = shipped_rules().catalog
    check_references(risks, catalog)
    answers = answer_questions(risks, catalog, States())
    sheet = risk_sheet(risks, _stages(example), answers=answers, example=example.no)
    return RiskView(sheet, risks, catalog, example)


def _stages(example: Example) -> dict[Stage, tuple[Pattern, ...]]:
    return {stage: how.patterns for stage, how in example.stages.items()}
