"""mnaudit sources: the portal of official information: list, show, check."""

from __future__ import annotations

import json
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from mnaudit.cli.words import BilingualCommand, BilingualGroup
from mnaudit.errors import ConfigurationError, ExitCode
from mnaudit.messages import join, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.cli.console import Console
    from mnaudit.messages import Language
    from mnaudit.model.base import Text
    from mnaudit.model.schema_fields import SchemaFields
    from mnaudit.model.source import PageState, Source, Sources
    from mnaudit.remote import Reply

__all__ = ["command", "state_of"]

_SCHEMA = "sources.schema.json"
_GONE = frozenset({404, 410})
_CLEAR_LINE = "\r\x1b[K"


def command(language: Language) -> click.Command:
    """Build the group."""
    from mnaudit.model.source_terms import Audience, Stage, Topic

    def choice(name: str, values: tuple[str, ...]) -> click.Option:
        shown = phrase(f"help.sources_{name}", language)
        return click.Option([f"--{name}"], type=click.Choice(values), help=shown)

    controls = click.Option(
        ["--controls"],
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help=phrase("help.sources_controls", language),
    )
    format_ = click.Option(
        ["--format", "format_"],
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help=phrase("help.format", language),
    )
    timeout = click.Option(
        ["--timeout"],
        type=click.FloatRange(min=0.1, max=600),
        default=20.0,
        show_default=True,
        help=phrase("help.sources_timeout", language),
    )
    stages = (*get_args(Stage), "secure")
    parts: dict[str, tuple[Any, list[click.Parameter]]] = {
        "list": (
            _list,
            [
                choice("audience", get_args(Audience)),
                choice("topic", get_args(Topic)),
                choice("stage", stages),
            ],
        ),
        "show": (_show, [click.Argument(["source"], metavar="ID")]),
        "check": (_check, [click.Argument(["ids"], nargs=-1, metavar="[ID]..."), timeout]),
    }
    return BilingualGroup(
        name="sources",
        language=language,
        help=phrase("help.sources", language),
        commands={
            name: BilingualCommand(
                name=name,
                language=language,
                help=phrase(f"help.sources_{name}", language),
                params=[*params, controls, format_],
                callback=callback,
            )
            for name, (callback, params) in parts.items()
        },
    )


@click.pass_obj
def _list(
    console: Console,
    *,
    audience: str | None,
    topic: str | None,
    stage: str | None,
    controls: Path | None,
    format_: str,
) -> None:
    """Print the sources that meet every condition given."""
    sources = _read(controls)
    if stage == "secure":  # every stage: what is about security control itself
        chosen = tuple(
            source
            for source in sources.chosen(audience=audience, topic=topic)
            if "security" in source.topics
        )
    else:
        chosen = sources.chosen(audience=audience, topic=topic, stage=stage)
    if format_ == "json":
        _print_json(console, "sources", {"sources": [_data(source) for source in chosen]})
        return
    language = console.language
    if stage is not None:
        for line in _sections(sources, stage, language):
            console.result(line)
        console.result("")
    for source in chosen:
        for line in _brief(source, language):
            console.result(line)
    if chosen:
        console.result(_say(language, "count", count=len(chosen)))
    else:
        console.result(_say(language, "none"))


@click.pass_obj
def _show(console: Console, *, source: str, controls: Path | None, format_: str) -> None:
    """Print everything about one source."""
    sources = _read(controls)
    found = _known(sources, source)
    if format_ == "json":
        _print_json(console, "source", {"source": _data(found)})
        return
    for line in _full(sources, found, console.language):
        console.result(line)


@click.pass_obj
def _check(
    console: Console,
    *,
    ids: tuple[str, ...],
    timeout: float,
    controls: Path | None,
    format_: str,
) -> int:
    """Open every address; end with 1 if one moved, changed or is gone, with 3 if one is silent."""
    from mnaudit.model.source import PageState

    sources = _read(controls)
    chosen = [_known(sources, id_) for id_ in ids] if ids else list(sources.sources)
    results = list(_look(console, chosen, timeout))
    if format_ == "json":
        data = [
            {
                "id": source.id,
                "address": source.address,
                "state": state,
                "status": reply.status,
                "moved_to": reply.address,
                "sha256": reply.sha256,
                "reason": reply.reason,
            }
            for source, reply, state in results
        ]
        _print_json(console, "sources-check", {"sources": data})
    else:
        for source, reply, state in results:
            console.result(_result(source, reply, state, console.language))
        counted = Counter(state for _, _, state in results)
        parts = [
            _say(console.language, "summary_part", state=_say(console.language, state), count=n)
            for state in PageState
            if (n := counted[state])
        ]
        counts = join(parts, console.language)
        console.result(_say(console.language, "summary", counts=counts))
    states = {state for _, _, state in results}
    if states & {PageState.MOVED, PageState.CHANGED, PageState.GONE}:
        return ExitCode.NOT_SATISFIED
    return ExitCode.INPUT if PageState.UNREACHABLE in states else ExitCode.SATISFIED


def state_of(source: Source, reply: Reply | None) -> PageState:
    """Tell what an answer means for a source.

    Args:
        source: The source.
        reply: What its server said; None if nobody was asked.
    """
    from mnaudit.model.source import PageState

    if reply is None:
        return PageState.NO_ADDRESS
    if reply.status in _GONE:
        return PageState.GONE
    if reply.sha256 is None:
        return PageState.UNREACHABLE
    if reply.address is not None:
        return PageState.MOVED
    if source.sha256 is not None and source.sha256 != reply.sha256:
        return PageState.CHANGED
    return PageState.OK


