"""A commit is read as git reads it, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import pytest
from hypothesis import given, strategies as st

from mnaudit.model.provenance import Person
from mnaudit.signing.commits import Commit, object_id, read_commit

TREE, PARENT = "a" * 40, "b" * 40
WHO = "Hanako Y <hanako@example.jp> 1772323200 +0900"
ARMOR = " -----BEGIN SSH SIGNATURE-----\n AAAA\n -----END SSH SIGNATURE-----\n"


def text(
    *,
    parents: tuple[str, ...] = (PARENT,),
    author: str = WHO,
    committer: str = WHO,
    more: str = "",
    message: str = "title\n",
) -> bytes:
    lines = [f"tree {TREE}", *(f"parent {parent}" for parent in parents)]
    lines += [f"author {author}", f"committer {committer}"]
    return ("\n".join(lines) + f"\n{more}\n{message}").encode()


def read(data: bytes, object_format: Literal["sha1", "sha256"] = "sha1") -> Commit | None:
    return read_commit(object_id("commit", data, object_format), data, object_format)


def test_ids_are_those_of_git() -> None:
    """Outside truth: ``git hash-object`` of the empty blob and of "hello", both formats."""
    assert object_id("blob", b"", "sha1") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    assert object_id("blob", b"hello", "sha1") == "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0"
    assert object_id("blob", b"", "sha256") == (
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"
    )


def test_a_plain_commit_is_read() -> None:
    data = text()

    assert read(data) == Commit(
        id=object_id("commit", data, "sha1"),
        parents=(PARENT,),
        author=Person(name="Hanako Y", mail="hanako@example.jp"),
        committed_at=datetime(2026, 3, 1, tzinfo=UTC),
        signature=None,
        payload=data,
    )


def test_the_signature_is_taken_out_of_what_is_signed() -> None:
    before, after = "encoding UTF-8\n", "x-more a\n b\n"
    found = read(text(more=f"{before}gpgsig{ARMOR}{after}", message="title\n\ngpgsig x\n y\n"))

    assert found is not None
    assert found.payload == text(more=before + after, message="title\n\ngpgsig x\n y\n")
    assert found.signature == ARMOR.replace("\n ", "\n")[1:].encode()


def test_a_repository_of_sha_256_has_its_own_header() -> None:
    mine, other = (text(more=f"{name}{ARMOR}") for name in ("gpgsig-sha256", "gpgsig"))

    found = read(mine, "sha256")
    assert found is not None
    assert found.signature is not None
    assert found.payload == text()
    assert read(other, "sha256") is None
    assert read(mine, "sha1") is None


def test_an_embedded_tag_is_no_signature_of_the_commit() -> None:
    tag = f"mergetag object {PARENT}\n type commit\n gpgsig x\n\n"
    found = read(text(parents=(PARENT, TREE), more=tag.rstrip("\n") + "\n"))

    assert found is not None
    assert found.signature is None
    assert found.parents == (PARENT, TREE)


def test_bytes_of_another_commit_are_refused() -> None:
    data = text()

    assert read_commit(object_id("commit", data, "sha1"), data + b" ", "sha1") is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"tree x",
        text(parents=("xyz",)),
        text(author="nobody"),
        text(committer="Hanako <hanako@example.jp> tomorrow +0900"),
        text(committer=f"Hanako <hanako@example.jp> {'9' * 18} +0900"),
        text(more=f"author {WHO}\n"),
        text(more=f"committer {WHO}\n"),
        text(more=f"tree {TREE}\n"),
        text(more=f"gpgsig{ARMOR}gpgsig{ARMOR}"),
        text(more=f"gpgsig{ARMOR}gpgsigx y\n"),
        text().replace(b"author", b"gpgsig x\nauthor"),
        text().replace(b"tree", b"parent"),
    ],
)
def test_what_can_be_read_in_two_ways_is_not_read(data: bytes) -> None:
    assert read(data) is None


def test_a_name_that_is_not_utf_8_is_shown_as_far_as_it_goes() -> None:
    found = read(text().replace(b"Hanako Y", b"\x93\xfa\x8c{"))

    assert found is not None
    assert "\ufffd" in found.author.name


TRAILERS = "Reviewed-by: Taro <taro@example.jp>\nAPPROVED-BY:Jiro S <jiro@example.jp> \n"


@pytest.mark.parametrize(
    ("message", "names"),
    [
        (f"title\n\nbody\n\n{TRAILERS}", ["Taro", "Jiro S"]),
        (f"title\n\nSigned-off-by: A <a@b>\n  folded\n{TRAILERS}\n\n", ["Taro", "Jiro S"]),
        (TRAILERS, []),
        (f"title\n\n{TRAILERS}\nlast words, no trailers", []),
        (f"title\n\nprose beside\n{TRAILERS}", []),
        ("title\n\nReviewed-by: Taro without an address\n", []),
        ("title\n\nI reviewed-by: x <y>\n", []),
        ("", []),
    ],
)
def test_only_trailers_at_the_end_approve(message: str, names: list[str]) -> None:
    found = read(text(message=message))

    assert found is not None
    assert [person.name for person in found.approvers] == names


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    read(data)
    read(text() + data)
    read(text(more="gpgsig x\n").replace(b"gpgsig x", b"gpgsig " + data))
