"""How is a place said, and why is it one? The sentences of a scan, without any part of a number.

Everything shown comes from places and ids; file names pass :func:`visible`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.messages import join, phrase, phrases
from mnaudit.report.sentences import coded_sentence, visible

if TYPE_CHECKING:
    from mnaudit.messages import Language
    from mnaudit.model.scan import Place
    from mnaudit.model.scan_report import Finding, ScanReport

__all__ = ["place_in_words", "reason_in_words", "sentence", "summary"]

_INTO = " > "


def place_in_words(finding: Finding, language: Language) -> str:
    """Return where: ``evidence/a.zip > b.txt:3:14 (comment)``, with the commit before it."""
    place = finding.place
    names = [place.path, *place.members] if place.path else list(place.members)
    head = _INTO.join(visible(name) for name in names)
    if finding.commit is not None:
        head = f"{finding.commit}:{head}" if head else finding.commit
    if place.line is not None:
        head += f":{place.line}" if place.column is None else f":{place.line}:{place.column}"
    within = list(_within(place, language))
    if not within:
        return head
    told = phrase("scan.within", language, what=join(within, language))
    return f"{head} {told}".lstrip()


def _within(place: Place, language: Language) -> list[str]:
    told = []
    if place.page is not None:
        told.append(phrase("scan.page", language, page=place.page))
    if place.sheet is not None:
        told.append(phrase("scan.sheet", language, sheet=visible(place.sheet)))
    if place.cell is not None:
        told.append(phrase("scan.cell", language, cell=visible(place.cell)))
    if place.part is not None:
        told.append(phrases("scan_part", language).get(place.part, visible(place.part)))
    return told


def reason_in_words(reason: str, language: Language) -> str:
    """Return why something counts, or could not be read; an unknown id stands for itself."""
    return phrases("scan_reason", language).get(reason, visible(reason))


def sentence(report: ScanReport, code: str, field: str, language: Language) -> str:
    """Return a sentence about all findings of a code: ``text``, ``remedy`` or ``why``."""
    reasons = {each.reason: None for each in report.findings if each.code == code}
    told = join((reason_in_words(reason, language) for reason in reasons), language)
    return coded_sentence(code, field, {"why": told}, language)


def summary(report: ScanReport, language: Language) -> str:
    """Return what was looked at and what it came to, in one line."""
    told = phrase(
        f"scan.{report.outcome}",
        language,
        files=report.files,
        errors=report.count("error"),
        warnings=report.count("warning"),
        unreadable=sum(finding.kind == "unreadable" for finding in report.findings),
    )
    if report.left_out:
        told += phrase("scan.left_out", language, count=report.left_out)
    return told
