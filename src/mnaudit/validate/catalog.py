"""Is a catalog whole, and does it hang together? The lint of ``controls/`` and ``schema/``.

Everything that a control names must be there: measures, scopes, populations, kinds, fields, values
and sources; both languages; every measure of the guideline in the minimum tier; and as many rows
as the catalog announces. Whatever is removed, something is reported, with its place. Judges no
evidence, and does not ask whether what a control demands is wise.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import basename
from typing import TYPE_CHECKING, Any

from mnaudit.model.problem import pointer_token, problem
from mnaudit.model.schema_fields import SchemaFields
from mnaudit.validate.catalog_conditions import check_condition
from mnaudit.validate.portable import lint
from mnaudit.validate.schema import Schemas

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mnaudit.model.document import Document
    from mnaudit.model.problem import Problem, Value
    from mnaudit.model.schema_fields import Nodes

__all__ = ["CatalogCheck", "check_catalog"]

CONTROLS, SCHEMAS = "controls/", "schema/"

_LISTS = {
    "catalog.yaml": "scopes",
    "guideline.yaml": "measures",
    "kinds.yaml": "kinds",
    "populations.yaml": "populations",
}
_FILE_OF = {listed: file for file, listed in _LISTS.items()} | {
    "groups": "catalog.yaml",
    "sections": "sources.yaml",
    "sources": "sources.yaml",
}
_REQUIRED = (*_LISTS, "sources.yaml")
_UNASKED = frozenset({"nil-statement", "self-check"})
"""Kinds that no control names: one stands in for others, the other never satisfies."""

_JNSA = re.compile(r"^[C-F]-")
"""The scope of JNSA's sheet: C 組織的, D 人的, E 物理的, F 技術的."""

_ROW = re.compile(r"^(?:ORG|PER|PHY|TEC)-[a-z]{1,4}-[0-9]{2}$")
_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_TIERS = ("minimum", "optional")


@dataclass(frozen=True, slots=True)
class CatalogCheck:
    """What the lint found.

    Attributes:
        problems: Sorted by file and place; the paths begin with ``controls/`` or ``schema/``.
        rows: How many rows each group has, in the order of the catalog.
        kinds: How many evidence kinds there are.
        requirements: How many requirements all rows have together.
    """

    problems: tuple[Problem, ...]
    rows: dict[str, int] = field(default_factory=dict)
    kinds: int = 0
    requirements: int = 0


def check_catalog(documents: Sequence[Document]) -> CatalogCheck:
    """Check the files of a catalog.

    Args:
        documents: What could be read of ``controls/`` and ``schema/``.
    """
    check = _Check(documents)
    problems = tuple(sorted({*check.problems()}))
    return CatalogCheck(problems, check.rows(), len(check.listed("kinds")), len(check.requirements))


@dataclass(frozen=True, slots=True)
class _Part:
    """A mapping within a file."""

    document: Document
    pointer: str
    value: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.value.get("id"))

    def problem(self, code: str, within: str = "", **values: Value) -> Problem:
        pointer = self.pointer + within
        at = self.document.locate(pointer, key=within != "")
        return problem(code, self.document.path, at, pointer, **values)


@dataclass(frozen=True, slots=True)
class _Requirement(_Part):
    """An entry of ``requires`` or ``sme``."""

    tier: str