def _look(
    console: Console, sources: list[Source], timeout: float
) -> Iterator[tuple[Source, Reply, PageState]]:
    """Ask for one page after the other, with a line about the progress on a terminal."""
    from mnaudit.remote import Reply, fetch

    shows = sys.stderr.isatty() and not console.quiet
    for number, source in enumerate(sources, 1):
        if shows:
            values = {"done": number, "total": len(sources), "id": source.id}
            click.echo(
                _CLEAR_LINE + _say(console.language, "progress", **values), nl=False, err=True
            )
        if source.address is None:
            yield source, Reply(0), state_of(source, None)
            continue
        reply = fetch(source.address, timeout_seconds=timeout)
        yield source, reply, state_of(source, reply)
    if shows:
        click.echo(_CLEAR_LINE, nl=False, err=True)


def _result(source: Source, reply: Reply, state: PageState, language: Language) -> str:
    from mnaudit.cli.console import visible

    told = {"moved": reply.address, "unreachable": reply.reason, "gone": reply.reason}
    detail = told.get(state) or (reply.sha256 if state == "changed" else None)
    values = {"state": _say(language, state), "id": source.id}
    if detail is None:
        return _say(language, "result", **values)
    return _say(language, "result_more", **values, detail=visible(detail))


# --- words


def _brief(source: Source, language: Language) -> Iterator[str]:
    yield _say(language, "heading", id=source.id, title=_words(source.title, language))
    yield f"    {_words(source.issuer, language)}"
    yield f"    {source.address or _say(language, 'no_address')}"
    yield f"    {_line(language, 'checked', _checked(source, language))}"


def _full(sources: Sources, source: Source, language: Language) -> Iterator[str]:
    yield _say(language, "heading", id=source.id, title=_words(source.title, language))
    yield _line(language, "issuer", _words(source.issuer, language))
    yield _line(language, "address", source.address or _say(language, "no_address"))
    for name, values in (
        ("audience", source.audience),
        ("topics", source.topics),
        ("stages", source.stages),
    ):
        words = [_meaning(name.removesuffix("s"), value, language) for value in values]
        yield _line(language, name, join(words, language))
    if source.edition is not None:
        yield _line(language, "edition", source.edition)
    yield _line(language, "checked", _checked(source, language))
    if source.sha256 is not None:
        yield _line(language, "sha256", source.sha256)
    if source.note is not None:
        yield _line(language, "note", _words(source.note, language))
    sections = [section for section in sources.sections if section.source == source.id]
    if sections:
        yield ""
        yield _say(language, "measures")
    for section in sections:
        title = _words(section.title, language)
        named = _say(language, "section", id=section.id, title=title)
        yield f"    {named}  {sources.address_of(section.id) or ''}".rstrip()


def _sections(sources: Sources, stage: str, language: Language) -> Iterator[str]:
    """Yield where the guideline speaks of a stage (the table of JNSA's link collection)."""
    for entry in sources.stages:
        if entry.id == stage:
            name = _words(entry.title, language)
            yield _say(language, "line", name=_say(language, "sections"), value=name)
            for id_ in entry.sections:
                section = sources.section[id_]
                title = _words(section.title, language)
                named = _say(language, "section", id=id_, title=title)
                yield f"    {named}  {sources.address_of(id_) or ''}".rstrip()


def _checked(source: Source, language: Language) -> str:
    status = _meaning("status", source.status, language)
    return _say(language, "checked_value", day=source.checked_on.isoformat(), status=status)


def _meaning(name: str, value: str, language: Language) -> str:
    """Return what a value means, by the schema of the sources."""
    schema, fields = _schema()
    node = schema["$defs"].get(name) or schema["$defs"]["source"]["properties"][name]
    return fields.meaning(((_SCHEMA, node),), value, english=language == "en") or value


@cache
def _schema() -> tuple[dict[str, Any], SchemaFields]:
    from mnaudit.load.data import read_schema
    from mnaudit.load.shipped import shipped
    from mnaudit.model.schema_fields import SchemaFields

    schema = read_schema(shipped("schema"), _SCHEMA)
    return schema, SchemaFields({_SCHEMA: schema})


def _line(language: Language, name: str, value: str) -> str:
    return _say(language, "line", name=_say(language, name), value=value)


def _say(language: Language, key: str, /, **values: object) -> str:
    return phrase(f"sources.{key}", language, **values)


def _words(text: Text, language: Language) -> str:
    return text.ja if language == "ja" else text.en


# --- data


def _read(controls: Path | None) -> Sources:
    from mnaudit.load.shipped import shipped
    from mnaudit.load.sources import read_sources

    return read_sources(shipped("controls") if controls is None else controls)


def _known(sources: Sources, id_: str) -> Source:
    found = sources.source.get(id_)
    if found is None:
        raise ConfigurationError("MN338", id=id_)
    return found


def _data(source: Source) -> dict[str, Any]:
    return source.model_dump(mode="json", exclude_none=True)


def _print_json(console: Console, name: str, data: dict[str, Any]) -> None:
    document = {"schema": f"mnaudit/{name}@1", **data}
    text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True)
    console.rendered("json", f"{text}\n".encode())
