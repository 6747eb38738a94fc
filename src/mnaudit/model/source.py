"""Official information: who says what, where, and how sure we are of the address.

The twin of ``schema/sources.schema.json``. Takes part in no judgement, so it is not a part of the
catalog and its digest.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mnaudit.model.base import Model, Sha256, Text
from mnaudit.model.evidence import Day, Listed
from mnaudit.model.source_terms import Audience, Stage, Topic

__all__ = ["PageState", "Section", "Source", "Sources", "StageEntry"]


class PageState(StrEnum):
    """What a look at the address of a source showed."""

    OK = "ok"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"
    UNREACHABLE = "unreachable"
    NO_ADDRESS = "no-address"


class Section(Model):
    """A measure or section of the guideline, and where it can be read.

    Attributes:
        id: As in ``guideline.yaml``: ``C-a``, ``4-2-(1)``.
        source: Id of a source.
        anchor: What follows ``#`` in the address.
    """

    id: str
    title: Text
    source: str
    anchor: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=60)] | None = (
        None
    )


class StageEntry(Model):
    """A stage of the handling (or ``secure``, for all of them), and the sections about it."""

    id: Stage | Literal["secure"]
    title: Text
    sections: Annotated[Listed[str], Field(min_length=1)]


class Source(Model):
    """One document or page.

    Attributes:
        address: None where none is known.
        edition: Year and month of the revision or publication.
        checked_on: When address or text was last looked at; of a copy, the date of the copy.
        status: ``seen`` (the address was seen), ``copy`` (the text was read in a dated copy),
            ``mirror`` (only on sites of third parties), ``unconfirmed`` (known by name).
        sha256: Of the page on that day.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    issuer: Text
    title: Text
    address: Annotated[str, StringConstraints(pattern=r"^https?://", max_length=300)] | None = None
    audience: Annotated[Listed[Audience], Field(min_length=1)]
    topics: Annotated[Listed[Topic], Field(min_length=1)]
    stages: Annotated[Listed[Stage], Field(min_length=1)]
    edition: str | None = None
    checked_on: Day
    status: Literal["seen", "copy", "mirror", "unconfirmed"]
    sha256: Sha256 | None = None
    note: Text | None = None


class Sources(Model):
    """``controls/sources.yaml``: the portal of official information."""

    sections: tuple[Section, ...]
    stages: tuple[StageEntry, ...]
    sources: tuple[Source, ...]

    @cached_property
    def source(self) -> dict[str, Source]:
        """Sources by id."""
        return {source.id: source for source in self.sources}

    @cached_property
    def section(self) -> dict[str, Section]:
        """Sections by id."""
        return {section.id: section for section in self.sections}

    def chosen(
        self,
        *,
        audience: str | None = None,
        topic: str | None = None,
        stage: str | None = None,
    ) -> tuple[Source, ...]:
        """Return the sources that meet every condition given, in the order of the file.

        What is written for everybody is for every audience.
        """
        return tuple(
            source
            for source in self.sources
            if (audience is None or {audience, "all"} & set(source.audience))
            and (topic is None or topic in source.topics)
            and (stage is None or stage in source.stages)
        )

    def address_of(self, section: str) -> str | None:
        """Return where a section can be read, its anchor included; None if that is not known."""
        found = self.section.get(section)
        source = self.source.get(found.source) if found else None
        if found is None or source is None or source.address is None:
            return None
        return f"{source.address}#{found.anchor}" if found.anchor else source.address
