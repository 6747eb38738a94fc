"""May I cosign this log? What a witness looks at before she signs, and what she remembers.

A cosignature says that the witness saw this checkpoint and that it continues all she saw before.
So she needs a memory that no bundle can write, and it must be stored before she signs: a witness
who forgets can be made to sign a fork.

Source: c2sp.org/tlog-witness, "add-checkpoint", without its network protocol.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from mnaudit.errors import TrustError
from mnaudit.model.instant import instant_text
from mnaudit.model.verdict import Check, Outcome
from mnaudit.signing.note import Note, cosigned_at, read_note, with_signatures_of, write_note
from mnaudit.signing.policy_chain import is_current, stored_policy
from mnaudit.verify.checks import Examination

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from mnaudit.signing.keys import PublicKey
    from mnaudit.signing.note import NoteSignature
    from mnaudit.signing.trust_policy import TrustPolicy
    from mnaudit.signing.trust_state import TrustState
    from mnaudit.verify.basis import Basis

__all__ = ["accepted_witness", "log_in_bundle", "policy_in_force", "remembered"]


def policy_in_force(state: TrustState, at: datetime) -> TrustPolicy:
    """Return the policy that a verifier accepted last.

    Raises:
        TrustError: It cannot be used any more, or not yet (``MN490``), or the state was changed.
    """
    policy = stored_policy(state).policy
    if not is_current(policy, at):
        raise TrustError(
            "MN490",
            version=policy.version,
            issued=instant_text(policy.issued),
            expires=instant_text(policy.expires),
            at=instant_text(at),
        )
    return policy


def log_in_bundle(source: BinaryIO, basis: Basis) -> tuple[Note | None, tuple[Check, ...]]:
    """Return the checkpoint in a bundle if it may be cosigned, and else the reasons why not.

    It may if nothing in the bundle is wrong, the status is in the log, the log is signed by a key
    of the policy, and it continues the one seen before. Too few witnesses are no reason.
    """
    on = Examination(source, basis)
    checks = on.run()
    needed = {"log-entry", "log-signed", "log-continues"}
    reasons = tuple(
        check
        for check in checks
        if check.outcome is Outcome.FAILED
        or (check.id in needed and not on.established(check.id))
        # Not applicable is good for `log-continues` alone, at the first time.
        or (check.id in needed - {"log-continues"} and check.id not in on.passed)
    )
    if reasons or on.checkpoint is None:
        return None, reasons
    return read_note(on.checkpoint.encode()), ()


def remembered(state: TrustState, note: Note) -> TrustState:
    """Return the state after a checkpoint was accepted; cosignatures over the same text stay."""
    if state.checkpoint is not None:
        note = with_signatures_of(note, read_note(state.checkpoint.encode()))
    return state.model_copy(update={"checkpoint": write_note(note).decode()})


def accepted_witness(
    note: Note, signature: NoteSignature, keys: Iterable[PublicKey]
) -> tuple[PublicKey, datetime]:
    """Return whose cosignature over a checkpoint this is, and of which time.

    Raises:
        TrustError: It is by none of these keys, or wrong (``MN467``).
    """
    alone = Note(note.text, (signature,))
    for key in keys:
        seen = cosigned_at(alone, key)
        if seen is not None:
            return key, seen
    raise TrustError("MN467", name=signature.name)
