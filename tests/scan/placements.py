"""What the corpus consists of: a placement that must be found, a document that must not be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Placement"]


@dataclass(frozen=True)
class Placement:
    """One number in one file.

    ``name`` is the path that the scanner is told; neither it nor the bytes ever appear in a message.
    ``where`` holds the attributes of the hit's place that must be right (``sheet``, ``page`` …).
    """

    id: str
    expected: str
    name: str = field(repr=False)
    build: Callable[[], bytes] = field(repr=False)
    where: Mapping[str, object] = field(default_factory=dict, repr=False, hash=False)
