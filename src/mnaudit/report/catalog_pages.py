"""Pages about the catalog: one control with everything around it, and the changes of a version.

Laid out twice, for the terminal and as Markdown, from the same blocks. No judgement of any
evidence: what the state of a control is, is for the report.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from mnaudit.messages import join, phrase
from mnaudit.model.catalog_diff import Nature
from mnaudit.model.control import Tier
from mnaudit.report.requirement_words import Wording
from mnaudit.report.sentences import (
    in_language,
    listed,
    period_in_words,
    title_in_sentence,
    visible,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mnaudit.messages import Language
    from mnaudit.model.catalog import Catalog
    from mnaudit.model.catalog_diff import CatalogDiff, Change, Detail
    from mnaudit.model.control import Control, Expectation, Requirement
    from mnaudit.model.schema_fields import SchemaFields
    from mnaudit.model.source import Sources

__all__ = ["Block", "Impact", "control_page", "diff_page", "lay_out"]

Style: TypeAlias = Literal["title", "heading", "text", "item"]

_WIDTH = 88
_INDENT = 2
_NATURES = (
    Nature.ADDED,
    Nature.REMOVED,
    Nature.TIGHTENED,
    Nature.LOOSENED,
    Nature.CHANGED,
    Nature.REWORDED,
)
_PERIODS = frozenset({"max_age", "grace", "within"})
_MARKUP = re.compile(r"([\\`*_{}\[\]#|~<>])")
_NOT_FIRST = frozenset("、。，．）」』】・ー！？：；)],.;:!?”")
"""Characters that do not begin a line (行頭禁則)."""

_NOT_LAST = frozenset("（「『【([“")
"""Characters that do not end a line."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a page; ``depth`` counts from 0 and matters for items only."""

    style: Style
    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change of the catalog means for one organization.

    Attributes:
        controls: Rows that changed and apply to it.
        files: Evidence files of the kinds concerned, sorted.
    """

    controls: tuple[str, ...]
    files: tuple[str, ...]


def lay_out(blocks: Iterable[Block], format_: Literal["text", "markdown"]) -> str:
    """Return the page as lines of text or as Markdown."""
    lines = _markdown(blocks) if format_ == "markdown" else _text(blocks)
    return "\n".join(lines).strip("\n") + "\n"


def control_page(
    control: Control,
    catalog: Catalog,
    fields: SchemaFields,
    sources: Sources,
    language: Language,
) -> tuple[Block, ...]:
    """Return everything about one control: both tiers, why, the law, the evidence, and how."""
    return tuple(_ControlPage(control, catalog, fields, sources, language).blocks())


def diff_page(
    diff: CatalogDiff, catalog: Catalog, language: Language, impact: Impact | None = None
) -> tuple[Block, ...]:
    """Return what changed between two catalogs.

    Args:
        diff: The changes.
        catalog: The newer catalog, for its titles.
        language: Of the sentences.
        impact: What it means for an organization, if that was asked for.
    """
    return tuple(_DiffPage(diff, catalog, language).blocks(impact))


class _ControlPage:
    """Holds what every part of the page is made from."""

    def __init__(
        self,
        control: Control,
        catalog: Catalog,
        fields: SchemaFields,
        sources: Sources,
        language: Language,
    ) -> None:
        self.control = control
        self.catalog = catalog
        self.fields = fields
        self.sources = sources
        self.language = language
        self.words = Wording(catalog, fields, language)

    def blocks(self) -> Iterator[Block]:
        title = in_language(self.control.title, self.language)
        yield Block("title", phrase("catalog.row", self.language, id=self.control.id, title=title))
        yield from self.origin()
        for tier in Tier:
            yield from self.tier(tier, self.control.expectation(tier))
        yield Block("heading", self.say("law"))
        yield from self.law()
        yield Block("heading", self.say("howto"))
        yield from self.how()

    def origin(self) -> Iterator[Block]:
        """Yield where the row comes from and whom it binds."""
        if self.control.seed is not None:
            yield Block("text", self.say("seed", number=self.control.seed))
        if self.control.beyond_jnsa:
            yield Block("text", self.say("beyond"))
        scopes = [self.catalog.scope[s] for s in self.control.applies if s in self.catalog.scope]
        if not scopes:
            yield Block("text", self.say("always"))
            return
        words = [in_language(scope.title, self.language) for scope in scopes]
        if self.language == "en":
            words = [title_in_sentence(title) for title in words]
        titles = listed(words, self.language)
        yield Block("text", self.say("applies_if", scopes=titles))

    def tier(self, tier: Tier, expectation: Expectation | None) -> Iterator[Block]:
        yield Block("heading", phrase(f"report.{tier}", self.language))
        if expectation is None:
            yield Block("text", self.say("no_optional"))
            return
        yield Block("text", in_language(expectation.statement, self.language))
        yield Block("text", in_language(expectation.comment, self.language))
        yield Block("text", self.label("evidence"))
        yield from self.requirements(expectation.requires)
        if expectation.sme is not None:
            yield Block("text", self.label("sme"))
            yield Block("text", self.say("sme_intro"))
            yield from self.requirements(expectation.sme)

    def requirements(self, requirements: Sequence[Requirement]) -> Iterator[Block]:
        for requirement in requirements:
            for item in self.words.requirement(requirement):
                yield Block("item", item.text, item.depth)

    def law(self) -> Iterator[Block]:
        guideline = in_language(self.catalog.guideline, self.language)
        yield Block("text", self.say("edition", title=guideline, edition=self.catalog.edition))
        measures = {measure.id: measure for measure in self.catalog.measures}
        bases: dict[str, list[str]] = {}
        for citation in self.control.citations:
            bases.setdefault(citation.measure, []).append(self.say(citation.basis))
        for cited, basis in bases.items():
            measure = measures.get(cited)
            if measure is None:
                continue
            line = self.say(
                "law_line",
                basis=listed(basis, self.language),
                measure=measure.id,
                title=in_language(measure.title, self.language),
                section=measure.section,
            )
            yield Block("item", line)
            yield Block("item", in_language(measure.summary, self.language), 1)
            if measure.sme_summary is not None:
                relief = in_language(measure.sme_summary, self.language)
                yield Block("item", self.named("sme", relief), 1)
            address = self.sources.address_of(measure.id)
            if address is not None:
                yield Block("item", self.say("read_at", address=address), 1)

    def how(self) -> Iterator[Block]:
        """Yield, for each kind, where the document goes, who signs, and which fields matter."""
        for kind_id, paths in self.used().items():
            kind = self.catalog.kind.get(kind_id)
            name = self.words.kind(kind_id)
            yield Block("item", self.say("how_copy", kind=name, id=kind_id))
            if kind is not None:
                signatory = in_language(kind.signatory, self.language)
                yield Block("item", self.say("how_sign", kind=name, signatory=signatory), 1)
            record = self.fields.document(kind_id)
            fields = [
                phrase(
                    "condition.valued",
                    self.language,
                    meaning=self.words.field(record, path),
                    value=path.replace("[]", ""),
                )
                for path in paths
                if self.fields.at(record, path)
            ]
            if fields:
                yield Block("item", self.named("how_fields", listed(fields, self.language)), 1)

    def used(self) -> dict[str, tuple[str, ...]]:
        """Return the fields that the row looks at, by kind, each once and in order."""
        found: dict[str, dict[str, None]] = {}
        for tier in Tier:
            expectation = self.control.expectation(tier)
            for requirement in () if expectation is None else expectation.requires:
                fields = found.setdefault(requirement.evidence, {})
                fields.update(dict.fromkeys(self.paths(requirement)))
        return {kind: tuple(paths) for kind, paths in found.items()}

    def paths(self, requirement: Requirement) -> Iterator[str]:
        nodes = self.fields.child(self.fields.document(requirement.evidence), "data")
        for fragment in (requirement.where, requirement.each):
            for name in {**dict.fromkeys((fragment or {}).get("required", ()))}:
                lists = self.fields.entries(self.fields.child(nodes, name))
                yield f"data.{name}{'[]' if lists else ''}"
        for rule in (requirement.covers, requirement.on_event):
            if rule is not None:
                yield rule.key
                yield from (rule.on,) if rule.on else ()
        if requirement.valid is not None:
            yield from (requirement.valid.since, requirement.valid.until)
        for relation in requirement.relations:
            yield relation.left

    def label(self, name: str) -> str:
        return phrase("sources.line", self.language, name=self.say(name), value="").rstrip()

    def named(self, name: str, value: str) -> str:
        return phrase("sources.line", self.language, name=self.say(name), value=value)

    def say(self, key: str, /, **values: object) -> str:
        return phrase(f"catalog_page.{key}", self.language, **values)


class _DiffPage:
    """Holds what every part of the page is made from."""

    def __init__(self, diff: CatalogDiff, catalog: Catalog, language: Language) -> None:
        self.diff = diff
        self.catalog = catalog
        self.language = language

    def blocks(self, impact: Impact | None) -> Iterator[Block]:
        old, new = (f"{c[0]} {c[1]} ({c[2][:12]})" for c in (self.diff.old, self.diff.new))
        yield Block("title", self.say("title", old=old, new=new))
        if self.diff.is_empty:
            yield Block("text", self.say("same"))
            return
        for name in ("measures", "controls", "kinds", "populations", "scopes"):
            yield from self.section(name, getattr(self.diff, name))
        yield from self.impact(impact)

    def section(self, name: str, changes: Sequence[Change]) -> Iterator[Block]:
        """Yield the changes of one sort of noun, those that matter most first."""
        if not changes:
            return
        yield Block("heading", self.say(name))
        for nature in _NATURES:
            of_nature = [change for change in changes if change.nature is nature]
            if not of_nature:
                continue
            yield Block("item", self.counted(nature, len(of_nature)))
            for change in of_nature:
                title = in_language(change.title, self.language)
                yield Block("item", self.say("entry", id=change.id, title=title), 1)
                for text in dict.fromkeys(self.detail(detail) for detail in change.details):
                    yield Block("item", text, 2)

    def counted(self, nature: Nature, count: int) -> str:
        return phrase("sources.line", self.language, name=self.say(nature), value=count)

    def detail(self, detail: Detail) -> str:
        """Return one change as a sentence, with its tier."""
        values = {name: self.value(detail.key, name, value) for name, value in detail.values}
        text = self.say(detail.key, **values)
        if detail.sme:
            text = self.say("sme_rule", change=text)
        if detail.tier is None:
            return text
        tier = phrase(f"report.{detail.tier}_short", self.language)
        return self.say("in_tier", tier=tier, change=text)

    def value(self, key: str, name: str, value: str) -> str:
        if name == "kind":
            kind = self.catalog.kind.get(value)
            return in_language(kind.title, self.language) if kind else value
        if name in {"old", "new"}:
            words = period_in_words(value, self.language) if key in _PERIODS else value
            return words or self.say("none")
        return value

    def impact(self, impact: Impact | None) -> Iterator[Block]:
        yield Block("heading", self.say("impact"))
        if not self.diff.affected_controls:
            yield Block("item", self.say("impact_nothing"))
        else:
            rows = self.diff.affected_controls
            yield Block("item", self.say("impact_controls", count=len(rows)))
            yield Block("item", join(rows, self.language), 1)
        kinds = self.diff.affected_kinds
        if kinds:
            named = [self.value("", "kind", kind) for kind in kinds]
            yield Block("item", self.say("impact_kinds", kinds=listed(named, self.language)))
        if impact is not None:
            mine = join(impact.controls, self.language) or self.say("none")
            yield Block("item", self.say("impact_rows", rows=mine))
            yield Block("item", self.say("impact_files", count=len(impact.files)))
            for path in impact.files:
                yield Block("item", visible(path), 1)
        yield Block("item", self.say("old_stays"))

    def say(self, key: str, /, **values: object) -> str:
        return phrase(f"catalog_diff.{key}", self.language, **values)


# --- layout


def _text(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield lines no wider than the page; a heading stands after an empty line."""
    before: Style = "title"
    for block in blocks:
        match block.style:
            case "title":
                yield from _wrapped(block.text, "", "")
                yield "=" * min(_width(block.text), _WIDTH)
            case "heading":
                yield ""
                yield f"## {block.text}"
            case "text":
                if before == "item":
                    yield ""
                yield from _wrapped(block.text, "", "")
            case _:
                indent = " " * _INDENT * block.depth
                yield from _wrapped(block.text, f"{indent}- ", f"{indent}  ")
        before = block.style


