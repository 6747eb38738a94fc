"""A control that could not be decided is refused when it is read."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from mnaudit.model.control import Requirement

COVERS = {"population": "handlers", "key": "data.attendees[].code"}
EVENT = {"population": "joiners", "key": "data.attendees[].code", "within": "P30D"}


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"covers": COVERS, "on_event": EVENT}, id="covering and following at once"),
        pytest.param({"nil": True}, id="a nil statement without an age to span"),
        pytest.param({"max_age": "12 months"}, id="a period in words"),
        pytest.param({"min": 0}, id="no records at all"),
        pytest.param({"covers": {**COVERS, "key": "Data"}}, id="a path that is none"),
        pytest.param({"expr": "true"}, id="an unknown word"),
        pytest.param(
            {"relations": [{"op": "resembles", "left": "data.a", "right": "data.b"}]},
            id="an unknown relation",
        ),
    ],
)
def test_a_requirement_that_makes_no_sense_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Requirement.model_validate({"evidence": "training-record", **fields})
