"""Whatever a document holds is handed out, in the order in which one reads it."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest
from tests.load.readers.office import holding, paragraph, placed, read, texts, unread, word
from tests.scan.numbers import NUMBERS

from mnaudit.model.scan import Fragment

NUMBER = NUMBERS[0]
HALVES = (NUMBER[:5], NUMBER[5:])


def only(data: bytes, text: str = NUMBER) -> Fragment:
    (fragment,) = holding(read("a.docx", data), text)
    return fragment


def holding_in(data: bytes, text: str = NUMBER) -> list[Fragment]:
    return holding(read("a.docx", data), text)


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"


def test_lines_are_counted_as_in_the_text() -> None:
    (place,) = placed(
        read("a.docx", word(paragraph("表紙") + paragraph("個人番号 ", NUMBER))), NUMBER
    )

    assert (place.line, place.column, place.part) == (2, 6, None)


def test_runs_are_joined() -> None:
    assert holding_in(word(paragraph(*NUMBER)))


@pytest.mark.parametrize(
    ("between", "text"),
    [
        ("<w:noBreakHyphen/>", "-"),
        ("<w:softHyphen/>", ""),
        ("<w:tab/>", "\t"),
        ("<w:br/>", "\n"),
        ("<w:cr/>", "\n"),
    ],
)
def test_what_is_written_by_an_element_is_written(between: str, text: str) -> None:
    body = f"<w:p><w:r><w:t>{HALVES[0]}</w:t>{between}<w:t>{HALVES[1]}</w:t></w:r></w:p>"

    assert holding_in(word(body), text.join(HALVES))


def test_white_space_between_elements_is_none() -> None:
    assert holding_in(word(f"<w:p>\n  {run(HALVES[0])}\n  {run(HALVES[1])}\n</w:p>"))


def test_deleted_text_is_told_as_it_was_before() -> None:
    kept, gone, new = NUMBER[:8], NUMBER[8:], "0000"
    deleted = f"<w:del><w:r><w:delText>{gone}</w:delText></w:r></w:del>"
    inserted = f"<w:ins>{run(new)}</w:ins>"

    items = read("a.docx", word(f"<w:p>{run(kept)}{inserted}{deleted}</w:p>"))

    assert "deleted text" in {place.part for place in placed(items, NUMBER)}
    assert holding(items, kept + new)


def test_a_text_box_does_not_cut_the_paragraph_around_it() -> None:
    box = f"<w:r><w:pict><w:txbxContent>{paragraph('箱')}</w:txbxContent></w:pict></w:r>"

    assert holding_in(word(f"<w:p>{run(HALVES[0])}{box}{run(HALVES[1])}</w:p>"))


def test_the_fallback_of_a_drawing_is_read_if_it_says_something_else() -> None:
    drawing = "<mc:AlternateContent xmlns:mc='urn:mc'><mc:Choice>{}</mc:Choice><mc:Fallback>{}</mc:Fallback></mc:AlternateContent>"
    same = drawing.format(paragraph(NUMBER), paragraph(NUMBER))
    other = drawing.format(paragraph("図"), paragraph(NUMBER))

    assert only(word(f"<w:p><w:r>{same}</w:r></w:p>")).text.count(NUMBER) == 1
    assert only(word(f"<w:p><w:r>{other}</w:r></w:p>")).text.count(NUMBER) == 1


def test_the_codes_of_a_field_stand_apart() -> None:
    code = f"<w:r><w:instrText>QUOTE {NUMBERS[1]}</w:instrText></w:r>"

    text = only(word(f"<w:p>{run(HALVES[0])}{code}{run(HALVES[1])}</w:p>")).text

    assert NUMBERS[1] in text


def test_the_name_of_a_control_stands_before_its_content() -> None:
    control = f"<w:sdt><w:sdtPr><w:alias w:val='個人番号'/></w:sdtPr><w:sdtContent>{paragraph(NUMBER)}</w:sdtContent></w:sdt>"

    assert f"個人番号\n{NUMBER}" in only(word(control)).text


def test_a_description_of_a_picture_is_read() -> None:
    assert holding_in(
        word(f"<w:p><w:r><wp:docPr xmlns:wp='urn:wp' descr='個人番号 {NUMBER}'/></w:r></w:p>")
    )


def test_the_cells_of_a_table_are_a_record_at_the_place_of_their_line() -> None:
    table = f"<w:tbl>{row(paragraph('氏名'), paragraph('個人番号'))}{row(paragraph('佐藤'), paragraph(*NUMBER))}</w:tbl>"

    items = read("a.docx", word(paragraph("名簿") + table + paragraph("以上")))
    flow, cell = sorted(holding(items, NUMBER), key=lambda one: one.record or "")

    assert flow.context_only
    assert cell.fields == ("佐藤", "個人番号")
    assert cell.place == flow.at(flow.text.index(NUMBER))
    assert (cell.place.line, cell.place.column) == (3, 4)
    assert [one.text for one in holding(items, "以上") if not one.context_only] == ["以上\n"]


def test_a_header_over_several_columns_is_the_label_of_all() -> None:
    wide = f"<w:tc><w:tcPr><w:gridSpan w:val='12'/></w:tcPr>{paragraph('個人番号')}</w:tc>"
    table = f"<w:tbl><w:tr>{wide}</w:tr>{row(*map(paragraph, NUMBER))}</w:tbl>"

    items = read("a.docx", word(table))
    digits = [one for one in items if isinstance(one, Fragment) and str(one.record).endswith(" 2")]

    assert "".join(texts(digits)) == NUMBER
    assert all("個人番号" in digit.fields for digit in digits)


def test_a_table_in_a_table_is_read() -> None:
    inner = f"<w:tbl>{row(paragraph('個人番号'), paragraph(NUMBER))}</w:tbl>"

    items = read("a.docx", word(f"<w:tbl>{row(paragraph('a') + inner)}</w:tbl>"))

    assert any(one.record for one in holding(items, NUMBER))


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("word/header1.xml", "header"),
        ("word/footer2.xml", "footer"),
        ("word/footnotes.xml", "footnote"),
        ("word/comments.xml", "comment"),
        ("word/glossary/document.xml", "building block"),
        ("word/settings.xml", "settings"),
        ("customXml/item1.xml", "custom data"),
        ("word/anything.xml", "other part"),
    ],
)
def test_every_part_is_read_and_named(part: str, told: str) -> None:
    content = f"<w:x xmlns:w='urn:w'>{paragraph(NUMBER)}</w:x>"

    (place,) = placed(read("a.docx", word(paragraph("a"), {part: content})), NUMBER)

    assert place.part == told


def test_a_variable_knows_its_name() -> None:
    settings = f"<w:x xmlns:w='urn:w'><w:docVar w:name='個人番号' w:val='{NUMBER}'/></w:x>"

    fragment = only(word(paragraph("a"), {"word/settings.xml": settings}))

    assert "個人番号" in fragment.fields


def test_an_element_without_paragraphs_knows_its_name() -> None:
    item = f"<a><kojin_bango>{NUMBER}</kojin_bango></a>"

    found = holding(read("a.docx", word(paragraph("a"), {"customXml/item1.xml": item})), NUMBER)

    assert any("kojin_bango" in one.fields for one in found)


def test_a_comment_of_xml_is_read() -> None:
    items = read("a.docx", word(f"<!-- 個人番号 {NUMBER} -->"))

    assert [place.part for place in placed(items, NUMBER)] == ["hidden comment"]


def test_a_target_outside_is_read() -> None:
    link = f"<Relationships><Relationship Id='r' Type='x/hyperlink' TargetMode='External' Target='https://a.example/?mynumber={NUMBER}'/></Relationships>"

    fragment = only(word(paragraph("a"), {"word/_rels/document.xml.rels": link}))

    assert "mynumber" in fragment.text


@pytest.mark.parametrize(
    "attributes",
    [
        "w:rsidR='00123456789018'",
        "id='{00000000-0000-0000-0000-000000000000}'",
        "uri='{12345678-9012-3456-7890-123456789012}'",
        "cx='12345678901'",
        "anything='{12345678-9012-3456-7890-123456789012}'",
        "val='12345'",
    ],
)
def test_what_only_programs_read_is_left_out(attributes: str) -> None:
    body = f"<w:p {attributes}>{run('a')}</w:p>"

    assert texts(read("a.docx", word(body))) == ["a.docx", "a\n"]


def picture(*, cx: int, cy: int) -> str:
    return "<w:p><w:r>{}</w:r></w:p>".format(
        f"<pic:pic xmlns:pic='p' xmlns:a='a'><a:blip r:embed='r' xmlns:r='r'/><a:ext cx='{cx}' cy='{cy}'/></pic:pic>"
    )


def test_a_picture_as_large_as_a_card_must_be_looked_at() -> None:
    body = picture(cx=3_000_000, cy=1_900_000)

    assert unread(read("a.docx", word(body))) == [("MN503", "picture")]


@pytest.mark.parametrize(
    "small",
    [
        picture(cx=900_000, cy=400_000),
        picture(cx=6_000_000, cy=500_000),
        "<v:shape xmlns:v='v' style='width:60pt;height:20pt'><v:imagedata/></v:shape>",
    ],
)
def test_a_logo_is_let_pass(small: str) -> None:
    assert not unread(read("a.docx", word(small)))


@pytest.mark.parametrize(
    "unknown",
    [
        "<pic:pic xmlns:pic='p'/>",
        "<v:shape xmlns:v='v' style='width:60'><v:imagedata/></v:shape>",
        "<v:shape xmlns:v='v' style='width:9in;height:60mm'><v:imagedata/></v:shape>",
        "<a:blip xmlns:a='a'/>",
        "<x><ext cx='a' cy='b'/><imagedata/></x>",
    ],
)
def test_a_picture_of_unknown_size_must_be_looked_at(unknown: str) -> None:
    assert unread(read("a.docx", word(unknown))) == [("MN503", "picture")]


def test_a_picture_of_the_letterhead_is_let_pass() -> None:
    header = f"<w:x xmlns:w='urn:w'>{picture(cx=9_000_000, cy=9_000_000)}</w:x>"

    assert not unread(read("a.docx", word(paragraph("a"), {"word/header1.xml": header})))


def test_a_long_document_comes_in_windows_with_right_places() -> None:
    lines = [f"{at} 行目の文です。" * 8 for at in range(1, 6_001)]
    lines[4_999] += NUMBER
    items = read("a.docx", word("".join(map(paragraph, lines))))

    assert {place.line for place in placed(items, NUMBER)} == {5_000}
    assert max(map(len, texts(items))) < 2**19


def test_a_document_of_a_library_is_read() -> None:
    document = docx.Document()
    document.add_paragraph("個人番号").add_run(NUMBER)
    file = BytesIO()
    document.save(file)

    items = read("a.docx", file.getvalue())

    assert [place.line for place in placed(items, NUMBER)] == [1]
    assert not unread(items)


def test_fonts_are_passed_over_and_old_drawings_looked_into() -> None:
    parts = {
        "word/fonts/font1.odttf": bytes(range(256)),
        "word/media/image1.emf": b"\x01\0" + f"個人番号 {NUMBER}".encode("utf-16-le"),
    }

    items = read("a.docx", word(paragraph("a"), parts))

    assert {one.place.members for one in holding(items, NUMBER)} == {("word/media/image1.emf",)}
    assert not unread(items)
