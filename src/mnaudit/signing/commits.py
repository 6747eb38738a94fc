"""What does a git commit say? Parents, author, signature, the bytes under it, and trailers.

A commit is read strictly: what git itself might read in two ways is not read at all.

Source: git ``Documentation/gitformat-signature``, ``commit.c`` (``parse_signed_commit``); trailers
as in ``git-interpret-trailers``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1, sha256
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from mnaudit.model.provenance import Person

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Commit", "ObjectFormat", "object_id", "read_commit"]

ObjectFormat: TypeAlias = Literal["sha1", "sha256"]
"""How a repository names its objects."""

_SIGNATURE_HEADER: Final = {"sha1": b"gpgsig", "sha256": b"gpgsig-sha256"}
_PERSON: Final = re.compile(rb"([^<>\n\0]*)<([^<>\n\0]*)> (-?[0-9]{1,18}) [+-][0-9]{4}")
_HASH: Final = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_APPROVAL: Final = re.compile(r"(?:reviewed|approved)-by:\s*([^<>]*)<([^<>]*)>\s*", re.IGNORECASE)
_TRAILER: Final = re.compile(r"[A-Za-z0-9-]+:.*|\s+\S.*")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, read.

    Attributes:
        author: Who made the change, as the commit says.
        committed_at: When, as the clock of the committer said: a claim, and no evidence of time.
        signature: The armored signature; None if there is none.
        payload: The bytes that it is over.
        approvers: Of the trailers ``Reviewed-by`` and ``Approved-by``, in their order.
    """

    id: str
    parents: tuple[str, ...]
    author: Person
    committed_at: datetime
    signature: bytes | None
    payload: bytes
    approvers: tuple[Person, ...] = ()


def object_id(type_: str, data: bytes, object_format: ObjectFormat) -> str:
    """Return the id that git gives to an object of these bytes."""
    framed = b"%s %d\0" % (type_.encode(), len(data)) + data
    if object_format == "sha256":
        return sha256(framed).hexdigest()
    # What git calls it. Integrity rests on the SHA-256 of the manifest, never on this.
    return sha1(framed, usedforsecurity=False).hexdigest()


def read_commit(id_: str, data: bytes, object_format: ObjectFormat) -> Commit | None:
    """Read a commit; None if these bytes are not that commit, or can be read in two ways."""
    if object_id("commit", data, object_format) != id_:
        return None
    head, _, message = data.partition(b"\n\n")
    headers = list(_headers(head + b"\n"))
    names = [name for name, _ in headers]
    parents = names.count(b"parent")
    # Exactly this order: a second author, or one behind a signature, would be a second reading.
    if names[: parents + 3] != [b"tree", *[b"parent"] * parents, b"author", b"committer"]:
        return None
    if any(name in (b"author", b"committer", b"tree") for name in names[parents + 3 :]):
        return None
    author = _PERSON.fullmatch(headers[parents + 1][1])
    committer = _PERSON.fullmatch(headers[parents + 2][1])
    ids = [value for _, value in headers[: parents + 1]]
    if author is None or committer is None or not all(map(_HASH.fullmatch, ids)):
        return None
    committed_at = _instant(int(committer[3]))
    if committed_at is None:
        return None
    mine = _SIGNATURE_HEADER[object_format]
    signatures = [value for name, value in headers if name.startswith(b"gpgsig")]
    if len(signatures) > 1 or any(n.startswith(b"gpgsig") and n != mine for n in names):
        return None
    return Commit(
        id=id_,
        parents=tuple(value.decode() for value in ids[1:]),
        author=Person(name=_text(author[1]), mail=_text(author[2])),
        committed_at=committed_at,
        signature=signatures[0] + b"\n" if signatures else None,
        payload=_without_signature(head + b"\n", mine) + b"\n" + message,
        approvers=tuple(_approvers(message.decode("utf-8", "replace"))),
    )


def _headers(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and value; lines that begin with a space continue the value."""
    for name, value in re.findall(rb"(?m)^([^ \n]*) ?(.*(?:\n .*)*)\n", head):
        yield name, value.replace(b"\n ", b"\n")


def _without_signature(head: bytes, name: bytes) -> bytes:
    return re.sub(rb"(?m)^%s .*\n(?: .*\n)*" % re.escape(name), b"", head)


def _instant(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").strip()


def _approvers(message: str) -> Iterator[Person]:
    """Yield the approvers of the last paragraph, if all of its lines are trailers."""
    paragraphs = re.split(r"\n[ \t]*\n", message.strip())
    lines = paragraphs[-1].split("\n")
    # The first paragraph is the title, even if it looks like a trailer.
    if len(paragraphs) == 1 or not all(map(_TRAILER.fullmatch, lines)):
        return
    for line in lines:
        if found := _APPROVAL.fullmatch(line):
            yield Person(name=found[1].strip(), mail=found[2].strip())
