"""Read trust policies, drafts of them, and what a verifier remembers.

Every file is named by the caller. Nothing is looked for in a home directory or beside a bundle,
where somebody else could have put it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mnaudit.errors import ConfigurationError
from mnaudit.signing.policy_envelope import version_of
from mnaudit.signing.trust_policy import MAX_BYTES
from mnaudit.signing.trust_state import read_state

if TYPE_CHECKING:
    from pathlib import Path

    from mnaudit.signing.trust_state import TrustState

__all__ = ["DRAFT", "SIGNATURES", "policies_in", "read_file", "read_trust_state"]

DRAFT: Final = "draft.json"
"""The next version while it is being written."""

SIGNATURES: Final = "draft.dsse.json"
"""The signatures over the draft that were collected so far."""


def read_trust_state(path: Path) -> TrustState:
    """Return what the verifier remembers.

    Raises:
        ConfigurationError: It cannot be opened (``MN002``).
        TrustError: It is damaged (``MN061``).
    """
    return read_state(read_file(path, limit=4 * MAX_BYTES))


def policies_in(folder: Path) -> dict[int, bytes]:
    """Return the envelopes of a folder by the version that their name states, in order.

    Raises:
        ConfigurationError: One of them, or the folder, cannot be opened (``MN002``).
    """
    try:
        names = [child.name for child in folder.iterdir()]
    except OSError as error:
        raise ConfigurationError("MN002", path=str(folder)) from error
    versions = {version: name for name in names if (version := version_of(name)) is not None}
    return {version: read_file(folder / versions[version]) for version in sorted(versions)}


def read_file(path: Path, *, limit: int = MAX_BYTES) -> bytes:
    """Return the bytes of a file, and one byte more than ``limit`` at most.

    That byte lets the parser say that there were too many; endless files end here.

    Raises:
        ConfigurationError: It cannot be opened (``MN002``).
    """
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise ConfigurationError("MN002", path=str(path)) from error
