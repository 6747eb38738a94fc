"""Placements in PDF: text as programs set it, forms, notes, metadata, attachments."""

from __future__ import annotations

import io
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING, Any

import pikepdf
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from tests.scan.numbers import NUMBERS
from tests.scan.office_files import packed
from tests.scan.placements import Placement
from tests.scan.writings import full_width, grouped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["pdf_bytes", "pdf_placements"]

_number = cycle(NUMBERS)
_n = partial(next, _number)
_FONT = "HeiseiKakuGo-W5"


def pdf_placements() -> Iterator[Placement]:
    for form, (draw, page) in _pages().items():
        expected = "MN502" if form.startswith("alone") else "MN501"
        where = {"page": page} if page else {}
        yield Placement(f"pdf {form}", expected, "証跡.pdf", partial(pdf_bytes, draw), where)
    for form, change in _changes().items():
        yield Placement(f"pdf {form}", "MN501", "証跡.pdf", partial(_changed, change))
    text, page = _pages()["label-before"]
    yield Placement("pdf no-suffix", "MN501", "証跡", partial(pdf_bytes, text), {"page": page})
    yield Placement(
        "pdf compressed", "MN501", "証跡.pdf", partial(_changed, _nothing, compact=True)
    )
    yield Placement("pdf junk-before", "MN501", "証跡.pdf", partial(_with_junk, text))


def pdf_bytes(draw: Callable[[Canvas], None]) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    canvas.setFont(_FONT, 11)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _with_junk(draw: Callable[[Canvas], None]) -> bytes:
    return b"\r\n\r\n" + pdf_bytes(draw)


def _line(text: str, *, x: int = 80, y: int = 700) -> Callable[[Canvas], None]:
    return lambda canvas: canvas.drawString(x, y, text)


def _lines(*placed: tuple[int, int, str]) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        for x, y, text in placed:
            canvas.drawString(x, y, text)

    return draw


