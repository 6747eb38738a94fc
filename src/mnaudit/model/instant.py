"""Which instant does ``2026-03-31T15:00:00Z`` name? The one spelling of instants in signed data.

Narrower than RFC 3339: always UTC, always ``Z``, no fraction of a second, no leap second. So two
equal instants are equal bytes, and nobody can mean local time.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

__all__ = ["Instant", "instant_text", "parse_instant"]

_INSTANT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})Z")


def parse_instant(text: str) -> datetime | None:
    """Return the instant that ``text`` (YYYY-MM-DDTHH:MM:SSZ) names; None if it names none."""
    if _INSTANT.fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # the thirtieth of February, the sixty-first second
        return None


def instant_text(at: datetime) -> str:
    """Return the one spelling of an aware datetime; fractions of a second are cut off."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _validated(value: Any) -> datetime:
    found = parse_instant(value) if isinstance(value, str) else value
    if not isinstance(found, datetime) or found.tzinfo is None or found.microsecond:
        raise ValueError("not an instant of UTC in whole seconds")
    return found.astimezone(UTC)


Instant = Annotated[
    datetime, BeforeValidator(_validated), PlainSerializer(instant_text, return_type=str)
]
"""A field of a model: an aware datetime in UTC, in whole seconds; written as a string with Z."""
