"""Read the tables beside the controls: law, retention, risks, processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from mnaudit.errors import ConfigurationError
from mnaudit.load.data import read_data
from mnaudit.model.law import Law, Retention
from mnaudit.model.risk import Processes, Risks

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from mnaudit.model.base import Model

__all__ = ["read_law", "read_processes", "read_retention", "read_risks", "read_table"]

ModelT = TypeVar("ModelT", bound="Model")


def read_law(controls: Traversable) -> Law:
    """Read ``law.yaml``, the rules that the law fixes to the letter.

    Raises:
        ConfigurationError: The file cannot be read (``MN300``) or does not fit (``MN301``). So do
            the other functions.
    """
    return read_table(Law, controls, "law.yaml")


def read_retention(controls: Traversable) -> Retention:
    """Read ``retention.yaml``, how long documents are kept."""
    return read_table(Retention, controls, "retention.yaml")


def read_risks(controls: Traversable) -> Risks:
    """Read ``risks.yaml``, the risk-analysis sheet."""
    return read_table(Risks, controls, "risks.yaml")


def read_processes(controls: Traversable) -> Processes:
    """Read ``processes.yaml``, the seven process examples."""
    return read_table(Processes, controls, "processes.yaml")


def read_table(model: type[ModelT], controls: Traversable, name: str) -> ModelT:
    """Read one file of the folder into its model."""
    try:
        return model.model_validate(read_data(name, controls / name))
    except OSError as error:
        reason = type(error).__name__
        raise ConfigurationError("MN300", path=name, reason=reason) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError("MN301", detail=f"{name}: {place}: {first['msg']}") from error
