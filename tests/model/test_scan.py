from __future__ import annotations

from mnaudit.model.scan import Fragment, Place


def test_a_character_has_the_place_of_its_line() -> None:
    fragment = Fragment("ab\ncd\ne", Place("a.txt", line=5, column=3))
    places = [(fragment.at(at).line, fragment.at(at).column) for at in range(8)]
    assert places == [(5, 3), (5, 4), (5, 5), (6, 1), (6, 2), (6, 3), (7, 1), (7, 2)]


def test_a_fragment_without_lines_is_one_place() -> None:
    fragment = Fragment("ab\ncd", Place("a.xlsx", sheet="s", cell="B2"))
    assert fragment.at(4) is fragment.place


def test_a_fragment_does_not_show_its_text() -> None:
    assert "secret" not in repr(Fragment("secret", Place("a"), fields=("secret",)))
