"""A folder as a whole: everything that is wrong at once, and what is left to judge."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mnaudit.load.data import read_schema, schema_names
from mnaudit.load.evidence import read_files
from mnaudit.model.document import SourceFile, Unreadable
from mnaudit.validate.evidence import ORGANIZATION_PATH, Validation, validate
from mnaudit.validate.schema import Schema, Schemas

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
SCHEMAS = Schemas(schema_names(ROOT / "schema"), lambda name: read_schema(ROOT / "schema", name))
ORGANIZATION = (ROOT / "tests/evidence/valid/organization/minimal.yaml").read_text(encoding="utf-8")
PDF = b"%PDF-1.7\n"


def nil(number: int = 1, **changes: str) -> str:
    """Return a nil statement; ``changes`` replaces whole lines by their key."""
    lines = {
        "kind": "nil-statement",
        "id": f"nil-{number}",
        "organization": '"8000000000001"',
        "title": "該当なし",
        "period": "{from: 2025-04-01, to: 2026-03-31}",
        "prepared_by": "{code: E0012, role: 総務課長}",
        "approved_by": "{code: E0004, role: 総務部長}",
        "approved_on": "2026-04-01",
        "data": "{about: disposal-record, basis: 台帳, statement: なし}",
        **changes,
    }
    return "".join(f"{key}: {value}\n" for key, value in lines.items() if value)


def validated(
    files: Mapping[str, str | bytes],
    *,
    organization: str | None = ORGANIZATION,
    schemas: Schemas = SCHEMAS,
    **options: bool,
) -> Validation:
    """Validate a folder of these files, given in any order."""
    given = {} if organization is None else {ORGANIZATION_PATH: organization}
    sources = []
    # Against the order of the alphabet: nobody may rely on it.
    for path, text in sorted({**files, **given}.items(), reverse=True):
        data = text if isinstance(text, bytes) else text.encode()
        sources.append(
            SourceFile(path, len(data), sha256(data).hexdigest(), BytesIO(data).getvalue)
        )
    return validate(read_files(sources), schemas, **options)


def codes(validation: Validation) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in validation.problems]


def paths(validation: Validation) -> list[str]:
    return [document.path for document in validation.documents]


def test_a_sound_folder_has_no_problem() -> None:
    found = validated({"nil-statement/a.yaml": nil()}, cross_check=True)

    assert found.problems == ()
    assert found.unreadable == ()
    assert found.organization is not None
    assert paths(found) == ["nil-statement/a.yaml"]


def test_the_paths_that_are_no_evidence_are_told() -> None:
    found = validated({"README.md": "", "nil-statement/.a.yaml.swp": ""})

    assert found.ignored == ("README.md", "nil-statement/.a.yaml.swp")
    assert found.problems == ()


def test_without_organization_yaml_nothing_can_be_judged_and_the_rest_is_still_checked() -> None:
    wrong = nil(approved_by="{code: E0012, role: 総務課長}")

    found = validated({"nil-statement/a.yaml": wrong}, organization=None)

    assert codes(found) == [("nil-statement/a.yaml", "MN142"), (ORGANIZATION_PATH, "MN146")]
    assert found.organization is None


def test_a_part_of_a_folder_needs_no_organization_yaml() -> None:
    found = validated({"nil-statement/a.yaml": nil()}, organization=None, whole=False)

    assert found.problems == ()


@pytest.mark.parametrize("wrong", ["a: [", "name: x\n", ""])
def test_a_wrong_organization_yaml_is_told_once_and_is_no_evidence(wrong: str) -> None:
    found = validated({"nil-statement/a.yaml": nil()}, organization=wrong)

    assert found.organization is None
    assert {path for path, _ in codes(found)} == {ORGANIZATION_PATH}
    assert "MN146" not in {code for _, code in codes(found)}
    assert found.unreadable == ()


def test_organization_yaml_counts_only_at_the_top() -> None:
    found = validated({"sub/organization.yaml": ORGANIZATION}, organization=None)

    assert codes(found) == [
        (ORGANIZATION_PATH, "MN146"),
        ("sub/organization.yaml", "MN131"),
    ]


def test_a_document_without_kind_is_told_at_its_beginning() -> None:
    (found,) = validated({"nil-statement/a.yaml": nil(kind="")}).problems

    assert (found.code, found.line, found.column) == ("MN131", 1, 1)
    assert dict(found.values) == {"field": ".", "missing": "kind"}


@pytest.mark.parametrize(
    "kind", ["nothing", "[nil-statement]", "1", "Nil-Statement", "../envelope"]
)
def test_an_unknown_kind_is_told_with_the_known_ones_and_without_itself(kind: str) -> None:
    (found,) = validated({"x/a.yaml": nil(kind=kind)}).problems

    assert (found.code, found.line, found.column) == ("MN130", 1, 7)
    assert dict(found.values) == {"known": ", ".join(SCHEMAS.kinds)}


def test_a_warning_does_not_take_a_document_away() -> None:
    found = validated({"appointment/a.yaml": nil()})

    assert codes(found) == [("appointment/a.yaml", "MN143")]
    assert paths(found) == ["appointment/a.yaml"]
    assert found.unreadable == ()


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        pytest.param("x/a.yaml", nil(title='""'), "nil-statement", id="by its value"),
        pytest.param("appointment/a.yaml", nil(title='""'), "nil-statement", id="value first"),
        pytest.param("appointment/a.yaml", "a: [", "appointment", id="by its folder"),
        pytest.param("appointment/2026/a.yaml", nil(kind="x"), "appointment", id="deep folder"),
        pytest.param("x/a.yaml", "a: [", None, id="unknown"),
        pytest.param("a.json", "[]", None, id="at the top"),
        pytest.param("x/a.yaml", nil(kind="[a]"), None, id="kind is a list"),
    ],
)
def test_the_kind_of_an_unreadable_document_is_guessed(
    path: str, text: str, kind: str | None
) -> None:
    found = validated({path: text})

    assert found.unreadable == (Unreadable(path, kind),)
    assert found.documents == ()


def test_an_attachment_that_cannot_be_taken_is_not_an_unreadable_document() -> None:
    found = validated({"nil-statement/files/a.pdf": PDF})

    assert codes(found) == [("nil-statement/files/a.pdf", "MN125")]
    assert found.unreadable == ()


def test_two_documents_with_one_id_are_both_taken_away() -> None:
    found = validated({"nil-statement/a.yaml": nil(), "nil-statement/b.yaml": nil()})

    assert codes(found) == [
        ("nil-statement/a.yaml", "MN140"),
        ("nil-statement/b.yaml", "MN140"),
    ]
    assert found.documents == ()
    assert len(found.unreadable) == 2


def test_an_invalid_document_takes_no_id_away_from_a_valid_one() -> None:
    found = validated({"nil-statement/a.yaml": nil(), "nil-statement/b.yaml": nil(title='""')})

    assert paths(found) == ["nil-statement/a.yaml"]


def test_evidence_of_another_organization_is_refused() -> None:
    found = validated({"nil-statement/a.yaml": nil(organization='"7000000000002"')})

    assert codes(found) == [("nil-statement/a.yaml", "MN141")]
    assert found.documents == ()


def test_a_missing_and_a_changed_attachment_take_their_document_away() -> None:
    def declaring(number: int) -> str:
        digest = sha256(PDF).hexdigest()
        one = f"[{{path: files/{number}.pdf, sha256: {digest}, media_type: application/pdf}}]"
        return nil(number, attachments=one)

    found = validated(
        {
            **{f"nil-statement/{number}.yaml": declaring(number) for number in (1, 2, 3)},
            "nil-statement/files/1.pdf": PDF,
            "nil-statement/files/2.pdf": PDF + b" ",
        }
    )

    assert codes(found) == [("nil-statement/2.yaml", "MN127"), ("nil-statement/3.yaml", "MN126")]
    assert paths(found) == ["nil-statement/1.yaml"]


def test_all_problems_of_all_files_come_at_once_in_the_order_of_path_and_place() -> None:
    files: dict[str, str | bytes] = {
        "nil-statement/c.yaml": nil(3, title='""', approved_on="2026-02-30", surprise="1"),
        "nil-statement/b.json": "{",
        "appointment/a.yaml": "a: 1\na: 2\nA: 3\n",
        "nil-statement/files/x.pdf": PDF,
        "vendor-contract/files/y.pdf": PDF,
    }

    found = validated(files)
    again = validated(dict(reversed(files.items())))

    assert found == again
    assert list(found.problems) == sorted(found.problems)
    assert [path for path, _ in codes(found)] == [
        "appointment/a.yaml",
        "appointment/a.yaml",
        "nil-statement/b.json",
        "nil-statement/c.yaml",
        "nil-statement/c.yaml",
        "nil-statement/c.yaml",
        # x.pdf may belong to b.json or c.yaml: nobody can tell yet.
        "vendor-contract/files/y.pdf",
    ]
    assert [code for path, code in codes(found) if path.endswith("c.yaml")] == [
        "MN137",
        "MN135",
        "MN132",
    ]


class SecondEngine(Schema):
    """A schema whose second engine always says the opposite."""

    def agrees(self, value: Any) -> bool:
        self.accepts(value)
        return False


class Disagreeing(Schemas):
    def named(self, name: str) -> Schema:
        return SecondEngine(name, self._with_references(name))


def test_a_disagreement_of_the_engines_is_an_internal_error_and_never_a_pass() -> None:
    schemas = Disagreeing(schema_names(ROOT / "schema"), lambda n: read_schema(ROOT / "schema", n))

    found = validated({"nil-statement/a.yaml": nil()}, schemas=schemas, cross_check=True)

    assert codes(found) == [("nil-statement/a.yaml", "MN901"), (ORGANIZATION_PATH, "MN901")]
    assert found.documents == ()
    assert found.organization is None


def test_the_second_engine_is_not_asked_unless_wanted() -> None:
    schemas = Disagreeing(schema_names(ROOT / "schema"), lambda n: read_schema(ROOT / "schema", n))

    assert validated({"nil-statement/a.yaml": nil()}, schemas=schemas).problems == ()
