"""What all nouns share: frozen, closed pydantic models."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

__all__ = ["ISO_PERIOD", "FieldPath", "Model", "Period", "Sha256", "Text"]

ISO_PERIOD = r"^P(?:[0-9]+Y(?:[0-9]+M)?(?:[0-9]+D)?|[0-9]+M(?:[0-9]+D)?|[0-9]+W|[0-9]+D)$"

Period = Annotated[str, StringConstraints(pattern=ISO_PERIOD)]
"""A calendar period of ISO 8601, without time: ``P12M``, ``P1Y``, ``P30D``."""

FieldPath = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(?:\[\])?(?:\.[a-z][a-z0-9_]*(?:\[\])?)*$")
]
"""Where a value stands in a document: names joined by dots, ``[]`` after each list.

``data.attendees[].code`` is the code of every attendee.
"""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 digest: 64 lower-case hexadecimal digits."""


class Model(BaseModel):
    """A noun: cannot be changed, and refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Model):
    """A sentence in both languages. Japanese is authoritative, English a convenience."""

    ja: Annotated[str, StringConstraints(min_length=1)]
    en: Annotated[str, StringConstraints(min_length=1)]
