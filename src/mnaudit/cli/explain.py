"""mnaudit explain: what does this code mean, and what is to be done?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mnaudit.cli.options import today
from mnaudit.cli.words import BilingualCommand
from mnaudit.errors import ConfigurationError
from mnaudit.messages import codes, entry, phrase, severity

if TYPE_CHECKING:
    from mnaudit.cli.console import Console
    from mnaudit.messages import Language

__all__ = ["command"]

_LEAKS = frozenset({"MN501"})
"""Codes of numbers that are there: their explanation goes on with what to do."""


def command(language: Language) -> click.Command:
    """Build the command."""
    return BilingualCommand(
        name="explain",
        language=language,
        help=phrase("help.explain", language),
        params=[click.Argument(["code"], required=False, help=phrase("help.code", language))],
        callback=_explain,
    )


@click.pass_obj
def _explain(console: Console, *, code: str | None) -> None:
    """Explain one code, or list them all."""
    language = console.language
    if code is None:
        for known in codes():
            console.result(f"{known}  {_general(entry(known, language)['text'])}")
        return
    wanted = code.upper()
    if wanted not in codes():
        raise ConfigurationError("MN014", code=code)
    sentences = entry(wanted, language)
    level = phrase(f"console.{severity(wanted)}", language)
    console.result(f"{level}[{wanted}]  {_general(sentences['text'])}\n")
    console.result(_general(sentences["why"]))
    console.result(f"\n{phrase('console.remedy', language)}: {_general(sentences['remedy'])}")
    if wanted in _LEAKS:
        from mnaudit.cli.runbook import lines

        console.result("\n" + "\n".join(lines(language, today())))


class _Anything(dict[str, str]):
    """Stands in for the values of a case: the explanation speaks of all cases."""

    def __missing__(self, name: str) -> str:
        return "…"


def _general(sentence: str) -> str:
    return sentence.format_map(_Anything())
