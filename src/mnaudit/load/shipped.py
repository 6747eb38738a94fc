"""The files that come with the program: controls, schemas, and the sample company."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["shipped"]


Folder: TypeAlias = Literal["schema", "controls", "evidence", "sample"]

_CHECKOUT: dict[Folder, str] = {"sample": "docs/sample"}
"""Folders that a checkout keeps elsewhere than at its top."""


def shipped(kind: Folder) -> Traversable:
    """Return a folder that the wheel carries; in a checkout, the folder it is made from."""
    folder = files("mnaudit").joinpath("data", kind)
    return folder if folder.is_dir() else Path(__file__).parents[3] / _CHECKOUT.get(kind, kind)
