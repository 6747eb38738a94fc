"""What did this verifier accept before? Her trust state for one organization (信頼の記録).

It is the only memory of a verification, one file that she keeps and names herself. It stops a
rollback: to an older policy, and to a log that is shorter than the one seen last. It never comes
out of a bundle. This module does not ask whether the policy in it is still good.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints, ValidationError

from mnaudit.errors import TrustError
from mnaudit.model.base import Model, Sha256
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.strict_json import StrictJsonError, parse
from mnaudit.signing.trust_policy import MAX_BYTES

__all__ = ["TrustState", "dump_state", "read_state"]

_Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_BYTES)]


class TrustState(Model):
    """What was accepted for one organization.

    Attributes:
        organization: Its corporate number (法人番号).
        first_pin: SHA-256 of the payload of the first accepted policy, learned out of band.
        policy: The envelope of the policy accepted last, to the byte.
        checkpoint: The signed note of the log that was seen last; None before the first.
    """

    v: Literal["mnaudit-trust/v1"]
    organization: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{12}$")]
    first_pin: Sha256
    policy: _Text
    checkpoint: _Text | None = None


def dump_state(state: TrustState) -> bytes:
    """Return the bytes of the file."""
    return canonical_bytes(state.model_dump(mode="json", exclude_defaults=True)) + b"\n"


def read_state(data: bytes) -> TrustState:
    """Read the file of a trust state.

    Raises:
        TrustError: It is not what :func:`dump_state` writes (``MN061``): a state that cannot be
            read must stop the verification, or whoever damages it undoes the memory.
    """
    try:
        state = TrustState.model_validate(parse(data, max_bytes=4 * MAX_BYTES))
    except StrictJsonError as error:
        raise TrustError("MN061", field=f"{error.line}:{error.column}") from error
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise TrustError("MN061", field=where) from error
    if dump_state(state) != data:
        raise TrustError("MN061", field="state")
    return state
