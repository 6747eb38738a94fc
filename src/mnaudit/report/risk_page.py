"""The risk-analysis sheet, laid out: text, Markdown, JSON, and a section of the HTML report.

Joins the sheet with its data and the catalog in one language and adds no judgement. The level is a
word, never only a color; the marks of controls are those of the check sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, TypeAlias

from mnaudit.errors import ConfigurationError
from mnaudit.messages import join, phrase
from mnaudit.model.risk import Level
from mnaudit.report.as_json import written
from mnaudit.report.as_markdown import escaped
from mnaudit.report.sentences import day_in_eras, in_language, visible
from mnaudit.report.sheet import MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jinja2 import Template

    from mnaudit.messages import Language
    from mnaudit.model.assessment import FindingStatus
    from mnaudit.model.catalog import Catalog
    from mnaudit.model.risk import (
        Answer,
        ControlState,
        Example,
        Fact,
        Named,
        RiskCell,
        RiskRow,
        Risks,
        RiskSheet,
    )
    from mnaudit.report.sheet import Marks

__all__ = ["RISK_FORMATS", "RISK_STYLE", "SCHEMA", "RiskView", "render_risk", "risk_section"]

SCHEMA = "mnaudit/risk@1"
"""Name and version of the JSON format."""

TEMPLATE = "risk.html.jinja"

RISK_STYLE = """\
.risk table { border-collapse: collapse; width: 100%; }
.risk th, .risk td { border: 1px solid var(--line, #d5dbe2); padding: .4rem .6rem; text-align: left; vertical-align: top; }
.risk .level { display: inline-block; min-width: 2.4em; padding: .05em .45em; border: 1px solid #c9d0d8; border-radius: .35em; font-weight: 700; text-align: center; color: #1b2430; background: #ffffff; }
.risk .level.high { background: #8a1410; border-color: #8a1410; color: #ffffff; }
.risk .level.medium { background: #f2a93b; border-color: #d48e22; }
.risk .level.low { background: #8fc7f2; border-color: #6fb0e2; }
.risk .level.not-applicable { background: #eef0f2; color: #48525f; }
.risk article { margin: 1rem 0; padding: .9rem 1.1rem; border: 1px solid var(--line, #d5dbe2); border-radius: .75rem; background: var(--paper, #ffffff); break-inside: avoid; }
.risk article h4 { margin: 0 0 .3rem; }
.risk .own { color: var(--soft, #55606e); font-size: .85em; }
.risk ul { margin: .3rem 0; padding-left: 1.3em; list-style: disc; }
.risk ul.controls { padding-left: 0; list-style: none; }
.risk .deciding { font-weight: 700; }
.risk .bad { color: var(--bad, #8a1410); }
"""
"""The style of the section, for the page that takes it in. It reads the colors of the report."""


@dataclass(frozen=True, slots=True)
class RiskView:
    """Everything that the sheet shows.

    Attributes:
        example: The process example that is shown, if it is one.
    """

    sheet: RiskSheet
    risks: Risks
    catalog: Catalog
    example: Example | None = None


def render_risk(
    format: str,  # noqa: A002 - the word of the command line
    view: RiskView,
    language: Language,
    *,
    marks: Marks = "glyph",
) -> bytes:
    """Lay out the sheet.

    Args:
        format: A name in ``RISK_FORMATS``; ``html`` is a whole page.
        view: Everything that is shown.
        language: Of the sentences; ``json`` is the same in every language.
        marks: ``ascii`` for terminals that cannot show ○ △ ×; only ``text`` heeds it.

    Raises:
        ConfigurationError: There is no such format (``MN007``).
    """
    if format not in RISK_FORMATS:
        raise ConfigurationError("MN007", format=format)
    return RISK_FORMATS[format](view, language, marks).encode("utf-8", "backslashreplace")


def risk_section(view: RiskView, language: Language) -> str:
    """Return the sheet as one ``<section>`` for the HTML report; :data:`RISK_STYLE` styles it."""
    return _html(view, language, whole=False)


# What is shown, in one language


@dataclass(frozen=True, slots=True)
class _Control:
    """A countering control in words."""

    id: str
    title: str
    minimum: str
    optional: str
    minimum_mark: str
    optional_mark: str
    deciding: bool


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell in words."""

    title: str
    level: str
    level_id: str
    risks: tuple[str, ...]
    reason: str
    controls: tuple[_Control, ...]
    ours: bool


@dataclass(frozen=True, slots=True)
class _Point:
    """A fact in words."""

    text: str
    bad: bool
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    """A question with its answer, in words."""

    question: str
    answer: str
    place: str
    state: str
    is_open: bool
    facts: tuple[_Point, ...]
    controls: tuple[_Control, ...]


@dataclass(frozen=True, slots=True)
class _Stage:
    """A stage with its cells in use, and the row of the matrix."""

    title: str
    text: str
    cells: tuple[_Cell, ...]
    levels: tuple[tuple[str, str], ...]
    unused: tuple[str, ...]


class _Words:
    """Turns the sheet into words of one language."""

    def __init__(self, view: RiskView, language: Language, marks: Marks) -> None:
        self.view = view
        self.language = language
        self.marks = MARKS[marks]
        self.patterns = [self._title(pattern) for pattern in view.risks.patterns]
        self.reasons = {line.when: line.text for line in view.risks.rule}
        self.rows: dict[tuple[str, str], RiskRow] = {
            (row.stage, row.pattern): row for row in view.risks.cells
        }
        self.cells: dict[tuple[str | None, str | None], RiskCell] = {
            (cell.stage, cell.pattern): cell for cell in view.sheet.cells
        }

    def say(self, name: str, /, **values: object) -> str:
        return phrase(f"risk.{name}", self.language, **values)

    def headline(self) -> str:
        who = self.view.sheet.organization
        if self.view.example is not None:
            title = in_language(self.view.example.title, self.language)
            return self.say("headline_example", no=self.view.example.no, title=title)
        if who is None:
            return self.say("title")
        return self.say("headline", name=visible(who.name), number=visible(who.corporate_number))

    def basis(self) -> str:
        """Return as of when and for whom the states are; or that nothing was assessed."""
        sheet = self.view.sheet
        if sheet.as_of is None or sheet.organization is None:
            return self.say("template")
        day = sheet.as_of.isoformat()
        era = day_in_eras(sheet.as_of, self.language)
        shown = (
            day
            if era is None
            else phrase("report.parenthesized", self.language, text=day, note=era)
        )
        if self.view.example is not None:
            return self.say("basis_example", day=shown, name=visible(sheet.organization.name))
        return phrase("report.as_of_line", self.language, day=shown)

    def counts(self) -> tuple[tuple[str, str, int], ...]:
        order = (Level.HIGH, Level.MEDIUM, Level.LOW, Level.NOT_APPLICABLE)
        counts = self.view.sheet.counts
        return tuple((level.value, self.level(level), counts.get(level, 0)) for level in order)

    def level(self, level: Level | None) -> str:
        return self.say("not_assessed" if level is None else f"level_{level.value}")

    def foundation(self) -> _Cell:
        data = self.view.risks.foundation
        title = in_language(data.title, self.language)
        risks = tuple(in_language(text, self.language) for text in data.risks)
        return self._cell(title, risks, self.view.sheet.foundation, ours=False)

    def stages(self) -> Iterator[_Stage]:
        used: set[tuple[str, str]] = set(self.view.sheet.in_use)
        for stage in self.view.risks.stages:
            cells: list[_Cell] = []
            levels: list[tuple[str, str]] = []
            unused: list[str] = []
            for pattern in self.view.risks.patterns:
                place = (stage.id, pattern.id)
                cell, row = self.cells[place], self.rows[place]
                levels.append((cell.level.value if cell.level else "", self.level(cell.level)))
                title = self._title(pattern)
                if place in used:
                    risks = tuple(in_language(text, self.language) for text in row.risks)
                    cells.append(self._cell(title, risks, cell, ours=row.beyond_seed))
                else:
                    unused.append(title)
            yield _Stage(
                title=self._title(stage),
                text=self._example_text(stage),
                cells=tuple(cells),
                levels=tuple(levels),
                unused=tuple(unused),
            )

    def answers(self) -> Iterator[_Answer]:
        questions = {question.id: question for question in self.view.risks.questions}
        for answer in self.view.sheet.answers:
            question = questions[answer.question]
            yield _Answer(
                question=in_language(question.question, self.language),
                answer=in_language(question.answer, self.language),
                place=in_language(question.place, self.language),
                state=self.say(f"answer_{answer.state}") if answer.state else "",
                is_open=answer.state == "open",
                facts=tuple(map(self._fact, answer.facts)),
                controls=self._controls(answer),
            )

    def _cell(self, title: str, risks: tuple[str, ...], cell: RiskCell, *, ours: bool) -> _Cell:
        because = None if cell.because is None else self.reasons[cell.because]
        return _Cell(
            title=title,
            level=self.level(cell.level),
            level_id=cell.level.value if cell.level else "not-assessed",
            risks=risks,
            reason="" if because is None else in_language(because, self.language),
            controls=tuple(self._control(s, cell.deciding) for s in cell.controls),
            ours=ours,
        )

    def _controls(self, answer: Answer) -> tuple[_Control, ...]:
        shown = () if answer.state == "not-applicable" else answer.controls
        return tuple(self._control(state, ()) for state in shown)

    def _control(self, state: ControlState, deciding: Iterable[str]) -> _Control:
        control = self.view.catalog.control[state.control]
        return _Control(
            id=state.control,
            title=in_language(control.title, self.language),
            minimum=self._status(state.minimum),
            optional=self._status(state.optional),
            minimum_mark=self.marks[state.minimum] if state.minimum else "",
            optional_mark=self.marks[state.optional] if state.optional else "",
            deciding=state.control in deciding,
        )

    def _fact(self, fact: Fact) -> _Point:
        values = {name: visible(value) for name, value in fact.values.items()}
        if "result" in values:
            values["result"] = self.say(f"result_{values['result']}")
        paths = tuple(map(visible, fact.paths))
        name = f"fact_{fact.kind.value.replace('-', '_')}"
        text = self.say(name, **values, paths=join(paths, self.language))
        return _Point(text=text, bad=fact.good is False, paths=paths)

    def _status(self, status: FindingStatus | None) -> str:
        return "" if status is None else phrase(f"status.{status.value}", self.language)

    def _title(self, named: Named) -> str:
        return in_language(named.title, self.language)

    def _example_text(self, stage: Named) -> str:
        if self.view.example is None:
            return ""
        stages = {str(key): value for key, value in self.view.example.stages.items()}
        return in_language(stages[stage.id].text, self.language)


# The formats


def _text(view: RiskView, language: Language, marks: Marks) -> str:
    return "\n".join(_text_lines(_Words(view, language, marks))) + "\n"


def _text_lines(words: _Words) -> Iterator[str]:
    yield words.headline()
    yield words.basis()
    if words.view.sheet.counts:
        counts = (f"{name} {count}" for _, name, count in words.counts())
        yield f"{words.say('residual')}: {'  '.join(counts)}"
    yield ""
    yield from _text_cell(words, words.foundation())
    for stage in words.stages():
        yield ""
        title = f"{stage.title}: {stage.text}" if stage.text else stage.title
        yield f"== {title}"
        for cell in stage.cells:
            yield from _text_cell(words, cell)
        if stage.unused:
            yield words.say("unused", patterns=join(stage.unused, words.language))
    yield ""
    yield f"== {words.say('questions')}"
    for answer in words.answers():
        yield from _text_answer(words, answer)
    yield ""
    yield words.say("disclaimer")


def _text_cell(words: _Words, cell: _Cell) -> Iterator[str]:
    ours = f" {words.say('ours')}" if cell.ours else ""
    yield f"[{cell.level}] {cell.title}{ours}"
    yield f"    {words.say('risk_line', risks=' / '.join(cell.risks))}"
    if cell.reason:
        yield f"    {words.say('reason_line', reason=cell.reason)}"
    for control in cell.controls:
        yield f"    {_control_line(words, control)}"


def _text_answer(words: _Words, answer: _Answer) -> Iterator[str]:
    yield ""
    state = f"[{answer.state}] " if answer.state else ""
    yield f"{state}{answer.question}"
    yield f"    {answer.answer}"
    yield f"    {words.say('place_line', place=answer.place)}"
    for fact in answer.facts:
        yield f"    {words.marks['not-satisfied'] if fact.bad else '-'} {fact.text}"
    for control in answer.controls:
        yield f"    {_control_line(words, control)}"


def _control_line(words: _Words, control: _Control) -> str:
    """Return one control: its marks in both tiers, and an arrow where it decided."""
    if not control.minimum:
        return f"- {control.id} {control.title}"
    line = words.say(
        "control_line" if control.optional else "control_line_minimum",
        minimum=control.minimum_mark,
        optional=control.optional_mark,
        id=control.id,
        title=control.title,
    )
    return words.say("deciding", line=line) if control.deciding else line


def _markdown(view: RiskView, language: Language, marks: Marks) -> str:  # noqa: ARG001 - UTF-8
    return "\n".join(_markdown_lines(_Words(view, language, "glyph"))) + "\n"


def _markdown_lines(words: _Words) -> Iterator[str]:
    yield f"# {escaped(words.headline())}"
    yield from ("", escaped(words.basis()), "")
    yield f"| {escaped(words.say('stage'))} | {' | '.join(map(escaped, words.patterns))} |"
    yield f"|{' --- |' * (len(words.patterns) + 1)}"
    stages = tuple(words.stages())
    for stage in stages:
        levels = (escaped(name) for _, name in stage.levels)
        yield f"| {escaped(stage.title)} | {' | '.join(levels)} |"
    if words.view.sheet.counts:
        counts = (f"{name} {count}" for _, name, count in words.counts())
        yield from ("", escaped(f"{words.say('residual')}: {join(counts, words.language)}"))
    foundation = words.foundation()
    yield from ("", f"## {escaped(foundation.title)}", "")
    yield from _markdown_cell(words, foundation)
    for stage in stages:
        yield from ("", f"## {escaped(stage.title)}", "")
        if stage.text:
            yield from (escaped(stage.text), "")
        for cell in stage.cells:
            yield from (f"### {escaped(cell.title)}", "")
            yield from _markdown_cell(words, cell)
            yield ""
        if stage.unused:
            yield escaped(words.say("unused", patterns=join(stage.unused, words.language)))
    yield from ("", f"## {escaped(words.say('questions'))}")
    for answer in words.answers():
        yield from ("", f"### {escaped(answer.question)}", "")
        state = f"**{escaped(answer.state)}** " if answer.state else ""
        yield f"{state}{escaped(answer.answer)}"
        yield from ("", escaped(words.say("place_line", place=answer.place)), "")
        for fact in answer.facts:
            yield f"- {'× ' if fact.bad else ''}{escaped(fact.text)}"
        for control in answer.controls:
            yield f"- {escaped(_control_line(words, control))}"
    yield from ("", escaped(words.say("disclaimer")))


def _markdown_cell(words: _Words, cell: _Cell) -> Iterator[str]:
    ours = f" {words.say('ours')}" if cell.ours else ""
    yield f"**{escaped(cell.level)}**{escaped(ours)} {escaped(cell.reason)}".rstrip()
    yield ""
    for risk in cell.risks:
        yield f"- {escaped(risk)}"
    yield ""
    for control in cell.controls:
        yield f"- {escaped(_control_line(words, control))}"


def _json(view: RiskView, language: Language, marks: Marks) -> str:  # noqa: ARG001 - data has neither
    document = {
        "schema": SCHEMA,
        "catalog": {"id": view.catalog.id, "version": view.catalog.version},
        **view.sheet.model_dump(mode="json"),
    }
    return written(document)


def _page(view: RiskView, language: Language, marks: Marks) -> str:  # noqa: ARG001 - a page is UTF-8
    return _html(view, language, whole=True)


def _html(view: RiskView, language: Language, *, whole: bool) -> str:
    words = _Words(view, language, "glyph")
    page: str = _template().render(
        whole=whole,
        language=language,
        style=RISK_STYLE,
        words=words,
        stages=tuple(words.stages()),
        t=words.say,
        joined=partial(join, language=language),
    )
    return page


@cache
def _template() -> Template:
    """Compile the template once. A name that it misspells is an error, never an empty cell."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - text and JSON need no Jinja

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(files(__package__).joinpath(TEMPLATE).read_text("utf-8"))


_Format: TypeAlias = "Callable[[RiskView, Language, Marks], str]"

RISK_FORMATS: dict[str, _Format] = {
    "text": _text,
    "markdown": _markdown,
    "json": _json,
    "html": _page,
}
"""How each format is laid out."""
