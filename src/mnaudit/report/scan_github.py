"""The scan as annotations of a GitHub workflow: the worst first, and how many more there are.

GitHub shows ten annotations of a level for each step and drops the others in silence, so nine are
written and a tenth says how many there are besides.
Source: docs.github.com, "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mnaudit.messages import phrase
from mnaudit.report.scan_words import place_in_words, reason_in_words, sentence, summary
from mnaudit.report.sentences import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.messages import Language
    from mnaudit.model.scan_report import Finding, Level, ScanReport

__all__ = ["lay_out"]

_SHOWN: Final = 9
_COMMANDS: Final[dict[Level, str]] = {"error": "error", "warning": "warning", "note": "notice"}
_IN_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def lay_out(report: ScanReport, language: Language) -> str:
    """Return one command a line, then the summary as plain text."""
    lines = [line for level in _COMMANDS for line in _of_level(report, level, language)]
    return "\n".join([*lines, summary(report, language)]) + "\n"


def _of_level(report: ScanReport, level: Level, language: Language) -> Iterator[str]:
    found = [finding for finding in report.findings if finding.level == level]
    for finding in found[:_SHOWN]:
        yield _annotation(report, finding, language)
    if len(found) > _SHOWN:
        more = phrase("scan.more", language, count=len(found) - _SHOWN)
        yield f"::{_COMMANDS[level]}::{more.translate(_IN_DATA)}"


def _annotation(report: ScanReport, finding: Finding, language: Language) -> str:
    place = finding.place
    properties = {"title": finding.code}
    # A name that is shown in another way is no file for GitHub either.
    if place.path and finding.commit is None and visible(place.path) == place.path:
        properties["file"] = place.path
        if place.line is not None and not place.members:
            properties["line"] = str(place.line)
            properties |= {} if place.column is None else {"col": str(place.column)}
    told = ",".join(f"{key}={value.translate(_IN_PROPERTY)}" for key, value in properties.items())
    text = (
        f"{place_in_words(finding, language)}: {reason_in_words(finding.reason, language)}\n"
        f"{sentence(report, finding.code, 'remedy', language)}"
    )
    return f"::{_COMMANDS[finding.level]} {told}::{text.translate(_IN_DATA)}"
