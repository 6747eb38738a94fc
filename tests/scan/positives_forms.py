"""Placements as everyday papers and chats have them: official forms, notes, exports."""

# ruff: noqa: RUF001, S608 - as Japanese offices write; the statements are never run
from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from tests.scan.numbers import NUMBERS
from tests.scan.placements import Placement
from tests.scan.writings import WRITINGS, full_width, grouped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["form_placements"]

_A, _B, _C, _D, _ = NUMBERS
_kanji = WRITINGS["kanji"]


def form_placements() -> Iterator[Placement]:
    for form, text in _forms().items():
        suffix = {"{": "json", "<": "xml"}.get(text[0], "csv" if "csv" in form else "txt")
        yield Placement(f"form {form}", "MN501", f"memo.{suffix}", partial(text.encode, "utf-8"))


def _forms() -> Mapping[str, str]:
    return {
        "gensen": f"令和8年分 給与所得の源泉徴収票\n支払を受ける者 住所 東京都港区\n(個人番号) {grouped(' ')(_A)}\n氏名 (フリガナ) サトウ\n",
        "gensen-spaced": f"支払を受ける者 （個人番号） {' '.join(_B)}\n",
        "shiharai": f"報酬、料金、契約金及び賞金の支払調書\n支払を受ける者 個人番号又は法人番号 {_C}\n",
        "kojin-houjin": f"個人番号又は法人番号\n{_D}\n",
        "fuyo": f"給与所得者の扶養控除等（異動）申告書\nあなたの個人番号 {full_width(grouped('　')(_A))}\n",
        "spouse": f"配偶者の個人番号：{_B}\n",
        "mail": f"お疲れさまです。マイナンバーですが、{grouped('-')(_C)} になります。よろしくお願いします。\n",
        "chat": f"[10:32] 佐藤: 例のマイナ番号これです {_D}\n",
        "my number is": f"Hi, my My Number is {_A}, thanks.\n",
        "mynum key": json.dumps({"user": {"myNum": _A}}),
        "kojinNo": json.dumps({"kojinNo": _B}),
        "kojin_bangou": f'kojin_bangou: "{_C}"\n',
        "individualNumber": json.dumps({"individualNumber": _B}),
        "individual-number": f"<individual-number>{_C}</individual-number>",
        "title line": f"【マイナンバー】\n{full_width(_D)}\n",
        "fullwidth colon space": f"個人番号　：　{_A}\n",
        "bracket full": f"個人番号〔{_A}〕\n",
        "arrow": f"マイナンバー→{_B}\n",
        "equals full": f"個人番号＝{_C}\n",
        "kanji sentence": f"私のマイナンバーは{_kanji(_A)}です。",
        "kanji groups": f"個人番号は、{_kanji(_A[:4])}、{_kanji(_A[4:8])}、{_kanji(_A[8:])}である。",
        "juminhyo": f"住民票の写し\n氏名 佐藤花子\n個人番号 {_B}\n住民票コード 00000000000\n",
        "tsuchi": f"通知カード\n個人番号 {grouped(' ')(_C)}\n氏名 佐藤花子\n",
        "card ocr": f"個人番号カード\n氏名 佐藤花子\n{grouped(' ')(_D)}\n2030年4月1日まで有効\n",
        "txt table": f"+------+--------------+\n| 氏名 | 個人番号     |\n+------+--------------+\n| 佐藤 | {_A} |\n+------+--------------+\n",
        "excel paste": f"氏名\tマイナンバー\t続柄\n佐藤\t{_A}\t本人\n鈴木\t{_B}\t妻\n",
        "csv two": f'"氏名","マイナンバー(本人)","マイナンバー(配偶者)"\n"佐藤","{_A}","{_B}"\n',
        "csv english": f"name,My Number\nSato,{_C}\n",
        "csv no space": f"name,MyNo\nSato,{_C}\n",
        "yaml nested": f"従業員:\n  - 氏名: 佐藤\n    マイナンバー: {_D}\n",
        "yaml quoted groups": f"my_number: '{grouped(' ')(_A)}'\n",
        "env": f'MYNUMBER="{_B}"\n',
        "sql alter": f"UPDATE 社員 SET 個人番号 = '{_C}' WHERE 社員番号 = '000123';\n",
        "log ja": f"2026-04-01 09:00:00,123 [main] INFO  個人番号登録: employee=000123, number={_D}\n",
        "log kv": f"time=20260401T0900 action=register my_number={_A} result=ok\n",
        "xml ns": f'<ns:MyNumber xmlns:ns="u">{_B}</ns:MyNumber>',
        "xml ja attr": f'<社員 個人番号="{_C}" 氏名="佐藤"/>',
        "html label for": f'<label for=n>マイナンバー</label><input id=n type=text value="{grouped("-")(_D)}">',
        "md": f"**マイナンバー**: `{_A}`\n",
        "parentheses around groups": f"個人番号 ({_A[:4]}) ({_A[4:8]}) ({_A[8:]})\n",
        "comma groups ja": f"個人番号 {_A[:4]}、{_A[4:8]}、{_A[8:]}\n",
        "colon groups": f"マイナンバー {grouped(':')(_B)}\n",
        "no sep label tail": f"{_C}が佐藤さんの個人番号です",
        "pension": f"基礎年金番号または個人番号 {_D}\n",
        "kenpo": f"被保険者等記号番号又は個人番号（マイナンバー）{_A}\n",
        "koyou": f"雇用保険被保険者資格取得届\n1.個人番号 {grouped('-')(_B)}\n2.被保険者番号 0000-000000-0\n",
        "haigusha": f"控除対象配偶者 氏名 佐藤 個人番号 {_C} 生年月日 昭60.4.1\n",
        "zip+tel same line": f"佐藤花子 〒100-0000 東京都 03-0000-0000 個人番号{_D} 昭和60年4月1日\n",
        "list numbering": f"(1) 氏名 佐藤\n(2) 個人番号 {_A}\n(3) 電話 03-0000-0000\n",
        "before newline": f"マイナンバー:\n\n\n  {_B}\n",
        "wareki": f"令和8年4月1日 個人番号 {_C} 受領\n",
        "tuple": f"('佐藤', 'mynumber', {_D!r})\n",
        "escaped ja": '{"\\u30de\\u30a4\\u30ca\\u30f3\\u30d0\\u30fc": "' + _A + '"}',
        "ichiran": "個人番号一覧\n" + "".join(f"{i}. {n}\n" for i, n in enumerate(NUMBERS, 1)),
        "csv with fillers": f"個人番号\n{_A}\n{'9' * 12}\n{'1' * 12}\n{'2' * 12}\n",
        "csv order beside number": f"注文番号,個人番号\n{'5' * 12},{_A}\n",
        "csv phone beside number": f"電話番号,個人番号\n0300000000,{_B}\n",
        "kaisha neighbour": f"会社法人等番号 {'0100' * 3} 代表者の個人番号 {_C}\n",
        "tracking then mynumber": f"送り状番号 4000-0000-0000 内容：個人番号 {_D} の書類\n",
        "mynumber then staff": f"個人番号：{_A}　社員番号：000123\n",
        "staff then mynumber": f"社員番号：000123　個人番号：{_A}\n",
        "denwa line above": f"電話番号：03-0000-0000\n個人番号：{_B}\n登録番号：T70000{12050002}\n",
        "typo label": f"個人No：{_C}\n",
        "in parentheses": f"個人番号（{grouped('-')(_D)}）を確認\n",
        "zenkaku eisu": f"ＭＹ　ＮＵＭＢＥＲ：{full_width(_A)}\n",
        "mai na": f"ﾏｲﾅﾝﾊﾞｰ:{_B}\n",
        "choonpu variants": f"マイナンバ―：{_C}\n",
        "kana hyphen": f"マイナンバ-:{_C}\n",
        "slack json": json.dumps(
            {"ts": "1617264000.123456", "text": f"マイナンバー {grouped('-')(_A)} です"}
        ),
    }
