"""Placements in documents and slides: where Office hides what one typed."""

from __future__ import annotations

import io
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING, Any

import pptx
from docx.oxml.ns import qn
from pptx.util import Inches
from tests.scan.numbers import NUMBERS
from tests.scan.office_files import docx_bytes, members, packed, sheet_file, word_file
from tests.scan.placements import Placement
from tests.scan.writings import full_width, grouped, groups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["document_placements"]

_number = cycle(NUMBERS)
_n = partial(next, _number)


def document_placements() -> Iterator[Placement]:
    for form, write in _documents().items():
        expected = "MN502" if form.startswith("alone") else "MN501"
        yield Placement(f"docx {form}", expected, "文書.docx", partial(docx_bytes, write))
    for form, build in _raw_documents().items():
        yield Placement(f"docx {form}", "MN501", "文書.docx", build)
    for form, show in _slides().items():
        expected = "MN502" if form.startswith("alone") else "MN501"
        yield Placement(f"pptx {form}", expected, "研修.pptx", partial(_pptx, show))
    yield from _rich_and_open()


def _documents() -> Mapping[str, Callable[[Any], None]]:
    return {
        "paragraph": _paragraph(f"個人番号：{_n()}"),
        "full-width": _paragraph(f"マイナンバー：{full_width(_n())}"),
        "next-paragraph": _paragraph("個人番号", _n()),
        "split-runs": _runs("個人番号 ", *groups(_n())),
        "split-each-digit": _runs("個人番号 ", *_n()),
        "split-label": _runs("個", "人", "番号", _n()),
        "tab-between-runs": _runs("個人番号\t", "\t".join(groups(_n()))),
        "line-breaks": _paragraph("個人番号\n" + "\n".join(groups(_n()))),
        "table-row": _table(("個人番号", _n())),
        "table-column": _table(("氏名", "個人番号"), ("佐藤", _n())),
        "table-long-column": _table(
            ("氏名", "個人番号"), *[("社員の名前です", "未提出")] * 60, ("佐藤", _n())
        ),
        "table-twelve-cells": _table(("個人番号", *_n())),
        "header": _section("header"),
        "footer": _section("footer"),
        "first-page-header": _section("first_page_header"),
        "comment": _word_comment,
        "hidden": _hidden_text,
        "title": _word_property("title"),
        "comments-property": _word_property("comments"),
        "subject": _word_property("subject"),
        "hyperlink": _relationship,
        "alone": _paragraph("佐藤さんより受領", _n()),
        "alone-grouped": _paragraph(f"佐藤 {grouped('-')(_n())}"),
    }


def _paragraph(*texts: str) -> Callable[[Any], None]:
    def write(document: Any) -> None:
        for text in texts:
            document.add_paragraph(text)

    return write


def _runs(*texts: str) -> Callable[[Any], None]:
    def write(document: Any) -> None:
        paragraph = document.add_paragraph()
        for at, text in enumerate(texts):
            paragraph.add_run(text).bold = bool(at % 2)

    return write


def _table(*rows: tuple[str, ...]) -> Callable[[Any], None]:
    def write(document: Any) -> None:
        table = document.add_table(len(rows), len(rows[0]))
        for line, row in zip(table.rows, rows, strict=True):
            for cell, text in zip(line.cells, row, strict=True):
                cell.text = text

    return write


def _section(which: str) -> Callable[[Any], None]:
    def write(document: Any) -> None:
        section = document.sections[0]
        section.different_first_page_header_footer = which.startswith("first")
        getattr(section, which).paragraphs[0].text = f"個人番号 {NUMBERS[4]}"

    return write


def _word_comment(document: Any) -> None:
    run = document.add_paragraph("佐藤").runs[0]
    document.add_comment(runs=[run], text=f"マイナンバーは{NUMBERS[0]}", author="総務")


def _hidden_text(document: Any) -> None:
    document.add_paragraph().add_run(f"個人番号 {NUMBERS[1]}").font.hidden = True


def _word_property(which: str) -> Callable[[Any], None]:
    def write(document: Any) -> None:
        setattr(document.core_properties, which, f"個人番号 {NUMBERS[2]}")

    return write


def _relationship(document: Any) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    document.part.relate_to(f"https://jinji.example/?mynumber={NUMBERS[3]}", kind, is_external=True)
    document.add_paragraph("開く").runs[0].element.set(qn("w:rsidR"), "00000000")


