"""mnaudit trust: who may sign for an organization, and which of it a verifier accepts."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mnaudit.cli.console import grouped
from mnaudit.cli.options import JAPAN, KeyPlace, now
from mnaudit.cli.words import BilingualCommand, BilingualGroup
from mnaudit.errors import ConfigurationError, ExitCode, TrustError
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mnaudit.cli.console import Console
    from mnaudit.messages import Language
    from mnaudit.signing.dsse import Envelope
    from mnaudit.signing.keys import PublicKey
    from mnaudit.signing.policy_chain import SignedPolicy
    from mnaudit.signing.time_authority import TimeAuthority
    from mnaudit.signing.trust_policy import TrustPolicy

__all__ = ["Moment", "command"]

_ROLES = ("root", "submitter", "reviewer", "ci", "log", "witness", "auditor")
_FILE = click.Path(path_type=Path, dir_okay=False)
_LAST_SECOND = time(23, 59, 59, tzinfo=JAPAN)
_FIRST_SECOND = time(0, 0, 0, tzinfo=JAPAN)


class Moment(click.ParamType[datetime]):
    """An instant: ``2026-03-31T15:00:00Z``, or a calendar day in Japan."""

    name = "YYYY-MM-DD[THH:MM:SSZ]"

    def __init__(self, language: Language, *, is_end: bool = False) -> None:
        self.language = language
        self.is_end = is_end

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read an instant; a day alone is its first second, or its last one at an end."""
        from mnaudit.model.day import parse_day
        from mnaudit.model.instant import parse_instant

        if isinstance(value, datetime):
            return value
        if (instant := parse_instant(str(value))) is not None:
            return instant
        if (day := parse_day(str(value))) is None:
            self.fail(phrase("trust.not_a_moment", self.language, value=value), param, ctx)
        second = _LAST_SECOND if self.is_end else _FIRST_SECOND
        return datetime.combine(day, second).astimezone(UTC)


def command(language: Language) -> click.Command:
    """Build the group."""
    parts: dict[str, tuple[Callable[..., Any], list[click.Parameter]]] = {
        "init": (_init, [*_init_params(language), *_settings(language)]),
        "show": (_show, [_target(language), _format(language)]),
        "add": (_add, _add_params(language)),
        "remove": (_remove, [_fingerprint(language), _role(language), _folder(language)]),
        "revoke": (_revoke, _revoke_params(language)),
        "rotate": (_rotate, [_expires(language), _issued(language), *_settings(language)]),
        "sign": (_sign, [_key(language), _folder(language)]),
        "pin": (_pin, _pin_params(language)),
        "update": (_update, _update_params(language)),
        "allowed-signers": (_allowed_signers, [_target(language), _output(language)]),
    }
    return BilingualGroup(
        name="trust",
        language=language,
        help=phrase("help.trust", language),
        commands={
            name: BilingualCommand(
                name=name,
                language=language,
                help=phrase(f"help.trust_{name.replace('-', '_')}", language),
                params=params,
                callback=callback,
            )
            for name, (callback, params) in parts.items()
        },
    )


# The options


def _option(language: Language, name: str, **attributes: Any) -> click.Option:
    word = name.partition("/")[0].removeprefix("--").replace("-", "_")
    return click.Option([name], help=phrase(f"help.trust_{word}", language), **attributes)


def _folder(language: Language) -> click.Option:
    return _option(
        language,
        "--folder",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("trust"),
        show_default=True,
    )


def _issued(language: Language) -> click.Option:
    return _option(language, "--issued", type=Moment(language))


def _expires(language: Language) -> click.Option:
    return _option(language, "--expires", type=Moment(language, is_end=True), required=True)


def _key(language: Language) -> click.Option:
    shown = phrase("help.trust_root_key", language)
    return click.Option(["--key"], type=KeyPlace(), required=True, help=shown)


def _role(language: Language) -> click.Option:
    return _option(language, "--role", type=click.Choice(_ROLES), required=True)


def _fingerprint(language: Language) -> click.Argument:
    shown = phrase("help.trust_key_fingerprint", language)
    return click.Argument(["fingerprint"], metavar="FINGERPRINT", help=shown)


def _target(language: Language) -> click.Argument:
    return click.Argument(
        ["policy"],
        metavar="[POLICY]",
        type=click.Path(path_type=Path),
        default=Path("trust"),
        required=False,
        help=phrase("help.trust_target", language),
    )


