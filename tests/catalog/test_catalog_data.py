"""The shipped controls: whole, consistent with the schemas of the evidence, and really judging.

Paths and conditions are checked against the schema of the kind that they speak about, so that a
field that is renamed there cannot leave a control that nothing ever violates.
"""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import jsonschema_rs
import pytest
from ruamel.yaml import YAML

from mnaudit.model.catalog import Catalog
from mnaudit.model.control import Expectation, Matches, MemberOf, Requirement, Tier
from mnaudit.validate.portable import lint, search

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mnaudit.model.catalog import Kind, Population

Place: TypeAlias = tuple[str, dict[str, Any]]
"""A node of a schema, with the name of the file that its references are relative to."""

ROOT = Path(__file__).resolve().parents[2]
CONTROLS = ROOT / "controls"
SCHEMA = ROOT / "schema"
LISTS = {"guideline.yaml": "measures", "populations.yaml": "populations", "kinds.yaml": "kinds"}
BESIDE = ("individual-number", "law", "processes", "retention", "risks", "sources")
ALONE = {"catalog.yaml": "catalog"} | {f"{name}.yaml": name for name in BESIDE}
ALONE |= {name: Path(name).stem for name in LISTS}


def read(path: Path) -> dict[str, Any]:
    value: Any = YAML(typ="safe", pure=True).load(path)
    plain: dict[str, Any] = json.loads(json.dumps(value, default=str))  # days stay text
    return plain


