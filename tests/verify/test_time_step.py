"""The step ``time-stamp``: whom it asks, what it compares, and when it has nothing to say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.time_authority import AT, LATER, SIGNATURE, authority, token

from mnaudit.errors import TrustError
from mnaudit.signing.dsse import Envelope, Signature
from mnaudit.signing.time_authority import TrustedTime
from mnaudit.verify.basis import NotAskedError, UndecidedError
from mnaudit.verify.time import time_stamp

if TYPE_CHECKING:
    from mnaudit.verify.checks import Examination

STATUS = "status.sigstore.json"
GOOD = token()


@dataclass
class Basis:
    """What the verifier brings along."""

    trust: object | None = "a trust state"
    at: datetime | None = LATER


@dataclass
class Demands:
    """What the policy asks for."""

    time_stamp: bool = False


@dataclass
class Policy:
    """As much of a trust policy as the step reads."""

    demands: Demands = field(default_factory=Demands)
    time_authorities: tuple[Any, ...] = (authority(),)


@dataclass
class Status:
    """As much of a status as the step reads."""

    as_of: date = date(2026, 4, 1)
    time_verified: str | None = None


@dataclass
class Table:
    """As much of an examination as the step reads and writes."""

    tokens: dict[str, tuple[bytes, ...]] = field(default_factory=lambda: {STATUS: (GOOD,)})
    basis: Basis = field(default_factory=Basis)
    policy: Policy = field(default_factory=Policy)
    status: Status = field(default_factory=Status)
    envelopes: dict[str, Envelope] = field(
        default_factory=lambda: {STATUS: Envelope("", b"", (Signature("", SIGNATURE),))}
    )
    signed_at: TrustedTime | None = None

    def look(self) -> Table:
        time_stamp(cast("Examination", self))
        return self


def refusal(table: Table) -> tuple[type[TrustError], str, dict[str, str | int]]:
    with pytest.raises(TrustError) as caught:
        table.look()
    assert table.signed_at is None
    return type(caught.value), caught.value.code, caught.value.values


def test_a_good_token_sets_the_time_of_the_signature() -> None:
    assert Table().look().signed_at == TrustedTime(AT, "tsa", "TSA")


def test_the_earliest_of_several_tokens_counts() -> None:
    late = token(at=AT + timedelta(days=1, hours=-4))

    assert Table({STATUS: (late, GOOD)}).look().signed_at == TrustedTime(AT, "tsa", "TSA")


@pytest.mark.parametrize("tokens", [{}, {STATUS: ()}, {"manifest.sigstore.json": (GOOD,)}])
@pytest.mark.parametrize("authorities", [(), (authority(),)])
def test_without_a_token_there_is_nothing_to_check(
    tokens: dict[str, tuple[bytes, ...]], authorities: tuple[Any, ...]
) -> None:
    table = Table(tokens, policy=Policy(time_authorities=authorities))

    assert refusal(table) == (NotAskedError, "MN453", {"count": 0})


def test_a_token_that_the_policy_demands_and_that_is_missing_leaves_it_open() -> None:
    table = Table({STATUS: ()}, policy=Policy(Demands(time_stamp=True)))

    assert refusal(table) == (UndecidedError, "MN459", {})


@pytest.mark.parametrize("basis", [Basis(trust=None), Basis(at=None), Basis(None, None)])
def test_without_a_policy_and_a_time_no_token_is_looked_at(basis: Basis) -> None:
    assert refusal(Table(basis=basis)) == (NotAskedError, "MN453", {"count": 1})
    assert refusal(Table({STATUS: (b"junk",)}, basis=basis))[1] == "MN453"


def test_a_policy_without_authorities_has_no_opinion_about_tokens() -> None:
    table = Table(policy=Policy(time_authorities=()))

    assert refusal(table) == (NotAskedError, "MN453", {"count": 1})


def test_a_policy_that_demands_a_token_and_names_no_authority_accepts_none() -> None:
    table = Table(policy=Policy(Demands(time_stamp=True), ()))

    assert refusal(table)[:2] == (TrustError, "MN454")


def test_a_bad_token_fails_whether_or_not_it_is_demanded() -> None:
    assert refusal(Table({STATUS: (GOOD, b"junk")}))[:2] == (TrustError, "MN450")


def test_a_token_over_the_signature_of_another_envelope_fails() -> None:
    stapled = token(signature=b"the signature of the manifest")

    assert refusal(Table({STATUS: (stapled,)}))[:2] == (TrustError, "MN452")


@pytest.mark.parametrize(
    "status",
    [
        Status(date(2026, 3, 1)),
        Status(time_verified="2026-04-01T02:59:00Z"),
        Status(time_verified="2026-04-01T03:05:00Z"),
        # The first of April began in Japan nine hours before it did in UTC.
        Status(date(2026, 4, 1), "2026-03-31T15:00:00Z"),
    ],
)
def test_a_status_may_be_of_any_time_before_its_token(status: Status) -> None:
    assert Table(status=status).look().signed_at is not None


@pytest.mark.parametrize(
    ("status", "claimed"),
    [
        (Status(date(2026, 4, 2)), "2026-04-02"),
        (Status(time_verified="2026-04-01T03:05:01Z"), "2026-04-01T03:05:01Z"),
        (Status(date(2026, 4, 2), "2026-04-01T02:59:00Z"), "2026-04-02"),
        (Status(date(2026, 4, 2), "2027-04-01T02:59:00Z"), "2027-04-01T02:59:00Z"),
    ],
)
def test_a_status_that_was_dated_forward_fails(status: Status, claimed: str) -> None:
    values = {"claimed": claimed, "time": "2026-04-01T03:00:00Z"}

    assert refusal(Table(status=status)) == (TrustError, "MN458", values)


def test_a_day_begins_at_midnight_in_japan() -> None:
    at = datetime.fromisoformat("2026-03-31T15:00:00Z")
    table = Table({STATUS: (token(at=at),)})

    assert table.look().signed_at == TrustedTime(at, "tsa", "TSA")
    early = at - timedelta(minutes=5, seconds=1)
    assert refusal(Table({STATUS: (token(at=early),)}))[1] == "MN458"


def test_a_time_that_does_not_exist_is_no_claim() -> None:
    table = Table(status=Status(time_verified="2026-02-30T00:00:00Z"))

    assert refusal(table) == (TrustError, "MN429", {"field": "predicate.time_verified"})
