"""What does a requirement ask for, in words?

Turns the closed vocabulary of ``requires`` into whole sentences: kinds and populations by title,
periods in words, fields by the titles of the schema, values by their meaning. Says what a control
asks, and judges nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mnaudit.messages import phrase
from mnaudit.model.control import AtLeast, Matches, MemberOf, Within
from mnaudit.report.sentences import in_language, listed, period_in_words, title_in_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.messages import Language
    from mnaudit.model.catalog import Catalog
    from mnaudit.model.control import Cadence, Covers, OnEvent, Relation, Requirement
    from mnaudit.model.schema_fields import Nodes, SchemaFields

__all__ = ["Item", "Wording"]

_BOUNDS = (
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minContains",
    "maxContains",
    "maxLength",
    "pattern",
)
_SILENT = frozenset(
    {
        *("type", "required", "properties", "allOf", "additionalProperties", "minLength"),
        *("uniqueItems", "$comment", "title", "description"),
    }
)
"""Keywords that are said elsewhere, or that need no words."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list; ``depth`` 0 is the outermost."""

    depth: int
    text: str


class Wording:
    """The words of one catalog in one language."""

    def __init__(self, catalog: Catalog, fields: SchemaFields, language: Language) -> None:
        """Take what the words come from."""
        self.catalog = catalog
        self.fields = fields
        self.language = language

    def requirement(self, requirement: Requirement) -> Iterator[Item]:
        """Yield what one requirement asks for: a sentence, and what belongs to it below."""
        record = self.fields.document(requirement.evidence)
        data = self.fields.child(record, "data")
        yield Item(0, self._what(requirement))
        if requirement.valid is not None:
            since = self.field(record, requirement.valid.since)
            until = self.field(record, requirement.valid.until)
            yield Item(1, self._say("valid", since=since, until=until))
        if requirement.where is not None:
            yield from self._under("where", requirement.where, data)
        if requirement.covers is not None:
            yield from self._covers(requirement.covers, record)
        if requirement.on_event is not None:
            yield from self._on_event(requirement.on_event, record)
        if requirement.cadence is not None and requirement.cadence.grace is not None:
            grace = self.period(requirement.cadence.grace)
            yield Item(1, self._say("cadence_grace", period=grace))
        if requirement.each is not None:
            yield from self._under("each", requirement.each, data)
        if requirement.relations:
            yield Item(1, self._say("relations"))
            for relation in requirement.relations:
                yield from self._relation(relation, record, data)
        if requirement.nil:
            yield Item(1, self._say("nil", nil=self.kind("nil-statement")))

    def kind(self, id_: str) -> str:
        """Return the title of a kind, as it stands within a sentence."""
        kind = self.catalog.kind.get(id_)
        title = in_language(kind.title, self.language) if kind else id_
        return title if self.language == "ja" else title_in_sentence(title)

    def population(self, id_: str) -> str:
        """Return the title of a population, as it stands within a sentence."""
        population = self.catalog.population.get(id_)
        title = in_language(population.title, self.language) if population else id_
        return title if self.language == "ja" else title_in_sentence(title)

    def period(self, period: str) -> str:
        """Return a period in words."""
        return period_in_words(period, self.language) or period

    def field(self, nodes: Nodes, path: str) -> str:
        """Return where a value stands, in the titles of the schema; ``data`` goes unsaid."""
        words = ""
        for step in path.removeprefix("data.").split("."):
            if not words and path.startswith("data."):
                nodes = self.fields.child(nodes, "data")
            nodes = self.fields.child(nodes, step.removesuffix("[]"))
            words = self._joined(words, self._title(nodes, step.removesuffix("[]")))
            nodes = self.fields.entries(nodes) or nodes
        return words

    def condition(self, fragment: object, nodes: Nodes, here: str, depth: int) -> Iterator[Item]:
        """Yield what a condition demands, one line for each demand."""
        if not isinstance(fragment, Mapping):
            return
        properties = fragment.get("properties", {})
        for name in fragment.get("required", ()):
            inner = properties.get(name, {})
            if not any(self.condition(inner, self.fields.child(nodes, name), "", 0)):
                field = self._joined(here, self._title(self.fields.child(nodes, name), name))
                yield Item(depth, self._phrase("required", field=field))
        for name, inner in properties.items():
            found = self.fields.child(nodes, name)
            yield from self.condition(
                inner, found, self._joined(here, self._title(found, name)), depth
            )
        for part in fragment.get("allOf", ()):
            yield from self.condition(part, nodes, here, depth)
        for keyword, value in fragment.items():
            if keyword not in _SILENT:
                yield from self._keyword(keyword, value, nodes, here, depth)

    # --- sentences

    def _what(self, requirement: Requirement) -> str:
        kind, age, cadence = (
            self.kind(requirement.evidence),
            requirement.max_age,
            requirement.cadence,
        )
        if cadence is not None:
            return self._cadence(kind, cadence)
        key = "one" if requirement.min == 1 else "some"
        values: dict[str, object] = {"kind": kind}
        if requirement.min > 1:
            values["count"] = requirement.min
        if age is not None:
            key, values["period"] = f"{key}_fresh", self.period(age)
        return self._say(key, **values)

    def _cadence(self, kind: str, cadence: Cadence) -> str:
        key = "cadence_fiscal" if cadence.by == "fiscal-year" else "cadence"
        every, over = self.period(cadence.every), self.period(cadence.over)
        return self._say(key, kind=kind, every=every, over=over)

    def _covers(self, covers: Covers, record: Nodes) -> Iterator[Item]:
        values = {
            "population": self.population(covers.population),
            "key": self.field(record, covers.key),
        }
        if covers.on is None:
            yield Item(1, self._say("covers", **values))
        else:
            yield Item(1, self._say("covers_on", **values, on=self.field(record, covers.on)))
        if covers.grace is not None:
            yield Item(1, self._say("grace", period=self.period(covers.grace)))
        yield from self._of_items(covers, record)

    def _on_event(self, rule: OnEvent, record: Nodes) -> Iterator[Item]:
        yield Item(
            1,
            self._say(
                "on_event",
                population=self.population(rule.population),
                key=self.field(record, rule.key),
                within=self.period(rule.within),
            ),
        )
        yield Item(1, self._say("window", window=self.period(rule.window)))
        yield from self._of_items(rule, record)

    def _of_items(self, rule: Covers | OnEvent, record: Nodes) -> Iterator[Item]:
        if rule.where_item is not None:
            items = self.fields.at(record, f"{rule.key.rpartition('[]')[0]}[]")
            yield from self._under("where_item", rule.where_item, items)

    def _under(self, key: str, fragment: Mapping[str, Any], nodes: Nodes) -> Iterator[Item]:
        """Yield an opening sentence and the condition below it."""
        yield Item(1, self._say(key))
        yield from self.condition(fragment, nodes, "", 2)

    def _relation(self, relation: Relation, record: Nodes, data: Nodes) -> Iterator[Item]:
        yield Item(2, self._comparison(relation, record))
        if isinstance(relation, Matches):
            yield from self._match(relation, record)
        if relation.when is not None:
            yield Item(3, self._say("when"))
            yield from self.condition(relation.when, data, "", 4)

    def _match(self, relation: Matches, record: Nodes) -> Iterator[Item]:
        other = self.fields.document(relation.evidence)
        if relation.where is not None:
            yield Item(3, self._say("match_where"))
            yield from self.condition(relation.where, self.fields.child(other, "data"), "", 4)
        for key, pair in (("precedes", relation.precedes), ("subset", relation.subset)):
            if pair is not None:
                left, right = self.field(record, pair.left), self.field(other, pair.right)
                yield Item(3, self._say(key, left=left, right=right))

    def _comparison(self, relation: Relation, record: Nodes) -> str:
        left = self.field(record, relation.left)
        match relation:
            case Matches():
                key = "matches" if relation.within is None else "matches_within"
                values = {
                    "left": left,
                    "right": self.field(self.fields.document(relation.evidence), relation.right),
                    "kind": self.kind(relation.evidence),
                }
                if relation.within is not None:
                    values["period"] = self.period(relation.within)
                return self._say(key, **values)
            case MemberOf():
                population = self.population(relation.population)
                if relation.on is None:
                    return self._say("member_of", left=left, population=population)
                on = self.field(record, relation.on)
                return self._say("member_of_on", left=left, population=population, on=on)
            case AtLeast(right=None):
                return self._say("at_least_value", left=left, value=relation.value)
            case Within():
                right, period = self.field(record, relation.right), self.period(relation.period)
                return self._say("within", left=left, right=right, period=period)
            case _:
                right = self.field(record, str(relation.right))
                return self._say(relation.op, left=left, right=right)

    # --- conditions

    def _keyword(
        self, keyword: str, value: Any, nodes: Nodes, here: str, depth: int
    ) -> Iterator[Item]:
        field = here or self._phrase("record")
        match keyword:
            case "const" if isinstance(value, bool):
                yield Item(depth, self._phrase("yes" if value else "no", field=field))
            case "const":
                yield Item(
                    depth, self._phrase("const", field=field, value=self._value(nodes, value))
                )
            case "enum":
                yield Item(
                    depth, self._phrase("enum", field=field, values=self._values(nodes, value))
                )
            case "contains":
                yield from self._contains(value, self.fields.entries(nodes), field, depth)
            case "items":
                inner = tuple(self.condition(value, self.fields.entries(nodes), "", depth + 1))
                if inner:
                    yield Item(depth, self._phrase("items", field=field))
                    yield from inner
            case "anyOf" | "oneOf":
                yield Item(depth, self._phrase("any" if keyword == "anyOf" else "one"))
                for part in value:
                    yield from self._alternative(part, nodes, here, depth + 1)
            case "not" | "if" | "then" | "else":
                yield Item(depth, self._phrase(keyword))
                yield from self.condition(value, nodes, here, depth + 1)
            case _ if keyword in _BOUNDS:
                yield Item(depth, self._phrase(keyword, field=field, value=value))
            case _:
                text = f"{keyword} {json.dumps(value, ensure_ascii=False)}"
                yield Item(depth, self._phrase("other", field=field, value=text))

    def _contains(self, value: Any, entries: Nodes, field: str, depth: int) -> Iterator[Item]:
        match value:
            case {"const": option, **rest} if not rest:
                shown = self._value(entries, option)
                yield Item(depth, self._phrase("contains_const", field=field, value=shown))
            case {"enum": options, **rest} if not rest:
                shown = self._values(entries, options)
                yield Item(depth, self._phrase("contains_enum", field=field, values=shown))
            case _:
                yield Item(depth, self._phrase("contains", field=field))
                yield from self.condition(value, entries, "", depth + 1)

    def _alternative(self, part: Any, nodes: Nodes, here: str, depth: int) -> Iterator[Item]:
        """Keep the demands of one alternative together."""
        lines = tuple(self.condition(part, nodes, here, depth))
        if sum(line.depth == depth for line in lines) < 2:  # noqa: PLR2004 - nothing to hold
            yield from lines
            return
        yield Item(depth, self._phrase("all"))
        yield from (Item(line.depth + 1, line.text) for line in lines)

    def _value(self, nodes: Nodes, value: object) -> str:
        meaning = self.fields.meaning(nodes, value, english=self.language == "en")
        if not meaning or meaning == str(value):
            return str(value)
        return self._phrase("valued", meaning=meaning, value=value)

    def _values(self, nodes: Nodes, values: Any) -> str:
        return listed([self._value(nodes, value) for value in values], self.language)

    def _title(self, nodes: Nodes, name: str) -> str:
        title = self.fields.title(nodes, english=self.language == "en") or name
        return title if self.language == "ja" else title_in_sentence(title)

    def _joined(self, outer: str, inner: str) -> str:
        return self._phrase("path", outer=outer, inner=inner) if outer else inner

    def _say(self, key: str, /, **values: object) -> str:
        return phrase(f"requirement.{key}", self.language, **values)

    def _phrase(self, key: str, /, **values: object) -> str:
        return phrase(f"condition.{key}", self.language, **values)
