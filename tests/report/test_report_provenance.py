"""What was verified and what is only claimed never look alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mnaudit.messages import LANGUAGES, Language
from mnaudit.model.provenance import (
    Approval,
    CommitSignature,
    FileProvenance,
    Person,
    Provenance,
    Remark,
    RepositoryProvenance,
)
from mnaudit.report import render
from mnaudit.report.provenance import (
    head_sentences,
    origin_headings,
    origin_rows,
    remark_sentences,
)

if TYPE_CHECKING:
    from mnaudit.model.view import ReportView

GOOD = FileProvenance(
    commit="a" * 40,
    author=Person(name="花子", mail="hanako@example.jp"),
    signature=CommitSignature.GOOD,
    signer="hanako",
    fingerprint="f" * 64,
    approver="taro",
    approval=Approval.SIGNED,
    four_eyes=True,
)
CLAIMED = GOOD.model_copy(
    update={
        "signature": CommitSignature.NONE,
        "signer": None,
        "approval": Approval.CLAIMED,
        "four_eyes": False,
    }
)
ALONE = CLAIMED.model_copy(update={"approver": None, "approval": None, "four_eyes": None})


def test_a_signed_file_names_signer_and_approver() -> None:
    (row,) = origin_rows(["a.yaml"], {"a.yaml": GOOD}, (), "en")

    assert (row.path, row.commit, row.author) == ("a.yaml", "a" * 10, "花子 <hanako@example.jp>")
    assert (row.submitter, row.approver) == ("hanako (signed)", "taro (signed)")
    assert (row.four_eyes, row.is_sound) == ("two persons", True)


def test_what_is_only_claimed_says_so() -> None:
    claimed, alone = origin_rows(["a", "b"], {"a": CLAIMED, "b": ALONE}, (), "en")

    assert (claimed.submitter, claimed.approver) == ("not signed", "taro (as the commit says)")
    assert (claimed.four_eyes, claimed.is_sound) == ("one person", False)
    assert (alone.approver, alone.four_eyes, alone.is_sound) == ("not recorded", "not known", False)


def test_a_file_without_provenance_has_the_nearest_reason() -> None:
    remarks = (Remark(code="MN074"), Remark(code="MN077", paths=("b",)), Remark(code="MN076"))

    rows = origin_rows(["c", "b", "a"], {"a": GOOD}, remarks, "en")

    assert [row.path for row in rows] == ["a", "b", "c"]
    assert "MN077" in rows[1].commit
    assert "MN074" in rows[2].commit
    assert not rows[1].is_sound


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_has_its_words(language: Language) -> None:
    words = {
        row.submitter
        for signature in CommitSignature
        for row in origin_rows(
            ["a"], {"a": GOOD.model_copy(update={"signature": signature})}, (), language
        )
    }

    assert len(words) == len(CommitSignature)
    assert len(set(origin_headings(language))) == 6


def test_a_name_cannot_reorder_or_hide_what_stands_beside_it() -> None:
    hostile = GOOD.model_copy(
        update={
            "author": Person(name="\u202ejp.example", mail="x\x1b[2K"),
            "signer": "\u200bhanako",
            "approver": "taro\u2066",
        }
    )

    (row,) = origin_rows(["a\u202e"], {"a\u202e": hostile}, (), "en")

    shown = f"{row.path}{row.author}{row.submitter}{row.approver}"
    assert not {"\u202e", "\x1b", "\u200b", "\u2066"} & set(shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_state_of_the_repository_is_told(language: Language) -> None:
    clean = RepositoryProvenance(commit="a" * 40, object_format="sha1")
    odd = RepositoryProvenance(commit="a" * 64, object_format="sha256", shallow=True, dirty=True)

    assert len(head_sentences(clean, language)) == 2
    assert "a" * 40 in head_sentences(clean, language)[0]
    assert len(head_sentences(odd, language)) == 4


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [f"MN0{number}" for number in range(72, 82)])
def test_every_remark_is_a_whole_sentence(code: str, language: Language) -> None:
    paths = tuple(f"{number}.yaml" for number in range(20))

    (sentence,) = remark_sentences([Remark(code=code, paths=paths)], language)

    assert sentence.endswith(f" [{code}]")
    assert not {"{", "}"} & set(sentence)
    assert "19.yaml" not in sentence


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_the_readable_reports_show_where_the_evidence_comes_from(
    format_: str, view: ReportView
) -> None:
    repository = RepositoryProvenance(commit="a" * 40, object_format="sha1")
    known = Provenance(repository=repository, files={"a.yaml": GOOD})
    shown = replace(view, paths=("a.yaml",), provenance=known)

    page = render(format_, shown, "en").decode()

    assert "1 of 1" in page
    assert format_ == "text" or "hanako (signed)" in page
    assert "hanako" not in render(format_, view, "en").decode()
