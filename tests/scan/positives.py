"""All placements: what the scanner must find."""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from tests.scan.positives_containers import container_placements
from tests.scan.positives_documents import document_placements
from tests.scan.positives_forms import form_placements
from tests.scan.positives_pdf import pdf_placements
from tests.scan.positives_sheets import sheet_placements
from tests.scan.positives_structured import structured_placements
from tests.scan.positives_text import text_placements

if TYPE_CHECKING:
    from tests.scan.placements import Placement

__all__ = ["positives"]


@cache
def positives() -> tuple[Placement, ...]:
    """Return the placements in a fixed order."""
    return tuple(
        chain(
            text_placements(),
            form_placements(),
            structured_placements(),
            sheet_placements(),
            document_placements(),
            pdf_placements(),
            container_placements(),
        )
    )
