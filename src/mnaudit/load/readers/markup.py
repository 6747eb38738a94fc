"""Read HTML and XML: what is seen, and what is not: attributes, comments, scripts.

Tags of letters within a word are left out, tags of blocks divide like a line break, tags of cells
like a tab. The rows of tables are records under the names of their columns. The text is written
down twice: as it is seen, and with all that stands within tags; numbers may be split by the one
and labeled by the other.

No entities are expanded but those of characters, and nothing is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Final

from mnaudit.load.readers.delimited import Cell, records
from mnaudit.load.readers.keyed import Value, emit
from mnaudit.load.readers.mapped import Composer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.load.readers.limits import Budget
    from mnaudit.load.readers.mapped import Source
    from mnaudit.model.scan import Fragment

__all__ = ["html_text", "xml_text"]

_INLINE: Final = re.compile(
    r"a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|ins|kbd|mark|nobr|o:p|q"
    r"|rb|rp|rt|rtc|ruby|s|samp|small|span|strike|strong|sub|sup|time|tt|u|var|wbr"
)
_CELLS: Final = frozenset({"td", "th", "cell", "entry", "table-cell", "data"})
_NAMELESS: Final = _CELLS | {"item", "object", "element", "value"}
_ROWS: Final = frozenset({"tr", "row", "table-row", "record"})
_TABLES: Final = frozenset({"table", "tbl", "worksheet", "tgroup"})
_RAW: Final = re.compile(r"</(?:script|style)\b", re.IGNORECASE)
_NAME: Final = re.compile(r"</?([^\s/>]*)")
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});?")
_LONGEST_TAG: Final = 2**16
_PROLONGED: Final = 8


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of markup: ``text``, ``tag``, ``comment``, ``literal`` (CDATA) or ``raw`` (script)."""

    kind: str
    start: int
    end: int
    name: str = ""
    is_end: bool = False


def html_text(source: Source, budget: Budget) -> Iterator[Fragment]:
    """Yield the text of a page: as seen, with all that is not seen, and its tables by rows."""
    tokens = list(_tokens(source.text, is_html=True))
    budget.spend(fragments=len(tokens))
    seen, everything = Composer(source), Composer(source)
    for token in tokens:
        _write_seen(seen, token)
        _write_everything(everything, token)
    yield seen.fragment()
    yield everything.fragment()
    yield from records(source, iter(_rows(source.text, tokens)), budget)


def xml_text(source: Source, budget: Budget) -> Iterator[Fragment]:
    """Yield the text of a document, without the names of elements and with them as labels."""
    tokens = list(_tokens(source.text, is_html=False))
    budget.spend(fragments=len(tokens))
    seen, everything = Composer(source), Composer(source)
    label = ""
    for token in tokens:
        if token.kind == "tag":
            seen.put("\t", token.start)
        elif token.kind != "comment":
            _write(seen, token)
        label = _write_labels(everything, token, label)
    yield seen.fragment()
    yield everything.fragment()
    yield from records(source, iter(_rows(source.text, tokens)), budget)
    yield from emit(_leaves(source.text, tokens), source, budget, context_only=True)


def _tokens(text: str, *, is_html: bool) -> Iterator[_Token]:
    """Divide markup; what is no sound tag is text."""
    at = behind = 0
    ends: dict[str, int] = {}
    while (at := text.find("<", at)) >= 0:
        token = _token(text, at, ends)
        if token is None:
            at += 1
            continue
        if at > behind:
            yield _Token("text", behind, at)
        yield token
        at = behind = token.end
        if is_html and token.name in {"script", "style"} and not token.is_end:
            match = _RAW.search(text, at)
            at = behind = match.start() if match else len(text)
            yield _Token("raw", token.end, at)
    if behind < len(text):
        yield _Token("text", behind, len(text))


_SPECIAL: Final = (("<!--", "-->", "comment"), ("<![CDATA[", "]]>", "literal"))


def _token(text: str, at: int, ends: dict[str, int]) -> _Token | None:
    """Return what begins at a ``<``; ``ends`` remembers which ends do not come any more."""
    for opening, closing, kind in _SPECIAL:
        if text.startswith(opening, at):
            end = _find(text, closing, at + len(opening), ends)
            return _Token(kind, at, end + len(closing)) if end >= 0 else None
    follows = text[at + 1 : at + 2]
    if not (follows.isalpha() or follows in {"/", "!", "?", "_"}):
        return None
    end = _tag_end(text, at, ends)
    if end < 0:
        return None
    match = _NAME.match(text, at)
    name = match[1].casefold() if match else ""
    return _Token("tag", at, end + 1, name, is_end=follows == "/")


def _find(text: str, what: str, at: int, ends: dict[str, int]) -> int:
    """Find, and do not search the rest again for what was not in it."""
    if ends.get(what) == -1:
        return -1
    found = text.find(what, at)
    if found < 0:
        ends[what] = -1
    return found


def _tag_end(text: str, at: int, ends: dict[str, int]) -> int:
    """Return where a tag ends; a ``>`` in a quoted value does not end it."""
    end = first = _find(text, ">", at, ends)
    for _ in range(_PROLONGED):
        if end < 0 or end - at > _LONGEST_TAG:
            break
        tag = text[at:end]
        if tag.count('"') % 2 == 0 or "=" not in tag:
            return end
        end = text.find(">", end + 1)
    return first


