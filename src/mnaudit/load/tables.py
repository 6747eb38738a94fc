"""Read the tables beside the controls: law, retention, risks, processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnaudit.load.table import read_table
from mnaudit.model.law import Law, Retention
from mnaudit.model.risk import Processes, Risks

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["read_law", "read_processes", "read_retention", "read_risks"]


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
