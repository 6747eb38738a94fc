"""What an auditor files about one verification, beside the verdict itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from mnaudit.model.base import Model, Sha256
from mnaudit.model.instant import Instant

__all__ = ["VerificationFacts"]

_Size = Annotated[int, Field(ge=0)]


class VerificationFacts(Model):
    """Which file was verified, when, by what, and against what.

    Attributes:
        name: Of the file, without its folder.
        sha256: Of the file.
        size: Of the file, in bytes.
        at: When it was verified.
        version: Of the program.
        pin: The fingerprint that the verifier brought along, if she did.
        policy_sha256: Of the payload of the trust policy that was applied, if one was: this names
            it, and its first version was pinned by such a digest.
        sizes: Of the members of the container, in bytes, by name; those left out are not shown.
    """

    name: str
    sha256: Sha256
    size: _Size
    at: Instant
    version: str
    pin: Sha256 | None = None
    policy_sha256: Sha256 | None = None
    sizes: Mapping[str, _Size] = Field(default_factory=dict)
