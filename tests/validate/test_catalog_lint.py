"""Whatever is taken out of a catalog, the lint says so, and where.

A small catalog of its own, over the real schemas, so that every single node can be removed.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mnaudit.load.catalog_files import read_catalog_files
from mnaudit.load.documents import read_document
from mnaudit.messages import severity
from mnaudit.model.document import Document, SourceFile
from mnaudit.model.schema_fields import SchemaFields
from mnaudit.validate.catalog import check_catalog
from mnaudit.validate.catalog_conditions import check_condition

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mnaudit.model.problem import Problem

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("appointment", "nil-statement", "training-record")
OTHERS = ("catalog", "control", "envelope", "guideline", "kinds", "organization", "populations")

CATALOG = """\
id: small
version: 0.1.0
edition: "2025-06"
title: { ja: 小さな点検表, en: Small sheet }
guideline: { ja: ガイドライン, en: Guideline }
groups:
  - id: ORG
    title: { ja: 組織的, en: Organizational }
    totals: { rows: 1, optional: 0, seed: 0, beyond_jnsa: 0, scoped: 1, sme: 1, citations: 2 }
  - id: PER
    title: { ja: 人的, en: Personnel }
    totals: { rows: 2, optional: 1, seed: 1, beyond_jnsa: 0, scoped: 0, sme: 0, citations: 2 }
sme:
  when:
    type: object
    required: [employees]
    properties: { employees: { maximum: 100 } }
  source: { ja: ガイドライン, en: Guideline }
scopes:
  - id: media
    title: { ja: 媒体を使う, en: Media are used }
    when:
      required: [media]
      properties: { media: { const: true } }
    otherwise: { ja: 媒体を使いません。, en: No media. }
"""
GUIDELINE = """\
measures:
  - id: C-a
    title: { ja: 組織体制の整備, en: Organization }
    section: 別添1-2-C-a
    duty: must
    sme_relief: true
    summary: { ja: 整えます。, en: Set it up. }
    sme_summary: { ja: 軽い方法です。, en: A lighter way. }
  - id: D-b
    title: { ja: 教育, en: Training }
    section: 別添1-2-D-b
    duty: must
    sme_relief: false
    summary: { ja: 教えます。, en: Teach. }
"""
KIND_LIST = """\
kinds:
  - id: appointment
    title: { ja: 体制図・任命書・担当者名簿, en: Appointment and roster }
    description: { ja: 任命です。, en: Who was appointed. }
    signatory: { ja: 代表者, en: The representative }
    retention: P7Y
  - id: training-record
    title: { ja: 教育実施・受講記録, en: Training record }
    description: { ja: 教育です。, en: Training. }
    dated_by: data.held_on
    signatory: { ja: 責任者, en: The person responsible }
    retention: P3Y
  - id: nil-statement
    title: { ja: 該当なしの申告, en: Nil statement }
    description: { ja: 該当なしです。, en: Nothing happened. }
    signatory: { ja: 責任者, en: The person responsible }
    retention: P3Y
"""
POPULATIONS = """\
populations:
  - id: joiners
    title: { ja: 入社した従業者, en: Joiners }
    from: organization
    items: workforce[]
    key: code
    event_on: joined_on
  - id: handlers
    title: { ja: 担当者, en: Handlers }
    from: appointment
    items: data.roles[]
    key: code
    identity: [role, code]
    since: from
    until: to
    where:
      required: [role]
      properties: { role: { enum: [handler, deputy] } }
"""
SOURCES = """\
sections:
  - { id: C-a, title: { ja: 体制, en: Organization }, source: guideline, anchor: b1-2 }
  - { id: D-b, title: { ja: 教育, en: Training }, source: guideline }
stages:
  - { id: acquire, title: { ja: 取得, en: Acquire }, sections: [C-a] }
sources:
  - id: guideline
    issuer: { ja: 委員会, en: Commission }
    title: { ja: ガイドライン, en: Guideline }
    audience: [all]
    topics: [guideline]
    stages: [acquire]
    checked_on: "2025-09-24"
    status: copy