def schema(name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((SCHEMA / f"{name}.schema.json").read_bytes())
    return value


def compiled(value: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
    options = jsonschema_rs.RegexOptions()
    return jsonschema_rs.Draft202012Validator(dict(value), offline=True, pattern_options=options)


def names() -> list[str]:
    return sorted(path.relative_to(CONTROLS).as_posix() for path in CONTROLS.rglob("*.yaml"))


def schema_name(name: str) -> str:
    return ALONE.get(name, "control")


def assembled() -> Catalog:
    """Build the catalog from its files, as ``mnaudit.load`` does."""
    value: dict[str, Any] = {"controls": [], "sha256": "0" * 64}
    for name in names():
        content = read(CONTROLS / name)
        if name in LISTS:
            value[LISTS[name]] = content[LISTS[name]]
        elif name == "catalog.yaml":
            value |= content
        elif name in ALONE:
            continue
        else:
            value["controls"] += content["controls"]
    return Catalog.model_validate(value)


CATALOG = assembled()
EXPECTATIONS: list[tuple[str, Expectation]] = [
    (f"{control.id}/{tier}", expectation)
    for control in CATALOG.controls
    for tier in Tier
    if (expectation := control.expectation(tier)) is not None
]
REQUIREMENTS: list[tuple[str, Requirement]] = [
    (f"{name}/{field}/{number}", requirement)
    for name, expectation in EXPECTATIONS
    for field in ("requires", "sme")
    for number, requirement in enumerate(getattr(expectation, field) or ())
]


# --- fields of a schema


def expanded(place: Place) -> Iterator[Place]:
    """Yield a node and everything that it refers to."""
    name, node = place
    yield place
    if "$ref" in node:
        file, _, pointer = node["$ref"].partition("#")
        target = (Path(name).parent / file).as_posix() if file else name
        target = re.sub(r"[a-z]+/\.\./", "", target)
        found: Any = json.loads((SCHEMA / target).read_bytes())
        for step in pointer.split("/")[1:]:
            found = found[step]
        yield from expanded((target, found))


def child(places: list[Place], key: str) -> list[Place]:
    return [
        (name, node["properties"][key])
        for place in places
        for name, node in expanded(place)
        if key in node.get("properties", {})
    ]


def children(places: list[Place]) -> list[Place]:
    return [
        (name, declared)
        for place in places
        for name, node in expanded(place)
        for declared in node.get("properties", {}).values()
    ]


def entries(places: list[Place]) -> list[Place]:
    return [
        (name, node["items"])
        for place in places
        for name, node in expanded(place)
        if "items" in node
    ]


def at(places: list[Place], path: str) -> list[Place]:
    """Return the nodes that a field path leads to; none if it leads nowhere."""
    for step in path.split("."):
        places = child(places, step.removesuffix("[]"))
        listed = entries(places)
        if bool(listed) != step.endswith("[]"):
            return []
        places = listed or places
    return places


def document(kind: str) -> list[Place]:
    name = "organization" if kind == "organization" else f"evidence/{kind}"
    return [(f"{name}.schema.json", schema(name))]


def data(kind: str) -> list[Place]:
    return at(document(kind), "data")


def kinds_of(requirement: Requirement) -> Iterator[str]:
    """Yield every kind that takes part in a requirement."""
    yield requirement.evidence
    for rule in (requirement.covers, requirement.on_event, *requirement.relations):
        if isinstance(rule, Matches):
            yield rule.evidence
        elif rule is not None and hasattr(rule, "population"):
            yield CATALOG.population[rule.population].source


def words_of(kind: str) -> set[str]:
    """Return the names of fields and the values that the schema of a kind knows."""
    found: set[str] = set()
    waiting = document(kind)
    seen = set()
    while waiting:
        place = waiting.pop()
        for name, node in expanded(place):
            marker = (name, json.dumps(node, sort_keys=True))
            if marker in seen:
                continue
            seen.add(marker)
            found |= {*node.get("properties", {}), *map(str, node.get("enum", ()))}
            inner = [
                *node.get("properties", {}).values(),
                *([node["items"]] if "items" in node else ()),
            ]
            waiting += [(name, value) for value in inner]
    return found


# --- conditions


def conditions() -> list[tuple[str, dict[str, Any], list[Place]]]:
    """Return every condition of the catalog, with the schema of what it is about."""
    organization = document("organization")
    found = [(f"scope {scope.id}", scope.when, organization) for scope in CATALOG.scopes]
    found.append(("sme", CATALOG.sme.when, organization))
    for population in CATALOG.populations:
        if population.where is not None:
            register = document(population.source)
            entry = at(register, population.items) if population.items else register
            found.append((f"population {population.id}", population.where, entry))
    for name, requirement in REQUIREMENTS:
        own = {"where": requirement.where, "each": requirement.each}
        own |= {f"when {n}": relation.when for n, relation in enumerate(requirement.relations)}
        about = {field: (fragment, data(requirement.evidence)) for field, fragment in own.items()}
        for rule in (requirement.covers, requirement.on_event):
            if rule is not None:
                stem = rule.key.rpartition("[]")[0] + "[]"
                about["where_item"] = (rule.where_item, at(document(requirement.evidence), stem))
        for n, relation in enumerate(requirement.relations):
            if isinstance(relation, Matches):
                about[f"other {n}"] = (relation.where, data(relation.evidence))
        found += [
            (f"{name}/{field}", fragment, places)
            for field, (fragment, places) in about.items()
            if fragment is not None
        ]
    return found


CONDITIONS = conditions()
each_condition = pytest.mark.parametrize(
    ("fragment", "places"),
    [(fragment, places) for _, fragment, places in CONDITIONS],
    ids=[name for name, _, _ in CONDITIONS],
)
each_requirement = pytest.mark.parametrize(
    "requirement",
    [requirement for _, requirement in REQUIREMENTS],
    ids=[name for name, _ in REQUIREMENTS],
)


def strangers(fragment: object, places: list[Place]) -> Iterator[str]:
    """Yield the fields and values that a condition names and the schema does not know."""
    if not isinstance(fragment, dict):
        return
    for key in {*fragment.get("required", ()), *fragment.get("properties", {})}:
        if not child(places, key):
            yield key
    for key, inner in fragment.get("properties", {}).items():
        yield from strangers(inner, child(places, key))
    for keyword in ("items", "contains"):
        if keyword in fragment:
            if not entries(places):
                yield keyword
            yield from strangers(fragment[keyword], entries(places))
    for keyword in ("if", "then", "else", "not"):
        yield from strangers(fragment.get(keyword), places)
    yield from strangers(fragment.get("additionalProperties"), children(places))
    for keyword in ("allOf", "anyOf", "oneOf"):
        for inner in fragment.get(keyword, ()):
            yield from strangers(inner, places)
    values = [*fragment.get("enum", ()), *([fragment["const"]] if "const" in fragment else ())]
    nodes = [node for place in places for _, node in expanded(place)]
    for value in values:
        for node in nodes:
            if value not in node.get("enum", [value]):
                yield str(value)
            if "pattern" in node and not search(node["pattern"], value):
                yield str(value)


# --- files and schemas


@pytest.mark.parametrize("name", names())
def test_a_file_matches_its_schema(name: str) -> None:
    problems = compiled(schema(schema_name(name))).iter_errors(read(CONTROLS / name))
    assert [f"{error.instance_path}: {error.message}" for error in problems] == []


@pytest.mark.parametrize("name", names())
def test_a_file_tells_editors_where_its_schema_is(name: str) -> None:
    first, _, _ = (CONTROLS / name).read_text(encoding="utf-8").partition("\n")
    target = first.removeprefix("# yaml-language-server: $schema=")
    expected = SCHEMA / f"{schema_name(name)}.schema.json"
    assert (CONTROLS / name).parent.joinpath(target).resolve() == expected


@pytest.mark.parametrize("name", sorted({*ALONE.values(), "control"}))
def test_a_schema_is_portable_closed_and_explained_in_both_languages(name: str) -> None:
    assert lint(f"{name}.schema.json", schema(name)) == []


def test_ids_are_unique() -> None:
    for nouns in (
        CATALOG.controls,
        CATALOG.groups,
        CATALOG.kinds,
        CATALOG.measures,
        CATALOG.populations,
        CATALOG.scopes,
    ):
        ids = [noun.id for noun in nouns]
        assert sorted(set(ids)) == sorted(ids)


def test_references_resolve() -> None:
    measures = {measure.id for measure in CATALOG.measures}
    for control in CATALOG.controls:
        assert {citation.measure for citation in control.citations} <= measures
        assert set(control.applies) <= set(CATALOG.scope)
    for _, requirement in REQUIREMENTS:
        assert requirement.evidence in CATALOG.kind
        if requirement.covers is not None:
            assert requirement.covers.population in CATALOG.population
        if requirement.on_event is not None:
            assert CATALOG.population[requirement.on_event.population].event_on is not None
        for relation in requirement.relations:
            if isinstance(relation, Matches):
                assert relation.evidence in CATALOG.kind
            if isinstance(relation, MemberOf):
                assert relation.population in CATALOG.population
    for population in CATALOG.populations:
        assert population.source == "organization" or population.source in CATALOG.kind


@pytest.mark.parametrize("name", [name for name in names() if "/" in name])
def test_a_row_stands_in_the_file_of_its_measure(name: str) -> None:
    content = read(CONTROLS / name)
    for control in content["controls"]:
        assert control["citations"][0]["measure"] == content["measure"]
        assert control["id"].lower().startswith(Path(name).stem + "-")


def test_annex_1_is_complete() -> None:
    lettered = [measure.id for measure in CATALOG.measures if measure.id[0] in "ABCDEFG"]
    counts = {"C": "abcde", "D": "ab", "E": "abcd", "F": "abcd"}
    expected = [
        name
        for letter in "ABCDEFG"
        for name in ([f"{letter}-{x}" for x in counts[letter]] if letter in counts else [letter])
    ]
    assert lettered == expected


def test_the_kinds_are_those_that_have_a_schema_and_share_its_titles() -> None:
    files = (SCHEMA / "evidence").glob("*.schema.json")
    assert {file.name.removesuffix(".schema.json") for file in files} == set(CATALOG.kind)
    for kind in CATALOG.kinds:
        declared = schema(f"evidence/{kind.id}")
        assert (kind.title.ja, kind.title.en) == (declared["title"], declared["x-en"]["title"])


# --- what the rows say

ROWS = {
    "ORG": {"pol": 2, "rule": 5, "a": 9, "b": 7, "c": 4, "d": 6, "e": 4, "out": 5, "ext": 1},
    "PER": {"a": 3, "b": 4},
    "PHY": {"a": 4, "b": 4, "c": 3, "d": 5},
    "TEC": {"a": 7, "b": 5, "c": 7, "d": 5},
}
"""How many rows each measure has, by group."""


@pytest.mark.parametrize(
    ("group", "rows"), [("ORG", 43), ("PER", 7), ("PHY", 16), ("TEC", 24)], ids=str
)
def test_there_are_as_many_rows_as_on_the_sheet_of_jnsa(group: str, rows: int) -> None:
    assert sum(control.id.startswith(f"{group}-") for control in CATALOG.controls) == rows
    assert sum(ROWS[group].values()) == rows


def test_the_rows_of_a_measure_are_numbered_without_holes() -> None:
    expected = {
        f"{group}-{section}-{n:02}"
        for group, sections in ROWS.items()
        for section, rows in sections.items()
        for n in range(1, rows + 1)
    }
    assert {control.id for control in CATALOG.controls} == expected


def test_rows_of_the_slides_keep_their_number() -> None:
    seeds = {control.id: control.seed for control in CATALOG.controls if control.seed is not None}
    assert all(int(id_[-2:]) == seed for id_, seed in seeds.items())
    assert set(seeds) == {
        *("ORG-a-03", "ORG-a-04", "ORG-a-05"),
        *("PER-b-01", "PER-b-02", "PER-b-03", "PER-b-04"),
        *("PHY-d-01", "PHY-d-02", "PHY-d-03", "PHY-d-04", "PHY-d-05"),
        *("TEC-c-02", "TEC-c-03", "TEC-c-04"),
    }


def test_thirteen_rows_outside_the_scope_of_jnsa_say_so() -> None:
    for control in CATALOG.controls:
        section = control.id.split("-")[1]
        assert control.beyond_jnsa is (section in {"pol", "rule", "out", "ext"})
    assert sum(control.beyond_jnsa for control in CATALOG.controls) == 2 + 5 + 5 + 1


def test_a_row_of_the_slides_cites_jnsa_and_no_row_outside_its_scope_does() -> None:
    for control in CATALOG.controls:
        cites = "jnsa" in {citation.basis for citation in control.citations}
        assert cites or control.seed is None
        assert not (cites and control.beyond_jnsa)


def test_every_measure_of_the_guideline_is_met_in_the_minimum_tier() -> None:
    """A duty is met by a row that cites it as one; the policy is important, not a duty."""
    met = {
        citation.measure
        for control in CATALOG.controls
        for citation in control.citations
        if citation.basis == "duty" or citation.measure == "A"
    }
    assert {measure.id for measure in CATALOG.measures} <= met


def test_every_kind_of_evidence_is_asked_for() -> None:
    asked = {requirement.evidence for _, requirement in REQUIREMENTS}
    assert set(CATALOG.kind) - asked == {"nil-statement", "self-check"}


def test_every_population_is_used() -> None:
    used = {
        rule.population
        for _, requirement in REQUIREMENTS
        for rule in (requirement.covers, requirement.on_event, *requirement.relations)
        if rule is not None and hasattr(rule, "population")
    }
    assert set(CATALOG.population) == used


def test_a_comment_says_what_is_the_duty_and_what_is_our_choice() -> None:
    for name, expectation in EXPECTATIONS:
        sources = ("ガイドライン", "法令", "JNSA", "この点検表")
        assert any(source in expectation.comment.ja for source in sources), name
        if any(r.max_age or r.cadence or r.on_event for r in expectation.requires):
            assert "この点検表" in expectation.comment.ja or "JNSA" in expectation.comment.ja, name


def test_a_comment_names_only_fields_and_values_that_exist() -> None:
    for name, expectation in EXPECTATIONS:
        kinds = {kind for r in expectation.requires for kind in kinds_of(r)}
        vocabulary = set().union(*(words_of(kind) for kind in kinds))
        quoted = set(re.findall("`([a-z_]+)`", expectation.comment.en))
        assert quoted <= vocabulary, (name, quoted - vocabulary)


def test_japanese_is_written_in_japanese_and_statements_are_sentences() -> None:
    texts = [text for _, e in EXPECTATIONS for text in (e.statement, e.comment)]
    texts += [control.title for control in CATALOG.controls]
    texts += [measure.summary for measure in CATALOG.measures]
    texts += [kind.description for kind in CATALOG.kinds]
    for text in texts:
        assert re.search("[ぁ-んァ-ヶ一-龠]", text.ja)
        assert not re.search("[ぁ-んァ-ヶ一-龠]", text.en)
        assert text.ja == text.ja.strip()
        assert "\n" not in text.ja + text.en
    for _, expectation in EXPECTATIONS:
        assert expectation.statement.ja.endswith("。")
        assert expectation.comment.ja.endswith("。")
        assert "です。" in expectation.comment.ja or "ます。" in expectation.comment.ja


def test_no_text_holds_a_number_of_twelve_digits() -> None:
    for name in names():
        assert not re.search(
            r"[0-9\uff10-\uff19]{12}", (CONTROLS / name).read_text(encoding="utf-8")
        )


def test_the_relief_stands_only_where_the_guideline_gives_one() -> None:
    relieved = {measure.id for measure in CATALOG.measures if measure.sme_relief}
    for control in CATALOG.controls:
        eased = [e for tier in Tier if (e := control.expectation(tier)) and e.sme]
        if eased:
            assert relieved & {citation.measure for citation in control.citations}


# --- conditions and paths


@each_condition
def test_a_condition_is_portable_and_compiles(
    fragment: dict[str, Any], places: list[Place]
) -> None:
    assert places
    assert lint("", fragment, fragment=True) == []
    compiled(fragment)


@each_condition
def test_a_condition_names_only_fields_and_values_that_exist(
    fragment: dict[str, Any], places: list[Place]
) -> None:
    assert list(strangers(fragment, places)) == []


@each_condition
def test_a_condition_refuses_what_lacks_its_fields(
    fragment: dict[str, Any], places: list[Place]
) -> None:
    assert places
    assert not compiled(fragment).is_valid({})


@each_requirement
def test_the_fields_of_a_requirement_exist(requirement: Requirement) -> None:
    record = document(requirement.evidence)
    paths = []
    for rule in (requirement.covers, requirement.on_event):
        if rule is not None:
            paths += [rule.key, *([rule.on] if rule.on else ())]
    if requirement.valid is not None:
        paths += [requirement.valid.since, requirement.valid.until]
    for relation in requirement.relations:
        paths.append(relation.left)
        if isinstance(relation, Matches):
            other = document(relation.evidence)
            assert at(other, relation.right)
            for pair in filter(None, (relation.subset, relation.precedes)):
                paths.append(pair.left)
                assert at(other, pair.right)
        elif isinstance(relation, MemberOf):
            paths += [relation.on] if relation.on else []
        elif relation.right is not None:
            paths.append(relation.right)
    assert [path for path in paths if not at(record, path)] == []


@each_requirement
def test_the_day_stands_in_the_list_of_the_key_or_outside_any(requirement: Requirement) -> None:
    for rule in (requirement.covers, requirement.on_event):
        if rule is not None and rule.on is not None and "[]" in rule.on:
            assert rule.on.rpartition("[]")[0] == rule.key.rpartition("[]")[0]


@pytest.mark.parametrize("population", CATALOG.populations, ids=lambda found: found.id)
def test_the_fields_of_a_population_exist(population: Population) -> None:
    register = document(population.source)
    entry = at(register, population.items) if population.items else register
    days = (population.since, population.until, population.event_on)
    paths = (*population.identity, *filter(None, (population.key, *days)))
    assert entry
    assert [path for path in paths if not at(entry, path)] == []


@pytest.mark.parametrize("kind", CATALOG.kinds, ids=lambda found: found.id)
def test_the_day_of_a_kind_is_one_of_its_days(kind: Kind) -> None:
    if kind.dated_by is not None:
        found = [n for place in at(document(kind.id), kind.dated_by) for _, n in expanded(place)]
        assert "date" in {node.get("format") for node in found}


def test_a_path_that_leads_nowhere_is_noticed() -> None:
    record = document("training-record")
    assert at(record, "data.attendees[].code")
    assert not at(record, "data.attendees.code")
    assert not at(record, "data.held_on[]")
    assert not at(record, "data.attendees[].name")


def test_a_condition_on_an_unknown_field_or_value_is_noticed() -> None:
    places = data("disposal-record")
    unknown = {
        "required": ["metod"],
        "properties": {"method": {"enum": ["shred", "burn"]}, "items": {"contains": {}}},
        "if": {"properties": {"level": {"properties": {"din": {"const": "X-9"}}}}},
    }
    assert sorted(strangers(unknown, places)) == ["X-9", "burn", "metod"]


# --- what the conditions decide


def requirement_of(control: str, tier: Tier = Tier.MINIMUM, number: int = 0) -> Requirement:
    expectation = CATALOG.control[control].expectation(tier)
    assert expectation is not None
    return expectation.requires[number]


def meets(requirement: Requirement, value: dict[str, Any]) -> bool:
    """Tell whether a record of this ``data`` counts and meets the condition on each."""
    found = (requirement.where, requirement.each)
    return all(fragment is None or compiled(fragment).is_valid(value) for fragment in found)


CLAUSES = (
    "confidentiality",
    "no_takeout_beyond_need",
    "no_other_purpose",
    "reoutsourcing_terms",
    "incident_liability",
    "return_or_dispose",
    "staff_supervision_training",
    "compliance_reporting",
)


def test_a_contract_counts_only_with_all_eight_clauses() -> None:
    requirement = requirement_of("ORG-out-02")
    clauses = dict.fromkeys(CLAUSES, "第5条")
    assert meets(requirement, {"clauses": clauses})
    for left_out in CLAUSES:
        kept = {name: article for name, article in clauses.items() if name != left_out}
        assert not meets(requirement, {"clauses": kept})
        assert not meets(requirement, {"clauses": {**clauses, left_out: ""}})


def disposal(medium: str, method: str, **level: str) -> dict[str, Any]:
    item = {"medium": medium, "description": "控え", "quantity": 1, "unit": "boxes"}
    value: dict[str, Any] = {
        "record_no": "D-2025-01",
        "disposed_on": "2025-10-01",
        "document_kind": "扶養控除等申告書",
        "items": [item],
        "method": method,
        "executed_by": "E0001",
        "confirmed_by": "E0002",
        "retention_rule": "所得税法施行規則第76条の3",
        "due_on": "2025-01-11",
        "outsourced": False,
    }
    return value | ({"level": level} if level else {})


@pytest.mark.parametrize(
    ("value", "minimum", "optional"),
    [
        (disposal("paper", "shred", din="P-7"), True, True),
        (disposal("paper", "shred", din="P-6"), True, True),
        (disposal("paper", "shred", din="P-5"), True, False),
        (disposal("paper", "shred", din="P-4"), True, False),
        (disposal("paper", "shred", din="P-3"), False, False),
        (disposal("paper", "shred", din="O-6"), False, False),
        (disposal("paper", "shred", nist="destroy"), False, False),
        (disposal("paper", "shred"), False, False),
        (disposal("paper", "dissolve"), True, True),
        (disposal("paper", "mask"), True, True),
        (disposal("paper", "logical-delete"), False, True),
        (disposal("paper", "erase-software"), False, True),
        (disposal("hdd", "physical-destruction"), True, True),
        (disposal("hdd", "logical-delete"), False, True),
        (disposal("usb", "mask"), False, True),
        (disposal("file", "logical-delete"), True, True),
    ],
)
def test_paper_must_be_irrecoverable(
    value: dict[str, Any],
    minimum: bool,  # noqa: FBT001
    optional: bool,  # noqa: FBT001
) -> None:
    assert meets(requirement_of("PHY-d-01"), value) is minimum
    assert meets(requirement_of("PHY-d-01", Tier.OPTIONAL), value) is optional


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (disposal("ssd", "crypto-erase", nist="purge"), True),
        (disposal("hdd", "physical-destruction", nist="destroy"), True),
        (disposal("hdd", "erase-software", nist="clear"), False),
        (disposal("hdd", "erase-software", din="H-5"), False),
        (disposal("hdd", "erase-software"), False),
        (disposal("tape", "logical-delete", nist="purge"), False),
        (disposal("file", "logical-delete"), True),
        (disposal("file", "erase-software"), True),
        (disposal("file", "mask"), False),
        (disposal("paper", "shred"), True),
    ],
)
def test_devices_must_be_purged_or_destroyed(
    value: dict[str, Any],
    expected: bool,  # noqa: FBT001
) -> None:
    assert meets(requirement_of("PHY-d-03"), value) is expected


