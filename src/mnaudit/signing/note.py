"""Who signed this text, and how large was the log? Signed notes, checkpoints, cosignatures.

A note is a text with signatures below it; a checkpoint is a note whose text is the size and the
root of a log; a cosignature says when a witness saw it. Nothing in a note says whom to trust: the
name and the key of a signer come from the caller, and lines of other signers are kept and ignored.

One note has one spelling here: white space, base64 and numbers can be written in one way only.

Source: c2sp.org/signed-note, c2sp.org/tlog-checkpoint, c2sp.org/tlog-cosignature (Ed25519 only).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from mnaudit.errors import ConfigurationError, TrustError
from mnaudit.signing.keys import Algorithm
from mnaudit.signing.merkle import HASH_BYTES

if TYPE_CHECKING:
    from mnaudit.signing.keys import PublicKey, Signer

__all__ = [
    "MAX_NOTE_BYTES",
    "MAX_SIGNATURES",
    "MAX_SIZE",
    "Checkpoint",
    "Note",
    "NoteSignature",
    "SignatureType",
    "add_signature",
    "cosign",
    "cosigned_at",
    "decode_hash",
    "encode",
    "is_name",
    "is_signed",
    "key_id",
    "read_checkpoint",
    "read_note",
    "read_signature",
    "sign",
    "vkey",
    "with_signatures_of",
    "witness_name",
    "write_checkpoint",
    "write_note",
    "write_signature",
]

MAX_NOTE_BYTES: Final = 64 * 1024
MAX_SIGNATURES: Final = 100
MAX_SIZE: Final = 999_999
"""Of a log: entries have names of six digits."""

_KEY_ID_BYTES: Final = 4
_TIME_BYTES: Final = 8
_ED25519_BYTES: Final = 64
_RAW_KEY_BYTES: Final = 32
_MIN_LINES: Final = 3
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIZE = re.compile(r"[1-9][0-9]{0,5}")
_SIGNATURE = re.compile(r"\u2014 ([^ ]+) ([A-Za-z0-9+/]+={0,2})")


class SignatureType(IntEnum):
    """What a key signs, and how: it is part of the key id."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One line below the text. It is not checked, and its name is a claim.

    Attributes:
        data: What follows the key id; its form depends on the signer.
    """

    name: str
    key_id: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a line feed, and its signatures; no signer has two."""

    text: str
    signatures: tuple[NoteSignature, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How large a log is, and the root over its entries.

    Attributes:
        origin: Which log.
        root: 32 bytes.
    """

    origin: str
    size: int
    root: bytes


def read_note(data: bytes) -> Note:
    """Read a note of any signers.

    Raises:
        TrustError: It is not written as the specification says, it is too large, or a signer has
            two signatures (``MN460``).
    """
    if len(data) > MAX_NOTE_BYTES:
        raise _malformed("size")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise _malformed("encoding") from error
    if _CONTROL.search(whole):
        raise _malformed("character")
    # Text may contain empty lines: the last one counts.
    text, separator, below = whole.rpartition("\n\n")
    if not text or not separator or not below.endswith("\n"):
        raise _malformed("signatures")
    lines = below.removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise _malformed("signatures")
    signatures = tuple(map(read_signature, lines))
    if len({(each.name, each.key_id) for each in signatures}) != len(signatures):
        # Readers would disagree which of the two counts.
        raise _malformed("signatures")
    return Note(text + "\n", signatures)


def write_note(note: Note) -> bytes:
    """Return the bytes of a note.

    Raises:
        TrustError: Nobody could read it again: it is too large (``MN460``).
    """
    data = (note.text + "\n" + "".join(map(write_signature, note.signatures))).encode()
    if len(data) > MAX_NOTE_BYTES or len(note.signatures) > MAX_SIGNATURES:
        raise _malformed("size")
    return data


def read_signature(line: str) -> NoteSignature:
    """Read one signature line, without its line feed.

    Raises:
        TrustError: It is not written as the specification says (``MN460``).
    """
    found = _SIGNATURE.fullmatch(line)
    if found is None or not is_name(found[1]):
        raise _malformed("signatures")
    try:
        data = _decode(found[2])
    except ValueError as error:
        raise _malformed("signatures") from error
    if len(data) <= _KEY_ID_BYTES:
        raise _malformed("signatures")
    return NoteSignature(found[1], data[:_KEY_ID_BYTES], data[_KEY_ID_BYTES:])


def write_signature(signature: NoteSignature) -> str:
    """Return the line of a signature, with its line feed."""
    return f"\u2014 {signature.name} {encode(signature.key_id + signature.data)}\n"


def add_signature(note: Note, signature: NoteSignature) -> Note:
    """Return the note with one more signature, in the place of an older one by the same key."""
    same = signature.name, signature.key_id
    known = tuple((each.name, each.key_id) for each in note.signatures)
    if same not in known:
        return Note(note.text, (*note.signatures, signature))
    at = known.index(same)
    return Note(note.text, (*note.signatures[:at], signature, *note.signatures[at + 1 :]))


def with_signatures_of(note: Note, before: Note) -> Note:
    """Return a note with what others have signed below the same text, too."""
    if note.text == before.text:
        for signature in note.signatures:
            before = add_signature(before, signature)
        return before
    return note


def read_checkpoint(note: Note) -> Checkpoint:
    """Return what a note says of a log.

    A log of size 0 says nothing, and lines after the root would be signed without being checked
    by anyone: both are refused.

    Raises:
        TrustError: The text is not that of a checkpoint (``MN460``).
    """
    lines = note.text.removesuffix("\n").split("\n")
    if len(lines) != _MIN_LINES:
        raise _malformed("lines")
    origin, size, root = lines
    if not is_name(origin):
        raise _malformed("origin")
    if not _SIZE.fullmatch(size):
        raise _malformed("size")
    try:
        return Checkpoint(origin, int(size), decode_hash(root))
    except ValueError as error:
        raise _malformed("root") from error


def write_checkpoint(checkpoint: Checkpoint) -> str:
    """Return the text of the note."""
    return f"{checkpoint.origin}\n{checkpoint.size}\n{encode(checkpoint.root)}\n"


def is_name(name: str) -> bool:
    """Tell whether a signer, or a log, can have this name: no spaces, no plus, not empty."""
    return bool(name) and "+" not in name and not any(map(str.isspace, name))


def witness_name(key: PublicKey) -> str:
    """Return the name under which a witness signs: it follows from the key."""
    return f"mnaudit-witness/{key.fingerprint}"


def key_id(name: str, key: PublicKey, kind: SignatureType) -> bytes:
    """Return the four bytes before a signature: a hint which key it is by, and no more."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + _raw(key)).digest()[:_KEY_ID_BYTES]


def vkey(name: str, key: PublicKey, kind: SignatureType) -> str:
    """Return the key as other tools take it (``golang.org/x/mod/sumdb/note``)."""
    return f"{name}+{key_id(name, key, kind).hex()}+{encode(bytes([kind]) + _raw(key))}"


def sign(text: str, name: str, key: Signer) -> NoteSignature:
    """Sign the text of a note.

    Raises:
        ConfigurationError: The key is not Ed25519 (``MN066``).
    """
    kind = SignatureType.ED25519
    return NoteSignature(name, _own_id(name, key, kind), key.sign(text.encode()))


def is_signed(note: Note, name: str, key: PublicKey) -> bool:
    """Tell whether a note has a signature of this name and key.

    Raises:
        TrustError: It has one, and it is wrong (``MN467``).
    """
    found = _find(note, name, key, SignatureType.ED25519)
    if found is None:
        return False
    if not key.verify(found, note.text.encode()):
        raise TrustError("MN467", name=name)
    return True


def cosign(text: str, key: Signer, at: datetime) -> NoteSignature:
    """Say that the checkpoint with this text was seen, and is consistent with all seen before.

    The caller has made sure of that, and has stored the checkpoint so that nobody forgets it.

    Raises:
        ConfigurationError: The key is not Ed25519 (``MN066``).
    """
    name = witness_name(key.public)
    seconds = (at - _EPOCH) // timedelta(seconds=1)
    made = key.sign(_cosigned(text, seconds))
    kind = SignatureType.COSIGNATURE
    return NoteSignature(name, _own_id(name, key, kind), seconds.to_bytes(_TIME_BYTES) + made)


def cosigned_at(note: Note, key: PublicKey) -> datetime | None:
    """Return when a witness says that it saw this checkpoint; None if it did not cosign it.

    Raises:
        TrustError: The cosignature is wrong (``MN467``).
    """
    name = witness_name(key)
    found = _find(note, name, key, SignatureType.COSIGNATURE)
    if found is None:
        return None
    seconds = int.from_bytes(found[:_TIME_BYTES])
    try:
        at = _EPOCH + timedelta(seconds=seconds)
    except OverflowError as error:
        raise TrustError("MN467", name=name) from error
    if not key.verify(found[_TIME_BYTES:], _cosigned(note.text, seconds)):
        raise TrustError("MN467", name=name)
    return at


def encode(data: bytes) -> str:
    """Return standard padded base64."""
    return base64.b64encode(data).decode()


def decode_hash(text: str) -> bytes:
    """Read a hash of 32 bytes.

    Raises:
        ValueError: It is none, or spelled in another way than the one.
    """
    data = _decode(text)
    if len(data) != HASH_BYTES:
        raise ValueError("not a SHA-256")
    return data


def _cosigned(text: str, seconds: int) -> bytes:
    """Return what a witness signs: the time stands in a line of its own before the checkpoint."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _find(note: Note, name: str, key: PublicKey, kind: SignatureType) -> bytes | None:
    """Return the signature that this key should have made, if there is one."""
    if key.algorithm is not Algorithm.ED25519:
        return None
    wanted = name, key_id(name, key, kind)
    found = (each.data for each in note.signatures if (each.name, each.key_id) == wanted)
    return next(found, None)


def _own_id(name: str, key: Signer, kind: SignatureType) -> bytes:
    if key.public.algorithm is not Algorithm.ED25519:
        raise ConfigurationError("MN066", fingerprint=key.public.fingerprint)
    return key_id(name, key.public, kind)


def _raw(key: PublicKey) -> bytes:
    """Return the 32 bytes of RFC 8032: the end of the SubjectPublicKeyInfo (RFC 8410 §4)."""
    return key.der[-_RAW_KEY_BYTES:]


def _decode(text: str) -> bytes:
    """Decode base64 that has one spelling only."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error
    if encode(data) != text:
        raise ValueError(text)
    return data


def _malformed(field: str) -> TrustError:
    return TrustError("MN460", field=field)
