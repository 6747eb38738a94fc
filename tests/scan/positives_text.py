"""Placements in running text: how it is written, how it is encoded, what stands near."""

# ruff: noqa: RUF001 - Japanese offices write with these very characters
from __future__ import annotations

from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING

from tests.scan.numbers import NUMBERS
from tests.scan.placements import Placement
from tests.scan.writings import CONSPICUOUS, WRITINGS, full_width, grouped

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LABELS", "PROSE", "text_placements"]

LABELS = {
    "kojin-bango": "個人番号",
    "my-number": "マイナンバー",
    "half-width-kana": "ﾏｲﾅﾝﾊﾞｰ",
    "half-width-kana-hyphen": "ﾏｲﾅﾝﾊﾞ-",
    "middle-dot": "マイ・ナンバー",
    "english": "My Number",
    "english-capitals": "MY NUMBER",
    "camel": "MyNumber",
    "snake": "my_number",
    "kebab": "my-number",
    "lower": "mynumber",
    "full-width-latin": "ＭｙＮｕｍｂｅｒ",
    "individual-number": "Individual Number",
    "individual-snake": "individual_number",
    "romaji": "kojin_bango",
    "romaji-long": "kojinBangou",
    "notification-card": "通知カード",
    "number-card": "個人番号カード",
    "my-number-card": "マイナンバーカード",
    "dependants-form": "扶養控除等申告書",
    "dependants-form-long": "給与所得者の扶養控除等(異動)申告書",
    "spaced-ideographs": "個　人　番　号",
    "spaced-half": "個 人 番 号",
    "bracketed": "【個人番号】",
    "with-hint": "個人番号（12桁）",
    "dependant": "扶養親族の個人番号",
    "specific-personal-information": "特定個人情報",
    "hiragana": "まいなんばー",
    "of-tax-forms": "個人番号又は法人番号",
    "of-pension-forms": "基礎年金番号または個人番号",
    "of-payers": "支払を受ける者（個人番号）",
    "kojin-no": "個人No",
    "short-form": "マイナ番号",
    "wrong-dash": "マイナンバ―",
}

PROSE = (
    "株式会社見本 総務部の佐藤です。いつもお世話になっております。"
    "先日ご依頼のありました備品の購入につきまして、下記のとおりご連絡いたします。"
    "ご不明の点がございましたら、内線までお問い合わせください。"
)

_ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp932",
    "euc_jp",
    "iso2022_jp",
)
_ENCODED_WRITINGS = (
    "joined",
    "by-space",
    "by-hyphen-minus",
    "by-ideographic-space",
    "full-width",
    "full-width-by-ideographic-space",
    "kanji",
    "line-feed-hint",
)
_number = cycle(NUMBERS)
# The half-width kana and a few dashes cannot be written in the older encodings.
_FILLER = "あいうえおかきくけこ、さしすせそ。"


def text_placements() -> Iterator[Placement]:
    yield from _by_writing()
    yield from _by_encoding()
    yield from _by_label()
    yield from _by_position()
    yield from _by_neighbourhood()
    yield from _by_offset()


def _text(
    form: str,
    text: str,
    *,
    expected: str = "MN501",
    name: str = "memo.txt",
    encoding: str = "utf-8",
) -> Placement:
    return Placement(f"text {form}", expected, name, partial(text.encode, encoding))


def _by_writing() -> Iterator[Placement]:
    for form, write in WRITINGS.items():
        number = write(next(_number))
        yield _text(f"{form} after-label", f"{PROSE}\n個人番号：{number}\n以上\n")
        number = write(next(_number))
        yield _text(f"{form} before-label", f"{PROSE}\n{number} (マイナンバー)\n{PROSE}\n")
        number = write(next(_number))
        yield _text(f"{form} in-sentence", f"{PROSE}私の個人番号は{number}です。よろしく。{PROSE}")
    for form in CONSPICUOUS:
        number = WRITINGS[form](next(_number))
        yield _text(f"{form} alone", f"{PROSE}\n{number}\n{PROSE}\n", expected="MN502")
        number = WRITINGS[form](next(_number))
        yield _text(f"{form} alone-in-file", f"{number}\n", expected="MN502")
        number = WRITINGS[form](next(_number))
        yield _text(
            f"{form} alone-in-sentence", f"佐藤さんのは {number} でした。\n", expected="MN502"
        )