def test_one_item_of_another_medium_is_enough_to_fail() -> None:
    value = disposal("paper", "shred", din="P-4")
    value["items"] = [*value["items"], disposal("hdd", "shred")["items"][0]]
    assert meets(requirement_of("PHY-d-01"), value)
    assert not meets(requirement_of("PHY-d-03"), value)


def role(name: str, **more: object) -> dict[str, Any]:
    basic = {"role": name, "code": "E0001", "unit": "hr", "from": "2025-04-01"}
    return {**basic, "tasks": [], "data_scope": "扱わない", **more}


def test_handlers_need_tasks_and_the_responsible_person_duties_and_authority() -> None:
    handler = role("handler", tasks=["pension"])
    chief = role("responsible-person", duties="監督", authority="承認")
    assert meets(requirement_of("ORG-a-02"), {"roles": [handler, chief]})
    assert not meets(requirement_of("ORG-a-02"), {"roles": [handler, role("deputy")]})
    assert not meets(requirement_of("ORG-a-02"), {"roles": [chief]})
    assert meets(requirement_of("ORG-a-03"), {"roles": [handler, chief]})
    assert not meets(requirement_of("ORG-a-03"), {"roles": [role("responsible-person")]})
    assert not meets(requirement_of("ORG-a-03"), {"roles": [handler]})