"""
ORG = """\
measure: C-a
controls:
  - id: ORG-a-01
    title: { ja: 担当者, en: Handlers }
    citations:
      - { measure: C-a, basis: duty }
      - { measure: C-a, basis: example }
    applies: [media]
    minimum:
      statement: { ja: 担当者を決める。, en: Designate handlers. }
      comment: { ja: 誰かが要ります。, en: Somebody is needed. }
      requires:
        - evidence: appointment
          max_age: P12M
          each:
            required: [roles]
            properties:
              roles:
                contains:
                  required: [role]
                  properties: { role: { const: handler } }
          relations:
            - { op: differs, left: prepared_by.code, right: approved_by.code }
            - { op: not_after, left: "data.roles[].from", right: approved_on }
      sme:
        - evidence: appointment
          max_age: P12M
"""
PER = """\
measure: D-b
controls:
  - id: PER-b-01
    seed: 1
    title: { ja: 教育, en: Training }
    citations:
      - { measure: D-b, basis: duty }
    minimum:
      statement: { ja: 教育する。, en: Train. }
      comment: { ja: 知らなければ守れません。, en: Who does not know cannot comply. }
      requires:
        - evidence: training-record
          max_age: P12M
          covers:
            population: handlers
            key: data.attendees[].code
            on: data.attendees[].attended_on
    optional:
      statement: { ja: 計画する。, en: Plan. }
      comment: { ja: 計画がよいです。, en: Plans are good. }
      requires:
        - evidence: training-record
          where:
            required: [plan_ref]
            properties: { plan_ref: { minLength: 1 } }
  - id: PER-b-02
    title: { ja: 入社時, en: Onboarding }
    citations:
      - { measure: D-b, basis: ours }
    minimum:
      statement: { ja: 入社時に教育する。, en: Train joiners. }
      comment: { ja: 早いほどよいです。, en: Sooner is better. }
      requires:
        - evidence: training-record
          on_event:
            population: joiners
            key: data.attendees[].code
            within: P30D
