"""A labeled number is found whatever its digits look like: a minute, a phone, an article.

The numbers are drawn when the test runs and stand nowhere; they are nobody's on purpose.
"""

# ruff: noqa: S311 - a seeded generator is the point: the same numbers in every run
from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING

import pytest
from tests.scan.numbers import SHAPES
from tests.scan.running import found, scan
from tests.scan.writings import full_width, grouped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DRAWS = 6
_WRITINGS: Mapping[str, Callable[[str], str]] = {
    "joined": str,
    "by hyphen": grouped("-"),
    "by space": grouped(" "),
    "full-width": full_width,
}
_FORMS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "label": ("memo.txt", "個人番号：{}\n".format),
    "sentence": ("memo.txt", "佐藤さんのマイナンバーは{}です。".format),
    "form of the tax office": ("memo.txt", "支払を受ける者 個人番号又は法人番号 {} 氏名\n".format),
    "number first": ("memo.txt", "{}（個人番号）\n".format),
    "column": ("r.csv", "氏名,電話,個人番号\n佐藤,03-0000-0000,{}\n鈴木,,\n".format),
    "json": ("r.json", lambda number: json.dumps({"name": "x", "my_number": number})),
    "yaml": ("r.yaml", "employee:\n  my_number: {}\n".format),
    "log": ("app.log", "2026-04-01 09:00:00 INFO register my_number={} ok\n".format),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("form", _FORMS)
def test_a_labeled_number_is_found_whatever_it_looks_like(form: str, shape: str) -> None:
    random = Random(f"{form} {shape}")
    name, write = _FORMS[form]

    missed = [
        writing
        for writing, spell in _WRITINGS.items()
        for _ in range(_DRAWS)
        if found(scan(name, write(spell(SHAPES[shape](random))).encode())) != "MN501"
    ]

    assert missed == []
