"""Which tier does a disposal reach (別添1 E-d; DIN 66399, NIST SP 800-88)?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.model.control import Tier

if TYPE_CHECKING:
    from mnaudit.model.law import Disposal, Standard

__all__ = ["tiers_reached"]


def tiers_reached(
    disposal: Disposal,
    *,
    medium: str,
    method: str,
    din: str | None = None,
    nist: str | None = None,
    certificate: bool = False,
) -> tuple[Tier, ...]:
    """Return the tiers that the disposal of one thing reaches; none if it is not allowed.

    Args:
        disposal: The table of ``controls/law.yaml``.
        medium: As in ``disposal-record``: ``paper``, ``ssd``.
        method: As in ``disposal-record``: ``shred``.
        din: Level of DIN 66399, such as ``P-4``.
        nist: Level of NIST SP 800-88: ``clear``, ``purge`` or ``destroy``.
        certificate: Whether a certificate of the erasure is there.
    """
    for way in disposal.ways:
        if medium in way.media and method in way.methods:
            reached = _meets(way.minimum, method, din, nist)
            more = _meets(way.optional, method, din, nist) or (
                way.optional.or_certificate and certificate
            )
            return tuple(
                tier
                for tier, met in ((Tier.MINIMUM, reached), (Tier.OPTIONAL, reached and more))
                if met
            )
    return ()


def _meets(standard: Standard, method: str, din: str | None, nist: str | None) -> bool:
    return (
        (not standard.methods or method in standard.methods)
        and (not standard.din or din in standard.din)
        and (not standard.nist or nist in standard.nist)
    )
