"""PDF files are read page by page, and beside the pages; what only eyes can read is told."""

from __future__ import annotations

import io
import json
import os
import signal
import struct
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from tests.load.readers.office import holding, paragraph, placed, read, texts, unread, word
from tests.scan.numbers import NUMBERS

from mnaudit.load.readers import Limits, pdf, pdf_worker
from mnaudit.load.readers.limits import Budget
from mnaudit.load.readers.pdf_worker import Item, extract, main, reading_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NUMBER = NUMBERS[0]
FONT = "HeiseiMin-W3"


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    yield
    pdf.close()


def drawn(*pages: Callable[[Canvas], None], **options: Any) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1, **options)
    for page in pages:
        canvas.setFont(FONT, 12)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def line(text: str, x: float = 80, y: float = 700) -> Callable[[Canvas], None]:
    return lambda canvas: canvas.drawString(x, y, text)


def both(*draw: Callable[[Canvas], None]) -> Callable[[Canvas], None]:
    def page(canvas: Canvas) -> None:
        for one in draw:
            one(canvas)

    return page


def picture(width: float, height: float, y: float = 0) -> Callable[[Canvas], None]:
    return lambda canvas: canvas.drawImage(ImageReader(Image.new("L", (8, 8))), 0, y, width, height)


def changed(data: bytes, change: Callable[[pikepdf.Pdf], None], **options: Any) -> bytes:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        change(document)
        document.save(file, **options)
    return file.getvalue()


def nothing(_: pikepdf.Pdf) -> None:
    pass


# Pages


def test_a_text_is_told_by_its_page() -> None:
    data = drawn(line("表紙"), line(f"個人番号：{NUMBER}"))

    items = read("a.pdf", data)

    assert [(place.page, place.part) for place in placed(items, NUMBER)] == [(2, None)]
    assert not unread(items)


def test_a_file_is_known_by_its_content_even_if_it_begins_late() -> None:
    assert holding(read("a", b"\r\n" * 9 + drawn(line(NUMBER))), NUMBER)


def test_text_that_nobody_sees_is_read() -> None:
    def invisible(canvas: Canvas) -> None:
        text = canvas.beginText(80, 700)
        text.setTextRenderMode(3)
        text.textLine(NUMBER)
        canvas.drawText(text)

    assert holding(read("a.pdf", drawn(invisible)), NUMBER)
    assert holding(read("a.pdf", drawn(line(NUMBER, x=-400))), NUMBER)


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_digits_are_read_as_one_sees_them_in_whatever_order_they_were_drawn(angle: int) -> None:
    def boxes(canvas: Canvas) -> None:
        canvas.translate(300, 420)
        canvas.rotate(angle)
        for at, digit in sorted(enumerate(NUMBER), key=lambda pair: pair[0] * 7 % 12):
            canvas.drawString(20 * at - 120, 5 * (at % 2) / 5, digit)

    found = ["".join(text.split()) for text in texts(read("a.pdf", drawn(boxes)))]

    assert any(NUMBER in text for text in found)


def test_text_that_runs_downwards_is_read() -> None:
    digits = NUMBER.translate(
        dict(zip(map(ord, "0123456789"), "〇一二三四五六七八九", strict=True))
    )

    def column(canvas: Canvas) -> None:
        for text, x in (("個人番号の一覧です", 300), (digits, 280)):
            for at, letter in enumerate(text):
                canvas.drawString(x, 700 - 14 * at, letter)

    found = ["".join(text.split()) for text in texts(read("a.pdf", drawn(column)))]

    assert any(digits in text for text in found)


def test_columns_far_apart_are_lines_of_their_own() -> None:
    glyphs = [
        pdf_worker._Glyph(letter, x, 700, 10, 0)
        for letter, x in (("1", 50), ("2", 60), ("3", 80), ("4", 200))
    ]

    assert list(reading_order(iter(glyphs))) == ["12 3\n4"]


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (picture(595, 842), "scan"),
        (both(line("2026"), picture(595, 842)), "picture"),
        (both(line("貼付欄"), picture(240, 150)), "picture"),
        (both(line("縞"), *(picture(595, 40, y=40 * at) for at in range(12))), "picture"),
    ],
    ids=["scan", "stamped scan", "card", "strips"],
)
def test_a_page_that_shows_a_picture_must_be_looked_at(page: Any, told: str) -> None:
    items = read("a.pdf", drawn(line("表紙"), page))

    assert unread(items) == [("MN503", told)]
    assert [item.place.page for item in items if not hasattr(item, "text")] == [2]


def test_a_page_of_outlines_must_be_looked_at() -> None:
    def outlines(canvas: Canvas) -> None:
        for at in range(80):
            path = canvas.beginPath()
            path.moveTo(at, 0)
            for step in range(8):
                path.lineTo(at + step, step * step)
            canvas.drawPath(path)

    assert unread(read("a.pdf", drawn(outlines))) == [("MN503", "scan")]