def _by_encoding() -> Iterator[Placement]:
    for encoding in _ENCODINGS:
        for form in _ENCODED_WRITINGS[:-1]:
            text = f"{PROSE}\n個人番号：{WRITINGS[form](next(_number))}\n{PROSE}\n"
            yield _text(f"{encoding} {form}", text, encoding=encoding)
        short = f"マイナンバー {next(_number)}"
        yield _text(f"{encoding} short", short, encoding=encoding)
        yield _text(f"{encoding} label-only", f"個人番号{next(_number)}", encoding=encoding)
        ascii_only = f"name: SATO\r\nmy_number: {next(_number)}\r\n"
        yield _text(f"{encoding} ascii-only", ascii_only, encoding=encoding)
        yield _text(
            f"{encoding} alone", f"{PROSE}\n{next(_number)}\n", expected="MN502", encoding=encoding
        )
    # Half-width katakana: one byte each in cp932, easily taken for another encoding.
    yield _text("cp932 half-width-kana", f"ｻﾄｳ ﾊﾅｺ ﾏｲﾅﾝﾊﾞｰ {next(_number)}", encoding="cp932")
    yield _text(
        "cp932 vendor-characters", f"㈱見本 髙橋① 個人番号 {next(_number)}", encoding="cp932"
    )
    # One byte that is not in the encoding, as after a cut or a bad copy, hides nothing.
    for form, rubbish in (
        ("lone-byte", b"\xff"),
        ("cut-character", b"\xe5\x80"),
        ("null", b"\x00"),
    ):
        line = f"{PROSE}\n個人番号：{next(_number)}\n".encode()
        yield Placement(f"text utf-8 {form}", "MN501", "memo.txt", partial(_join, rubbish, line))
    cp932 = f"個人番号：{next(_number)}\n".encode("cp932")
    utf_8 = f"{PROSE}\n".encode()
    yield Placement(
        "text two-encodings-in-a-file",
        "MN501",
        "app.log",
        partial(_join, utf_8, b"my number ", cp932),
    )


def _join(*parts: bytes) -> bytes:
    return b"".join(parts)


def _by_label() -> Iterator[Placement]:
    for form, label in LABELS.items():
        yield _text(f"label {form} colon", f"{label}: {next(_number)}\n")
        yield _text(f"label {form} line-above", f"{label}\n{grouped(' ')(next(_number))}\n")
        yield _text(f"label {form} equals", f"{label}={next(_number)}\n")


def _by_position() -> Iterator[Placement]:
    """Glue the number to what stands beside it."""
    n = partial(next, _number)
    neighbours = {
        "kana-both-sides": f"個人番号は{n()}です",
        "latin-before": f"マイナンバー ID{n()}",
        "latin-after": f"マイナンバー {n()}X",
        "underscore-before": f"mynumber_{n()}",
        "quotes": f'my_number = "{n()}"',
        "parentheses": f"佐藤花子({n()}) 個人番号",
        "full-width-parentheses": f"佐藤花子（{n()}）の個人番号",
        "comma-list": f"マイナンバー: {n()}, {n()}, {n()}",
        "space-list": f"マイナンバー: {n()} {n()} {n()}",
        "hyphenated-list": f"マイナンバー: {grouped('-')(n())} {grouped('-')(n())}",
        "then-phone": f"マイナンバー {n()} 03-0000-0000",
        "then-date": f"個人番号 {n()} 2026-04-01",
        "then-date-grouped": f"個人番号 {grouped(' ')(n())} 2026/04/01",
        "after-date": f"2026-04-01 個人番号 {n()}",
        "after-date-directly": f"個人番号 2026/04/01 {n()}",
        "after-list-number": f"1. {n()} 個人番号",
        "after-employee-code": f"社員番号 000123 個人番号 {n()}",
        "after-employee-code-row": f"個人番号\n000123 {n()}",
        "after-circled": f"個人番号 ①{n()}",
        "html-bold-in-markdown": f"個人番号 **{n()}**",
        "markdown-bold-part": "個人番号 **{}**{}".format(*_halves(n())),
        "code-span": f"個人番号 `{n()}`",
        "dots-leader": f"個人番号……{n()}",
        "underlined": f"個人番号 __{n()}__",
        "question": f"個人番号 {n()}?",
        "sharp": f"マイナンバー #{n()}",
        "plus": f"マイナンバー +{n()}",
        "url-query": f"https://jinji.example/edit?mynumber={n()}&id=7",
        "url-path": f"GET /mynumber/{n()} HTTP/1.1",
        "url-encoded-full-width": f"mynumber={_percent(full_width(n()))}",
        "full-stop-after": f"個人番号は{n()}。",
        "boxes": f"個人番号 □{'□'.join(n())}□",
        "brackets-each": "個人番号 [{}]".format("][".join(n())),
        "table-in-text": f"氏名    個人番号        生年月日\n佐藤花子  {n()}  1985/04/01\n",
        "table-in-text-grouped": f"氏名    個人番号\n佐藤花子  {grouped(' ')(n())}  1985/04/01\n",
        "label-twice": f"個人番号(マイナンバー): {n()}",
        "ten-lines-below-heading": "# マイナンバー一覧\n" + "\n" * 9 + f"佐藤 {n()}\n",
        "escaped-backslash-n": f'"個人番号\\n{n()}"',
    }
    for form, text in neighbours.items():
        yield _text(f"beside {form}", text)


