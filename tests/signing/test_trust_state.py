"""What a verifier remembers is read as it was written, or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.trust_builder import policy, signed

from mnaudit.errors import TrustError
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.policy_chain import first_state
from mnaudit.signing.trust_state import TrustState, dump_state, read_state


def state(**fields: Any) -> TrustState:
    made = first_state(signed(policy(), "root-a", "root-b"))
    return made.model_copy(update=fields)


@pytest.mark.parametrize("checkpoint", [None, "example.com/log\n5\nroot\n\n— example.com sig\n"])
def test_a_state_is_read_again_as_the_same(checkpoint: str | None) -> None:
    made = state(checkpoint=checkpoint)

    assert read_state(dump_state(made)) == made


@pytest.mark.parametrize(
    "change",
    [
        {"v": "mnaudit-trust/v2"},
        {"organization": "1"},
        {"first_pin": "F" * 64},
        {"policy": ""},
        {"policy": 1},
        {"checkpoint": None},
        {"checkpoint": ""},
        {"forgotten": True},
    ],
    ids=str,
)
def test_a_damaged_state_stops_the_verification(change: dict[str, Any]) -> None:
    data = canonical_bytes({**json.loads(dump_state(state())), **change}) + b"\n"

    with pytest.raises(TrustError) as refused:
        read_state(data)

    assert refused.value.code == "MN061"


def test_a_state_that_was_reformatted_or_cut_is_refused() -> None:
    data = dump_state(state())

    for twin in (data[:-1], data + b"\n", data[: len(data) // 2], b"", b"\xff", b"[]"):
        with pytest.raises(TrustError) as refused:
            read_state(twin)
        assert refused.value.code == "MN061"
