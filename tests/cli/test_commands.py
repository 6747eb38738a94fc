"""Every command: what it prints, in both languages, and how it ends."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import jsonschema_rs
import pytest

from mnaudit import __version__, pipeline
from mnaudit.cli import COMMANDS, options
from mnaudit.errors import ExitCode
from mnaudit.load.data import read_data, read_schema
from mnaudit.messages import codes, entry, phrase
from mnaudit.validate.formats import FORMATS
from mnaudit.verify import Basis

if TYPE_CHECKING:
    from tests.cli.conftest import Program

    from mnaudit.messages import Language

ROOT = Path(__file__).parents[2]
DAY = "--as-of=2026-03-31"
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
HELP = [(), *((name,) for name in COMMANDS)]
HELP += [("keys", "new"), ("keys", "show"), ("schema", "list"), ("schema", "export")]
both = pytest.mark.parametrize("lang", ["ja", "en"])


def broken(evidence: Path) -> Path:
    """Spoil a record; every command that judges must notice."""
    path = evidence / "training-record/2025-11-06-handlers.yaml"
    path.write_bytes(b"a: [")
    return path


# -- help ------------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("command", HELP, ids=" ".join)
def test_help_is_in_the_language_that_was_asked_for(
    mnaudit: Program, command: tuple[str, ...], lang: str
) -> None:
    long = mnaudit(*command, "--help", lang=lang)
    short = mnaudit(*command, "-h", lang=lang)

    assert (long.code, long.err) == (0, "")
    assert long.out == short.out
    assert long.out.startswith(phrase("help.usage", "ja" if lang == "ja" else "en") + ": mnaudit")
    assert bool(JAPANESE.search(long.out)) == (lang == "ja")
    if lang == "ja":
        assert not re.search(r"Usage|Options:|Commands:|Show this message", long.out)


def test_help_names_every_command_in_the_order_of_the_work(mnaudit: Program) -> None:
    told = mnaudit("--help").out.partition("Commands:")[2]

    assert tuple(re.findall(r"^  ([a-z-]+)  ", told, re.MULTILINE)) == COMMANDS


@pytest.mark.parametrize("command", ["keys", "schema"])
@both
def test_a_group_without_a_command_shows_its_help_and_is_wrong_usage(
    mnaudit: Program, command: str, lang: str
) -> None:
    told = mnaudit(command, lang=lang)

    assert (told.code, told.out) == (ExitCode.USAGE, "")
    assert told.err == mnaudit(command, "--help", lang=lang).out


def test_no_arguments_at_all_show_the_help(mnaudit: Program) -> None:
    told = mnaudit(lang=None)

    assert told.code == ExitCode.USAGE
    assert told.err.startswith("使い方: mnaudit")


def test_the_version_is_told(mnaudit: Program) -> None:
    assert mnaudit("--version").out == f"mnaudit {__version__}\n"


# -- run -------------------------------------------------------------------------------------------


@both
def test_run_shows_the_gap_its_remedy_the_bundle_and_the_verdict(
    mnaudit: Program, evidence: Path, lang: str
) -> None:
    told = mnaudit("run", evidence, DAY, "-o", "out", lang=lang)

    assert told.code == ExitCode.NOT_SATISFIED
    assert "PER-b-01" in told.out
    assert "E0033" in told.out
    assert "[MN203]" in told.out
    assert "out/8000000000001-2026-03-31.mnaudit.zip" in told.out
    assert "VALID" in told.out
    # Made for this run only, and says so.
    assert phrase("run.ephemeral", "ja" if lang == "ja" else "en") in told.err
    assert {path.name for path in Path("out").iterdir()} == {
        "8000000000001-2026-03-31.mnaudit.zip",
        "assessment.json",
        "report.html",
    }


def test_run_ends_with_0_once_the_missing_record_is_filed(mnaudit: Program, closed: Path) -> None:
    told = mnaudit("run", closed, DAY, "--cross-check")

    assert told.code == ExitCode.SATISFIED
    assert Path("out/report.html").is_file()


def test_run_demands_the_optional_tier_if_asked_to(mnaudit: Program, closed: Path) -> None:
    assert mnaudit("run", closed, DAY, "--fail-on", "optional").code == ExitCode.NOT_SATISFIED


def test_run_with_a_key_says_nothing_of_a_passing_key(
    mnaudit: Program, evidence: Path, key: Path
) -> None:
    first = mnaudit("run", evidence, DAY, "-o", "a", "--key", key)
    second = mnaudit("run", evidence, DAY, "-o", "b", "--key", key)

    assert first.code == second.code == ExitCode.NOT_SATISFIED
    assert phrase("run.ephemeral", "en") not in first.err
    for path in Path("a").glob("*.zip"):
        assert path.read_bytes() == (Path("b") / path.name).read_bytes()


def test_run_over_evidence_with_a_defect_ends_with_3_although_a_gap_is_open(
    mnaudit: Program, evidence: Path
) -> None:
    broken(evidence)

    told = mnaudit("run", evidence, DAY)

    assert told.code == ExitCode.INPUT
    assert "△" in told.out
    assert "MN210" in told.out
    assert list(Path("out").glob("*.zip"))


def test_run_without_organization_writes_nothing(mnaudit: Program, evidence: Path) -> None:
    (evidence / "organization.yaml").unlink()

    told = mnaudit("run", evidence, DAY)

    assert (told.code, told.out) == (ExitCode.INPUT, "")
    assert "MN146" in told.err
    assert not Path("out").exists()


def test_run_does_not_sign_what_no_bundle_may_hold(mnaudit: Program, evidence: Path) -> None:
    (evidence / "training-record/a.txt").write_bytes(b"?")

    told = mnaudit("run", evidence, DAY)

    assert told.code == ExitCode.INPUT
    assert "MN151" in told.err
    assert not Path("out").exists()


def test_a_verdict_that_is_not_valid_wins_over_everything(
    mnaudit: Program, closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = pipeline.verify

    def without_a_pin(path: Path, *, basis: Basis, rules: pipeline.Rules) -> Any:
        assert basis.pin
        return honest(path, basis=Basis(), rules=rules)

    monkeypatch.setattr(pipeline, "verify", without_a_pin)

    assert mnaudit("run", closed, DAY).code == ExitCode.TRUST


def test_the_folder_evidence_and_the_day_in_japan_are_the_defaults(
    mnaudit: Program, evidence: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert evidence.name == "evidence"
    for command in ("run", "assess", "gate", "attest", "report"):
        monkeypatch.setattr(f"mnaudit.cli.{command}.today", lambda: date(2026, 3, 31))
    mnaudit("run", lang="en")

    assert list(Path("out").glob("*-2026-03-31.mnaudit.zip"))
    assert mnaudit("gate").code == ExitCode.NOT_SATISFIED
    assert "2026-03-31" in mnaudit("assess").out
    assert mnaudit("attest").out.endswith("2026-03-31.mnaudit.zip\n")
    assert "2026-03-31" in mnaudit("report", "--format", "markdown").out


def test_today_is_a_day_in_japan() -> None:
    tokyo = datetime.now(timezone(timedelta(hours=9)))

    assert options.today() in {tokyo.date(), (tokyo + timedelta(minutes=1)).date()}


# -- validate --------------------------------------------------------------------------------------


@both
def test_validate_tells_how_many_documents_are_sound(
    mnaudit: Program, evidence: Path, lang: Language
) -> None:
    count = sum(1 for p in evidence.rglob("*.*") if p.suffix in {".yaml", ".json"}) - 1

    told = mnaudit("validate", evidence, lang=lang)

    assert (told.code, told.err) == (0, "")
    assert told.out == phrase("validate.valid", lang, documents=count) + "\n"


def test_validate_tells_all_problems_at_once(mnaudit: Program, evidence: Path) -> None:
    broken(evidence)
    (evidence / "disposal-record/2025-05-12-d-2025-01.yaml").write_text("kind: x\n")
    (evidence / "vendor-contract/loose.txt").write_bytes(b"?")

    told = mnaudit("validate", evidence)

    assert (told.code, told.out) == (ExitCode.INPUT, "")
    found = re.findall(r"^error\[(MN\d+)\]", told.err, re.MULTILINE)
    assert {"MN130", "MN125"} < set(found)
    assert len(found) >= 3
    assert f"{len(found)} error" in told.err


def test_validate_of_one_document_finds_its_folder(mnaudit: Program, evidence: Path) -> None:
    path = evidence / "training-record/2025-11-06-handlers.yaml"

    assert mnaudit("validate", path, "--cross-check").out.startswith("1 ")
    (evidence / "training-record/files/2025-11-06-handlers-handout.pdf").unlink()
    told = mnaudit("validate", path.relative_to(evidence.parent))
    assert told.code == ExitCode.INPUT
    assert "MN126" in told.err
    assert "MN146" not in told.err


def test_validate_of_one_subfolder_takes_it_as_a_part(mnaudit: Program, evidence: Path) -> None:
    told = mnaudit("validate", evidence / "nil-statement")

    assert (told.code, told.err) == (0, "")
    assert told.out.startswith(f"{len(list((evidence / 'nil-statement').iterdir()))} ")


def test_validate_of_several_documents_looks_at_each(mnaudit: Program, evidence: Path) -> None:
    bad = broken(evidence)
    good = evidence / "training-record/2025-05-20-handlers.yaml"

    told = mnaudit("validate", good, bad, evidence / "organization.yaml")

    assert told.code == ExitCode.INPUT
    assert told.err.count("-->") == 1
    assert re.search(rf"{bad.name}:\d+:\d+\n", told.err)


def test_validate_of_a_folder_and_a_document_takes_both(mnaudit: Program, evidence: Path) -> None:
    told = mnaudit(
        "validate", evidence / "nil-statement", evidence / "appointment/2025-10-27-deputy.yaml"
    )

    assert (told.code, told.err) == (0, "")
    documents = len(list((evidence / "nil-statement").iterdir())) + 1
    assert told.out.startswith(f"{documents} ")


def test_validate_of_a_document_outside_of_any_folder_judges_it_alone(
    mnaudit: Program, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "tests/evidence/valid/nil-statement/no-disposal.yaml", tmp_path / "a.yaml")

    assert mnaudit("validate", "a.yaml").code == 0


def test_validate_of_documents_of_two_folders_is_refused(
    mnaudit: Program, evidence: Path, tmp_path: Path
) -> None:
    other = shutil.copytree(evidence, tmp_path / "other")

    told = mnaudit("validate", evidence / "organization.yaml", other / "organization.yaml")

    assert told.code == ExitCode.USAGE
    assert "MN002" in told.err


def test_validate_takes_the_folder_evidence_by_default(mnaudit: Program, evidence: Path) -> None:
    assert mnaudit("validate").code == 0
    assert mnaudit("-C", evidence.parent, "validate").code == 0


def test_a_warning_alone_is_no_failure(mnaudit: Program, evidence: Path) -> None:
    path = evidence / "nil-statement/2025-04-to-06-certificate.yaml"
    path.rename(evidence / "appointment" / path.name)

    told = mnaudit("validate", evidence)

    assert told.code == 0
    assert "warning[MN143]" in told.err
    assert "error[" not in told.err


def test_a_disagreement_of_the_engines_is_an_internal_error(
    mnaudit: Program, evidence: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnaudit.validate.schema.Schema.agrees", lambda _, __: False)

    assert mnaudit("validate", evidence).code == 0
    told = mnaudit("validate", evidence, "--cross-check")
    assert told.code == ExitCode.INTERNAL
    assert "MN901" in told.err
    assert mnaudit("run", evidence, DAY, "--cross-check").code == ExitCode.INTERNAL
    assert mnaudit("assess", evidence, DAY, "--cross-check").code != 0


# -- assess, gate ----------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_assess_leaves_the_gate_to_others(
    mnaudit: Program, evidence: Path, lang: str, format_: str
) -> None:
    told = mnaudit("assess", evidence, DAY, "--format", format_, lang=lang)

    assert (told.code, told.err) == (0, "")
    assert "PER-b-01" in told.out


def test_assess_ends_with_3_if_something_could_not_be_read(
    mnaudit: Program, evidence: Path
) -> None:
    broken(evidence)

    told = mnaudit("assess", evidence, DAY)

    assert told.code == ExitCode.INPUT
    assert "PER-b-01" in told.out


@both
def test_gate_says_in_one_line_what_is_not_satisfied(
    mnaudit: Program, evidence: Path, lang: Language
) -> None:
    told = mnaudit("gate", evidence, DAY, lang=lang)

    assert told.code == ExitCode.NOT_SATISFIED
    words = {"tier": phrase("gate.minimum", lang), "status": phrase("gate.not-satisfied", lang)}
    assert told.out == phrase("gate.failed", lang, **words) + "\n"


def test_gate_names_both_tiers_if_both_are_demanded(mnaudit: Program, evidence: Path) -> None:
    told = mnaudit("gate", evidence, DAY, "--fail-on=optional")

    assert told.code == ExitCode.NOT_SATISFIED
    assert len(told.out.splitlines()) == 2


@both
def test_gate_passes_a_satisfied_minimum(mnaudit: Program, closed: Path, lang: Language) -> None:
    told = mnaudit("gate", closed, DAY, lang=lang)

    assert (told.code, told.out) == (0, phrase("gate.passed", lang) + "\n")


def test_gate_does_not_pass_what_could_not_be_read_even_if_all_else_is_satisfied(
    mnaudit: Program, closed: Path
) -> None:
    (closed / "nil-statement/2025-04-to-06-certificate.yaml").write_bytes(b"a: [")

    told = mnaudit("gate", closed, DAY)

    assert told.code == ExitCode.INPUT


@pytest.mark.parametrize("command", ["run", "assess", "gate", "attest", "report", "validate"])
def test_nothing_to_judge_ends_with_3(mnaudit: Program, tmp_path: Path, command: str) -> None:
    (tmp_path / "empty").mkdir()

    told = mnaudit(command, "empty")

    assert (told.code, told.out) == (ExitCode.INPUT, "")
    assert "error[MN150]" in told.err


@pytest.mark.parametrize("command", ["assess", "gate", "attest", "report", "validate"])
def test_an_organization_that_is_missing_ends_with_3(
    mnaudit: Program, evidence: Path, command: str
) -> None:
    (evidence / "organization.yaml").unlink()

    told = mnaudit(command, evidence)

    assert (told.code, told.out) == (ExitCode.INPUT, "")
    assert "error[MN146]" in told.err


@pytest.mark.parametrize("command", ["run", "assess", "gate", "attest", "report", "validate"])
def test_a_folder_that_is_not_there_ends_with_2(mnaudit: Program, command: str) -> None:
    told = mnaudit(command, "absent")

    assert (told.code, told.out) == (ExitCode.USAGE, "")
    assert "error[MN002]" in told.err


# -- attest, verify --------------------------------------------------------------------------------


@both
def test_attest_prints_the_path_and_tells_the_fingerprint(
    mnaudit: Program, evidence: Path, key: Path, lang: str
) -> None:
    told = mnaudit("attest", evidence, DAY, "-o", "out", "--key", key, lang=lang)

    assert told.code == 0
    assert told.out == "out/8000000000001-2026-03-31.mnaudit.zip\n"
    assert re.search(r"[0-9a-f]{64}", told.err)


@pytest.fixture
def bundle(mnaudit: Program, evidence: Path, key: Path) -> tuple[Path, str]:
    """Return a bundle, and the fingerprint of its signer."""
    told = mnaudit("attest", evidence, DAY, "-o", "bundle", "--key", key)
    found = re.search(r"[0-9a-f]{64}", told.err)
    assert found
    return Path(told.out.strip()).absolute(), found[0]


@both
def test_verify_names_every_check_and_the_verdict(
    mnaudit: Program, bundle: tuple[Path, str], lang: str
) -> None:
    path, pin = bundle

    told = mnaudit("verify", path, "--pin", pin, lang=lang)

    assert (told.code, told.err) == (0, "")
    lines = told.out.splitlines()
    assert sum(line.startswith("○ ") for line in lines) == 21
    assert sum(line.startswith(("△ ", "× ")) for line in lines) == 0
    assert "VALID" in lines[-1]
    assert "8000000000001" in told.out


@pytest.mark.parametrize("form", ["{}", "sha256:{}", "grouped", "upper"])
def test_a_pin_may_be_written_as_people_write_it(
    mnaudit: Program, bundle: tuple[Path, str], form: str
) -> None:
    path, pin = bundle
    grouped = " ".join(pin[i : i + 4] for i in range(0, 64, 4))
    written = {"grouped": grouped, "upper": pin.upper()}.get(form, form.format(pin))

    assert mnaudit("verify", path, "--pin", written).code == 0


@both
def test_without_a_pin_verify_does_not_say_yes(
    mnaudit: Program, bundle: tuple[Path, str], lang: str
) -> None:
    told = mnaudit("verify", bundle[0], lang=lang)

    assert told.code == ExitCode.TRUST
    assert "△ " in told.out
    assert "MN422" in told.out
    assert "INDETERMINATE" in told.out.splitlines()[-1]


def test_with_another_pin_verify_says_no(mnaudit: Program, bundle: tuple[Path, str]) -> None:
    told = mnaudit("verify", bundle[0], "--pin", "0" * 64)

    assert told.code == ExitCode.TRUST
    assert "MN421" in told.out
    assert "INVALID" in told.out.splitlines()[-1]
    assert "見本商事" not in told.out


@pytest.mark.parametrize("pin", ["", "0123", "g" * 64, "0" * 63])
def test_a_pin_that_is_none_is_refused(
    mnaudit: Program, bundle: tuple[Path, str], pin: str
) -> None:
    told = mnaudit("verify", bundle[0], "--pin", pin)

    assert (told.code, told.out) == (ExitCode.USAGE, "")
    assert "MN408" in told.err


def test_verify_as_json_tells_the_same(mnaudit: Program, bundle: tuple[Path, str]) -> None:
    path, pin = bundle

    good = mnaudit("verify", path, "--pin", pin, "--format", "json")
    bad = mnaudit("verify", path, "--format", "json")

    verdict = json.loads(good.raw)
    assert (good.code, bad.code) == (0, ExitCode.TRUST)
    assert verdict["schema"] == "mnaudit/verdict@1"
    assert verdict["bundle"] == path.name
    assert verdict["result"] == "VALID"
    assert verdict["fingerprint"] == pin
    assert {check["outcome"] for check in verdict["checks"]} == {"passed", "not-applicable"}
    assert verdict["verification"]["pin"] == pin
    assert verdict["status"]["organization"]["name"] == "株式会社見本商事"
    unknown = [check for check in json.loads(bad.raw)["checks"] if check["outcome"] == "unknown"]
    assert [check["code"] for check in unknown] == ["MN422"]


def test_the_name_of_a_member_cannot_write_to_the_terminal(
    mnaudit: Program, bundle: tuple[Path, str]
) -> None:
    path, pin = bundle
    data = path.read_bytes()
    name = b"evidence/nil-statement/2025-04-to-06-certificate.yaml"
    evil = b"evidence/nil-statement/\x1b[2J\xe2\x80\xae".ljust(len(name) - 5, b"a") + b".yaml"
    path.write_bytes(data.replace(name, evil))

    told = mnaudit("verify", path, "--pin", pin)

    assert told.code == ExitCode.TRUST
    assert "\x1b" not in told.out
    assert "\u202e" not in told.out


def test_a_bundle_that_is_not_there_is_wrong_usage(mnaudit: Program, tmp_path: Path) -> None:
    for path in ("absent.zip", tmp_path):
        told = mnaudit("verify", path)
        assert (told.code, told.out) == (ExitCode.USAGE, "")
        assert "MN002" in told.err


# -- report ----------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("format_", ["text", "json", "markdown", "html"])
def test_report_writes_every_format_to_the_output_or_a_file(
    mnaudit: Program, evidence: Path, lang: str, format_: str
) -> None:
    shown = mnaudit("report", evidence, DAY, "--format", format_, lang=lang)
    written = mnaudit("report", evidence, DAY, "--format", format_, "-o", "deep/a", lang=lang)

    assert shown.code == written.code == 0
    assert (written.out, bool(written.err)) == ("", True)
    assert Path("deep/a").read_bytes() == shown.raw
    assert b"PER-b-01" in shown.raw


def test_report_writes_several_reports_of_one_judgement(mnaudit: Program, evidence: Path) -> None:
    told = mnaudit(
        *("report", evidence, DAY, "-o", "a.html"),
        *("--report", "json=b.json", "--report", "markdown=c=d.md", "--report", "text=e.txt"),
    )

    assert (told.code, told.out) == (0, "")
    assert Path("a.html").read_bytes().lower().startswith(b"<!doctype html>")
    assert json.loads(Path("b.json").read_bytes())["schema"] == "mnaudit/assessment@1"
    assert Path("c=d.md").is_file()
    assert Path("e.txt").is_file()
    assert len(told.err.splitlines()) == 4


def test_report_is_html_unless_asked_otherwise(mnaudit: Program, evidence: Path) -> None:
    assert mnaudit("report", evidence, DAY).raw.lower().startswith(b"<!doctype html>")


@pytest.mark.parametrize("target", ["html", "html=", "=a.html"])
def test_a_report_without_format_or_path_is_refused_and_nothing_is_written(
    mnaudit: Program, evidence: Path, target: str
) -> None:
    told = mnaudit("report", evidence, DAY, "--report", "json=b.json", "--report", target)

    assert told.code == ExitCode.USAGE
    assert re.search("MN012|MN007", told.err)
    assert not Path("b.json").exists()


@both
def test_an_unknown_format_is_refused_and_nothing_is_written(
    mnaudit: Program, evidence: Path, lang: str
) -> None:
    told = mnaudit(
        *("report", evidence, DAY, "--report", "json=b.json", "--report", "sarif=c"), lang=lang
    )

    assert told.code == ExitCode.USAGE
    assert "[MN007]" in told.err
    assert not Path("b.json").exists()


def test_report_of_evidence_with_a_defect_ends_with_3(mnaudit: Program, evidence: Path) -> None:
    broken(evidence)

    told = mnaudit("report", evidence, DAY, "-o", "a.html")

    assert told.code == ExitCode.INPUT
    assert Path("a.html").is_file()


# -- explain ---------------------------------------------------------------------------------------


@both
def test_explain_tells_everything_about_every_code(mnaudit: Program, lang: Language) -> None:
    for code in codes():
        told = mnaudit("explain", code, lang=lang)
        assert (told.code, told.err) == (0, ""), code
        # It speaks of all cases, so what a case shows is left open.
        for sentence in entry(code, lang).values():
            assert re.sub(r"\{[a-z_]+\}", "…", sentence) in told.out, code
        assert "{" not in told.out, code


@both
def test_explain_without_a_code_lists_them_all(mnaudit: Program, lang: str) -> None:
    told = mnaudit("explain", lang=lang)

    assert tuple(line[:5] for line in told.out.splitlines()) == codes()


def test_explain_takes_small_letters(mnaudit: Program) -> None:
    assert mnaudit("explain", "mn127").out == mnaudit("explain", "MN127").out


@pytest.mark.parametrize("code", ["MN000", "127", "", "MN127 "])
def test_explain_of_no_code_is_refused(mnaudit: Program, code: str) -> None:
    told = mnaudit("explain", code)

    assert (told.code, told.out) == (ExitCode.USAGE, "")
    assert "error[MN014]" in told.err


# -- schema ----------------------------------------------------------------------------------------


@both
def test_schema_list_names_every_schema_with_its_title(mnaudit: Program, lang: str) -> None:
    told = mnaudit("schema", "list", lang=lang)

    assert told.code == 0
    names = {line.split()[0] for line in told.out.splitlines()}
    assert {"envelope", "organization", "training-record", "nil-statement"} < names
    title = next(line for line in told.out.splitlines() if line.startswith("training-record"))
    assert bool(JAPANESE.search(title)) == (lang == "ja")


EXPORTED = sorted(
    path.relative_to(ROOT / "schema").as_posix()
    for path in (ROOT / "schema").rglob("*.schema.json")
)


@pytest.mark.parametrize("name", EXPORTED)
def test_an_exported_schema_refers_to_no_other_file(mnaudit: Program, name: str) -> None:
    short = name.removeprefix("evidence/").removesuffix(".schema.json")

    told = mnaudit("schema", "export", short)
    schema = json.loads(told.raw)

    assert (told.code, told.err) == (0, "")
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    references = set(re.findall(r'"\$ref": "([^"]*)"', told.out))
    assert all(reference.startswith("#") for reference in references)
    jsonschema_rs.Draft202012Validator(schema)


@pytest.mark.parametrize("kind", sorted(p.name for p in (ROOT / "tests/evidence/valid").iterdir()))
def test_an_exported_schema_judges_every_example_as_the_original_does(
    mnaudit: Program, kind: str
) -> None:
    schema = json.loads(mnaudit("schema", "export", kind).raw)
    first = jsonschema_rs.Draft202012Validator(schema, formats=FORMATS, validate_formats=True)
    second = jsonschema.Draft202012Validator(schema)

    seen = {True: 0, False: 0}
    for path in (ROOT / "tests/evidence").glob(f"*/{kind}/*.*"):
        value = read_data(path.name, path)
        expected = path.parts[-3] == "valid"
        assert first.is_valid(value) == expected, path
        # Formats are annotations for a stock validator, so it may let pass what we refuse.
        assert second.is_valid(value) or not expected, path
        seen[expected] += 1
    assert all(seen.values())


def test_a_schema_is_exported_into_a_file(mnaudit: Program) -> None:
    told = mnaudit("schema", "export", "training-record", "-o", "a.json")

    assert (told.code, told.out) == (0, "")
    assert Path("a.json").read_bytes() == mnaudit("schema", "export", "training-record").raw


def test_an_unknown_schema_is_refused_with_the_known_ones(mnaudit: Program) -> None:
    told = mnaudit("schema", "export", "evidence/training-record")

    assert (told.code, told.out) == (ExitCode.USAGE, "")
    assert "error[MN015]" in told.err
    assert "training-record, use-record, vendor-assessment" in told.err


def test_the_exported_envelope_is_the_shipped_one(mnaudit: Program) -> None:
    exported = json.loads(mnaudit("schema", "export", "envelope").raw)

    assert exported == read_schema(ROOT / "schema", "envelope.schema.json")


# -- demo ------------------------------------------------------------------------------------------


@both
def test_demo_shows_the_gap_and_ends_well(mnaudit: Program, lang: str) -> None:
    told = mnaudit("demo", lang=lang)

    assert told.code == 0
    assert "PER-b-01" in told.out
    assert Path("mnaudit-demo/out/report.html").is_file()
    assert Path("mnaudit-demo/evidence/organization.yaml").is_file()
    assert list(Path("mnaudit-demo/out").glob("*.mnaudit.zip"))


def test_the_gap_of_the_demo_can_be_closed_with_what_the_demo_wrote(
    mnaudit: Program, tmp_path: Path
) -> None:
    mnaudit("demo")
    desk = tmp_path / "mnaudit-demo"
    shutil.copytree(desk / "docs/sample", desk / "evidence", dirs_exist_ok=True)

    assert mnaudit("-C", desk, "run", "evidence", DAY, "-o", "out").code == 0


@both
def test_demo_overwrites_nothing(mnaudit: Program, tmp_path: Path, lang: str) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "note.txt").write_bytes(b"")
    (tmp_path / "file").write_bytes(b"")

    for target in ("here", "file"):
        told = mnaudit("demo", target, lang=lang)
        assert (told.code, told.out) == (ExitCode.USAGE, "")
        assert "[MN001]" in told.err
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["note.txt"]


def test_demo_into_an_empty_folder_is_fine_once(mnaudit: Program, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()

    assert mnaudit("demo", "here").code == 0
    assert "MN001" in mnaudit("demo", "here").err


def test_demo_tells_if_something_else_than_the_gap_is_wrong(
    mnaudit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnaudit.cli.run.exit_code", lambda *_: ExitCode.TRUST)

    assert mnaudit("demo").code == ExitCode.TRUST
