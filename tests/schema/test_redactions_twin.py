"""The schema of redactions and its twin in memory give one verdict."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from mnaudit.model.document import Document, SourceFile
from mnaudit.model.redaction import Redactions
from mnaudit.validate.portable import lint
from mnaudit.validate.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = Path(__file__).parents[2] / "schema"
NAME = "redactions.schema.json"
DIGEST = "ab" * 32
WHOLE: dict[str, Any] = {
    "$schema": "../schema/redactions.schema.json",
    "organization": "8000000000001",
    "redactions": [
        {
            "id": "roster-2026-05",
            "path": "training-record/roster.csv",
            "name_withheld": True,
            "role": "attachment",
            "kind": "training-record",
            "declared_by": ["training-record/2026-05.yaml"],
            "reason": "名簿に番号が入っていた。",
            "discovered_on": "2026-05-01",
            "redacted_on": "2026-05-02",
            "requested_by": {"code": "E0003", "role": "総務課長"},
            "approved_by": {"code": "E0001", "role": "監査責任者"},
            "commitment": {"format": "mnaudit-leaf/v1", "hash": DIGEST},
            "statuses": [
                {
                    "payload_sha256": DIGEST,
                    "as_of": "2026-04-30",
                    "sequence": 4,
                    "leaf": {"index": 0, "size": 9, "hash": DIGEST, "proof": [DIGEST]},
                }
            ],
            "rewritten": {
                "on": "2026-05-03",
                "heads": [{"ref": "refs/heads/main", "old": "ab" * 20, "new": "cd" * 32}],
            },
            "replaced_by": "training-record/2026-05b.yaml",
        }
    ],
}


@cache
def schema() -> Schema:
    names = (NAME, "envelope.schema.json")
    return Schema(NAME, {name: json.loads((SCHEMAS / name).read_bytes()) for name in names})


def accepted(value: Any) -> bool:
    """Return the verdict of both engines."""
    assert schema().agrees(value)
    file = SourceFile("redactions.yaml", 0, "", lambda: b"")
    document = Document(file, value, lambda _, *, key=False: (1, int(key)))
    assert bool(schema().problems(document)) is not schema().accepts(value)
    return schema().accepts(value)


def twin_accepts(value: Any) -> bool:
    try:
        Redactions.model_validate(value)
    except ValidationError:
        return False
    return True


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(child, (*at, key))


def broken() -> Iterator[tuple[Any, Any]]:
    """Yield copies that lack a field, have one too many, or hold something of another type."""
    for at in places(WHOLE):
        *above, last = at
        junks: tuple[Any, ...] = ({"x": 1}, [], None, "", "x y", "../x", -1, 3.0, 10**9, False)
        for junk in junks:
            copied = copy.deepcopy(WHOLE)
            parent: Any = copied
            for key in above:
                parent = parent[key]
            if junk == "":
                del parent[last]
            else:
                parent[last] = junk
            yield (at, junk), copied
            if isinstance(parent.get(last) if isinstance(parent, dict) else None, dict):
                parent[last]["unknown"] = 1
                yield (at, "unknown"), copied


def test_a_whole_document_is_accepted() -> None:
    assert accepted(WHOLE)
    assert twin_accepts(WHOLE)


def test_what_the_schema_refuses_the_twin_refuses_and_the_other_way_round() -> None:
    differ = [at for at, value in broken() if accepted(value) is not twin_accepts(value)]

    assert differ == []


def test_the_schema_is_portable_closed_and_explained_in_both_languages() -> None:
    found = json.loads((SCHEMAS / NAME).read_bytes())

    assert lint(NAME, found) == []
