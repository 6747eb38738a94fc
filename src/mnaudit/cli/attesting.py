"""What an attestation has besides its two signatures: the options of ``attest`` and ``run``."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from mnaudit.cli.console import visible
from mnaudit.cli.options import KeyPlace, now, signing_key
from mnaudit.errors import ConfigurationError, TrustError
from mnaudit.messages import join, phrase, severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mnaudit.cli.console import Console
    from mnaudit.messages import Language
    from mnaudit.model.provenance import Provenance
    from mnaudit.pipeline import Extras, Judged, LogPlace
    from mnaudit.signing.keys import PublicKey, Signer
    from mnaudit.signing.submitters import SubmitterKey
    from mnaudit.signing.trust_policy import TrustPolicy

__all__ = ["ExtraOptions", "extra_options", "extras_for"]

_LOG_KEY = "MNAUDIT_LOG_KEY"

_SHOWN = 5
"""How many files a remark about the repository names."""


class ExtraOptions(TypedDict):
    """The values of :func:`extra_options`."""

    log: Path | None
    log_key: Path | str | None
    tsa: str | None
    policies: Path | None
    provenance: bool


def extra_options(language: Language) -> list[click.Parameter]:
    """--log, --log-key, --tsa, --policies and --no-provenance."""
    folder = click.Path(path_type=Path, file_okay=False)
    return [
        click.Option(["--log"], type=folder, help=phrase("help.attest_log", language)),
        click.Option(["--log-key"], type=KeyPlace(), help=phrase("help.attest_log_key", language)),
        click.Option(["--tsa"], metavar="URL", help=phrase("help.tsa", language)),
        click.Option(["--policies"], type=folder, help=phrase("help.policies", language)),
        click.Option(
            ["--provenance/--no-provenance"],
            default=True,
            show_default=False,
            help=phrase("help.provenance", language),
        ),
    ]


def extras_for(
    console: Console, evidence: Path, judged: Judged, signer: Signer, options: ExtraOptions
) -> Extras:
    """Gather everything that the options ask for, and say what could not be known.

    Raises:
        ConfigurationError: ``--log`` without a key (``MN016``), a file cannot be read, the newest
            policy demands what no option asks for (``MN096``), or does not know the key of the
            log (``MN063``).
        TrustError: The newest policy does not let this key sign (``MN491``).
    """
    from mnaudit.pipeline import Extras, time_stamp

    address = options["tsa"]

    def stamp(signature: bytes) -> bytes:
        return time_stamp(signature, address=address or "", nonce=secrets.randbits(64))

    policies, policy = _policies(options["policies"])
    if policy is not None:
        _refuse_unauthorized(policy, signer)
        _refuse_unmet(policy, options)
    return Extras(
        provenance=_provenance(console, evidence, judged, policy)
        if options["provenance"]
        else None,
        stamp=None if address is None else stamp,
        log=_log(console, options, policy),
        policies=policies,
    )


def _policies(folder: Path | None) -> tuple[Mapping[int, bytes], TrustPolicy | None]:
    """Read the versions of the trust policy, and the newest of them.

    Raises:
        TrustError: They are no chain: somebody put a policy there that the root did not sign.
    """
    from mnaudit.load.trust import policies_in
    from mnaudit.signing.policy_chain import newest, parse_policy

    if folder is None:
        return {}, None
    found = policies_in(folder)
    if not found:
        raise ConfigurationError("MN002", path=str(folder / "policy.v1.dsse.json"))
    return found, newest(parse_policy(found[min(found)]), found).policy


def _refuse_unauthorized(policy: TrustPolicy, signer: Signer) -> None:
    """Stop here what every verifier would refuse later."""
    from mnaudit.signing.trust_policy import Role

    if signer.public.fingerprint not in policy.keys_of(Role.CI):
        raise TrustError("MN491", key=signer.public.fingerprint)


def _refuse_unmet(policy: TrustPolicy, options: ExtraOptions) -> None:
    """Stop before a status is logged for good that nobody can call valid."""
    if policy.demands.time_stamp and options["tsa"] is None:
        raise ConfigurationError("MN096", demand="time_stamp", option="--tsa")
    needs_log = policy.demands.log or policy.demands.witnesses > 0
    if needs_log and options["log"] is None:
        raise ConfigurationError("MN096", demand="log", option="--log")


def _provenance(
    console: Console, evidence: Path, judged: Judged, policy: TrustPolicy | None
) -> Provenance:
    from mnaudit.pipeline import provenance_of
    from mnaudit.signing.submitters import submitters_of

    keys: Sequence[SubmitterKey] = () if policy is None else submitters_of(policy)
    found = provenance_of(evidence, judged, keys)
    console.problems(found.problems, evidence)
    for remark in found.remarks:
        # That there is no repository at all is news to nobody who has none.
        if console.verbose or severity(remark.code) != "note":
            paths = join(map(visible, remark.paths[:_SHOWN]), console.language)
            more = len(remark.paths) - _SHOWN
            console.complain(remark.code, {"paths": f"{paths} (+{more})" if more > 0 else paths})
    return found


def _log(console: Console, options: ExtraOptions, policy: TrustPolicy | None) -> LogPlace | None:
    from mnaudit.load.log import is_log
    from mnaudit.pipeline import LogPlace

    folder, place = options["log"], options["log_key"]
    if folder is None:
        return None
    if place is None and _LOG_KEY not in os.environ:
        raise ConfigurationError("MN016")
    if not is_log(folder):
        console.say("run.new_log", folder=visible(folder.as_posix()))
    key, _ = signing_key(console, place, os.environ, variable=_LOG_KEY)
    if policy is not None:
        _refuse_unknown_log_key(policy, key)
    return LogPlace(
        folder=folder,
        key=key,
        at=now(),
        origin=None if policy is None else policy.log_origin,
        former=() if policy is None else _former_keys(policy),
    )


def _refuse_unknown_log_key(policy: TrustPolicy, key: Signer) -> None:
    """Refuse a key whose signature no verifier counts; a policy without a log says nothing."""
    from mnaudit.signing.trust_policy import Role

    names = policy.keys_of(Role.LOG)
    if names and key.public.fingerprint not in names:
        raise ConfigurationError("MN063", what="--log-key", key=key.public.fingerprint)


def _former_keys(policy: TrustPolicy) -> tuple[PublicKey, ...]:
    """Return the keys of the log that may have signed the checkpoint before; no revoked ones.

    Else a thief of a former key could rewrite the log, and the next run would sign on top of it.
    """
    from mnaudit.signing.keys import load_public
    from mnaudit.signing.trust_policy import Role

    keys = (policy.keys[name] for name in policy.keys_of(Role.LOG))
    return tuple(load_public(key.pem.encode()) for key in keys if key.revoked is None)
