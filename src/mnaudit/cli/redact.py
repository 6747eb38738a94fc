"""mnaudit redact: the way out after a number got in: tombstones, and what is left to be done."""

from __future__ import annotations

import json
import secrets
import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mnaudit.cli.console import visible
from mnaudit.cli.options import Day, folder_argument, today
from mnaudit.cli.words import BilingualCommand, BilingualGroup
from mnaudit.errors import ConfigurationError, ExitCode, InputError
from mnaudit.messages import entry, join, phrase, phrases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from mnaudit.cli.console import Console
    from mnaudit.cli.redacting import Tombstone
    from mnaudit.messages import Language
    from mnaudit.model.redaction import Redaction

__all__ = ["command"]

_NUMBER = "MN501"
_SALT_BYTES = 32
_REF_MAP = Path(".git/filter-repo/ref-map")


def command(language: Language) -> click.Command:
    """Build the group."""
    return BilingualGroup(
        name="redact",
        language=language,
        help=phrase("help.redact", language),
        commands={
            "add": _add_command(language),
            "list": _list_command(language),
            "check": _check_command(language),
            "rewritten": _rewritten_command(language),
        },
    )


def _add_command(language: Language) -> click.Command:
    file = click.Path(path_type=Path, dir_okay=False)
    return BilingualCommand(
        name="add",
        language=language,
        help=phrase("help.redact_add", language),
        params=[
            click.Argument(
                ["path"], type=click.Path(path_type=Path), help=phrase("help.redact_path", language)
            ),
            click.Option(
                ["--evidence"],
                type=click.Path(path_type=Path, file_okay=False),
                default=Path("evidence"),
                show_default=True,
                help=phrase("help.evidence", language),
            ),
            click.Option(["--reason"], required=True, help=phrase("help.redact_reason", language)),
            click.Option(
                ["--requested-by"],
                required=True,
                metavar='"E0003 ROLE"',
                help=phrase("help.requested_by", language),
            ),
            click.Option(
                ["--approved-by"],
                required=True,
                metavar='"E0001 ROLE"',
                help=phrase("help.approved_by", language),
            ),
            click.Option(
                ["--discovered"], type=Day(language), help=phrase("help.discovered", language)
            ),
            click.Option(
                ["--bundle", "bundles"],
                type=file,
                multiple=True,
                help=phrase("help.redact_bundle", language),
            ),
            click.Option(
                ["--log"],
                type=click.Path(path_type=Path, file_okay=False),
                help=phrase("help.redact_log", language),
            ),
            click.Option(["--id", "id_"], help=phrase("help.redact_id", language)),
            click.Option(["--kind"], help=phrase("help.redact_kind", language)),
            click.Option(
                ["--replaced-by"],
                type=click.Path(path_type=Path),
                help=phrase("help.replaced_by", language),
            ),
            click.Option(["--salt-out"], type=file, help=phrase("help.salt_out", language)),
            click.Option(
                ["--with-attachments"],
                is_flag=True,
                help=phrase("help.with_attachments", language),
            ),
            click.Option(["--dry-run"], is_flag=True, help=phrase("help.redact_dry_run", language)),
        ],
        callback=_add,
    )


def _list_command(language: Language) -> click.Command:
    return BilingualCommand(
        name="list",
        language=language,
        help=phrase("help.redact_list", language),
        params=[folder_argument(language), _format_option(language)],
        callback=_list,
    )


def _check_command(language: Language) -> click.Command:
    return BilingualCommand(
        name="check",
        language=language,
        help=phrase("help.redact_check", language),
        params=[
            folder_argument(language),
            click.Option(["--history"], is_flag=True, help=phrase("help.redact_history", language)),
            click.Option(
                ["--log"],
                type=click.Path(path_type=Path, file_okay=False),
                help=phrase("help.redact_check_log", language),
            ),
            _format_option(language),
        ],
        callback=_check,
    )


