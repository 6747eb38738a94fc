"""Check ``time-stamp``: when was the status signed at the latest, and may it claim its own dates?

Only tokens over the signature of the status count, and only those of authorities that the trust
policy pins. Whether the key of the signer counted at that time is the next check.

Specification: ``docs/spec/bundle-v1.md``.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Final

from mnaudit.errors import TrustError
from mnaudit.model.instant import instant_text, parse_instant
from mnaudit.signing import container
from mnaudit.verify.basis import NotAskedError, UndecidedError

if TYPE_CHECKING:
    from mnaudit.signing.predicates import StatusPredicate
    from mnaudit.verify.checks import Examination

__all__ = ["time_stamp"]

_JAPAN: Final = timezone(timedelta(hours=9))


def time_stamp(on: Examination) -> None:
    """The status was stamped by an authority of the policy, not before the time that it claims.

    Sets ``on.signed_at`` to the earliest time of the tokens.

    Raises:
        TrustError: A token is bad (``MN450`` to ``MN457``), or the status claims to be of a later
            time than its token (``MN458``).
        UndecidedError: The policy asks for a token and there is none (``MN459``).
        NotAskedError: There is none, or no policy that says whose would count (``MN453``).
    """
    tokens = on.tokens.get(container.STATUS, ())
    at = on.basis.at
    if on.basis.trust is None or at is None:
        raise NotAskedError("MN453", count=len(tokens))
    policy = on.policy
    if not tokens and policy.demands.time_stamp:
        raise UndecidedError("MN459")
    if not tokens or not (policy.time_authorities or policy.demands.time_stamp):
        raise NotAskedError("MN453", count=len(tokens))
    # X.509 is slow to import, and most bundles have no token.
    from mnaudit.signing.timestamp import CLOCK_TOLERANCE, verify_tokens  # noqa: PLC0415

    signature = on.envelopes[container.STATUS].signatures[0].sig
    earliest = verify_tokens(tokens, signature, policy.time_authorities, at=at)[0]
    claimed, begins = _claimed(on.status)
    if begins > earliest.at + CLOCK_TOLERANCE:
        # Dated forward: signed today, to look fresh in half a year.
        raise TrustError("MN458", claimed=claimed, time=instant_text(earliest.at))
    on.signed_at = earliest


def _claimed(status: StatusPredicate) -> tuple[str, datetime]:
    """Return the latest time that the status claims to have seen, as written and as an instant."""
    day = status.as_of.isoformat()
    # A day of the assessment is one in Japan, and it may be signed from its first minute on.
    claims = [(day, datetime.combine(status.as_of, time(), _JAPAN))]
    if status.time_verified is not None:
        at = parse_instant(status.time_verified)
        if at is None:
            raise TrustError("MN429", field="predicate.time_verified")
        claims.append((status.time_verified, at))
    return max(claims, key=lambda claim: claim[1])