def test_a_course_must_teach_every_topic() -> None:
    topics = ["scope-of-collection", "purpose-of-use", "submission-procedure"]
    requirement = requirement_of("PER-b-02")
    assert meets(requirement, {"topics": [*topics, "appi"]})
    for left_out in topics:
        assert not meets(requirement, {"topics": [t for t in topics if t != left_out]})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("扶養控除等申告書のつづり（令和8年分）", True),
        ("申告書 2026-04-01 受領分", True),
        ("番号 " + "1234" * 3, False),
        ("番号 " + " ".join(["1234"] * 3), False),
        ("番号 " + "-".join(["1234"] * 3), False),
        ("番号 " + "１２３４" * 3, False),  # noqa: RUF001 - full-width digits are the case
    ],
    ids=range(6),
)
def test_a_ledger_must_not_hold_what_looks_like_a_number(
    text: str,
    expected: bool,  # noqa: FBT001
) -> None:
    for field in ("name", "retention_rule", "location"):
        value = {"files": [{"file_id": "F-01", field: text}]}
        assert meets(requirement_of("ORG-c-02"), value) is expected
    finding = {"findings": [{"control": "ORG-c-01", "finding": text}]}
    assert meets(requirement_of("ORG-c-02", number=1), finding) is expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"preliminary_days": 3}, True),
        ({"preliminary_days": 6}, False),
        ({"final_days": 31}, False),
        ({"wrongful_final_days": 61}, False),
        ({"first_day_counts": False}, False),
    ],
    ids=str,
)
def test_a_procedure_keeps_to_the_deadlines_of_the_law(
    change: dict[str, Any],
    expected: bool,  # noqa: FBT001
) -> None:
    law = {"preliminary_days": 5, "final_days": 30, "wrongful_final_days": 60}
    situations = ["wrongful-purpose", "open-to-the-public", "more-than-a-hundred"]
    value = {
        "reportable_test": {"situations": situations, "suspected": True, "article": "第8条"},
        "deadlines": {**law, "first_day_counts": True, **change},
    }
    assert meets(requirement_of("ORG-d-02"), value) is expected
    for left_out in situations:
        kept = [name for name in situations if name != left_out]
        value["reportable_test"] = {"situations": kept, "suspected": True, "article": "第8条"}
        assert not meets(requirement_of("ORG-d-02"), value)


