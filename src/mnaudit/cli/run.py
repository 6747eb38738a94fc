"""mnaudit run: the whole pipeline over an evidence folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Unpack

import click

from mnaudit.cli.attesting import ExtraOptions, extra_options, extras_for
from mnaudit.cli.options import (
    as_of_option,
    cross_check_option,
    folder_argument,
    key_option,
    out_option,
    signing_key,
    today,
)
from mnaudit.cli.outcome import (
    exit_code,
    fail_on_option,
    input_code,
    show_problems,
    worse,
)
from mnaudit.cli.rules import controls_option, rules_for
from mnaudit.cli.words import BilingualCommand
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
        name="run",
        language=language,
        help=phrase("help.run", language),
        params=[
            folder_argument(language),
            as_of_option(language),
            controls_option(language),
            out_option(language),
            key_option(language),
            fail_on_option(language),
            cross_check_option(language),
            *extra_options(language),
        ],
        callback=_run,
    )


@click.pass_obj
def _run(
    console: Console,
    *,
    evidence: Path,
    as_of: date | None,
    controls: Path | None,
    out: Path,
    key: Path | str | None,
    fail_on: str,
    cross_check: bool,
    **extras: Unpack[ExtraOptions],
) -> int:
    """Validate → assess → attest → verify → report → gate."""
    from mnaudit.cli.privacy import refuse_numbers, reviewed_files
    from mnaudit.model.view import BundleFacts
    from mnaudit.pipeline import attest, judge_folder, verify, view
    from mnaudit.report import render
    from mnaudit.store.files import write
    from mnaudit.verify.basis import Basis

    rules = rules_for(console, evidence, controls)
    judged = judge_folder(evidence, as_of or today(), rules, cross_check=cross_check)
    show_problems(console, judged.validation, evidence)
    reviewed = reviewed_files(judged.validation)
    refused = refuse_numbers(console, judged.tree.files, evidence, reviewed)
    if refused is not None:
        return worse(refused, input_code(judged.validation))
    if judged.assessment is None:
        return exit_code(judged, fail_on)
    signer, ephemeral = signing_key(console, key, os.environ)
    wanted = extras_for(console, evidence, judged, signer, extras)
    bundle = attest(judged, out, signer, wanted)
    basis = Basis(pin=signer.public.fingerprint)
    verdict, _ = verify(bundle, basis=basis, rules=rules)
    facts = BundleFacts(bundle.as_posix(), signer.public.fingerprint, verdict, ephemeral)
    shown = view(judged, evidence.as_posix(), facts, wanted.provenance)
    for name, file in (("html", "report.html"), ("json", "assessment.json")):
        write(out / file, render(name, shown, console.language))
    console.rendered("text", render("text", shown, console.language, marks=console.marks))
    console.say("run.written", report=(out / "report.html").as_posix())
    return exit_code(judged, fail_on, verdict)
