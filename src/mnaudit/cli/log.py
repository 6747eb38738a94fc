"""mnaudit log: the history of statuses, what is in it, and whether it is unbroken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mnaudit.cli.console import visible
from mnaudit.cli.options import now
from mnaudit.cli.words import BilingualCommand, BilingualGroup
from mnaudit.errors import ConfigurationError, ExitCode, InputError
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from mnaudit.cli.console import Console
    from mnaudit.load.log import StoredLog
    from mnaudit.messages import Language
    from mnaudit.model.problem import Problem
    from mnaudit.signing.status_log import Entry
    from mnaudit.verify.chain import Authority, Chain

__all__ = ["command", "read_whole", "trust_option"]


def command(language: Language) -> click.Command:
    """Build the group."""
    show = BilingualCommand(
        name="show",
        language=language,
        help=phrase("help.log_show", language),
        params=[_log_argument(language), _format_option(language)],
        callback=_show,
    )
    verify = BilingualCommand(
        name="verify",
        language=language,
        help=phrase("help.log_verify", language),
        params=[
            _log_argument(language),
            trust_option(language),
            click.Option(
                ["--log-key", "log_keys"],
                type=click.Path(path_type=Path),
                multiple=True,
                help=phrase("help.log_key", language),
            ),
            click.Option(["--origin"], help=phrase("help.log_origin", language)),
            click.Option(
                ["--repository"],
                type=click.Path(path_type=Path, file_okay=False),
                help=phrase("help.log_repository", language),
            ),
            click.Option(
                ["--revision"],
                default="HEAD",
                show_default=True,
                help=phrase("help.log_revision", language),
            ),
            click.Option(
                ["--redactions"],
                type=click.Path(path_type=Path, dir_okay=False),
                help=phrase("help.log_redactions", language),
            ),
            click.Option(["--max-gap"], help=phrase("help.log_max_gap", language)),
            _format_option(language),
        ],
        callback=_verify,
    )
    return BilingualGroup(
        name="log",
        language=language,
        help=phrase("help.log", language),
        commands={
            "show": show,
            "verify": verify,
            "prove": _prove_command(language),
            "add-cosignature": _add_command(language),
        },
    )


def trust_option(language: Language, *, required: bool = False) -> click.Option:
    """--trust, the verifier's own memory."""
    return click.Option(
        ["--trust"],
        type=click.Path(path_type=Path, dir_okay=False),
        required=required,
        help=phrase("help.log_trust", language),
    )


def read_whole(folder: Path) -> tuple[StoredLog, bytes]:
    """Return a log that has entries, and its checkpoint.

    Raises:
        InputError: There is no log, or it has no checkpoint yet (``MN065``).
    """
    from mnaudit.load.log import read_log

    stored = read_log(folder)
    if stored.checkpoint is None:
        raise InputError("MN065", path=str(folder))
    return stored, stored.checkpoint


def _prove_command(language: Language) -> click.Command:
    return BilingualCommand(
        name="prove",
        language=language,
        help=phrase("help.log_prove", language),
        params=[
            _log_argument(language),
            click.Option(
                ["--entry"], type=click.IntRange(min=0), help=phrase("help.log_entry", language)
            ),
            click.Option(
                ["--since"], type=click.IntRange(min=1), help=phrase("help.log_since", language)
            ),
            click.Option(
                ["-o", "--output"],
                type=click.Path(path_type=Path, dir_okay=False),
                required=True,
                help=phrase("help.log_output", language),
            ),
        ],
        callback=_prove,
    )


def _add_command(language: Language) -> click.Command:
    return BilingualCommand(
        name="add-cosignature",
        language=language,
        help=phrase("help.log_add", language),
        params=[
            _log_argument(language),
            click.Argument(
                ["cosignature"],
                type=click.Path(path_type=Path),
                help=phrase("help.log_cosignature", language),
            ),
            trust_option(language),
            click.Option(
                ["--witness-key"],
                type=click.Path(path_type=Path),
                help=phrase("help.log_witness_key", language),
            ),
        ],
        callback=_add_cosignature,
    )


def _log_argument(language: Language) -> click.Argument:
    return click.Argument(
        ["log"],
        type=click.Path(path_type=Path, file_okay=False),
        help=phrase("help.log_folder", language),
    )


def _format_option(language: Language) -> click.Option:
    return click.Option(
        ["--format", "format_"],
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help=phrase("help.format", language),
    )


@click.pass_obj
def _show(console: Console, *, log: Path, format_: str) -> None:
    """List entries and signatures as they are, without a judgement about them."""
    from mnaudit.signing.note import read_checkpoint, read_note
    from mnaudit.signing.status_log import read_entry

    stored, checkpoint = read_whole(log)
    entries = [read_entry(payload, index) for index, payload in enumerate(stored.payloads)]
    note = read_note(checkpoint)
    found = read_checkpoint(note)
    if format_ == "json":
        signatures = [signature.name for signature in note.signatures]
        head = {"origin": found.origin, "size": found.size, "root": found.root.hex()}
        listed = [_entry_value(entry) for entry in entries]
        _dump(console, "mnaudit/log@1", head | {"signatures": signatures, "entries": listed})
        return
    root = found.root.hex()
    lines = [
        phrase("log.head", console.language, origin=found.origin, size=found.size, root=root),
        *(
            phrase("log.signed_by", console.language, name=signature.name)
            for signature in note.signatures
        ),
        *(_entry_line(entry, console.language) for entry in entries),
    ]
    for line in lines:
        console.result(visible(line))