def _markdown(blocks: Iterable[Block]) -> Iterator[str]:
    before: Style | None = None
    for block in blocks:
        text = _MARKUP.sub(r"\\\1", block.text)
        if before is not None and not before == block.style == "item":
            yield ""
        match block.style:
            case "title":
                yield f"# {text}"
            case "heading":
                yield f"## {text}"
            case "text":
                yield text
            case _:
                yield f"{'  ' * block.depth}- {text}"
        before = block.style


def _wrapped(text: str, first: str, following: str) -> Iterator[str]:
    """Break a text between words, and between Japanese characters."""
    line, prefix = "", first
    for piece in _pieces(text):
        if line and _width(prefix + line + piece.rstrip()) > _WIDTH and piece[0] not in _NOT_FIRST:
            yield (prefix + line).rstrip()
            line, prefix = piece.lstrip(), following
        else:
            line += piece
    yield (prefix + line).rstrip()


def _pieces(text: str) -> Iterator[str]:
    """Yield what is not broken: a wide character, or a word with the blank after it.

    An opening bracket stays with what it opens (行末禁則).
    """
    piece = ""
    for char in text:
        if _is_wide(char) and piece and piece[-1] not in _NOT_LAST:
            yield piece
            piece = ""
        piece += char
        if (char == " " or _is_wide(char)) and char not in _NOT_LAST:
            yield piece
            piece = ""
    if piece:
        yield piece


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def _width(text: str) -> int:
    return sum(2 if _is_wide(char) else 1 for char in text)
