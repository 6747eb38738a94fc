"""Read ``controls/sources.yaml``, the portal of official information."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.load.table import read_table
from mnaudit.model.source import Sources

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["SOURCES", "read_sources"]

SOURCES = "sources.yaml"
"""Name of the file within ``controls/``."""


def read_sources(controls: Traversable) -> Sources:
    """Read the sources of a catalog.

    Raises:
        ConfigurationError: The file cannot be read (``MN300``) or does not fit (``MN301``).
    """
    return read_table(Sources, controls, SOURCES)
