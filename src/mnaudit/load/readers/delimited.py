"""Read tables in text: CSV and TSV, tables of Markdown, and the rows of an SQL dump.

A row is a record: a number may be split over its cells, its label may stand in another one or in
the header thousands of rows above. The rows are also looked at as plain text, where only context
counts, because a label may stand a line above in a note between the rows.

Sources: RFC 4180; GitHub Flavored Markdown §4.10.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.digits import could_hold, digit_count
from mnaudit.model.scan import Fragment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mnaudit.load.readers.limits import Budget
    from mnaudit.load.readers.mapped import Source

__all__ = [
    "Cell",
    "Header",
    "aligned_rows",
    "csv_rows",
    "delimiter_of",
    "is_aligned",
    "markdown_rows",
    "of_row",
    "records",
    "sql_rows",
]

_DELIMITERS: Final = ",\t;|"
_SUFFIXES: Final = {".csv": ",", ".tsv": "\t", ".tab": "\t"}
_PROBE: Final = 2**14
_PROBE_LINES: Final = 20
_FEWEST_LINES: Final = 3
_HEADER_ROWS: Final = 10
_LONGEST_CELL: Final = 2**16
_QUOTED: Final = re.compile(r'"[^"]*"')
_END_OF_LINE: Final = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text and where it begins in the source."""

    text: str = field(repr=False)
    start: int


def delimiter_of(text: str, suffix: str) -> str | None:
    """Tell by what the cells of a text are divided, if it is a table.

    Args:
        text: The beginning of the file.
        suffix: Of its name, in lower case.
    """
    lines = [_QUOTED.sub("", line) for line in _first_lines(text)]
    counts = {mark: Counter(line.count(mark) for line in lines) for mark in _DELIMITERS}
    if suffix in _SUFFIXES:
        best = max(_DELIMITERS, key=lambda mark: _agreement(counts[mark]))
        return best if _agreement(counts[best]) > 0 else _SUFFIXES[suffix]
    if len(lines) < _FEWEST_LINES:
        return None
    for mark in _DELIMITERS:
        if len(counts[mark]) == 1 and 0 not in counts[mark]:
            return mark
    return None


_RULE: Final = re.compile(r"[-+=|: \t]*")


def _first_lines(text: str) -> list[str]:
    """Return some lines that say something."""
    lines = _END_OF_LINE.split(text[:_PROBE])
    return [line for line in lines[:-1] or lines if not _RULE.fullmatch(line)][:_PROBE_LINES]


def _agreement(counts: Counter[int]) -> int:
    """Return how many lines agree in how often a mark stands in them."""
    return max((lines for number, lines in counts.items() if number), default=0)


