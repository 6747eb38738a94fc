"""Whatever the bytes are: a policy is read, or refused with a reason. Nothing else happens."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings, strategies as st
from tests.time_authority import authority
from tests.trust_builder import envelope, holding, policy

from mnaudit.errors import TrustError
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.policy_chain import parse_policy, root_owners
from mnaudit.signing.policy_editing import with_authority
from mnaudit.signing.ssh_signers import allowed_signers
from mnaudit.signing.trust_policy import Role, dump_policy
from mnaudit.signing.trust_state import read_state

WHOLE: Any = json.loads(
    dump_policy(with_authority(holding(policy(), Role.SUBMITTER, "submitter"), authority()))
)
NAMES = st.sampled_from(["root", "keys", "threshold", "at", "a" * 64])
INSTANTS = st.sampled_from(
    ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-04-01T00:00:00Z", "2026-04-01T24:00:00Z"]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(codec="utf-8"), max_size=12)
    | INSTANTS
    | st.just("-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n")
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
)


def places(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(node, dict):
        children = list(node.items())
    elif isinstance(node, list):
        children = list(enumerate(node))
    else:
        return [at]
    return [at, *(place for name, child in children for place in places(child, (*at, name)))]


PLACES = [place for place in places(WHOLE) if place]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=2))
def test_a_policy_with_anything_in_it_is_read_or_refused(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    value = json.loads(json.dumps(WHOLE))
    for (*way, last), new in changes:
        node = value
        try:
            for step in way:
                node = node[step]
            if isinstance(node, dict) is isinstance(last, str):
                node[last] = new
        except (LookupError, TypeError):
            continue  # the other change took this place away
    payload = canonical_bytes(value)

    try:
        signed = parse_policy(envelope(payload, "root-a", "root-b"))
    except TrustError:
        return

    # What was read can be used, and is what was written.
    assert dump_policy(signed.policy) == payload
    root_owners(signed, signed.policy)
    assert allowed_signers(signed.policy).count("\n") <= 1


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_a_reason(data: bytes) -> None:
    for read in (parse_policy, read_state):
        try:
            read(data)
        except TrustError:
            continue
        raise AssertionError(data)
