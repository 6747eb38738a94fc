"""Read certificates, signatures and time-stamps: the words in DER, and what they enclose.

Numbers in there are keys, sums and serials of certificates, and no text. What is enciphered for
somebody else could not be read; what a signature encloses is a file of its own.

Sources: ITU-T X.690 §8; RFC 5652 §5 and §6 (CMS).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.encodings import decode, is_binary
from mnaudit.model.scan import Fragment, Unreadable
from mnaudit.signing import der

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.load.readers.limits import Budget
    from mnaudit.model.scan import Place
    from mnaudit.signing.der import Node

__all__ = ["fragments", "reads"]

_PROBE: Final = 2**16
_STRINGS: Final = {
    0x0C: "utf-8",
    0x12: "ascii",
    0x13: "ascii",
    0x14: "latin-1",
    0x16: "ascii",
    0x1A: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}
_CONSTRUCTED: Final = 0x20
_CONTEXT: Final = 0x80
_BIT_STRING: Final = 0x03
_OPAQUE: Final = 2_048
"""Octets that are no text, up to here: a sum, a key, a signature."""

_DEEPEST: Final = 64
_ENVELOPED: Final = frozenset(
    bytes.fromhex(oid)
    for oid in (
        "2a864886f70d010703",  # pkcs7-envelopedData
        "2a864886f70d010706",  # pkcs7-encryptedData
        "2a864886f70d0109100117",  # id-ct-authEnvelopedData
        "2a864886f70d01050d",  # PBES2: a key under a passphrase
    )
)


def reads(head: bytes) -> bool:
    """Tell whether bytes are one value of DER from end to end, as far as they are known."""
    if len(head) < 2 or head[0] != der.SEQUENCE:  # noqa: PLR2004
        return False
    count = head[1] & 0x7F if head[1] & 0x80 else 0
    length = int.from_bytes(head[2 : 2 + count], "big") if count else head[1]
    whole = 2 + count + length
    return count < 5 and (whole == len(head) or (whole > len(head) >= _PROBE))  # noqa: PLR2004


def fragments(data: bytes, place: Place, budget: Budget) -> Iterator[Fragment | Unreadable]:
    """Read a file in DER.

    Raises:
        ValueError: It is none.
    """
    inside = replace(place, part="metadata")
    words: list[str] = []
    todo: list[tuple[Node, int]] = [(der.read(data), 0)]
    while todo:
        node, depth = todo.pop()
        budget.spend(fragments=1)
        if depth > _DEEPEST:
            raise ValueError("too deep")
        if node.tag == der.OBJECT_IDENTIFIER and node.content in _ENVELOPED:
            yield Unreadable("MN505", place, "encrypted")
        if node.tag & _CONSTRUCTED:
            todo += [(member, depth + 1) for member in reversed(node.members())]
        elif encoding := _STRINGS.get(node.tag):
            words.append(decode(node.content, encoding))
        elif node.tag in {der.OCTET_STRING, _BIT_STRING} or node.tag & _CONTEXT:
            content = node.content[node.tag == _BIT_STRING :]
            if enclosed := _enclosed(content):
                todo.append((enclosed, depth + 1))
            elif not is_binary(content) or len(content) > _OPAQUE:
                budget.spend(bytes_=len(content))
                yield from budget.inside("", content, inside)
    yield Fragment("\n".join(words), inside)


def _enclosed(content: bytes) -> Node | None:
    """Return the value that a string of octets encloses, if it does."""
    if not reads(content):
        return None
    try:
        return der.read(content)
    except ValueError:
        return None
