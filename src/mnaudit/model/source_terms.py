"""By what the portal is searched: the closed words of ``controls/sources.yaml``.

Apart from the models, so that the command line can offer them without loading pydantic.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

__all__ = ["Audience", "Stage", "Topic"]

Audience: TypeAlias = Literal["all", "large", "sme", "local-government", "financial"]
"""For whom a source is written; ``all`` is for everybody."""

Topic: TypeAlias = Literal[
    "basics",
    "guideline",
    "law",
    "faq",
    "revision",
    "security",
    "outsourcing",
    "verification",
    "retention",
    "disposal",
    "leak",
    "impact-assessment",
    "tax",
    "social-insurance",
    "corporate-number",
    "abroad",
    "finance",
    "card",
    "checklist",
]

Stage: TypeAlias = Literal["acquire", "store", "use", "provide", "disclose", "dispose"]
"""The stages of the handling of a number (取得・保管・利用・提供・開示等・廃棄)."""
