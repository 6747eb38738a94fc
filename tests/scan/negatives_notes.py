"""Business documents without any Individual Number: short notes and single lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.scan.numbers import valid_twelve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

__all__ = ["NOTES"]


def _four(random: Random) -> str:
    return f"{random.randrange(10**4):04d}"


def _quote(random: Random) -> str:
    return f"見積書 No.{random.randrange(10**12):012d}\nマイナンバー管理システム導入 一式\n金額 {random.randrange(10**9):,}円 有効期限 2026年5月31日\nTEL:03-{_four(random)}-{_four(random)}\n"


def _po(random: Random) -> str:
    return f"発注書\n発注番号：{valid_twelve(random)}\n納期：2026/04/30\n品名：マイナンバーカードリーダー 3台\n"


def _nenkin(random: Random) -> str:
    return f"基礎年金番号 {_four(random)}-{random.randrange(10**6):06d}（個人番号を記載した場合は不要）\n"


def _receipt(random: Random) -> str:
    return f"e-Gov 電子申請 到達番号 {random.randrange(10**18):018d} 問合せ番号 {random.randrange(10**16):016d}\nマイナンバー 届出\n"


def _url(random: Random) -> str:
    return f"マイナポータル https://myna.go.jp/news?id={valid_twelve(random)}&d={random.randrange(10**12)}\n"


def _youtube(random: Random) -> str:
    return f"研修動画 https://example/watch?v=ab{valid_twelve(random)}cd マイナンバー制度の概要\n"


def _folder_list(random: Random) -> str:
    return "".join(
        f"2026/04/{random.randrange(1, 29):02d}  {random.randrange(24):02d}:{random.randrange(60):02d}  {random.randrange(10**9):,} マイナンバー取扱規程_{random.randrange(20200101, 20261231)}{_four(random)}.docx\n"
        for _ in range(15)
    )


def _license(random: Random) -> str:
    return f"本人確認書類：運転免許証（番号 第{valid_twelve(random)}号）、番号確認書類：個人番号カード\n"


def _policy_num(random: Random) -> str:
    return f"サイバー保険 証券番号 {valid_twelve(random)}\n対象：特定個人情報の漏えい\n"


def _exam(random: Random) -> str:
    return f"マイナンバー実務検定 受験番号 {_four(random)}-{_four(random)}-{_four(random)} 合格証番号 {valid_twelve(random)}\n"


def _meeting_id(random: Random) -> str:
    return f"マイナンバー担当者会議\nMeeting ID: {random.randrange(100, 999)} {_four(random)} {_four(random)}\nTeams 会議 ID: {random.randrange(100, 999)} {random.randrange(100, 999)} {random.randrange(100, 999)} {random.randrange(100, 999)}\n"


def _model_no(random: Random) -> str:
    return f"金庫 型番 MN-{valid_twelve(random)} 製造番号 {valid_twelve(random)}（個人番号書類保管用）\n"


def _houjin(random: Random) -> str:
    return f"支払者 個人番号又は法人番号 {random.randrange(1, 9)}{valid_twelve(random)}\n"


def _traceback(random: Random) -> str:
    return f'File "mynumber.py", line {random.randrange(999)}, in check\n  at 0x7f{random.randrange(10**10):010d}\npid={random.randrange(10**5)} ts={random.randrange(10**12, 2 * 10**12)}\n'


def _mixed_date(random: Random) -> str:
    return f"個人番号廃棄記録 廃棄日時 2026/{random.randrange(1, 13):02d}/{random.randrange(1, 29):02d} {random.randrange(24):02d}:{random.randrange(60):02d} 立会 佐藤 20260{random.randrange(1, 10)}{random.randrange(10, 29)}{random.randrange(10, 24)}{random.randrange(10, 60)}\n"


def _jan(random: Random) -> str:
    return f"マイナンバー保護シール JAN 49{random.randrange(10**11):011d} 品番 {_four(random)}-{_four(random)}\n"


def _page_refs(random: Random) -> str:
    return f"個人番号の解説 pp. {random.randrange(1000, 2000)}-{random.randrange(1000, 2000)}, {random.randrange(1000, 2000)}-{random.randrange(1000, 2000)}; ISSN {_four(random)}-{_four(random)}\n"


def _yubin(random: Random) -> str:
    return f"通知カード返戻 書留番号 {random.randrange(100, 999)}-{random.randrange(10, 99)}-{random.randrange(10**5):05d}-{random.randrange(10)} 引受番号 {random.randrange(100, 999)}-{random.randrange(10, 99)}-{random.randrange(10**6):06d}-{random.randrange(10)}\n"


def _json_evidence(random: Random) -> str:
    return json.dumps(
        {
            "type": "my_number_training",
            "recordId": int(valid_twelve(random)),
            "createdAt": 2026_0401_0900_00 + random.randrange(60),
            "checksum": f"{random.getrandbits(128):032x}",
            "phone": f"+8190{random.randrange(10**8):08d}",
        },
        ensure_ascii=False,
    )


NOTES: Mapping[str, tuple[str, Callable[[Random], str]]] = {
    "quote": ("memo.txt", _quote),
    "po": ("memo.txt", _po),
    "nenkin": ("memo.txt", _nenkin),
    "receipt": ("memo.txt", _receipt),
    "url": ("memo.txt", _url),
    "youtube": ("memo.txt", _youtube),
    "folder list": ("memo.txt", _folder_list),
    "license": ("memo.txt", _license),
    "policy num": ("memo.txt", _policy_num),
    "exam": ("memo.txt", _exam),
    "meeting id": ("memo.txt", _meeting_id),
    "model no": ("memo.txt", _model_no),
    "houjin": ("memo.txt", _houjin),
    "traceback": ("memo.txt", _traceback),
    "mixed date": ("memo.txt", _mixed_date),
    "jan": ("memo.txt", _jan),
    "page refs": ("memo.txt", _page_refs),
    "yubin": ("memo.txt", _yubin),
    "json evidence": ("memo.json", _json_evidence),
}
