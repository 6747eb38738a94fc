"""Conditions as data: JSON Schema fragments, compiled once.

Fragments stand in the catalog, which was checked when it was loaded, so one that does not compile
is a defect of the catalog and raises there. Patterns run in linear time (``RegexOptions``).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from mnaudit.signing.canonical import canonical_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["first_violation", "holds", "test"]


def holds(fragment: Mapping[str, Any] | None, value: Any) -> bool:
    """Tell whether ``value`` matches the fragment; no fragment always holds."""
    return fragment is None or _compiled(fragment).is_valid(value)


def test(fragment: Mapping[str, Any] | None) -> Callable[[Any], bool]:
    """Return :func:`holds` for one fragment, compiled once."""
    if fragment is None:
        return lambda _: True
    return _compiled(fragment).is_valid


def first_violation(fragment: Mapping[str, Any], value: Any) -> str | None:
    """Return the JSON Pointer of the first node that violates the fragment, or None.

    For a field that is missing it is the place where the field would stand.
    """
    errors = _compiled(fragment).iter_errors(value)
    return min(("".join(f"/{part}" for part in _place(error)) for error in errors), default=None)


def _place(error: jsonschema_rs.ValidationError) -> list[str | int]:
    missing = [error.kind.value] if error.kind.name == "required" else []
    return [*error.instance_path, *missing]


_KNOWN: dict[int, tuple[Mapping[str, Any], jsonschema_rs.Draft202012Validator]] = {}
"""By identity: the catalog holds its fragments for good, and comparing them costs too much.

Each entry holds its fragment, so that no other object can come to have the same identity.
"""


def _compiled(fragment: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
    known = _KNOWN.get(id(fragment))
    if known is None:
        known = _KNOWN[id(fragment)] = fragment, _compile(canonical_bytes(dict(fragment)))
    return known[1]


@cache
def _compile(fragment: bytes) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        fragment.decode(), offline=True, pattern_options=jsonschema_rs.RegexOptions()
    )
