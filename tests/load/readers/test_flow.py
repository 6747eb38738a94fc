"""What is written line by line is handed out with its places, whole or in windows."""

from __future__ import annotations

from hypothesis import given, strategies as st

from mnaudit.load.readers.flow import Flow
from mnaudit.model.scan import Fragment, Place

START = Place("a")


def test_a_text_has_its_place() -> None:
    flow = Flow(START)
    flow.write("個人\n番")
    place = flow.write("号")

    assert (place.line, place.column) == (2, 2)
    (fragment,) = flow.rest()
    assert fragment.at(fragment.text.index("号")) == place


def test_nothing_is_handed_out_of_nothing() -> None:
    flow = Flow(START)
    flow.write(" \n")

    assert not list(flow.rest())


def test_rows_are_handed_out_with_the_words_around_them_and_these_once_more() -> None:
    flow = Flow(START)
    flow.write("前\n")
    flow.write("a\tb\n", is_row=True)
    flow.write("後\n")

    assert [(one.text, one.context_only) for one in flow.rest()] == [
        ("前\na\tb\n後\n", True),
        ("前\n", False),
        ("後\n", False),
    ]


@given(
    st.lists(st.text("あ\n", min_size=1, max_size=4_000), min_size=300, max_size=400),
    st.integers(0),
)
def test_every_character_is_in_a_window_at_its_place(pieces: list[str], mark: int) -> None:
    flow = Flow(START)
    marked = mark % len(pieces)
    expected = None
    found: list[Fragment] = []
    for at, piece in enumerate(pieces):
        flow.write(piece * 3)
        if at == marked:
            expected = flow.write("号")
        found += flow.full()
    found += flow.rest()

    places = {one.at(one.text.index("号")) for one in found if "号" in one.text}

    assert places == {expected}
