"""What stands on the check sheet, before any format lays it out?

Joins the assessment with the catalog in one language: groups (組織的・人的・物理的・技術的), lettered
sections, rows, and a cell for each tier, as on the check sheet of JNSA. Formats read this and add
no judgement of their own; a control without a finding is shown as indeterminate, never as met.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal, TypeAlias

from mnaudit.messages import phrase
from mnaudit.model.assessment import FindingStatus
from mnaudit.model.control import Tier
from mnaudit.report.sentences import (
    coded_sentence,
    gap_remedy,
    gap_sentence,
    in_language,
    period_in_words,
    visible,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from mnaudit.messages import Language
    from mnaudit.model.assessment import EvidenceRef, Finding, Gap
    from mnaudit.model.base import Text
    from mnaudit.model.control import Control, Expectation
    from mnaudit.model.problem import Problem
    from mnaudit.model.verdict import Check
    from mnaudit.model.view import ReportView

__all__ = [
    "CHECK_MARKS",
    "DUE_SOON",
    "MARKS",
    "STATUSES",
    "Cell",
    "Defect",
    "Group",
    "Marks",
    "Point",
    "Row",
    "Section",
    "Sheet",
    "check_name",
    "check_reason",
    "make_sheet",
]

Marks: TypeAlias = Literal["glyph", "ascii"]

MARKS: dict[Marks, dict[str, str]] = {
    "glyph": {
        "satisfied": "○",
        "not-satisfied": "×",
        "indeterminate": "△",
        "not-applicable": "－",
        "waived": "○※",
    },
    "ascii": {
        "satisfied": "[OK]",
        "not-satisfied": "[NG]",
        "indeterminate": "[??]",
        "not-applicable": "[--]",
        "waived": "[WV]",
    },
}
"""The mark of each status. The glyphs exist in cp932; their width is ambiguous, so nothing is
aligned after them."""

STATUSES = (
    FindingStatus.SATISFIED,
    FindingStatus.NOT_SATISFIED,
    FindingStatus.INDETERMINATE,
    FindingStatus.WAIVED,
    FindingStatus.NOT_APPLICABLE,
)
"""The order in which states are counted and explained."""

CHECK_MARKS: dict[str, str] = {
    "passed": "satisfied",
    "failed": "not-satisfied",
    "unknown": "indeterminate",
    "not-applicable": "not-applicable",
}
"""Which mark a check of the verifier wears."""

DUE_SOON = "MN221"
"""The remark that a satisfied finding lapses before long."""

_DECLARED = "MN236"
_WAIVED = "MN240"

# 点検シートの丸数字: 1 to 50 exist in Unicode, in three blocks.
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"


@dataclass(frozen=True, slots=True)
class Point:
    """A gap or a remark in words."""

    code: str
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Defect:
    """A problem of an evidence file in words; ``line`` is 0 for the file itself."""

    code: str
    path: str
    line: int
    column: int
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One tier of one row.

    Attributes:
        label: What a screen reader says instead of the mark.
        number: As on the check sheet: 1 on the minimum side, ① on the optional side.
        note: Why the row does not apply or was not judged; empty otherwise.
        waiver: By which waiver the gaps were accepted; empty if the cell is not waived.
        declared: That a self-check says otherwise, without evidence; empty if none does.
        tailored: That the company's tailoring loosened it, and why; empty if it did not.
        remarks: Without those that ``waiver``, ``declared`` and ``due`` tell.
        due: The last day on which it is still satisfied; with the days left if they are few.
    """

    control: str
    title: str
    tier: Tier
    status: FindingStatus
    label: str
    number: str
    statement: str
    comment: str
    note: str
    gaps: tuple[Point, ...]
    remarks: tuple[Point, ...]
    evidence: tuple[EvidenceRef, ...]
    waiver: str
    declared: str
    tailored: str
    due: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Row:
    """One control."""

    id: str
    title: str
    minimum: Cell
    optional: Cell | None
    basis: tuple[str, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells that the row has."""
        return (self.minimum,) if self.optional is None else (self.minimum, self.optional)


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one measure: ``a. 組織体制の整備``."""

    id: str
    title: str
    rows: tuple[Row, ...]

    @property
    def has_no_optional(self) -> bool:
        """Whether the optional side of the section is empty."""
        return all(row.optional is None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Group:
    """The sections of one group: 組織的, 人的, 物理的, 技術的."""

    id: str
    title: str
    sections: tuple[Section, ...]

    @property
    def unmet(self) -> list[Row]:
        """The rows whose minimum tier is not satisfied, or could not be judged."""
        open_ = {FindingStatus.NOT_SATISFIED, FindingStatus.INDETERMINATE}
        return [r for part in self.sections for r in part.rows if r.minimum.status in open_]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole check sheet in one language."""

    groups: tuple[Group, ...]
    problems: tuple[Defect, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows in the order of the sheet."""
        return tuple(row for group in self.groups for part in group.sections for row in part.rows)

    def cells(self, tier: Tier | None = None, status: FindingStatus | None = None) -> list[Cell]:
        """Return the cells of ``tier`` with ``status``; None takes all. Minimum comes first."""
        cells = [cell for row in self.rows for cell in row.cells]
        return sorted(
            (c for c in cells if tier in {None, c.tier} and status in {None, c.status}),
            key=lambda cell: cell.tier is Tier.OPTIONAL,
        )


def make_sheet(view: ReportView, language: Language, *, at_most: int | None = None) -> Sheet:
    """Join assessment and catalog.

    Args:
        view: What is reported.
        language: Of all sentences.
        at_most: How many members a sentence names before it counts the others; None names all.
    """
    return _Maker(view, language, at_most).sheet()


def check_name(check: Check, language: Language) -> str:
    """Return what a check of the verifier looked at; its id if a later version named it."""
    try:
        return phrase(f"checks.{check.id}", language)
    except KeyError:
        return visible(check.id)


def check_reason(check: Check, language: Language) -> str:
    """Return why a check of the verifier did not pass; empty if it has nothing to say."""
    return "" if check.code is None else coded_sentence(check.code, "text", check.values, language)


class _Maker:
    """Holds what every part of the sheet is made from."""

    def __init__(self, view: ReportView, language: Language, at_most: int | None) -> None:
        self.view = view
        self.catalog = view.catalog
        self.language = language
        self.at_most = at_most
        self.findings = {(f.control, f.tier): f for f in view.assessment.findings}
        self.measures = {measure.id: measure for measure in view.catalog.measures}

    def sheet(self) -> Sheet:
        groups = tuple(
            Group(group.id, self.words(group.title), tuple(self.sections(group.id)))
            for group in self.catalog.groups
        )
        return Sheet(groups, tuple(self.defect(problem) for problem in self.view.problems))

    def words(self, text: Text) -> str:
        return in_language(text, self.language)

    def phrase(self, name: str, /, **values: object) -> str:
        return phrase(f"report.{name}", self.language, **values)

    def sections(self, group: str) -> Iterator[Section]:
        """Yield the sections of a group: a control ``ORG-a-03`` belongs to ``ORG-a``."""
        controls = [c for c in self.catalog.controls if c.id.startswith(f"{group}-")]
        for section, members in groupby(controls, key=lambda c: c.id.rpartition("-")[0]):
            rows = tuple(members)
            yield Section(section, self.heading(section, rows[0]), tuple(map(self.row, rows)))

    def heading(self, section: str, first: Control) -> str:
        """Return ``a. 組織体制の整備``: letter of the section, title of the measure it meets."""
        letter = section.partition("-")[2]
        measure = self.measures.get(first.citations[0].measure)
        title = self.words(measure.title) if measure else first.citations[0].measure
        return f"{letter}. {title}" if len(letter) == 1 else title

    def row(self, control: Control) -> Row:
        number = int(control.id.rpartition("-")[2])
        circled = _CIRCLED[number - 1] if 0 < number <= len(_CIRCLED) else str(number)
        optional = control.optional
        return Row(
            id=control.id,
            title=self.words(control.title),
            minimum=self.cell(control, Tier.MINIMUM, control.minimum, str(number)),
            optional=self.cell(control, Tier.OPTIONAL, optional, circled) if optional else None,
            basis=tuple(self.basis(control)),
        )

    def basis(self, control: Control) -> Iterator[str]:
        """Yield where the row comes from."""
        for citation in control.citations:
            measure = self.measures.get(citation.measure)
            place = citation.measure
            if measure is not None:
                place = self.phrase(
                    "citation",
                    measure=measure.id,
                    title=self.words(measure.title),
                    section=measure.section,
                )
            yield self.phrase("colon", name=self.phrase(f"basis_{citation.basis}"), value=place)
        if control.seed is not None:
            yield self.phrase("seed", number=control.seed)
        if control.beyond_jnsa:
            yield self.phrase("beyond_jnsa")

    def cell(self, control: Control, tier: Tier, expectation: Expectation, number: str) -> Cell:
        finding = self.findings.get((control.id, tier))
        status = finding.status if finding else FindingStatus.INDETERMINATE
        return Cell(
            control=control.id,
            title=self.words(control.title),
            tier=tier,
            status=status,
            label=self.phrase(
                "row_label",
                id=control.id,
                tier=self.phrase(f"{tier}_short"),
                status=phrase(f"status.{status}", self.language),
            ),
            number=number,
            statement=self.words(expectation.statement),
            comment=self.words(expectation.comment),
            note=self.note(finding),
            gaps=self.points(finding.gaps) if finding else (),
            remarks=self.points(self.remarks(finding)) if finding else (),
            evidence=finding.evidence if finding else (),
            waiver=self.waiver(finding) if finding else "",
            declared=self.declared(finding) if finding else "",
            tailored=self.tailored(finding, expectation) if finding else "",
            due=self.due(finding) if finding else "",
            due_on=finding.due_on if finding else None,
        )

    def remarks(self, finding: Finding) -> tuple[Gap, ...]:
        """Return the remarks that nothing else in the cell tells."""
        apart = {DUE_SOON}
        if finding.assurance == "declared":
            apart.add(_DECLARED)
        if finding.waiver is not None:
            apart.add(_WAIVED)
        return tuple(remark for remark in finding.remarks if remark.code not in apart)

    def waiver(self, finding: Finding) -> str:
        if finding.waiver is None:
            return ""
        waiver = finding.waiver
        return self.phrase(
            "waived_line",
            id=visible(waiver.id),
            until=waiver.until.isoformat(),
            approver=visible(waiver.approver),
        )

    def declared(self, finding: Finding) -> str:
        """Return what a self-check answered, and in which file."""
        if finding.assurance != "declared":
            return ""
        said = self.phrase("declared")
        paths = [str(r.values["path"]) for r in finding.remarks if r.code == _DECLARED]
        return self.phrase("colon", name=said, value=visible(paths[0])) if paths else said

    def tailored(self, finding: Finding, expectation: Expectation) -> str:
        """Return that the tailoring loosened the cell, with the reason that the company gave."""
        if not finding.tailored:
            return ""
        sme = self.view.assessment.sme and expectation.sme is not None
        place = (finding.control, finding.tier, sme)
        told = self.phrase("tailored_row")
        for change in self.catalog.tailored:
            if (change.control, change.tier, change.sme) == place:
                return self.phrase("colon", name=told, value=visible(change.reason))
        return told

    def due(self, finding: Finding) -> str:
        if finding.due_on is None:
            return ""
        line = self.phrase("due_line", due_on=finding.due_on.isoformat())
        if all(remark.code != DUE_SOON for remark in finding.remarks):
            return line
        left = (finding.due_on - self.view.assessment.as_of).days
        words = self.phrase("left", left=period_in_words(f"P{left}D", self.language))
        return self.phrase("parenthesized", text=line, note=words)

    def note(self, finding: Finding | None) -> str:
        """Return why a row does not apply or was not judged."""
        if finding is None:
            return self.phrase("not_judged")
        if finding.reason is None:
            return ""
        scope = self.catalog.scope.get(finding.reason)
        return self.words(scope.otherwise) if scope else visible(finding.reason)

    def points(self, gaps: tuple[Gap, ...]) -> tuple[Point, ...]:
        """Return gaps in words; what two requirements say alike is said once."""
        points = (
            Point(
                gap.code,
                gap_sentence(gap, self.catalog, self.language, at_most=self.at_most),
                gap_remedy(gap, self.catalog, self.language),
            )
            for gap in gaps
        )
        return tuple(dict.fromkeys(points))

    def defect(self, problem: Problem) -> Defect:
        values = dict(problem.values)
        return Defect(
            problem.code,
            visible(problem.path),
            problem.line,
            problem.column,
            coded_sentence(problem.code, "text", values, self.language),
            coded_sentence(problem.code, "remedy", values, self.language),
        )
