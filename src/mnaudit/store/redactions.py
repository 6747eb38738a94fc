"""Put a tombstone in the place of a file: write it, take the file out of its documents, remove it.

Nothing is hidden by this: the file stays in the history of git until that is rewritten
(``docs/leak-runbook.md``). The texts made here are read again by the caller before they are
written, so that a tombstone is never half of one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mnaudit.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["as_yaml", "remove_file", "with_redaction"]


def as_yaml(value: Mapping[str, Any]) -> str:
    """Write a mapping as YAML in one plain style; quoted, no text is read as something else."""
    return "".join(f"{line}\n" for line in _lines(value, ""))


def with_redaction(text: str, value: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    """Return ``redactions.yaml`` with one more tombstone at its end.

    Args:
        text: The file as it is; empty for a new one.
        value: What it means.
        item: The tombstone.
    """
    if value.get("redactions") and text.endswith("\n") and list(value)[-1] == "redactions":
        # The comments of whoever edited the file by hand stay where they are.
        return text + as_yaml({"": [item]}).partition("\n")[2]
    return as_yaml({**value, "redactions": [*value.get("redactions", ()), item]})


def remove_file(path: Path) -> None:
    """Remove a file from the work tree; one that is gone already is no error.

    Raises:
        ConfigurationError: It cannot be removed (``MN008``).
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        # Its name is not told: it may be why the file must go.
        raise ConfigurationError("MN008", path="…", why=error.strerror or "") from error


def _lines(value: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, child in value.items():
        if isinstance(child, dict):
            yield f"{indent}{key}:"
            yield from _lines(child, f"{indent}  ")
        elif isinstance(child, list | tuple) and child:
            yield f"{indent}{key}:"
            yield from _items(child, f"{indent}  ")
        else:
            yield f"{indent}{key}: {_scalar(child)}"


def _items(values: Sequence[Any], indent: str) -> Iterator[str]:
    for child in values:
        if isinstance(child, dict):
            first, *rest = _lines(child, f"{indent}  ")
            yield f"{indent}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{indent}- {_scalar(child)}"


def _scalar(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
