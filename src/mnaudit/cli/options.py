"""Options that several commands share, and what they mean."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mnaudit.errors import ConfigurationError
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mnaudit.cli.console import Console
    from mnaudit.messages import Language
    from mnaudit.signing.keys import Signer

__all__ = [
    "Day",
    "KeyPlace",
    "as_of_option",
    "cross_check_option",
    "folder_argument",
    "key_option",
    "kms_key",
    "now",
    "out_option",
    "passphrase_for",
    "signing_key",
    "today",
    "warn_of_weakness",
]

JAPAN = timezone(timedelta(hours=9))
"""Japan has no summer time, so a fixed offset is the whole of Asia/Tokyo since 1952."""

_ENV_KEY = "MNAUDIT_SIGNING_KEY"
_ENV_PIN = "MNAUDIT_HSM_PIN"


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


class KeyPlace(click.ParamType["Path | str"]):
    """Where a key is: a file (``Path``), or the URI of a token or key service (``str``)."""

    name = "path"

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,  # noqa: ARG002 - click's signature
        ctx: click.Context | None,  # noqa: ARG002
    ) -> Path | str:
        """Keep a URI as it is: as a path, ``azurekms://`` would lose a slash."""
        from mnaudit.load.kms import is_kms_uri

        return value if isinstance(value, Path) or is_kms_uri(value) else Path(value)


def today() -> date:
    """Return the calendar day in Japan."""
    return now().astimezone(JAPAN).date()


def now() -> datetime:
    """Return the time, in UTC and to the second: the only reading of the clock."""
    return datetime.now(UTC).replace(microsecond=0)


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
    return click.Option(["--key"], type=KeyPlace(), help=phrase("help.key", language))


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
    console: Console,
    place: Path | str | None,
    environ: Mapping[str, str],
    *,
    variable: str = _ENV_KEY,
) -> tuple[Signer, bool]:
    """Return the key to sign with, and whether it was made for this run only.

    The key comes from ``--key`` (a file, or the URI of a token or key service), else from
    MNAUDIT_SIGNING_KEY (the PEM itself, for CI) or another ``variable``; its passphrase from
    MNAUDIT_SIGNING_KEY_PASSPHRASE or the file that MNAUDIT_SIGNING_KEY_PASSPHRASE_FILE names,
    else from the terminal. Never from an argument: those are visible to every process of the
    machine.
    """
    from mnaudit.signing.keys import Algorithm, generate, load_private

    if isinstance(place, str):
        return kms_key(console, place, environ), False
    if place is not None:
        from mnaudit.load.keyfiles import read_private_key

        pem = read_private_key(place)
        warn_of_weakness(console, pem)
    elif variable in environ:
        pem = environ[variable].encode()
    else:
        key = generate(Algorithm.ECDSA_P256)
        console.say("run.ephemeral")
        return key, True
    return load_private(pem, passphrase_for(console, pem, environ, variable=variable)), False


def kms_key(console: Console, uri: str, environ: Mapping[str, str]) -> Signer:
    """Return the key in a token or key service; its PIN from MNAUDIT_HSM_PIN or the terminal."""
    from mnaudit.load.kms import kms_signer

    def ask() -> str:
        if _ENV_PIN in environ:
            return environ[_ENV_PIN]
        return _ask(console, "keys.pin", _ENV_PIN)

    return kms_signer(uri, pin=ask)


def warn_of_weakness(console: Console, pem: bytes) -> None:
    """Say so if the file of a private key protects it badly."""
    from mnaudit.signing.pkcs8_strength import weakness

    if found := weakness(pem):
        console.complain(found.code, found.values)


def passphrase_for(
    console: Console, pem: bytes, environ: Mapping[str, str], *, variable: str = _ENV_KEY
) -> bytes | None:
    """Return the passphrase that was given, or asked for if the key is encrypted; else None.

    Raises:
        ConfigurationError: It is needed and nobody can be asked (``MN006``), is given twice
            (``MN059``), or the file with it is not ours alone.
    """
    direct, in_file = f"{variable}_PASSPHRASE", f"{variable}_PASSPHRASE_FILE"
    if direct in environ and in_file in environ:
        raise ConfigurationError("MN059", variable=direct, other=in_file)
    if direct in environ:
        # Also for a key that is not encrypted: then somebody believes that it is (``MN405``).
        return environ[direct].encode()
    if in_file in environ:
        from mnaudit.load.keyfiles import read_passphrase

        return read_passphrase(Path(environ[in_file]))
    if b"ENCRYPTED" not in pem:
        return None
    return _ask(console, "keys.passphrase", direct).encode()


def _ask(console: Console, prompt: str, variable: str) -> str:
    """Ask for a secret on the terminal, without showing it."""
    if not os.isatty(0):
        raise ConfigurationError("MN006", variable=variable)
    return str(click.prompt(phrase(prompt, console.language), hide_input=True, err=True))
