"""mnaudit attest: sign the evidence and the status into one bundle."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Unpack

import click

from mnaudit.cli.attesting import ExtraOptions, extra_options, extras_for
from mnaudit.cli.options import (
    as_of_option,
    folder_argument,
    key_option,
    out_option,
    signing_key,
    today,
)
from mnaudit.cli.outcome import input_code, show_problems, worse
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
        name="attest",
        language=language,
        help=phrase("help.attest", language),
        params=[
            folder_argument(language),
            as_of_option(language),
            controls_option(language),
            out_option(language),
            key_option(language),
            *extra_options(language),
        ],
        callback=_attest,
    )


@click.pass_obj
def _attest(
    console: Console,
    *,
    evidence: Path,
    as_of: date | None,
    controls: Path | None,
    out: Path,
    key: Path | str | None,
    **extras: Unpack[ExtraOptions],
) -> int:
    """Write the bundle and print its path; the fingerprint goes to standard error."""
    from mnaudit.cli.privacy import refuse_numbers, reviewed_files
    from mnaudit.pipeline import attest, judge_folder

    judged = judge_folder(evidence, as_of or today(), rules_for(console, evidence, controls))
    show_problems(console, judged.validation, evidence)
    reviewed = reviewed_files(judged.validation)
    refused = refuse_numbers(console, judged.tree.files, evidence, reviewed)
    if refused is not None:
        return worse(refused, input_code(judged.validation))
    if judged.assessment is None:
        return ExitCode.INPUT
    signer, _ = signing_key(console, key, os.environ)
    wanted = extras_for(console, evidence, judged, signer, extras)
    bundle = attest(judged, out, signer, wanted)
    console.say("run.fingerprint", fingerprint=signer.public.fingerprint)
    console.result(bundle.as_posix())
    return input_code(judged.validation)
