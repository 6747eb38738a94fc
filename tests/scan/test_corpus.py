"""What the scanner must find and what it must leave alone (README.md beside this file)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.scan.negatives import KINDS, SEEDS, STREAMS, documents, stream
from tests.scan.numbers import NUMBERS, is_valid
from tests.scan.positives import positives
from tests.scan.running import missing, scan, scanned
from tests.scan.unreadables import unreadables

if TYPE_CHECKING:
    from tests.scan.placements import Placement


def test_the_numbers_are_well_formed() -> None:
    assert all(is_valid(number) for number in NUMBERS)


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len({one.id for one in positives()}) == len(positives()) >= 300
    assert len(KINDS) * SEEDS >= 3000


def test_no_name_of_a_placement_shows_a_digit_of_a_number() -> None:
    texts = [one.id + repr(one) for one in positives()]

    assert not [text for text in texts for number in NUMBERS if number[:6] in text]


@pytest.mark.parametrize("placement", positives(), ids=lambda one: one.id)
def test_a_placement_is_found(placement: Placement) -> None:
    assert missing(placement, scanned(placement)) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_no_document_is_called_a_leak_or_unreadable(kind: str) -> None:
    results = [(seed, scan(name, data)) for seed, name, data in documents(kind)]

    alarms = [
        (seed, hit.place, hit.reason)
        for seed, result in results
        for hit in result.hits
        if hit.code == "MN501"
    ]
    assert alarms == []
    assert [(seed, result.unreadable) for seed, result in results if result.unreadable] == []


@pytest.mark.parametrize("which", STREAMS)
def test_strings_without_context_hardly_warn(which: str) -> None:
    strings = warnings = errors = 0
    for count, name, data in stream(which):
        strings += count
        codes = [hit.code for hit in scan(name, data).hits]
        warnings += codes.count("MN502")
        errors += codes.count("MN501")

    assert errors == 0
    assert warnings * 1000 < strings


@pytest.mark.parametrize("placement", unreadables(), ids=lambda one: one.id)
def test_what_nobody_can_read_says_so(placement: Placement) -> None:
    result = scanned(placement)

    said = [one for one in result.unreadable if one.code in placement.expected.split("|")]
    assert said
    assert all(getattr(said[0].place, name) == value for name, value in placement.where.items())
