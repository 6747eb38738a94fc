"""What is a bundle file, byte by byte? The layout of the ZIP that ``attest`` writes.

Everything in the container is fixed except the names, sizes and check sums of its members: nothing
is compressed (so that every zlib gives the same bytes), no member has a time, and the order is
fixed. Both sides, writer and strict reader, take their constants from here.

Source: PKWARE APPNOTE 6.3.10 §4.3.7, §4.3.12, §4.3.16; the ``mimetype`` member as in ODF and ASiC.
"""

from __future__ import annotations

import re
import unicodedata
from struct import Struct
from typing import TYPE_CHECKING, Final

from mnaudit.signing.strict_json import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "CATALOG",
    "CENTRAL",
    "CHECKSUMS",
    "DISCLOSURE",
    "END",
    "EVIDENCE",
    "FIXED_MEMBERS",
    "LOCAL",
    "LOG_HASHES",
    "LOG_PROOF",
    "MANIFEST",
    "MAX_KEY_BYTES",
    "MAX_MEMBERS",
    "MAX_MEMBER_BYTES",
    "MAX_NAME_BYTES",
    "MAX_SIGNED_BYTES",
    "MAX_TOTAL_BYTES",
    "MEDIA_TYPE",
    "MIMETYPE",
    "PARTIAL_MEMBERS",
    "README",
    "SIDECAR",
    "SIGNED_MEMBERS",
    "SIGNER",
    "STATUS",
    "central_header",
    "checksums",
    "end_record",
    "find_twin",
    "is_optional",
    "limit_of",
    "local_header",
    "name_defect",
    "ordered",
    "policy_member",
]

MEDIA_TYPE: Final = b"application/vnd.mnaudit.bundle+zip"

MIMETYPE: Final = "mimetype"
README: Final = "README.txt"
CHECKSUMS: Final = "SHA256SUMS"
CATALOG: Final = "catalog.json"
EVIDENCE: Final = "evidence/"
MANIFEST: Final = "manifest.sigstore.json"
SIGNER: Final = "signer.pub.pem"
STATUS: Final = "status.sigstore.json"
FIXED_MEMBERS: Final = (MIMETYPE, README, CHECKSUMS, CATALOG, MANIFEST, SIGNER, STATUS)
"""The members that every full bundle has; the others are optional, or stand below ``evidence/``."""
DISCLOSURE: Final = "disclosure.json"
PARTIAL_MEMBERS: Final = tuple(DISCLOSURE if m == MANIFEST else m for m in FIXED_MEMBERS)
"""The members that every partial bundle has."""
SIDECAR: Final = "evidence.modelsig.sigstore.json"
LOG_PROOF: Final = "log/status.tlog-proof"
LOG_HASHES: Final = "log/leaf-hashes"
_POLICY: Final = re.compile(r"trust/policy\.v[1-9][0-9]{0,5}\.dsse\.json")
SIGNED_MEMBERS: Final = frozenset({MANIFEST, STATUS, SIDECAR, DISCLOSURE})

MAX_TOTAL_BYTES: Final = 512 * 2**20
MAX_MEMBER_BYTES: Final = 64 * 2**20
MAX_SIGNED_BYTES: Final = 16 * 2**20
MAX_KEY_BYTES: Final = 8 * 2**10
MAX_MEMBERS: Final = 20_000
MAX_NAME_BYTES: Final = 1024
_MAX_SEGMENT_BYTES: Final = 255

LOCAL: Final = Struct("<4s5H3L2H")
CENTRAL: Final = Struct("<4s6H3L5H2L")
END: Final = Struct("<4s4H2LH")

_VERSION: Final = 20
_MADE_BY: Final = 3 << 8 | _VERSION  # Unix, so that the mode below counts
_UTF8_NAME: Final = 1 << 11
_STORED: Final = 0
_MIDNIGHT: Final = 0
_FIRST_DAY: Final = 1 << 5 | 1  # 1980-01-01, the first day that ZIP knows
_REGULAR_0644: Final = 0o100644 << 16

