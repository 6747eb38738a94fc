"""The report for the terminal: the two tiers first, then what to do, then the bundle.

Short on purpose: rows of the minimum tier with their gaps, the others by name; the page has all.

Marks stand first on their line and nothing is aligned after them: their width is ambiguous (one
or two cells). No color here; the command line adds it.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from mnaudit.messages import join, phrase
from mnaudit.model.assessment import FindingStatus
from mnaudit.model.control import Tier
from mnaudit.model.verdict import Outcome
from mnaudit.report.notices import (
    due_soon,
    due_soon_title,
    idle_waivers,
    risk_counts,
    row_names,
    tailored_notice,
)
from mnaudit.report.provenance import origins
from mnaudit.report.sentences import day_in_eras, grouped, tier_in_words, visible
from mnaudit.report.sheet import CHECK_MARKS, MARKS, STATUSES, check_name, check_reason, make_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.messages import Language
    from mnaudit.model.assessment import TierSummary
    from mnaudit.model.view import BundleFacts, ReportView
    from mnaudit.report.sheet import Cell, Marks, Point

__all__ = ["lay_out"]

_UNASKED = Outcome.NOT_APPLICABLE

_MEMBERS = 12
"""How many members a gap names; the page and the JSON name all."""

_POINTS = 5
"""How many gaps of a row are told."""

_ROWS = 10
"""How many optional rows are named, and how many days of what is due soon."""


def lay_out(view: ReportView, language: Language, marks: Marks) -> str:
    """Return the report as lines of text."""
    return "\n".join(_Text(view, language, marks).lines()) + "\n"


class _Text:
    """Holds what every line is made from."""

    def __init__(self, view: ReportView, language: Language, marks: Marks) -> None:
        self.view = view
        self.language = language
        self.marks = MARKS[marks]
        self.sheet = make_sheet(view, language, at_most=_MEMBERS)
        self.told: set[Point] = set()

    def lines(self) -> Iterator[str]:
        yield from self.head()
        yield from self.rows("unmet_minimum", Tier.MINIMUM, FindingStatus.NOT_SATISFIED)
        yield from self.rows("undecided", Tier.MINIMUM, FindingStatus.INDETERMINATE)
        yield from self.waived()
        yield from self.idle_waivers()
        yield from self.due_soon()
        yield from self.names("unmet_optional", FindingStatus.NOT_SATISFIED)
        yield from self.names("undecided_optional", FindingStatus.INDETERMINATE)
        if self.view.problems:
            yield from ("", self.phrase("problems_count", count=len(self.view.problems)))
        if (found := origins(self.view, self.language)) is not None:
            yield from ("", found.title, f"  {found.counted}")
        if self.view.bundle is not None:
            yield from self.bundle(self.view.bundle)
        yield from ("", self.phrase("disclaimer"))

    def head(self) -> Iterator[str]:
        who, as_of = self.view.assessment.organization, self.view.assessment.as_of
        day, era = as_of.isoformat(), day_in_eras(as_of, self.language)
        yield self.phrase("headline", name=visible(who.name), number=visible(who.corporate_number))
        yield self.phrase(
            "as_of_line",
            day=day if era is None else self.phrase("parenthesized", text=day, note=era),
        )
        yield ""
        yield from chain.from_iterable(map(self.tier, self.view.assessment.tiers))
        if self.view.risk is not None:
            yield risk_counts(self.view, self.language)

    def tier(self, summary: TierSummary) -> Iterator[str]:
        """Yield the judgement of a tier and its counts; never a percentage, which hides the gap."""
        status = tier_in_words(summary, self.language)
        line = self.phrase("tier_line", tier=self.phrase(summary.tier), status=status)
        yield f"{self.marks[summary.status]} {line}"
        counts = (
            f"{self.marks[status]} {phrase(f'status.{status}', self.language)} {count}"
            for status in STATUSES
            if (count := summary.counts[status])
        )
        yield f"    {'  '.join(counts)}"
        if notice := tailored_notice(self.view, summary.tier, self.language):
            yield f"    {notice}"

    def rows(self, title: str, tier: Tier, status: FindingStatus) -> Iterator[str]:
        """Yield the rows with ``status``, each with its gaps and what to do about them."""
        cells = self.sheet.cells(tier, status)
        if cells:
            yield from ("", self.phrase(title))
        for cell in cells:
            yield f"{self.marks[cell.status]} {self.title(cell)}"
            yield from (f"    {note}" for note in (cell.note, cell.declared, cell.tailored) if note)
            for gap in cell.gaps[:_POINTS]:
                yield f"    {gap.text} [{gap.code}]"
                yield f"      {self.phrase('remedy_line', remedy=gap.remedy)}"
            yield from self.and_more(len(cell.gaps) - _POINTS, "    ")
            yield from self.remarks(cell)

    def remarks(self, cell: Cell) -> Iterator[str]:
        """Yield the remarks of a row that no row before it had."""
        for remark in cell.remarks:
            if remark not in self.told:
                self.told.add(remark)
                yield f"    {self.phrase('remark_line', remark=remark.text)} [{remark.code}]"

    def waived(self) -> Iterator[str]:
        """Yield the waived rows with what was accepted, by whom and until when."""
        cells = self.sheet.cells(None, FindingStatus.WAIVED)
        if cells:
            yield from ("", self.phrase("waived"))
        for cell in cells:
            yield f"{self.marks[cell.status]} {self.title(cell)}"
            yield from (f"    {note}" for note in (cell.waiver, cell.tailored) if note)
            yield from (f"    {gap.text} [{gap.code}]" for gap in cell.gaps[:_POINTS])
            yield from self.and_more(len(cell.gaps) - _POINTS, "    ")

    def idle_waivers(self) -> Iterator[str]:
        idle = idle_waivers(self.view, self.language)
        if idle:
            yield from ("", self.phrase("idle_waivers"))
        for waiver in idle:
            yield f"- {waiver.row}: {waiver.point.text} [{waiver.point.code}]"
            yield f"    {self.phrase('remedy_line', remedy=waiver.point.remedy)}"

    def due_soon(self) -> Iterator[str]:
        dues = due_soon(self.view, self.sheet, self.language)
        if dues:
            yield from ("", due_soon_title(self.view, self.language))
        for due in dues[:_ROWS]:
            line = self.phrase(
                "due_soon_line",
                day=due.day,
                left=self.phrase("left", left=due.left),
                kind=due.kind,
                rows=row_names(due.cells, self.language, at_most=_MEMBERS),
            )
            yield f"- {line}"
        yield from self.and_more(len(dues) - _ROWS, "  ")

    def names(self, title: str, status: FindingStatus) -> Iterator[str]:
        """Yield the optional rows with ``status``, by name only."""
        cells = self.sheet.cells(Tier.OPTIONAL, status)
        if cells:
            yield from ("", self.phrase(title))
        yield from (f"{self.marks[cell.status]} {self.title(cell)}" for cell in cells[:_ROWS])
        yield from self.and_more(len(cells) - _ROWS, "  ")

    def and_more(self, count: int, indent: str) -> Iterator[str]:
        if count > 0:
            yield f"{indent}{self.phrase('and_more', count=count)}"

    def title(self, cell: Cell) -> str:
        name = self.phrase("finding", id=cell.control, title=cell.title)
        if cell.tier is Tier.MINIMUM:
            return name
        return self.phrase("parenthesized", text=name, note=self.phrase("optional_short"))

    def bundle(self, bundle: BundleFacts) -> Iterator[str]:
        result = bundle.verdict.result
        yield ""
        yield self.phrase("bundle_line", path=visible(bundle.path))
        yield self.phrase("fingerprint_line", fingerprint=grouped(bundle.fingerprint))
        yield self.phrase(
            "verdict_line", verdict=phrase(f"status.{result}", self.language), result=result
        )
        yield from self.checks(bundle)
        if bundle.ephemeral:
            yield self.phrase("ephemeral")

    def checks(self, bundle: BundleFacts) -> Iterator[str]:
        """Yield the checks that passed on one line, each other one with its reason."""
        checks = bundle.verdict.checks
        passed = [check_name(c, self.language) for c in checks if c.outcome is Outcome.PASSED]
        if passed:
            yield f"  {self.marks['satisfied']} {join(passed, self.language)}"
        unasked = [check_name(c, self.language) for c in checks if c.outcome is _UNASKED]
        for check in checks:
            if check.outcome not in {Outcome.PASSED, _UNASKED}:
                name, reason = check_name(check, self.language), check_reason(check, self.language)
                line = self.phrase("colon", name=name, value=reason) if reason else name
                yield f"  {self.marks[CHECK_MARKS[check.outcome]]} {line}"
        if unasked:
            yield f"  {self.marks[CHECK_MARKS[_UNASKED]]} {join(unasked, self.language)}"

    def phrase(self, name: str, /, **values: object) -> str:
        return phrase(f"report.{name}", self.language, **values)
