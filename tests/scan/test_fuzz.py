"""A damaged file is read or said to be unreadable: no reader crashes, hangs or talks."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from tests.scan.positives import positives
from tests.scan.traces import gives_away

from mnaudit.load.readers import Limits, SourceBytes, read_fragments
from mnaudit.model.scan import Fragment, Unreadable

if TYPE_CHECKING:
    from tests.scan.placements import Placement

_LIMITS = Limits(file_bytes=1 << 20, expanded_bytes=1 << 23, members=500, fragments=50_000)
_FORMATS = (
    *("text", "csv", "tsv", "yaml", "json", "xml", "html", "md", "sql"),
    *("xlsx", "xls", "docx", "pptx", "ods", "odt", "rtf", "pdf", "eml", "archive", "picture"),
)
_CHANGES = st.lists(
    st.tuples(
        st.sampled_from(("flip", "drop", "double", "insert", "cut")),
        st.floats(0, 1, exclude_max=True),
        st.binary(min_size=1, max_size=8),
    ),
    min_size=1,
    max_size=6,
)


@cache
def _samples(kind: str) -> tuple[tuple[str, bytes], ...]:
    # A name of which some digits are overwritten is shown: it holds no number any more.
    small = [
        one
        for one in positives()
        if one.id.startswith(f"{kind} ") and _is_small(one) and "name" not in one.id
    ]
    step = max(1, len(small) // 12)
    return tuple((one.name, one.build()) for one in small[::step])


def _is_small(one: Placement) -> bool:
    return not any(word in one.id for word in (" at-", "after-", "long", "3000", "4000"))


@pytest.mark.parametrize("kind", _FORMATS)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_file_never_gets_through_unread(kind: str, data: st.DataObject) -> None:
    name, content = data.draw(st.sampled_from(_samples(kind)))
    damaged = _damage(content, data.draw(_CHANGES))
    source = SourceBytes(name, len(damaged), lambda: io.BytesIO(damaged))

    pieces = list(read_fragments(source, _LIMITS))

    assert all(isinstance(piece, Fragment | Unreadable) for piece in pieces)
    # Something always comes of a file: its name, its text, or that it could not be read.
    assert pieces
    assert not any(gives_away(repr(piece)) for piece in pieces if isinstance(piece, Unreadable))


def _damage(content: bytes, changes: list[tuple[str, float, bytes]]) -> bytes:
    for change, where, piece in changes:
        at = int(len(content) * where)
        match change:
            case "flip":
                content = content[:at] + piece + content[at + len(piece) :]
            case "drop":
                content = content[:at] + content[at + len(piece) * 4 :]
            case "double":
                content = content[:at] + content[max(0, at - 64) :]
            case "insert":
                content = content[:at] + piece + content[at:]
            case _:
                content = content[: max(at, 16)]
    return content
