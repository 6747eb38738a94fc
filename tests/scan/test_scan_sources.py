"""Scan sources: whatever goes wrong is told, nothing is shown, and more processes change nothing."""

from __future__ import annotations

import io
import multiprocessing
import os
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from tests.scan.numbers import NUMBERS

from mnaudit.errors import InputError
from mnaudit.load.scan_rules import read_scan_rules
from mnaudit.load.shipped import shipped
from mnaudit.model.document import SourceFile
from mnaudit.model.scan import Hit, Place, ScanResult, Unreadable
from mnaudit.model.scan_source import ScanSource
from mnaudit.scan import (
    findings,
    level_of,
    many as scan_many,
    names,
    one,
    scan_bytes,
    scan_files,
    scan_source,
    scan_sources,
    shown_name,
    side_by_side,
    without_numbers,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mnaudit.model.scan_rules import ScanRules

NUMBER = NUMBERS[0]
LABELED = f"個人番号: {NUMBER}\n".encode()


@pytest.fixture(scope="module")
def rules() -> ScanRules:
    return read_scan_rules(shipped("controls"), None, date(2026, 4, 1))[0]


def source(path: str, data: bytes = b"", **fields: Any) -> ScanSource:
    return ScanSource(path, size=len(data), open=lambda: io.BytesIO(data), **fields)


def codes(result: ScanResult) -> list[str]:
    return [hit.code for hit in result.hits]


# One source


def test_a_number_is_found_where_it_stands(rules: ScanRules) -> None:
    result = scan_bytes("hr/a.txt", b"x\n" + LABELED, rules)

    assert result.path == "hr/a.txt"
    assert [(hit.code, hit.place) for hit in result.hits] == [
        ("MN501", Place("hr/a.txt", line=2, column=7))
    ]
    assert result.unreadable == ()
    assert result.bytes_read == len(LABELED) + 2


def test_a_place_is_told_once_however_often_it_is_read(rules: ScanRules) -> None:
    table = f"氏名,個人番号\n花子,{NUMBER}\n".encode()

    result = scan_bytes("a.csv", table, rules)

    assert codes(result) == ["MN501"]


def test_the_gravest_hit_of_a_place_counts(
    rules: ScanRules, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place("a.txt", line=1)
    hits = [Hit("MN502", place, "alone"), Hit("MN501", place, "label"), Hit("MN502", place, "x")]
    monkeypatch.setattr(one, "detect", lambda *_: iter(hits))

    assert scan_bytes("a.txt", b"", rules).hits == (hits[1],)


@pytest.mark.parametrize(
    "name",
    [
        f"マイナンバー{NUMBER}",
        f"hr/個人番号 {NUMBER[:4]}-{NUMBER[4:8]}-{NUMBER[8:]}.pdf",
        "個人番号/" + NUMBER.translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
        "個人番号"
        + NUMBER.translate({ord("0") + n: kanji for n, kanji in enumerate("〇一二三四五六七八九")}),
    ],
    ids=["joined", "grouped", "full-width", "kanji"],
)
def test_a_name_with_a_number_is_found_and_never_shown(rules: ScanRules, name: str) -> None:
    result = scan_bytes(name, LABELED, rules)

    assert len(result.hits) == 2
    told = repr(result) + shown_name(name, rules)
    assert not any(char.isnumeric() for char in shown_name(name, rules))
    assert not any(NUMBER[at : at + 4] in told for at in range(9))


@pytest.mark.parametrize("name", [f"t{NUMBER}", f"a_{NUMBER}b"], ids=["prefix", "both"])
def test_a_name_with_a_number_between_letters_is_not_shown(rules: ScanRules, name: str) -> None:
    assert "…" in shown_name(name, rules)


@pytest.mark.parametrize(
    "name", ["2026-03-31/2026-04-01_研修.yaml", "a.txt", "監査/第3回.pdf", "20260331235959.log"]
)
def test_other_names_are_shown_as_they_are(rules: ScanRules, name: str) -> None:
    assert shown_name(name, rules) == name


@pytest.mark.parametrize("between", ["", " ", "-", "\u3000", "."])
def test_what_was_typed_is_told_again_without_a_number(between: str) -> None:
    number = between.join((NUMBER[:4], NUMBER[4:8], NUMBER[8:]))
    wide = number.translate({ord("0") + n: 0xFF10 + n for n in range(10)})

    assert without_numbers(f"個人番号_{number}.txt") == "個人番号_….txt"
    assert without_numbers(f"{wide} と {number}") == "… と …"


def test_times_digests_and_fingerprints_are_told_as_they_are() -> None:
    number = " ".join((NUMBER[:4], NUMBER[4:8], NUMBER[8:]))
    for text in (
        "2026-03-31 09:00:00",
        f"{NUMBER}0",
        f"a{NUMBER}",
        f"{number} 0a1b",
        f"9f3c {number}",
        f"0-{number}",
        "111111111111",
    ):
        assert without_numbers(text) == text


def test_the_name_of_a_sheet_or_member_is_not_shown_either(
    rules: ScanRules, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"マイナンバー{NUMBER}"
    place = Place("a.zip", members=(name,), sheet=name, cell="A1")
    real = getattr(one, "detect")  # noqa: B009 - it is not exported

    def detect(fragments: Any, rules: ScanRules) -> Iterator[Hit]:
        yield Hit("MN501", place, "label")
        yield from real(fragments, rules)

    monkeypatch.setattr(one, "detect", detect)

    [hit] = scan_bytes("a.zip", b"", rules).hits

    assert hit.place == Place("a.zip", members=("マイナンバー…",), sheet="マイナンバー…", cell="A1")


def test_a_name_of_git_is_told_once_and_not_with_every_version(rules: ScanRules) -> None:
    name = f"個人番号{NUMBER}.txt"

    told = scan_source(ScanSource(name, "file name"), rules)
    version = scan_source(source(name, LABELED), rules)

    assert [hit.place.part for hit in told.hits] == ["file name"]
    assert [hit.place.part for hit in version.hits] == [None]


def test_a_message_is_text_whatever_it_is_called(rules: ScanRules) -> None:
    result = scan_source(source("a.pdf", LABELED, part="commit message"), rules)

    assert [hit.place for hit in result.hits] == [
        Place("a.pdf", part="commit message", line=1, column=7)
    ]
    assert result.unreadable == ()


def test_what_is_not_here_could_not_be_read(rules: ScanRules) -> None:
    result = scan_source(ScanSource("a.txt", reason="not here"), rules)

    assert result.unreadable == (Unreadable("MN504", Place("a.txt"), "not here"),)


def test_the_name_of_what_is_not_here_is_looked_at(rules: ScanRules) -> None:
    result = scan_source(
        ScanSource(f"個人番号{NUMBER}.txt", named=True, reason="permission"), rules
    )

    assert codes(result) == ["MN501"]
    assert [each.place.path for each in result.unreadable] == ["個人番号….txt"]


class Panic(BaseException):
    """As Rust throws it."""


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError(NUMBER), ("MN504", "defect")),
        (Panic(NUMBER), ("MN504", "defect")),
        (MemoryError(), ("MN506", "memory")),
        (RecursionError(), ("MN506", "depth")),
        (InputError("MN120", path="a"), ("MN504", "changed")),
        (PermissionError(), ("MN504", "permission")),
        (OSError(), ("MN504", "changed")),
    ],
)
def test_a_reader_that_fails_is_told_and_what_it_read_counts(
    rules: ScanRules, monkeypatch: pytest.MonkeyPatch, error: BaseException, told: tuple[str, str]
) -> None:
    real = getattr(one, "read_fragments")  # noqa: B009 - it is not exported

    def read(*arguments: Any, **named: Any) -> Iterator[Any]:
        yield from real(*arguments, **named)
        raise error

    monkeypatch.setattr(one, "read_fragments", read)

    result = scan_bytes("a.txt", LABELED, rules)

    assert codes(result) == ["MN501"]
    assert [(each.code, each.reason) for each in result.unreadable] == [told]
    assert NUMBER[:4] not in repr(result)


