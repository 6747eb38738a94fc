"""A statement is read only from the canonical bytes of the narrow profile."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mnaudit.errors import TrustError
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.statement import MANIFEST_TYPE, STATUS_TYPE, Statement, Subject, build, read

STATEMENT = Statement(STATUS_TYPE, (Subject("manifest", "0" * 64),), {"a": 1})
PAYLOAD = build(STATEMENT)


def test_a_statement_survives_the_round_trip() -> None:
    assert read(PAYLOAD, STATUS_TYPE) == STATEMENT


def test_it_is_an_in_toto_statement() -> None:
    assert json.loads(PAYLOAD) == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "manifest", "digest": {"sha256": "0" * 64}}],
        "predicateType": "urn:mnaudit:predicate:compliance-status:v1",
        "predicate": {"a": 1},
    }


def test_a_statement_of_another_type_is_refused() -> None:
    with pytest.raises(TrustError) as caught:
        read(PAYLOAD, MANIFEST_TYPE)

    assert (caught.value.code, caught.value.values) == ("MN430", {"expected": MANIFEST_TYPE})


def subject(**fields: object) -> list[dict[str, object]]:
    return [{"name": "manifest", "digest": {"sha256": "0" * 64}} | fields]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"extra": 1}, "statement", id="unknown field"),
        pytest.param({"_type": "https://in-toto.io/Statement/v0.1"}, "_type", id="old version"),
        pytest.param({"predicate": []}, "predicate", id="no object as predicate"),
        pytest.param({"subject": []}, "subject", id="no subject"),
        pytest.param({"subject": {}}, "subject", id="no list of subjects"),
        pytest.param({"subject": ["manifest"]}, "subject.digest", id="a bare name"),
        pytest.param({"subject": subject(name="")}, "subject.digest", id="empty name"),
        pytest.param({"subject": subject(uri="x")}, "subject.digest", id="unknown subject field"),
        pytest.param({"subject": subject() * 2}, "subject.name", id="one name twice"),
        pytest.param({"subject": subject(digest={})}, "subject.digest", id="no digest"),
        pytest.param(
            {"subject": subject(digest={"md5": "0" * 32})}, "subject.digest", id="weak digest"
        ),
        pytest.param(
            {"subject": subject(digest={"sha256": "0" * 64, "sha512": "0" * 128})},
            "subject.digest",
            id="two digests",
        ),
        pytest.param(
            {"subject": subject(digest={"sha256": "A" * 64})}, "subject.digest", id="upper case"
        ),
        pytest.param(
            {"subject": subject(digest={"sha256": "0" * 63})}, "subject.digest", id="short digest"
        ),
        pytest.param(
            {"subject": subject(digest={"sha256": "0" * 64 + "\n"})},
            "subject.digest",
            id="line break behind the digest",
        ),
    ],
)
def test_a_deviation_is_refused_by_name(change: dict[str, Any], field: str) -> None:
    with pytest.raises(TrustError) as caught:
        read(canonical_bytes(json.loads(PAYLOAD) | change), STATUS_TYPE)

    assert (caught.value.code, caught.value.values) == ("MN429", {"field": field})


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        pytest.param(PAYLOAD + b" ", "MN428", id="a blank at the end"),
        pytest.param(json.dumps(json.loads(PAYLOAD)).encode(), "MN428", id="blanks and order"),
        pytest.param(PAYLOAD.replace(b'"a"', b'"\\u0061"'), "MN428", id="an escape"),
        pytest.param(PAYLOAD.replace(b'"a"', '"あ"'.encode()), "MN428", id="key is not ASCII"),
        pytest.param(PAYLOAD.replace(b'"a":1', b'"a":1,"a":1'), "MN427", id="duplicate key"),
        pytest.param(PAYLOAD.replace(b'"a":1', b'"a":1,"A":2'), "MN427", id="case twin"),
        pytest.param(PAYLOAD.replace(b'"a":1', b'"a":NaN'), "MN427", id="NaN"),
        pytest.param(PAYLOAD.replace(b'"a":1', b'"a":1e999'), "MN427", id="infinity"),
        pytest.param(PAYLOAD.replace(b'"a":1', b'"a":1.0'), "MN427", id="float"),
        pytest.param(PAYLOAD.replace(b'"a":1', b'"a":9007199254740993'), "MN427", id="2^53 + 1"),
        pytest.param(PAYLOAD.replace(b'"a":1', b'"a":"\\ud800"'), "MN427", id="half a character"),
        pytest.param(PAYLOAD.decode().encode("utf-16"), "MN427", id="UTF-16"),
        pytest.param(b"not json", "MN427", id="garbage"),
        pytest.param(b"[]", "MN429", id="a list"),
    ],
)
def test_bytes_that_another_reader_reads_otherwise_are_refused(payload: bytes, code: str) -> None:
    with pytest.raises(TrustError) as caught:
        read(payload, STATUS_TYPE)

    assert caught.value.code == code
