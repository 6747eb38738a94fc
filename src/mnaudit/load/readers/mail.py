"""Read mails (``.eml``, ``.mht``, mailboxes): headers, bodies, attachments, and what is around them.

Headers are decoded (RFC 2047, RFC 2231), bodies in the character set that they declare *and* in
those that they could be in, because many declare a wrong one. Attachments are files in a file.

Sources: RFC 5322; RFC 2045 to 2047; RFC 2231; RFC 3676 (lines that flow).
"""

from __future__ import annotations

import re
from dataclasses import replace
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers import binary, text
from mnaudit.load.readers.encodings import decode, decodings, narrow
from mnaudit.load.readers.limits import LimitError
from mnaudit.load.readers.names import member, of_member
from mnaudit.model.scan import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.load.readers.limits import Budget
    from mnaudit.model.scan import Fragment, Place

__all__ = ["fragments"]

_START: Final = re.compile(rb"^From [^\r\n]{3,200}\r?\n(?=[A-Za-z-]{2,60}:)", re.MULTILINE)
_FLOWED: Final = re.compile(r" \r?\n(?=[^\r\n])")
_CIPHERED: Final = (
    "application/pkcs7-mime",
    "application/x-pkcs7-mime",
    "application/pgp-encrypted",
)
_SIGNATURES: Final = ("application/pkcs7-signature", "application/x-pkcs7-signature")
_LAST: Final = ("subject",)


