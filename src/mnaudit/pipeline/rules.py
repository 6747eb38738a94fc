"""Which rules judge? The catalog and the schemas, and a company's own tailoring of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mnaudit.errors import ConfigurationError
from mnaudit.load.data import read_schema, schema_names
from mnaudit.validate.schema import Schemas

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from mnaudit.model.catalog import Catalog
    from mnaudit.model.document import Document
    from mnaudit.model.problem import Problem

__all__ = [
    "Rules",
    "rules_of",
    "schemas_of",
    "shipped_rules",
    "tailor_rules",
    "tailored_alike",
    "tailored_rules",
]


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that decides a judgement, except the evidence and the day.

    Attributes:
        catalog: The controls.
        canonical: The bytes that ``catalog.sha256`` is of; they travel in the bundle.
        schemas: What documents must look like.
        controls: The folder that the catalog was read from, with the tables beside it; they judge
            nothing.
    """

    catalog: Catalog
    canonical: bytes
    schemas: Schemas
    controls: Traversable | None = None


def shipped_rules() -> Rules:
    """Return the rules that came with this program."""
    from mnaudit.load.shipped import shipped

    return rules_of(shipped("controls"), shipped("schema"))


def rules_of(controls: Traversable, schema: Traversable) -> Rules:
    """Read rules from the folders ``controls/`` and ``schema/``.

    Raises:
        ConfigurationError: A file cannot be read or does not fit.
    """
    from mnaudit.load.catalog import read_catalog

    catalog, canonical = read_catalog(controls, schema)
    return Rules(catalog, canonical, schemas_of(schema), controls)


def tailor_rules(rules: Rules, folder: Path) -> tuple[Rules, tuple[Problem, ...]]:
    """Apply a company's own ``controls/`` to the rules.

    Returns:
        The rules with the tailoring, and no problems; or the rules as they were, and everything
        that keeps the tailoring from being applied. Paths are relative to ``folder``.

    Raises:
        ConfigurationError: There is no ``tailoring.yaml`` (``MN340``), or a file cannot be opened.
    """
    from mnaudit.load.overlay import read_overlay
    from mnaudit.validate.overlay import overlay_value

    documents, unread = read_overlay(folder)
    problems = unread or _tailoring_problems(rules, documents)
    if problems:
        return rules, tuple(problems)
    return _with_tailoring(rules, overlay_value(documents)), ()


def tailored_rules(rules: Rules, folder: Path) -> Rules:
    """Apply a company's own ``controls/`` to the rules, or fail.

    Raises:
        ConfigurationError: It cannot be applied (``MN340``, ``MN347``).
    """
    tailored, problems = tailor_rules(rules, folder)
    if problems:
        first = problems[0]
        place = f"{first.path}:{first.line}:{first.column}"
        more = len(problems) - 1
        raise ConfigurationError("MN347", path=place, reason=first.code, more=more)
    return tailored


def _tailoring_problems(rules: Rules, documents: Sequence[Document]) -> list[Problem]:
    from mnaudit.model.schema_fields import SchemaFields
    from mnaudit.signing.strict_json import parse
    from mnaudit.validate.overlay import check_overlay

    fields = SchemaFields(parse(rules.canonical)["schemas"])
    return check_overlay(documents, rules.catalog, rules.schemas, fields)


def _with_tailoring(rules: Rules, value: dict[str, Any]) -> Rules:
    """Return rules whose canonical bytes are those of the catalog, with the tailoring beside it."""
    from mnaudit.assess.tailor import tailor
    from mnaudit.model.tailoring import Tailoring
    from mnaudit.signing.canonical import canonical_bytes
    from mnaudit.signing.strict_json import parse

    canonical = canonical_bytes({**parse(rules.canonical), "tailoring": value})
    digest = sha256(canonical).hexdigest()
    catalog = tailor(rules.catalog, Tailoring.model_validate(value), digest)
    return Rules(catalog, canonical, rules.schemas, rules.controls)


def tailored_alike(rules: Rules, theirs: bytes) -> Rules:
    """Return our rules with the tailoring of a bundle, if it extends exactly our catalog.

    The tailoring is part of what was signed, loosens visibly, and is checked here as in a folder.
    """
    from mnaudit.model.document import Document, SourceFile
    from mnaudit.signing.canonical import canonical_bytes
    from mnaudit.signing.strict_json import StrictJsonError, parse

    if theirs == rules.canonical:
        return rules
    try:
        raw = parse(theirs)
    except StrictJsonError:
        return rules
    value = raw.pop("tailoring", None) if isinstance(raw, dict) else None
    if not isinstance(value, dict) or canonical_bytes(raw) != rules.canonical:
        return rules
    file = SourceFile("tailoring.yaml", 0, "", lambda: b"")
    document = Document(file, value, lambda _, *, key=False: (0, 0))  # noqa: ARG005 - the protocol's name
    if _tailoring_problems(rules, [document]):
        return rules
    return _with_tailoring(rules, value)


def schemas_of(schema: Traversable) -> Schemas:
    """Return the schemas of a folder, each read when it is first asked for."""
    return Schemas(schema_names(schema), cache(lambda name: read_schema(schema, name)))
