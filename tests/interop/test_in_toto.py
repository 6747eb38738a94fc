"""The in-toto project's own reader takes our payloads for statements."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from google.protobuf.json_format import Parse, ParseError
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from tests.interop.conftest import SIDECAR, SIGNED, Bundle


def _parse(payload: bytes) -> Statement:
    found = Statement.copy_from_pb(Parse(payload, statement_pb2.Statement()))
    found.validate()
    return found


@pytest.mark.parametrize("member", SIGNED)
def test_in_toto_takes_the_payload_for_a_statement(bundle: Bundle, member: str) -> None:
    payload = bundle.payload(member)

    found = _parse(payload).pb

    value = json.loads(payload)
    assert found.predicate_type == value["predicateType"]
    assert [each.name for each in found.subject] == [each["name"] for each in value["subject"]]


def test_in_toto_takes_the_sidecar_for_a_statement(p256: Bundle) -> None:
    assert _parse(p256.payload(SIDECAR)).pb.subject[0].name == "evidence"


def test_the_digests_that_in_toto_reads_are_those_of_the_files(bundle: Bundle) -> None:
    found = _parse(bundle.payload("manifest.sigstore.json")).pb

    assert found.subject
    for subject in found.subject:
        digest = sha256((bundle.folder / subject.name).read_bytes()).hexdigest()
        assert dict(subject.digest) == {"sha256": digest}


def test_in_toto_refuses_a_field_that_its_statements_do_not_have(bundle: Bundle) -> None:
    value = json.loads(bundle.payload(SIGNED[0]))

    with pytest.raises(ParseError):
        _parse(json.dumps({**value, "note": 1}).encode())
