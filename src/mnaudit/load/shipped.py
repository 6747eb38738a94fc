"""The files that come with the program: controls, schemas, and the sample evidence."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["shipped"]


def shipped(kind: Literal["schema", "controls", "evidence"]) -> Traversable:
    """Return a folder that the wheel carries; in a checkout, the folder it is made from."""
    folder = files("mnaudit").joinpath("data", kind)
    return folder if folder.is_dir() else Path(__file__).parents[3] / kind