def test_a_service_that_is_no_outsourcing_needs_clause_and_access_control() -> None:
    requirement = requirement_of("ORG-out-05")
    service = {"service_type": "cloud", "entrusted": False}
    proof = {"contract_clause_ref": "第9条", "access_control_ref": "設定書"}
    assert meets(requirement, {**service, **proof})
    assert not meets(requirement, service)
    assert not meets(requirement, {**service, "contract_clause_ref": "第9条"})
    assert not meets(requirement, {**service, **proof, "entrusted": True})
    assert meets(requirement, {**service, "entrusted": True, "contract_no": "C-1"})


def test_major_findings_are_closed_before_an_audit_is_done_with() -> None:
    requirement = requirement_of("ORG-e-03", number=1)
    assert meets(requirement, {"findings": []})
    assert meets(requirement, {"findings": [{"level": "observation"}]})
    assert not meets(requirement, {"findings": [{"level": "major"}]})
    assert meets(requirement, {"findings": [{"level": "major", "closed_on": "2025-10-01"}]})


def samples(kind: str) -> list[dict[str, Any]]:
    """Return contents of records to try conditions on: made for some kinds, else our examples."""
    if kind == "disposal-record":
        media = ("paper", "hdd", "optical", "file")
        methods = ("shred", "mask", "erase-software", "logical-delete", "physical-destruction")
        levels: tuple[dict[str, str], ...] = ({}, {"din": "P-4"}, {"nist": "purge"})
        found = itertools.product(media, methods, levels)
        return [disposal(medium, method, **level) for medium, method, level in found]
    if kind != "appointment":
        folder = ROOT / "tests" / "evidence" / "valid" / kind
        return [read(path)["data"] for path in sorted(folder.glob("*.yaml"))]
    roles = ("handler", "responsible-person", "audit-officer", "checker", "final-checker")
    variants = [
        role(name, **more)
        for name in (*roles, "system-owner")
        for more in ({}, {"tasks": ["pension"], "duties": "監督", "authority": "承認"})
    ]
    return [
        {"roles": list(chosen), "chart_ref": "体制図"}
        for n in (1, 2, 3)
        for chosen in itertools.combinations(variants, n)
    ]


