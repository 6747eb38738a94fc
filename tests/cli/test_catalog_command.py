"""The catalog on the command line: list, show, lint, diff, resolve."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mnaudit.cli import main
from mnaudit.load.catalog import read_catalog

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
CATALOG, CANONICAL = read_catalog(ROOT / "controls", ROOT / "schema")


class Run:
    """What a run of the program left."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def ran(*arguments: str, lang: str = "ja") -> Run:
        with pytest.raises(SystemExit) as left:
            main(["--lang", lang, "catalog", *arguments])
        captured = capsys.readouterr()
        code = left.value.code
        assert isinstance(code, int)
        return Run(code, captured.out, captured.err)

    return ran


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in ("controls", "schema"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def edited(copied: Path) -> Callable[[str, str, str], Path]:
    def edit(name: str, old: str, new: str) -> Path:
        path = copied / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return copied

    return edit


def test_all_rows_are_listed_in_the_order_of_the_sheet(run: Any) -> None:
    result = run("list")
    assert result.code == 0
    shown = re.findall(r"(?:ORG|PER|PHY|TEC)-[a-z]+-[0-9]{2}", result.out)
    assert shown == [control.id for control in CATALOG.controls]
    assert result.out.rstrip().endswith(f"{len(CATALOG.controls)} 行")


def test_rows_are_listed_by_kind_and_tier(run: Any) -> None:
    result = run("list", "--kind", "training-record", "--tier", "optional", "--format", "json")
    listed = {row["id"] for row in result.data["controls"]}
    assert {"PER-b-01", "PER-b-04"} <= listed
    assert "PHY-d-02" not in listed
    assert all("training-record" in row["evidence"]["optional"] for row in result.data["controls"])


def test_a_list_in_english_holds_no_japanese(run: Any) -> None:
    out = run("list", lang="en").out
    assert not JAPANESE.search(re.sub(r"\([^)]*\)\n|\(別添[^)]*\)|\(第[^)]*\)", "", out))


def test_an_unknown_kind_is_wrong_usage(run: Any) -> None:
    assert run("list", "--kind", "hearsay").code == 2


def test_a_row_is_shown_by_its_id_in_any_case(run: Any) -> None:
    result = run("show", "phy-d-02")
    assert result.code == 0
    assert result.out.startswith("PHY-d-02  ")
    assert run("show", "PHY-d-02", "--format", "markdown").out.startswith("# PHY-d-02")
    assert run("show", "PHY-d-02", "--format", "json").data["control"]["id"] == "PHY-d-02"


def test_an_unknown_row_is_wrong_usage(run: Any) -> None:
    result = run("show", "ORG-z-99")
    assert result.code == 2
    assert "MN337" in result.err


def test_the_shipped_catalog_passes_and_its_rows_are_counted(run: Any) -> None:
    result = run("lint")
    assert result.code == 0, result.err
    assert "ORG 43、PER 7、PHY 16、TEC 24（計 90）" in result.out


def test_a_folder_is_checked_by_either_name(run: Any, copied: Path) -> None:
    assert run("lint", str(copied)).code == 0
    assert run("lint", str(copied / "controls")).code == 0


CUTS = {
    "an id": ("controls/personnel/per-b.yaml", "  - id: PER-b-02\n    seed", "  - seed"),
    "a citation": ("controls/personnel/per-b.yaml", "      - { measure: D-b, basis: duty }\n", ""),
    "a translation": ("controls/kinds.yaml", ", en: Training record }", " }"),
    "a kind": ("controls/kinds.yaml", "  - id: training-record\n", "  - id: training-records\n"),
    "a schema property": ("schema/evidence/training-record.schema.json", '"attendees": {', '"attendants": {'),
    "a title": ("controls/personnel/per-b.yaml", "    title: { ja: 入社時の教育, en: Training at onboarding }\n", ""),
    "a population": ("controls/populations.yaml", "  - id: joiners\n", "  - id: leavers-too\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", CUTS)
def test_a_cut_is_told_with_file_and_line(run: Any, edited: Any, name: str) -> None:
    folder = edited(*CUTS[name])
    result = run("lint", str(folder))
    assert result.code == 3
    assert re.search(r"--> \S+\.(?:yaml|json):[0-9]+:[0-9]+", result.err)


def test_a_row_that_is_lost_is_missed(run: Any, copied: Path) -> None:
    path = copied / "controls/personnel/per-b.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.partition("\n  - id: PER-b-04")[0] + "\n", encoding="utf-8")
    result = run("lint", str(copied), lang="en")
    assert result.code == 3
    assert "rows of PER should be 7 and is 6" in result.err


def test_what_cannot_be_read_is_told_too(run: Any, copied: Path) -> None:
    (copied / "controls/kinds.yaml").write_text("kinds: [", encoding="utf-8")
    assert run("lint", str(copied)).code == 3


def test_a_folder_that_is_no_catalog_is_wrong_usage(run: Any, tmp_path: Path) -> None:
    assert run("lint", str(tmp_path)).code == 2


def test_two_equal_catalogs_do_not_differ(run: Any, copied: Path, tmp_path: Path) -> None:
    bundled = tmp_path / "catalog.json"
    bundled.write_bytes(CANONICAL)
    result = run("diff", str(copied), str(bundled), lang="en")
    assert result.code == 0
    assert "There is no difference." in result.out


def test_a_tightened_age_names_the_row_and_the_kind(run: Any, edited: Any) -> None:
    folder = edited("controls/personnel/per-b.yaml", "max_age: P12M", "max_age: P6M")
    result = run("diff", str(ROOT), str(folder))
    assert "厳しくなった: 1" in result.out
    assert "12か月 → 6か月" in result.out
    data = run("diff", str(ROOT), str(folder), "--format", "json").data
    assert data["affected_controls"] == ["PER-b-01"]
    assert data["affected_kinds"] == ["training-record"]


def test_new_words_alone_affect_nothing(run: Any, edited: Any) -> None:
    folder = edited("controls/personnel/per-b.yaml", "規程があっても、", "規程があったとしても、")
    result = run("diff", str(ROOT), str(folder), "--format", "markdown", lang="en")
    assert "reworded only: 1" in result.out
    assert "No row needs to be judged again" in result.out


def test_a_diff_names_the_evidence_that_is_concerned(run: Any, edited: Any) -> None:
    folder = edited("controls/personnel/per-b.yaml", "max_age: P12M", "max_age: P6M")
    arguments = ("diff", str(ROOT), str(folder), "--evidence", str(ROOT / "evidence"))
    data = run(*arguments, "--format", "json").data
    assert data["impact"]["controls"] == ["PER-b-01"]
    assert data["impact"]["files"]
    assert all(path.startswith("training-record/") for path in data["impact"]["files"])
    assert "この組織に当てはまる行: PER-b-01" in run(*arguments).out


def test_rows_that_do_not_bind_say_why(run: Any, tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "evidence", tmp_path / "evidence")
    organization = folder / "organization.yaml"
    text = re.sub(r"(?m)^countries: .*$", "countries: [JP]", organization.read_text("utf-8"))
    organization.write_text(text, encoding="utf-8")
    result = run("resolve", str(folder))
    assert result.code == 0
    assert "対象外: " in result.out
    data = run("resolve", str(folder), "--format", "json").data
    assert data["sme"] is False
    assert len(data["controls"]) == len(CATALOG.controls)
    assert all(row["applies"] is (row["scope"] is None) for row in data["controls"])


def test_a_small_business_gets_the_lighter_rules(run: Any, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "evidence", tmp_path / "evidence")
    organization = tmp_path / "evidence/organization.yaml"
    text = re.sub(r"(?m)^( +\w+: )true$", r"\1false", organization.read_text(encoding="utf-8"))
    organization.write_text(re.sub(r"(?m)^employees: \d+", "employees: 12", text), encoding="utf-8")
    data = run("resolve", str(tmp_path / "evidence"), "--format", "json").data
    assert data["sme"] is True
    relieved = [row["id"] for row in data["controls"] if row["sme"]]
    assert "PHY-d-02" in relieved
    assert "中小規模事業者に当たります" in run("resolve", str(tmp_path / "evidence")).out


def test_without_an_organization_nothing_can_be_resolved(run: Any, tmp_path: Path) -> None:
    (tmp_path / "appointment").mkdir()
    (tmp_path / "appointment/x.yaml").write_text("kind: appointment\n", encoding="utf-8")
    assert run("resolve", str(tmp_path)).code == 3
    assert run("diff", str(ROOT), str(ROOT), "--evidence", str(tmp_path)).code == 3