"""
FILES = {
    "controls/catalog.yaml": CATALOG,
    "controls/guideline.yaml": GUIDELINE,
    "controls/kinds.yaml": KIND_LIST,
    "controls/populations.yaml": POPULATIONS,
    "controls/sources.yaml": SOURCES,
    "controls/organizational/org-a.yaml": ORG,
    "controls/personnel/per-b.yaml": PER,
}


def document(path: str, data: bytes) -> Document:
    file = SourceFile(path, len(data), sha256(data).hexdigest(), lambda: data)
    read = read_document(file, data)
    assert isinstance(read, Document), read
    return read


def schemas() -> list[Document]:
    names = [f"{name}.schema.json" for name in (*OTHERS, "sources")]
    names += [f"evidence/{kind}.schema.json" for kind in KINDS]
    found = []
    for name in names:
        value = json.loads((ROOT / "schema" / name).read_bytes())
        found.append(document(f"schema/{name}", json.dumps(value, indent=1).encode()))
    return found


SCHEMAS = schemas()


def catalog(**changed: str) -> list[Document]:
    """Return the small catalog; ``changed`` replaces files, by stem with ``_`` for ``-``."""
    files = {
        path: changed.get(Path(path).stem.replace("-", "_"), text) for path, text in FILES.items()
    }
    return [*(document(path, text.encode()) for path, text in files.items()), *SCHEMAS]


def problems(documents: Sequence[Document]) -> tuple[Problem, ...]:
    return check_catalog(documents).problems


def codes(documents: Sequence[Document]) -> set[str]:
    return {problem.code for problem in problems(documents)}


def pointers(value: Any, at: str = "") -> Iterator[str]:
    """Yield every node below the top."""
    children: Any = ()
    if isinstance(value, Mapping):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for name, inner in children:
        here = f"{at}/{name}"
        yield here
        yield from pointers(inner, here)


def without(whole: Document, pointer: str) -> Document:
    """Return the document without one node; places are those of the original."""
    value = copy.deepcopy(whole.value)
    *parents, last = pointer.split("/")[1:]
    node: Any = value
    for step in parents:
        node = node[int(step)] if isinstance(node, list) else node[step]
    del node[int(last) if isinstance(node, list) else last]
    return replace(whole, value=value)


# What a row may have or not have, without the catalog being any less whole.
FREE = (
    *("/max_age", "/relations", "/each", "/where", "/on", "/type", "/minLength", "/const"),
    *("/enum", "/maximum", "/properties", "/contains", "/anchor", "/identity", "/since", "/until"),
    *("/sme_summary", "/dated_by", "/totals"),
)


def counts_for_nothing(path: str, pointer: str) -> bool:
    """Tell whether a node narrows what is asked rather than belonging to what must be there."""
    parts = pointer.split("/")
    if path == "controls/sources.yaml":
        return bool({"anchor", "audience", "stages", "topics"} & {*parts})
    return any(f"/{part}" in FREE for part in parts)


REMOVALS = [
    (path, pointer)
    for path in FILES
    for pointer in pointers(document(path, FILES[path].encode()).value)
    if not counts_for_nothing(path, pointer)
]


def test_a_whole_catalog_has_no_problems() -> None:
    check = check_catalog(catalog())
    assert check.problems == ()
    assert check.rows == {"ORG": 1, "PER": 2}
    assert (check.kinds, check.requirements) == (3, 5)


@pytest.mark.parametrize(("path", "pointer"), REMOVALS, ids=[f"{p}{q}" for p, q in REMOVALS])
def test_whatever_is_removed_from_a_catalog_is_missed(path: str, pointer: str) -> None:
    cut = [without(each, pointer) if each.path == path else each for each in catalog()]
    found = problems(cut)
    assert found
    assert all(problem.line > 0 and problem.column > 0 for problem in found)


@pytest.mark.parametrize("path", FILES)
def test_a_missing_file_is_missed(path: str) -> None:
    assert problems([each for each in catalog() if each.path != path])


USED = [
    ("training-record", "attendees"),
    ("training-record", "plan_ref"),
    ("training-record", "held_on"),
    ("appointment", "roles"),
]


@pytest.mark.parametrize(("kind", "field"), USED)
def test_removing_a_field_from_a_schema_that_a_control_uses_is_noticed(
    kind: str, field: str
) -> None:
    name = f"schema/evidence/{kind}.schema.json"
    pointer = f"/properties/data/properties/{field}"
    cut = [without(each, pointer) if each.path == name else each for each in catalog()]
    found = problems(cut)
    assert {problem.code for problem in found} & {"MN320", "MN321"}
    assert any(problem.path.startswith("controls/") and problem.line for problem in found)


@pytest.mark.parametrize("pointer", ["/properties/data/x-en/title", "/properties/data/title"])
def test_a_translation_that_a_schema_lacks_is_noticed(pointer: str) -> None:
    name = "schema/evidence/training-record.schema.json"
    cut = [without(each, pointer) if each.path == name else each for each in catalog()]
    assert codes(cut) & {"MN316", "MN317"}


def test_a_missing_schema_is_noticed() -> None:
    cut = [each for each in catalog() if "training-record.schema" not in each.path]
    assert "MN307" in codes(cut)


def test_a_schema_without_its_kind_is_noticed() -> None:
    cut = catalog(kinds=KIND_LIST.partition("  - id: nil-statement")[0])
    assert codes(cut) == {"MN308"}


CASES = {
    "an id used twice": ("MN302", "per_b", PER.replace("PER-b-02", "PER-b-01")),
    "an unknown measure": (
        "MN303",
        "per_b",
        PER.replace("measure: D-b, basis: ours", "measure: D-a, basis: ours"),
    ),
    "an unknown scope": ("MN303", "org_a", ORG.replace("[media]", "[abroad]")),
    "an unknown population": (
        "MN303",
        "per_b",
        PER.replace("population: handlers", "population: heroes"),
    ),
    "an unknown kind": (
        "MN303",
        "org_a",
        ORG.replace("evidence: appointment", "evidence: anointment"),
    ),
    "an unknown source": (
        "MN303",
        "sources",
        SOURCES.replace("source: guideline, anchor", "source: hearsay, anchor"),
    ),
    "totals that do not add up": ("MN304", "catalog", CATALOG.replace("rows: 2", "rows: 3")),
    "a kind under another title": (
        "MN309",
        "kinds",
        KIND_LIST.replace("en: Training record", "en: Trainings"),
    ),
    "a path that leads nowhere": (
        "MN320",
        "org_a",
        ORG.replace("approved_by.code", "approved_by.name"),
    ),
    "a list without brackets": (
        "MN320",
        "per_b",
        PER.replace("key: data.attendees[].code", "key: data.attendees.code"),
    ),
    "an unknown field in a condition": (
        "MN321",
        "org_a",
        ORG.replace("required: [roles]", "required: [rolls]"),
    ),
    "a value outside the enumeration": (
        "MN322",
        "org_a",
        ORG.replace("const: handler", "const: handyman"),
    ),
    "a value outside a list of options": (
        "MN322",
        "populations",
        POPULATIONS.replace("[handler, deputy]", "[handler, deputee]"),
    ),
    "a keyword for another type": (
        "MN323",
        "per_b",
        PER.replace("{ minLength: 1 }", "{ minimum: 1 }"),
    ),
    "another type": ("MN323", "per_b", PER.replace("{ minLength: 1 }", "{ type: array }")),
    "a condition that does not compile": (
        "MN324",
        "per_b",
        PER.replace("{ minLength: 1 }", "{ minLength: 1, type: text }"),
    ),
    "a keyword that is not portable": (
        "MN310",
        "per_b",
        PER.replace("{ minLength: 1 }", "{ minLenght: 1 }"),
    ),
    "a condition on nothing": (
        "MN325",
        "per_b",
        PER.replace("            required: [plan_ref]\n", ""),
    ),
    "a row in the wrong file": ("MN326", "per_b", PER.replace("PER-b-02", "PER-c-01")),
    "a row beyond JNSA that is not": (
        "MN327",
        "per_b",
        PER.replace("    seed: 1\n", "    seed: 1\n    beyond_jnsa: true\n"),
    ),
    "a seed that is not the number": ("MN328", "per_b", PER.replace("seed: 1", "seed: 2")),
    "relief that the guideline does not give": (
        "MN329",
        "guideline",
        GUIDELINE.replace("sme_relief: true", "sme_relief: false"),
    ),
    "events of a population without events": (
        "MN330",
        "per_b",
        PER.replace("population: joiners", "population: handlers"),
    ),
    "a day that is none": ("MN331", "per_b", PER.replace("[].attended_on", "[].code")),
    "a comparison of days that are none": (
        "MN331",
        "org_a",
        ORG.replace("right: approved_on", "right: title"),
    ),
    "a hole in the numbering": ("MN332", "per_b", PER.replace("PER-b-02", "PER-b-03")),
    "a day in another list": (
        "MN333",
        "per_b",
        PER.replace("on: data.attendees[].attended_on", "on: data.absentees[].follow_up_on"),
    ),
    "a citation without a source": (
        "MN334",
        "sources",
        SOURCES.replace("  - { id: D-b", "  - { id: D-a"),
    ),
    "a field of the optional tier": (
        "MN335",
        "per_b",
        PER.replace(
            "          max_age: P12M\n          covers",
            "          max_age: P12M\n          where: { required: [pass_score] }\n          covers",
        ),
    ),
    "a scope that nothing uses": ("MN336", "org_a", ORG.replace("    applies: [media]\n", "")),
    "English in the place of Japanese": (
        "MN339",
        "per_b",
        PER.replace("ja: 教育する。", "ja: Train."),
    ),
    "Japanese in the place of English": (
        "MN339",
        "per_b",
        PER.replace("en: Train.", "en: 教育する。"),
    ),
    "a measure that no row meets": (
        "MN305",
        "guideline",
        GUIDELINE + GUIDELINE.partition("\n")[2].replace("C-a", "E-a").replace("D-b", "E-b"),
    ),
    "an unknown field of a row": ("MN132", "per_b", PER.replace("    seed: 1", "    sead: 1")),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_has_its_code_and_its_line(name: str) -> None:
    code, stem, text = CASES[name]
    found = [p for p in problems(catalog(**{stem: text})) if p.code == code]
    assert found, sorted(codes(catalog(**{stem: text})))
    assert all(problem.line > 0 for problem in found)


def test_a_kind_that_nothing_asks_for_is_noticed() -> None:
    text = KIND_LIST.replace("appointment", "disposal-record")
    assert {"MN306", "MN307"} <= codes(catalog(kinds=text))


def test_a_match_is_held_against_the_other_kind() -> None:
    match = """\
            - op: matches
              evidence: training-record
              left: id
              right: data.courses[]
              where: { required: [topics], properties: { topics: { contains: { const: cooking } } } }
              subset: { left: "data.roles[].code", right: "data.attendees[].cod" }
              precedes: { left: approved_on, right: title }
            - { op: member_of, left: "data.roles[].code", population: heroes }
