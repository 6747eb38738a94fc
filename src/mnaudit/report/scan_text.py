"""The scan for the terminal: a line for each place, then what to do about each code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.messages import phrase
from mnaudit.report.scan_words import place_in_words, reason_in_words, sentence, summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.messages import Language
    from mnaudit.model.scan_report import Level, ScanReport

__all__ = ["lay_out"]


def lay_out(report: ScanReport, language: Language) -> str:
    """Return the findings, the remedies and the summary."""
    lines = [*_findings(report, language), *_remedies(report, language), summary(report, language)]
    return "\n".join(lines) + "\n"


def _findings(report: ScanReport, language: Language) -> Iterator[str]:
    for finding in report.findings:
        place = place_in_words(finding, language)
        head = _head(finding.level, finding.code, language)
        yield f"{place}: {head} {reason_in_words(finding.reason, language)}"
    if report.findings:
        yield ""


def _remedies(report: ScanReport, language: Language) -> Iterator[str]:
    levels = {finding.code: finding.level for finding in report.findings}
    for code, count in report.counts.items():
        head = _head(levels[code], code, language)
        text = sentence(report, code, "text", language)
        yield phrase("scan.count", language, head=head, count=count, text=text)
        yield f"   = {phrase('console.remedy', language)}: {sentence(report, code, 'remedy', language)}"
        yield f"   = {phrase('console.explain', language, code=code)}"
        yield ""


def _head(level: Level, code: str, language: Language) -> str:
    return f"{phrase(f'console.{level}', language)}[{code}]"
