"""Everything that decides a judgement is one value, with one digest."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from mnaudit.errors import ConfigurationError
from mnaudit.load.catalog import read_catalog
from mnaudit.load.data import schema_names
from mnaudit.signing.strict_json import parse

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schema"


@pytest.fixture
def controls(tmp_path: Path) -> Path:
    """A copy of the controls, to be changed."""
    return shutil.copytree(ROOT / "controls", tmp_path / "controls")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refusal(controls: Path) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        read_catalog(controls, SCHEMAS)
    return caught.value


def test_the_digest_is_of_the_bytes_that_travel_in_a_bundle() -> None:
    catalog, data = read_catalog(ROOT / "controls", SCHEMAS)

    assert catalog.sha256 == sha256(data).hexdigest()
    assert {control["id"] for control in parse(data)["controls"]} == set(catalog.control)


def test_the_bytes_hold_every_schema_that_takes_part_in_a_judgement() -> None:
    _, data = read_catalog(ROOT / "controls", SCHEMAS)

    held = set(parse(data)["schemas"])
    assert held <= set(schema_names(SCHEMAS))
    judging = {name for name in schema_names(SCHEMAS) if name.startswith("evidence/")}
    judging |= {f"{name}.schema.json" for name in ("envelope", "organization", "waivers")}
    assert judging <= held
    assert not held & {"assessment.schema.json", "trust-policy.schema.json", "law.schema.json"}


def test_reading_it_twice_gives_the_same_bytes(controls: Path) -> None:
    assert read_catalog(controls, SCHEMAS) == read_catalog(ROOT / "controls", SCHEMAS)


def test_comments_and_layout_do_not_change_the_digest(controls: Path) -> None:
    path = controls / "catalog.yaml"
    path.write_text("# 注記\n" + path.read_text(encoding="utf-8"), encoding="utf-8")

    assert read_catalog(controls, SCHEMAS) == read_catalog(ROOT / "controls", SCHEMAS)


def test_a_changed_requirement_changes_the_digest(controls: Path) -> None:
    edit(controls / "personnel/per-b.yaml", "max_age: P12M", "max_age: P24M")

    changed, _ = read_catalog(controls, SCHEMAS)

    assert changed.sha256 != read_catalog(ROOT / "controls", SCHEMAS)[0].sha256


def test_a_changed_schema_changes_the_digest(tmp_path: Path) -> None:
    schemas = shutil.copytree(SCHEMAS, tmp_path / "schema")
    edit(schemas / "evidence/nil-statement.schema.json", '"title"', '"x-note": "", "title"')

    changed, _ = read_catalog(ROOT / "controls", schemas)

    assert changed.sha256 != read_catalog(ROOT / "controls", SCHEMAS)[0].sha256


def test_controls_come_in_the_order_of_the_check_sheet_whatever_their_files_are_called(
    controls: Path,
) -> None:
    (controls / "personnel/per-b.yaml").rename(controls / "aaa.yaml")

    catalog, _ = read_catalog(controls, SCHEMAS)
    expected, _ = read_catalog(ROOT / "controls", SCHEMAS)

    assert catalog.controls == expected.controls
    assert [group.id for group in catalog.groups] == ["ORG", "PER", "PHY", "TEC"]
    prefixes = [control.id[:3] for control in catalog.controls]
    assert prefixes == sorted(prefixes)


def test_a_file_that_cannot_be_read_is_told_with_its_place(controls: Path) -> None:
    edit(controls / "personnel/per-b.yaml", "controls:", "controls: &all")

    error = refusal(controls)

    assert error.code == "MN300"
    assert str(error.values["path"]).startswith("personnel/per-b.yaml:")


@pytest.mark.parametrize(
    ("file", "old", "new", "detail"),
    [
        pytest.param("catalog.yaml", "edition:", "editions:", "edition", id="unknown field"),
        pytest.param(
            "personnel/per-b.yaml", "max_age: P12M", "max_age: 12m", "max_age", id="period"
        ),
        pytest.param("personnel/per-b.yaml", "- id: PER", "- id: XYZ", "id", id="unknown group"),
        pytest.param("personnel/per-b.yaml", "controls:", "control:", "per-b.yaml", id="no list"),
        pytest.param("kinds.yaml", "kinds:", "kinds: 1\nx:", "kinds.yaml", id="not a list"),
    ],
)
def test_data_that_does_not_fit_is_refused(
    controls: Path, file: str, old: str, new: str, detail: str
) -> None:
    edit(controls / file, old, new)

    error = refusal(controls)

    assert error.code == "MN301"
    assert detail in str(error.values["detail"])


@pytest.mark.parametrize(
    "file", ["catalog.yaml", "guideline.yaml", "populations.yaml", "kinds.yaml"]
)
def test_a_missing_part_is_refused_by_its_name(controls: Path, file: str) -> None:
    (controls / file).unlink()

    error = refusal(controls)

    assert error.code == "MN301"
    assert str(error.values["detail"]) in {"catalog", "measures", "populations", "kinds"}


def test_a_group_that_the_catalog_does_not_list_is_refused(controls: Path) -> None:
    edit(controls / "catalog.yaml", "id: PER", "id: TEC")

    error = refusal(controls)

    assert error.code == "MN301"
    assert "PER" in str(error.values["detail"])


def test_a_measure_that_the_guideline_does_not_list_is_refused(controls: Path) -> None:
    edit(
        controls / "personnel/per-b.yaml",
        "{ measure: D-b, basis: duty",
        "{ measure: Z-z, basis: duty",
    )

    assert refusal(controls).code == "MN301"


def test_an_empty_folder_is_no_catalog(tmp_path: Path) -> None:
    assert refusal(tmp_path).code == "MN301"