def test_a_detector_that_fails_is_told(rules: ScanRules, monkeypatch: pytest.MonkeyPatch) -> None:
    def detect(*_: object) -> Iterator[Hit]:
        raise ValueError(NUMBER)

    monkeypatch.setattr(one, "detect", detect)
    monkeypatch.setattr(names, "detect", detect)

    result = scan_bytes("a.txt", LABELED, rules)
    assert [each.reason for each in result.unreadable] == ["defect"]
    assert shown_name(f"個人番号 {'1' * 11}", rules) == "個人番号 …"


@pytest.mark.parametrize("leaving", [KeyboardInterrupt, SystemExit])
def test_who_is_asked_to_stop_stops(
    rules: ScanRules, monkeypatch: pytest.MonkeyPatch, leaving: type[BaseException]
) -> None:
    def stop(*_: object, **__: object) -> Iterator[Any]:
        raise leaving

    for name in ("read_fragments", "detect"):
        with monkeypatch.context() as patch:
            patch.setattr(one, name, stop)
            with pytest.raises(leaving):
                scan_bytes("a.txt", LABELED, rules)


def test_files_of_the_steps_are_scanned_in_their_order(rules: ScanRules) -> None:
    def file(path: str, data: bytes) -> SourceFile:
        return SourceFile(path, len(data), sha256(data).hexdigest(), lambda: data)

    def refuse() -> bytes:
        raise InputError("MN120", path="c.txt")

    changed = SourceFile("c.txt", 3, "", refuse)

    results = list(scan_files([file("b.txt", LABELED), file("a.txt", b"clean"), changed], rules))

    assert [(result.path, codes(result)) for result in results] == [
        ("b.txt", ["MN501"]),
        ("a.txt", []),
        ("c.txt", []),
    ]
    assert [each.reason for each in results[2].unreadable] == ["changed"]


