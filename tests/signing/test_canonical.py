"""Inside the profile our canonical bytes are RFC 8785; outside it there are none."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given, strategies as st

from mnaudit.signing.canonical import MAX_INTEGER, canonical_bytes, canonical_sha256

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127))
SCALARS = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXT
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner))


@given(VALUES)
def test_an_independent_implementation_writes_the_same_bytes(value: Any) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


def test_the_digest_is_that_of_the_bytes() -> None:
    assert canonical_sha256({"b": 1, "a": (2,)}) == sha256(b'{"a":[2],"b":1}').hexdigest()


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(1.0, id="a float"),
        pytest.param(float("nan"), id="not a number"),
        pytest.param(MAX_INTEGER + 1, id="a large integer"),
        pytest.param(-MAX_INTEGER - 1, id="a small integer"),
        pytest.param({"é": 1}, id="a key that is not ASCII"),
        pytest.param({1: 1}, id="a key that is not a string"),
        pytest.param(["\ud800"], id="half a character"),
        pytest.param({"a": {1, 2}}, id="a set"),
        pytest.param(b"a", id="bytes"),
    ],
)
def test_what_others_would_read_or_write_differently_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"surrogate|integer|key|canonical"):
        canonical_bytes(value)
