"""What went wrong in other people's verifiers does not go wrong here: two readers of one schema.

The table of advisories is in ``tests/verify/test_advisories.py``.
"""

from __future__ import annotations

from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mnaudit.load.data import read_schema, schema_names
from mnaudit.load.documents import read_document
from mnaudit.model.document import Document, SourceFile
from mnaudit.validate.schema import Schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SCHEMAS = Schemas(schema_names(ROOT / "schema"), lambda name: read_schema(ROOT / "schema", name))
EXAMPLES = sorted((ROOT / "tests/evidence/valid").rglob("*.yaml"))

# What engines read differently: `$` before a line end, `\d` and `\w` beyond ASCII, what `.` and a
# negated class take, characters of two code units, numbers that are equal, and strings of numbers.
STRANGE: tuple[Any, ...] = (
    *(
        "",
        "\n",
        "a\n",
        "\na",
        "a\r",
        "a\u2028",
        "\u0085",
        "\u00a0",
        "\uff11\uff12",
        "\u0663",
        "é",
        "e\u0301",
    ),
    *("😀", "\U000e0041", "\u0130", "\u017f", "-", "^", "a-b", "A", "2026-02-30", "2026-02-28\n"),
    *("E0001\n", "P1Y\n", "1.0", "true", "8000000000001\n"),
    *(0, -0.0, 1.0, 1.5, -1, 2**53, 10**400, True, False, None, [], {}, [[]], {"": ""}),
)


def mutants(value: Any) -> Iterator[Any]:
    """Yield the value with one place changed, at a time, to everything that is strange there."""
    match value:
        case dict():
            for name, inner in value.items():
                yield {other: each for other, each in value.items() if other != name}
                yield {other + ("\n" if other == name else ""): v for other, v in value.items()}
                for changed in mutants(inner):
                    yield {**value, name: changed}
            yield {**value, "x": 1}
        case list():
            yield value * 2
            for at, inner in enumerate(value[:2]):
                yield value[:at] + value[at + 1 :]
                for changed in mutants(inner):
                    yield [*value[:at], changed, *value[at + 1 :]]
        case str():
            yield from STRANGE
            yield from (value + "\n", "\n" + value, value + "\u0301", value.upper(), f" {value}")
        case _:
            yield from STRANGE


def kind_of(path: Path) -> tuple[str, Any]:
    data = path.read_bytes()
    file = SourceFile(path.name, len(data), sha256(data).hexdigest(), lambda: data)
    document = read_document(file, data)
    assert isinstance(document, Document)
    return str(document.value.get("kind", path.parent.name)), document.value


def one_of_each_kind() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in EXAMPLES:
        kind, value = kind_of(path)
        found.setdefault(kind, value)
    return {kind: value for kind, value in found.items() if kind not in {"organization", "waivers"}}


@pytest.mark.parametrize("kind", sorted(one_of_each_kind()))
def test_go_2026_5547_two_engines_read_every_selector_alike(kind: str) -> None:
    schema, honest = SCHEMAS.of_kind(kind), one_of_each_kind()[kind]
    assert schema.accepts(honest)

    made = list(mutants(deepcopy(honest)))
    # Spread over all of them: a step that is prime meets every place and every strange value.
    some = [made[number * 7919 % len(made)] for number in range(min(250, len(made)))]
    disagreed = [mutant for mutant in some if not schema.agrees(mutant)]

    assert len(some) > 100
    assert disagreed == []