def _output(language: Language) -> click.Option:
    shown = phrase("help.trust_output", language)
    return click.Option(["-o", "--output"], type=_FILE, required=True, help=shown)


def _format(language: Language) -> click.Option:
    return click.Option(
        ["--format", "format_"],
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help=phrase("help.format", language),
    )


def _settings(language: Language) -> list[click.Parameter]:
    """What a version demands; without an option it stays as it was."""
    return [
        _option(language, "--max-status-age"),
        _option(language, "--log-origin"),
        _option(language, "--need-time-stamp/--no-need-time-stamp", default=None),
        _option(language, "--need-log/--no-need-log", default=None),
        _option(language, "--need-witnesses", type=click.IntRange(0, 100)),
        _folder(language),
    ]


def _init_params(language: Language) -> list[click.Parameter]:
    return [
        _option(language, "--organization", required=True),
        _option(language, "--name", required=True),
        click.Option(
            ["--root"],
            type=(_FILE, str),
            metavar="PUBLIC_KEY OWNER",
            multiple=True,
            required=True,
            help=phrase("help.trust_root", language),
        ),
        _option(language, "--threshold", type=click.IntRange(min=1), default=1, show_default=True),
        _expires(language),
        _issued(language),
    ]


def _add_params(language: Language) -> list[click.Parameter]:
    return [
        _option(language, "--role", type=click.Choice(_ROLES)),
        _option(language, "--key", type=_FILE),
        _option(language, "--owner"),
        _option(language, "--threshold", type=click.IntRange(min=1)),
        _option(language, "--tsa", type=_FILE),
        _option(language, "--tsa-signer", type=_FILE),
        _option(language, "--policy-oid", multiple=True),
        _option(language, "--not-before", type=Moment(language)),
        _option(language, "--not-after", type=Moment(language, is_end=True)),
        _folder(language),
    ]


def _revoke_params(language: Language) -> list[click.Parameter]:
    reasons = click.Choice(["superseded", "compromised"])
    return [
        _fingerprint(language),
        _option(language, "--at", type=Moment(language), required=True),
        _option(language, "--reason", type=reasons, required=True),
        _folder(language),
    ]


def _pin_params(language: Language) -> list[click.Parameter]:
    shown = phrase("help.trust_policy_file", language)
    return [
        click.Argument(["policy"], type=_FILE, help=shown),
        _option(language, "--fingerprint", required=True),
        _output(language),
    ]


def _update_params(language: Language) -> list[click.Parameter]:
    return [
        click.Argument(["state"], type=_FILE, help=phrase("help.trust_state", language)),
        click.Argument(
            ["policies"],
            metavar="POLICY...",
            type=_FILE,
            nargs=-1,
            required=True,
            help=phrase("help.trust_policy_files", language),
        ),
    ]


# For those who issue the policy


@click.pass_obj
def _init(
    console: Console,
    /,
    *,
    organization: str,
    name: str,
    root: tuple[tuple[Path, str], ...],
    threshold: int,
    expires: datetime,
    issued: datetime | None,
    folder: Path,
    **settings: Any,
) -> None:
    """Begin the first version with the root keys."""
    from mnaudit.load.trust import DRAFT, policies_in
    from mnaudit.model.assessment import OrganizationRef
    from mnaudit.signing.policy_editing import begin
    from mnaudit.signing.policy_envelope import file_name

    if folder.exists() and (known := policies_in(folder)):
        raise ConfigurationError("MN062", path=(folder / file_name(max(known))).as_posix())
    if (folder / DRAFT).exists():
        raise ConfigurationError("MN062", path=(folder / DRAFT).as_posix())
    roots = [(_public_key(path), owner) for path, owner in root]
    with _as_usage():
        policy = begin(
            OrganizationRef(corporate_number=organization, name=name),
            roots,
            threshold=threshold,
            issued=issued or now(),
            expires=expires,
        )
    _write_draft(console, folder, _with_settings(policy, settings))


