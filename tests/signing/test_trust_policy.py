"""The payload of a trust policy has one shape and one spelling; the envelope as well."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.trust_builder import changed, envelope, key, policy

from mnaudit.errors import TrustError
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.dsse import Envelope
from mnaudit.signing.policy_chain import parse_policy
from mnaudit.signing.policy_envelope import (
    MAX_SIGNATURES,
    file_name,
    unwrap_policy,
    version_of,
    wrap_policy,
)
from mnaudit.signing.trust_policy import PAYLOAD_TYPE, dump_policy, read_draft, read_payload

if TYPE_CHECKING:
    from collections.abc import Callable

    from mnaudit.signing.trust_policy import TrustPolicy


def code_of(read: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as refused:
        read()
    return refused.value.code


def value_of(made: TrustPolicy) -> Any:
    return json.loads(dump_policy(made))


def test_what_is_written_is_read_again_as_the_same() -> None:
    made = policy()

    assert read_payload(dump_policy(made)) == made


def test_a_policy_with_everything_in_it_is_read_again_as_the_same() -> None:
    def fill(value: Any) -> None:
        entry = value["keys"][key("ci").fingerprint]
        entry["not_before"] = "2026-04-01T00:00:00Z"
        entry["not_after"] = "2027-03-31T14:59:59Z"
        entry["revoked"] = {"at": "2026-12-01T00:00:00Z", "reason": "compromised"}
        value["log_origin"] = "example.com/mnaudit/status"

    made = changed(policy(), fill)

    assert read_payload(dump_policy(made)) == made
    assert dump_policy(made) == canonical_bytes(value_of(made))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("spec", "urn:mnaudit:trust-policy:v2"),
        ("version", 0),
        ("version", -1),
        ("version", 1_000_000),
        ("issued", "2026-04-01T00:00:00+00:00"),
        ("issued", "2026-04-01T00:00:00.5Z"),
        ("issued", "2026-04-01"),
        ("issued", 1_775_000_000),
        ("expires", "2026-02-30T00:00:00Z"),
        ("keys", {}),
        ("keys", []),
        ("roles", {"admin": {"keys": ["0" * 64], "threshold": 1}}),
        ("predicate_types", []),
        ("max_status_age", "3 months"),
        ("demands", {"time_stamp": False, "log": False}),
        ("demands", {"time_stamp": False, "log": False, "witnesses": -1}),
        ("unknown", 1),
        ("time_authorities", [{"owner": "TSA", "root_pem": "none", "policy_oids": ["1.2"]}]),
        ("verifiers", [{"key": "short", "verifier": "urn:mnaudit:verifier"}]),
        ("log_origin", ""),
    ],
)
def test_a_field_of_another_kind_is_refused(field: str, value: object) -> None:
    payload = canonical_bytes({**value_of(policy()), field: value})

    assert code_of(lambda: read_payload(payload)) == "MN475"


@pytest.mark.parametrize(
    ("field", "value"), [("version", "1"), ("version", True), ("log_origin", None)]
)
def test_a_value_in_a_second_spelling_is_refused(field: str, value: object) -> None:
    payload = canonical_bytes({**value_of(policy()), field: value})

    assert code_of(lambda: read_payload(payload)) == "MN476"


@pytest.mark.parametrize(
    "missing", ["spec", "version", "expires", "keys", "roles", "verifiers", "demands"]
)
def test_a_missing_field_is_refused(missing: str) -> None:
    value = value_of(policy())
    del value[missing]

    assert code_of(lambda: read_payload(canonical_bytes(value))) == "MN475"


def test_the_keys_of_a_role_are_sorted_and_distinct() -> None:
    value = value_of(policy())
    keys = value["roles"]["root"]["keys"]

    for wrong in ([*keys, keys[-1]], keys[::-1], []):
        value["roles"]["root"]["keys"] = wrong
        assert code_of(lambda: read_payload(canonical_bytes(value))) == "MN475"


def test_only_canonical_json_is_a_payload() -> None:
    payload = dump_policy(policy())
    twins = (
        payload + b"\n",
        b" " + payload,
        json.dumps(json.loads(payload)).encode(),
        payload.replace(b'"version":1', b'"version":1,"version":1'),
        payload.replace(b'"version":1', b'"version":1,"VERSION":1'),
        payload.replace(b'"version":1', b'"version":1.0'),
        payload.replace(b'"version":1', b'"version":NaN'),
        b"\xef\xbb\xbf" + payload,
        b"",
        payload[:-1],
    )

    for twin in twins:
        assert code_of(lambda data=twin: read_payload(data)) in {"MN476", "MN475"}  # type: ignore[misc]


def test_a_draft_may_be_indented() -> None:
    made = policy()

    assert read_draft(json.dumps(value_of(made), indent=2).encode()) == made


# The envelope


def test_an_envelope_is_read_again_as_the_same() -> None:
    data = envelope(policy(), "root-a", "root-b")

    assert wrap_policy(unwrap_policy(data)) == data


ENVELOPES: dict[str, Callable[[Any], Any]] = {
    "another payload type": lambda value: value.update(payloadType="application/json"),
    "a status": lambda value: value.update(payloadType="application/vnd.in-toto+json"),
    "an unknown field": lambda value: value.update(extra=1),
    "no signatures": lambda value: value.pop("signatures"),
    "no list": lambda value: value.update(signatures={}),
    "no text": lambda value: value.update(payload=7),
    "no base64": lambda value: value.update(payload="%"),
    "a line break": lambda value: value.update(payload=value["payload"] + "\n"),
    "stray bits": lambda value: value["signatures"][0].update(sig="AB=="),
    "a number for a key id": lambda value: value["signatures"][0].update(keyid=1),
    "no key id": lambda value: value["signatures"][0].pop("keyid"),
    "a certificate": lambda value: value["signatures"][0].update(cert=""),
    "no object": lambda value: value["signatures"].append("x"),
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_envelope_of_another_shape_is_refused(name: str) -> None:
    value = json.loads(envelope(policy(), "root-a"))
    ENVELOPES[name](value)

    assert code_of(lambda: unwrap_policy(canonical_bytes(value))) == "MN475"


def test_an_envelope_that_is_not_canonical_is_refused() -> None:
    data = envelope(policy(), "root-a")

    for twin in (data + b"\n", json.dumps(json.loads(data)).encode(), b"{", b"[]" + data):
        assert code_of(lambda data=twin: unwrap_policy(data)) == "MN476"  # type: ignore[misc]
    assert code_of(lambda: unwrap_policy(b"[]")) == "MN475"


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    assert code_of(lambda: unwrap_policy(b" " * (1024 * 1024 + 1))) == "MN476"


def test_cve_2020_6173_too_many_signatures_are_refused_before_any_is_checked() -> None:
    once = unwrap_policy(envelope(policy(), "root-a"))

    def many(count: int) -> bytes:
        return wrap_policy(Envelope(PAYLOAD_TYPE, once.payload, once.signatures * count))

    unwrap_policy(many(MAX_SIGNATURES))
    assert code_of(lambda: parse_policy(many(MAX_SIGNATURES + 1))) == "MN477"


def test_a_signed_status_is_no_policy() -> None:
    value = json.loads(envelope(policy(), "root-a"))
    value["payload"] = base64.b64encode(b'{"_type":"https://in-toto.io/Statement/v1"}').decode()

    assert code_of(lambda: parse_policy(canonical_bytes(value))) == "MN475"


def test_a_file_name_states_the_version() -> None:
    assert version_of(file_name(12)) == 12
    for name in (
        "policy.v0.dsse.json",
        "policy.v01.dsse.json",
        "policy.v1.dsse.json\n",
        "policy.v-1.dsse.json",
        "policy.v\uff11.dsse.json",
        "policy.v1000000.dsse.json",
        "Policy.v1.dsse.json",
        "draft.dsse.json",
    ):
        assert version_of(name) is None, name
