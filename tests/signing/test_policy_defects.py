"""A trust policy that would let somebody count twice, or control himself, is refused."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.trust_builder import changed, envelope, holding, key, p256, policy

from mnaudit.errors import TrustError
from mnaudit.signing.policy_chain import parse_policy
from mnaudit.signing.policy_defects import COMPATIBLE, defects_of, person
from mnaudit.signing.trust_policy import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from mnaudit.signing.trust_policy import TrustPolicy

CI = key("ci").fingerprint
A, B, C = (key(f"root-{letter}").fingerprint for letter in "abc")


def codes(made: TrustPolicy) -> list[str]:
    return [defect.code for defect in defects_of(made)]


def after(change: Callable[[Any], object]) -> list[str]:
    return codes(changed(policy(), change))


def spki(public: Any) -> str:
    pem: bytes = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()


def test_a_good_policy_has_no_defect() -> None:
    assert codes(policy()) == []


def test_a_policy_with_defects_is_refused_with_the_first_one() -> None:
    bad = changed(policy(), lambda value: value["roles"]["root"].update(threshold=0))

    with pytest.raises(TrustError) as refused:
        parse_policy(envelope(bad, "root-a", "root-b"))

    assert refused.value.code == "MN482"


def test_all_defects_are_told_at_once_and_in_order() -> None:
    def spoil(value: Any) -> None:
        value["roles"]["root"]["threshold"] = 9
        value["expires"] = value["issued"]
        value["verifiers"].append({"key": A, "verifier": "urn:mnaudit:verifier"})
        value["demands"]["time_stamp"] = True

    assert after(spoil) == ["MN480", "MN482", "MN484", "MN485"]


# Keys


def test_one_key_under_two_ids_is_refused() -> None:
    def register_twice(value: Any) -> None:
        value["keys"]["f" * 64] = {**value["keys"][A], "owner": "somebody else"}
        value["roles"]["root"]["keys"].append("f" * 64)

    assert after(register_twice) == ["MN478"]


def test_two_people_cannot_register_one_key_by_swapping_pems() -> None:
    assert after(lambda value: value["keys"][B].update(pem=value["keys"][A]["pem"])) == ["MN478"]


PEMS: dict[str, tuple[Callable[[str], str], str]] = {
    "other line ends": (lambda pem: pem.replace("\n", "\r\n"), "MN420"),
    "text before": (lambda pem: f"# mine\n{pem}", "MN420"),
    "a second key": (lambda pem: pem + pem, "MN420"),
    "no last line end": (lambda pem: pem.rstrip("\n"), "MN420"),
    "another label": (lambda pem: pem.replace("PUBLIC", "PRIVATE"), "MN406"),
    "no key": (
        lambda _: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "MN406",
    ),
    "P-384": (lambda _: spki(ec.generate_private_key(ec.SECP384R1()).public_key()), "MN402"),
    "secp256k1": (lambda _: spki(ec.generate_private_key(ec.SECP256K1()).public_key()), "MN402"),
    "RSA": (lambda _: spki(rsa.generate_private_key(65537, 2048).public_key()), "MN402"),
    "another type than it says": (lambda _: p256("ci").public.pem, "MN402"),
    "nothing": (lambda _: "", "MN406"),
    "another script": (lambda _: "鍵", "MN406"),
}


@pytest.mark.parametrize("name", PEMS)
def test_a_key_that_is_not_in_our_one_form_is_refused(name: str) -> None:
    spoil, reason = PEMS[name]

    def change(value: Any) -> None:
        value["keys"][CI]["pem"] = spoil(value["keys"][CI]["pem"])

    (defect,) = defects_of(changed(policy(), change))

    assert (defect.code, dict(defect.values)["reason"]) == ("MN479", reason)


def test_a_point_that_is_not_on_the_curve_is_refused() -> None:
    public = p256("ci").public
    flat = public.der[:-1] + bytes([public.der[-1] ^ 1])
    body = base64.encodebytes(flat).decode().replace("\n", "")
    lines = "".join(f"{body[at : at + 64]}\n" for at in range(0, len(body), 64))

    def change(value: Any) -> None:
        value["keys"][CI] |= {
            "algorithm": "ecdsa-p256",
            "pem": f"-----BEGIN PUBLIC KEY-----\n{lines}-----END PUBLIC KEY-----\n",
        }

    (defect,) = defects_of(changed(policy(), change))

    assert (defect.code, dict(defect.values)["reason"]) == ("MN479", "MN406")


def test_an_algorithm_that_the_key_does_not_have_is_refused() -> None:
    assert after(lambda value: value["keys"][CI].update(algorithm="ecdsa-p256")) == ["MN479"]


def test_an_organization_without_a_real_corporate_number_is_refused() -> None:
    def change(value: Any) -> None:
        value["organization"]["corporate_number"] = "8000000000002"

    assert after(change) == ["MN475"]


# Thresholds


@pytest.mark.parametrize(("threshold", "is_good"), [(0, False), (1, True), (3, True), (4, False)])
def test_a_threshold_lies_between_one_and_the_owners(threshold: int, *, is_good: bool) -> None:
    found = after(lambda value: value["roles"]["root"].update(threshold=threshold))

    assert (found == []) is is_good


@pytest.mark.parametrize(
    "twin", ["owner of root-a", "Owner of Root-A", "owner  of root-a ", "\uff4fwner of root-a"]
)
def test_one_owner_with_two_keys_counts_once(twin: str) -> None:
    def give_two_to_one(value: Any) -> None:
        value["keys"][B]["owner"] = twin
        value["roles"]["root"]["threshold"] = 3

    assert after(give_two_to_one) == ["MN482"]


def test_an_owner_in_two_spellings_is_one_person() -> None:
    assert person("総務　ｶﾁｮｳ") == person("総務 カチョウ")
    assert person("A") != person("B")


def test_a_key_that_is_not_there_counts_for_nobody() -> None:
    def add_ghost(value: Any) -> None:
        value["roles"]["log"] = {"keys": ["e" * 64], "threshold": 1}

    assert after(add_ghost) == ["MN480", "MN482"]


# Roles


@pytest.mark.parametrize("role", ["root", "ci"])
def test_a_policy_without_root_or_ci_is_refused(role: str) -> None:
    def drop(value: Any) -> None:
        del value["roles"][role]
        value["verifiers"] = []

    assert after(drop) == ["MN485"]


@pytest.mark.parametrize("one", Role)
@pytest.mark.parametrize("other", Role)
def test_one_key_has_only_roles_that_go_together(one: Role, other: Role) -> None:
    if one >= other:
        return
    made = holding(holding(policy(), one, "same"), other, "same")

    found = codes(made)

    assert found == ([] if {one, other} in COMPATIBLE else ["MN483"])


def test_only_a_colleague_and_an_auditor_may_have_two_roles() -> None:
    assert {frozenset(map(str, pair)) for pair in COMPATIBLE} == {
        frozenset({"submitter", "reviewer"}),
        frozenset({"auditor", "witness"}),
    }


def test_only_a_key_of_role_ci_is_paired_with_a_verifier() -> None:
    def grant(value: Any) -> None:
        value["verifiers"].append({"key": A, "verifier": "urn:mnaudit:verifier"})

    assert after(grant) == ["MN480"]


# Windows and demands


@pytest.mark.parametrize("expires", ["2026-04-01T00:00:00Z", "2026-03-31T00:00:00Z"])
def test_a_policy_that_expires_before_it_is_issued_is_refused(expires: str) -> None:
    assert after(lambda value: value.update(expires=expires)) == ["MN484"]


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    def invert(value: Any) -> None:
        value["keys"][CI]["not_before"] = "2027-01-01T00:00:00Z"
        value["keys"][CI]["not_after"] = "2026-01-01T00:00:00Z"

    assert after(invert) == ["MN484"]


def test_a_window_of_one_instant_or_of_one_side_is_accepted() -> None:
    def narrow(value: Any) -> None:
        value["keys"][CI] |= dict.fromkeys(("not_before", "not_after"), "2027-01-01T00:00:00Z")
        value["keys"][A]["not_before"] = "2027-01-01T00:00:00Z"
        value["keys"][B]["not_after"] = "2027-01-01T00:00:00Z"

    assert after(narrow) == []


@pytest.mark.parametrize(
    ("demands", "missing"),
    [
        ({"time_stamp": True}, ["time_authorities"]),
        ({"log": True}, ["log_origin", "roles.log"]),
        ({"witnesses": 1}, ["log_origin", "roles.log", "roles.witness"]),
    ],
)
def test_a_demand_that_nobody_can_meet_is_refused(
    demands: dict[str, Any], missing: list[str]
) -> None:
    made = changed(policy(), lambda value: value["demands"].update(demands))

    assert [dict(defect.values)["demand"] for defect in defects_of(made)] == missing


def test_a_witness_with_two_keys_is_one_witness() -> None:
    made = holding(policy(), Role.LOG, "log")
    made = holding(made, Role.WITNESS, "witness-1", "the auditor")
    made = holding(made, Role.WITNESS, "witness-2", "the auditor")

    def demand(value: Any) -> None:
        value["log_origin"] = "example.com/mnaudit"
        value["demands"] = {"time_stamp": False, "log": True, "witnesses": 2}

    assert codes(changed(made, demand)) == ["MN485"]
