"""A mail is its headers, its bodies, its attachments, and whatever stands around them."""

from __future__ import annotations

import base64

import pytest
from tests.load.readers.office import holding, placed, read, texts, unread, zipped
from tests.scan.numbers import NUMBERS

from mnaudit.model.scan import Unreadable

NUMBER = NUMBERS[0]
HEAD = b"From: a@example\nMIME-Version: 1.0\n"


def mail(kind: str, body: bytes, coding: str = "8bit") -> bytes:
    return HEAD + f"Content-Type: {kind}\nContent-Transfer-Encoding: {coding}\n\n".encode() + body


def mixed(*parts: bytes) -> bytes:
    body = b"".join(b"--b\n" + part + b"\n" for part in parts)
    return HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n' + body + b"--b--\n"


def attachment(disposition: str, data: bytes = b"-", kind: str = "application/pdf") -> bytes:
    head = f"Content-Type: {kind}\nContent-Disposition: attachment; {disposition}\n"
    return head.encode() + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(data)


def test_the_body_comes_with_the_subject_right_above() -> None:
    data = HEAD + f"Subject: 個人番号\nTo: b@example\n\n{NUMBER}\n".encode()

    (found, *_) = holding(read("a.eml", data), NUMBER)

    assert "Subject: 個人番号\n\n" in found.text
    assert found.place.part == "mail body"


@pytest.mark.parametrize(
    "charset", ["utf-8", "cp932", "shift_jis", "iso-2022-jp", "us-ascii", "x-nobody", ""]
)
def test_a_body_is_read_as_declared_and_as_it_may_be(charset: str) -> None:
    encoding = {"shift_jis": "cp932", "us-ascii": "cp932", "x-nobody": "euc_jp", "": "utf-8"}
    text = f"㈱見本 個人番号 {NUMBER}" if charset == "shift_jis" else f"個人番号 {NUMBER}"
    body = text.encode(encoding.get(charset, charset))

    items = read("a.eml", mail(f"text/plain; charset={charset}" if charset else "text/plain", body))

    assert holding(items, text)


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("Subject: =?utf-8?B?5YCL5Lq6?= =?utf-8?Q?=E7=95=AA?=", "Subject: 個人番"),
        ("Subject: =?x-nobody?Q?ab?=", "Subject: ab"),
        ("Subject: =?utf-8?B?A?=", "=?utf-8?B?A?="),
        ("X-Note: one\n two", "X-Note: one two"),
    ],
)
def test_a_header_is_decoded(header: str, text: str) -> None:
    items = read("a.eml", HEAD + header.encode() + b"\n\n-\n")

    assert holding(items, text)


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_bytes_in_a_header_are_read_although_they_must_not_be_there(encoding: str) -> None:
    data = HEAD + "Subject: 個人番号 です".encode(encoding) + b"\n\n-\n"

    assert holding(read("a.eml", data), "個人番号 です")


@pytest.mark.parametrize(
    "disposition",
    [
        'filename="個人.txt"',
        "filename*=utf-8''%E5%80%8B%E4%BA%BA.txt",
        'filename="=?utf-8?B?5YCL5Lq6LnR4dA==?="',
    ],
)
def test_an_attachment_has_its_name(disposition: str) -> None:
    data = mixed(attachment(disposition, NUMBER.encode()))

    (place, *_) = placed(read("a.eml", data), NUMBER)
    assert place.members == ("個人.txt",)


def test_the_name_of_an_attachment_is_text_but_not_shown_if_it_is_telling() -> None:
    items = read("a.eml", mixed(attachment(f'filename="mynumber_{NUMBER}.pdf"', b"-")))

    (found,) = [item for item in holding(items, NUMBER) if item.place.part == "file name"]
    assert found.place.members == ("#1.pdf",)


def test_a_file_in_an_attachment_is_opened() -> None:
    data = mixed(
        b"Content-Type: text/plain\n\nwords\n",
        attachment('filename="a.zip"', zipped({"b.txt": NUMBER}), "application/zip"),
    )

    (found, *_) = holding(read("a.eml", data), NUMBER)
    assert found.place.members == ("a.zip", "b.txt")