def csv_rows(text: str, delimiter: str) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of a table; a quoted cell may span lines, a quote left open does not."""
    at = 0
    for line in _lines(text):
        start, end = line
        if start < at:
            continue  # inside a quoted cell of the row before
        if text.find('"', start, end) < 0:
            yield tuple(_plain_cells(text, start, end, delimiter))
        else:
            cells, at = _quoted_cells(text, start, delimiter)
            yield cells


def _lines(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for match in _END_OF_LINE.finditer(text):
        yield at, match.start()
        at = match.end()
    if at < len(text):
        yield at, len(text)


def _plain_cells(text: str, start: int, end: int, delimiter: str) -> Iterator[Cell]:
    for piece in text[start:end].split(delimiter):
        yield Cell(piece, start)
        start += len(piece) + 1


def _quoted_cells(text: str, at: int, delimiter: str) -> tuple[tuple[Cell, ...], int]:
    """Read one row with quotes; return its cells and the place behind it."""
    cells: list[Cell] = []
    stop = re.compile(rf"{re.escape(delimiter)}|\r\n|\n|\r")
    while True:
        begin = at
        if text.startswith('"', at) and (closed := _closing(text, at)) > 0:
            match = stop.search(text, closed + 1)
            end = match.start() if match else len(text)
            # Whatever follows the closing quote belongs to the cell: nothing is dropped.
            cells.append(Cell(text[at + 1 : closed] + text[closed + 1 : end], begin + 1))
        else:
            match = stop.search(text, at)
            end = match.start() if match else len(text)
            cells.append(Cell(text[at:end], begin))
        if match is None:
            return tuple(cells), len(text)
        at = match.end()
        if match[0] != delimiter:
            return tuple(cells), at


def _closing(text: str, opened: int) -> int:
    """Return where a quoted cell ends, or -1 if it does not within reason."""
    limit = opened + _LONGEST_CELL
    at = text.find('"', opened + 1, limit)
    while at >= 0 and text.startswith('"', at + 1):
        at = text.find('"', at + 2, limit)
    return at


_GAP: Final = re.compile(r"[ \t\u3000]{2,}|\t|\u3000")
_MOSTLY: Final = 0.6


def is_aligned(text: str) -> bool:
    """Tell whether most lines have equally many columns, with gaps between them."""
    lines = [line.strip() for line in _first_lines(text)]
    counts = Counter(len(_GAP.findall(line)) for line in lines)
    most = _agreement(counts)
    return most >= _FEWEST_LINES and most >= _MOSTLY * len(lines)


def aligned_rows(text: str) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of tables that are aligned by blanks."""
    for start, end in _lines(text):
        gaps = [match.span() for match in _GAP.finditer(text, start, end)]
        edges = zip(
            [start, *(gap[1] for gap in gaps)], [*(gap[0] for gap in gaps), end], strict=True
        )
        yield tuple(Cell(text[first:last], first) for first, last in edges if last > first)


_TABLE_LINE: Final = re.compile(r"^[ \t>]*\|([^\n]*)$", re.MULTILINE)