# Findings


def test_findings_have_the_level_that_the_company_chose(rules: ScanRules) -> None:
    result = ScanResult(
        "a", (Hit("MN501", Place("a"), "label"),), (Unreadable("MN504", Place("a"), "broken"),)
    )
    chosen = rules.model_copy(update={"levels": {"MN504": "warning", "MN501": "note"}})
    at = replace(source("a"), commit="0123456789abcdef")

    assert [(f.code, f.level, f.kind) for f in findings(at, result, rules)] == [
        ("MN501", "error", "hit"),
        ("MN504", "error", "unreadable"),
    ]
    assert [(f.code, f.level, f.commit) for f in findings(at, result, chosen)] == [
        ("MN501", "note", "0123456789ab"),
        ("MN504", "warning", "0123456789ab"),
    ]
    assert level_of("MN502", rules) == "warning"


# Side by side


def many() -> list[ScanSource]:
    return [
        source(f"{n}.txt", LABELED if n % 3 == 0 else b"clean", named=True) for n in range(12)
    ] + [
        ScanSource(f"個人番号{NUMBER}", "file name"),
        ScanSource("lost.txt", reason="not here"),
        replace(source("pipe", LABELED), size=0),
    ]


def told(scanned: Iterator[tuple[ScanSource, ScanResult]]) -> list[tuple[str, ScanResult]]:
    return [(source.path, result) for source, result in scanned]


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes pay at once, and get three files each."""
    monkeypatch.setattr(scan_many, "_PATIENCE", -1)
    monkeypatch.setattr(side_by_side, "_CHUNK_FILES", 3)


@pytest.fixture
def forked(eager: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """Other processes have what a test changed."""
    fork: Callable[[str], Any] = lambda _: multiprocessing.get_context("fork")  # noqa: E731
    monkeypatch.setattr(side_by_side, "get_context", fork)


def test_little_work_stays_in_one_process(
    rules: ScanRules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_many, "_PATIENCE", 10**9)
    monkeypatch.setattr(side_by_side, "SideBySide", None)

    assert len(list(scan_sources(many(), rules, 2))) == len(many())


@pytest.mark.usefixtures("eager")
def test_several_processes_find_the_same(rules: ScanRules) -> None:
    assert told(scan_sources(many(), rules, 2)) == told(scan_sources(many(), rules))


@pytest.mark.usefixtures("forked")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_file_that_stops_its_process_could_not_be_read(
    rules: ScanRules, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, parent = scan_source, os.getpid()

    def fatal(source: ScanSource, rules: ScanRules) -> ScanResult:
        if source.path == "4.txt" and os.getpid() != parent:
            os._exit(11)
        return real(source, rules)

    monkeypatch.setattr(side_by_side, "scan_source", fatal)

    found = dict(told(scan_sources(many(), rules, 2)))

    assert [each.reason for each in found["4.txt"].unreadable] == ["crash"]
    expected = dict(told(scan_sources(many(), rules)))
    assert all(found[path] == expected[path] for path in expected if path != "4.txt")


@pytest.mark.usefixtures("forked")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_where_no_process_lives_everything_is_read_in_this_one(
    rules: ScanRules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side_by_side, "_prepare", lambda _: os._exit(1))

    assert told(scan_sources(many(), rules, 2)) == told(scan_sources(many(), rules))


@pytest.mark.usefixtures("eager")
def test_what_is_large_is_read_in_this_process(
    rules: ScanRules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side_by_side, "_ALONE", 10)
    refused = ScanSource("changed.txt", size=5, open=_refuse)

    found = dict(told(scan_sources([*many(), refused], rules, 2)))

    assert codes(found["0.txt"]) == ["MN501"]
    assert [each.code for each in found["changed.txt"].unreadable] == ["MN504"]


def _refuse() -> Any:
    raise OSError


@pytest.mark.usefixtures("eager")
def test_who_stops_early_leaves_no_process(rules: ScanRules) -> None:
    scanned: Any = scan_sources(many(), rules, 2)

    next(scanned)
    scanned.close()

    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("gap", ["-", "/"])
def test_the_head_of_a_long_table_counts_for_an_odd_form_far_below(
    rules: ScanRules, gap: str
) -> None:
    odd = gap.join((NUMBER[:5], NUMBER[5:7], NUMBER[7:]))
    rows = "".join(f"E{at:06},見本 太郎,総務部,03-0000-0000,2026-04-01\n" for at in range(30_000))
    table = f"社員番号,氏名,部署,個人番号,更新日\n{rows}E030001,見本 花子,総務部,{odd},2026-04-01\n"

    [hit] = scan_bytes("名簿.csv", table.encode(), rules).hits

    assert hit.code == "MN501"
    assert hit.place.line == 30_002


def test_an_odd_form_counts_only_where_something_names_it(rules: ScanRules) -> None:
    odd = "-".join((NUMBER[:5], NUMBER[5:7], NUMBER[7:]))

    assert scan_bytes("a.txt", f"個人番号 {odd}\n".encode(), rules).hits
    assert not scan_bytes("a.txt", f"内線 {odd}\n".encode(), rules).hits


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("a.csv", "氏名,電話,個人番号\n見本,03-0000-0000,№\n"),
        ("a.tsv", "氏名\t電話\t個人番号\n見本\t03-0000-0000\t№\n"),
        ("a.md", "| 氏名 | 電話 | 個人番号 |\n|---|---|---|\n| 見本 | 03-0000-0000 | № |\n"),
        ("a.html", "<table><tr><th>電話<th>個人番号<tr><td>03-0000-0000</td><td>№</td></table>"),
        ("a.json", '{"電話": "03-0000-0000", "個人番号": "№"}'),
    ],
)
def test_an_odd_form_beside_other_digits_is_found_in_its_cell(
    rules: ScanRules, name: str, table: str
) -> None:
    odd = "/".join((NUMBER[:5], NUMBER[5:7], NUMBER[7:]))

    assert [hit.code for hit in scan_bytes(name, table.replace("№", odd).encode(), rules).hits] == [
        "MN501"
    ]
