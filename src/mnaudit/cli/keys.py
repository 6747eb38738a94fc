"""mnaudit keys: make a signing key, change its passphrase, and show the fingerprint of one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mnaudit.cli.console import grouped
from mnaudit.cli.options import KeyPlace
from mnaudit.cli.words import BilingualCommand, BilingualGroup
from mnaudit.errors import ConfigurationError
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from mnaudit.cli.console import Console
    from mnaudit.messages import Language
    from mnaudit.signing.keys import PublicKey, SigningKey

__all__ = ["command"]

_ENV_PASSPHRASE = "MNAUDIT_SIGNING_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable
_ENV_NEW_PASSPHRASE = "MNAUDIT_NEW_PASSPHRASE"  # noqa: S105 - the same


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
            click.Argument(["key"], type=KeyPlace(), help=phrase("help.key_file", language)),
            click.Option(["--pem"], is_flag=True, help=phrase("help.keys_pem", language)),
        ],
        callback=_show,
    )
    passphrase = BilingualCommand(
        name="passphrase",
        language=language,
        help=phrase("help.keys_passphrase", language),
        params=[
            click.Argument(
                ["key"],
                type=click.Path(path_type=Path, dir_okay=False),
                help=phrase("help.keys_private", language),
            )
        ],
        callback=_passphrase,
    )
    return BilingualGroup(
        name="keys",
        language=language,
        help=phrase("help.keys", language),
        commands={"new": new, "passphrase": passphrase, "show": show},
    )


@click.pass_obj
def _new(console: Console, *, output: Path, algorithm: str) -> None:
    """Write an encrypted private key and its public half; print the fingerprint."""
    from mnaudit.signing.keys import Algorithm, generate
    from mnaudit.store.files import write, write_private

    key = generate(Algorithm(algorithm))
    passphrase = os.environ.get(_ENV_PASSPHRASE)
    chosen = _made() if passphrase is None else passphrase
    pem = _encrypted(key, chosen)
    public = output.with_name(f"{output.name.removesuffix('.pem')}.pub.pem")
    if os.path.lexists(public):
        raise ConfigurationError("MN005", path=str(public))
    write_private(output, pem)
    write(public, key.public_pem.encode())
    console.say("keys.written", private=output.as_posix(), public=public.as_posix())
    if passphrase is None:
        console.say("keys.made_passphrase", passphrase=chosen, variable=_ENV_PASSPHRASE)
    console.result(key.fingerprint)


@click.pass_obj
def _passphrase(console: Console, *, key: Path) -> None:
    """Encrypt a private key anew, in place; print the fingerprint, which stays."""
    from mnaudit.cli.options import passphrase_for
    from mnaudit.load.keyfiles import read_private_key
    from mnaudit.signing.keys import load_private
    from mnaudit.store.files import replacing

    pem = read_private_key(key)
    # What is not encrypted has no passphrase yet, whatever the environment says.
    old = passphrase_for(console, pem, os.environ) if b"ENCRYPTED" in pem else None
    found = load_private(pem, old)
    passphrase = os.environ.get(_ENV_NEW_PASSPHRASE)
    chosen = _made() if passphrase is None else passphrase
    made = _encrypted(found, chosen)
    # A link stays a link. Nobody sees half a key, and nobody else sees the new one.
    with replacing(key.resolve(), mode=0o600) as file:
        file.write(made)
    console.say("keys.changed", private=key.as_posix())
    if passphrase is None:
        console.say("keys.made_passphrase", passphrase=chosen, variable=_ENV_PASSPHRASE)
    console.result(found.fingerprint)


@click.pass_obj
def _show(console: Console, *, key: Path | str, pem: bool) -> None:
    """Print algorithm, fingerprint and key id of a public or private key, or its public PEM."""
    found = _public_half(console, key)
    if pem:
        console.result(found.pem)
        return
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


def _public_half(console: Console, key: Path | str) -> PublicKey:
    from mnaudit.cli.options import kms_key, passphrase_for, warn_of_weakness
    from mnaudit.load.keyfiles import read_public_key
    from mnaudit.signing.keys import load_private, load_public

    if isinstance(key, str):
        return kms_key(console, key, os.environ).public
    pem = read_public_key(key)
    if b"PRIVATE KEY" not in pem:
        return load_public(pem)
    warn_of_weakness(console, pem)
    return load_private(pem, passphrase_for(console, pem, os.environ)).public


def _made() -> str:
    """Return a passphrase of 128 bits by chance: no guessing, whatever the key derivation."""
    return "-".join(secrets.token_hex(4) for _ in range(4))


def _encrypted(key: SigningKey, passphrase: str) -> bytes:
    from mnaudit.signing.keys import encrypt

    salt, iv = secrets.token_bytes(16), secrets.token_bytes(16)
    return encrypt(key, passphrase.encode(), salt=salt, iv=iv)
