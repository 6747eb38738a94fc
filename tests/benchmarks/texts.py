"""Made-up texts as companies keep them: records, rosters, logs, dumps, minutes.

The same seed gives the same bytes. There are codes of staff and no names, and no Individual Number
(個人番号); the telephone numbers are of exchanges that do not exist (0 after the area code), and the
addresses of hosts are private or reserved for documentation.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

__all__ = ["KINDS", "Kind", "application_line", "plant", "text"]

SMALLEST, LARGEST = 20_000, 60_000
UNITS = ("総務部", "経理部", "人事部", "情報システム課", "営業一課")
ACTIONS = ("フォルダーを開きました", "ファイルを保存しました", "ログインしました", "印刷しました")
DOCUMENTS = ("扶養控除等申告書", "源泉徴収票", "研修資料", "取扱規程", "委託契約書")
FILES = ("個人番号台帳", "マイナンバー管理表", "個人番号の提供書類", "扶養控除等申告書")
TOPICS = ("委託先の監督", "持ち出しの記録", "廃棄の立会い", "研修の日程", "アクセス権の棚卸し")
LEVELS = ("INFO", "INFO", "INFO", "WARN", "DEBUG")
TELEPHONES = (("03", 3), ("06", 3), ("052", 2), ("080", 3), ("090", 3))
HOSTS = ("192.0.2", "198.51.100", "203.0.113", "10.20.30")
PAGES = ("/", "/login", "/evidence/training", "/api/v1/records", "/static/app.css")
AGENTS = ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "curl/8.5.0")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Kind:
    """What a file of a kind is made of: a head, as many rows as it takes, and an end."""

    suffix: str
    row: Callable[[Random], str]
    head: str = ""
    between: str = ""
    end: str = ""
    encoding: str = "utf-8"


def plant(root: Path, size_bytes: int, random: Random) -> dict[str, int]:
    """Fill a folder for each kind with its share, and return how many bytes each has."""
    planted = dict.fromkeys(KINDS, 0)
    for name, kind in KINDS.items():
        (root / name).mkdir(parents=True)
        number = 0
        while planted[name] < size_bytes // len(KINDS):
            number += 1
            path = root / name / f"{number:05}{kind.suffix}"
            planted[name] += path.write_bytes(text(kind, random.randint(SMALLEST, LARGEST), random))
    return planted


def text(kind: Kind, size_bytes: int, random: Random) -> bytes:
    """Return a file of a kind that is at least as large as wanted."""
    parts = [kind.head.encode(kind.encoding)]
    size = len(parts[0])
    while size < size_bytes:
        before = kind.between if len(parts) > 1 else ""
        parts.append((before + kind.row(random)).encode(kind.encoding))
        size += len(parts[-1])
    return b"".join([*parts, kind.end.encode(kind.encoding)])


def application_line(random: Random) -> str:
    """Return a line of the log of an application."""
    return (
        f"{_day(random)} {_time(random)},{random.randrange(1000):03} {random.choice(LEVELS)} "
        f"[{random.choice(UNITS)} pc{random.randrange(1000):03}] {random.choice(DOCUMENTS)}: "
        f"{random.choice(ACTIONS)}（{random.randrange(2000)} ms, {random.getrandbits(64):016x}）\n"
    )


def _attendee(random: Random) -> str:
    return (
        f"  - code: {_staff(random)}\n    unit: {random.choice(UNITS)}\n"
        f'    attended_on: "{_day(random)}"\n    score: {random.randint(70, 100)}\n'
    )


def _member(random: Random) -> str:
    return (
        f"{_staff(random)},{random.choice(UNITS)},{_day(random).replace('-', '/')},"
        f"{_telephone(random)},{random.choice(('常勤', 'パート', '派遣'))},{_day(random)}\r\n"
    )


def _use(random: Random) -> str:
    return (
        f"{_day(random)} {_time(random)},{_staff(random)},{random.choice(FILES)},{random.choice(ACTIONS)},"
        f"{_day(random).replace('-', '/')},{_day(random)},{_telephone(random)}\r\n"
    )


def _access(random: Random) -> str:
    when = f"{random.randint(1, 28):02}/{random.choice(MONTHS)}/2026:{_time(random)} +0900"
    return (
        f"{_host(random)} - {_staff(random)} [{when}] "
        f'"GET {random.choice(PAGES)}?id={random.randrange(10**5)} HTTP/1.1" '
        f'{random.choice((200, 304, 404))} {random.randrange(10**6)} "-" "{random.choice(AGENTS)}"\n'
    )


def _event(random: Random) -> str:
    event = {
        "id": f"{random.getrandbits(128):032x}",
        "at": f"{_day(random)}T{_time(random)}+09:00",
        "staff": _staff(random),
        "unit": random.choice(UNITS),
        "document": random.choice(DOCUMENTS),
        "source": {"host": _host(random), "port": random.randrange(1024, 2**16)},
        "contact": _telephone(random),
        "size_bytes": random.randrange(10**7),
    }
    return json.dumps(event, ensure_ascii=False, indent=2)


def _item(random: Random) -> str:
    year, month, day = _day(random).split("-")
    return (
        f"## {random.choice(TOPICS)}\n\n"
        f"- 日時：{year}年{int(month)}月{int(day)}日 {_time(random)[:5]}〜\n"
        f"- 出席：{_staff(random)}、{_staff(random)}、{_staff(random)}\n\n"
        f"{random.choice(UNITS)}から、{random.choice(DOCUMENTS)}の保管場所と持ち出しの記録について説明があった。"
        f"前回の指摘 {random.randrange(1, 9)} 件のうち {random.randrange(1, 9)} 件は対応を終えている。"
        "残りは担当者が次の会議までに確かめ、結果を事務取扱責任者に報告する。\n\n"
        f"| 項目 | 期限 | 担当 |\n|---|---|---|\n"
        f"| {random.choice(TOPICS)} | {_day(random)} | {_staff(random)} |\n\n"
    )


def _day(random: Random) -> str:
    return f"{random.choice((2025, 2026))}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"


def _time(random: Random) -> str:
    return f"{random.randrange(24):02}:{random.randrange(60):02}:{random.randrange(60):02}"


def _staff(random: Random) -> str:
    return f"E{random.randrange(10**4):04}"


def _telephone(random: Random) -> str:
    area, digits = random.choice(TELEPHONES)
    exchange = f"0{random.randrange(10**digits):0{digits}}"
    return f"{area}-{exchange}-{random.randrange(10**4):04}"


def _host(random: Random) -> str:
    return f"{random.choice(HOSTS)}.{random.randrange(1, 255)}"


USES = "# 特定個人情報ファイルの利用記録（個人番号関係事務）\r\n日時,社員番号,対象,操作,期限,確認日,連絡先\r\n"
ROSTER = "社員番号,部署,入社日,電話番号,区分,更新日\r\n"
RECORD = """\
kind: training-record
title: 特定個人情報の取扱いに関する研修の記録
note: 欠席した者には、後日同じ教材で受講してもらい、受講した日を確かめています。
data:
  course: 個人番号の適正な取扱い
  held_on: "2025-11-14"
  attendees:
"""
MINUTES = "# 個人番号の取扱いに関する委員会 議事録\n\n"

KINDS = {
    "records": Kind(".yaml", _attendee, head=RECORD),
    "use-records": Kind(".csv", _use, head=USES),
    "rosters": Kind(".csv", _member, head=ROSTER),
    "rosters-cp932": Kind(".csv", _member, head=ROSTER, encoding="cp932"),
    "application-logs": Kind(".log", application_line),
    "access-logs": Kind(".log", _access),
    "dumps": Kind(".json", _event, head="[\n", between=",\n", end="\n]\n"),
    "minutes": Kind(".md", _item, head=MINUTES),
}
