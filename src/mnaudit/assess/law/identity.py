"""Was the identity verified in a lawful way (番号法16条)?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mnaudit.model.law import Identity

__all__ = ["unlawful_parts"]


def unlawful_parts(
    identity: Identity,
    *,
    method: str,
    channel: str,
    number_doc: str,
    identity_doc: str,
    agent_doc: str | None = None,
) -> tuple[str, ...]:
    """Return the fields of a verification that do not fit its method; empty if it is lawful.

    Args:
        identity: The matrix of ``controls/law.yaml``.
        method: The way; an unknown one is the only thing told.
        channel: How the number came.
        number_doc: What showed the number.
        identity_doc: What showed the identity of the person, or of the agent.
        agent_doc: What showed the power to act.
    """
    way = next((way for way in identity.ways if way.id == method), None)
    if way is None:
        return ("method",)
    fits = {
        "channel": channel in way.channels,
        "number_doc": number_doc in way.number_docs,
        "identity_doc": identity_doc in way.identity_docs,
        "agent_doc": agent_doc is not None or not way.agent,
    }
    return tuple(name for name, fit in fits.items() if not fit)
