"""Options that several commands share, and what they mean."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mnaudit.errors import ConfigurationError
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mnaudit.cli.console import Console
    from mnaudit.messages import Language
    from mnaudit.signing.keys import SigningKey

__all__ = [
    "Day",
    "as_of_option",
    "cross_check_option",
    "folder_argument",
    "key_option",
    "out_option",
    "passphrase_for",
    "signing_key",
    "today",
]

JAPAN = timezone(timedelta(hours=9))
"""Japan has no summer time, so a fixed offset is the whole of Asia/Tokyo since 1952."""

_ENV_KEY = "MNAUDIT_SIGNING_KEY"
_ENV_PASSPHRASE = "MNAUDIT_SIGNING_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable


class Day(click.ParamType[date]):
    """A calendar day, written YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def __init__(self, language: Language) -> None:
        self.language = language

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> date:
        """Read a day; ``20260331`` and week dates are refused although Python reads them."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day is None or day.isoformat() != value:
            self.fail(phrase("console.not_a_day", self.language, value=value), param, ctx)
        return day


def today() -> date:
    """Return the calendar day in Japan: the only reading of the clock."""
    return datetime.now(JAPAN).date()


def folder_argument(language: Language) -> click.Argument:
    """EVIDENCE, the evidence folder; ``evidence`` by default."""
    return click.Argument(
        ["evidence"],
        type=click.Path(path_type=Path),
        default=Path("evidence"),
        required=False,
        help=phrase("help.evidence", language),
    )


def as_of_option(language: Language) -> click.Option:
    """--as-of, the assessment date."""
    return click.Option(["--as-of"], type=Day(language), help=phrase("help.as_of", language))


def cross_check_option(language: Language) -> click.Option:
    """--cross-check, the second schema engine."""
    return click.Option(["--cross-check"], is_flag=True, help=phrase("help.cross_check", language))


def key_option(language: Language) -> click.Option:
    """--key, the signing key."""
    return click.Option(
        ["--key"], type=click.Path(path_type=Path), help=phrase("help.key", language)
    )


def out_option(language: Language) -> click.Option:
    """-o, the folder to write into."""
    return click.Option(
        ["-o", "--out"],
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("out"),
        show_default=True,
        help=phrase("help.out", language),
    )


def signing_key(
    console: Console, path: Path | None, environ: Mapping[str, str]
) -> tuple[SigningKey, bool]:
    """Return the key to sign with, and whether it was made for this run only.

    The key comes from ``--key``, else from MNAUDIT_SIGNING_KEY (the PEM itself, for CI); its
    passphrase from MNAUDIT_SIGNING_KEY_PASSPHRASE, else from the terminal. Never from an
    argument: those are visible to every process of the machine.
    """
    from mnaudit.signing.keys import Algorithm, generate, load_private

    if path is not None:
        from mnaudit.load.keyfiles import read_private_key

        pem = read_private_key(path)
    elif _ENV_KEY in environ:
        pem = environ[_ENV_KEY].encode()
    else:
        key = generate(Algorithm.ECDSA_P256)
        console.say("run.ephemeral")
        return key, True
    return load_private(pem, passphrase_for(console, pem, environ)), False


def passphrase_for(console: Console, pem: bytes, environ: Mapping[str, str]) -> bytes | None:
    """Return the passphrase that was given, or asked for if the key is encrypted; else None.

    Raises:
        ConfigurationError: It is needed and nobody can be asked (``MN006``).
    """
    if _ENV_PASSPHRASE in environ:
        # Also for a key that is not encrypted: then somebody believes that it is (``MN405``).
        return environ[_ENV_PASSPHRASE].encode()
    if b"ENCRYPTED" not in pem:
        return None
    if not os.isatty(0):
        raise ConfigurationError("MN006", variable=_ENV_PASSPHRASE)
    prompt = phrase("keys.passphrase", console.language)
    return str(click.prompt(prompt, hide_input=True, err=True)).encode()