class _Check:
    """Holds what every check looks at."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.controls_files = {
            d.path.removeprefix(CONTROLS): d for d in documents if d.path.startswith(CONTROLS)
        }
        self.schema_files = {
            d.path.removeprefix(SCHEMAS): d for d in documents if d.path.startswith(SCHEMAS)
        }
        schemas = {name: document.value for name, document in self.schema_files.items()}
        self.fields = SchemaFields(schemas)
        self.schemas = Schemas(tuple(schemas), schemas.__getitem__)
        self.shape = [p for d in self.controls_files.values() for p in self._shape(d)]
        self.broken = {found.path for found in self.shape}
        self.controls = [
            _Part(document, f"/controls/{number}", control)
            for name, document in self.controls_files.items()
            if "/" in name and document.path not in self.broken
            for number, control in enumerate(document.value["controls"])
        ]
        self.requirements = [r for control in self.controls for r in _requirements(control)]

    def listed(self, name: str) -> list[_Part]:
        """Return the entries of a list of the catalog, such as ``kinds``."""
        return [
            _Part(document, f"/{name}/{number}", entry)
            for file, document in self.controls_files.items()
            if "/" not in file and document.path not in self.broken
            for number, entry in enumerate(document.value.get(name, ()))
            if isinstance(entry, Mapping)
        ]

    def ids(self, name: str) -> dict[str, _Part]:
        return {entry.id: entry for entry in self.listed(name)}

    def rows(self) -> dict[str, int]:
        return {
            group.id: sum(c.id.startswith(f"{group.id}-") for c in self.controls)
            for group in self.listed("groups")
        }

    def problems(self) -> Iterator[Problem]:
        yield from self.shape
        yield from self._files()
        yield from self._schema_files()
        yield from self._languages()
        yield from self._unique()
        yield from self._kinds()
        yield from self._populations()
        yield from self._scopes()
        yield from self._sources()
        for control in self.controls:
            yield from self._control(control)
        for requirement in self.requirements:
            yield from self._requirement(requirement)
        if not self.broken:  # else what they hold would be missed once more
            yield from self._whole()

    # --- files

    def _shape(self, document: Document) -> Iterator[Problem]:
        """Yield where a file does not match its schema."""
        name = document.path.removeprefix(CONTROLS)
        stem = "control" if "/" in name else name.removesuffix(".yaml")
        schema = f"{stem}.schema.json"
        if schema not in self.schema_files:
            yield problem("MN307", document.path, (1, 1), name=name, file=SCHEMAS + schema)
            return
        try:
            yield from self.schemas.named(schema).problems(document)
        except ValueError:  # the schema is broken, and that is told where it stands
            yield problem("MN307", document.path, (1, 1), name=name, file=SCHEMAS + schema)

    def _files(self) -> Iterator[Problem]:
        for name in _REQUIRED:
            if name not in self.controls_files:
                yield problem("MN303", CONTROLS + name, id=name, file=CONTROLS)

    def _schema_files(self) -> Iterator[Problem]:
        for name, document in self.schema_files.items():
            found = lint(name, document.value)
            for pointer, code, values in found:
                yield problem(code, document.path, document.locate(pointer), pointer, **values)
            if found:
                continue
            try:
                self.schemas.named(name)
            except ValueError as error:
                detail = str(error).partition("\n")[0]
                yield problem("MN324", document.path, document.locate(""), detail=detail)

    def _languages(self) -> Iterator[Problem]:
        """Yield texts that are not in their language."""
        for document in self.controls_files.values():
            if document.path in self.broken:
                continue
            for part in _mappings(document):
                if part.value.keys() == {"ja", "en"}:
                    if not _JAPANESE.search(str(part.value["ja"])):
                        yield part.problem("MN339", "/ja", language="ja")
                    english = str(part.value["en"])
                    if not english.strip() or _JAPANESE.search(english):
                        yield part.problem("MN339", "/en", language="en")

    # --- ids and references

    def _unique(self) -> Iterator[Problem]:
        lists = [self.listed(name) for name in ("groups", "sections", "sources", *_LISTS.values())]
        for parts in (self.controls, *lists):
            by_id: dict[str, list[_Part]] = defaultdict(list)
            for part in parts:
                by_id[part.id].append(part)
            for first, *others in by_id.values():
                for other in others:
                    line = first.document.locate(first.pointer)[0]
                    place = f"{first.document.path}:{line}"
                    yield other.problem("MN302", "/id", id=other.id, other=place)

    def _reference(self, part: _Part, within: str, id_: str, name: str) -> Iterator[Problem]:
        """Yield a problem if a list of the catalog has no entry of that id."""
        file = _FILE_OF[name]
        if CONTROLS + file not in self.broken and id_ not in self.ids(name):
            yield part.problem("MN303", within, id=id_, file=CONTROLS + file)

    def _kinds(self) -> Iterator[Problem]:
        kinds = self.ids("kinds")
        for kind in kinds.values():
            document = self.fields.document(kind.id)
            file = f"evidence/{kind.id}.schema.json"
            if not document:
                yield kind.problem("MN307", "/id", name=kind.id, file=SCHEMAS + file)
                continue
            for language in ("ja", "en"):
                title = self.fields.title(document, english=language == "en")
                if kind.value["title"][language] != title:
                    within = f"/title/{language}"
                    yield kind.problem("MN309", within, kind=kind.id, file=SCHEMAS + file)
            if "dated_by" in kind.value:
                yield from self._day(kind, "/dated_by", document, kind.id)
        for name, file_ in self.schema_files.items():
            kind_id = name.removeprefix("evidence/").removesuffix(".schema.json")
            if name.startswith("evidence/") and kinds and kind_id not in kinds:
                yield problem("MN308", file_.path, (1, 1), kind=kind_id)

    def _populations(self) -> Iterator[Problem]:
        for population in self.listed("populations"):
            source = str(population.value["from"])
            if source != "organization":
                yield from self._reference(population, "/from", source, "kinds")
            entry = self.fields.document(source)
            if not entry:
                continue
            if "items" in population.value:
                yield from self._path(population, "/items", entry, source)
                entry = self.fields.at(entry, population.value["items"])
            if "key" in population.value:
                yield from self._path(population, "/key", entry, source)
            elif "object" in self.fields.types(entry):  # only a plain value is its own id
                values = {"field": population.id, "missing": "key"}
                yield population.problem("MN131", "", **values)
            for number, _ in enumerate(population.value.get("identity", ())):
                yield from self._path(population, f"/identity/{number}", entry, source)
            for name in ("since", "until", "event_on"):
                if name in population.value:
                    yield from self._day(population, f"/{name}", entry, source)
            if "where" in population.value:
                yield from self._condition(population, "/where", entry)

    def _scopes(self) -> Iterator[Problem]:
        organization = self.fields.document("organization")
        for scope in self.listed("scopes"):
            yield from self._condition(scope, "/when", organization)
        for document in self._file("catalog.yaml"):
            part = _Part(document, "", document.value)
            yield from self._condition(part, "/sme/when", organization)

    def _sources(self) -> Iterator[Problem]:
        for section in self.listed("sections"):
            yield from self._reference(section, "/source", str(section.value["source"]), "sources")
        for stage in self.listed("stages"):
            for number, section_id in enumerate(stage.value.get("sections", ())):
                within = f"/sections/{number}"
                yield from self._reference(stage, within, str(section_id), "sections")

    def _beside(self) -> Iterator[Problem]:
        """Yield rows and sources that the other tables name and that are not there."""
        rows = {control.id for control in self.controls}
        for name, document in self.controls_files.items():
            if "/" in name or name in _REQUIRED or document.path in self.broken:
                continue
            for part in _mappings(document):
                if isinstance(part.value.get("source"), str):
                    source = part.value["source"]
                    yield from self._reference(part, "/source", source, "sources")
                for key, value in part.value.items():
                    for number, row in enumerate(value if isinstance(value, list) else ()):
                        if isinstance(row, str) and _ROW.match(row) and row not in rows:
                            within = f"/{pointer_token(key)}/{number}"
                            yield part.problem("MN303", within, id=row, file=CONTROLS)

    # --- controls

    def _control(self, control: _Part) -> Iterator[Problem]:
        measures, sections = self.ids("measures"), self.ids("sections")
        cited = [str(citation["measure"]) for citation in control.value["citations"]]
        for number, measure in enumerate(cited):
            within = f"/citations/{number}/measure"
            yield from self._reference(control, within, measure, "measures")
            if sections and measure not in sections:
                yield control.problem("MN334", within, measure=measure)
        for number, scope in enumerate(control.value.get("applies", ())):
            yield from self._reference(control, f"/applies/{number}", str(scope), "scopes")
        yield from self._reference(control, "/id", control.id.partition("-")[0], "groups")
        yield from self._place(control, cited[0])
        beyond = not _JNSA.match(cited[0])
        if control.value.get("beyond_jnsa", False) is not beyond:
            within = "/beyond_jnsa" if "beyond_jnsa" in control.value else "/id"
            yield control.problem("MN327", within, measure=cited[0], expected=str(beyond).lower())
        seed = control.value.get("seed")
        if seed is not None and seed != int(control.id[-2:]):
            yield control.problem("MN328", "/seed", id=control.id, seed=seed)
        relieved = any(measures[m].value.get("sme_relief") for m in cited if m in measures)
        for tier in _TIERS:
            if "sme" in control.value.get(tier, {}) and not relieved:
                yield control.problem("MN329", f"/{tier}/sme", id=control.id)

    def _place(self, control: _Part, first: str) -> Iterator[Problem]:
        """A row stands in the file of its measure, which is named after its section."""
        section = control.id.rpartition("-")[0].lower()
        file = basename(control.document.path).removesuffix(".yaml")
        if section != file or control.document.value["measure"] != first:
            values = {"id": control.id, "measure": str(control.document.value["measure"])}
            yield control.problem("MN326", "/id", **values)

    def _requirement(self, requirement: _Requirement) -> Iterator[Problem]:
        kind = str(requirement.value["evidence"])
        yield from self._reference(requirement, "/evidence", kind, "kinds")
        record = self.fields.document(kind)
        if not record:
            return
        data = self.fields.child(record, "data")
        for name in ("where", "each"):
            if name in requirement.value:
                yield from self._condition(requirement, f"/{name}", data)
        for name in ("covers", "on_event"):
            if name in requirement.value:
                yield from self._population(requirement, name, record, kind)
        for name in requirement.value.get("valid", {}):
            yield from self._day(requirement, f"/valid/{name}", record, kind)
        for number, relation in enumerate(requirement.value.get("relations", ())):
            at = f"/relations/{number}"
            yield from self._relation(requirement, at, relation, record, kind)

    def _population(
        self, requirement: _Requirement, name: str, record: Nodes, kind: str
    ) -> Iterator[Problem]:
        rule = requirement.value[name]
        id_ = str(rule["population"])
        yield from self._reference(requirement, f"/{name}/population", id_, "populations")
        population = self.ids("populations").get(id_)
        if name == "on_event" and population is not None and "event_on" not in population.value:
            yield requirement.problem("MN330", f"/{name}/population", population=id_)
        yield from self._path(requirement, f"/{name}/key", record, kind)
        if "where_item" in rule:
            items = self.fields.at(record, f"{str(rule['key']).rpartition('[]')[0]}[]")
            yield from self._condition(requirement, f"/{name}/where_item", items)
        if "on" in rule:
            on, key = str(rule["on"]), str(rule["key"])
            yield from self._day(requirement, f"/{name}/on", record, kind)
            if "[]" in on and on.rpartition("[]")[0] != key.rpartition("[]")[0]:
                yield requirement.problem("MN333", f"/{name}/on", on=on, key=key)

    def _relation(
        self, part: _Requirement, at: str, relation: Mapping[str, Any], record: Nodes, kind: str
    ) -> Iterator[Problem]:
        is_of_days = relation["op"] in {"before", "not_after", "within"}
        look = self._day if is_of_days else self._path
        yield from look(part, f"{at}/left", record, kind)
        if "when" in relation:
            yield from self._condition(part, f"{at}/when", self.fields.child(record, "data"))
        if "population" in relation:
            population = str(relation["population"])
            yield from self._reference(part, f"{at}/population", population, "populations")
        if "on" in relation:
            yield from self._day(part, f"{at}/on", record, kind)
        if relation["op"] == "matches":
            yield from self._match(part, at, relation, record, kind)
        elif "right" in relation:
            yield from look(part, f"{at}/right", record, kind)

    def _match(
        self, part: _Requirement, at: str, relation: Mapping[str, Any], record: Nodes, kind: str
    ) -> Iterator[Problem]:
        """Look at what another record must say, by the schema of its kind."""
        other_kind = str(relation["evidence"])
        yield from self._reference(part, f"{at}/evidence", other_kind, "kinds")
        other = self.fields.document(other_kind)
        yield from self._path(part, f"{at}/right", other, other_kind)
        if "where" in relation:
            yield from self._condition(part, f"{at}/where", self.fields.child(other, "data"))
        for name, look in (("subset", self._path), ("precedes", self._day)):
            if name in relation:
                yield from look(part, f"{at}/{name}/left", record, kind)
                yield from look(part, f"{at}/{name}/right", other, other_kind)

    def _path(self, part: _Part, within: str, nodes: Nodes, kind: str) -> Iterator[Problem]:
        path = str(_at(part.value, within))
        if nodes and not self.fields.at(nodes, path):
            yield part.problem("MN320", within, field=path, kind=kind)

    def _day(self, part: _Part, within: str, nodes: Nodes, kind: str) -> Iterator[Problem]:
        path = str(_at(part.value, within))
        found = self.fields.at(nodes, path)
        if nodes and not found:
            yield part.problem("MN320", within, field=path, kind=kind)
        elif found and "date" not in self.fields.values(found, "format"):
            yield part.problem("MN331", within, field=path, kind=kind)

    def _condition(self, part: _Part, within: str, nodes: Nodes) -> Iterator[Problem]:
        fragment = _at(part.value, within)
        minimum = isinstance(part, _Requirement) and part.tier == "minimum"
        for pointer, code, values in check_condition(fragment, nodes, self.fields, minimum=minimum):
            yield part.problem(code, within + pointer, **values)

    # --- the whole

    def _whole(self) -> Iterator[Problem]:
        yield from self._beside()
        yield from self._coverage()
        yield from self._totals()
        yield from self._numbering()
        yield from self._use()

    def _coverage(self) -> Iterator[Problem]:
        """Every measure has a row, and every row the minimum tier."""
        covered = {
            str(c["measure"]) for control in self.controls for c in control.value["citations"]
        }
        for measure in self.listed("measures"):
            if measure.id not in covered:
                yield measure.problem("MN305", "/id", measure=measure.id)

    def _totals(self) -> Iterator[Problem]:
        for group in self.listed("groups"):
            mine = [c.value for c in self.controls if c.id.startswith(f"{group.id}-")]
            found = {
                "rows": len(mine),
                "optional": sum("optional" in control for control in mine),
                "seed": sum("seed" in control for control in mine),
                "beyond_jnsa": sum(control.get("beyond_jnsa", False) for control in mine),
                "scoped": sum("applies" in control for control in mine),
                "sme": sum(any("sme" in c.get(tier, {}) for tier in _TIERS) for c in mine),
                "citations": sum(len(control["citations"]) for control in mine),
            }
            for name, expected in group.value.get("totals", {}).items():
                if found[name] != expected:
                    values = {"group": group.id, "total": name, "found": found[name]}
                    yield group.problem(
                        "MN304", f"/totals/{name}", expected=int(expected), **values
                    )

    def _numbering(self) -> Iterator[Problem]:
        """The rows of a section count from 01 without holes."""
        sections: dict[str, list[_Part]] = defaultdict(list)
        for control in self.controls:
            sections[control.id.rpartition("-")[0]].append(control)
        for section, rows in sections.items():
            numbers = {int(row.id[-2:]) for row in rows}
            for number in sorted({*range(1, max(numbers))} - numbers):
                missing = f"{section}-{number:02}"
                following = min((r for r in rows if int(r.id[-2:]) > number), key=lambda r: r.id)
                yield following.problem("MN332", "/id", id=missing)

    def _use(self) -> Iterator[Problem]:
        """Kinds, populations and scopes that no row uses."""
        wanted = [r.value for r in self.requirements]
        populations = {
            str(rule[name]["population"])
            for rule in wanted
            for name in ("covers", "on_event")
            if name in rule
        }
        relations = [relation for rule in wanted for relation in rule.get("relations", ())]
        populations |= {str(r["population"]) for r in relations if "population" in r}
        kinds = {str(rule["evidence"]) for rule in wanted} | _UNASKED
        kinds |= {str(r["evidence"]) for r in relations if "evidence" in r}
        kinds |= {str(p.value["from"]) for p in self.listed("populations") if p.id in populations}
        scopes = {str(s) for c in self.controls for s in c.value.get("applies", ())}
        for kind in self.listed("kinds"):
            if kind.id not in kinds:
                yield kind.problem("MN306", "/id", kind=kind.id)
        for name, used in (("populations", populations), ("scopes", scopes)):
            for entry in self.listed(name):
                if entry.id not in used:
                    yield entry.problem("MN336", "/id", id=entry.id)

    def _file(self, name: str) -> Iterable[Document]:
        document = self.controls_files.get(name)
        return () if document is None or document.path in self.broken else (document,)


def _requirements(control: _Part) -> Iterator[_Requirement]:
    for tier in _TIERS:
        for name in ("requires", "sme"):
            for number, value in enumerate(control.value.get(tier, {}).get(name, ())):
                pointer = f"{control.pointer}/{tier}/{name}/{number}"
                yield _Requirement(control.document, pointer, value, tier)


def _mappings(document: Document) -> Iterator[_Part]:
    """Yield every mapping of a document with its pointer."""
    todo: list[tuple[str, Any]] = [("", document.value)]
    while todo:
        at, value = todo.pop()
        if isinstance(value, Mapping):
            yield _Part(document, at, value)
            todo += [(f"{at}/{pointer_token(name)}", inner) for name, inner in value.items()]
        elif isinstance(value, list):
            todo += [(f"{at}/{number}", inner) for number, inner in enumerate(value)]


def _at(value: Any, pointer: str) -> Any:
    """Return what a JSON Pointer leads to; None if nothing is there."""
    for step in pointer.split("/")[1:]:
        if isinstance(value, list):
            value = value[int(step)]
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return value
