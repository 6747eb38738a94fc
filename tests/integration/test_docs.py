"""What the pages say is so: links lead somewhere, and every list that claims to be whole is."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from mnaudit.cli import COMMANDS, cli
from mnaudit.errors import ExitCode
from mnaudit.load.catalog import read_catalog
from mnaudit.load.shipped import shipped
from mnaudit.messages import codes
from mnaudit.model.control import Requirement
from mnaudit.model.evidence_kinds import KINDS
from mnaudit.report import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.model.catalog import Catalog
    from mnaudit.model.control import Control

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
READMES = ("README.md", "README.ja.md")
PAGES = (
    *sorted(ROOT.glob("*.md")),
    *sorted(DOCS.rglob("*.md")),
    *sorted(ROOT.glob("evidence/*.md")),
)
BASES = {"duty": "duty", "example": "example", "jnsa": "JNSA", "ours": "ours"}

FENCE = re.compile(
    r"^(?P<mark>```+)(?P<language>\S*)\n(?P<text>.*?)^(?P=mark)$", re.DOTALL | re.MULTILINE
)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?![a-z]+:)([^()\s]+(?:\([^()\s]*\))?[^()\s]*)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
MESSAGE = re.compile(r"\bMN[0-9]{3}\b")
MESSAGES = re.compile(r"\b(MN[0-9]{3}) to (MN[0-9]{3})\b")
GLOBAL = {"--lang", "--color", "-C"}

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@cache
def catalog() -> Catalog:
    return read_catalog(shipped("controls"), shipped("schema"))[0]


def text_of(page: Path | str) -> str:
    return (ROOT / page).read_text("utf-8")


def prose(text: str) -> str:
    """Blank out what stands in fences."""
    return FENCE.sub("", text)


def anchors(page: Path) -> set[str]:
    """The anchors of the headings, as GitHub makes them."""
    titles = (title.lower().strip() for title in HEADING.findall(prose(text_of(page))))
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


def table(page: Path | str, heading: str) -> list[list[str]]:
    """The cells of the first table whose header begins with ``heading``, without its header."""
    lines = prose(text_of(page)).splitlines()
    heads = [n for n, line in enumerate(lines) if line.startswith("|---")]
    begins = [n for n in heads if lines[n - 1].startswith(f"| {heading} |")]
    assert begins, f"{page}: no table begins with {heading}"
    rows: list[list[str]] = []
    for line in lines[begins[0] + 1 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def named(cell: str) -> str:
    """The word of a cell, without link, code and emphasis."""
    return re.sub(r"\[(.+)\]\(.+\)", r"\1", cell).strip("`* ")


def commands_in(text: str) -> Iterator[list[str]]:
    """The words after ``mnaudit`` in every command line that a page shows."""
    lines = [code for code in CODE.findall(prose(text)) if code.startswith("mnaudit ")]
    for fence in FENCE.finditer(text):
        if fence["language"] in ("console", "sh", ""):
            lines += re.findall(r"(?:^|[\s/])(mnaudit .+)$", fence["text"], re.MULTILINE)
    for line in lines:
        words = shlex.split(re.split(r"[;|…]", line)[0], comments=True)
        yield words[1:]


def unknown_in(words: list[str]) -> str | None:
    """Tell what of a command line the program does not know."""
    command: click.Command = cli("en")
    rest = iter(words)
    for word in rest:
        names = {
            name for option in command.params for name in (*option.opts, *option.secondary_opts)
        }
        if word.startswith("-"):
            name = word.partition("=")[0]
            if name not in names | set(
                command.context_settings.get("help_option_names", ["--help"])
            ):
                return name
            if name in GLOBAL:
                next(rest, None)
        elif isinstance(command, click.Group):
            if word.isupper():  # COMMAND stands for any of them
                return None
            found = command.get_command(click.Context(command), word)
            if found is None:
                return word
            command = found
    return None


# Links


@each_page
def test_every_relative_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for target in LINK.findall(prose(text_of(page))):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{target} is not there"
        assert there.is_relative_to(ROOT), f"{target} lies outside the repository"
        if anchor:
            assert anchor in anchors(there), f"{target}: no such heading"


def test_every_page_of_the_docs_can_be_reached_from_the_index() -> None:
    reached, waiting = set(), [DOCS / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = [target.partition("#")[0] for target in LINK.findall(prose(text_of(page)))]
        links = ((page.parent / target).resolve() for target in targets if target.endswith(".md"))
        waiting += [link for link in links if link.is_relative_to(DOCS)]

    assert set(DOCS.rglob("*.md")) <= reached


@pytest.mark.parametrize("name", READMES)
def test_the_readmes_stay_short(name: str) -> None:
    assert len(text_of(name).splitlines()) < 160


def test_both_readmes_lead_to_the_same_pages() -> None:
    english, japanese = (
        {target for target in LINK.findall(text_of(name)) if target.startswith("docs/")}
        for name in READMES
    )
    glossary = "docs/glossary.md"

    assert english - japanese <= {"docs/adr/index.md"}
    assert japanese - english <= {glossary}


# Commands, codes, exit codes


@each_page
def test_every_command_line_that_is_shown_is_understood(page: Path) -> None:
    for words in commands_in(text_of(page)):
        assert unknown_in(words) is None, f"mnaudit {' '.join(words)}: {unknown_in(words)}"


def test_a_command_that_does_not_exist_would_be_found() -> None:
    assert unknown_in(["frobnicate", "evidence"]) == "frobnicate"
    assert unknown_in(["catalog", "frobnicate"]) == "frobnicate"
    assert unknown_in(["gate", "--fail-on=optional", "--frobnicate"]) == "--frobnicate"
    assert unknown_in(["--lang", "ja", "gate", "evidence", "--as-of", "2026-03-31"]) is None


@pytest.mark.parametrize(
    ("name", "heading"), [("README.md", "command"), ("README.ja.md", "コマンド")]
)
def test_the_readme_lists_every_command(name: str, heading: str) -> None:
    assert [named(row[0]) for row in table(name, heading)] == list(COMMANDS)


def test_the_index_names_every_command() -> None:
    steps = [row[0] for row in table("docs/index.md", "step")]
    beside = [name for row in table("docs/index.md", "command") for name in row[0].split(", ")]

    assert Counter(steps + beside) == Counter({*COMMANDS, "load"} - {"run"})


@each_page
def test_every_code_that_is_named_exists(page: Path) -> None:
    known, text = set(codes()), text_of(page)
    for first, last in MESSAGES.findall(text):
        assert any(first <= code <= last for code in known), f"nothing from {first} to {last}"
    assert set(MESSAGE.findall(MESSAGES.sub("", text))) <= known


def test_the_page_of_exit_codes_has_those_of_the_program() -> None:
    shown = {int(row[0]): row[1] for row in table("docs/exit-codes.md", "code")}

    assert shown == {int(code): code.name.lower().replace("_", " ") for code in ExitCode}


@pytest.mark.parametrize("name", READMES)
def test_the_readme_has_the_exit_codes_of_the_program(name: str) -> None:
    (passage,) = re.findall(r"^\[(?:Exit codes|終了コード)\].*\n.*$", text_of(name), re.MULTILINE)

    assert [int(code) for code in re.findall(r"\*\*(\d+)\*\*", passage)] == list(ExitCode)


def test_every_format_of_a_report_has_its_line() -> None:
    assert [named(row[0]) for row in table("docs/report.md", "format")] == list(FORMATS)


# Decisions


def test_every_decision_is_in_the_index_with_its_title_and_status() -> None:
    shown = {tuple(row) for row in table("docs/adr/index.md", "number")}

    filed = set()
    for path in DOCS.glob("adr/[0-9]*.md"):
        number = path.name[:4]
        if number == "0000":
            continue
        text = text_of(path)
        (title,) = re.findall(rf"^# {number}\. (.+)$", text, re.MULTILINE)
        (status,) = re.findall(r"^- Status: (.+)$", text, re.MULTILINE)
        filed.add((f"[{number}]({path.name})", title, status))
    assert shown == filed


# The catalog


def sheet_row(control: Control) -> str:
    """The line of a control on the page of the check sheet."""
    bases = {citation.basis for citation in control.citations}
    cells = (
        control.id,
        control.title.ja,
        control.title.en,
        ", ".join(word for basis, word in BASES.items() if basis in bases),
        "beyond" if control.beyond_jnsa else str(control.seed or ""),
    )
    return "| " + " | ".join(cells).rstrip() + " |"


def test_the_check_sheet_has_every_control_as_the_catalog_has_it() -> None:
    lines = re.findall(
        r"^\| (?:ORG|PER|PHY|TEC)-.*$", text_of("docs/catalog-sheet.md"), re.MULTILINE
    )

    assert lines == [
        sheet_row(control)
        for group in catalog().groups
        for control in catalog().controls
        if control.id.startswith(f"{group.id}-")
    ]


def test_the_check_sheet_counts_as_the_catalog_does() -> None:
    def counts(controls: list[Control]) -> list[int]:
        beyond = sum(control.beyond_jnsa for control in controls)
        seed = sum(control.seed is not None for control in controls)
        alone = sum(control.optional is None for control in controls)
        return [len(controls), len(controls) - beyond, beyond, seed, alone]

    shown = {row[0].partition(" ")[0]: row[1:] for row in table("docs/catalog-sheet.md", "group")}
    groups = {group.id: f"{group.id}-" for group in catalog().groups} | {"all": ""}

    assert {name: [int(cell) for cell in cells] for name, cells in shown.items()} == {
        name: counts([control for control in catalog().controls if control.id.startswith(start)])
        for name, start in groups.items()
    }


def test_the_check_sheet_divides_the_organizational_rows_as_the_catalog_does() -> None:
    sections = {"A": "pol", "B": "rule"} | {f"C-{letter}": letter for letter in "abcde"}
    sections |= {"outsourcing": "out", "external environment": "ext"}
    text = text_of("docs/catalog-sheet.md")
    (said,) = re.findall(r"organizational rows are divided is ours: (.+)\.$", text, re.MULTILINE)

    shown = {
        sections[name]: int(count)
        for name, _, count in (part.rpartition(" ") for part in said.split(", "))
    }
    ids = [control.id.split("-") for control in catalog().controls]
    assert shown == Counter(section for group, section, _ in ids if group == "ORG")


def test_the_check_sheet_counts_on_what_the_rows_rest() -> None:
    shown = {row[0]: int(row[2]) for row in table("docs/catalog-sheet.md", "basis")}
    found = Counter(
        BASES[basis]
        for control in catalog().controls
        for basis in {citation.basis for citation in control.citations}
    )

    assert shown == found


def test_only_the_rows_of_the_slides_claim_the_recommendation_of_jnsa() -> None:
    for control in catalog().controls:
        recommended = any(citation.basis == "jnsa" for citation in control.citations)
        assert recommended == (control.seed is not None), control.id


def test_the_glossary_has_every_kind_of_evidence() -> None:
    shown = [(named(row[0]), row[1], row[2]) for row in table("docs/glossary.md", "kind")]

    assert shown == [(kind.id, kind.title.ja, kind.title.en) for kind in catalog().kinds]
    assert {kind for kind, _, _ in shown} == set(KINDS)


def test_the_vocabulary_has_every_field_of_a_requirement() -> None:
    shown = {named(row[0]) for row in table("docs/requires.md", "field")}

    assert shown == set(Requirement.model_fields)


@pytest.mark.parametrize("page", [*READMES, "CHANGELOG.md", "docs/index.md"])
def test_the_counts_of_controls_and_kinds_are_those_of_the_catalog(page: str) -> None:
    text = text_of(page)
    rows = {int(number) for number in re.findall(r"(\d+)(?: controls|項目すべて)", text)}
    kinds = {
        int(number) for number in re.findall(r"(\d+)(?: kinds| evidence kinds|種類の証跡)", text)
    }

    assert rows == {len(catalog().controls)}
    assert kinds == {len(catalog().kinds)}


@pytest.mark.parametrize("name", READMES)
def test_the_sample_has_as_many_documents_as_the_readme_says(name: str) -> None:
    (said,) = re.findall(r"(?:more than (\d+) documents|証跡（(\d+)件以上）)", text_of(name))
    documents = [
        path
        for path in (ROOT / "evidence").rglob("*")
        if path.suffix in {".yaml", ".yml", ".json"} and path.parent.name != "files"
    ]

    assert len(documents) > int("".join(said))