@pytest.mark.parametrize(
    "page",
    [both(line("社名"), picture(80, 40)), both(line("社名"), picture(500, 50)), lambda _: None],
    ids=["logo", "banner", "empty"],
)
def test_a_page_without_large_pictures_is_let_pass(page: Any) -> None:
    assert not unread(read("a.pdf", drawn(page)))


def test_letters_without_meaning_must_be_looked_at() -> None:
    def unnamed(document: pikepdf.Pdf) -> None:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type3,
            FontBBox=[0, 0, 9, 9],
            FontMatrix=[1, 0, 0, 1, 0, 0],
            CharProcs=pikepdf.Dictionary(
                {f"/x{at}": document.make_stream(b"9 0 d0") for at in range(9)}
            ),
            Encoding=pikepdf.Dictionary(
                Type=pikepdf.Name.Encoding,
                Differences=[1, *(pikepdf.Name(f"/x{at}") for at in range(9))],
            ),
            FirstChar=1,
            LastChar=9,
            Widths=[9] * 9,
        )
        page = document.pages[0]
        page.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(F1=document.make_indirect(font))
        )
        page.Contents = document.make_stream(
            b"BT /F1 1 Tf 50 50 Td <010203040506070809010203> Tj ET"
        )

    assert ("MN503", "unmapped text") in unread(read("a.pdf", changed(drawn(line("a")), unnamed)))


# Beside the pages


def field(
    name: str, value: str, *, tip: str = "", x: float = 200, y: float = 600
) -> Callable[[Canvas], None]:
    return lambda canvas: canvas.acroForm.textfield(
        name=name, tooltip=tip, value=value, x=x, y=y, width=100, height=20
    )


def test_a_field_is_told_with_its_names_and_what_stands_beside_it() -> None:
    page = both(
        line("個人番号", x=120, y=605),
        line("記入欄", x=200, y=625),
        field("a", NUMBER, tip="十二桁"),
    )

    (fragment,) = (
        one for one in holding(read("a.pdf", drawn(page)), NUMBER) if one.place.part == "form field"
    )

    assert fragment.place.page == 1
    assert fragment.fields == ("十二桁", "a", "個人番号", "記入欄")


def test_fields_for_single_digits_are_one_record() -> None:
    boxes = [field(f"d{at}", digit, x=40 * at + 20) for at, digit in enumerate(NUMBER)]
    data = drawn(both(field("name", "Sato Taro", y=500), *boxes))

    found = [one for one in read("a.pdf", data) if one.place.part == "form field"]
    record = found[-1].record  # type: ignore[union-attr]  # a fragment

    assert "".join(texts([one for one in found if one.record == record])) == NUMBER  # type: ignore[union-attr]


def test_a_choice_that_is_offered_is_read() -> None:
    def choice(canvas: Canvas) -> None:
        canvas.acroForm.choice(name="c", value="a", options=["a", NUMBER], x=50, y=50)

    assert holding(read("a.pdf", drawn(choice)), NUMBER)


def test_an_annotation_a_bookmark_and_a_property_are_read() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setTitle(f"個人番号 {NUMBER}")
        canvas.bookmarkPage("k")
        canvas.addOutlineEntry(f"しおり {NUMBERS[1]}", "k")
        canvas.textAnnotation(f"メモ {NUMBERS[2]}", Rect=[9, 9, 20, 20])

    items = read("a.pdf", drawn(page))

    assert [(one.place.part, one.fields) for one in holding(items, NUMBER)] == [
        ("metadata", ("Title",))
    ]
    assert [place.part for place in placed(items, NUMBERS[1])] == ["outline"]
    assert [(place.part, place.page) for place in placed(items, NUMBERS[2])] == [("annotation", 1)]


def test_labels_of_pages_and_scripts_are_read() -> None:
    def change(document: pikepdf.Pdf) -> None:
        document.Root.PageLabels = pikepdf.Dictionary(Nums=[0, pikepdf.Dictionary(P=f"p{NUMBER}-")])
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"x = '{NUMBERS[1]}'")
        document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["a", script]))

    items = read("a.pdf", changed(drawn(line("a")), change))

    assert [(place.part, place.page) for place in placed(items, NUMBER)] == [("page label", 1)]
    assert [place.part for place in placed(items, NUMBERS[1])] == ["script"]


def test_attachments_are_read_as_files_once() -> None:
    inner = word(paragraph("個人番号 ", NUMBER))

    def change(document: pikepdf.Pdf) -> None:
        document.attachments["a.docx"] = pikepdf.AttachedFileSpec(
            document, inner, filename="a.docx"
        )

    items = read("a.pdf", changed(drawn(line("a")), change))

    assert [(place.members, place.line) for place in placed(items, NUMBER)] == [(("a.docx",), 1)]


