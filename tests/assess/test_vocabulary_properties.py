"""What holds for every form of the vocabulary, over a catalog that uses all of them."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from mnaudit.assess.assessment import assess
from mnaudit.assess.facts import Facts
from mnaudit.model.assessment import Assessment, FindingStatus
from mnaudit.model.catalog import Catalog
from mnaudit.model.document import Record, Unreadable

AS_OF = date(2026, 3, 31)
TEXT = {"ja": "日本語", "en": "English"}
IDS = ["E1", "E2", "E3"]
ORGANIZATION: dict[str, Any] = {
    "organization": "8000000000001",
    "name": "株式会社見本商事",
    "fiscal_year": {"starts": "03-21"},
    "staff": [{"id": "E1", "since": "2020-04-01"}, {"id": "E2", "since": "2026-01-10"}],
}
OK = {"properties": {"ok": {"const": True}}, "required": ["ok"]}
BY_STAFF = {"population": "staff", "key": "data.items[].id"}
BY_LEDGER = {"population": "ledger", "key": "data.items[].id"}

MONOTONE: list[dict[str, Any]] = [
    {"evidence": "log"},
    {"evidence": "log", "max_age": "P6M", "min": 2},
    {"evidence": "log", "max_age": "P6M", "nil": True},
    {"evidence": "log", "where": OK, "valid": {"from": "data.from", "until": "data.to"}},
    {"evidence": "log", "cadence": {"every": "P1M", "over": "P2M", "grace": "P10D"}},
    {"evidence": "log", "cadence": {"every": "P3M", "over": "P6M"}, "nil": True},
    {"evidence": "log", "cadence": {"every": "P1M", "over": "P2M", "by": "fiscal-year"}},
    {"evidence": "log", "max_age": "P12M", "covers": {**BY_STAFF, "where_item": OK}},
    {"evidence": "log", "covers": {**BY_STAFF, "on": "data.items[].on", "grace": "P30D"}},
    {"evidence": "log", "max_age": "P6M", "covers": BY_LEDGER},
    {"evidence": "log", "on_event": {**BY_LEDGER, "within": "P30D", "where_item": OK}},
]
"""Whatever is filed beside a register closes gaps and opens none."""

STRICT: list[dict[str, Any]] = [
    {"evidence": "log", "each": OK},
    {
        "evidence": "log",
        "relations": [
            {"op": "member_of", "left": "data.items[].id", "population": "ledger"},
            {"op": "at_least", "left": "data.items[].score", "value": 2},
            {"op": "differs", "left": "data.items[].id", "right": "data.by"},
        ],
    },
    {
        "evidence": "log",
        "max_age": "P6M",
        "relations": [
            {
                "op": "matches",
                "evidence": "proof",
                "left": "data.by",
                "right": "data.by",
                "where": OK,
                "precedes": {"left": "data.from", "right": "data.from"},
                "within": "P30D",
            }
        ],
    },
]
"""A record can break these by itself."""


def row(number: int, requirement: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"ORG-x-{number:02}",
        "title": TEXT,
        "citations": [{"measure": "C-a", "basis": "duty"}],
        "minimum": {"statement": TEXT, "comment": TEXT, "requires": [requirement]},
    }


def kind(name: str) -> dict[str, Any]:
    texts = dict.fromkeys(("title", "description", "signatory"), TEXT)
    return {"id": name, **texts, "retention": "P7Y"}


CATALOG = Catalog.model_validate(
    {
        "id": "mnaudit",
        "version": "0.1.0",
        "edition": "2025-06",
        "title": TEXT,
        "guideline": TEXT,
        "groups": [{"id": "ORG", "title": TEXT}],
        "sme": {"when": {"not": {}}, "source": TEXT},
        "scopes": [],
        "measures": [],
        "populations": [
            {
                "id": "staff",
                "title": TEXT,
                "from": "organization",
                "items": "staff[]",
                "key": "id",
                "since": "since",
            },
            {
                "id": "ledger",
                "title": TEXT,
                "from": "ledger",
                "latest": True,
                "items": "data.items[]",
                "key": "id",
                "event_on": "on",
            },
        ],
        "kinds": [kind(name) for name in ("log", "proof", "ledger", "nil-statement", "self-check")],
        "controls": [row(n, each) for n, each in enumerate([*MONOTONE, *STRICT], start=1)],
        "sha256": "0" * 64,
    }
)
MONOTONE_ROWS = {f"ORG-x-{n:02}" for n in range(1, len(MONOTONE) + 1)}

days = st.dates(AS_OF - timedelta(days=400), AS_OF + timedelta(days=40))


@st.composite
def records(draw: st.DrawFn) -> Record:
    name = draw(st.sampled_from(["log", "log", "log", "proof", "ledger", "nil-statement"]))
    on = draw(days)
    since = on - timedelta(days=draw(st.sampled_from([0, 30, 61, 200])))
    items = draw(
        st.lists(
            st.fixed_dictionaries(
                {"id": st.sampled_from(IDS), "on": st.just(on.isoformat())},
                optional={"ok": st.booleans(), "score": st.integers(1, 3)},
            ),
            max_size=3,
        )
    )
    data = {
        "items": items,
        "ok": draw(st.booleans()),
        "by": draw(st.sampled_from(IDS)),
        "from": since.isoformat(),
        "to": (on + timedelta(days=draw(st.integers(0, 300)))).isoformat(),
        "about": draw(st.sampled_from(["log", "ledger"])),
    }
    value: dict[str, Any] = {"kind": name, "data": data}
    if name == "nil-statement" or draw(st.booleans()):
        value["period"] = {"from": since.isoformat(), "to": on.isoformat()}
    if draw(st.booleans()):
        value["attachments"] = [{"path": "files/x", "sha256": "0" * 64}]
    digest = sha256(repr((on, value)).encode()).hexdigest()
    return Record(f"{name}/{digest[:12]}.yaml", digest, name, on, value)


heaps = st.lists(records(), max_size=8, unique_by=lambda record: record.path)


def judged(heap: list[Record], *unreadable: Unreadable, as_of: date = AS_OF) -> Assessment:
    ordered = sorted(heap, key=lambda record: (record.dated_on, record.path))
    known: dict[str, tuple[Record, ...]] = {}
    future: dict[str, tuple[Record, ...]] = {}
    for each in ordered:
        group = known if each.dated_on <= as_of else future
        group[each.kind] = (*group.get(each.kind, ()), each)
    return assess(CATALOG, Facts(as_of, ORGANIZATION, known, future, unreadable))


def states(assessment: Assessment) -> dict[str, FindingStatus]:
    return {finding.control: finding.status for finding in assessment.findings}


@settings(max_examples=150, deadline=None)
@given(heaps, records().filter(lambda record: record.kind != "ledger"))
def test_more_evidence_never_opens_a_gap(heap: list[Record], more: Record) -> None:
    before, after = states(judged(heap)), states(judged([r for r in heap if r != more] + [more]))

    lost = {name for name, state in before.items() if state == "satisfied" != after[name]}
    assert lost & MONOTONE_ROWS == set()


@settings(max_examples=100, deadline=None)
@given(heaps, st.randoms(use_true_random=False))
def test_the_order_of_files_never_matters(heap: list[Record], chance: Any) -> None:
    shuffled = list(heap)
    chance.shuffle(shuffled)

    assert judged(shuffled) == judged(heap)


@settings(max_examples=150, deadline=None)
@given(heaps.filter(bool), st.data())
def test_a_file_that_becomes_unreadable_never_makes_anything_satisfied(
    heap: list[Record], data: st.DataObject
) -> None:
    lost = data.draw(st.sampled_from(heap))
    rest = [record for record in heap if record != lost]
    before = states(judged(heap))

    for name in (lost.kind, None):
        after = states(judged(rest, Unreadable(lost.path, name)))
        assert [k for k, state in after.items() if state == "satisfied" != before[k]] == []


@settings(max_examples=150, deadline=None)
@given(heaps)
def test_a_finding_is_satisfied_until_its_due_day_and_not_the_day_after(heap: list[Record]) -> None:
    past = [record for record in heap if record.dated_on <= AS_OF]
    for finding in judged(past).findings:
        if finding.due_on is None:
            continue
        on = states(judged(past, as_of=finding.due_on))
        after = states(judged(past, as_of=finding.due_on + timedelta(days=1)))
        assert on[finding.control] is FindingStatus.SATISFIED, finding
        assert after[finding.control] is FindingStatus.NOT_SATISFIED, finding


@settings(max_examples=100, deadline=None)
@given(heaps)
def test_a_remark_never_stands_where_a_gap_belongs(heap: list[Record]) -> None:
    for finding in judged(heap).findings:
        assert bool(finding.gaps) is (finding.status is not FindingStatus.SATISFIED)
        assert all(gap.code >= "MN201" for gap in finding.gaps)
        assert (finding.due_on is None) or finding.status is FindingStatus.SATISFIED


def test_nothing_applies_without_a_requirement() -> None:
    for finding in judged([]).findings:
        assert finding.status is FindingStatus.NOT_SATISFIED
    with pytest.raises(ValueError, match="at least 1 item"):
        Catalog.model_validate(
            {
                **CATALOG.model_dump(by_alias=True),
                "controls": [
                    {
                        **row(1, MONOTONE[0]),
                        "minimum": {"statement": TEXT, "comment": TEXT, "requires": []},
                    }
                ],
            }
        )