_FORBIDDEN = re.compile(
    r'[\\:*?"<>|'
    "\u0000-\u001f\u007f-\u009f"  # control
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # bidi, zero width, line ends
    "]"
)
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)


def local_header(name: str, size: int, crc: int) -> bytes:
    """Return what stands right before the bytes of a member."""
    raw = name.encode()
    fixed = LOCAL.pack(
        b"PK\3\4",
        *(_VERSION, _UTF8_NAME, _STORED, _MIDNIGHT, _FIRST_DAY),
        *(crc, size, size),
        *(len(raw), 0),
    )
    return fixed + raw


def central_header(name: str, size: int, crc: int, offset: int) -> bytes:
    """Return the entry of a member in the central directory; ``offset`` of its local header."""
    raw = name.encode()
    fixed = CENTRAL.pack(
        b"PK\1\2",
        *(_MADE_BY, _VERSION, _UTF8_NAME, _STORED, _MIDNIGHT, _FIRST_DAY),
        *(crc, size, size),
        *(len(raw), 0, 0, 0, 0),
        *(_REGULAR_0644, offset),
    )
    return fixed + raw


def end_record(count: int, directory_size: int, directory_offset: int) -> bytes:
    """Return the last bytes of the file."""
    return END.pack(b"PK\5\6", 0, 0, count, count, directory_size, directory_offset, 0)


def ordered(names: Iterable[str]) -> list[str]:
    """Return the names in the order of the container: ``mimetype``, then bytewise by UTF-8."""
    # Python sorts by code point, which is the order of the UTF-8 bytes.
    return sorted(names, key=lambda name: (name != MIMETYPE, name))


def checksums(digests: Mapping[str, str]) -> bytes:
    """Return ``SHA256SUMS`` for ``sha256sum -c``; ``digests`` by name, all but its own."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


def limit_of(name: str) -> int:
    """Return how many bytes a member may have; nothing larger is read into memory."""
    if name == SIGNER:
        return MAX_KEY_BYTES
    if name in SIGNED_MEMBERS or name.startswith("trust/"):
        return MAX_SIGNED_BYTES
    return MAX_MEMBER_BYTES


def is_optional(name: str) -> bool:
    """Tell whether a bundle may have this member outside ``evidence/`` besides the fixed ones."""
    return name in {SIDECAR, LOG_PROOF, LOG_HASHES} or _POLICY.fullmatch(name) is not None


def policy_member(version: int) -> str:
    """Return the name of the copy of a version of the trust policy."""
    return f"trust/policy.v{version}.dsse.json"


def name_defect(name: str) -> str | None:
    """Return why some system would not keep this name as it is, or None if all would.

    Returns:
        ``normalization``, ``length``, ``character``, ``segment`` or ``device``.
    """
    if not unicodedata.is_normalized("NFC", name):
        return "normalization"
    if len(name.encode()) > MAX_NAME_BYTES:
        return "length"
    if _FORBIDDEN.search(name):
        return "character"
    for segment in name.split("/"):
        # An absolute path and a folder entry have an empty segment.
        if not segment or segment.endswith((".", " ")):
            return "segment"
        if len(segment.encode()) > _MAX_SEGMENT_BYTES:
            return "length"
        if _DEVICE.fullmatch(segment):
            return "device"
    return None


def find_twin(names: Iterable[str]) -> tuple[str, str] | None:
    """Return the first two names that some system takes for one, or for a file and its folder."""
    files: dict[str, str] = {}
    folders: dict[str, str] = {}
    for name in names:
        folded = fold(name)
        parents = [folded[:at] for at, char in enumerate(folded) if char == "/"]
        twin = files.get(folded) or folders.get(folded)
        twin = twin or next((files[parent] for parent in parents if parent in files), None)
        if twin is not None:
            return twin, name
        files[folded] = name
        folders.update(dict.fromkeys(parents, name))
    return None