def follows_no_more(eased: Requirement, rule: Requirement) -> bool:
    """Tell whether the same events are followed, by items of which no more is asked."""
    if eased.on_event is None or rule.on_event is None:
        return eased.on_event is None
    fragments = [(r.on_event.where_item or {}) for r in (eased, rule) if r.on_event]
    bare = [r.on_event.model_copy(update={"where_item": None}) for r in (eased, rule) if r.on_event]
    needed, given = (set(fragment.get("required", ())) for fragment in fragments)
    return bare[0] == bare[1] and needed <= given


def asks_no_more(eased: Requirement, rule: Requirement) -> bool:
    """Tell whether whatever meets ``rule`` meets ``eased`` too, as far as can be told."""
    window = rule.cadence.over if rule.cadence else rule.max_age
    days = {(rule.min, rule.nil, window), (rule.min, rule.nil, rule.max_age)}
    return (
        eased.evidence == rule.evidence
        and (eased.min, eased.nil, eased.max_age) in days
        and set(map(repr, eased.relations)) <= set(map(repr, rule.relations))
        and eased.covers in (None, rule.covers)
        and follows_no_more(eased, rule)
        and all(meets(eased, value) for value in samples(eased.evidence) if meets(rule, value))
    )


def test_the_alternative_never_asks_more_than_the_rule() -> None:
    """Taking the ordinary way is more desirable for a small business too: it must pass."""
    compared = 0
    for name, expectation in EXPECTATIONS:
        kinds = {rule.evidence for rule in expectation.requires}
        for eased in expectation.sme or ():
            if eased.evidence in kinds:
                assert any(asks_no_more(eased, rule) for rule in expectation.requires), name
                compared += 1
    assert compared