@click.pass_obj
def _add(
    console: Console,
    *,
    role: str | None,
    key: Path | None,
    owner: str | None,
    threshold: int | None,
    tsa: Path | None,
    tsa_signer: Path | None,
    policy_oid: tuple[str, ...],
    not_before: datetime | None,
    not_after: datetime | None,
    folder: Path,
) -> None:
    """Put a key into a role of the draft, change a threshold, or add an authority."""
    from mnaudit.attest.history import origin_of
    from mnaudit.signing.policy_editing import (
        policy_key,
        with_authority,
        with_key,
        with_threshold,
    )
    from mnaudit.signing.ssh_signers import COMMITTERS
    from mnaudit.signing.trust_policy import Role

    policy = _draft(folder)
    if tsa is not None:
        if owner is None or not policy_oid:
            raise ConfigurationError("MN011", parameter="--owner, --policy-oid")
        authority = _authority(tsa, tsa_signer, owner, policy_oid, (not_before, not_after))
        _write_draft(console, folder, with_authority(policy, authority))
        return
    if role is None or (key is None and threshold is None):
        raise ConfigurationError("MN011", parameter="--role, --key")
    if key is not None:
        if owner is None:
            raise ConfigurationError("MN011", parameter="--owner")
        public = _committer_key(key) if Role(role) in COMMITTERS else _public_key(key)
        with _as_usage():
            entry = policy_key(public, owner, not_before=not_before, not_after=not_after)
        policy = with_key(policy, Role(role), public.fingerprint, entry)
        if Role(role) is Role.LOG and policy.log_origin is None:
            # Without the name of the log its key counts for nothing; this is the usual name.
            origin = origin_of(policy.organization.corporate_number)
            policy = policy.model_copy(update={"log_origin": origin})
    if threshold is not None:
        with _as_usage():
            policy = with_threshold(policy, Role(role), threshold)
    _write_draft(console, folder, policy)


@click.pass_obj
def _remove(console: Console, *, fingerprint: str, role: str, folder: Path) -> None:
    """Take a key out of a role of the draft."""
    from mnaudit.signing.keys import parse_pin
    from mnaudit.signing.policy_editing import without_key
    from mnaudit.signing.trust_policy import Role

    policy = without_key(_draft(folder), Role(role), parse_pin(fingerprint))
    _write_draft(console, folder, policy)


@click.pass_obj
def _revoke(console: Console, *, fingerprint: str, at: datetime, reason: Any, folder: Path) -> None:
    """Say in the draft from when a key does not count any more."""
    from mnaudit.signing.keys import parse_pin
    from mnaudit.signing.policy_editing import revoke
    from mnaudit.signing.trust_policy import Revocation

    revocation = Revocation(at=at, reason=reason)
    policy = revoke(_draft(folder), parse_pin(fingerprint), revocation)
    _write_draft(console, folder, policy)


@click.pass_obj
def _rotate(
    console: Console,
    /,
    *,
    expires: datetime,
    issued: datetime | None,
    folder: Path,
    **settings: Any,
) -> None:
    """Begin the next version with what stands in the newest."""
    from mnaudit.load.trust import DRAFT
    from mnaudit.signing.policy_editing import next_version

    if (folder / DRAFT).exists():
        raise ConfigurationError("MN062", path=(folder / DRAFT).as_posix())
    policy = next_version(_latest(folder).policy, issued=issued or now(), expires=expires)
    _write_draft(console, folder, _with_settings(policy, settings))


@click.pass_obj
def _sign(console: Console, *, key: Path | str, folder: Path) -> int:
    """Add one signature to the draft; with enough of them it becomes the next version."""
    from mnaudit.cli.options import signing_key
    from mnaudit.load.trust import DRAFT, SIGNATURES
    from mnaudit.signing.policy_chain import SignedPolicy, add_signature, root_owners
    from mnaudit.signing.policy_defects import defects_of
    from mnaudit.signing.policy_envelope import file_name, wrap_policy
    from mnaudit.signing.trust_policy import Role
    from mnaudit.store.files import write
    from mnaudit.store.trust import remove

    policy = _draft(folder)
    if defects := defects_of(policy):
        for defect in defects:
            console.complain(defect.code, dict(defect.values))
        return ExitCode.TRUST
    bases = [policy] if policy.version == 1 else [_latest(folder).policy, policy]
    if policy.version != 1 and policy.version != bases[0].version + 1:
        raise ConfigurationError("MN064", what=file_name(policy.version - 1), folder=str(folder))
    signer, _ = signing_key(console, key, os.environ)
    if not any(signer.public.fingerprint in base.keys_of(Role.ROOT) for base in bases):
        raise ConfigurationError("MN063", what="--key", key=signer.public.fingerprint)
    envelope = add_signature(policy, _signatures(folder), signer)
    signed = SignedPolicy(policy, envelope)
    is_complete = True
    for base in bases:
        have, need = len(root_owners(signed, base)), base.roles[Role.ROOT].threshold
        is_complete = is_complete and have >= need
        console.say("trust.counted", version=base.version, have=have, need=need)
    if not is_complete:
        write(folder / SIGNATURES, wrap_policy(envelope))
        console.say("trust.more_signatures", path=(folder / SIGNATURES).as_posix())
    else:
        path = folder / file_name(policy.version)
        write(path, wrap_policy(envelope))
        remove(folder / DRAFT)
        remove(folder / SIGNATURES)
        console.say("trust.complete", path=path.as_posix())
    console.result(grouped(signed.fingerprint))
    return ExitCode.SATISFIED


