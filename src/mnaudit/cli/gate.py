"""mnaudit gate: may the pipeline proceed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mnaudit.cli.options import as_of_option, folder_argument, today
from mnaudit.cli.outcome import exit_code, fail_on_option, show_problems
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
        name="gate",
        language=language,
        help=phrase("help.gate", language),
        params=[
            folder_argument(language),
            as_of_option(language),
            controls_option(language),
            fail_on_option(language),
        ],
        callback=_gate,
    )


@click.pass_obj
def _gate(
    console: Console, *, evidence: Path, as_of: date | None, controls: Path | None, fail_on: str
) -> int:
    """Say in one line whether the demanded tiers are satisfied, and end accordingly."""
    from mnaudit.gate import FailOn, decide
    from mnaudit.pipeline import judge_folder

    judged = judge_folder(evidence, as_of or today(), rules_for(console, evidence, controls))
    show_problems(console, judged.validation, evidence)
    if judged.assessment is None:
        return ExitCode.INPUT
    decision = decide(judged.assessment, FailOn(fail_on))
    for tier, status in decision.failed:
        words = {"tier": phrase(f"gate.{tier}", console.language)}
        words["status"] = phrase(f"gate.{status}", console.language)
        console.result(phrase("gate.failed", console.language, **words))
    if decision.passed:
        said = phrase("gate.passed", console.language)
        if decision.waived:
            said += phrase("gate.with_waivers", console.language, count=decision.waived)
        console.result(said)
    return exit_code(judged, fail_on)
