"""What is told once for many rows: what is due soon, remarks, waivers and tailoring.

One handling rule meets twenty rows; when it lapses, a reader wants one line with the day and the
rows, not twenty. Formats lay these out beside the check sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mnaudit.messages import phrase
from mnaudit.model.assessment import Gap, WaiverState
from mnaudit.model.control import Tier
from mnaudit.model.risk import Level
from mnaudit.report.sentences import (
    gap_remedy,
    gap_sentence,
    in_language,
    listed,
    period_in_words,
    visible,
)
from mnaudit.report.sheet import DUE_SOON, Point

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from mnaudit.messages import Language
    from mnaudit.model.view import ReportView
    from mnaudit.report.sheet import Cell, Sheet

__all__ = [
    "Due",
    "Idle",
    "Shared",
    "due_soon",
    "due_soon_title",
    "idle_waivers",
    "risk_counts",
    "row_names",
    "shared_remarks",
    "tailored_notice",
]


@dataclass(frozen=True, slots=True)
class Due:
    """Evidence of one kind that must be renewed by one day.

    Attributes:
        left: How long that is from the assessment date, in words.
        kind: The title of what must be filed.
        cells: What lapses, each control once, the minimum tier before the optional.
    """

    day: str
    left: str
    kind: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """A remark, and the cells that have it."""

    point: Point
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Idle:
    """A waiver without effect, and why.

    Attributes:
        row: The row that it is for: ``ORG-a-03``, ``ORG-a-03（プラスα）``.
    """

    id: str
    row: str
    point: Point


def due_soon_title(view: ReportView, language: Language) -> str:
    """Return ``60日以内に期限が来るもの``, as the catalog or its tailoring has it."""
    period = period_in_words(view.catalog.due_soon, language)
    return phrase("report.due_soon", language, period=period)


def due_soon(view: ReportView, sheet: Sheet, language: Language) -> tuple[Due, ...]:
    """Return what lapses before long, by day and then by kind in the order of the catalog."""
    cells = {(cell.control, cell.tier): cell for cell in sheet.cells()}
    found: dict[tuple[str, str], list[Cell]] = {}
    for finding in view.assessment.findings:
        cell = cells.get((finding.control, finding.tier))
        for remark in finding.remarks:
            if remark.code == DUE_SOON and cell is not None:
                place = str(remark.values["due_on"]), str(remark.values["kind"])
                found.setdefault(place, []).append(cell)
    order = {kind.id: number for number, kind in enumerate(view.catalog.kinds)}
    return tuple(
        _due(day, kind, found[day, kind], view, language)
        for day, kind in sorted(found, key=lambda at: (at[0], order.get(at[1], len(order)), at[1]))
    )


def row_names(cells: Iterable[Cell], language: Language, *, at_most: int | None = None) -> str:
    """Return ``ORG-a-03、ORG-b-01（プラスα）``."""
    names = [_row_name(cell.control, cell.tier, language) for cell in cells]
    return listed(names, language, at_most=at_most)


def shared_remarks(view: ReportView, sheet: Sheet) -> tuple[Shared, ...]:
    """Return the remarks, each once. Those about waivers are told with the waivers."""
    about_waivers = {result.code for result in view.assessment.waivers}
    found: dict[Point, list[Cell]] = {}
    for cell in sheet.cells():
        for point in cell.remarks:
            if point.code not in about_waivers:
                found.setdefault(point, []).append(cell)
    return tuple(Shared(point, tuple(_once(cells))) for point, cells in found.items())


def idle_waivers(view: ReportView, language: Language) -> tuple[Idle, ...]:
    """Return the waivers that have no effect, in the order of their file."""
    return tuple(
        Idle(
            visible(result.id),
            _row_name(visible(result.control), result.tier, language),
            Point(
                result.code,
                gap_sentence(gap, view.catalog, language),
                gap_remedy(gap, view.catalog, language),
            ),
        )
        for result in view.assessment.waivers
        if result.state is not WaiverState.APPLIED
        for gap in (Gap(code=result.code, values=result.values),)
    )


def tailored_notice(view: ReportView, tier: Tier, language: Language) -> str:
    """Return which rows of a tier a tailoring loosened; empty if it loosened none."""
    rows = [f.control for f in view.assessment.findings if f.tailored and f.tier is tier]
    if not rows:
        return ""
    ids = listed([visible(row) for row in rows], language)
    return phrase("report.tailored_tier", language, count=len(rows), ids=ids)


def risk_counts(view: ReportView, language: Language) -> str:
    """Return how many cells of the risk sheet have which level; empty without a risk sheet."""
    if view.risk is None:
        return ""
    counts = "  ".join(
        phrase("report.level_count", language, level=phrase(f"risk.level_{level}", language), n=n)
        for level in (Level.HIGH, Level.MEDIUM, Level.LOW, Level.NOT_APPLICABLE)
        for n in (view.risk.sheet.counts.get(level, 0),)
    )
    return phrase("report.colon", language, name=phrase("risk.residual", language), value=counts)


def _due(day: str, kind: str, cells: list[Cell], view: ReportView, language: Language) -> Due:
    left = (date.fromisoformat(day) - view.assessment.as_of).days
    known = view.catalog.kind.get(kind)
    return Due(
        day=day,
        left=period_in_words(f"P{left}D", language),
        kind=visible(kind) if known is None else in_language(known.title, language),
        cells=tuple(_once(cells)),
    )


def _once(cells: Iterable[Cell]) -> Iterable[Cell]:
    """Return one cell for each control, in their order; the minimum tier stands for both."""
    found: dict[Hashable, Cell] = {}
    for cell in cells:
        found.setdefault(cell.control, cell)
    return found.values()


def _row_name(control: str, tier: Tier, language: Language) -> str:
    if tier is Tier.MINIMUM:
        return control
    note = phrase("report.optional_short", language)
    return phrase("report.parenthesized", language, text=control, note=note)
