"""Where does the evidence come from? The rows of the section Provenance (証跡の出どころ).

Says what was verified and what a commit only claims, and never lets one look like the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mnaudit.messages import phrase
from mnaudit.model.provenance import CommitSignature
from mnaudit.report.sentences import coded_sentence, listed, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mnaudit.messages import Language
    from mnaudit.model.provenance import FileProvenance, Remark, RepositoryProvenance
    from mnaudit.model.view import ReportView

__all__ = [
    "OriginRow",
    "Origins",
    "head_sentences",
    "origin_headings",
    "origin_rows",
    "origins",
    "remark_sentences",
]

_SHORT = 10
_NAMED = 12
"""How many files a remark names before it says how many more there are."""

_HEADINGS = ("file", "commit", "author", "submitter", "approver", "four_eyes")


@dataclass(frozen=True, slots=True)
class OriginRow:
    """One file, ready to be shown; the fields are in the order of :func:`origin_headings`.

    Attributes:
        commit: The first ten digits of the id, or why there is none.
        submitter: Who signed, or what is wrong with the signature.
        is_sound: A known submitter signed and somebody else approved by signature or by claim.
    """

    path: str
    commit: str
    author: str
    submitter: str
    approver: str
    four_eyes: str
    is_sound: bool


@dataclass(frozen=True, slots=True)
class Origins:
    """Everything that a report says of the provenance, ready to be shown.

    Attributes:
        said: Of the repository, and what keeps a provenance from being known.
        counted: How many files are sound.
    """

    title: str
    said: tuple[str, ...]
    counted: str
    headings: tuple[str, ...]
    rows: tuple[OriginRow, ...]


def origins(view: ReportView, language: Language) -> Origins | None:
    """Return what a report says of the provenance; None without a repository."""
    provenance = view.provenance
    if provenance is None or provenance.repository is None:
        return None
    rows = origin_rows(view.paths, provenance.files, provenance.remarks, language)
    sound = sum(row.is_sound for row in rows)
    return Origins(
        phrase("provenance.title", language),
        (
            *head_sentences(provenance.repository, language),
            *remark_sentences(provenance.remarks, language),
        ),
        phrase("provenance.counted", language, sound=sound, total=len(rows)),
        origin_headings(language),
        rows,
    )


def origin_headings(language: Language) -> tuple[str, ...]:
    """Return the headings of the columns."""
    return tuple(phrase(f"provenance.{name}", language) for name in _HEADINGS)


def origin_rows(
    paths: Iterable[str],
    files: Mapping[str, FileProvenance],
    remarks: Iterable[Remark],
    language: Language,
) -> tuple[OriginRow, ...]:
    """Return a row for each path, sorted.

    Args:
        paths: All evidence files, whether or not their origin is known.
        files: What is known, by path.
        remarks: Why it is not known of the others; those about a file outweigh those about all.
        language: Of the words.
    """
    reasons: dict[str, str] = {}
    whole = ""
    for remark in remarks:
        whole = whole or (remark.code if not remark.paths else "")
        reasons |= dict.fromkeys(remark.paths, remark.code)
    return tuple(
        _row(path, files[path], language)
        if path in files
        else _unattributed(path, reasons.get(path, whole), language)
        for path in sorted(paths)
    )


def head_sentences(repository: RepositoryProvenance, language: Language) -> tuple[str, ...]:
    """Return what is said of the repository, and that most of it is claimed."""
    said = [phrase("provenance.head", language, commit=repository.commit)]
    if repository.dirty:
        said.append(phrase("provenance.dirty", language))
    if repository.shallow:
        said.append(phrase("provenance.shallow", language))
    return (*said, phrase("provenance.claims", language))


def remark_sentences(remarks: Iterable[Remark], language: Language) -> tuple[str, ...]:
    """Return a sentence with its code for each remark."""
    return tuple(
        f"{coded_sentence(remark.code, 'text', {'paths': _named(remark, language)}, language)}"
        f" [{remark.code}]"
        for remark in remarks
    )


def _named(remark: Remark, language: Language) -> str:
    return listed([visible(path) for path in remark.paths], language, at_most=_NAMED)


def _row(path: str, origin: FileProvenance, language: Language) -> OriginRow:
    author = f"{origin.author.name} <{origin.author.mail}>"
    signer = visible(origin.signer or "")
    is_good = origin.signature is CommitSignature.GOOD
    return OriginRow(
        path=visible(path),
        commit=origin.commit[:_SHORT],
        author=visible(author),
        submitter=phrase(f"provenance.{origin.signature}", language, signer=signer),
        approver=_approver(origin, language),
        four_eyes=_four_eyes(origin, language),
        is_sound=is_good and origin.four_eyes is True,
    )


def _approver(origin: FileProvenance, language: Language) -> str:
    if origin.approver is None or origin.approval is None:
        return phrase("provenance.unapproved", language)
    approver = visible(origin.approver)
    return phrase(f"provenance.{origin.approval}", language, approver=approver)


def _four_eyes(origin: FileProvenance, language: Language) -> str:
    names = {True: "two_persons", False: "one_person", None: "not_known"}
    return phrase(f"provenance.{names[origin.four_eyes]}", language)


def _unattributed(path: str, code: str, language: Language) -> OriginRow:
    commit = phrase("provenance.unattributed", language, code=visible(code))
    unknown = phrase("provenance.not_known", language)
    return OriginRow(visible(path), commit, unknown, unknown, unknown, unknown, is_sound=False)