@click.pass_obj
def _verify(
    console: Console,
    *,
    log: Path,
    trust: Path | None,
    log_keys: tuple[Path, ...],
    origin: str | None,
    repository: Path | None,
    revision: str,
    redactions: Path | None,
    max_gap: str | None,
    format_: str,
) -> int:
    """Name all defects and gaps; exit 0 only if there are none."""
    from mnaudit.load.log import first_parent_commits
    from mnaudit.verify.chain import check_chain, coverage, gaps, renamed, uncovered

    at = now()
    authority = _authority(trust, log_keys, origin, at)
    period = _period(max_gap, authority)
    stored, checkpoint = read_whole(log)
    chain = check_chain(stored.payloads, checkpoint, authority, at=at)
    missing = () if period is None else gaps(chain.entries, period, at)
    if repository is None and redactions is not None:
        raise ConfigurationError("MN011", parameter="--repository")
    commits = () if repository is None else first_parent_commits(repository, revision)
    heads, misfits = _rewritten_heads(redactions, stored.payloads)
    missing = (*missing, *misfits, *coverage(chain.entries, commits, heads))
    new = renamed(chain.entries, commits, heads)
    result = "INVALID" if chain.problems else "INDETERMINATE" if missing else "VALID"
    if format_ == "json":
        value = _chain_value(chain) | {
            "result": result,
            "problems": list(map(_problem_value, chain.problems)),
            "gaps": list(map(_problem_value, missing)),
            "uncovered": list(uncovered(chain.entries, commits)),
            "rewritten": {"commits": list(new.commits), "before": new.before},
        }
        _dump(console, "mnaudit/log-verification@1", value)
    else:
        if new.commits:
            console.complain("MN095", {"count": len(new.commits), "before": new.before})
        _tell(console, chain, missing, log)
    return ExitCode.SATISFIED if result == "VALID" else ExitCode.TRUST


@click.pass_obj
def _prove(
    console: Console, *, log: Path, entry: int | None, since: int | None, output: Path
) -> None:
    """Write the proof for one entry, or that the log has only grown."""
    from mnaudit.attest.history import log_members
    from mnaudit.signing.container import LOG_PROOF
    from mnaudit.signing.merkle import consistency_proof
    from mnaudit.signing.status_log import leaf_hashes
    from mnaudit.signing.tlog_proof import write_growth
    from mnaudit.store.files import write

    stored, checkpoint = read_whole(log)
    size = len(stored.payloads)
    members = log_members(stored.payloads, 0, checkpoint)  # refuses a log that does not fit
    if (entry is None) == (since is None):
        raise ConfigurationError("MN012", detail="--entry | --since")
    if entry is not None:
        if entry >= size:
            raise ConfigurationError("MN012", detail=f"--entry {entry} (0-{size - 1})")
        proof = (members if entry == 0 else log_members(stored.payloads, entry, checkpoint))[
            LOG_PROOF
        ]
    else:
        old = since or 0
        if old > size:
            raise ConfigurationError("MN012", detail=f"--since {old} (1-{size})")
        hashes = leaf_hashes(stored.payloads)
        proof = write_growth(old, consistency_proof(hashes, old), checkpoint)
    write(output, proof)
    console.say("log.proved", path=output.as_posix())


@click.pass_obj
def _add_cosignature(
    console: Console, *, log: Path, cosignature: Path, trust: Path | None, witness_key: Path | None
) -> None:
    """Add the line of a witness to the checkpoint, if it is good."""
    from mnaudit.load.keyfiles import read_public_key
    from mnaudit.load.log import read_cosignature
    from mnaudit.load.trust import read_trust_state
    from mnaudit.model.instant import instant_text
    from mnaudit.signing.keys import load_public
    from mnaudit.signing.note import add_signature, read_note, read_signature, write_note
    from mnaudit.signing.policy_defects import load_key
    from mnaudit.signing.trust_policy import Role
    from mnaudit.store.log import locked, replace_checkpoint
    from mnaudit.verify.witness import accepted_witness, policy_in_force

    if (trust is None) == (witness_key is None):
        raise ConfigurationError("MN012", detail="--trust | --witness-key")
    if trust is not None:
        policy = policy_in_force(read_trust_state(trust), now())
        keys = [load_key(policy.keys[each]) for each in policy.keys_of(Role.WITNESS)]
    else:
        keys = [load_public(read_public_key(witness_key or Path()))]
    line = read_cosignature(cosignature).decode("utf-8", "replace")
    signature = read_signature(line.removesuffix("\n"))
    with locked(log):
        _, checkpoint = read_whole(log)
        note = read_note(checkpoint)
        _, seen = accepted_witness(note, signature, keys)
        replace_checkpoint(log, write_note(add_signature(note, signature)))
    console.say("log.added", name=signature.name, time=instant_text(seen))