def test_the_data_of_a_form_in_xml_is_read() -> None:
    def change(document: pikepdf.Pdf) -> None:
        data = document.make_stream(f"<xfa><kojin_bango>{NUMBER}</kojin_bango></xfa>".encode())
        document.Root.AcroForm = pikepdf.Dictionary(XFA=["datasets", data], Fields=[])

    assert holding(read("a.pdf", changed(drawn(line("a")), change)), NUMBER)


def test_metadata_and_properties_of_ones_own_are_read() -> None:
    def change(document: pikepdf.Pdf) -> None:
        document.docinfo["/Kojin#20Bango"] = NUMBER
        with document.open_metadata() as metadata:
            metadata["dc:description"] = f"個人番号 {NUMBERS[1]}"

    for mode in (pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate):
        items = read("a.pdf", changed(drawn(line("a")), change, object_stream_mode=mode))

        assert any("Bango" in one.text for one in holding(items, NUMBER))
        assert holding(items, NUMBERS[1])


# Whole files


def test_an_earlier_version_that_the_file_still_holds_is_read() -> None:
    before = drawn(line(f"個人番号 {NUMBER}"), line("二頁"))
    start = before.rindex(b"startxref") + 10
    table = int(before[start : before.index(b"\n", start)])
    page = (
        before.index(b"/Type /Page\n")
        if b"/Type /Page\n" in before
        else before.index(b"/Type /Page ")
    )
    number = before[:page].rsplit(b" 0 obj", 1)[0].rsplit(b"\n", 1)[1]
    blank = number + b" 0 obj\n<< /Type /Page /MediaBox [0 0 9 9] /Parent 1 0 R >>\nendobj\n"
    at = len(before)
    tail = b"xref\n" + number + b" 1\n" + b"%010d 00000 n \n" % at
    trailer = before[before.rindex(b"trailer") : before.rindex(b"startxref")].replace(
        b"<<", b"<< /Prev %d " % table, 1
    )
    after = before + blank + tail + trailer + b"startxref\n%d\n%%%%EOF\n" % (at + len(blank))

    items = read("a.pdf", after)

    assert {place.part for place in placed(items, NUMBER)} == {"earlier version"}


def test_too_many_versions_are_told() -> None:
    data = drawn(line("a"))

    assert ("MN506", "versions") in unread(read("a.pdf", data + b"%%EOF\n" * 20))


def test_a_password_is_told_and_an_empty_one_is_none() -> None:
    data = drawn(line(NUMBER))
    locked = changed(data, nothing, encryption=pikepdf.Encryption(owner="o", user="u"))
    open_ = changed(data, nothing, encryption=pikepdf.Encryption(owner="o", user=""))

    assert unread(read("a.pdf", locked)) == [("MN505", "encrypted")]
    assert holding(read("a.pdf", open_), NUMBER)


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", drawn(line("a"))[:300]], ids=["head", "cut"])
def test_a_broken_file_is_told(data: bytes) -> None:
    assert ("MN504", "broken") in unread(read("a.pdf", data))


def test_a_broken_file_is_looked_into_all_the_same() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setTitle(f"個人番号 {NUMBER}")

    data = drawn(page).replace(b"/Pages", b"/Pagez").replace(b"/Catalog", b"/Catalok")

    items = read("a.pdf", data)

    assert holding(items, NUMBER)
    assert unread(items)


def test_what_unpacks_to_too_much_is_told() -> None:
    def change(document: pikepdf.Pdf) -> None:
        document.attachments["a.txt"] = pikepdf.AttachedFileSpec(
            document, b"x" * 3_000_000, filename="a.txt"
        )

    data = changed(drawn(line("a")), change)

    assert ("MN506", "bytes") in unread(read("a.pdf", data, Limits(expanded_bytes=1_000_000)))


def test_the_reader_is_named_if_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda _: None)

    assert unread(read("a.pdf", drawn(line("a")))) == [("MN504", "no reader")]


# The process


def test_a_process_that_dies_is_told_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    data = drawn(line(NUMBER))
    read("a.pdf", data)
    worker = pdf._READING._worker
    assert worker is not None
    ask = worker.ask

    def dying(asked: bytes) -> Iterator[Item]:
        os.kill(worker._process.pid, signal.SIGKILL)
        return ask(asked)

    monkeypatch.setattr(worker, "ask", dying)

    assert ("MN504", "crashed") in unread(read("a.pdf", data))
    assert not unread(read("a.pdf", data))


def test_a_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    data = drawn(*[line("長い文書です" * 6)] * 400)
    monkeypatch.setattr(pdf, "_SECONDS", 0.05)

    assert ("MN506", "time") in unread(read("a.pdf", data))


