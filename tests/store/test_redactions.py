"""Tombstones as text: read again they mean the same, and what people wrote beside them stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from mnaudit.errors import ConfigurationError
from mnaudit.load.strict_yaml import load
from mnaudit.store.redactions import as_yaml, remove_file, with_redaction

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co", "Cf"))
)
KEYS = st.from_regex(r"\A[a-z][a-z_]{0,9}\Z")
ATOMS = st.one_of(TEXTS, st.integers(-1000, 1000), st.booleans())
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(ATOMS, max_size=3),
        st.lists(st.dictionaries(KEYS, inner, min_size=1, max_size=3), max_size=3),
        st.dictionaries(KEYS, inner, min_size=1, max_size=3),
    ),
    max_leaves=10,
)
ITEM = {"id": "b-2026", "statuses": [], "requested_by": {"code": "E0003"}, "on": "2026-05-02"}


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_what_is_written_means_the_same_when_it_is_read(value: dict[str, Any]) -> None:
    assert load(as_yaml(value).encode()) == value


def test_a_first_tombstone_makes_the_file() -> None:
    value = {"organization": "8000000000001", "redactions": []}

    assert load(with_redaction("", value, ITEM).encode()) == {**value, "redactions": [ITEM]}


def test_a_further_tombstone_leaves_everything_before_as_it_is() -> None:
    value = {"organization": "8000000000001", "redactions": [ITEM]}
    text = f"# 法務に確認済み\n{as_yaml(value)}"
    other = {**ITEM, "id": "c-2026"}

    grown = with_redaction(text, value, other)

    assert grown.startswith(text)
    assert load(grown.encode()) == {**value, "redactions": [ITEM, other]}


def test_removing_a_file_that_is_gone_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"")

    remove_file(path)
    remove_file(path)

    assert not path.exists()


def test_what_cannot_be_removed_is_said_without_its_content(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        remove_file(tmp_path)

    assert caught.value.code == "MN008"
    assert tmp_path.name not in str(caught.value)
