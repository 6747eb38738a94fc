"""Pages about the catalog: whole sentences in both languages, for every row and every change."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mnaudit.load.catalog import read_catalog
from mnaudit.load.data import read_schema, schema_names
from mnaudit.load.sources import read_sources
from mnaudit.messages import LANGUAGES
from mnaudit.model.catalog import Catalog
from mnaudit.model.catalog_diff import Nature, compare
from mnaudit.model.control import Control, Requirement
from mnaudit.model.schema_fields import SchemaFields
from mnaudit.report.catalog_pages import Block, Impact, control_page, diff_page, lay_out
from mnaudit.report.requirement_words import Item, Wording

if TYPE_CHECKING:
    from mnaudit.messages import Language
    from mnaudit.model.catalog_diff import CatalogDiff

ROOT = Path(__file__).resolve().parents[2]
CATALOG, _ = read_catalog(ROOT / "controls", ROOT / "schema")
SCHEMAS = {name: read_schema(ROOT / "schema", name) for name in schema_names(ROOT / "schema")}
FIELDS = SchemaFields(SCHEMAS)
SOURCES = read_sources(ROOT / "controls")
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


def width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


def page(control: Control, language: Language) -> tuple[Block, ...]:
    return control_page(control, CATALOG, FIELDS, SOURCES, language)


def words(requirement: dict[str, Any], language: Language = "en") -> list[Item]:
    wording = Wording(CATALOG, FIELDS, language)
    return list(wording.requirement(Requirement.model_validate(requirement)))


def texts(requirement: dict[str, Any], language: Language = "en") -> list[str]:
    return [item.text for item in words(requirement, language)]


# --- a control


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("control", CATALOG.controls, ids=lambda control: control.id)
def test_every_row_has_a_page_that_fits_and_leaves_nothing_unsaid(
    control: Control, language: Language
) -> None:
    blocks = page(control, language)
    text = lay_out(blocks, "text")
    # A word is never cut, so an address or a path may stand out.
    assert [
        line for line in text.splitlines() if width(line) > 92 and " " in line.strip("- ")
    ] == []
    assert not re.search(r"\{[a-z_]*\}", text)
    for tier in (control.minimum, control.optional):
        if tier is not None:
            kinds = {CATALOG.kind[r.evidence].title for r in tier.requires}
            titles = {(k.ja if language == "ja" else k.en).lower() for k in kinds}
            told = "\n".join(block.text for block in blocks).lower()
            assert [title for title in titles if title not in told] == []


@pytest.mark.parametrize("control", CATALOG.controls, ids=lambda control: control.id)
def test_an_english_page_holds_no_japanese_but_the_section(control: Control) -> None:
    for block in page(control, "en"):
        assert not JAPANESE.search(re.sub(r"\((?:別添|第)[^)]*\)+", "", block.text)), block.text


def test_a_page_says_which_law_and_where_to_read_it() -> None:
    told = lay_out(page(CATALOG.control["PHY-d-02"], "ja"), "text")
    assert "2025-06 の版" in told
    assert "E-d 個人番号の削除、機器及び電子媒体等の廃棄（別添1-2-E-d）" in told
    assert "https://www.ppc.go.jp/legal/policy/my_number_guideline_jigyosha/#b1-2" in told
    assert "プラスαの措置はありません。" in told
    assert "中小規模事業者の方法:" in told


def test_a_page_is_laid_out_as_markdown_too() -> None:
    told = lay_out(page(CATALOG.control["PHY-d-02"], "en"), "markdown")
    assert told.startswith("# PHY-d-02  ")
    assert "\n## Minimum measures\n\n" in told


def test_sources_are_chosen_by_audience_topic_and_stage() -> None:
    chosen = SOURCES.chosen(audience="sme", topic="disposal", stage="dispose")
    assert "ppc-guideline-business" in {source.id for source in chosen}
    assert SOURCES.chosen() == SOURCES.sources


def test_markdown_is_escaped() -> None:
    block = Block("item", "a_b [c](d) <e>", 1)
    assert (
        lay_out([Block("title", "t"), block], "markdown") == "# t\n\n  - a\\_b \\[c\\](d) \\<e\\>\n"
    )


def test_a_japanese_line_does_not_begin_with_a_full_stop_nor_end_with_a_bracket() -> None:
    for control in CATALOG.controls:
        for line in lay_out(page(control, "ja"), "text").splitlines():
            assert not line.strip().startswith(("、", "。", "）", "」"))
            assert not line.endswith(("（", "「"))


# --- a requirement


def test_the_typed_vocabulary_becomes_sentences() -> None:
    told = texts(
        {
            "evidence": "training-record",
            "max_age": "P12M",
            "min": 2,
            "where": {
                "required": ["topics"],
                "properties": {"topics": {"contains": {"const": "appi"}}},
            },
            "covers": {
                "population": "handlers",
                "key": "data.attendees[].code",
                "on": "data.attendees[].attended_on",
                "grace": "P30D",
            },
        }
    )
    assert told[0] == (
        "At least 2 documents are needed: training record, dated within the 12 months before the "
        "assessment date."
    )
    assert "“topics” includes “Act on the Protection of Personal Information (appi)”" in told
    assert "For 30 days after joining, a member is not yet missing." in told


def test_a_cadence_names_its_rhythm() -> None:
    month = {
        "evidence": "training-record",
        "cadence": {"every": "P1M", "over": "P12M", "grace": "P10D"},
    }
    assert "1か月ごとに切れ目なく" in texts(month, "ja")[0]
    assert "10日の間は" in texts(month, "ja")[1]
    year = {
        "evidence": "training-record",
        "cadence": {"every": "P1Y", "over": "P2Y", "by": "fiscal-year"},
    }
    assert "fiscal year" in texts(year)[0]


def test_events_validity_and_nil_statements_are_told() -> None:
    event = {
        "evidence": "training-record",
        "on_event": {
            "population": "joiners",
            "key": "data.attendees[].code",
            "within": "P30D",
            "where_item": {"required": ["score"]},
        },
    }
    assert any("due within 30 days: joiners" in text for text in texts(event))
    assert "Only entries that meet this count:" in texts(event)
    valid = {
        "evidence": "vendor-contract",
        "valid": {"from": "data.valid_from", "until": "data.valid_to"},
    }
    assert "in force on the assessment date" in texts(valid)[1]
    nil = {"evidence": "disposal-record", "max_age": "P12M", "nil": True}
    assert texts(nil)[1].endswith("about the whole period: nil statement.")


RELATIONS: list[tuple[dict[str, Any], str]] = [
    ({"op": "before", "left": "data.due_on", "right": "approved_on"}, "is earlier than"),
    ({"op": "not_after", "left": "data.due_on", "right": "data.disposed_on"}, "is not later than"),
    ({"op": "differs", "left": "data.executed_by", "right": "data.confirmed_by"}, "differ."),
    ({"op": "equals", "left": "id", "right": "title"}, "are equal."),
    ({"op": "subset_of", "left": "id", "right": "title"}, "are among"),
    ({"op": "within", "left": "data.due_on", "right": "data.disposed_on", "period": "P30D"}, "within 30 days"),
    ({"op": "at_least", "left": "data.fiscal_year", "value": 2016}, "2016 or more"),
    ({"op": "at_least", "left": "data.fiscal_year", "right": "data.fiscal_year"}, "no less than"),
    ({"op": "member_of", "left": "data.confirmed_by", "population": "handlers"}, "on that day"),
    (
        {"op": "member_of", "left": "data.confirmed_by", "population": "handlers", "on": "approved_on"},
        "on the day of",
    ),
    (
        {"op": "matches", "evidence": "disposal-certificate", "left": "data.record_no", "right": "data.record_nos[]"},
        "other evidence whose",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("relation", "told"), RELATIONS, ids=[f"{r['op']}: {told}" for r, told in RELATIONS]
)
@pytest.mark.parametrize("when", [False, True])
def test_a_relation_becomes_a_sentence(relation: dict[str, Any], told: str, when: bool) -> None:  # noqa: FBT001
    if when:
        relation = relation | {
            "when": {"required": ["outsourced"], "properties": {"outsourced": {"const": True}}}
        }
    said = texts({"evidence": "disposal-record", "relations": [relation]})
    assert any(told in text for text in said)
    assert ("This is asked only where this is true:" in said) is when
    assert ("“whether outsourced” is “yes”" in said or not when) or any(
        "is “yes”" in text for text in said
    )


def test_a_match_tells_what_else_must_fit() -> None:
    said = texts(
        {
            "evidence": "disposal-record",
            "relations": [
                {
                    "op": "matches",
                    "evidence": "disposal-certificate",
                    "left": "data.record_no",
                    "right": "data.record_nos[]",
                    "within": "P30D",
                    "where": {
                        "required": ["result"],
                        "properties": {"result": {"const": "success"}},
                    },
                    "precedes": {"left": "data.disposed_on", "right": "data.performed_on"},
                    "subset": {"left": "data.items[].serial", "right": "data.items[].serial"},
                }
            ],
        }
    )
    assert any("within 30 days" in text for text in said)
    assert "The match meets this:" in said
    assert any("of the match is not later than" in text for text in said)
    assert any(text.startswith("Moreover") for text in said)


CONDITIONS: list[tuple[dict[str, Any], list[str]]] = [
    ({"properties": {"outsourced": {"const": False}}}, ["is “no”"]),
    ({"properties": {"method": {"enum": ["shred", "mask"]}}}, ["is one of: ", "(shred)", "(mask)"]),
    ({"properties": {"fiscal_year": {"minimum": 2016, "maximum": 2030}}}, ["2016 or more", "2030 or less"]),
    ({"properties": {"items": {"minItems": 2, "contains": {"required": ["serial"]}}}}, ["2 or more", "has an entry", "is given"]),
    ({"properties": {"items": {"contains": {"enum": [1]}}}}, ["includes one of"]),
    ({"properties": {"items": {"items": {"properties": {"quantity": {"const": 1}}}}}}, ["every entry of", "is “1”"]),
    ({"anyOf": [{"required": ["cert_no"]}, {"required": ["note"], "properties": {"method": {"const": "mask"}}}]}, ["one of these is true", "all of this is true"]),
    ({"oneOf": [{"required": ["cert_no"]}]}, ["exactly one"]),
    ({"if": {"required": ["cert_no"]}, "then": {"required": ["level"]}, "else": {"not": {"required": ["level"]}}}, ["where this is true", "this is true as well", "elsewhere", "this is not true"]),
    ({"allOf": [{"required": ["cert_no"]}]}, ["is given"]),
    ({"dependentRequired": {"a": ["b"]}}, ["the record", "dependentRequired"]),
    ({"properties": {"record_no": {"pattern": "^D"}}}, ["has the form ^D"]),
]  # fmt: skip


@pytest.mark.parametrize(("fragment", "told"), CONDITIONS)
def test_a_condition_becomes_words(fragment: dict[str, Any], told: list[str]) -> None:
    said = "\n".join(texts({"evidence": "disposal-record", "where": fragment}))
    assert [words for words in told if words not in said] == []


def test_what_is_not_known_stands_for_itself() -> None:
    wording = Wording(CATALOG, FIELDS, "ja")
    assert wording.kind("hearsay") == "hearsay"
    assert wording.population("heroes") == "heroes"
    assert wording.field((), "data.a[].b") == "aのb"


# --- a diff


def other(**parts: Any) -> Catalog:
    """Return a catalog that differs in parts; a copy would keep what the first one cached."""
    return Catalog(**{name: getattr(CATALOG, name) for name in Catalog.model_fields} | parts)


def changed(schemas: Any = SCHEMAS, **parts: Any) -> CatalogDiff:
    return compare(CATALOG, other(**parts), SCHEMAS, schemas)


def with_control(id_: str, **edits: Any) -> tuple[Control, ...]:
    """Return the controls with the minimum tier of one edited by path: ``requires_0_max_age``."""
    found = []
    for control in CATALOG.controls:
        if control.id == id_:
            data = control.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
            for path, value in edits.items():
                *steps, last = path.split("__")
                node: Any = data
                for step in steps:
                    node = node[int(step)] if step.isdigit() else node[step]
                if value is None:
                    del node[last]
                else:
                    node[last] = value
            found.append(Control.model_validate(data))
        else:
            found.append(control)
    return tuple(found)


def only(diff: CatalogDiff) -> tuple[Nature, set[str]]:
    (change,) = diff.controls
    return change.nature, {detail.key for detail in change.details}


def test_nothing_changed_is_told_as_such() -> None:
    diff = changed()
    assert diff.is_empty
    assert "違いはありません。" in lay_out(diff_page(diff, CATALOG, "ja"), "text")


EDITS: list[tuple[dict[str, Any], Nature, str]] = [
    ({"minimum__requires__0__max_age": "P6M"}, Nature.TIGHTENED, "max_age"),
    ({"minimum__requires__0__max_age": "P2Y"}, Nature.LOOSENED, "max_age"),
    ({"minimum__requires__0__max_age": None}, Nature.LOOSENED, "max_age"),
    ({"minimum__requires__0__min": 2}, Nature.TIGHTENED, "min"),
    ({"minimum__requires__0__where": None}, Nature.LOOSENED, "condition_removed"),
    ({"minimum__requires__0__each": {"required": ["topics"]}}, Nature.TIGHTENED, "condition_added"),
    ({"minimum__requires__0__where": {"required": ["topics"]}}, Nature.CHANGED, "condition_changed"),
    ({"minimum__requires__0__nil": True}, Nature.CHANGED, "condition_changed"),
    ({"minimum__requires__0__covers__grace": "P30D"}, Nature.LOOSENED, "grace"),
    ({"minimum__requires__0__evidence": "appointment"}, Nature.CHANGED, "evidence_added"),
    ({"optional": None}, Nature.LOOSENED, "tier_removed"),
    ({"applies": ("media",)}, Nature.LOOSENED, "scope_added"),
    ({"minimum__comment": {"ja": "別の説明です。", "en": "Other words."}}, Nature.REWORDED, "wording"),
    ({"citations": ({"measure": "D-b", "basis": "duty"},)}, Nature.REWORDED, "citations"),
    ({"minimum__sme": [{"evidence": "training-record"}]}, Nature.TIGHTENED, "evidence_added"),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "nature", "key"), EDITS, ids=[f"{n} {e}" for e, n, _ in EDITS])
def test_a_change_of_a_row_is_named_and_weighed(
    edits: dict[str, Any], nature: Nature, key: str
) -> None:
    diff = changed(controls=with_control("PER-b-01", **edits))
    assert only(diff)[0] is nature
    assert key in only(diff)[1]
    assert diff.affected_controls == (() if nature is Nature.REWORDED else ("PER-b-01",))
    for language in LANGUAGES:
        text = lay_out(diff_page(diff, CATALOG, language), "text")
        assert "PER-b-01" in text
        assert not re.search(r"\{[a-z_]*\}", text)


def test_the_other_way_round_every_change_is_the_opposite() -> None:
    newer = other(controls=with_control("PER-b-01", optional=None))
    assert only(compare(newer, CATALOG, SCHEMAS, SCHEMAS)) == (Nature.TIGHTENED, {"tier_added"})
    newer = other(controls=with_control("PER-b-01", applies=("media",)))
    assert only(compare(newer, CATALOG, SCHEMAS, SCHEMAS)) == (Nature.TIGHTENED, {"scope_removed"})


def test_rows_come_and_go() -> None:
    fewer = other(controls=CATALOG.controls[1:])
    first = CATALOG.controls[0]
    gone = compare(CATALOG, fewer, SCHEMAS, SCHEMAS)
    assert only(gone) == (Nature.REMOVED, set())
    assert gone.affected_controls == ()
    come = compare(fewer, CATALOG, SCHEMAS, SCHEMAS)
    assert only(come) == (Nature.ADDED, set())
    assert come.affected_controls == (first.id,)
    assert first.minimum.requires[0].evidence in come.affected_kinds


def test_a_row_is_affected_by_what_it_refers_to() -> None:
    populations = tuple(
        p.model_copy(update={"until": None}) if p.id == "handlers" else p
        for p in CATALOG.populations
    )
    scopes = tuple(
        s.model_copy(update={"when": {"required": ["x"]}}) if s.id == "sys" else s
        for s in CATALOG.scopes
    )
    sme = CATALOG.sme.model_copy(update={"when": {"required": ["x"]}})
    diff = changed(populations=populations, scopes=scopes, sme=sme)
    keys = {detail.key for change in diff.controls for detail in change.details}
    assert keys == {"by_population", "by_scope", "by_sme"}
    assert "PER-b-01" in diff.affected_controls


def test_a_schema_that_asks_for_more_is_tighter_and_new_titles_are_only_words() -> None:
    name = "evidence/training-record.schema.json"
    data = SCHEMAS[name]["properties"]["data"]

    def replaced(**edits: Any) -> dict[str, Any]:
        properties = SCHEMAS[name]["properties"] | {"data": data | edits}
        return SCHEMAS | {name: SCHEMAS[name] | {"properties": properties}}

    (more,) = changed(schemas=replaced(required=[*data["required"], "plan_ref"])).kinds
    assert (more.nature, [d.key for d in more.details]) == (Nature.TIGHTENED, ["required_added"])
    (less,) = changed(schemas=replaced(required=data["required"][1:])).kinds
    assert (less.nature, [d.key for d in less.details]) == (Nature.LOOSENED, ["required_removed"])
    (wider,) = changed(schemas=replaced(additionalProperties=True)).kinds
    assert (wider.nature, [d.key for d in wider.details]) == (Nature.CHANGED, ["schema"])
    (words_only,) = changed(schemas=replaced(title="別の見出し")).kinds
    assert words_only.nature is Nature.REWORDED


def test_a_measure_and_a_kind_that_are_reworded_affect_nothing() -> None:
    measures = tuple(m.model_copy(update={"summary": m.title}) for m in CATALOG.measures)
    kinds = tuple(k.model_copy(update={"signatory": k.title}) for k in CATALOG.kinds)
    diff = changed(measures=measures, kinds=kinds)
    assert {change.nature for change in (*diff.measures, *diff.kinds)} == {Nature.REWORDED}
    assert (diff.affected_controls, diff.affected_kinds) == ((), ())


def test_the_impact_names_rows_and_files() -> None:
    diff = changed(controls=with_control("PER-b-01", minimum__requires__0__max_age="P6M"))
    impact = Impact(("PER-b-01",), ("training-record/a.yaml",))
    text = lay_out(diff_page(diff, CATALOG, "en", impact), "text")
    assert "apply to this organization: PER-b-01" in text
    assert "training-record/a.yaml" in text
    nobody = lay_out(diff_page(diff, CATALOG, "en", Impact((), ())), "text")
    assert "apply to this organization: none" in nobody


def test_nouns_come_and_go_and_a_deadline_shortens() -> None:
    diff = changed(populations=CATALOG.populations[1:], scopes=CATALOG.scopes[1:])
    assert [change.nature for change in diff.populations] == [Nature.REMOVED]
    back = compare(other(populations=CATALOG.populations[1:]), CATALOG, SCHEMAS, SCHEMAS)
    assert [change.nature for change in back.populations] == [Nature.ADDED]
    shorter = changed(
        controls=with_control("PER-b-03", minimum__requires__0__on_event__within="P7D")
    )
    assert only(shorter) == (Nature.TIGHTENED, {"within"})
    title = {"ja": "別の表題", "en": "Another title"}
    assert only(changed(controls=with_control("PER-b-01", title=title))) == (Nature.REWORDED, set())


def test_a_kind_whose_day_and_schema_both_change_is_changed() -> None:
    name = "evidence/training-record.schema.json"
    kinds = tuple(
        k.model_copy(update={"dated_by": None}) if k.id == "training-record" else k
        for k in CATALOG.kinds
    )
    schemas = SCHEMAS | {name: SCHEMAS[name] | {"title": "別の見出し"}}
    (change,) = changed(schemas=schemas, kinds=kinds).kinds
    assert change.nature is Nature.CHANGED


def test_a_page_leaves_out_what_nobody_knows() -> None:
    bare = other(measures=CATALOG.measures[:1], kinds=())
    nowhere = type(SOURCES)(sections=(), stages=SOURCES.stages, sources=SOURCES.sources)
    blocks = control_page(CATALOG.control["ORG-pol-01"], bare, FIELDS, nowhere, "ja")
    assert "https://" not in lay_out(blocks, "text")
    blocks = control_page(CATALOG.control["PER-b-01"], bare, FIELDS, SOURCES, "ja")
    assert "別添1-2-D-b" not in lay_out(blocks, "text")


def test_an_address_is_known_or_there_is_none() -> None:
    sources = read_sources(ROOT / "controls")
    section = sources.section["C-a"].model_copy(update={"id": "C-b", "anchor": None})
    told = type(sources)(
        sections=(section, section.model_copy(update={"id": "C-c", "source": "ppc-handbook"})),
        stages=sources.stages,
        sources=sources.sources,
    )
    assert told.address_of("C-a") is None
    assert told.address_of("C-c") is None
    assert str(told.address_of("C-b")).endswith("jigyosha/")


def test_fields_are_read_with_care() -> None:
    described = {
        "description": "値：pre-mask＝前、mask＝番号を（復元、できない形で）隠す。",
        "x-en": {"title": " ", "description": "Values: mask = hide (for good; ever)."},
        "enum": [True, 1, None],
        "items": True,
    }
    fields, nodes = SchemaFields({}), (("x", described),)
    assert fields.meaning(nodes, "mask", english=False) == "番号を（復元、できない形で）隠す"
    assert fields.meaning(nodes, "mask", english=True) == "hide (for good; ever)"
    assert fields.meaning((("x", {"description": "値：a＝甲"}),), "a", english=False) == "甲"
    assert fields.meaning(nodes, "task", english=True) == ""
    assert fields.title(nodes, english=True) == ""
    assert fields.types(nodes) == {"boolean", "integer", "null"}
    assert fields.types(fields.entries(nodes)) == frozenset()


def test_a_condition_that_says_nothing_is_left_unsaid() -> None:
    said = texts(
        {
            "evidence": "disposal-record",
            "where": {"properties": {"items": {"items": {"type": "object"}}}},
        }
    )
    assert len(said) == 2
    assert len(texts({"evidence": "disposal-record", "where": {"allOf": [True]}})) == 2