def test_an_attachment_without_a_name_is_numbered() -> None:
    data = mixed(b"Content-Type: application/octet-stream\n\n" + NUMBER.encode())

    (found, *_) = holding(read("a.eml", data), NUMBER)
    assert found.place.members == ("#1",)


def test_a_mail_in_a_mail_is_read() -> None:
    inner = mail("text/plain; charset=utf-8", NUMBER.encode())

    assert holding(read("a.eml", mail("message/rfc822", inner)), NUMBER)
    assert holding(read("a.eml", mixed(attachment('filename="x.eml"', inner))), NUMBER)


def test_a_page_in_a_mail_is_read_as_a_page() -> None:
    page = f"<p>番号 <b>{NUMBER[:4]}</b>{NUMBER[4:]}</p>".encode("iso2022_jp")

    assert holding(read("a.eml", mail("text/html; charset=iso-2022-jp", page)), NUMBER)
    assert holding(read("a.eml", mail("text/html; charset=ascii", page)), NUMBER)


@pytest.mark.parametrize("delsp", ["yes", "no"])
def test_lines_that_flow_are_joined(delsp: str) -> None:
    kind = f"text/plain; format=flowed; delsp={delsp}"
    whole = NUMBER if delsp == "yes" else f"{NUMBER[:6]} {NUMBER[6:]}"

    items = read("a.eml", mail(kind, f"{NUMBER[:6]} \n{NUMBER[6:]}\n".encode()))

    assert holding(items, whole)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("application/pkcs7-mime; smime-type=enveloped-data", [("MN505", "encrypted")]),
        ("application/pgp-encrypted", [("MN505", "encrypted")]),
        ("application/pkcs7-mime; smime-type=signed-data", [("MN504", "unknown format")]),
        ("application/pkcs7-signature", []),
    ],
)
def test_a_mail_for_somebody_else_could_not_be_read(
    kind: str, expected: list[tuple[str, str]]
) -> None:
    assert unread(read("a.eml", mail(kind, b"AAAA", "base64"))) == expected


def test_what_stands_around_the_parts_is_read() -> None:
    data = mixed(b"Content-Type: text/plain\n\n-").replace(b"\n\n--b", b"\n\nbefore\n--b", 1)

    found = texts(read("a.eml", data + b"after\n"))

    assert any("before" in text for text in found)
    assert any("after" in text for text in found)


def test_a_mail_without_the_boundary_it_names_is_read_as_text() -> None:
    data = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--c\n\n" + NUMBER.encode()

    assert holding(read("a.eml", data), NUMBER)


def test_a_file_that_is_no_mail_is_read_as_text() -> None:
    assert holding(read("a.eml", NUMBER.encode()), NUMBER)


def test_the_mails_of_a_mailbox_are_numbered() -> None:
    one = b"From a@example Thu Apr  2 2026\n" + mail("text/plain", b"nothing\n")
    two = b"From a@example Thu Apr  2 2026\n" + mail("text/plain", NUMBER.encode() + b"\n")

    (found, *_) = holding(read("a.mbox", one + two), NUMBER)
    assert found.place.members == ("#2",)


def test_parts_in_parts_without_end_are_refused() -> None:
    deep = b"".join(
        f"Content-Type: multipart/mixed; boundary=b{at}\n\n--b{at}\n".encode() for at in range(80)
    )

    assert ("MN506", "depth") in unread(read("a.eml", HEAD + deep + b"\n-"))


def test_more_boundaries_than_can_be_compared_are_refused() -> None:
    data = HEAD + b"boundary\n" * 40_000

    assert ("MN506", "depth") in unread(read("a.eml", data))


@pytest.mark.parametrize(
    "data",
    [
        HEAD + b"Content-Type: text/plain; charset*=x''%ff\n\n-",
        HEAD + b"Content-Disposition: attachment; filename*0*=x'\n\n-",
        HEAD + "Content-Transfer-Encoding: base64\n\nあ=".encode(),
        HEAD + b"Content-Transfer-Encoding: uuencode\n\nbegin 644 a\n#86)C\n`\nend\n",
        HEAD + "Content-Transfer-Encoding: x-uuencode\n\nbegin あ".encode(),
    ],
)
def test_a_mail_with_nonsense_in_its_headers_is_read(data: bytes) -> None:
    assert [item for item in read("a.eml", data) if not isinstance(item, Unreadable)]
