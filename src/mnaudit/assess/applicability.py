"""Does this control bind this organization, and if not, why not?

Derived from ``organization.yaml`` and never declared by the one who is judged: the conditions are
data in ``controls/catalog.yaml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mnaudit.assess.fragments import holds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mnaudit.model.catalog import Catalog
    from mnaudit.model.control import Control

__all__ = ["is_sme", "scope_that_fails"]


def scope_that_fails(
    control: Control, catalog: Catalog, organization: Mapping[str, Any]
) -> str | None:
    """Return the id of the first scope of ``control`` that does not hold, or None if it binds."""
    for scope in control.applies:
        if not holds(catalog.scope[scope].when, dict(organization)):
            return scope
    return None


def is_sme(catalog: Catalog, organization: Mapping[str, Any]) -> bool:
    """Tell whether the organization is a 中小規模事業者 (別添1 §1)."""
    return holds(catalog.sme.when, dict(organization))
