"""Does a company's tailoring fit the catalog that it is for?

Every file has its shape, it is for this very version, and everything that it names exists: rows,
tiers, numbers of requirements, kinds, populations, scopes, measures, fields. One defect, and none
of it may be applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from mnaudit.model.problem import problem
from mnaudit.model.tailoring import Tailoring
from mnaudit.validate.catalog_conditions import check_condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mnaudit.model.catalog import Catalog
    from mnaudit.model.document import Document
    from mnaudit.model.problem import Problem, Value
    from mnaudit.model.schema_fields import Nodes, SchemaFields
    from mnaudit.validate.schema import Schemas

__all__ = ["check_overlay", "overlay_value"]

TAILORING = "tailoring.yaml"
_TIERS = ("minimum", "optional")


def overlay_value(documents: Iterable[Document]) -> dict[str, Any]:
    """Return the tailoring of all files as one value, the rows of every file together."""
    value: dict[str, Any] = {}
    controls: list[Any] = []
    for document in documents:
        if document.path == TAILORING:
            value |= {k: v for k, v in document.value.items() if k not in ("$schema", "controls")}
        controls += document.value.get("controls", ())
    return {**value, "controls": controls} if controls else value


def check_overlay(
    documents: Sequence[Document], catalog: Catalog, schemas: Schemas, fields: SchemaFields
) -> list[Problem]:
    """Return everything that keeps a tailoring from being applied, sorted by place.

    Args:
        documents: The files; ``tailoring.yaml`` is one of them.
        catalog: What it must be for.
        schemas: The schemas of the catalog.
        fields: The same schemas, to look fields up in.
    """
    found = [p for document in documents for p in _shape(document, schemas)]
    if not found:
        found = [
            each
            for document in documents
            for each in _Check(document, documents, catalog, fields).problems()
        ]
    return sorted(set(found))


def _shape(document: Document, schemas: Schemas) -> Iterator[Problem]:
    name = "tailoring" if document.path == TAILORING else "control"
    yield from schemas.named(f"{name}.schema.json").problems(document)


@dataclass(frozen=True, slots=True)
class _Check:
    """One file of the tailoring against the catalog."""

    document: Document
    documents: Sequence[Document]
    catalog: Catalog
    fields: SchemaFields

    def problems(self) -> Iterator[Problem]:
        if self.document.path == TAILORING:
            known = f"{self.catalog.id}@{self.catalog.version}"
            if self.document.value["extends"] != known:
                found = str(self.document.value["extends"])
                yield self._at("/extends", "MN341", found=found, known=known)
        yield from self._combinations()
        for number, control in enumerate(self.document.value.get("controls", ())):
            yield from self._control(f"/controls/{number}", control)
        seen: set[tuple[str, str, bool]] = set()
        for number, change in enumerate(self.document.value.get("changes", ())):
            place = (change["control"], change["tier"], change.get("sme", False))
            if place in seen:
                yield self._at(f"/changes/{number}/control", "MN349", id=change["control"])
            seen.add(place)
            yield from self._change(f"/changes/{number}", change)

    def _combinations(self) -> Iterator[Problem]:
        """Yield what the model refuses beyond the schema."""
        try:
            Tailoring.model_validate({"extends": "", **overlay_value([self.document])})
        except ValidationError as error:
            places = {
                "".join(f"/{part}" for part in each["loc"]): str(each["msg"])
                for each in error.errors(include_url=False, include_input=False)
            }
            for pointer, detail in places.items():
                if not any(other.startswith(f"{pointer}/") for other in places):
                    yield self._at(pointer, "MN348", detail=detail)

    def _control(self, at: str, control: Mapping[str, Any]) -> Iterator[Problem]:
        own = [c["id"] for d in self.documents for c in d.value.get("controls", ())]
        if control["id"] in self.catalog.control or own.count(control["id"]) > 1:
            yield self._at(f"{at}/id", "MN343", id=control["id"])
        group = control["id"].partition("-")[0]
        yield from self._known(f"{at}/id", group, [g.id for g in self.catalog.groups], "groups")
        measures = [measure.id for measure in self.catalog.measures]
        for number, citation in enumerate(control["citations"]):
            place = f"{at}/citations/{number}/measure"
            yield from self._known(place, citation["measure"], measures, "measures")
        for number, scope in enumerate(control.get("applies", ())):
            yield from self._known(f"{at}/applies/{number}", scope, self.catalog.scope, "scopes")
        for tier in _TIERS:
            for name in ("requires", "sme"):
                for number, requirement in enumerate(control.get(tier, {}).get(name, ())):
                    yield from self._requirement(f"{at}/{tier}/{name}/{number}", requirement)

    def _change(self, at: str, change: Mapping[str, Any]) -> Iterator[Problem]:
        for number, requirement in enumerate(change.get("add", ())):
            yield from self._requirement(f"{at}/add/{number}", requirement)
        control = self.catalog.control.get(change["control"])
        if control is None:
            yield self._at(f"{at}/control", "MN342", id=change["control"], what="controls")
            return
        expectation = control.minimum if change["tier"] == "minimum" else control.optional
        if expectation is None:
            yield self._at(f"{at}/tier", "MN342", id=change["tier"], what=control.id)
            return
        listed = expectation.sme if change.get("sme", False) else expectation.requires
        if listed is None:
            yield self._at(f"{at}/sme", "MN342", id="sme", what=control.id)
            return
        count = len(listed)
        places = {f"{at}/remove/{n}": number for n, number in enumerate(change.get("remove", ()))}
        for n, age in enumerate(change.get("max_age", ())):
            places[f"{at}/max_age/{n}/requirement"] = age["requirement"]
            number = age["requirement"]
            if number < count and (listed[number].cadence or listed[number].on_event):
                yield self._at(f"{at}/max_age/{n}/max_age", "MN348", detail="max_age")
        for place, number in places.items():
            if number >= count:
                yield self._at(place, "MN344", id=control.id, number=number, count=count)
        left = set(range(count)) - set(change.get("remove", ()))
        if not left and not change.get("add"):
            yield self._at(f"{at}/remove", "MN345", id=control.id)

    def _requirement(self, at: str, requirement: Mapping[str, Any]) -> Iterator[Problem]:
        kind = requirement["evidence"]
        yield from self._known(f"{at}/evidence", kind, self.catalog.kind, "kinds")
        if kind not in self.catalog.kind:
            return
        record = self.fields.document(kind)
        data = self.fields.child(record, "data")
        for name in ("where", "each"):
            yield from self._condition(f"{at}/{name}", requirement.get(name), data)
        for name in ("covers", "on_event"):
            if name in requirement:
                yield from self._population(f"{at}/{name}", requirement[name], record)
        for name in requirement.get("valid", {}):
            yield from self._field(f"{at}/valid/{name}", requirement["valid"][name], record)
        for number, relation in enumerate(requirement.get("relations", ())):
            yield from self._relation(f"{at}/relations/{number}", relation, record)

    def _population(self, at: str, rule: Mapping[str, Any], record: Nodes) -> Iterator[Problem]:
        id_ = rule["population"]
        yield from self._known(f"{at}/population", id_, self.catalog.population, "populations")
        population = self.catalog.population.get(id_)
        if at.endswith("on_event") and population is not None and population.event_on is None:
            yield self._at(f"{at}/population", "MN342", id=id_, what="event_on")
        for name in ("key", "on"):
            if name in rule:
                yield from self._field(f"{at}/{name}", rule[name], record)
        items = self.fields.at(record, rule["key"].rpartition("[]")[0] + "[]")
        yield from self._condition(f"{at}/where_item", rule.get("where_item"), items)

    def _relation(self, at: str, relation: Mapping[str, Any], record: Nodes) -> Iterator[Problem]:
        data = self.fields.child(record, "data")
        yield from self._condition(f"{at}/when", relation.get("when"), data)
        other = record
        if "evidence" in relation:
            kind = relation["evidence"]
            yield from self._known(f"{at}/evidence", kind, self.catalog.kind, "kinds")
            if kind not in self.catalog.kind:
                return
            other = self.fields.document(kind)
            others = self.fields.child(other, "data")
            yield from self._condition(f"{at}/where", relation.get("where"), others)
        if "population" in relation:
            yield from self._known(
                f"{at}/population", relation["population"], self.catalog.population, "populations"
            )
        for name, nodes in (("left", record), ("on", record), ("right", other)):
            if name in relation:
                yield from self._field(f"{at}/{name}", relation[name], nodes)
        for pair in ("subset", "precedes"):
            for name, nodes in (("left", record), ("right", other)):
                if pair in relation:
                    yield from self._field(f"{at}/{pair}/{name}", relation[pair][name], nodes)

    def _known(self, at: str, id_: str, known: Iterable[str], what: str) -> Iterator[Problem]:
        if id_ not in known:
            yield self._at(at, "MN342", id=id_, what=what)

    def _field(self, at: str, path: str, nodes: Nodes) -> Iterator[Problem]:
        if not self.fields.at(nodes, path):
            yield self._at(at, "MN342", id=path, what="schema")

    def _condition(
        self, at: str, fragment: Mapping[str, Any] | None, nodes: Nodes
    ) -> Iterator[Problem]:
        if fragment is not None and any(check_condition(fragment, nodes, self.fields)):
            yield self._at(at, "MN346")

    def _at(self, pointer: str, code: str, **values: Value) -> Problem:
        at = self.document.locate(pointer)
        return problem(code, self.document.path, at, pointer, **values)
