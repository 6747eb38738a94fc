from __future__ import annotations

import pytest

from mnaudit.validate.scan import characters
from mnaudit.validate.scan.characters import separator_kind


@pytest.mark.parametrize(
    ("between", "kind"),
    [
        ("", ""),
        ("\u200b", ""),
        (" ", " "),
        (" - ", "-"),
        ("\uff0d", "-"),
        (".-", "."),
        ("、", ","),
        ("」「", "|"),
        ("-\n", "n"),
        (" \x1f\n", "c"),
    ],
)
def test_the_strongest_character_tells_what_separates_two_groups(between: str, kind: str) -> None:
    assert separator_kind(between) == kind
    assert separator_kind(between) == kind


def test_what_was_told_is_kept_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(characters, "_MOST", 2)
    monkeypatch.setattr(characters, "_KNOWN", {})

    for blanks in range(1, 9):
        assert separator_kind(" " * blanks) == " "
        assert len(characters._KNOWN) <= 2