def _pages() -> Mapping[str, tuple[Callable[[Canvas], None], int | None]]:
    n = _n()
    boxes = [(150 + 22 * at, 700, digit) for at, digit in enumerate(n)]
    roster = [
        (x, 740 - 16 * row, text)
        for row, cells in enumerate(
            [
                ("氏名", "電話", "個人番号"),
                *[("社員", "03-0000-0000", "済")] * 30,
                ("佐藤", "", _n()),
            ]
        )
        for x, text in zip((80, 200, 350), cells, strict=True)
    ]
    return {
        "label-before": (_line(f"個人番号 {_n()}"), 1),
        "label-after": (_line(f"{_n()} マイナンバー"), 1),
        "grouped": (_line(f"個人番号 {grouped(' ')(_n())}"), 1),
        "hyphens": (_line(f"個人番号 {grouped('-')(_n())}"), 1),
        "full-width": (_line(f"個人番号 {full_width(_n())}"), 1),
        "line-above": (_lines((80, 700, "個人番号"), (80, 680, _n())), 1),
        "far-right": (_lines((80, 700, "個人番号"), (420, 700, _n())), 1),
        "digit-boxes": (_lines((80, 700, "個人番号"), *boxes), 1),
        "digit-boxes-with-frame": (_framed(boxes), 1),
        "digit-boxes-uneven": (
            _lines(
                (80, 700, "個人番号"),
                *((150 + 22 * at + 12 * (at // 4), 700, digit) for at, digit in enumerate(n)),
            ),
            1,
        ),
        "digit-boxes-drawn-backwards": (_lines((80, 700, "個人番号"), *reversed(boxes)), 1),
        "three-groups-apart": (
            _lines(
                (80, 700, "個人番号"),
                *((170 + 60 * at, 700, n[4 * at : 4 * at + 4]) for at in range(3)),
            ),
            1,
        ),
        "broken-line": (_lines((80, 700, f"個人番号は{n[:7]}"), (80, 684, f"{n[7:]}です。")), 1),
        "table": (_lines(*roster), 1),
        "page-three": (_third_page, 3),
        "rotated": (_rotated, 1),
        "helvetica": (_latin(f"My Number {_n()}"), 1),
        "helvetica-grouped": (_latin(f"my_number: {grouped('-')(_n())}"), 1),
        "char-spacing": (_spaced, 1),
        "invisible-text": (_invisible, 1),
        "white-text": (_white, 1),
        "off-page": (_line(f"個人番号 {_n()}", x=-400), None),
        "text-and-scan": (_image_and_text, 1),
        "bookmark": (_bookmark, None),
        "title": (_metadata("setTitle"), None),
        "subject": (_metadata("setSubject"), None),
        "keywords": (_metadata("setKeywords"), None),
        "author": (_metadata("setAuthor"), None),
        "link": (_link, None),
        "form-field": (_field(name="kojin_bango", value=_n()), None),
        "form-field-tooltip": (_field(name="a", value=_n(), tip="個人番号"), None),
        "form-field-beside-label": (_field(name="a", value=_n(), text="個人番号"), None),
        "alone": (_line(f"佐藤 {_n()}"), 1),
        "alone-grouped": (_line(f"佐藤 {grouped('-')(_n())}"), 1),
    }


def _framed(boxes: list[tuple[int, int, str]]) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(80, 700, "個人番号")
        for x, y, digit in boxes:
            canvas.rect(x - 6, y - 5, 22, 20)
            canvas.drawString(x, y, digit)

    return draw


def _third_page(canvas: Canvas) -> None:
    for text in ("一頁", "二頁"):
        canvas.setFont(_FONT, 11)
        canvas.drawString(80, 700, text)
        canvas.showPage()
    canvas.setFont(_FONT, 11)
    canvas.drawString(80, 700, f"マイナンバー：{NUMBERS[0]}")


def _rotated(canvas: Canvas) -> None:
    canvas.rotate(90)
    canvas.drawString(80, -300, f"個人番号 {NUMBERS[1]}")


def _latin(text: str) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        canvas.drawString(80, 700, text)

    return draw


def _spaced(canvas: Canvas) -> None:
    text = canvas.beginText(80, 700)
    text.setFont(_FONT, 11)
    text.setCharSpace(9)
    text.textLine(f"個人番号 {NUMBERS[2]}")
    canvas.drawText(text)


def _invisible(canvas: Canvas) -> None:
    """Text render mode 3: what OCR programs lay under a scan."""
    text = canvas.beginText(80, 700)
    text.setFont(_FONT, 11)
    text.setTextRenderMode(3)
    text.textLine(f"個人番号 {NUMBERS[3]}")
    canvas.drawText(text)


def _white(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(80, 700, f"個人番号 {NUMBERS[4]}")


def _image_and_text(canvas: Canvas) -> None:
    from PIL import Image  # noqa: PLC0415 - only here
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415 - only here

    canvas.drawImage(ImageReader(Image.new("L", (40, 40), 200)), 0, 0, 500, 700)
    canvas.drawString(80, 700, f"個人番号 {NUMBERS[0]}")


def _bookmark(canvas: Canvas) -> None:
    canvas.drawString(80, 700, "目次")
    canvas.bookmarkPage("a")
    canvas.addOutlineEntry(f"個人番号 {NUMBERS[1]}", "a")


def _metadata(setter: str) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(80, 700, "本文")
        getattr(canvas, setter)(f"マイナンバー {NUMBERS[2]}")

    return draw


def _link(canvas: Canvas) -> None:
    canvas.drawString(80, 700, "開く")
    canvas.linkURL(f"https://jinji.example/?mynumber={NUMBERS[3]}", (80, 690, 120, 710))


def _field(*, name: str, value: str, tip: str = "", text: str = "様式") -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(80, 700, text)
        canvas.acroForm.textfield(
            name=name, value=value, tooltip=tip or None, x=150, y=690, width=200, height=20
        )

    return draw


def _changes() -> Mapping[str, Callable[[pikepdf.Pdf], None]]:
    def note(pdf: pikepdf.Pdf) -> None:
        _annotate(pdf, "/Text", Contents=pikepdf.String(f"個人番号 {NUMBERS[4]}"))

    def note_author(pdf: pikepdf.Pdf) -> None:
        _annotate(
            pdf, "/Text", Contents=pikepdf.String("済"), T=pikepdf.String(f"個人番号 {NUMBERS[0]}")
        )

    def free_text(pdf: pikepdf.Pdf) -> None:
        _annotate(
            pdf, "/FreeText", Contents=pikepdf.String(f"マイナンバー {full_width(NUMBERS[1])}")
        )

    def rich_text(pdf: pikepdf.Pdf) -> None:
        rich = f"<body><p>個人番号 {NUMBERS[2]}</p></body>"
        _annotate(pdf, "/FreeText", RC=pikepdf.String(rich))

    def xmp(pdf: pikepdf.Pdf) -> None:
        with pdf.open_metadata() as metadata:
            metadata["dc:title"] = f"個人番号 {NUMBERS[3]}"

    def attachment(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["memo.txt"] = f"個人番号 {NUMBERS[4]}".encode()

    def zip_attachment(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["memo.zip"] = packed({"memo.txt": f"個人番号 {NUMBERS[0]}"})

    def attachment_name(pdf: pikepdf.Pdf) -> None:
        pdf.attachments[f"個人番号_{NUMBERS[1]}.txt"] = b"-"

    def form_without_page(pdf: pikepdf.Pdf) -> None:
        field = pdf.make_indirect(
            pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="個人番号", V=pikepdf.String(NUMBERS[2]))
        )
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))

    def custom_entry(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/MyNumber"] = pikepdf.String(NUMBERS[3])

    return {
        "note": note,
        "note-author": note_author,
        "free-text": free_text,
        "rich-text": rich_text,
        "xmp": xmp,
        "attachment": attachment,
        "zip-attachment": zip_attachment,
        "attachment-name": attachment_name,
        "form-without-page": form_without_page,
        "custom-information": custom_entry,
    }


def _annotate(pdf: pikepdf.Pdf, subtype: str, **entries: Any) -> None:
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name(subtype),
        Rect=[80, 600, 200, 640],
        **entries,
    )
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(note)])


def _nothing(pdf: pikepdf.Pdf) -> None:
    _annotate(pdf, "/Text", Contents=pikepdf.String(f"個人番号 {NUMBERS[4]}"))


def _changed(change: Callable[[pikepdf.Pdf], None], *, compact: bool = False) -> bytes:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_bytes(_line("本文です")))) as pdf:
        change(pdf)
        streams = pikepdf.ObjectStreamMode.generate if compact else pikepdf.ObjectStreamMode.disable
        pdf.save(file, deterministic_id=True, object_stream_mode=streams)
    return file.getvalue()
