"""The data that came with the program is read as strictly as evidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from mnaudit.errors import ConfigurationError
from mnaudit.load.data import data_files, read_data, read_schema, schema_names
from mnaudit.load.shipped import shipped

ROOT = Path(__file__).parents[2]


def test_files_come_sorted_from_all_levels_and_only_with_the_suffix(tmp_path: Path) -> None:
    for name in ("b.yaml", "a/z.yaml", "a/c/d.yaml", "a.json", "README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")

    assert [name for name, _ in data_files(tmp_path, ".yaml")] == [
        "a/c/d.yaml",
        "a/z.yaml",
        "b.yaml",
    ]
    assert list(data_files(tmp_path, ".schema.json")) == []


def test_schemas_have_the_names_of_their_files() -> None:
    names = schema_names(shipped("schema"))

    assert "envelope.schema.json" in names
    assert "evidence/training-record.schema.json" in names
    assert read_schema(shipped("schema"), "evidence/training-record.schema.json")["properties"]


@pytest.mark.parametrize(
    ("name", "data", "place", "reason"),
    [
        ("a.yaml", b"a: 1\nb: 1\nA: 2\n", "a.yaml:3:1", "MN107"),
        ("a.yaml", b"a: &x 1\n", "a.yaml:1:4", "MN108"),
        ("b/c.yaml", b"- 1\n", "b/c.yaml:1:1", "MN117"),
        ("a.json", b'{"a": NaN}', "a.json:1:7", None),
        ("a.json", b"\xff", "a.json:1:1", None),
    ],
)
def test_what_evidence_may_not_contain_the_data_may_not_either(
    tmp_path: Path, name: str, data: bytes, place: str, reason: str | None
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)

    with pytest.raises(ConfigurationError) as caught:
        read_data(name, path)

    assert caught.value.code == "MN300"
    assert caught.value.values["path"] == place
    assert reason is None or caught.value.values["reason"] == reason


def test_the_data_is_the_checkout_s_unless_a_wheel_carries_it() -> None:
    assert Path(str(shipped("controls"))).samefile(ROOT / "controls")
