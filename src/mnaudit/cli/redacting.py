"""What ``redact add`` does: gather what the tombstone says, and put it in the place of the file."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from hashlib import sha256
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any, Final

from mnaudit.errors import ConfigurationError, InputError, TrustError
from mnaudit.model.document import REDACTIONS_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from mnaudit.model.document import Document, Tree
    from mnaudit.model.redaction import LeafPlace, Redaction

__all__ = [
    "Asked",
    "Tombstone",
    "bury",
    "evidence_path",
    "named_redactions",
    "noted",
    "prepare",
    "read_redactions",
]

_PERSON: Final = re.compile(r"([A-Z][0-9]{4,8})[\s　]+(\S.*)", re.DOTALL)
_NO_SLUG: Final = re.compile(r"[^a-z0-9]+")
_MAX_SLUG: Final = 60
_LINE: Final = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller says of a redaction.

    Attributes:
        path: Relative to the evidence folder.
        salt: 32 random bytes, used where no bundle gives a commitment.
    """

    path: str = field(repr=False)
    reason: str
    discovered_on: date
    redacted_on: date
    requested_by: str
    approved_by: str
    salt: bytes = field(repr=False)
    id: str | None = None
    kind: str | None = None
    replaced_by: str | None = None
    bundles: tuple[Path, ...] = ()
    log: Path | None = None


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A tombstone that is ready, and what else changes with it.

    Attributes:
        item: As it stands in ``redactions.yaml``.
        value: The whole file as it was, or an empty one.
        text: The same as text.
        edits: New bytes of documents that declared the file, by path.
        by_hand: Documents that declare it and that a person must change.
        orphans: Attachments that no other document declares.
        untold: How many statuses of the log may rest on the file or not.
        is_salted_here: The commitment was made with the salt of the caller.
        is_hidden: The path held a number and is not told.
    """

    item: dict[str, Any]
    value: dict[str, Any]
    text: str
    edits: dict[str, bytes] = field(default_factory=dict, repr=False)
    by_hand: tuple[str, ...] = ()
    orphans: tuple[str, ...] = ()
    untold: int = 0
    is_salted_here: bool = False
    is_hidden: bool = False


def evidence_path(root: Path, path: Path) -> str:
    """Return a path relative to the evidence folder.

    Raises:
        ConfigurationError: It is not below the folder, or there is something else than a file
            (``MN515``).
    """
    import os

    top, full = os.path.abspath(root), os.path.abspath(path)  # noqa: PTH100 - resolve() follows links
    if not full.startswith(top + os.sep):
        raise ConfigurationError("MN515", reason="outside")
    if os.path.islink(full) or os.path.isdir(full):  # noqa: PTH114, PTH112
        raise ConfigurationError("MN515", reason="no file")
    return full[len(top) + 1 :].replace(os.sep, "/")


def read_redactions(root: Path, name: str = REDACTIONS_PATH) -> tuple[Document | None, str]:
    """Return ``redactions.yaml`` as a document and as text; None if there is none.

    Args:
        root: The evidence folder.
        name: Of the file, if it is a copy elsewhere.

    Raises:
        InputError: It cannot be read, or does not match its schema (``MN517``).
    """
    from mnaudit.load.documents import read_document
    from mnaudit.load.evidence import read_documents
    from mnaudit.model.document import Document

    place = root / name
    if not place.exists():
        return None, ""
    tree = read_documents(root, [place])
    if not tree.files:
        raise InputError("MN517", path=str(place))
    data = tree.files[0].read()
    document = read_document(tree.files[0], data)
    if not isinstance(document, Document) or not _is_shaped(document):
        raise InputError("MN517", path=str(place))
    return document, data.decode()


def named_redactions(path: Path) -> tuple[Redaction, ...]:
    """Return the tombstones in a file that somebody named.

    Raises:
        ConfigurationError: There is no such file (``MN002``).
        InputError: It cannot be read, or does not match its schema (``MN517``).
    """
    from mnaudit.validate.redactions import redactions_of

    document, _ = read_redactions(path.parent, path.name)
    if document is None:
        raise ConfigurationError("MN002", path=str(path))
    return redactions_of(document).redactions


def prepare(root: Path, asked: Asked) -> Tombstone:
    """Gather everything that a tombstone says, and change nothing.

    Raises:
        ConfigurationError: There is nothing to redact, or it has a tombstone (``MN515``); or a
            person is not given as code and role (``MN012``).
        InputError: ``redactions.yaml`` cannot be used (``MN517``).
        TrustError: A bundle does not tell what it should (``MN516``).
    """
    from mnaudit.load.documents import is_document
    from mnaudit.load.evidence import read_folder
    from mnaudit.validate.redactions import may_hold_number

    existing, text = read_redactions(root)
    tree = read_folder(root)
    value = _whole(existing, tree)
    is_hidden = may_hold_number(asked.path)
    shown = _without_number(asked.path) if is_hidden else asked.path
    if not is_hidden and any(each["path"] == shown for each in value["redactions"]):
        raise ConfigurationError("MN515", reason="twice")
    covering = _Covering(root, asked)
    if not covering.statuses and not (root / asked.path).is_file():
        raise ConfigurationError("MN515", reason="absent")
    role = "document" if is_document(asked.path) else "attachment"
    declaring = [document for document in tree.documents if asked.path in _declared(document)]
    commitment = covering.commitment(tree)
    item: dict[str, Any] = {
        "id": asked.id or _new_id(shown, asked, value),
        "path": shown,
        "name_withheld": is_hidden or None,
        "role": role,
        "kind": _kind(asked, tree) if role == "document" else None,
        "declared_by": [document.path for document in declaring] or None,
        "reason": asked.reason,
        "discovered_on": asked.discovered_on.isoformat(),
        "redacted_on": asked.redacted_on.isoformat(),
        "requested_by": _person(asked.requested_by, "--requested-by"),
        "approved_by": _person(asked.approved_by, "--approved-by"),
        "commitment": commitment and {"format": "mnaudit-leaf/v1", "hash": commitment},
        "statuses": covering.values(),
        "replaced_by": asked.replaced_by,
    }
    edits = {document.path: _without(document, asked.path) for document in declaring}
    return Tombstone(
        item={name: each for name, each in item.items() if each is not None},
        value=value,
        text=text,
        edits={path: data for path, data in edits.items() if data is not None},
        by_hand=tuple(path for path, data in edits.items() if data is None),
        orphans=tuple(_orphans(tree, asked.path)),
        untold=covering.untold,
        is_salted_here=covering.is_salted_here,
        is_hidden=is_hidden,
    )


def bury(root: Path, asked: Asked, tombstone: Tombstone) -> None:
    """Write the tombstone, take the file out of its documents, and remove it: in this order, so
    that nothing is gone before it is told of.

    Raises:
        ConfigurationError: Something cannot be written (``MN008``).
        InputError: What is said makes no tombstone by the schema (``MN517``).
    """  # noqa: D205 - one sentence
    from mnaudit.store.files import write
    from mnaudit.store.redactions import remove_file

    write(root / REDACTIONS_PATH, composed(tombstone.value, tombstone.text, tombstone.item))
    for path, data in tombstone.edits.items():
        write(root / path, data)
    if asked.replaced_by != asked.path:
        remove_file(root / asked.path)


def composed(value: dict[str, Any], text: str, item: dict[str, Any]) -> bytes:
    """Return ``redactions.yaml`` with one more tombstone, read again to be sure.

    Raises:
        InputError: It would not match its schema (``MN517``).
    """
    from mnaudit.store.redactions import with_redaction

    wanted = {**value, "redactions": [*value["redactions"], item]}
    for kept in (text, ""):
        data = with_redaction(kept, value, item).encode()
        document = _read(REDACTIONS_PATH, data)
        if document is not None and document.value == wanted and _is_shaped(document):
            return data
    raise InputError("MN517", path=REDACTIONS_PATH)


class _Covering:
    """The statuses that rested on the file, from bundles and from the log."""

    def __init__(self, root: Path, asked: Asked) -> None:
        self.asked = asked
        self.statuses: dict[str, dict[str, Any]] = {}
        self.digests: dict[str, str] = {}
        self.untold = 0
        self.is_salted_here = False
        for bundle in asked.bundles:
            self._take_bundle(bundle)
        if asked.log is not None:
            self._take_log(root, asked.log)

    def values(self) -> list[dict[str, Any]]:
        """Return the statuses, oldest first."""
        return sorted(
            self.statuses.values(), key=lambda each: (each["as_of"], each.get("sequence", -1))
        )

    def commitment(self, tree: Tree) -> str | None:
        """Return the leaf of the newest bundle with just these bytes, else one of our own."""
        from mnaudit.signing.redaction import commitment_to

        present = {file.path: file for file in tree.files}.get(self.asked.path)
        leaves = [
            (self.digests[each["payload_sha256"]], each["leaf"]["hash"])
            for each in self.values()
            if "leaf" in each
        ]
        for digest, hash_ in reversed(leaves):
            if present is None or digest == present.sha256:
                return str(hash_)
        if present is None:
            return None
        self.is_salted_here = True
        return commitment_to(present.path, present.sha256, present.size, self.asked.salt)

    def _take_bundle(self, path: Path) -> None:
        from mnaudit.signing.container import EVIDENCE
        from mnaudit.signing.redaction import leaf_place
        from mnaudit.verify import Basis, verify_bundle

        try:
            with path.open("rb") as source:
                verified = verify_bundle(source, Basis())
        except OSError as error:
            raise ConfigurationError("MN002", path=str(path)) from error
        status, manifest = verified.status, verified.manifest
        if status is None or manifest is None or not verified.files:
            raise TrustError("MN516", path=str(path))
        place = leaf_place(manifest, verified.digests, self.asked.path)
        if place is None:
            return
        digest = sha256(verified.status_payload).hexdigest()
        self.digests[digest] = verified.digests[EVIDENCE + self.asked.path]
        self.statuses[digest] = _status(digest, status, place)

    def _take_log(self, root: Path, folder: Path) -> None:
        from mnaudit.load.log import read_log
        from mnaudit.load.redactions import commits_with
        from mnaudit.signing.predicates import dump
        from mnaudit.signing.status_log import read_entry

        payloads = read_log(folder).payloads
        entries = [read_entry(payload, index) for index, payload in enumerate(payloads)]
        commits = [each.status.git.commit for each in entries if each.status.git is not None]
        holding = commits_with(root, self.asked.path, commits)
        for entry in entries:
            if entry.sha256 in self.statuses:
                continue
            if entry.status.git is None:
                self.untold += 1
            elif entry.status.git.commit in holding:
                status = dump(entry.status)
                self.statuses[entry.sha256] = _status(entry.sha256, status, None)


def _status(digest: str, status: dict[str, Any], place: LeafPlace | None) -> dict[str, Any]:
    found = {
        "payload_sha256": digest,
        "as_of": status["as_of"],
        "sequence": status.get("sequence"),
        "leaf": None if place is None else place.model_dump(mode="json"),
    }
    return {name: value for name, value in found.items() if value is not None}


def _whole(existing: Document | None, tree: Tree) -> dict[str, Any]:
    from mnaudit.model.document import ORGANIZATION_PATH

    if existing is not None:
        return existing.value
    for document in tree.documents:
        if document.path == ORGANIZATION_PATH:
            return {"organization": document.value.get("organization"), "redactions": []}
    raise InputError("MN146")


def _is_shaped(document: Document) -> bool:
    """Tell whether it matches the schema and its twin."""
    from pydantic import ValidationError

    from mnaudit.load.shipped import shipped
    from mnaudit.model.redaction import Redactions
    from mnaudit.pipeline import schemas_of

    schema = schemas_of(shipped("schema")).named("redactions.schema.json")
    if schema.problems(document):
        return False
    try:
        Redactions.model_validate(document.value)
    except ValidationError:
        return False
    return True


def _read(path: str, data: bytes) -> Document | None:
    from mnaudit.load.documents import read_document
    from mnaudit.model.document import Document, SourceFile

    file = SourceFile(path, len(data), sha256(data).hexdigest(), lambda: data)
    document = read_document(file, data)
    return document if isinstance(document, Document) else None


def _without_number(path: str) -> str:
    """Return the innermost folder whose name may be told.

    Raises:
        ConfigurationError: There is none (``MN515``).
    """
    from mnaudit.validate.redactions import may_hold_number

    folder = dirname(path)
    while folder and may_hold_number(folder):
        folder = dirname(folder)
    if not folder:
        raise ConfigurationError("MN515", reason="name")
    return folder


def _new_id(shown: str, asked: Asked, value: dict[str, Any]) -> str:
    """Make an id of the day and the name, unique in the file."""
    slug = _NO_SLUG.sub("-", shown.rpartition(".")[0].lower() or shown.lower()).strip("-")
    stem = f"{asked.redacted_on.isoformat()}-{slug[:_MAX_SLUG]}".strip("-")
    taken = {each["id"] for each in value["redactions"]}
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _kind(asked: Asked, tree: Tree) -> str | None:
    """Return what the document is evidence of: as asked, as it says itself, or by its folder."""
    from mnaudit.load.shipped import shipped
    from mnaudit.pipeline import schemas_of

    if asked.kind is not None:
        return asked.kind
    known = schemas_of(shipped("schema")).kinds
    values = {document.path: document.value for document in tree.documents}
    for told in (values.get(asked.path, {}).get("kind"), asked.path.partition("/")[0]):
        if told in known:
            return str(told)
    return None


def _person(text: str, option: str) -> dict[str, str]:
    found = _PERSON.fullmatch(text.strip())
    if found is None:
        raise ConfigurationError("MN012", detail=f'{option} "E0001 ROLE"')
    return {"code": found[1], "role": found[2]}


def _declared(document: Document) -> list[str]:
    """Return the attachments of a document, which may be of any shape; "" for one of no shape."""
    declared = document.value.get("attachments")
    paths = [
        each.get("path") if isinstance(each, dict) else None
        for each in (declared if isinstance(declared, list) else ())
    ]
    return [
        normpath(join(dirname(document.path), path)) if isinstance(path, str) else ""
        for path in paths
    ]


def _orphans(tree: Tree, path: str) -> Iterator[str]:
    """Yield attachments that only this document declares: nobody does when it is gone."""
    others = {
        each for document in tree.documents if document.path != path for each in _declared(document)
    }
    for document in tree.documents:
        if document.path == path:
            yield from sorted({each for each in _declared(document) if each} - others)


def _without(document: Document, path: str) -> bytes | None:
    """Return a document without an attachment and its digest; None if a person must do it."""
    declared = _declared(document)
    gone = [number for number, each in enumerate(declared) if each == path]
    kept = [each for number, each in enumerate(document.value["attachments"]) if number not in gone]
    wanted = {**document.value, "attachments": kept}
    if not kept:
        del wanted["attachments"]
    if document.path.endswith(".json"):
        data = json.dumps(wanted, ensure_ascii=False, indent=2).encode() + b"\n"
    else:
        lines = _LINE.split(document.file.read().decode("utf-8-sig"))
        spans = [_span(document, number) for number in gone] if kept else [_span(document, "")]
        for first, last in sorted(spans, reverse=True):
            del lines[first - 1 : last]
        data = "".join(lines).encode()
    again = _read(document.path, data)
    return data if again is not None and again.value == wanted else None


def _span(document: Document, number: int | str) -> tuple[int, int]:
    """Return the first and last line of ``attachments``, or of one of them."""
    here = "/attachments" if number == "" else f"/attachments/{number}"
    first = document.locate(here, key=number == "")[0]
    count = len(document.value["attachments"])
    places = [document.locate(f"/{name}", key=True)[0] for name in document.value]
    if number != "":
        places += [document.locate(f"/attachments/{other}")[0] for other in range(count)]
    following = [line for line in places if line > first]
    return first, min(following) - 1 if following else 10**9


def noted(document: Document, note: dict[str, Any]) -> tuple[bytes, int]:
    """Return ``redactions.yaml`` with a note on the rewritten history, and in how many tombstones.

    Raises:
        InputError: It would not match its schema (``MN517``).
    """
    from mnaudit.store.redactions import as_yaml

    tombstones = document.value["redactions"]
    wanted = {
        **document.value,
        "redactions": [
            each if "rewritten" in each else {**each, "rewritten": note} for each in tombstones
        ],
    }
    data = as_yaml(wanted).encode()
    again = _read(REDACTIONS_PATH, data)
    if again is None or again.value != wanted or not _is_shaped(again):
        raise InputError("MN517", path=REDACTIONS_PATH)
    return data, sum("rewritten" not in each for each in tombstones)
