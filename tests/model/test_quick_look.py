from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from mnaudit.model.quick_look import QuickLook


@pytest.mark.parametrize("encoding", ["utf-8", "UTF_8", "ascii", "cp932", "utf-16-le"])
def test_a_pattern_is_found_in_every_encoding(encoding: str) -> None:
    assert QuickLook("[12]3").finds("a 13".encode(encoding), encoding)
    assert not QuickLook("[12]3").finds("a 33".encode(encoding), encoding)


def test_letters_of_other_encodings_are_understood() -> None:
    assert QuickLook("個人").finds("個人番号".encode("cp932"), "cp932")
    assert not QuickLook("個人").finds("個人番号".encode("cp932"), "utf-8")


def test_an_unknown_encoding_is_never_ruled_out() -> None:
    assert QuickLook("a").finds(b"b", "no such encoding")


@given(st.binary())
def test_two_looks_find_what_either_finds(data: bytes) -> None:
    one, other = QuickLook("[0-9]"), QuickLook(r"[a-z]\z")

    assert (one | other).finds(data) == (one.finds(data) or other.finds(data))


def test_a_look_does_not_show_its_pattern() -> None:
    assert "12" not in repr(QuickLook("12"))


def test_a_pattern_knows_nothing_of_what_a_text_is_about() -> None:
    look = QuickLook("1")

    assert look.quick is look
    assert look.is_about(b"")