_FIELDS: Final = frozenset({"input", "button", "param", "data", "meter", "progress", "option"})
_VALUE: Final = re.compile(r"""\bvalue\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def _write_seen(composer: Composer, token: _Token) -> None:
    if token.kind in {"text", "literal"}:
        _write(composer, token)
    elif token.kind == "tag" and not _INLINE.fullmatch(token.name):
        composer.put("\t" if token.name in _CELLS | _FIELDS else "\n", token.start)
    if token.name in _FIELDS and not token.is_end:
        match = _VALUE.search(composer.source.text, token.start, token.end)
        if match and match.lastindex:
            _unescaped(composer, *match.span(match.lastindex))


def _write_everything(composer: Composer, token: _Token) -> None:
    if token.kind != "tag":
        composer.put(" " if token.kind == "comment" else "", token.start)
        _write(composer, token)
        return
    inner = token.start + len(token.name) + 1
    if not token.is_end and token.name not in {"!doctype", "?xml"} and inner < token.end - 1:
        composer.put("\n", token.start)
        _unescaped(composer, inner, token.end - 1)
        composer.put(" ", token.end - 1)
    elif not _INLINE.fullmatch(token.name):
        composer.put("\t" if token.name in _CELLS else "\n", token.start)


def _write_labels(composer: Composer, token: _Token, label: str) -> str:
    """Write names of elements as labels; return the last one, which is not written again at once."""
    if token.kind != "tag":
        _write(composer, token)
        return label
    if token.is_end:
        composer.put("\t", token.start)
        return label
    text = composer.source.text
    closed = text.startswith("/", token.end - 2)
    start, end = token.start + 1, token.end - 1 - closed
    if text[start:end] != label:
        composer.put("\n", token.start)
        _unescaped(composer, start, end)
        composer.put(": ", token.end - 1)
    return text[start:end]


def _write(composer: Composer, token: _Token) -> None:
    """Write the content of a piece that is no tag."""
    if token.kind == "text":
        _unescaped(composer, token.start, token.end)
    elif token.kind == "literal":
        composer.copy(token.start + 9, token.end - 3)
    elif token.kind == "comment":
        composer.copy(token.start + 4, token.end - 3)
    else:
        composer.copy(token.start, token.end)


def _unescaped(composer: Composer, start: int, end: int) -> None:
    """Write text with its character references resolved."""
    text = composer.source.text
    if text.find("&", start, end) < 0:
        composer.copy(start, end)
        return
    behind = start
    for match in _ENTITY.finditer(text, start, end):
        composer.copy(behind, match.start())
        composer.put(unescape(match[0]), match.start())
        behind = match.end()
    composer.copy(behind, end)


def _leaves(text: str, tokens: list[_Token]) -> Iterator[Value]:
    """Yield what stands in elements outside of tables, under their names.

    What stands in elements of one parent is a record. Names such as ``item`` say nothing.
    """
    opened: list[tuple[str, int, bool]] = [("", 0, False)]  # name, place, whether in a row
    for token in tokens:
        name, _, is_in_row = opened[-1]
        if token.kind == "text" and name and name not in _NAMELESS:
            content = text[token.start : token.end]
            start = token.end - len(content.lstrip())
            if content.strip() and not is_in_row:
                record = opened[-2][1]
                yield Value(unescape(content.strip()), start, (name,), record, "&" in content)
        elif token.kind != "tag" or token.name.startswith(("?", "!")):
            continue
        elif not token.is_end and not text.startswith("/", token.end - 2):
            name = _local(token.name)
            opened.append((name, token.start, is_in_row or name in _ROWS))
        elif token.is_end and len(opened) > 1:
            opened.pop()


@dataclass(slots=True)
class _Table:
    """The rows of the tables of a page, one after the other."""

    text: str = field(repr=False)
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    row: list[Cell] = field(default_factory=list)
    start: int = -1
    pieces: list[str] = field(default_factory=list, repr=False)

    def end_cell(self) -> None:
        if self.start >= 0:
            self.row.append(Cell(unescape("".join(self.pieces)).strip(), self.start))
        self.start, self.pieces = -1, []

    def end_row(self) -> None:
        self.end_cell()
        if self.row:
            self.rows.append(tuple(self.row))
        self.row = []


def _local(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


def _rows(text: str, tokens: list[_Token]) -> list[tuple[Cell, ...]]:
    """Gather the rows of tables; an empty row stands between two tables."""
    table = _Table(text)
    for token in tokens:
        if token.kind == "text" and table.start != -1:
            piece = text[token.start : token.end]
            if not table.pieces:
                piece = piece.lstrip()
                table.start = token.end - len(piece)
            table.pieces.append(piece)
        elif token.kind != "tag":
            continue
        elif (name := _local(token.name)) in _CELLS:
            table.end_cell()
            table.start = -1 if token.is_end else token.end
        elif name in _ROWS:
            table.end_row()
        elif name in _TABLES:
            table.end_row()
            table.rows.append(())
        elif not _INLINE.fullmatch(token.name) and table.start != -1:
            table.pieces.append("\n")
    table.end_row()
    return table.rows
