"""By which rules? The catalog that came with the program, and the company's own tailoring."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mnaudit.errors import ConfigurationError
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from mnaudit.cli.console import Console
    from mnaudit.messages import Language
    from mnaudit.pipeline import Rules

__all__ = ["controls_option", "rules_for"]


def controls_option(language: Language) -> click.Option:
    """--controls, the folder of a company's tailoring."""
    return click.Option(
        ["--controls"],
        type=click.Path(path_type=Path, file_okay=False),
        help=phrase("help.controls", language),
    )


def rules_for(console: Console, evidence: Path, controls: Path | None) -> Rules:
    """Return the rules for an evidence folder.

    A tailoring is ``controls/`` beside the folder, or the one that was named. That it is used is
    always said; if anything in it is wrong, everything wrong is told and nothing is judged.

    Raises:
        ConfigurationError: The tailoring cannot be used (``MN340``, ``MN347``).
    """
    from mnaudit.load.overlay import find_overlay
    from mnaudit.pipeline import shipped_rules, tailor_rules

    rules = shipped_rules()
    folder = controls or find_overlay(evidence)
    if folder is None:
        return rules
    tailored, problems = tailor_rules(rules, folder)
    if problems:
        console.problems(problems, folder)
        first, *others = problems
        place = f"{first.path}:{first.line}:{first.column}"
        raise ConfigurationError("MN347", path=place, reason=first.code, more=len(others))
    console.say("run.tailored", folder=folder.as_posix())
    return tailored