def fragments(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read a mail, or the mails of a mailbox."""
    starts = [match.start() for match in _START.finditer(data)]
    if len(starts) < 2 or starts[0] != 0:  # noqa: PLR2004 - one is no mailbox
        yield from _mail(data, place, budget)
        return
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(data)], strict=True), 1):
        budget.spend(members=1)
        inside = replace(place, members=(*place.members, f"#{number}"))
        yield from _mail(data[start:end], inside, budget)


def _mail(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    if min(data.count(b"boundary"), _NESTED) * data.count(b"\n") > _WORK:
        raise LimitError("depth")  # each line is compared with each boundary that is open
    message = BytesParser(policy=policy.compat32).parsebytes(data)
    yield from _part(message, place, budget, [0], 0)
    if not message.keys() or any(part.defects for part in _walk(message)):
        # What the parser did not understand is at least text.
        yield from text.fragments(data, place, budget)


_DEEPEST: Final = 50
_NESTED: Final = 1_000
_WORK: Final = 30_000_000


def _walk(message: Message) -> Iterator[Message]:
    todo = [message]
    while todo:
        part = todo.pop()
        yield part
        todo += _children(part)


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return (
        [child for child in payload if not isinstance(child, str)]
        if isinstance(payload, list)
        else []
    )


def _part(
    part: Message, place: Place, budget: Budget, ordinals: list[int], depth: int
) -> Iterator[Fragment | Unreadable]:
    """Read one part: its headers, its body, the parts in it."""
    budget.spend(members=1)
    if depth > _DEEPEST:
        yield Unreadable("MN506", place, "depth")
        return
    headers = _headers(part)
    name = _file_name(part)
    children = _children(part)
    if name or not part.get_content_type().startswith("text/") or children:
        yield from text.of_text(headers, replace(place, part="mail header"), budget)
        headers = ""
    for around in (part.preamble, part.epilogue):
        if around:
            yield from text.of_text(_raw(around), replace(place, part="mail body"), budget)
    for child in children:
        yield from _part(child, place, budget, ordinals, depth + 1)
    if children:
        return
    ordinals[0] += 1
    if part.get_content_type() in _CIPHERED and _is_ciphered(part):
        yield Unreadable("MN505", place, "encrypted")
    elif name or part.get_content_maintype() not in {"text", "multipart"}:
        yield from _attachment(part, name, place, budget, ordinals[0])
    else:
        yield from _body(part, headers, place, budget)


def _is_ciphered(part: Message) -> bool:
    return str(part.get_param("smime-type", "")).casefold() != "signed-data"


def _headers(part: Message) -> str:
    """Write down the headers, decoded; the subject last, so that it is near the body."""
    lines = [(name, _words(value)) for name, value in part.raw_items()]
    lines.sort(key=lambda line: line[0].casefold() in _LAST)
    return "".join(f"{name}: {value}\n" for name, value in lines)


_FOLD: Final = re.compile(r"\r?\n[ \t]+")


def _words(value: object) -> str:
    """Decode a header: its encoded words, and bytes that should have been encoded."""
    raw = _FOLD.sub(" ", _raw(str(value)))
    pieces: list[str] = []
    try:
        for piece, charset in decode_header(raw):
            pieces.append(piece if isinstance(piece, str) else _decoded(piece, charset))
    except (ValueError, LookupError, HeaderParseError):
        return raw
    return "".join(pieces)


def _decoded(data: bytes, charset: str | None) -> str:
    encoding = charset if charset and _is_known(charset) else narrow(data)[0]
    return decode(data, encoding)


_SINGLE: Final = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
}
"""Names that mean more than Python's encodings of that name."""


def _is_known(charset: str) -> bool:
    try:
        b"".decode(charset)
        return isinstance(b"-".decode(charset, "replace"), str)
    except (LookupError, ValueError, TypeError, AssertionError):
        return False


def _raw(value: str) -> str:
    """Read the bytes that the parser hid in surrogates."""
    try:
        data = value.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return value
    return value if data.isascii() else decode(data, narrow(data)[0])


def _file_name(part: Message) -> str:
    """Return the name of an attachment, however it is encoded; empty if it has none."""
    headers = Message()
    for key, value in part.raw_items():
        if key.casefold() in {"content-disposition", "content-type"}:
            headers[key] = _raw(str(value))
    try:
        name = headers.get_filename()
    except (ValueError, LookupError, TypeError, AssertionError):
        name = str(headers.get("Content-Disposition", ""))
    return _words(name) if name else ""


def _payload(part: Message) -> bytes:
    """Return the bytes of a part, without their transfer encoding."""
    try:
        data = part.get_payload(decode=True)
    except ValueError:  # bytes that no transfer encoding can have
        data = str(part.get_payload()).encode("utf-8", "surrogateescape")
    return data if isinstance(data, bytes) else b""


def _attachment(
    part: Message, name: str, place: Place, budget: Budget, ordinal: int
) -> Iterator[Fragment | Unreadable]:
    data = _payload(part)
    budget.spend(bytes_=len(data))
    inside = replace(place, members=(*place.members, member(name, ordinal)))
    yield from of_member(name, inside)
    if part.get_content_type() in _SIGNATURES:
        yield from binary.strings(data, inside, budget)  # names and keys, and nothing packed
        return
    yield from budget.inside(name or _default_name(part), data, inside)


def _default_name(part: Message) -> str:
    return "mail.eml" if part.get_content_type() == "message/rfc822" else ""


def _body(
    part: Message, headers: str, place: Place, budget: Budget
) -> Iterator[Fragment | Unreadable]:
    data = _payload(part)
    budget.spend(bytes_=len(data))
    place = replace(place, part="mail body")
    if part.get_content_subtype() in {"html", "xml", "csv"}:
        yield from text.of_text(headers, replace(place, part="mail header"), budget)
        yield from budget.inside(f"part.{part.get_content_subtype()}", _as_utf_8(part, data), place)
        return
    for body in dict.fromkeys(_readings(part, data)):
        yield from text.of_text(f"{headers}\n{body}", place, budget)
        if str(part.get_param("format", "")).casefold() == "flowed":
            end = "" if str(part.get_param("delsp", "")).casefold() == "yes" else " "
            yield from text.of_text(headers + _FLOWED.sub(end, body), place, budget)


def _readings(part: Message, data: bytes) -> Iterator[str]:
    """Yield the text of a body as declared, and as it may be in truth."""
    charset = _charset(part)
    if charset:
        yield decode(data, charset)
    if not data.isascii() or not charset:
        yield from (reading for _, reading in decodings(data))


def _charset(part: Message) -> str:
    try:
        charset = (part.get_content_charset() or "").casefold()
    except (ValueError, LookupError, TypeError, AssertionError):
        return ""
    charset = _SINGLE.get(charset, charset)
    return charset if charset and _is_known(charset) else ""


def _as_utf_8(part: Message, data: bytes) -> bytes:
    """Return a body in UTF-8 if it is in what it declares, and as it is otherwise."""
    charset = _charset(part)
    try:
        return data.decode(charset).encode() if charset else data
    except (UnicodeError, LookupError):
        return data
