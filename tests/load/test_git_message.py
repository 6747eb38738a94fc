"""What of a commit message git keeps, and so what is looked at."""

from __future__ import annotations

import pytest

from mnaudit.load.git_message import kept_message

TEMPLATE = b"""
# Please enter the commit message for your changes.
#
# Changes to be committed:
#\tdeleted:    a.yaml
#
"""
SCISSORS = b"""# ------------------------ >8 ------------------------
# Do not modify or remove the line above.
diff --git a/a.yaml b/a.yaml
-what is removed
"""


def test_comments_and_the_difference_are_shown_to_an_editor_and_not_kept() -> None:
    message = b"subject\n\nbody\n"

    assert kept_message(message + TEMPLATE, edited=True) == message
    assert kept_message(message + TEMPLATE + SCISSORS, edited=True) == message
    assert kept_message((message + TEMPLATE + SCISSORS).replace(b"\n", b"\r\n"), edited=True) == (
        message.replace(b"\n", b"\r\n")
    )


def test_without_an_editor_every_line_is_kept() -> None:
    message = b"subject\n" + TEMPLATE + SCISSORS

    assert kept_message(message, edited=False) == message


def test_another_comment_character_cuts_as_well() -> None:
    assert kept_message(b"subject\n" + SCISSORS.replace(b"#", b";"), edited=True) == b"subject\n"


def test_a_comment_among_the_lines_may_be_kept_and_so_stays() -> None:
    message = b"subject\n# perhaps kept\nbody\n"

    assert kept_message(message + TEMPLATE, edited=True) == message


@pytest.mark.parametrize("data", [b"", b"\n", b"# only a comment\n", SCISSORS])
def test_nothing_may_be_left(data: bytes) -> None:
    assert kept_message(data, edited=True) == b""
