"""What does the evidence say about cloud services and outsourcing?

Answers the questions of ``controls/risks.yaml`` for one organization: facts read from valid records
of the assessment date, and the states of the controls that judge the same matter. A fact informs;
what is required is judged by the controls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mnaudit.assess.fields import day_at
from mnaudit.assess.fragments import holds
from mnaudit.model.assessment import FindingStatus
from mnaudit.model.risk import Answer, Fact, FactKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mnaudit.assess.facts import Facts
    from mnaudit.assess.risk import States
    from mnaudit.model.catalog import Catalog
    from mnaudit.model.document import Record
    from mnaudit.model.risk import ControlState, Question, Risks, Shows

__all__ = ["answer_questions"]

HOME = "JP"
_FINE = frozenset(
    {FindingStatus.SATISFIED, FindingStatus.WAIVED, FindingStatus.NOT_APPLICABLE, None}
)


def answer_questions(
    risks: Risks, catalog: Catalog, states: States, facts: Facts | None = None
) -> tuple[Answer, ...]:
    """Answer every question.

    Args:
        risks: The data; its references were checked.
        catalog: For the scopes.
        states: How the controls stand.
        facts: Of the assessment date; without them, only the general answers are given.
    """
    return tuple(_answer(each, catalog, states, facts) for each in risks.questions)


def _answer(question: Question, catalog: Catalog, states: States, facts: Facts | None) -> Answer:
    controls = states.of(question.controls)
    if facts is None:
        return Answer(question=question.id, state=None, controls=controls)
    organization = dict(facts.organization)
    if not any(holds(catalog.scope[scope].when, organization) for scope in question.when):
        return Answer(question=question.id, state="not-applicable", controls=controls)
    found = tuple(fact for shown in question.shows for fact in _shown(shown, facts))
    is_open = any(fact.good is False for fact in found) or not all(map(_is_fine, controls))
    return Answer(
        question=question.id,
        state="open" if is_open else "answered",
        facts=found,
        controls=controls,
    )


def _is_fine(state: ControlState) -> bool:
    return state.minimum in _FINE


def _shown(shown: Shows, facts: Facts) -> Iterator[Fact]:
    """Yield the facts, and first the files that could not be read and may hold more."""
    kind, show = _SHOWS[shown]
    if paths := facts.doubtful(kind):
        yield Fact(kind=FactKind.UNREADABLE, good=False, paths=paths)
    yield from show(facts)


def _reviews(facts: Facts) -> Iterator[Fact]:
    """Yield what was decided about each cloud service or maintenance."""
    reviews = [r for r in _latest_reviews(facts) if _data(r)["service_type"] in _SERVICES]
    if not reviews:
        yield Fact(kind=FactKind.REVIEW_MISSING, good=False)
    for record in reviews:
        data = _data(record)
        values = {"service": data["service"], "provider": data["provider"]["name"]}
        clause, access = data.get("contract_clause_ref"), data.get("access_control_ref")
        if data["entrusted"]:
            yield _fact(FactKind.REVIEW_ENTRUSTED, record, good=True, **values)
        elif clause and access:
            more = {"clause": clause, "access": access}
            yield _fact(FactKind.REVIEW_NOT_ENTRUSTED, record, good=True, **values, **more)
        else:
            yield _fact(FactKind.REVIEW_UNSUPPORTED, record, good=False, **values)


def _countries(facts: Facts) -> Iterator[Fact]:
    """Yield each country abroad, and whether its regime was surveyed."""
    surveyed: dict[str, Record] = {}
    named = set(facts.organization.get("countries", ()))
    for record in _latest_reviews(facts):
        for country in _data(record)["countries"]:
            named.add(country)
            if _data(record).get("regime_summary"):
                surveyed[country] = record
    for country in sorted(named - {HOME}):
        if country in surveyed:
            values = {"country": country}
            yield _fact(FactKind.COUNTRY_SURVEYED, surveyed[country], good=True, **values)
        else:
            missing = FactKind.COUNTRY_NOT_SURVEYED
            yield Fact(kind=missing, good=False, values={"country": country})
    if not named - {HOME}:
        yield Fact(kind=FactKind.COUNTRY_HOME_ONLY, good=None)


def _clause(name: str) -> Callable[[Facts], Iterator[Fact]]:
    """Return what shows in which article each contract in force has a clause."""

    def show(facts: Facts) -> Iterator[Fact]:
        for number, vendor in _vendors(facts).items():
            contracts = [
                r
                for r in _in_force(facts, "vendor-contract", "valid_from", "valid_to")
                if _data(r)["vendor"]["corporate_number"] == number
            ]
            if not contracts:
                yield Fact(kind=FactKind.CONTRACT_MISSING, good=False, values={"vendor": vendor})
            for record in contracts:
                data = _data(record)
                article = data["clauses"].get(name)
                kind = FactKind.CLAUSE_PRESENT if article else FactKind.CLAUSE_MISSING
                yield _fact(
                    kind,
                    record,
                    good=bool(article),
                    vendor=vendor,
                    contract=data["contract_no"],
                    article=article or "",
                )

    return show


def _certificates(facts: Facts) -> Iterator[Fact]:
    """Yield the last certificate of each issuer; whether one is missing, the controls judge."""
    last = {_data(r)["issuer"]["corporate_number"]: r for r in facts.of_kind(_CERTIFICATE)}
    for number in sorted(last):
        data = _data(last[number])
        values = {
            "vendor": data["issuer"]["name"],
            "certificate": data["cert_no"],
            "day": last[number].dated_on.isoformat(),
        }
        yield _fact(FactKind.CERTIFICATE, last[number], good=None, **values)
    if not last:
        yield Fact(kind=FactKind.CERTIFICATE_MISSING, good=None)


def _assessments(facts: Facts) -> Iterator[Fact]:
    """Yield the newest assessment of each vendor."""
    newest = {_data(r)["vendor"]["corporate_number"]: r for r in facts.of_kind(_ASSESSMENT)}
    for number, vendor in _vendors(facts).items():
        record = newest.get(number)
        if record is None:
            yield Fact(kind=FactKind.ASSESSMENT_MISSING, good=False, values={"vendor": vendor})
        else:
            result = _data(record)["result"]
            values = {"vendor": vendor, "day": record.dated_on.isoformat(), "result": result}
            yield _fact(FactKind.ASSESSMENT, record, good=result != "fail", **values)


def _consents(facts: Facts) -> Iterator[Fact]:
    """Yield each consent in force, and whether the first principal gave it in time."""
    records = _in_force(facts, "reoutsource-consent", "consented_on", "valid_to")
    for record in records:
        data = _data(record)
        first = data["consented_by"]["corporate_number"] == data["principal"]["corporate_number"]
        good = first and data["consented_on"] <= data["starts_on"]
        values = {
            "vendor": data["vendor"]["name"],
            "sub_vendor": data["sub_vendor"]["name"],
            "principal": data["principal"]["name"],
        }
        kind = FactKind.CONSENT if good else FactKind.CONSENT_WRONG
        yield _fact(kind, record, good=good, **values)
    if not records:
        yield Fact(kind=FactKind.CONSENT_NONE, good=None)


_REVIEW, _CERTIFICATE = "external-review", "disposal-certificate"
_ASSESSMENT, _CONSENT, _CONTRACT = "vendor-assessment", "reoutsource-consent", "vendor-contract"
_SERVICES = frozenset({"cloud", "maintenance"})

_SHOWS: dict[Shows, tuple[str, Callable[[Facts], Iterator[Fact]]]] = {
    "reviews": (_REVIEW, _reviews),
    "countries": (_REVIEW, _countries),
    "clause-incident-liability": (_CONTRACT, _clause("incident_liability")),
    "clause-return-or-dispose": (_CONTRACT, _clause("return_or_dispose")),
    "clause-reoutsourcing-terms": (_CONTRACT, _clause("reoutsourcing_terms")),
    "certificates": (_CERTIFICATE, _certificates),
    "assessments": (_ASSESSMENT, _assessments),
    "consents": (_CONSENT, _consents),
}
"""What a question shows: the kind that it is read from, and the reader."""


def _latest_reviews(facts: Facts) -> list[Record]:
    """Return the newest review of each service, by service."""
    newest = {_data(record)["service"]: record for record in facts.of_kind(_REVIEW)}
    return [newest[service] for service in sorted(newest)]


def _vendors(facts: Facts) -> dict[str, str]:
    """Return the vendors of the assessment date: name by corporate number, sorted."""
    today = facts.as_of.isoformat()
    found = {
        vendor["corporate_number"]: vendor["name"]
        for vendor in facts.organization.get("vendors") or ()
        if vendor["since"] <= today <= (vendor.get("until") or today)
    }
    return dict(sorted(found.items()))


def _in_force(facts: Facts, kind: str, since: str, until: str) -> list[Record]:
    """Return the records of a kind that are in force on the assessment date."""

    def holds_on(record: Record) -> bool:
        start = day_at(record.value, f"data.{since}")
        end = day_at(record.value, f"data.{until}")
        return (start is None or start <= facts.as_of) and (end is None or facts.as_of <= end)

    return [record for record in facts.of_kind(kind) if holds_on(record)]


def _data(record: Record) -> dict[str, Any]:
    data: dict[str, Any] = record.value["data"]
    return data


def _fact(kind: FactKind, record: Record, *, good: bool | None, **values: str) -> Fact:
    return Fact(kind=kind, good=good, values=values, paths=(record.path,))