# For everybody


@click.pass_obj
def _show(console: Console, *, policy: Path, format_: str) -> int:
    """Show a policy, who signed it, and everything that is wrong with it."""
    from mnaudit.cli.trust_page import as_json, as_text
    from mnaudit.load.trust import DRAFT, policies_in, read_file
    from mnaudit.signing.dsse import Envelope
    from mnaudit.signing.policy_chain import SignedPolicy
    from mnaudit.signing.policy_defects import defects_of
    from mnaudit.signing.policy_envelope import unwrap_policy
    from mnaudit.signing.trust_policy import PAYLOAD_TYPE, dump_policy, read_payload

    if policy.is_dir() and (policy / DRAFT).exists():
        draft, collected = _draft(policy), _signatures(policy)
        payload = dump_policy(draft)
        if collected is None or collected.payload != payload:
            collected = Envelope(PAYLOAD_TYPE, payload, ())
        shown = SignedPolicy(draft, collected)
    else:
        if policy.is_dir():
            known = policies_in(policy)
            if not known:
                raise _none_in(policy)
            data = known[max(known)]
        else:
            data = read_file(policy)
        envelope = unwrap_policy(data)
        shown = SignedPolicy(read_payload(envelope.payload), envelope)
    defects = defects_of(shown.policy)
    if format_ == "json":
        console.rendered("json", as_json(shown, defects))
    else:
        for line in as_text(shown, defects, console.language):
            console.result(line)
    return ExitCode.TRUST if defects else ExitCode.SATISFIED


@click.pass_obj
def _allowed_signers(console: Console, *, policy: Path, output: Path) -> None:
    """Write the keys that may sign commits for ssh-keygen and git."""
    from mnaudit.load.trust import read_file
    from mnaudit.signing.policy_chain import parse_policy
    from mnaudit.signing.ssh_signers import allowed_signers
    from mnaudit.store.files import write

    signed = _latest(policy) if policy.is_dir() else parse_policy(read_file(policy))
    text = allowed_signers(signed.policy)
    write(output, text.encode())
    console.say("trust.signers", path=output.as_posix(), count=text.count("\n"))


# For those who verify


@click.pass_obj
def _pin(console: Console, *, policy: Path, fingerprint: str, output: Path) -> None:
    """Accept the first policy by a fingerprint that came on another way."""
    from mnaudit.load.trust import read_file
    from mnaudit.signing.keys import parse_pin
    from mnaudit.signing.policy_chain import accept_first, first_state
    from mnaudit.store.trust import write_trust_state

    if os.path.lexists(output):
        # A second pin would forget every rollback that the first one could stop.
        raise ConfigurationError("MN062", path=output.as_posix())
    signed = accept_first(read_file(policy), parse_pin(fingerprint))
    write_trust_state(output, first_state(signed))
    _say_accepted(console, signed, output)


@click.pass_obj
def _update(console: Console, *, state: Path, policies: tuple[Path, ...]) -> None:
    """Accept the versions that follow the one accepted last."""
    from mnaudit.load.trust import read_file, read_trust_state
    from mnaudit.signing.policy_chain import newest, parse_policy, stored_policy
    from mnaudit.store.trust import changing, write_trust_state

    read_trust_state(state)  # if there is none, say so before anything else
    with changing(state):
        remembered = read_trust_state(state)
        current = stored_policy(remembered)
        found: dict[int, SignedPolicy] = {}
        for path in policies:
            given = parse_policy(read_file(path))
            known = found.setdefault(given.policy.version, given)
            if known.fingerprint != given.fingerprint:
                raise TrustError("MN488", version=given.policy.version, known=given.policy.version)
        if max(found) < current.policy.version:
            raise TrustError("MN488", version=max(found), known=current.policy.version)
        reached = newest(current, {each: given.text.encode() for each, given in found.items()})
        write_trust_state(state, remembered.model_copy(update={"policy": reached.text}))
    _say_accepted(console, reached, state)