def test_the_alternative_for_a_small_business_asks_for_less() -> None:
    for name, expectation in EXPECTATIONS:
        if expectation.sme is not None:
            assert expectation.sme != expectation.requires, name
            assert "中小規模事業者" in expectation.comment.ja, name


# --- who is small, and what applies

ORGANIZATION: dict[str, Any] = {
    "employees": 40,
    "exclusions": {
        "administrative_affairs": False,
        "entrusted_business": False,
        "financial_sector": False,
        "over_5000_individuals": False,
    },
    "processes": {"acquire": ["paper"], "dispose": []},
    "media": False,
    "countries": ["JP"],
}


def test_a_small_business_has_at_most_100_employees_and_no_exclusion() -> None:
    test = compiled(CATALOG.sme.when)
    assert test.is_valid(ORGANIZATION)
    assert test.is_valid(ORGANIZATION | {"employees": 100})
    assert not test.is_valid(ORGANIZATION | {"employees": 101})
    for name in ORGANIZATION["exclusions"]:
        excluded = ORGANIZATION["exclusions"] | {name: True}
        unsaid = {k: v for k, v in ORGANIZATION["exclusions"].items() if k != name}
        assert not test.is_valid(ORGANIZATION | {"exclusions": excluded})
        assert not test.is_valid(ORGANIZATION | {"exclusions": unsaid})


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, {"paper"}),
        ({"processes": {"store": []}}, set()),
        ({"processes": {"store": ["file"]}}, {"sys"}),
        ({"processes": {"store": [], "use": ["paper", "system"]}}, {"paper", "sys"}),
        ({"processes": {"store": ["cloud"]}}, {"sys", "cloud"}),
        ({"processes": {"use": ["outsourced"]}}, {"out"}),
        ({"processes": {"dispose": ["outsourced"]}}, {"out", "out-disposal"}),
        ({"processes": {}, "vendors": [{"tasks": ["payroll"]}]}, {"out"}),
        ({"processes": {}, "vendors": [{"tasks": ["disposal"]}]}, {"out", "out-disposal"}),
        ({"processes": {}, "vendors": []}, set()),
        ({"processes": {}, "media": True}, {"media"}),
        ({"processes": {}, "countries": ["JP", "US"]}, {"abroad"}),
        ({"processes": {}, "countries": ["US"]}, {"abroad"}),
    ],
)
def test_scopes_are_derived_from_the_organization(
    facts: dict[str, Any], expected: set[str]
) -> None:
    organization = ORGANIZATION | facts
    found = {scope.id for scope in CATALOG.scopes if compiled(scope.when).is_valid(organization)}
    assert found == expected