def _authority(
    trust: Path | None, log_keys: Sequence[Path], origin: str | None, at: datetime
) -> Authority:
    """Return whose signatures count."""
    from mnaudit.load.keyfiles import read_public_key
    from mnaudit.load.trust import read_trust_state
    from mnaudit.signing.keys import load_public
    from mnaudit.verify.chain import Authority
    from mnaudit.verify.witness import policy_in_force

    if trust is not None:
        if log_keys or origin is not None:
            # The policy says whose log it is; two answers would be one too many.
            raise ConfigurationError("MN012", detail="--trust | --log-key --origin")
        state = read_trust_state(trust)
        return Authority(policy=policy_in_force(state, at), accepted=state.checkpoint)
    return Authority(origin, tuple(load_public(read_public_key(path)) for path in log_keys))


def _period(max_gap: str | None, authority: Authority) -> str | None:
    """Return how much time may lie between two statuses."""
    import re

    from mnaudit.model.base import ISO_PERIOD

    if max_gap is None:
        return None if authority.policy is None else authority.policy.max_status_age
    if not re.fullmatch(ISO_PERIOD, max_gap, re.ASCII):
        raise ConfigurationError("MN012", detail=f"--max-gap {max_gap}")
    return max_gap


def _rewritten_heads(
    redactions: Path | None, payloads: Sequence[bytes]
) -> tuple[frozenset[str], tuple[Problem, ...]]:
    """Return the rewritten heads that tombstones name, and where tombstones and log disagree.

    A tombstone that does not fit the log explains nothing.
    """
    from mnaudit.cli.redacting import named_redactions
    from mnaudit.model.problem import Problem
    from mnaudit.signing.redaction import log_defects
    from mnaudit.verify.chain import CHECKPOINT

    known = () if redactions is None else named_redactions(redactions)
    defects = {each.id: log_defects(each, payloads) for each in known}
    heads = (
        head.new
        for each in known
        if each.rewritten is not None and not defects[each.id]
        for head in each.rewritten.heads
    )
    misfits = (
        Problem(CHECKPOINT, 0, 0, code, tuple(sorted(values.items())))
        for found in defects.values()
        for code, values in found
    )
    return frozenset(heads), tuple(misfits)


def _tell(console: Console, chain: Chain, missing: Sequence[Problem], log: Path) -> None:
    console.problems((*chain.problems, *missing), log)
    for line in _chain_lines(chain, console.language):
        console.result(visible(line))
    count = len(chain.problems) or len(missing)
    if chain.problems:
        said = phrase("log.bad", console.language, count=count)
    elif missing:
        said = phrase("log.gaps", console.language, count=count)
    else:
        said = phrase("log.good", console.language, size=len(chain.entries))
    console.result(said)


def _chain_lines(chain: Chain, language: Language) -> Iterator[str]:
    from mnaudit.model.instant import instant_text

    if (found := chain.checkpoint) is not None:
        root = found.root.hex()
        yield phrase("log.head", language, origin=found.origin, size=found.size, root=root)
    for seen in chain.witnesses:
        yield phrase("log.witnessed", language, owner=seen.owner, time=instant_text(seen.at))
    if not chain.witnesses:
        yield phrase("log.not_witnessed", language)


def _chain_value(chain: Chain) -> dict[str, Any]:
    from mnaudit.model.instant import instant_text

    found = chain.checkpoint
    return {
        "origin": None if found is None else found.origin,
        "size": None if found is None else found.size,
        "root": None if found is None else found.root.hex(),
        "witnesses": [
            {"owner": seen.owner, "at": instant_text(seen.at)} for seen in chain.witnesses
        ],
    }


def _entry_line(entry: Entry, language: Language) -> str:
    status = entry.status
    return phrase(
        "log.entry",
        language,
        number=entry.index,
        time=status.time_verified,
        as_of=status.as_of.isoformat(),
        minimum=phrase(f"gate.{status.tiers.minimum.status}", language),
        optional=phrase(f"gate.{status.tiers.optional.status}", language),
        commit="" if status.git is None else status.git.commit,
    ).rstrip()


def _entry_value(entry: Entry) -> dict[str, Any]:
    status = entry.status
    return {
        "index": entry.index,
        "sha256": entry.sha256,
        "sequence": entry.sequence,
        "previous": status.previous,
        "time_verified": status.time_verified,
        "as_of": status.as_of.isoformat(),
        "commit": None if status.git is None else status.git.commit,
        "tiers": {
            "minimum": status.tiers.minimum.status.value,
            "optional": status.tiers.optional.status.value,
        },
    }


def _problem_value(found: Problem) -> dict[str, Any]:
    return {"code": found.code, "path": found.path, "values": dict(found.values)}


def _dump(console: Console, schema: str, value: dict[str, Any]) -> None:
    import orjson

    options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2
    console.rendered("json", orjson.dumps({"schema": schema, **value}, option=options))
