"""What holds for every heap of evidence, over the catalog that ships with the program."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings, strategies as st

from mnaudit.assess.assessment import assess
from mnaudit.assess.facts import Facts
from mnaudit.model.assessment import Assessment, FindingStatus
from mnaudit.model.document import Record, Unreadable
from mnaudit.pipeline import shipped_rules

if TYPE_CHECKING:
    from mnaudit.model.catalog import Catalog

AS_OF = date(2026, 3, 31)
STAFF = ["E0001", "E0002", "E0003"]
ORGANIZATION: dict[str, Any] = {
    "organization": "8000000000001",
    "name": "株式会社見本商事",
    "employees": 300,
    "exclusions": {},
    "processes": {stage: ["paper", "system", "outsourced"] for stage in ("store", "dispose")},
    "workforce": [{"code": code, "joined_on": "2020-04-01"} for code in STAFF],
    "vendors": [{"corporate_number": "7000000000002", "since": "2020-04-01"}],
}
TOPICS = [
    "handling-rules",
    "procedures",
    "scope-of-collection",
    "purpose-of-use",
    "submission-procedure",
    "leak-impact",
]
CLAUSES = [
    "confidentiality",
    "no_takeout_beyond_need",
    "no_other_purpose",
    "reoutsourcing_terms",
    "incident_liability",
    "return_or_dispose",
    "staff_supervision_training",
    "compliance_reporting",
]
REGISTERS = {"appointment"}
"""Kinds that state a population: an entry widens what must be covered (ADR 0011)."""

days = st.dates(AS_OF - timedelta(days=800), AS_OF + timedelta(days=60))


@st.composite
def trainings(draw: st.DrawFn) -> dict[str, Any]:
    on = draw(days).isoformat()
    who = draw(st.lists(st.sampled_from(STAFF), unique=True))
    return {
        "held_on": on,
        "topics": draw(st.lists(st.sampled_from(TOPICS), unique=True)),
        "attendees": [{"code": code, "attended_on": on} for code in who],
    }


@st.composite
def contracts(draw: st.DrawFn) -> dict[str, Any]:
    on = draw(days)
    clauses = draw(st.lists(st.sampled_from(CLAUSES), min_size=6, unique=True))
    return {
        "vendor": {"corporate_number": "7000000000002"},
        "signed_on": on.isoformat(),
        "valid_from": on.isoformat(),
        "valid_to": (on + timedelta(days=draw(st.integers(0, 900)))).isoformat(),
        "clauses": dict.fromkeys(clauses, "第1条"),
    }


@st.composite
def rosters(draw: st.DrawFn) -> dict[str, Any]:
    role = st.fixed_dictionaries(
        {
            "role": st.sampled_from(["handler", "responsible-person", "audit-officer"]),
            "code": st.sampled_from(STAFF),
            "from": days.map(date.isoformat),
            "tasks": st.just(["withholding-tax"]),
            "data_scope": st.just("給与"),
        },
        optional={"duties": st.just("監督"), "authority": st.just("承認")},
    )
    return {"roles": draw(st.lists(role, min_size=1, max_size=3))}


@st.composite
def records(draw: st.DrawFn) -> Record:
    kind, values, dated_by = draw(
        st.sampled_from(
            [
                ("training-record", trainings(), "held_on"),
                ("vendor-contract", contracts(), "signed_on"),
                ("appointment", rosters(), None),
            ]
        )
    )
    data = draw(values)
    on = date.fromisoformat(data[dated_by]) if dated_by else draw(days)
    value = {"kind": kind, "issued_on": on.isoformat(), "data": data}
    digest = sha256(repr(value).encode()).hexdigest()
    return Record(f"{kind}/{digest[:12]}.yaml", digest, kind, on, value)


heaps = st.lists(records(), max_size=8, unique_by=lambda record: record.path)


@cache
def catalog() -> Catalog:
    return shipped_rules().catalog


def judged(heap: list[Record], *unreadable: Unreadable) -> Assessment:
    ordered = sorted(heap, key=lambda record: (record.dated_on, record.path))
    kinds = {record.kind for record in heap}

    def those(kind: str, *, future: bool) -> tuple[Record, ...]:
        return tuple(r for r in ordered if r.kind == kind and (r.dated_on > AS_OF) is future)

    facts = Facts(
        as_of=AS_OF,
        organization=ORGANIZATION,
        records={kind: those(kind, future=False) for kind in kinds},
        future={kind: those(kind, future=True) for kind in kinds},
        unreadable=unreadable,
    )
    return assess(catalog(), facts)


def states(assessment: Assessment) -> dict[tuple[str, str], FindingStatus]:
    return {(f.control, f.tier): f.status for f in assessment.findings}


@settings(max_examples=60, deadline=None)
@given(heaps, records())
def test_more_evidence_never_opens_a_gap(heap: list[Record], more: Record) -> None:
    if more.kind in REGISTERS:
        return
    before, after = states(judged(heap)), states(judged([r for r in heap if r != more] + [more]))

    lost = [key for key, state in before.items() if state == "satisfied" != after[key]]
    # The first training of a kind turns nothing down; only registers widen what is asked.
    assert lost == []


@settings(max_examples=60, deadline=None)
@given(heaps, st.randoms(use_true_random=False))
def test_the_order_of_files_never_matters(heap: list[Record], chance: Any) -> None:
    shuffled = list(heap)
    chance.shuffle(shuffled)

    assert judged(shuffled) == judged(heap)


@settings(max_examples=60, deadline=None)
@given(heaps, st.sampled_from(["training-record", "appointment", "vendor-contract", None]))
def test_an_additional_unreadable_file_never_makes_anything_satisfied(
    heap: list[Record], kind: str | None
) -> None:
    before, after = states(judged(heap)), states(judged(heap, Unreadable("x.yaml", kind)))

    assert [k for k, state in after.items() if state == "satisfied" != before[k]] == []


@settings(max_examples=60, deadline=None)
@given(heaps.filter(bool), st.data())
def test_a_file_that_becomes_unreadable_never_makes_anything_satisfied(
    heap: list[Record], data: st.DataObject
) -> None:
    lost = data.draw(st.sampled_from(heap))
    rest = [record for record in heap if record != lost]

    before, after = states(judged(heap)), states(judged(rest, Unreadable(lost.path, lost.kind)))

    assert [k for k, state in after.items() if state == "satisfied" != before[k]] == []


@settings(max_examples=60, deadline=None)
@given(heaps)
def test_every_unsatisfied_finding_says_why_and_every_satisfied_one_by_what(
    heap: list[Record],
) -> None:
    for finding in judged(heap).findings:
        match finding.status:
            case FindingStatus.SATISFIED:
                assert not finding.gaps
            case FindingStatus.NOT_SATISFIED:
                assert finding.gaps
            case _:
                assert finding.reason


@settings(max_examples=100, deadline=None)
@given(heaps)
def test_a_finding_is_satisfied_on_its_due_day_and_not_the_day_after(heap: list[Record]) -> None:
    past = [record for record in heap if record.dated_on <= AS_OF]
    for finding in judged(past).findings:
        if finding.due_on is None:
            continue
        on, after = (
            next(f.status for f in _at(past, day).findings if _same(f, finding))
            for day in (finding.due_on, finding.due_on + timedelta(days=1))
        )
        assert (on, after) == (FindingStatus.SATISFIED, FindingStatus.NOT_SATISFIED), finding


def _at(heap: list[Record], as_of: date) -> Assessment:
    ordered = sorted(heap, key=lambda record: (record.dated_on, record.path))
    groups: dict[str, tuple[Record, ...]] = {}
    for record in ordered:
        groups[record.kind] = (*groups.get(record.kind, ()), record)
    return assess(catalog(), Facts(as_of, ORGANIZATION, groups, {}, ()))


def _same(one: Any, other: Any) -> bool:
    return bool((one.control, one.tier) == (other.control, other.tier))
