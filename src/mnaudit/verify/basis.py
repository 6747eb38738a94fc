"""What does the verifier bring along? Everything that decides, and that no bundle can say.

A bundle is judged only by what its verifier got on another way: a pinned fingerprint, or a trust
state with the policy and the checkpoint that she accepted before, and her own clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mnaudit.errors import TrustError

if TYPE_CHECKING:
    from datetime import datetime

    from mnaudit.signing.trust_state import TrustState

__all__ = ["Basis", "NotAskedError", "UndecidedError"]


@dataclass(frozen=True, slots=True)
class Basis:
    """On what a verification rests.

    Attributes:
        pin: The fingerprint of the signer's key, 64 lower-case hex digits.
        trust: The accepted policy and the checkpoint seen last; takes the place of ``pin``.
        at: The time of the verification, in UTC; needed with ``trust``.
        partial: A bundle that withholds evidence is acceptable.
        past: The status is looked at as one about a past day; it need not be recent.
    """

    pin: str | None = None
    trust: TrustState | None = None
    at: datetime | None = None
    partial: bool = False
    past: bool = False


class UndecidedError(TrustError):
    """Nothing is wrong, but the verifier does not know enough: the check is unknown."""


class NotAskedError(TrustError):
    """The basis of this verification does not call for the check: it is not applicable."""
