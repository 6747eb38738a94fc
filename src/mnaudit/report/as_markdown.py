"""The report for a job summary or a pull request: GitHub-flavored Markdown.

Text from evidence is escaped so that it cannot become markup, a link or a mention.
"""

from __future__ import annotations

import html
import re
from dataclasses import astuple
from typing import TYPE_CHECKING

from mnaudit.messages import phrase
from mnaudit.model.assessment import FindingStatus
from mnaudit.model.control import Tier
from mnaudit.report.notices import (
    due_soon,
    due_soon_title,
    idle_waivers,
    risk_counts,
    row_names,
    shared_remarks,
    tailored_notice,
)
from mnaudit.report.provenance import origins
from mnaudit.report.sentences import day_in_eras, grouped, tier_in_words, visible
from mnaudit.report.sheet import CHECK_MARKS, MARKS, STATUSES, check_name, check_reason, make_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mnaudit.messages import Language
    from mnaudit.model.view import BundleFacts, ReportView
    from mnaudit.report.sheet import Cell, Defect, Marks, Row

__all__ = ["lay_out"]

_MEMBERS = 12
_MARKS = MARKS["glyph"]
_MARKUP = re.compile(r"([\\`*_{}\[\]#|~])")
_LINK = re.compile(r"(?<=www)\.|:(?=//)|@")


def lay_out(view: ReportView, language: Language, marks: Marks) -> str:  # noqa: ARG001 - Markdown is UTF-8
    """Return the report as Markdown."""
    return "\n".join(_Markdown(view, language).lines()) + "\n"


