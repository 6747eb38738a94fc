"""mnaudit verify: is this bundle what it says, and by whom?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mnaudit.cli.console import grouped, visible
from mnaudit.cli.words import BilingualCommand
from mnaudit.errors import ExitCode
from mnaudit.messages import entry, join, phrase, phrases

if TYPE_CHECKING:
    from mnaudit.cli.console import Console
    from mnaudit.messages import Language
    from mnaudit.model.verdict import Verdict

__all__ = ["command"]

NOT_CHECKED = "MN439"
"""The code of a check that was not made because one before it did not pass."""


def command(language: Language) -> click.Command:
    """Build the command."""
    return BilingualCommand(
        name="verify",
        language=language,
        help=phrase("help.verify", language),
        params=[
            click.Argument(
                ["bundle"],
                type=click.Path(path_type=Path),
                help=phrase("help.bundle", language),
            ),
            click.Option(["--pin"], help=phrase("help.pin", language)),
            click.Option(
                ["--format", "format_"],
                type=click.Choice(["text", "json"]),
                default="text",
                show_default=True,
                help=phrase("help.format", language),
            ),
        ],
        callback=_verify,
    )


@click.pass_obj
def _verify(console: Console, *, bundle: Path, pin: str | None, format_: str) -> int:
    """Name every check and the verdict; exit 0 only for VALID."""
    from mnaudit.model.verdict import Result
    from mnaudit.pipeline import shipped_rules, verify
    from mnaudit.signing.keys import parse_pin

    pinned = None if pin is None else parse_pin(pin)
    verdict, _ = verify(bundle, pin=pinned, rules=shipped_rules())
    if format_ == "json":
        console.rendered("json", _as_json(verdict, bundle))
    else:
        for line in _as_text(verdict, console):
            console.result(visible(line))  # a bundle may hold names that deceive
    return ExitCode.SATISFIED if verdict.result is Result.VALID else ExitCode.TRUST


def _as_text(verdict: Verdict, console: Console) -> list[str]:
    marks = phrases(f"marks_{console.marks}", console.language)
    names = phrases("checks", console.language)
    lines = []
    skipped = [names[check.id] for check in verdict.checks if check.code == NOT_CHECKED]
    for check in verdict.checks:
        if check.code == NOT_CHECKED:
            continue
        line = f"{marks[check.outcome]} {names[check.id]}"
        if check.code is not None:
            sentences = entry(check.code, console.language)
            line += f"  [{check.code}] {sentences['text'].format(**check.values)}"
            remedy = sentences["remedy"].format(**check.values)
            lines += [line, f"    {phrase('console.remedy', console.language)}: {remedy}"]
        else:
            lines.append(line)
    if skipped:
        listed = join(skipped, console.language)
        lines.append(phrase("verify.skipped", console.language, checks=listed))
    if verdict.status is not None:
        organization = verdict.status["organization"]
        lines += [
            "",
            phrase(
                "verify.status",
                console.language,
                name=organization["name"],
                number=organization["corporate_number"],
                as_of=verdict.status["as_of"],
                minimum=phrase(
                    f"gate.{verdict.status['tiers']['minimum']['status']}", console.language
                ),
                optional=phrase(
                    f"gate.{verdict.status['tiers']['optional']['status']}", console.language
                ),
            ),
        ]
    if verdict.fingerprint is not None:
        shown = grouped(verdict.fingerprint)
        lines.append(phrase("verify.fingerprint", console.language, fingerprint=shown))
    lines.append(phrase(f"verify.{verdict.result}", console.language))
    return lines


def _as_json(verdict: Verdict, bundle: Path) -> bytes:
    import orjson

    value = {
        "schema": "mnaudit/verdict@1",
        "bundle": bundle.name,
        **verdict.model_dump(mode="json", exclude_none=True),
    }
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