# --- what the schemas refuse


def broken_requirement(**more: object) -> dict[str, Any]:
    content = read(CONTROLS / "organizational" / "org-b.yaml")
    content["controls"][0]["minimum"]["requires"][0] |= more
    return content


def test_the_schema_accepts_the_requirement_that_the_refusals_start_from() -> None:
    assert compiled(schema("control")).is_valid(broken_requirement())


@pytest.mark.parametrize(
    "more",
    [
        {"expr": "true"},
        {"max_age": "12 months"},
        {"max_age": "PT1H"},
        {"where": {}},
        {"where": "data.result == 'success'"},
        {"min": 0},
        {"covers": {"population": "handlers"}},
        {"covers": {"population": "handlers", "key": "data.attendees[0].code"}},
        {
            "covers": {"population": "handlers", "key": "data.code"},
            "on_event": {"population": "joiners", "key": "data.code", "within": "P30D"},
        },
        {"on_event": {"population": "joiners", "key": "data.code"}},
        {"valid": {"from": "data.valid_from"}},
        {"relations": [{"op": "greater", "left": "data.a", "right": "data.b"}]},
        {"relations": [{"op": "within", "left": "data.a", "right": "data.b"}]},
        {"relations": [{"op": "differs", "left": "data.a", "right": "data.b", "period": "P1D"}]},
        {"relations": [{"op": "matches", "left": "data.a", "right": "data.b"}]},
        {"relations": [{"op": "equals", "left": "data.a", "right": "data.b", "evidence": "x"}]},
    ],
    ids=str,
)
def test_the_schema_refuses_a_requirement_outside_the_vocabulary(more: dict[str, Any]) -> None:
    assert not compiled(schema("control")).is_valid(broken_requirement(**more))


def test_a_nil_statement_needs_a_greatest_age() -> None:
    content = broken_requirement()
    del content["controls"][0]["minimum"]["requires"][0]["max_age"]
    assert not compiled(schema("control")).is_valid(content)


def test_a_measure_with_relief_says_what_the_relief_is() -> None:
    validator = compiled(schema("guideline"))
    content = read(CONTROLS / "guideline.yaml")
    for measure in content["measures"]:
        turned = measure | {"sme_relief": not measure["sme_relief"]}
        assert validator.is_valid({"measures": [measure]})
        assert not validator.is_valid({"measures": [turned]})
        assert not validator.is_valid({"measures": [measure | {"duty": "should"}]})


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("populations", {"items": "workforce"}),
        ("populations", {"from": None}),
        ("populations", {"sort": "code"}),
        ("kinds", {"retention": "7 years"}),
        ("kinds", {"title": {"ja": "教育"}}),
        ("kinds", {"title": {"ja": "", "en": "Training"}}),
    ],
    ids=str,
)
def test_the_schema_refuses_a_broken_entry(name: str, change: dict[str, Any]) -> None:
    content = read(CONTROLS / f"{name}.yaml")
    entry = content[name][0]
    assert compiled(schema(name)).is_valid({name: [entry]})
    assert not compiled(schema(name)).is_valid({name: [entry | change]})


@pytest.mark.parametrize(
    "change",
    [
        {"edition": "2025"},
        {"version": "1"},
        {"groups": [{"id": "LEG", "title": {"ja": "法務", "en": "Legal"}}]},
        {"scopes": [{"id": "sys"}]},
        {"extends": "another"},
    ],
    ids=str,
)
def test_the_schema_refuses_a_broken_catalog(change: dict[str, Any]) -> None:
    content = read(CONTROLS / "catalog.yaml")
    assert compiled(schema("catalog")).is_valid(content)
    assert not compiled(schema("catalog")).is_valid(content | change)
