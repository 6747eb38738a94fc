"""mnaudit witness: cosign a log, as somebody who remembers what she saw before."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mnaudit.cli.log import read_whole, trust_option
from mnaudit.cli.options import KeyPlace, now
from mnaudit.cli.words import BilingualCommand
from mnaudit.errors import ConfigurationError, ExitCode
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from datetime import datetime

    from mnaudit.cli.console import Console
    from mnaudit.messages import Language
    from mnaudit.signing.note import Note
    from mnaudit.signing.trust_policy import TrustPolicy
    from mnaudit.signing.trust_state import TrustState

__all__ = ["command"]


def command(language: Language) -> click.Command:
    """Build the command."""
    return BilingualCommand(
        name="witness",
        language=language,
        help=phrase("help.witness", language),
        params=[
            click.Argument(
                ["source"],
                type=click.Path(path_type=Path),
                help=phrase("help.witness_source", language),
            ),
            trust_option(language, required=True),
            click.Option(
                ["--key"],
                type=KeyPlace(),
                required=True,
                help=phrase("help.witness_key", language),
            ),
            click.Option(
                ["-o", "--output"],
                type=click.Path(path_type=Path, dir_okay=False),
                help=phrase("help.witness_output", language),
            ),
        ],
        callback=_witness,
    )


@click.pass_obj
def _witness(
    console: Console, *, source: Path, trust: Path, key: Path | str, output: Path | None
) -> int:
    """Check, remember, and only then cosign; the order is what makes it worth something."""
    from mnaudit.cli.options import signing_key
    from mnaudit.load.trust import read_trust_state
    from mnaudit.signing.keys import Algorithm
    from mnaudit.signing.note import (
        add_signature,
        cosign,
        read_checkpoint,
        read_note,
        write_signature,
    )
    from mnaudit.signing.trust_policy import Role
    from mnaudit.store.files import write
    from mnaudit.store.trust import changing, write_trust_state
    from mnaudit.verify.witness import policy_in_force, remembered

    at = now()
    read_trust_state(trust)  # if there is none, say so before anything else
    with changing(trust):
        state = read_trust_state(trust)
        policy = policy_in_force(state, at)
        signer, _ = signing_key(console, key, os.environ)
        if signer.public.algorithm is not Algorithm.ED25519:
            # Before anything is remembered: a cosignature could not be made.
            raise ConfigurationError("MN066", fingerprint=signer.public.fingerprint)
        note = _checked(console, source, state, policy, at)
        if note is None:
            return ExitCode.TRUST
        size = read_checkpoint(note).size
        if state.checkpoint is None:
            console.say("witness.first", size=size)
        else:
            old = read_checkpoint(read_note(state.checkpoint.encode())).size
            console.say("witness.grown", old=old, size=size)
        # Stored before it is signed: whoever pulls the plug in between gets no second signature.
        state = remembered(state, note)
        write_trust_state(trust, state)
        made = cosign(note.text, signer, at)
        write_trust_state(trust, remembered(state, add_signature(note, made)))
        console.say("witness.stored", state=trust.as_posix())
        if signer.public.fingerprint not in policy.keys_of(Role.WITNESS):
            console.say("witness.unlisted")
    line = write_signature(made)
    if output is None:
        console.result(line)
    else:
        write(output, line.encode())
        console.say("witness.written", path=output.as_posix())
    return ExitCode.SATISFIED


def _checked(
    console: Console, source: Path, state: TrustState, policy: TrustPolicy, at: datetime
) -> Note | None:
    """Return the checkpoint if it may be cosigned; else say why not."""
    from mnaudit.verify.basis import Basis
    from mnaudit.verify.chain import Authority, check_chain
    from mnaudit.verify.witness import log_in_bundle

    if source.is_dir():
        stored, checkpoint = read_whole(source)
        authority = Authority(policy=policy, accepted=state.checkpoint)
        chain = check_chain(stored.payloads, checkpoint, authority, at=at)
        console.problems(chain.problems, source)
        return None if chain.problems else chain.note
    try:
        with source.open("rb") as file:
            note, reasons = log_in_bundle(file, Basis(trust=state, at=at, partial=True))
    except OSError as error:
        raise ConfigurationError("MN002", path=str(source)) from error
    for check in reasons:
        if check.code is not None:
            console.complain(check.code, check.values)
    return note