"""
    text = ORG.replace("      sme:\n", f"{match}      sme:\n")
    found = {
        (p.code, p.pointer.rpartition("/relations/")[2]) for p in problems(catalog(org_a=text))
    }
    assert {
        ("MN320", "2/right"),
        ("MN322", "2/where/properties/topics/contains/const"),
        ("MN320", "2/subset/right"),
        ("MN331", "2/precedes/right"),
        ("MN303", "3/population"),
    } <= found


def with_file(path: str, text: str) -> list[Document]:
    return [*catalog(), document(path, text.encode())]


def test_another_table_needs_a_schema_and_what_it_names() -> None:
    assert codes(with_file("controls/risks.yaml", "cells: []\n")) == {"MN307"}
    text = "source: hearsay\ncells: [ORG-a-01, ORG-a-99, other]\n"
    whole = with_file("controls/risks.yaml", text)
    opened = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "表",
        "x-en": {"title": "Table"},
    }
    whole.append(document("schema/risks.schema.json", json.dumps(opened).encode()))
    assert {(p.code, p.pointer) for p in problems(whole)} == {
        ("MN303", "/source"),
        ("MN303", "/cells/1"),
    }


def test_a_schema_that_no_engine_reads_is_told_at_the_schema_and_where_it_is_used() -> None:
    broken = [
        replace(each, value={**each.value, "type": "text"})
        if each.path == "schema/kinds.schema.json"
        else each
        for each in catalog()
    ]
    found = {(problem.code, problem.path) for problem in problems(broken)}
    assert ("MN324", "schema/kinds.schema.json") in found
    assert ("MN307", "controls/kinds.yaml") in found


def test_a_population_of_an_unknown_kind_is_told_once() -> None:
    text = POPULATIONS.replace("from: appointment", "from: hearsay")
    assert codes(catalog(populations=text)) == {"MN303"}


def condition(fragment: dict[str, Any], schema: dict[str, Any]) -> set[str]:
    fields = SchemaFields({})
    nodes = (("x.schema.json", schema),)
    return {code for _, code, _ in check_condition(fragment, nodes, fields)}


VALUES: list[tuple[dict[str, Any], object, bool]] = [
    ({"type": "integer", "minimum": 2, "maximum": 3}, 2, True),
    ({"type": "integer", "minimum": 2, "maximum": 3}, 4, False),
    ({"type": "integer"}, True, False),
    ({"type": "boolean"}, True, True),
    ({"type": "string"}, 1, False),
    ({"type": ["string", "null"]}, None, True),
    ({"const": "a"}, "b", False),
    ({"type": "string", "format": "date"}, "2026-02-30", False),
    ({"type": "string", "pattern": "^[a-z]+$"}, "A", False),
    ({"type": "string", "pattern": "^\\d+$"}, "A", True),
    ({}, [1], True),
]


@pytest.mark.parametrize(("schema", "value", "allowed"), VALUES)
def test_a_value_is_held_against_what_the_schema_says(
    schema: dict[str, Any],
    value: object,
    allowed: bool,  # noqa: FBT001
) -> None:
    found = condition({"properties": {"a": {"const": value}}}, {"properties": {"a": schema}})
    assert ("MN322" not in found) is allowed


def test_problems_are_sorted_and_told_once() -> None:
    found = problems(catalog(per_b=PER.replace("D-b", "D-a")))
    assert list(found) == sorted(set(found))


def test_a_broken_file_is_told_and_not_missed_once_more() -> None:
    found = problems(catalog(per_b=PER.replace("measure: D-b\n", "measure: 4\n", 1)))
    assert {problem.path for problem in found} == {"controls/personnel/per-b.yaml"}


def test_the_shipped_catalog_is_whole() -> None:
    documents, unreadable = read_catalog_files(ROOT / "controls", ROOT / "schema")
    check = check_catalog(documents)
    errors = [
        f"{problem.path}:{problem.line}: {problem.code} {dict(problem.values)}"
        for problem in (*unreadable, *check.problems)
        if severity(problem.code) == "error"
    ]
    assert errors == []
    assert check.rows == {"ORG": 43, "PER": 7, "PHY": 16, "TEC": 24}
