"""The risk-analysis sheet on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mnaudit.cli import main
from mnaudit.errors import ConfigurationError
from mnaudit.load import shipped as shipped_module, tables

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
EVIDENCE = ROOT / "evidence"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run ``mnaudit risk``; return exit code, output and complaints."""

    def ran(*arguments: str, lang: str = "ja") -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["--lang", lang, "risk", *arguments])
        captured = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code, captured.out, captured.err

    return ran


def test_the_sample_company_gets_its_own_stages(
    run: Callable[..., tuple[int, str, str]],
) -> None:
    code, out, _ = run(str(EVIDENCE), "--as-of", "2026-03-31", "--format", "json")
    sheet = json.loads(out)

    assert code == 0
    assert sheet["organization"]["corporate_number"] == "8000000000001"
    assert ["acquire", "paper"] in sheet["in_use"]
    levels = {(cell["stage"], cell["pattern"]): cell["level"] for cell in sheet["cells"]}
    assert sorted(map(tuple, sheet["in_use"])) == sorted(
        place for place, level in levels.items() if level != "not-applicable"
    )
    assert sheet["foundation"]["level"] == "high"
    assert len(sheet["answers"]) == 7


def test_the_folder_is_evidence_by_default(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(EVIDENCE, tmp_path / "evidence")
    monkeypatch.chdir(tmp_path)

    code, out, _ = run("--as-of", "2026-03-31")

    assert code == 0
    assert out.startswith("株式会社見本商事")


@pytest.mark.parametrize("no", range(1, 8))
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_an_example_needs_no_evidence(
    run: Callable[..., tuple[int, str, str]], no: int, lang: str
) -> None:
    code, out, err = run("--example", str(no), lang=lang)

    assert (code, err) == (0, "")
    assert str(no) in out.splitlines()[0]


def test_an_example_can_be_held_against_the_evidence(
    run: Callable[..., tuple[int, str, str]],
) -> None:
    code, out, _ = run(str(EVIDENCE), "--as-of", "2026-03-31", "--example", "4", "--format", "json")
    sheet = json.loads(out)

    assert code == 0
    assert sheet["example"] == 4
    assert ["store", "cloud"] in sheet["in_use"]
    assert sheet["as_of"] == "2026-03-31"


@pytest.mark.parametrize("format_", ["text", "markdown", "json", "html"])
def test_the_sheet_can_be_written_to_a_file(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, format_: str
) -> None:
    target = tmp_path / "risk"

    code, out, err = run("--example", "2", "--format", format_, "-o", str(target))

    assert (code, out) == (0, "")
    assert target.stat().st_size > 1000
    assert "risk" in err


def test_evidence_without_an_organization_cannot_be_judged(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    shutil.copytree(EVIDENCE, tmp_path / "evidence")
    (tmp_path / "evidence" / "organization.yaml").unlink()

    code, out, _ = run(str(tmp_path / "evidence"), "--as-of", "2026-03-31")

    assert (code, out) == (3, "")


def test_a_control_that_the_catalog_lacks_ends_the_command(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    controls = tmp_path / "controls"
    shutil.copytree(ROOT / "controls", controls)
    risks = controls / "risks.yaml"
    text = risks.read_text("utf-8")
    risks.write_text(text.replace("PHY-b-01", "PHY-b-99"), "utf-8")
    whole = shipped_module.shipped

    def with_broken_risks(kind: str) -> object:
        return controls if kind == "controls" else whole(kind)  # type: ignore[arg-type]

    monkeypatch.setattr(shipped_module, "shipped", with_broken_risks)

    code, _, err = run("--example", "1")

    assert code == 2
    assert "[MN350]" in err
    assert "PHY-b-99" in err


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "MN300"), ("stages: [", "MN300"), ("stages: []\n", "MN301")],
    ids=["missing", "unreadable", "misfit"],
)
def test_a_table_that_does_not_fit_is_refused(
    tmp_path: Path, content: str | None, code: str
) -> None:
    if content is not None:
        (tmp_path / "risks.yaml").write_text(content, "utf-8")

    with pytest.raises(ConfigurationError) as refused:
        tables.read_risks(tmp_path)

    assert refused.value.code == code