def _raw_documents() -> Mapping[str, Callable[[], bytes]]:
    def run(text: str) -> str:
        return f"<w:r><w:t>{text}</w:t></w:r>"

    def line(inner: str) -> str:
        return f"<w:p>{inner}</w:p>"

    deleted = f"<w:del w:id='1'><w:r><w:delText>個人番号 {_n()}</w:delText></w:r></w:del>"
    box = f"<w:pict><v:shape xmlns:v='urn:v'><v:textbox><w:txbxContent>{line(run(f'個人番号 {_n()}'))}</w:txbxContent></v:textbox></v:shape></w:pict>"
    control = f"<w:sdt><w:sdtPr><w:alias w:val='個人番号'/></w:sdtPr><w:sdtContent>{line(run(_n()))}</w:sdtContent></w:sdt>"
    picture = f"<w:r><w:drawing><wp:docPr xmlns:wp='urn:wp' id='1' name='図' descr='個人番号 {_n()}'/></w:drawing></w:r>"
    code = f'<w:r><w:instrText> QUOTE "個人番号 {_n()}" </w:instrText></w:r>'
    inserted = f"<w:ins w:id='2'>{run('個人番号 ')}{run(_n())}</w:ins>"
    no_break = "<w:noBreakHyphen/>".join(f"<w:t>{g}</w:t>" for g in groups(_n()))
    soft = "<w:softHyphen/>".join(f"<w:t>{g}</w:t>" for g in groups(_n()))
    tabs = "<w:tab/>".join(f"<w:t>{g}</w:t>" for g in groups(_n()))
    proof = "<w:proofErr w:type='spellStart'/>".join(run(g) for g in groups(_n()))
    workbook = sheet_file(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>個人番号</t></is></c>'
        f'<c r="B1" t="inlineStr"><is><t>{_n()}</t></is></c></row>'
    )
    bodies = {
        "deleted-text": line(deleted),
        "text-box": line(f"<w:r>{box}</w:r>"),
        "content-control": control,
        "picture-description": line(picture),
        "field-code": line(code),
        "inserted": line(inserted),
        "no-break-hyphens": line(run("個人番号 ") + f"<w:r>{no_break}</w:r>"),
        "soft-hyphens": line(run("個人番号 ") + f"<w:r>{soft}</w:r>"),
        "tabs": line(run("個人番号 ") + f"<w:r>{tabs}</w:r>"),
        "proof-marks": line(run("個人番号 ") + proof),
    }
    parts = {
        "footnote": ("word/footnotes.xml", line(run(f"個人番号 {_n()}"))),
        "endnote": ("word/endnotes.xml", line(run(f"個人番号 {_n()}"))),
        "glossary": ("word/glossary/document.xml", line(run(f"マイナンバー {_n()}"))),
        "custom-data": ("customXml/item1.xml", line(run(f"個人番号 {_n()}"))),
    }
    return {
        **{f"raw {form}": partial(word_file, body) for form, body in bodies.items()},
        **{
            f"raw {form}": partial(word_file, line(run("本文")), more={name: text})
            for form, (name, text) in parts.items()
        },
        "raw embedded-workbook": partial(_embedded, workbook),
    }


def _embedded(workbook: bytes) -> bytes:
    document = word_file("<w:p><w:r><w:t>別紙</w:t></w:r></w:p>")
    return packed({**members(document), "word/embeddings/Microsoft_Excel_Sheet1.xlsx": workbook})


def _pptx(show: Callable[[Any], None]) -> bytes:
    deck = pptx.Presentation()
    show(deck)
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _slide(deck: Any) -> Any:
    return deck.slides.add_slide(deck.slide_layouts[6])


def _box(slide: Any, text: str) -> Any:
    box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1))
    box.text_frame.text = text
    return box