class _Markdown:
    """Holds what every block is made from."""

    def __init__(self, view: ReportView, language: Language) -> None:
        self.view = view
        self.language = language
        self.sheet = make_sheet(view, language, at_most=_MEMBERS)

    def lines(self) -> Iterator[str]:
        yield from self.head()
        yield from self.tiers()
        yield from self.rows("unmet_minimum", Tier.MINIMUM, FindingStatus.NOT_SATISFIED)
        yield from self.rows("undecided", None, FindingStatus.INDETERMINATE)
        yield from self.problems()
        yield from self.rows("waived", None, FindingStatus.WAIVED)
        yield from self.idle_waivers()
        yield from self.due_soon()
        yield from self.rows(
            "unmet_optional", Tier.OPTIONAL, FindingStatus.NOT_SATISFIED, folded=True
        )
        yield from self.remarks()
        yield from self.full_table()
        yield from self.provenance()
        if self.view.bundle is not None:
            yield from self.bundle(self.view.bundle)
        yield from ("", f"<sub>{self.phrase('disclaimer')}</sub>")

    def head(self) -> Iterator[str]:
        assessment = self.view.assessment
        day, era = assessment.as_of.isoformat(), day_in_eras(assessment.as_of, self.language)
        name = escaped(assessment.organization.name)
        number = escaped(assessment.organization.corporate_number)
        yield f"## {self.phrase('headline', name=name, number=number)}"
        yield ""
        yield self.phrase(
            "as_of_line",
            day=day if era is None else self.phrase("parenthesized", text=day, note=era),
        )

    def tiers(self) -> Iterator[str]:
        yield ""
        yield from self.table(
            (
                self.phrase("tier"),
                self.phrase("result"),
                *(f"{_MARKS[status]} {self.status(status)}" for status in STATUSES),
            ),
            (
                (
                    self.phrase(summary.tier),
                    f"{_MARKS[summary.status]} {tier_in_words(summary, self.language)}",
                    *(str(summary.counts[status]) for status in STATUSES),
                )
                for summary in self.view.assessment.tiers
            ),
        )
        for tier in Tier:
            if notice := tailored_notice(self.view, tier, self.language):
                line = self.phrase("colon", name=self.phrase(tier), value=escaped(notice))
                yield from ("", line)
        if self.view.risk is not None:
            yield from ("", escaped(risk_counts(self.view, self.language)))

    def rows(
        self, title: str, tier: Tier | None, status: FindingStatus, *, folded: bool = False
    ) -> Iterator[str]:
        """Yield the rows with ``status``, each with its gaps and what to do about them."""
        cells = self.sheet.cells(tier, status)
        if not cells:
            return
        items = [line for cell in cells for line in self.item(cell)]
        heading = self.phrase(title)
        if folded:
            yield from self.details(f"{heading} ({len(cells)})", items)
        else:
            yield from ("", f"### {heading}", "", *items)

    def item(self, cell: Cell) -> Iterator[str]:
        name = f"**{cell.control}** {escaped(cell.title)}"
        if cell.tier is Tier.OPTIONAL:
            name = self.phrase("parenthesized", text=name, note=self.phrase("optional_short"))
        yield f"- {_MARKS[cell.status]} {name}"
        notes = (cell.note, cell.waiver, cell.declared, cell.tailored)
        yield from (f"  - {escaped(note)}" for note in notes if note)
        for gap in cell.gaps:
            remedy = self.phrase("remedy_line", remedy=escaped(gap.remedy))
            yield f"  - {escaped(gap.text)} ({gap.code})<br>{remedy}"
        for remark in cell.remarks:
            line = self.phrase("remark_line", remark=escaped(remark.text))
            yield f"  - {line} ({remark.code})"

    def problems(self) -> Iterator[str]:
        if not self.sheet.problems:
            return
        yield from ("", f"### {self.phrase('problems')}", "")
        yield from (f"- {self.place(d)} ({d.code}): {escaped(d.text)}" for d in self.sheet.problems)

    def place(self, defect: Defect) -> str:
        path = escaped(defect.path)
        if not defect.line:
            return path
        return self.phrase("place", path=path, line=defect.line, column=defect.column)

    def idle_waivers(self) -> Iterator[str]:
        idle = idle_waivers(self.view, self.language)
        if idle:
            yield from ("", f"### {self.phrase('idle_waivers')}", "")
        for waiver in idle:
            remedy = self.phrase("remedy_line", remedy=escaped(waiver.point.remedy))
            text = escaped(waiver.point.text)
            yield f"- **{escaped(waiver.row)}** {text} ({waiver.point.code})<br>{remedy}"

    def due_soon(self) -> Iterator[str]:
        dues = due_soon(self.view, self.sheet, self.language)
        if not dues:
            return
        yield from ("", f"### {escaped(due_soon_title(self.view, self.language))}", "")
        yield from self.table(
            map(self.phrase, ("due_day", "due_kind", "due_rows")),
            (
                (
                    self.phrase(
                        "parenthesized", text=due.day, note=self.phrase("left", left=due.left)
                    ),
                    escaped(due.kind),
                    escaped(row_names(due.cells, self.language)),
                )
                for due in dues
            ),
        )

    def remarks(self) -> Iterator[str]:
        items = [
            f"- {escaped(remark.point.text)} ({escaped(row_names(remark.cells, self.language))})"
            for remark in shared_remarks(self.view, self.sheet)
        ]
        if items:
            yield from self.details(f"{self.phrase('remarks')} ({len(items)})", items)

    def full_table(self) -> Iterator[str]:
        names = ("number", "control", "minimum_short", "optional_short", "due_on")
        table = self.table(map(self.phrase, names), map(self.row, self.sheet.rows))
        yield from self.details(self.phrase("all_rows", count=len(self.sheet.rows)), table)

    def row(self, row: Row) -> tuple[str, ...]:
        dues = [cell.due_on.isoformat() for cell in row.cells if cell.due_on is not None]
        return (
            row.id,
            escaped(row.title),
            _MARKS[row.minimum.status],
            _MARKS[row.optional.status] if row.optional else "",
            min(dues, default=""),
        )

    def provenance(self) -> Iterator[str]:
        found = origins(self.view, self.language)
        if found is None:
            return
        yield from ("", f"### {found.title}", "", escaped(found.counted), "")
        yield from (f"- {escaped(sentence)}" for sentence in found.said)
        rows = (tuple(map(escaped, astuple(row)[:-1])) for row in found.rows)
        yield from self.details(found.headings[0], self.table(found.headings, rows))

    def bundle(self, bundle: BundleFacts) -> Iterator[str]:
        verdict = bundle.verdict
        yield from ("", f"### {self.phrase('verify')}", "")
        yield f"- {self.phrase('bundle_line', path=escaped(bundle.path))}"
        groups = f"`{grouped(bundle.fingerprint)}`"
        yield f"- {self.phrase('fingerprint_line', fingerprint=groups)}"
        words = self.phrase(
            "verdict_line", verdict=self.status(verdict.result), result=verdict.result
        )
        yield f"- {words}"
        for check in verdict.checks:
            reason = escaped(check_reason(check, self.language))
            name = escaped(check_name(check, self.language))
            line = self.phrase("colon", name=name, value=reason) if reason else name
            yield f"  - {_MARKS[CHECK_MARKS[check.outcome]]} {line}"
        if bundle.ephemeral:
            yield f"- {self.phrase('ephemeral')}"

    def table(self, head: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
        names = tuple(head)
        yield f"| {' | '.join(names)} |"
        yield f"|{' --- |' * len(names)}"
        for row in rows:
            yield f"| {' | '.join(row)} |"

    def details(self, summary: str, lines: Iterable[str]) -> Iterator[str]:
        yield from ("", "<details>", f"<summary>{summary}</summary>", "")
        yield from lines
        yield from ("", "</details>")

    def phrase(self, name: str, /, **values: object) -> str:
        return phrase(f"report.{name}", self.language, **values)

    def status(self, name: str) -> str:
        return phrase(f"status.{name}", self.language)


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is: no markup, no HTML, no link, no mention."""
    quoted = html.escape(_MARKUP.sub(r"\\\1", visible(text)), quote=False)
    return _LINK.sub(lambda found: f"&#{ord(found[0])};", quoted)
