"""What stands in these DER bytes? As much of X.690 as a time-stamp needs, and nothing lenient.

Only definite, shortest lengths and small tag numbers are read: whatever two readers could read in
two ways is refused with ``ValueError``. It knows no schema; the caller says what it expects.

Source: ITU-T X.690 (02/2021) §8.1, §8.3, §8.19, §10.1, §11.6.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "BOOLEAN",
    "GENERALIZED_TIME",
    "INTEGER",
    "NULL",
    "OBJECT_IDENTIFIER",
    "OCTET_STRING",
    "SEQUENCE",
    "SET",
    "Node",
    "context",
    "encode",
    "encode_integer",
    "encode_oid",
    "read",
]

BOOLEAN = 0x01
INTEGER = 0x02
OCTET_STRING = 0x04
NULL = 0x05
OBJECT_IDENTIFIER = 0x06
GENERALIZED_TIME = 0x18
SEQUENCE = 0x30
SET = 0x31

_CONTEXT = 0xA0
_LARGE_TAG = 0x1F
_LONG = 0x80
_MAX_LENGTH_BYTES = 4


@dataclass(frozen=True, slots=True)
class Node:
    """One value.

    Attributes:
        tag: The identifier octet.
        content: What the length covers.
        raw: All its bytes, tag and length included.
    """

    tag: int
    content: bytes
    raw: bytes

    def expect(self, tag: int) -> Node:
        """Return itself if it has this tag.

        Raises:
            ValueError: It has another.
        """
        if self.tag != tag:
            raise ValueError(f"tag {self.tag:#04x} instead of {tag:#04x}")
        return self

    def members(self) -> tuple[Node, ...]:
        """Return the values inside it, which must fill it.

        Raises:
            ValueError: They do not.
        """
        found: list[Node] = []
        at = 0
        while at < len(self.content):
            node = _node(self.content, at)
            found.append(node)
            at += len(node.raw)
        return tuple(found)

    def only(self) -> Node:
        """Return the one value inside it.

        Raises:
            ValueError: There is none, or more than one.
        """
        members = self.members()
        if len(members) != 1:
            raise ValueError(f"{len(members)} values instead of one")
        return members[0]

    def integer(self) -> int:
        """Return the number of an INTEGER in its shortest form.

        Raises:
            ValueError: It is no such number.
        """
        content = self.expect(INTEGER).content
        value = int.from_bytes(content, "big", signed=True)
        if encode_integer(value) != self.raw:
            raise ValueError("an INTEGER that is not in its shortest form")
        return value

    def oid(self) -> str:
        """Return an OBJECT IDENTIFIER as dotted numbers.

        Raises:
            ValueError: It is none, or not in its shortest form.
        """
        arcs: list[int] = []
        value = 0
        for byte in self.expect(OBJECT_IDENTIFIER).content:
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                arcs.append(value)
                value = 0
        if not arcs:
            raise ValueError("an empty OBJECT IDENTIFIER")
        first = min(arcs[0] // 40, 2)
        dotted = ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))
        if encode_oid(dotted) != self.raw:
            raise ValueError("an OBJECT IDENTIFIER that is not in its shortest form")
        return dotted


def read(data: bytes) -> Node:
    """Return the one value that ``data`` is.

    Raises:
        ValueError: It is no DER, or something follows.
    """
    node = _node(data, 0)
    if len(node.raw) != len(data):
        raise ValueError("something follows the value")
    return node


def context(number: int) -> int:
    """Return the tag of a constructed, context-specific value: ``[number]``."""
    return _CONTEXT | number


def encode(tag: int, *contents: bytes) -> bytes:
    """Return a value: tag, shortest length, and the contents one after the other."""
    content = b"".join(contents)
    size = len(content)
    if size < _LONG:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG | len(length))) + length + content


def encode_integer(value: int) -> bytes:
    """Return an INTEGER in its shortest form."""
    size = (value + (value < 0)).bit_length() // 8 + 1
    return encode(INTEGER, value.to_bytes(size, "big", signed=True))


def encode_oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER of dotted numbers, two or more."""
    first, second, *rest = map(int, dotted.split("."))
    return encode(OBJECT_IDENTIFIER, *map(_arc, (40 * first + second, *rest)))


def _arc(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))


def _node(data: bytes, at: int) -> Node:
    head = data[at : at + 2]
    if len(head) != 2 or head[0] & _LARGE_TAG == _LARGE_TAG:  # noqa: PLR2004 - tag and length
        raise ValueError("the value is cut off, or its tag is none that we know")
    size, behind = head[1], at + 2
    if size & _LONG:
        count = size - _LONG
        if not 0 < count <= _MAX_LENGTH_BYTES:
            raise ValueError("an indefinite or enormous length")
        size, behind = int.from_bytes(data[behind : behind + count], "big"), behind + count
    content = data[behind : behind + size]
    raw = encode(head[0], content)
    # The shortest spelling of what was read is what was there: no padding, no second form.
    if data[at : behind + size] != raw:
        raise ValueError("a length that is cut off or not in its shortest form")
    return Node(head[0], content, raw)
