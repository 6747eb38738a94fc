"""Slides have their page, by their order in the presentation, and so has what belongs to them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pptx
from pptx.util import Inches
from tests.load.readers.office import holding, placed, read, unread, zipped
from tests.scan.numbers import NUMBERS

NUMBER = NUMBERS[0]


def deck(*slides: str) -> tuple[Any, list[Any]]:
    presentation = pptx.Presentation()
    made = []
    for text in slides:
        slide = presentation.slides.add_slide(presentation.slide_layouts[6])
        box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1))
        box.text_frame.text = text
        made.append(slide)
    return presentation, made


def saved(presentation: Any) -> bytes:
    file = BytesIO()
    presentation.save(file)
    return file.getvalue()


def test_a_slide_is_told_by_its_page() -> None:
    presentation, _ = deck("表紙", f"個人番号 {NUMBER}")

    items = read("a.pptx", saved(presentation))

    assert [(place.page, place.part) for place in placed(items, NUMBER)] == [(2, None)]
    assert not unread(items)


def test_slides_are_counted_in_their_order_not_by_the_names_of_their_parts() -> None:
    presentation, _ = deck("表紙", f"個人番号 {NUMBER}")
    order = presentation.slides._sldIdLst
    order.insert(0, order[1])

    assert placed(read("a.pptx", saved(presentation)), NUMBER)[0].page == 1


def test_notes_are_on_the_page_of_their_slide() -> None:
    presentation, slides = deck("表紙", "本文")
    slides[1].notes_slide.notes_text_frame.text = f"個人番号 {NUMBER}"

    (place,) = placed(read("a.pptx", saved(presentation)), NUMBER)

    assert (place.page, place.part) == (2, "notes")


def test_boxes_of_a_slide_are_near_each_other() -> None:
    presentation, slides = deck("個人番号")
    slides[0].shapes.add_textbox(0, 0, 9, 9).text_frame.text = NUMBER

    (fragment,) = holding(read("a.pptx", saved(presentation)), NUMBER)

    assert fragment.text.split() == ["個人番号", NUMBER]


def test_a_table_of_a_slide_is_a_record() -> None:
    presentation, slides = deck("名簿")
    table = slides[0].shapes.add_table(2, 2, 0, 0, 9, 9).table
    for at, text in enumerate(("氏名", "個人番号", "佐藤", NUMBER)):
        table.cell(at // 2, at % 2).text = text

    found = holding(read("a.pptx", saved(presentation)), NUMBER)

    assert [one.fields for one in found if one.record] == [("佐藤", "個人番号")]


def test_a_layout_is_read_on_no_page() -> None:
    presentation, _ = deck("a")
    presentation.slide_layouts[0].placeholders[0].text_frame.text = f"個人番号 {NUMBER}"

    (place,) = placed(read("a.pptx", saved(presentation)), NUMBER)

    assert (place.page, place.part) == (None, "master")


def test_a_slide_that_nothing_refers_to_is_read() -> None:
    slide = f"<p:sld xmlns:p='p' xmlns:a='a'><a:p><a:t>{NUMBER}</a:t></a:p></p:sld>"

    assert holding(read("a.pptx", zipped({"ppt/slides/slide9.xml": slide})), NUMBER)


def test_a_broken_list_of_slides_is_told_once() -> None:
    slide = f"<p:sld xmlns:p='p' xmlns:a='a'><a:p><a:t>{NUMBER}</a:t></a:p></p:sld>"
    data = zipped({"ppt/presentation.xml": "<a", "ppt/slides/slide1.xml": slide})

    items = read("a.pptx", data)

    assert holding(items, NUMBER)
    assert unread(items) == [("MN504", "broken")]
