"""Documents in which nothing may be called an Individual Number, and strings without context."""

# ruff: noqa: S311 - seeded generators are the point: the same documents in every run
from __future__ import annotations

import csv
import io
from random import Random
from typing import TYPE_CHECKING

import openpyxl
from tests.scan.japan import encoded
from tests.scan.negatives_desks import DESKS
from tests.scan.negatives_notes import NOTES
from tests.scan.negatives_papers import PAPERS
from tests.scan.negatives_systems import SYSTEMS
from tests.scan.numbers import twelve
from tests.scan.office_files import packed, word_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["KINDS", "SEEDS", "STREAMS", "documents", "stream"]

_TEXTS = {**PAPERS, **SYSTEMS, **DESKS, **NOTES}
# A mail and a page say themselves how they are encoded; JSON and YAML are UTF-8.
_UTF_8 = (".json", ".yaml", ".eml", ".html", ".xml", ".svg")
_WORKBOOKS = tuple(kind for kind, (name, _) in _TEXTS.items() if name.endswith((".csv", ".tsv")))
_WORD = ("contract", "minutes", "training slides", "identity check", "vendor sheet", "invoice")

KINDS = (
    *_TEXTS,
    *(f"{kind} as workbook" for kind in _WORKBOOKS),
    *(f"{kind} as document" for kind in _WORD),
    "folder in a zip",
)
SEEDS = 30


def documents(kind: str) -> Iterator[tuple[int, str, bytes]]:
    """Yield seed, name and bytes of every document of this kind."""
    for seed in range(SEEDS):
        random = Random(f"{kind} {seed}")
        yield seed, *_document(kind, random)


def _document(kind: str, random: Random) -> tuple[str, bytes]:
    if kind == "folder in a zip":
        chosen = random.sample(tuple(_TEXTS), 4)
        return "証跡.zip", packed(dict(_document(one, random) for one in chosen))
    if kind.endswith(" as workbook"):
        return _workbook(kind.removesuffix(" as workbook"), random)
    name, write = _TEXTS[kind.removesuffix(" as document")]
    text = write(random)
    if kind.endswith(" as document"):
        return name.rpartition(".")[0] + ".docx", word_file(_paragraphs(text))
    return name, text.encode() if name.endswith(_UTF_8) else encoded(random, text)


def _paragraphs(text: str) -> str:
    return "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.splitlines())


def _workbook(kind: str, random: Random) -> tuple[str, bytes]:
    """Put a table into cells; what looks like a number is one, as when Excel opens a CSV."""
    name, write = _TEXTS[kind]
    lines = io.StringIO(write(random))
    as_numbers = random.random() < 0.5
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("一覧")
    for row in csv.reader(lines, delimiter="\t" if name.endswith(".tsv") else ","):
        sheet.append([int(v) if as_numbers and v.isdigit() else v for v in row])
    file = io.BytesIO()
    book.save(file)
    return name.rpartition(".")[0] + ".xlsx", file.getvalue()


def _lines(random: Random, count: int) -> str:
    return "".join(f"{twelve(random)}\n" for _ in range(count))


def _table(random: Random, count: int) -> str:
    rows = "".join(f"{at},{twelve(random)},{twelve(random)}\n" for at in range(count // 2))
    return f"a,b,c\n{rows}"


def _log(random: Random, count: int) -> str:
    return "".join(f"INFO request {twelve(random)} took {at} ms\n" for at in range(count))


def _grouped(random: Random, count: int) -> str:
    return "".join(f"{n[:4]}-{n[4:8]}-{n[8:]}\n" for n in (twelve(random) for _ in range(count)))


def _keys(random: Random, count: int) -> str:
    items = ",".join(f'{{"k":"{twelve(random)}"}}' for _ in range(count))
    return f"[{items}]"


def _lists(random: Random, count: int) -> str:
    return "".join(f"- {twelve(random)}\n" for _ in range(count))


_FORMS = {
    "lines": ("numbers.txt", _lines),
    "table": ("numbers.csv", _table),
    "log": ("requests.log", _log),
    "grouped": ("numbers.txt", _grouped),
    "keys": ("numbers.json", _keys),
    "list": ("numbers.yaml", _lists),
}
# (strings in a file, files): many in one, and fewer in many.
_SIZES: Mapping[str, tuple[int, int]] = {
    "in one file": (8_000, 1),
    "in files of 200": (200, 25),
    "in files of 40": (40, 60),
}
STREAMS = tuple(f"{form} {size}" for form in _FORMS for size in _SIZES)


def stream(which: str) -> Iterator[tuple[int, str, bytes]]:
    """Yield the number of strings, a name and bytes: random strings, no word near them."""
    form, _, size = which.partition(" ")
    name, write = _FORMS[form]
    count, files = _SIZES[size]
    for seed in range(files):
        yield count, name, write(Random(f"{which} {seed}"), count).encode()
