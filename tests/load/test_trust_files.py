"""Trust files are read from where they were named, whole or not at all; and written whole."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest
from tests.trust_builder import policy, signed

from mnaudit.errors import ConfigurationError, TrustError
from mnaudit.load.trust import policies_in, read_file, read_trust_state
from mnaudit.signing.policy_chain import first_state
from mnaudit.signing.trust_policy import read_draft
from mnaudit.store.trust import remove, write_draft, write_trust_state

if TYPE_CHECKING:
    from pathlib import Path

STATE = first_state(signed(policy(), "root-a", "root-b"))


def test_a_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_trust_state(tmp_path / "a" / "state.json", STATE)

    assert read_trust_state(tmp_path / "a" / "state.json") == STATE


@pytest.mark.skipif(os.name != "posix", reason="Windows has no mode bits")
def test_a_state_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    write_trust_state(tmp_path / "state.json", STATE)

    assert stat.S_IMODE((tmp_path / "state.json").stat().st_mode) == 0o600


def test_a_state_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    write_trust_state(path, STATE)
    before = path.read_bytes()

    with pytest.raises(ConfigurationError) as refused:
        write_trust_state(path / "below", STATE)

    assert refused.value.code == "MN008"
    assert path.read_bytes() == before
    assert [child.name for child in tmp_path.iterdir()] == ["state.json"]


def test_a_damaged_state_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_bytes(b"{}")

    with pytest.raises(TrustError) as refused:
        read_trust_state(tmp_path / "state.json")

    assert refused.value.code == "MN061"


def test_an_absent_file_or_folder_is_told(tmp_path: Path) -> None:
    for read in (read_trust_state, policies_in, read_file):
        with pytest.raises(ConfigurationError) as refused:
            read(tmp_path / "absent")
        assert refused.value.code == "MN002"


def test_the_policies_of_a_folder_are_found_by_their_names(tmp_path: Path) -> None:
    for name in ("policy.v10.dsse.json", "policy.v2.dsse.json", "policy.v02.dsse.json", "notes"):
        (tmp_path / name).write_bytes(name.encode())

    assert policies_in(tmp_path) == {2: b"policy.v2.dsse.json", 10: b"policy.v10.dsse.json"}
    assert list(policies_in(tmp_path)) == [2, 10]


def test_an_endless_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"x" * 100)

    assert len(read_file(tmp_path / "long", limit=10)) == 11


def test_a_draft_is_written_for_people(tmp_path: Path) -> None:
    write_draft(tmp_path / "draft.json", policy())

    data = (tmp_path / "draft.json").read_bytes()
    assert read_draft(data) == policy()
    assert b'\n  "version": 1\n}\n' in data
    assert "株式会社見本商事".encode() in data


def test_what_is_not_there_can_be_removed(tmp_path: Path) -> None:
    (tmp_path / "draft.json").touch()

    remove(tmp_path / "draft.json")
    remove(tmp_path / "draft.json")

    assert list(tmp_path.iterdir()) == []