def _rewritten_command(language: Language) -> click.Command:
    return BilingualCommand(
        name="rewritten",
        language=language,
        help=phrase("help.redact_rewritten", language),
        params=[
            folder_argument(language),
            click.Option(
                ["--ref-map"],
                type=click.Path(path_type=Path, dir_okay=False),
                default=_REF_MAP,
                show_default=True,
                help=phrase("help.ref_map", language),
            ),
        ],
        callback=_rewritten,
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
def _add(
    console: Console,
    *,
    path: Path,
    evidence: Path,
    reason: str,
    requested_by: str,
    approved_by: str,
    discovered: date | None,
    bundles: tuple[Path, ...],
    log: Path | None,
    id_: str | None,
    kind: str | None,
    replaced_by: Path | None,
    salt_out: Path | None,
    with_attachments: bool,
    dry_run: bool,
) -> int:
    """Write the tombstone and remove the file; nothing is written if a number would be."""
    from mnaudit.cli.redacting import Asked, bury, evidence_path, prepare
    from mnaudit.store.files import write_private

    salt = secrets.token_bytes(_SALT_BYTES)
    asked = Asked(
        path=evidence_path(evidence, path),
        reason=reason,
        discovered_on=discovered or today(),
        redacted_on=today(),
        requested_by=requested_by,
        approved_by=approved_by,
        salt=salt,
        id=id_,
        kind=kind,
        replaced_by=None if replaced_by is None else evidence_path(evidence, replaced_by),
        bundles=bundles,
        log=log,
    )
    tombstone = prepare(evidence, asked)
    if refusal := _refusal(tombstone):
        console.complain(*refusal)
        return ExitCode.PRIVACY if refusal[0] == "MN514" else ExitCode.INPUT
    if dry_run:
        from mnaudit.store.redactions import as_yaml

        console.result(visible(as_yaml(tombstone.item)).replace("\\u000a", "\n"))
        return ExitCode.SATISFIED
    if salt_out is not None and tombstone.is_salted_here:
        write_private(salt_out, salt.hex().encode() + b"\n")
    bury(evidence, asked, tombstone)
    _tell(console, evidence, tombstone, salt_out)
    for orphan in tombstone.orphans if with_attachments else ():
        # Nobody can say what an attachment was to show once its document is gone.
        also = replace(asked, path=orphan, salt=secrets.token_bytes(_SALT_BYTES), id=None)
        also = replace(also, kind=None, replaced_by=None)
        tombstone = prepare(evidence, also)
        bury(evidence, also, tombstone)
        _tell(console, evidence, tombstone, None)
    return ExitCode.SATISFIED


def _refusal(tombstone: Tombstone) -> tuple[str, dict[str, str | int]] | None:
    """Return why a tombstone cannot be written: a number in it, or who and when."""
    from mnaudit.validate.redactions import may_hold_number

    item = tombstone.item
    told = {
        "id": item["id"],
        "path": item["path"],
        "declared_by": " ".join(item.get("declared_by", ())),
        "--reason": item["reason"],
        "--requested-by": item["requested_by"]["role"],
        "--approved-by": item["approved_by"]["role"],
        "--replaced-by": item.get("replaced_by", ""),
    }
    if fields := [name for name, text in told.items() if may_hold_number(text)]:
        return "MN514", {"field": fields[0]}
    if item["requested_by"]["code"] == item["approved_by"]["code"]:
        return "MN511", {"redaction": item["id"]}
    if item["redacted_on"] < item["discovered_on"]:
        return "MN512", {"redaction": item["id"]}
    return None


def _tell(console: Console, evidence: Path, tombstone: Tombstone, salt_out: Path | None) -> None:
    """Say what was changed, what the tombstone stands on, and what comes next."""
    from mnaudit.model.document import REDACTIONS_PATH

    item = tombstone.item
    console.result(visible((evidence / REDACTIONS_PATH).as_posix()))
    console.say("redact.added", id=item["id"], statuses=len(item["statuses"]))
    lists: tuple[tuple[str, Iterable[str]], ...] = (
        ("redact.edited", tombstone.edits),
        ("redact.by_hand", tombstone.by_hand),
        ("redact.orphans", map(_shown, tombstone.orphans)),
    )
    for key, paths in lists:
        if shown := join(map(visible, paths), console.language):
            console.say(key, paths=shown)
    if tombstone.untold:
        console.say("redact.untold", count=tombstone.untold)
    if tombstone.is_salted_here:
        if salt_out is None:
            console.say("redact.salt_gone")
        else:
            console.say("redact.salt_kept", path=visible(salt_out.as_posix()))
    if tombstone.is_hidden:
        console.say("redact.next_hidden")
    else:
        paths = [item["path"], *item.get("declared_by", ())][: 1 if not tombstone.by_hand else None]
        console.say("redact.next", command=_filter_command(evidence, paths))


def _shown(path: str) -> str:
    """Return a path as it may be told: not if it holds a number."""
    from mnaudit.validate.redactions import may_hold_number

    return "…" if may_hold_number(path) else path


def _filter_command(evidence: Path, paths: Iterable[str]) -> str:
    """Return the command that takes files out of the history."""
    from mnaudit.load.redactions import prefix_of

    prefix = prefix_of(evidence)
    names = [f"--path {shlex.quote(prefix + path)}" for path in paths]
    words = "git filter-repo --sensitive-data-removal --no-fetch --force --invert-paths"
    return " ".join([words, *names])


@click.pass_obj
def _list(console: Console, *, evidence: Path, format_: str) -> None:
    """List the tombstones."""
    redactions = _redactions(evidence)
    if format_ == "json":
        value = [each.model_dump(mode="json", exclude_none=True) for each in redactions]
        _dump(console, "mnaudit/redactions@1", {"redactions": value})
        return
    if not redactions:
        console.say("redact.none")
    for each in redactions:
        for line in _lines_of(each, console):
            console.result(visible(line))


def _lines_of(each: Redaction, console: Console) -> Iterator[str]:
    language = console.language
    mark = phrases(f"marks_{console.marks}", language)["unknown"]
    yield phrase(
        "redact.line",
        language,
        mark=mark,
        id=each.id,
        path=each.path,
        day=each.redacted_on.isoformat(),
        approver=each.approved_by.role,
    )
    yield phrase("redact.why", language, reason=each.reason)
    for covered in each.statuses:
        place = "－" if covered.sequence is None else covered.sequence
        yield phrase(
            "redact.covered",
            language,
            day=covered.as_of.isoformat(),
            sequence=place,
            leaf="－" if covered.leaf is None else covered.leaf.index,
            digest=covered.payload_sha256,
        )
    if each.rewritten is not None:
        yield phrase("redact.was_rewritten", language, day=each.rewritten.on.isoformat())
    if each.replaced_by is not None:
        yield phrase("redact.replaced", language, path=each.replaced_by)


@dataclass(frozen=True, slots=True)
class _Finding:
    """One thing that was looked at: where, for which tombstone, and what is left."""

    id: str
    where: str
    left: int | None
    refs: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        if self.left is None:
            return "not-applicable"
        return "failed" if self.left else "passed"


@click.pass_obj
def _check(
    console: Console, *, evidence: Path, history: bool, log: Path | None, format_: str
) -> int:
    """Tell where removed files still are, and what only people can do; 0 if nothing is left."""
    from mnaudit.load.redactions import is_repository

    redactions = _redactions(evidence)
    in_git = is_repository(evidence)
    if history and not in_git:
        raise InputError("MN072")
    found = [*_places(evidence, redactions, in_git=in_git)]
    if history:
        found += _whole_history(evidence)
    disagreeing = [] if log is None else _disagreements(redactions, log)
    is_clean = not any(each.left for each in found)
    if format_ == "json":
        _dump(console, "mnaudit/redaction-check@1", _check_value(found, disagreeing))
    else:
        for line in _check_lines(console, found, disagreeing):
            console.result(visible(line))
        _tell_rest(console, is_clean=is_clean, history=history, any_=bool(redactions))
    if disagreeing:
        return ExitCode.TRUST
    return ExitCode.SATISFIED if is_clean else ExitCode.PRIVACY


def _places(evidence: Path, redactions: Sequence[Redaction], *, in_git: bool) -> Iterator[_Finding]:
    """Look for each removed file by its name."""
    from mnaudit.load.redactions import traces_of

    told = [each for each in redactions if not (each.name_withheld or each.is_in_place)]
    traces = traces_of(evidence, [each.path for each in told]) if in_git else {}
    for each in redactions:
        if each not in told:
            # Its name says nothing: only the content of the history does.
            yield _Finding(each.id, "content", None)
            continue
        there = (evidence / each.path).exists() or (evidence / each.path).is_symlink()
        yield _Finding(each.id, "work-tree", int(there))
        trace = traces.get(each.path)
        yield _Finding(each.id, "index", None if trace is None else int(trace.staged))
        yield _Finding(
            each.id,
            "history",
            None if trace is None else trace.commits,
            () if trace is None else trace.refs,
        )


def _whole_history(evidence: Path) -> Iterator[_Finding]:
    """Look for numbers in everything that the repository keeps, and for what nothing names."""
    from mnaudit.load.redactions import leftovers_in

    yield _Finding("", "numbers", _numbers_in_history(evidence))
    left = leftovers_in(evidence)
    yield _Finding("", "cut-off", int(left.is_shallow))
    yield _Finding("", "unreachable", left.objects)
    yield _Finding("", "large-files", left.large)


def _numbers_in_history(evidence: Path) -> int:
    """Count the places of numbers; the allow-list of the company does not count here."""
    from mnaudit.load.git_blobs import read_history
    from mnaudit.load.git_run import Git, GitError
    from mnaudit.load.redactions import top_of
    from mnaudit.load.scan_rules import read_scan_rules
    from mnaudit.load.shipped import shipped
    from mnaudit.scan import scan_sources

    rules, _ = read_scan_rules(shipped("controls"), None, today())
    try:
        sources = read_history(Git(top_of(evidence)))
        results = (result for _, result in scan_sources(sources, rules))
        return sum(hit.code == _NUMBER for result in results for hit in result.hits)
    except GitError as error:
        raise InputError("MN074") from error


def _disagreements(redactions: Iterable[Redaction], log: Path) -> list[dict[str, Any]]:
    from mnaudit.load.log import read_log
    from mnaudit.signing.redaction import log_defects

    payloads = read_log(log).payloads
    return [
        {"code": code, **values}
        for each in redactions
        for code, values in log_defects(each, payloads)
    ]


def _check_lines(
    console: Console, found: Iterable[_Finding], disagreeing: Iterable[dict[str, Any]]
) -> Iterator[str]:
    language = console.language
    marks = phrases(f"marks_{console.marks}", language)
    for each in found:
        where = phrase(f"redact.in_{each.where.replace('-', '_')}", language)
        mark = marks[each.outcome]
        line = phrase("redact.place", language, mark=mark, id=each.id, where=where).rstrip()
        if not each.left:
            yield line
            continue
        refs = join(each.refs, language)
        told = entry("MN518", language)
        yield f"{line}  [MN518] {told['text'].format(count=each.left, refs=refs).rstrip()}"
        yield f"    {phrase('console.remedy', language)}: {told['remedy']}"
    for defect in disagreeing:
        told = entry(str(defect["code"]), language)
        yield f"{marks['failed']} [{defect['code']}] {told['text'].format(**defect)}"


def _tell_rest(console: Console, *, is_clean: bool, history: bool, any_: bool) -> None:
    """Say what the program cannot look at."""
    if not any_:
        console.say("redact.none")
        return
    console.say("redact.clean" if is_clean else "redact.left")
    if not history:
        console.say("redact.use_history")
    console.say("redact.by_people")


def _check_value(
    found: Iterable[_Finding], disagreeing: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "places": [
            {
                "redaction": each.id,
                "where": each.where,
                "outcome": each.outcome,
                "left": each.left,
                "refs": list(each.refs),
            }
            for each in found
        ],
        "log": list(disagreeing),
    }


@click.pass_obj
def _rewritten(console: Console, *, evidence: Path, ref_map: Path) -> int:
    """Note in all tombstones that have no such note which head became which."""
    from mnaudit.cli.redacting import noted, read_redactions
    from mnaudit.load.redactions import read_ref_map
    from mnaudit.model.document import REDACTIONS_PATH
    from mnaudit.store.files import write

    document, _ = read_redactions(evidence)
    heads = read_ref_map(ref_map)
    if document is None or not heads:
        raise ConfigurationError("MN515", reason="nothing")
    note = {
        "on": today().isoformat(),
        "heads": [{"ref": ref, "old": old, "new": new} for ref, old, new in heads],
    }
    data, count = noted(document, note)
    write(evidence / REDACTIONS_PATH, data)
    console.say("redact.noted", count=count, heads=len(heads))
    return ExitCode.SATISFIED


def _redactions(evidence: Path) -> tuple[Redaction, ...]:
    from mnaudit.cli.redacting import read_redactions
    from mnaudit.validate.redactions import redactions_of

    if not evidence.is_dir():
        raise ConfigurationError("MN002", path=str(evidence))
    document, _ = read_redactions(evidence)
    return () if document is None else redactions_of(document).redactions


def _dump(console: Console, schema: str, value: dict[str, Any]) -> None:
    document = {"schema": schema, **value}
    text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True)
    console.rendered("json", text.encode())
