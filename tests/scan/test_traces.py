"""The watchdog of the leak test has teeth."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest
from tests.scan.numbers import NUMBERS
from tests.scan.traces import gives_away
from tests.scan.writings import WRITINGS

_N = NUMBERS[0]


@pytest.mark.parametrize("form", WRITINGS)
def test_every_writing_is_noticed(form: str) -> None:
    assert gives_away(f"found {WRITINGS[form](_N)} here")


@pytest.mark.parametrize(
    "text",
    [
        _N[:5],
        _N[-5:],
        f"****{_N[4:9]}***",
        sha256(_N.encode()).hexdigest(),
        base64.b64encode(_N.encode()).decode(),
        f"{int(_N):x}",
        _N.encode().hex(),
    ],
    ids=["head", "tail", "mask", "hash", "base64", "hexadecimal", "bytes"],
)
def test_parts_and_disguises_are_noticed(text: str) -> None:
    assert gives_away(f"value: {text}")


def test_places_and_codes_are_harmless() -> None:
    assert not gives_away("error[MN501] 2026-04-01 名簿.xlsx!Sheet1!D3002 page 4, 12:34")
