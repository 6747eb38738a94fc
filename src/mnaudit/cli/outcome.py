"""How a command ends: one table of exit codes for all commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mnaudit.cli.console import visible
from mnaudit.errors import ExitCode
from mnaudit.messages import phrase, severity

if TYPE_CHECKING:
    from pathlib import Path

    from mnaudit.cli.console import Console
    from mnaudit.messages import Language
    from mnaudit.model.verdict import Verdict
    from mnaudit.pipeline import Judged
    from mnaudit.validate.evidence import Validation

__all__ = ["exit_code", "fail_on_option", "input_code", "show_problems", "worse"]


def fail_on_option(language: Language) -> click.Option:
    """--fail-on, which tiers must be satisfied."""
    return click.Option(
        ["--fail-on"],
        type=click.Choice(["minimum", "optional"]),
        default="minimum",
        show_default=True,
        help=phrase("help.fail_on", language),
    )


def show_problems(console: Console, validation: Validation, root: Path) -> None:
    """Write all problems, and how many there are; with ``-v`` also what was left out."""
    console.problems(validation.problems, root)
    if console.verbose:
        for path in validation.ignored:
            console.say("validate.ignored", path=visible(path))
    if validation.problems:
        errors = sum(severity(p.code) == "error" for p in validation.problems)
        console.say(
            "validate.count",
            documents=len(validation.documents),
            unreadable=len(validation.unreadable),
            errors=errors,
            warnings=len(validation.problems) - errors,
        )


def input_code(validation: Validation) -> ExitCode:
    """Return how a command ends as far as the input goes."""
    wrong = any(severity(problem.code) == "error" for problem in validation.problems)
    if any(problem.code == "MN901" for problem in validation.problems):
        return ExitCode.INTERNAL
    return ExitCode.INPUT if wrong else ExitCode.SATISFIED


def exit_code(judged: Judged, fail_on: str, verdict: Verdict | None = None) -> ExitCode:
    """Return how a command that judges ends; broken trust wins, then input, then the gate."""
    from mnaudit.gate import FailOn, decide
    from mnaudit.model.verdict import Result

    if verdict is not None and verdict.result is not Result.VALID:
        return ExitCode.TRUST
    found = input_code(judged.validation)
    if found is not ExitCode.SATISFIED or judged.assessment is None:
        return found or ExitCode.INPUT
    decision = decide(judged.assessment, FailOn(fail_on))
    return ExitCode.SATISFIED if decision.passed else ExitCode.NOT_SATISFIED


def worse(refused: ExitCode | None, code: ExitCode) -> ExitCode:
    """Return how a command ends that was refused something: a number wins over bad input."""
    if refused is None or code is ExitCode.INTERNAL:
        return code
    return refused
