"""Read ``controls/sources.yaml``, the portal of official information."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from mnaudit.errors import ConfigurationError
from mnaudit.load.data import read_data
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
    try:
        return Sources.model_validate(read_data(SOURCES, controls / SOURCES))
    except OSError as error:
        reason = type(error).__name__
        raise ConfigurationError("MN300", path=SOURCES, reason=reason) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        detail = f"{SOURCES}: {place}: {first['msg']}"
        raise ConfigurationError("MN301", detail=detail) from error
