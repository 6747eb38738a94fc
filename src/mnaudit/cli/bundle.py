"""mnaudit bundle: show a part of the evidence of a bundle to somebody, with proof."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mnaudit.cli.console import visible
from mnaudit.cli.options import out_option
from mnaudit.cli.words import BilingualCommand
from mnaudit.errors import ExitCode
from mnaudit.messages import join, phrase

if TYPE_CHECKING:
    from mnaudit.cli.console import Console
    from mnaudit.messages import Language
    from mnaudit.pipeline.partial import Part

__all__ = ["command"]


def command(language: Language) -> click.Command:
    """Build the command."""
    return BilingualCommand(
        name="bundle",
        language=language,
        help=phrase("help.bundle", language),
        params=[
            click.Argument(
                ["bundle"],
                type=click.Path(path_type=Path, dir_okay=False),
                help=phrase("help.bundle_full", language),
            ),
            click.Option(
                ["--for", "recipient"],
                required=True,
                metavar="NAME",
                help=phrase("help.recipient", language),
            ),
            click.Option(
                ["--control", "controls"],
                multiple=True,
                metavar="ID",
                help=phrase("help.show_control", language),
            ),
            click.Option(
                ["--tier"],
                type=click.Choice(["minimum", "optional"]),
                help=phrase("help.show_tier", language),
            ),
            click.Option(
                ["--kind", "kinds"],
                multiple=True,
                metavar="KIND",
                help=phrase("help.show_kind", language),
            ),
            click.Option(
                ["--path", "globs"],
                multiple=True,
                metavar="GLOB",
                help=phrase("help.show_path", language),
            ),
            click.Option(
                ["--without"],
                multiple=True,
                metavar="GLOB",
                help=phrase("help.show_without", language),
            ),
            click.Option(["--pin"], help=phrase("help.pin", language)),
            click.Option(["--dry-run"], is_flag=True, help=phrase("help.dry_run", language)),
            out_option(language),
        ],
        callback=_bundle,
    )


@click.pass_obj
def _bundle(
    console: Console,
    *,
    bundle: Path,
    recipient: str,
    controls: tuple[str, ...],
    tier: str | None,
    kinds: tuple[str, ...],
    globs: tuple[str, ...],
    without: tuple[str, ...],
    pin: str | None,
    dry_run: bool,
    out: Path,
) -> int:
    """Write the partial bundle and print its path, or the files that it would show."""
    from mnaudit.cli.privacy import refuse_numbers, reviewed_files
    from mnaudit.load.evidence import read_files
    from mnaudit.load.members import read_members
    from mnaudit.model.control import Tier
    from mnaudit.pipeline import disclose, shipped_rules, validate_tree
    from mnaudit.pipeline.partial import Selection
    from mnaudit.signing.container import EVIDENCE
    from mnaudit.signing.keys import parse_pin
    from mnaudit.verify.basis import Basis

    selection = Selection(
        recipient=recipient,
        controls=controls,
        tier=None if tier is None else Tier(tier),
        kinds=kinds,
        globs=globs,
        without=without,
    )
    basis, rules = Basis(pin=None if pin is None else parse_pin(pin)), shipped_rules()
    part = disclose(bundle, selection, basis=basis, rules=rules, out=None)
    # An old bundle may hold what nobody looked for when it was made.
    files = read_members(bundle, part.members)
    tree = read_files([replace(f, path=f.path.removeprefix(EVIDENCE)) for f in files])
    reviewed = reviewed_files(validate_tree(tree, rules.schemas, whole=False))
    refused = refuse_numbers(console, tree.files, bundle, reviewed)
    if refused is not None:
        return refused
    if not dry_run:
        disclose(bundle, selection, basis=basis, rules=rules, out=out)
    _tell(console, part)
    if dry_run:
        for name in part.members:
            console.result(visible(name))
        console.say("disclose.dry_run", name=visible(part.name))
    else:
        console.result(visible((out / part.name).as_posix()))
    return ExitCode.SATISFIED


def _tell(console: Console, part: Part) -> None:
    """Say how much is shown, and what the recipient can derive from it and what not."""
    from mnaudit.model.verdict import by_control

    shown = part.disclosed
    console.say(
        "disclose.shown",
        shown=shown.shown,
        withheld=shown.total - shown.shown,
        total=shown.total,
    )
    for key, findings in (
        ("disclose.covered", shown.covered),
        ("disclose.uncovered", shown.uncovered),
    ):
        if findings:
            listed = join(by_control(findings), console.language)
            console.say(key, count=len(findings), findings=listed)