def _public_key(path: Path) -> PublicKey:
    from mnaudit.load.keyfiles import read_public_key
    from mnaudit.signing.keys import load_public

    return load_public(read_public_key(path))


def _committer_key(path: Path) -> PublicKey:
    """Read the key of somebody who signs commits: as PEM, or the line that OpenSSH writes."""
    from mnaudit.load.keyfiles import read_public_key
    from mnaudit.signing.keys import load_public
    from mnaudit.signing.sshsig import is_public_line, read_public_line

    data = read_public_key(path)
    return read_public_line(data) if is_public_line(data) else load_public(data)


def _authority(
    root: Path,
    signer: Path | None,
    owner: str,
    oids: tuple[str, ...],
    window: tuple[datetime | None, datetime | None],
) -> TimeAuthority:
    from mnaudit.load.keyfiles import read_public_key
    from mnaudit.signing.time_authority import TimeAuthority

    def text(path: Path) -> str:
        return read_public_key(path).decode("ascii", errors="replace")

    with _as_usage():
        return TimeAuthority(
            owner=owner,
            root_pem=text(root),
            signer_pem=None if signer is None else text(signer),
            policy_oids=tuple(sorted(set(oids))),
            not_before=window[0],
            not_after=window[1],
        )


@contextmanager
def _as_usage() -> Iterator[None]:
    """Let a value that the policy cannot hold be wrong usage, and not a crash."""
    from pydantic import ValidationError

    try:
        yield
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise ConfigurationError("MN012", detail=where) from error


def _with_settings(policy: TrustPolicy, settings: dict[str, Any]) -> TrustPolicy:
    """Return the policy with the demands that were given; what was not given stays."""
    demands = {
        name: settings[option]
        for name, option in (
            ("time_stamp", "need_time_stamp"),
            ("log", "need_log"),
            ("witnesses", "need_witnesses"),
        )
        if settings[option] is not None
    }
    given = {
        name: settings[name]
        for name in ("max_status_age", "log_origin")
        if settings[name] is not None
    }
    changed = policy.demands.model_copy(update=demands)
    return policy.model_copy(update={**given, "demands": changed})


def _draft(folder: Path) -> TrustPolicy:
    from mnaudit.load.trust import DRAFT, read_file
    from mnaudit.signing.trust_policy import read_draft

    path = folder / DRAFT
    if not path.exists():
        raise ConfigurationError("MN064", what=DRAFT, folder=folder.as_posix())
    return read_draft(read_file(path))


def _write_draft(console: Console, folder: Path, policy: TrustPolicy) -> None:
    from mnaudit.load.trust import DRAFT
    from mnaudit.signing.policy_defects import defects_of
    from mnaudit.signing.trust_policy import TrustPolicy
    from mnaudit.store.trust import write_draft

    with _as_usage():  # copies are not validated, and an option may hold anything
        policy = TrustPolicy.model_validate(policy.model_dump())
    write_draft(folder / DRAFT, policy)
    missing = len(defects_of(policy))
    console.say("trust.draft", path=(folder / DRAFT).as_posix(), version=policy.version)
    if missing:
        console.say("trust.unfinished", count=missing)


def _signatures(folder: Path) -> Envelope | None:
    """Return the signatures over the draft that were collected so far."""
    from mnaudit.load.trust import SIGNATURES, read_file
    from mnaudit.signing.policy_envelope import unwrap_policy

    path = folder / SIGNATURES
    return unwrap_policy(read_file(path)) if path.exists() else None


def _latest(folder: Path) -> SignedPolicy:
    """Return the newest version of our own folder, from the first one by the chain."""
    from mnaudit.load.trust import policies_in
    from mnaudit.signing.policy_chain import accept_first, newest, parse_policy

    known = policies_in(folder)
    if not known:
        raise _none_in(folder)
    first = known[min(known)]
    return newest(accept_first(first, parse_policy(first).fingerprint), known)


def _none_in(folder: Path) -> ConfigurationError:
    return ConfigurationError("MN064", what="policy.v*.dsse.json", folder=folder.as_posix())


def _say_accepted(console: Console, signed: SignedPolicy, path: Path) -> None:
    policy = signed.policy
    console.say(
        "trust.accepted",
        path=path.as_posix(),
        version=policy.version,
        number=policy.organization.corporate_number,
        expires=policy.expires.astimezone(JAPAN).date(),
    )
    console.result(grouped(signed.fingerprint))