def _halves(number: str) -> tuple[str, str]:
    return number[:4], number[4:]


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def _by_neighbourhood() -> Iterator[Placement]:
    """Near is the same record, the same row or 300 characters (domain.md, users.md §0)."""
    for distance in (20, 100, 250, 290):
        gap = (_FILLER * 40)[:distance]
        yield _text(f"near label-{distance}-before", f"個人番号{gap}{next(_number)}\n")
        yield _text(f"near label-{distance}-after", f"{next(_number)}{gap}個人番号\n")
        lines = "\n".join(gap[at : at + 25] for at in range(0, distance, 25))[:distance]
        yield _text(f"near lines-{distance}", f"マイナンバー\n{lines}\n{next(_number)}\n")
    far = _FILLER * 200
    yield _text("far label-before", f"個人番号\n{far}\n{next(_number)}\n", expected="MN502")
    yield _text("far label-after", f"{next(_number)}\n{far}\n個人番号\n", expected="MN502")


def _by_offset() -> Iterator[Placement]:
    """Put the number where a program that reads in pieces would cut it."""
    for name, size in (("4-KiB", 12), ("64-KiB", 16), ("1-MiB", 20), ("8-MiB", 23)):
        for shift in (-30, -6, 0):
            yield Placement(
                f"text at-{name} shift{shift}",
                "MN501",
                "big.log",
                partial(_at, 1 << size, shift, next(_number)),
            )
    for encoding in ("utf-16", "cp932"):
        yield Placement(
            f"text at-1-MiB {encoding}",
            "MN501",
            "big.log",
            partial(_at, 1 << 20, -7, next(_number), encoding),
        )
    yield Placement(
        "text after-16-MiB", "MN501", "big.log", partial(_at, 1 << 24, 5, next(_number))
    )
    yield Placement("text one-long-line", "MN501", "min.js", partial(_one_line, next(_number)))


def _at(offset: int, shift: int, number: str, encoding: str = "utf-8") -> bytes:
    """Place the number at this byte, its label before it, lines of a log around it."""
    line = "INFO request served without remarks\n".encode(encoding)
    label = "個人番号 ".encode(encoding)
    room = offset + shift - len(label)
    step = 2 if encoding.startswith("utf-16") else 1
    head = (line * (room // len(line) + 1))[: room - room % step]
    # Cut so that the label starts a new line: the last character of the head is a line feed.
    head = head[: -len("\n".encode(encoding).removeprefix(b"\xff\xfe"))]
    feed = "\n".encode(encoding).removeprefix(b"\xff\xfe")
    body = f"個人番号 {number}\n".encode(encoding).removeprefix(b"\xff\xfe")
    return head + feed + body + line.removeprefix(b"\xff\xfe") * 50


def _one_line(number: str) -> bytes:
    filler = 'var a=function(){return "b"};' * 20_000
    return f'{filler}var my_number="{number}";{filler}'.encode()
