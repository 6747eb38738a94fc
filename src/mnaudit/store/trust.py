"""Write trust policies, drafts of them, and what a verifier remembers, each of them whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mnaudit.signing.trust_policy import dump_policy
from mnaudit.signing.trust_state import dump_state
from mnaudit.store.files import replacing, write
from mnaudit.store.locks import exclusive

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from mnaudit.signing.trust_policy import TrustPolicy
    from mnaudit.signing.trust_state import TrustState

__all__ = ["changing", "remove", "write_draft", "write_trust_state"]

_PRIVATE = 0o600


def write_trust_state(path: Path, state: TrustState) -> None:
    """Write what the verifier remembers. A crash leaves the old memory, never half of a new one.

    Not secret, but its owner's alone: whoever can write it can make her forget.

    Raises:
        ConfigurationError: It cannot be written (``MN008``).
    """
    with replacing(path, mode=_PRIVATE) as file:
        file.write(dump_state(state))


def changing(path: Path) -> AbstractContextManager[None]:
    """Keep every other run out of a trust state, from reading it to having written it.

    Raises:
        ConfigurationError: Another run is at work (``MN067``), or the folder cannot be written
            (``MN008``).
    """
    return exclusive(path.with_name(f"{path.name}.lock"))


def write_draft(path: Path, policy: TrustPolicy) -> None:
    """Write a draft so that people can read it and compare versions of it.

    Raises:
        ConfigurationError: It cannot be written (``MN008``).
    """
    value = json.loads(dump_policy(policy))
    write(path, (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode())


def remove(path: Path) -> None:
    """Remove a file that has served its purpose; it need not be there."""
    path.unlink(missing_ok=True)
