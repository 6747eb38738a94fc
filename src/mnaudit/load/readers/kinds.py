"""What kind of file is this? By its first bytes; by its name only where they do not tell.

Tables before branches: first what has a mark, then what a name says, then what text looks like.
"""

from __future__ import annotations

import re
from enum import StrEnum
from posixpath import splitext
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers import archives, der, images
from mnaudit.load.readers.encodings import decodings, is_binary
from mnaudit.load.readers.first_look import is_mail

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Kind", "is_ciphered", "kind_of", "office_module", "suffix_of"]


class Kind(StrEnum):
    """How a file is read."""

    OFFICE = "office"
    ZIP = "zip"
    TAR = "tar"
    COMPRESSED = "compressed"
    UNSUPPORTED = "unsupported"
    CIPHERED = "ciphered"
    IMAGE = "image"
    MAIL = "mail"
    JSON = "json"
    YAML = "yaml"
    HTML = "html"
    XML = "xml"
    SQL = "sql"
    DER = "der"
    PLAIN_BINARY = "plain binary"
    POINTER = "pointer"
    TEXT = "text"
    BINARY = "binary"


# Who is asked first, by what a file begins with; imported only then.
_OFFICE: Final = (
    (b"PK\x03\x04", ("opendocument", "spreadsheet", "wordprocessing", "presentation")),
    (b"\xd0\xcf\x11\xe0", ("ole",)),
    (b"<?xml", ("opendocument",)),
)
_PDF_WITHIN: Final = 1024
_SUFFIXES: Final = {
    ".json": Kind.JSON,
    ".jsonl": Kind.JSON,
    ".ndjson": Kind.JSON,
    ".geojson": Kind.JSON,
    ".ipynb": Kind.JSON,
    ".har": Kind.JSON,
    ".yaml": Kind.YAML,
    ".yml": Kind.YAML,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".xml": Kind.XML,
    ".svg": Kind.XML,
    ".xsd": Kind.XML,
    ".xsl": Kind.XML,
    ".rdf": Kind.XML,
    ".plist": Kind.XML,
    ".sql": Kind.SQL,
    ".dump": Kind.SQL,
}
_POINTER: Final = b"version https://git-lfs.github.com/spec/"
_NOTES: Final = (b"\0\5\x16\7", b"\0\5\x16\0", b"\0\0\0\1Bud1")
"""AppleDouble and .DS_Store: what macOS lays beside files in every ZIP. Nothing in them is packed."""

_CIPHERED: Final = (
    b"-----BEGIN PGP MESSAGE-----",
    b"age-encryption.org/v1",
    b"-----BEGIN AGE ENCRYPTED FILE-----",
    b"Salted__",
    b"$ANSIBLE_VAULT;",
)
_HTML: Final = re.compile(
    r"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML: Final = re.compile(r"\s*<(?:\?xml\b|!DOCTYPE\b|[A-Za-z_][\w.-]*(?::[\w.-]+)?[\s/>])")
_JSON: Final = re.compile(r"\s*(?:\{\s*(?:\"|\})|\[\s*(?:[\[{\"\d\]-]|true|false|null))")
_SQL: Final = re.compile(
    r"^[ \t]*(?:INSERT\s+INTO|CREATE\s+TABLE|COPY\s+\S+\s*\()", re.IGNORECASE | re.MULTILINE
)


def suffix_of(name: str) -> str:
    """Return the suffix of a name in lower case, with its dot."""
    return splitext(name)[1].casefold()


def office_module(name: str, head: bytes) -> tuple[str, ...]:
    """Return the modules that may know this office file or PDF, in the order to ask."""
    found = [module for magic, modules in _OFFICE if head.startswith(magic) for module in modules]
    if b"%PDF-" in head[:_PDF_WITHIN]:
        found.append("pdf")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{\\rtf"):
        found.append("rtf")
    if suffix_of(name) in {".fodt", ".fods", ".fodp", ".fodg"} and "opendocument" not in found:
        found.append("opendocument")
    return tuple(found)


def is_ciphered(head: bytes) -> bool:
    """Tell whether this was made so that only somebody with a key can read it."""
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(_CIPHERED)


_MARKED: Final[tuple[tuple[Kind, Callable[[str, bytes], bool]], ...]] = (
    (Kind.ZIP, lambda _, head: head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK"))),
    (Kind.COMPRESSED, lambda _, head: archives.compression_of(head) is not None),
    (Kind.UNSUPPORTED, lambda _, head: archives.unsupported(head)),
    (Kind.IMAGE, images.reads),
    (Kind.TAR, lambda _, head: archives.is_tar(head)),
    (Kind.CIPHERED, lambda _, head: is_ciphered(head)),
    (Kind.POINTER, lambda _, head: head.startswith(_POINTER)),
    (Kind.MAIL, is_mail),
    (Kind.DER, lambda _, head: der.reads(head) and is_binary(head)),
    (Kind.PLAIN_BINARY, lambda _, head: head.startswith(_NOTES)),
    (Kind.BINARY, lambda _, head: is_binary(head)),
)


def kind_of(name: str, head: bytes) -> Kind:
    """Tell how to read a file.

    Args:
        name: Of the file or member; may be empty.
        head: Its first bytes.
    """
    for kind, fits in _MARKED:
        if fits(name, head):
            return kind
    return _SUFFIXES.get(suffix_of(name)) or _looks(head)


def _looks(head: bytes) -> Kind:
    """Tell what text looks like."""
    start = next((text for _, text in decodings(head[:4096])), "") if head else ""
    if _HTML.match(start):
        return Kind.HTML
    if _XML.match(start):
        return Kind.XML
    if _JSON.match(start):
        return Kind.JSON
    return Kind.SQL if _SQL.search(start) else Kind.TEXT
