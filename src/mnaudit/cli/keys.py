"""mnaudit keys: make a signing key, and show the fingerprint of one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mnaudit.cli.console import grouped
from mnaudit.cli.words import BilingualCommand, BilingualGroup
from mnaudit.errors import ConfigurationError
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from mnaudit.cli.console import Console
    from mnaudit.messages import Language

__all__ = ["command"]

_ENV_PASSPHRASE = "MNAUDIT_SIGNING_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable


def command(language: Language) -> click.Command:
    """Build the group."""
    new = BilingualCommand(
        name="new",
        language=language,
        help=phrase("help.keys_new", language),
        params=[
            click.Option(
                ["-o", "--output"],
                type=click.Path(path_type=Path, dir_okay=False),
                required=True,
                help=phrase("help.keys_output", language),
            ),
            click.Option(
                ["--algorithm"],
                type=click.Choice(["ecdsa-p256", "ed25519"]),
                default="ecdsa-p256",
                show_default=True,
                help=phrase("help.algorithm", language),
            ),
        ],
        callback=_new,
    )
    show = BilingualCommand(
        name="show",
        language=language,
        help=phrase("help.keys_show", language),
        params=[
            click.Argument(
                ["key"], type=click.Path(path_type=Path), help=phrase("help.key_file", language)
            )
        ],
        callback=_show,
    )
    return BilingualGroup(
        name="keys",
        language=language,
        help=phrase("help.keys", language),
        commands={"new": new, "show": show},
    )


@click.pass_obj
def _new(console: Console, *, output: Path, algorithm: str) -> None:
    """Write an encrypted private key and its public half; print the fingerprint."""
    from mnaudit.signing.keys import Algorithm, encrypt, generate
    from mnaudit.store.files import write, write_private

    key = generate(Algorithm(algorithm))
    passphrase = os.environ.get(_ENV_PASSPHRASE)
    made = passphrase is None
    if passphrase is None:
        # 128 bits by chance: no guessing, whatever the strength of the key derivation.
        passphrase = "-".join(secrets.token_hex(4) for _ in range(4))
    pem = encrypt(
        key, passphrase.encode(), salt=secrets.token_bytes(16), iv=secrets.token_bytes(16)
    )
    public = output.with_name(f"{output.name.removesuffix('.pem')}.pub.pem")
    if os.path.lexists(public):
        raise ConfigurationError("MN005", path=str(public))
    write_private(output, pem)
    write(public, key.public_pem.encode())
    console.say("keys.written", private=output.as_posix(), public=public.as_posix())
    if made:
        console.say("keys.made_passphrase", passphrase=passphrase, variable=_ENV_PASSPHRASE)
    console.result(key.fingerprint)


@click.pass_obj
def _show(console: Console, *, key: Path) -> None:
    """Print algorithm, fingerprint and key id of a public or private key."""
    from mnaudit.cli.options import passphrase_for
    from mnaudit.load.keyfiles import read_public_key
    from mnaudit.signing.keys import load_private, load_public

    pem = read_public_key(key)
    if b"PRIVATE KEY" in pem:
        found = load_private(pem, passphrase_for(console, pem, os.environ)).public
    else:
        found = load_public(pem)
    console.result(
        phrase(
            "keys.shown",
            console.language,
            algorithm=found.algorithm,
            fingerprint=found.fingerprint,
            grouped=grouped(found.fingerprint),
            keyid=found.keyid,
        )
    )
