"""Every example file comes out as its name says, and both engines agree about it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from mnaudit.load.data import read_schema, schema_names
from mnaudit.load.documents import read_document
from mnaudit.messages import codes
from mnaudit.model.document import Document, SourceFile
from mnaudit.validate.evidence import ORGANIZATION_PATH, validate_document
from mnaudit.validate.schema import Schemas

ROOT = Path(__file__).parents[2]
EXAMPLES = Path(__file__).parents[1] / "evidence"
VALID = sorted(path for path in (EXAMPLES / "valid").rglob("*.*") if path.is_file())
INVALID = sorted(path for path in (EXAMPLES / "invalid").rglob("*.*") if path.is_file())
SHIPPED = [
    path
    for suffix in ("yaml", "json")
    for path in sorted(
        [*ROOT.glob(f"evidence/**/*.{suffix}"), *ROOT.glob(f"docs/sample/**/*.{suffix}")]
    )
]
SCHEMAS = Schemas(schema_names(ROOT / "schema"), lambda name: read_schema(ROOT / "schema", name))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix().removeprefix("tests/evidence/")


def read(path: Path) -> Document:
    """Read an example as if it lay in an evidence folder."""
    data = path.read_bytes()
    folder = path.parent.name
    inside = f"{folder}/{path.name}"
    if folder == "organization" or path.name == ORGANIZATION_PATH:
        inside = ORGANIZATION_PATH
    document = read_document(
        SourceFile(inside, len(data), sha256(data).hexdigest(), lambda: data), data
    )
    assert isinstance(document, Document), document
    return document


@pytest.mark.parametrize("path", [*VALID, *SHIPPED], ids=name_of)
def test_a_valid_example_has_no_problem(path: Path) -> None:
    assert validate_document(read(path), SCHEMAS, cross_check=True) == []


@pytest.mark.parametrize("path", INVALID, ids=name_of)
def test_an_invalid_example_has_the_problem_of_its_name_and_no_other(path: Path) -> None:
    expected = path.suffixes[-2].removeprefix(".")

    found = validate_document(read(path), SCHEMAS, cross_check=True)

    assert expected in codes()
    assert {problem.code for problem in found} == {expected}
    assert all(problem.line and problem.column for problem in found)


def test_every_kind_has_valid_and_invalid_examples() -> None:
    kinds = {*SCHEMAS.kinds, "organization"}

    assert {path.parent.name for path in VALID} == kinds
    assert {path.parent.name for path in INVALID} == kinds


def test_every_code_of_the_schema_has_an_example() -> None:
    shown = {path.suffixes[-2].removeprefix(".") for path in INVALID}

    # MN139 is for combinations that no shipped schema asks for.
    assert {code for code in codes() if "MN130" <= code <= "MN138"} <= shown
