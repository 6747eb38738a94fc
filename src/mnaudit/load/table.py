"""Read one file of ``controls/`` into its model, without knowing which models there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from mnaudit.errors import ConfigurationError
from mnaudit.load.data import read_data

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from mnaudit.model.base import Model

__all__ = ["read_table"]

ModelT = TypeVar("ModelT", bound="Model")


def read_table(model: type[ModelT], controls: Traversable, name: str) -> ModelT:
    """Read one file of the folder into its model.

    Raises:
        ConfigurationError: The file cannot be read (``MN300``) or does not fit (``MN301``).
    """
    try:
        return model.model_validate(read_data(name, controls / name))
    except OSError as error:
        reason = type(error).__name__
        raise ConfigurationError("MN300", path=name, reason=reason) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError("MN301", detail=f"{name}: {place}: {first['msg']}") from error
