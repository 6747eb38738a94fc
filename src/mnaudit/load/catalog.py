"""Read the catalog: ``controls/`` and ``schema/``.

Everything that decides a judgement, except the evidence and the day, becomes one value; its
canonical bytes travel in the bundle and their SHA-256 is what a signed status names.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from mnaudit.errors import ConfigurationError
from mnaudit.load.data import data_files, read_data, read_schema, schema_names
from mnaudit.model.catalog import Catalog
from mnaudit.signing.canonical import canonical_bytes
from mnaudit.signing.strict_json import StrictJsonError, parse

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["catalog_of", "read_catalog"]

_LISTS = {"guideline.yaml": "measures", "populations.yaml": "populations", "kinds.yaml": "kinds"}

_BESIDE = frozenset(
    {
        "individual-number.yaml",
        "law.yaml",
        "processes.yaml",
        "retention.yaml",
        "risks.yaml",
        "sources.yaml",
    }
)
"""Files beside the catalog that decide nothing, so that they are no part of its digest."""

_BESIDE_SCHEMAS = frozenset(
    {f"{name.removesuffix('.yaml')}.schema.json" for name in _BESIDE}
    | {"assessment.schema.json", "scan-report.schema.json", "trust-policy.schema.json"}
)
"""Their schemas, and those of what the program writes or verifies: they judge no evidence."""


def read_catalog(controls: Traversable, schemas: Traversable) -> tuple[Catalog, bytes]:
    """Read a catalog from its folders.

    Args:
        controls: The folder ``controls/``.
        schemas: The folder ``schema/``.

    Returns:
        The catalog, and the canonical bytes of everything it was made of.

    Raises:
        ConfigurationError: A file cannot be read (``MN300``) or does not fit (``MN301``).
    """
    raw: dict[str, Any] = {"controls": []}
    for name, file in data_files(controls, ".yaml"):
        if name in _BESIDE:
            continue
        value = read_data(name, file)
        if name == "catalog.yaml":
            raw["catalog"] = value
        else:
            listed = _LISTS.get(name, "controls")
            items = value.get(listed)
            if not isinstance(items, list):
                raise ConfigurationError("MN301", detail=f"{name}: {listed}")
            raw[listed] = [*raw.get(listed, ()), *items]
    names = (name for name in schema_names(schemas) if name not in _BESIDE_SCHEMAS)
    raw["schemas"] = {name: read_schema(schemas, name) for name in names}
    data = canonical_bytes(raw)
    return _built(raw, sha256(data).hexdigest()), data


def catalog_of(data: bytes) -> tuple[Catalog, dict[str, Any]]:
    """Read a ``catalog.json``, as it lies in a bundle.

    Returns:
        The catalog and its schemas by name.

    Raises:
        ConfigurationError: It is not a catalog (``MN301``).
    """
    try:
        raw = parse(data)
        return _built(raw, sha256(data).hexdigest()), raw["schemas"]
    except (StrictJsonError, KeyError, TypeError) as error:
        raise ConfigurationError("MN301", detail=type(error).__name__) from error


def _built(raw: dict[str, Any], digest: str) -> Catalog:
    """Build the catalog, its controls in the order of the check sheet."""
    parts = ("catalog", *_LISTS.values(), "controls")
    if missing := [name for name in parts if name not in raw]:
        raise ConfigurationError("MN301", detail=", ".join(missing))
    value = {**raw["catalog"], **{name: raw[name] for name in parts[1:]}, "sha256": digest}
    try:
        catalog = Catalog.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError("MN301", detail=f"{place}: {first['msg']}") from error
    try:
        controls = catalog.in_sheet_order(catalog.controls)
    except ValueError as error:  # a control of a group or a measure that the catalog does not list
        raise ConfigurationError("MN301", detail=str(error)) from error
    return catalog.model_copy(update={"controls": controls})