def test_a_process_of_somebody_else_is_not_talked_to() -> None:
    read("a.pdf", drawn(line("a")))
    worker = pdf._READING._worker
    assert worker is not None
    worker.owner += 1

    assert not worker.is_usable
    worker.close()
    assert worker._process.poll() is None
    worker.owner -= 1


def test_the_process_answers_in_frames() -> None:
    data = drawn(line(NUMBER))
    source = io.BytesIO((struct.pack("<Q", len(data)) + data) * 2)
    target = io.BytesIO()

    main(source, target)

    answer = target.getvalue()
    size = struct.unpack_from("<Q", answer)[0]
    assert json.loads(answer[8 : 8 + size])[:3] == ["text", 1, NUMBER]
    assert answer.count(NUMBER.encode()) == 2
    assert answer.endswith(bytes(8))


def test_too_many_pages_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_worker, "_MAX_PAGES", 2)
    monkeypatch.setattr(pdf_worker, "_MAX_OUTLINE", 1)

    def page(canvas: Canvas) -> None:
        canvas.bookmarkPage("k")
        canvas.addOutlineEntry("しおり", "k")

    items = list(extract(drawn(page, page, page)))

    assert Item("unreadable", 3, "pages") in items
    assert Item("unreadable", None, "outline") in items


def test_everything_in_the_process_is_also_read_here() -> None:
    """So that its lines are counted: another process is not."""

    def page(canvas: Canvas) -> None:
        canvas.setTitle("題")
        canvas.bookmarkPage("k")
        canvas.addOutlineEntry("しおり", "k")
        canvas.textAnnotation("メモ", Rect=[9, 9, 20, 20])
        canvas.drawString(80, 700, NUMBER)
        canvas.acroForm.textfield(name="a", value=NUMBER, x=50, y=50)
        canvas.acroForm.choice(name="c", value="a", options=["a", "b"], x=50, y=90)
        picture(500, 500)(canvas)
        canvas.beginForm("f")
        picture(50, 50)(canvas)
        canvas.rect(1, 1, 5, 5)
        canvas.endForm()
        canvas.doForm("f")

    def change(document: pikepdf.Pdf) -> None:
        document.attachments["a.txt"] = pikepdf.AttachedFileSpec(document, b"a", filename="a.txt")
        document.Root.PageLabels = pikepdf.Dictionary(Nums=[0, pikepdf.Dictionary(P="p")])
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="x")
        document.Root.Names.JavaScript = pikepdf.Dictionary(Names=["a", script])
        document.Root.AcroForm.XFA = pikepdf.Array(["datasets", document.make_stream(b"<a/>")])

    kinds = {item.kind for item in extract(changed(drawn(page), change))}

    assert kinds == {
        *("annotation", "attachment", "field", "label", "metadata", "outline", "script", "text"),
        *("unreadable", "xml"),
    }


def test_an_answer_that_is_too_long_is_cut_and_the_process_replaced() -> None:
    budget = Budget(Limits(expanded_bytes=5), lambda *_: iter(()))

    items = pdf._READING.ask(drawn(line("個人番号の文書")), budget, 60)

    assert items[-1] == Item("unreadable", None, "bytes")
    assert pdf._READING._worker is None


def test_a_number_far_below_the_head_of_its_column_knows_it() -> None:
    rows = [
        ("氏名", "電話", "個人番号"),
        *[("社員", "03-0000-0000", "済")] * 30,
        ("佐藤", "", NUMBER),
    ]
    page = both(
        *(
            line(text, x=x, y=760 - 16 * at)
            for at, row in enumerate(rows)
            for x, text in zip((80, 200, 350), row, strict=True)
        )
    )

    (cell,) = (one for one in holding(read("a.pdf", drawn(page)), NUMBER) if one.context_only)

    assert cell.fields == ("済", "個人番号")
    assert cell.place.page == 1


def test_digits_in_boxes_are_one_cell_under_their_head() -> None:
    boxes = [line(digit, x=150 + 22 * at, y=600) for at, digit in enumerate(NUMBER)]
    page = both(line("氏名"), line("個人番号", x=160), line("佐藤", y=600), *boxes)

    (cell,) = (one for one in read("a.pdf", drawn(page)) if getattr(one, "context_only", False))

    assert texts([cell]) == [NUMBER]
    assert cell.fields == ("個人番号",)  # type: ignore[union-attr]  # a fragment


def test_a_line_of_prose_has_no_head() -> None:
    page = both(line("個人番号の取り扱い"), line(f"伝票の番号は{NUMBER}です。", y=600))

    assert not [one for one in read("a.pdf", drawn(page)) if getattr(one, "context_only", False)]