def _slides() -> Mapping[str, Callable[[Any], None]]:
    def text(deck: Any) -> None:
        _box(_slide(deck), f"個人番号 {NUMBERS[4]}")

    def two_boxes(deck: Any) -> None:
        slide = _slide(deck)
        _box(slide, "個人番号")
        _box(slide, grouped(" ")(NUMBERS[0]))

    def notes(deck: Any) -> None:
        _slide(deck).notes_slide.notes_text_frame.text = f"例の個人番号 {NUMBERS[1]}"

    def hidden(deck: Any) -> None:
        slide = _slide(deck)
        slide._element.set("show", "0")
        _box(slide, f"マイナンバー {NUMBERS[2]}")

    def runs(deck: Any) -> None:
        paragraph = _box(_slide(deck), "個人番号 ").text_frame.paragraphs[0]
        for group in groups(NUMBERS[3]):
            paragraph.add_run().text = group

    def table(deck: Any) -> None:
        frame = _slide(deck).shapes.add_table(2, 2, Inches(1), Inches(1), Inches(5), Inches(2))
        for at, text in enumerate(("氏名", "個人番号", "佐藤", NUMBERS[4])):
            frame.table.cell(at // 2, at % 2).text = text

    def description(deck: Any) -> None:
        box = _box(_slide(deck), "図")
        box._element.nvSpPr.cNvPr.set("descr", f"個人番号 {NUMBERS[0]}")

    def name_of_shape(deck: Any) -> None:
        _box(_slide(deck), "図").name = f"個人番号{NUMBERS[1]}"

    def properties(deck: Any) -> None:
        _slide(deck)
        deck.core_properties.keywords = f"個人番号 {NUMBERS[2]}"

    def group(deck: Any) -> None:
        shapes = _slide(deck).shapes.add_group_shape().shapes
        box = shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1))
        box.text_frame.text = f"マイナンバー\n{NUMBERS[3]}"

    def layout(deck: Any) -> None:
        _slide(deck)
        deck.slide_layouts[0].placeholders[0].text_frame.text = f"個人番号 {NUMBERS[4]}"

    def alone(deck: Any) -> None:
        _box(_slide(deck), f"佐藤 {grouped('-')(NUMBERS[0])}")

    return {
        "text": text,
        "two-boxes": two_boxes,
        "notes": notes,
        "hidden-slide": hidden,
        "split-runs": runs,
        "table": table,
        "description": description,
        "shape-name": name_of_shape,
        "properties": properties,
        "group": group,
        "layout": layout,
        "alone": alone,
    }


def _rich_and_open() -> Iterator[Placement]:
    for form, text in {
        "plain": f"個人番号 {_n()}",
        "grouped": f"個人番号 {grouped('-')(_n())}",
        "formatted": f"個人番号 {{\\b {_n()}}}",
    }.items():
        yield Placement(f"rtf {form}", "MN501", "文書.rtf", partial(_rtf, text))
    for kind, body in {
        "ods": '<table:table table:name="表"><table:table-row><table:table-cell><text:p>個人番号</text:p></table:table-cell>'
        f"<table:table-cell><text:p>{_n()}</text:p></table:table-cell></table:table-row></table:table>",
        "odt": f"<text:p>個人番号 <text:span>{grouped('</text:span><text:span>')(_n())}</text:span></text:p>",
        "odp": f"<draw:page draw:name='1'><draw:frame><draw:text-box><text:p>個人番号 {_n()}</text:p></draw:text-box></draw:frame></draw:page>",
    }.items():
        yield Placement(f"{kind} body", "MN501", f"文書.{kind}", partial(_open, kind, body))
    covered = (
        '<table:table table:name="表"><table:table-row><table:table-cell><text:p>個人番号</text:p></table:table-cell>'
        f'<table:table-cell office:value-type="float" office:value="{NUMBERS[1]}"><text:p>9.87654E+11</text:p></table:table-cell>'
        "</table:table-row></table:table>"
    )
    yield Placement("ods value-behind-text", "MN501", "表.ods", partial(_open, "ods", covered))


def _rtf(text: str) -> bytes:
    escaped = "".join(c if c.isascii() else f"\\u{ord(c)}?" for c in text)
    return f"{{\\rtf1\\ansi\\deff0 {{\\fonttbl{{\\f0 MS Mincho;}}}}\\f0 {escaped}\\par}}".encode()


def _open(kind: str, body: str) -> bytes:
    element = {"ods": "spreadsheet", "odt": "text", "odp": "presentation"}[kind]
    namespaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for name, long in (
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("draw", "drawing"),
        )
    )
    content = f"<?xml version='1.0'?><office:document-content {namespaces}><office:body><office:{element}>{body}</office:{element}></office:body></office:document-content>"
    mime = f"application/vnd.oasis.opendocument.{element}"
    return packed({"mimetype": mime, "content.xml": content}, deflate=False)
