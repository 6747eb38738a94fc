"""click's own words in both languages: headings, the help option, usage errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from mnaudit.messages import phrase

if TYPE_CHECKING:
    from mnaudit.messages import Language

__all__ = ["BilingualCommand", "BilingualGroup", "usage_problem"]


_OF_CLICK = {
    "missing": re.compile(r"^(Missing command)\."),
    "no_command": re.compile(r"^No such command '(.*)'\."),
    "extra": re.compile(r"^Got unexpected extra arguments? \((.*)\)"),
    "absent": re.compile(r"^(?:Directory|File|Path) '(.*)' does not exist"),
    "folder": re.compile(r"^(?:File|Path) '(.*)' is a directory"),
    "file": re.compile(r"^(?:Directory|Path) '(.*)' is a file"),
}
"""The sentences of click that can come up, and our phrases for them."""


class _Bilingual(click.Command):
    """Headings and the help option in the language of the command."""

    def __init__(self, *args: Any, language: Language, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language: Language = language

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = phrase("help.help", self.language)
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)
        prefix = phrase("help.usage", self.language)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=f"{prefix}: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self._section(click.Option, "help.options", ctx, formatter)

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self._section(click.Argument, "help.arguments", ctx, formatter)

    def _section(
        self,
        kind: type[click.Parameter],
        heading: str,
        ctx: click.Context,
        formatter: click.HelpFormatter,
    ) -> None:
        params = [param for param in self.get_params(ctx) if isinstance(param, kind)]
        records = [record for param in params if (record := param.get_help_record(ctx))]
        if records:
            with formatter.section(phrase(heading, self.language)):
                formatter.write_dl(records)


class BilingualCommand(_Bilingual):
    """A command in one language."""


class BilingualGroup(_Bilingual, click.Group):
    """A group in one language."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under a heading in the language."""
        rows = [
            (name, command.get_short_help_str(limit=80))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None
        ]
        with formatter.section(phrase("help.commands", self.language)):
            formatter.write_dl(rows)


def usage_problem(
    error: click.ClickException, language: Language
) -> tuple[str, dict[str, str | int]]:
    """Return the code and values of a usage error of click, which words its own in English."""
    match error:
        case click.NoSuchOption():
            return "MN010", {"option": error.option_name}
        case click.MissingParameter():
            name = error.param.human_readable_name if error.param is not None else ""
            return "MN011", {"parameter": name}
        case click.BadOptionUsage():
            return "MN012", {"detail": error.option_name}
        case click.BadParameter(param=click.Parameter(type=click.Choice() as choice) as param):
            choices = ", ".join(str(name) for name in choice.choices)
            return "MN012", {"detail": f"{param.opts[-1]} ({choices})"}
        case click.BadParameter():
            return "MN012", {"detail": _translated(error.message, language)}
        case _:
            return "MN013", {"detail": _translated(error.format_message(), language)}


def _translated(message: str, language: Language) -> str:
    for key, pattern in _OF_CLICK.items():
        if found := pattern.search(message):
            return phrase(f"usage.{key}", language, what=found[1])
    return message