def markdown_rows(text: str) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of the tables of a Markdown text; an empty row ends a table."""
    behind = -1
    for match in _TABLE_LINE.finditer(text):
        if behind >= 0 and text.count("\n", behind, match.start()) > 1:
            yield ()
        behind = match.end()
        row = match[1].rstrip().removesuffix("|")
        if row.strip(" \t|:-"):
            yield tuple(_plain_cells(text, match.start(1), match.start(1) + len(row), "|"))


_NAME: Final = r"[\w.$`\"\[\]]{1,200}"
_STATEMENT: Final = re.compile(
    rf"\bCREATE\s+(?:\w+\s+){{0,3}}TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<table>{_NAME})\s*\("
    rf"|\bINSERT\s+(?:\w+\s+)?INTO\s+(?P<into>{_NAME})(?:\s*(?P<columns>\([^()]{{0,20000}}\)))?\s*VALUES"
    rf"|\bCOPY\s+(?P<copy>{_NAME})(?:\s*(?P<names>\([^()]{{0,20000}}\)))?\s+FROM\s+stdin[^\n]{{0,200}};[^\n]*\n",
    re.IGNORECASE,
)
_SQL_TOKEN: Final = re.compile(r"'((?:[^'\\]++|\\.|'')*+)'?|([(),;])|([^\s'(),;]++)", re.DOTALL)
_COLUMN: Final = re.compile(rf"\s*({_NAME})")
_QUOTES: Final = '`"[] \t\r\n'


def sql_rows(text: str) -> Iterator[tuple[tuple[str, ...], tuple[Cell, ...]]]:
    """Yield (columns, cells) of every row that a dump inserts."""
    tables: dict[str, tuple[str, ...]] = {}
    at = 0
    while match := _STATEMENT.search(text, at):
        at = match.end()
        if table := match["table"]:
            tables[_bare(table)], at = _definitions(text, at)
        elif table := match["into"]:
            columns = _listed(match["columns"]) or tables.get(_bare(table), ())
            for cells, behind in _tuples(text, at):
                at = behind
                if cells:
                    yield columns, cells
        else:
            columns = _listed(match["names"]) or tables.get(_bare(match["copy"]), ())
            end = text.find("\n\\.", at - 1)
            end = len(text) if end < 0 else end
            for start, stop in _lines(text[at:end]):
                yield columns, tuple(_plain_cells(text, at + start, at + stop, "\t"))
            at = end


def _bare(name: str) -> str:
    return name.rpartition(".")[2].strip(_QUOTES).casefold()


def _listed(columns: str | None) -> tuple[str, ...]:
    return tuple(name.strip(_QUOTES) for name in columns[1:-1].split(",")) if columns else ()


def _definitions(text: str, at: int) -> tuple[tuple[str, ...], int]:
    """Return the names of the columns of a table that is created, and the place behind them."""
    names: list[str] = []
    depth, is_first = 1, True
    for match in _SQL_TOKEN.finditer(text, at):
        sign = match[2]
        if depth == 1 and is_first and match[3]:
            names.append(match[3].strip(_QUOTES))
        is_first = depth == 1 and sign == ","
        depth += {"(": 1, ")": -1}.get(sign or "", 0)
        if depth == 0 or sign == ";" or match.start() - at > _LONGEST_CELL:
            return tuple(names), match.end()
    return tuple(names), len(text)


def _tuples(text: str, at: int) -> Iterator[tuple[tuple[Cell, ...], int]]:
    """Yield the rows of one statement, each with the place behind it; at last an empty one."""
    cells: list[Cell] = []
    pieces: list[str] = []
    start = depth = 0
    behind = at
    for match in _SQL_TOKEN.finditer(text, at):
        quoted, sign, bare = match.groups()
        if sign == ";" or (depth == 0 and bare) or match.start() - behind > _LONGEST_CELL:
            yield (), match.start()
            return
        depth += {"(": 1, ")": -1}.get(sign or "", 0)
        if depth > 0 and (quoted is not None or bare):
            start = start if pieces else match.start(1 if bare is None else 3)
            pieces.append(quoted if bare is None else bare)
        elif (sign == "," and depth == 1) or (sign == ")" and depth <= 0):
            cells.append(Cell(" ".join(pieces), start))
            pieces = []
            if depth <= 0:
                behind = match.end()
                yield tuple(cells), behind
                cells, depth = [], 0
    yield (), len(text)


@dataclass(slots=True)
class Header:
    """What the columns are called, as far as the rows so far tell."""

    names: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    rows: int = 0

    def take(self, row: Sequence[Cell]) -> None:
        """See a row: the first one of words names the columns."""
        self.rows += 1
        texts = tuple(cell.text.strip() for cell in row)
        filled = [text for text in texts if text]
        words = bool(filled) and not any(digit_count(text) > 4 for text in filled)  # noqa: PLR2004
        if not self.names and words and self.rows <= _HEADER_ROWS and _is_header(filled, texts):
            self.names = texts
        self.above = texts if words else ()

    def fields(self, index: int) -> tuple[str, ...]:
        """Return the names of a column: of the header, and of the cell right above."""
        name = self.names[index] if index < len(self.names) else ""
        above = self.above[index] if index < len(self.above) else ""
        if name and above and name != above:
            return name, above
        return (name or above,) if name or above else ()


def _is_header(filled: Sequence[str], texts: Sequence[str]) -> bool:
    return len(filled) > 1 or len(texts) == 1


def records(
    source: Source,
    rows: Iterator[tuple[Cell, ...]],
    budget: Budget,
    header: Header | None = None,
) -> Iterator[Fragment]:
    """Yield the cells of the rows that have digits enough, under the names of their columns.

    Args:
        source: Where the rows are from.
        rows: An empty row ends a table: the next one has a header of its own.
        budget: What may be spent.
        header: What an earlier part of the same table taught.
    """
    header = header or Header()
    for row in rows:
        if not row:
            header = Header()
            continue
        if could_hold("".join(cell.text for cell in row)):
            yield from of_row(source, row, header.fields, budget)
        header.take(row)


def of_row(
    source: Source, row: Sequence[Cell], fields: Callable[[int], tuple[str, ...]], budget: Budget
) -> Iterator[Fragment]:
    """Yield the cells of one row."""
    record = budget.record()
    budget.spend(fragments=len(row))
    for index, cell in enumerate(row):
        if cell.text and not cell.text.isspace():
            yield Fragment(cell.text, source.at(cell.start), record, fields(index))
