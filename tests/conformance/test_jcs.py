"""The vectors of the author of RFC 8785: byte-equal inside our profile, refused outside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mnaudit.signing.canonical import canonical_bytes

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["arrays", "unicode"])
def test_a_value_inside_the_profile_gives_the_bytes_of_the_vector(
    vector_folder: Path, name: str
) -> None:
    value = json.loads((vector_folder / "jcs" / "input" / f"{name}.json").read_bytes())
    expected = (vector_folder / "jcs" / "output" / f"{name}.json").read_bytes()

    assert canonical_bytes(value) == expected


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("french", id="keys that are not ASCII"),
        pytest.param("structures", id="a float"),
        pytest.param("values", id="floats"),
        pytest.param("weird", id="weird keys"),
    ],
)
def test_a_value_outside_the_profile_is_refused(vector_folder: Path, name: str) -> None:
    value = json.loads((vector_folder / "jcs" / "input" / f"{name}.json").read_bytes())

    with pytest.raises(ValueError, match=r"key|canonical"):
        canonical_bytes(value)


def test_values_cut_down_to_the_profile_give_the_bytes_of_the_vectors(vector_folder: Path) -> None:
    values = json.loads((vector_folder / "jcs" / "input" / "values.json").read_bytes())
    output = (vector_folder / "jcs" / "output" / "values.json").read_bytes()
    structures = json.loads((vector_folder / "jcs" / "input" / "structures.json").read_bytes())
    structures["1"]["\n"] = 56

    assert canonical_bytes({"string": values["string"]})[1:] in output
    assert (
        canonical_bytes(structures)
        == (vector_folder / "jcs" / "output" / "structures.json").read_bytes()
    )
