"""mnaudit schema: the JSON Schemas, for editors and other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mnaudit.cli.words import BilingualCommand, BilingualGroup
from mnaudit.errors import ConfigurationError
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from mnaudit.cli.console import Console
    from mnaudit.messages import Language

__all__ = ["command"]


def command(language: Language) -> click.Command:
    """Build the group."""
    listing = BilingualCommand(
        name="list",
        language=language,
        help=phrase("help.schema_list", language),
        callback=_list,
    )
    export = BilingualCommand(
        name="export",
        language=language,
        help=phrase("help.schema_export", language),
        params=[
            click.Argument(["name"], help=phrase("help.schema_name", language)),
            click.Option(
                ["-o", "--output"],
                type=click.Path(path_type=Path, dir_okay=False),
                help=phrase("help.output", language),
            ),
        ],
        callback=_export,
    )
    return BilingualGroup(
        name="schema",
        language=language,
        help=phrase("help.schema", language),
        commands={"list": listing, "export": export},
    )


@click.pass_obj
def _list(console: Console) -> None:
    """Print the name and title of every schema."""
    from mnaudit.load.data import read_schema, schema_names
    from mnaudit.load.shipped import shipped

    schemas = shipped("schema")
    for name in schema_names(schemas):
        schema = read_schema(schemas, name)
        english = schema.get("x-en", {}).get("title", "")
        title = schema.get("title", "") if console.language == "ja" else english
        console.result(f"{_short(name):24} {title}".rstrip())


@click.pass_obj
def _export(console: Console, *, name: str, output: Path | None) -> None:
    """Print one schema with everything that it refers to inside, for any validator."""
    import orjson

    from mnaudit.load.data import schema_names
    from mnaudit.load.shipped import shipped
    from mnaudit.store.files import write

    schemas = shipped("schema")
    known = {_short(full): full for full in schema_names(schemas)}
    if name not in known:
        raise ConfigurationError("MN015", name=name, known=", ".join(known))
    data = orjson.dumps(_self_contained(schemas, known[name]), option=orjson.OPT_INDENT_2) + b"\n"
    if output is None:
        console.rendered("json", data)
    else:
        write(output, data)


def _short(name: str) -> str:
    return name.removeprefix("evidence/").removesuffix(".schema.json")


def _self_contained(schemas: Any, name: str) -> dict[str, Any]:
    """Move what the schema refers to into its ``$defs``."""
    from mnaudit.load.data import read_schema

    inner: dict[str, Any] = {}

    def inlined(node: Any) -> Any:
        if isinstance(node, list):
            return [inlined(item) for item in node]
        if not isinstance(node, dict):
            return node
        copy = {key: inlined(value) for key, value in node.items()}
        file, _, fragment = str(copy.get("$ref", "#")).partition("#")
        if file:
            short = file.removeprefix("../")
            if short not in inner:
                inner[short] = {}
                inner[short] = moved(read_schema(schemas, short), short)
                inner[short].pop("$schema", None)
            copy["$ref"] = f"#/$defs/{_short(short)}{fragment}"
        return copy

    def moved(node: Any, short: str) -> Any:
        """Let references within the moved file follow it."""
        if isinstance(node, list):
            return [moved(item, short) for item in node]
        if not isinstance(node, dict):
            return node
        copy = {key: moved(value, short) for key, value in node.items()}
        target = str(copy.get("$ref", ""))
        if target.startswith("#"):
            copy["$ref"] = f"#/$defs/{_short(short)}{target[1:]}"
        return copy

    whole: dict[str, Any] = inlined(read_schema(schemas, name))
    if inner:
        whole["$defs"] = {**whole.get("$defs", {}), **{_short(k): v for k, v in inner.items()}}
    return whole
