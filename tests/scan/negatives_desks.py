"""Business documents without any Individual Number: what lies on desks and in shared folders."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from tests.scan.japan import (
    address,
    amount,
    company,
    day,
    look_alike,
    mobile,
    moment,
    person,
    phone,
    postal,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

__all__ = ["DESKS"]


def _four(random: Random) -> str:
    return f"{random.randrange(10**4):04d}"


def _abroad(random: Random) -> str:
    """A Japanese phone as one dials it from abroad: 81 and ten digits make twelve."""
    number = f"{random.choice(('70', '80', '90'))}{random.randrange(10**8):08d}"
    return random.choice(
        (
            f"+81{number}",
            f"+81 {number[:2]} {number[2:6]} {number[6:]}",
            f"+81-{number[:2]}-{number[2:6]}-{number[6:]}",
            f"+81 (0){number[:2]}-{number[2:6]}-{number[6:]}",
            f"+81-3-{number[2:6]}-{number[6:]}",
        )
    )


def _contacts(random: Random) -> str:
    return "".join(
        f"BEGIN:VCARD\nVERSION:3.0\nFN:{person(random)}\nORG:{company(random)}\nTEL;TYPE=CELL:{_abroad(random)}\nTEL;TYPE=WORK:{phone(random)}\nNOTE:マイナンバー担当\nREV:{moment(random):%Y%m%dT%H%M%SZ}\nEND:VCARD\n"
        for _ in range(20)
    )


def _phone_table(random: Random) -> str:
    rows = "".join(
        f"{person(random)},{_abroad(random)},{mobile(random).replace('-', '')},{random.choice(('済', '未'))}\n"
        for _ in range(30)
    )
    return f"氏名,携帯（国番号付き）,携帯,マイナンバー提出\n{rows}"


def _state_budget(random: Random) -> str:
    rows = "".join(
        f"{random.choice(('マイナンバー制度関連経費', '個人番号カード交付事務費補助金', '情報連携基盤'))} {random.randrange(10**11, 10**12):,}円 {random.randrange(10**11, 10**12):,} △{random.randrange(10**11, 10**12):,}\n"
        for _ in range(20)
    )
    return f"令和{random.randrange(5, 9)}年度 予算（単位：円）\n{rows}"


def _document_numbers(random: Random) -> str:
    rows = "".join(
        f"No.{moment(random):%Y%m%d}-{random.randrange(1, 300):04d} {moment(random):%Y-%m%d}-{random.randrange(1, 300):04d} 総人発{moment(random):%Y}第{random.randrange(900)}号 マイナンバー取扱規程の改定について {moment(random):%Y/%m/%d %H:%M}\n"
        for _ in range(25)
    )
    return f"発番簿\n{rows}"


def _shifts(random: Random) -> str:
    times = ("0830", "0900", "0930", "1000", "1200", "1300", "1715", "1730", "1800", "2200")
    rows = "".join(
        f"{person(random)}　{random.choice(times)} {random.choice(times)} {random.choice(times)}　{random.choice(times)}-{random.choice(times)}-{random.choice(times)}\n"
        for _ in range(25)
    )
    return f"マイナンバー事務取扱担当者 勤務予定表\n氏名　出勤 休憩 退勤　前週\n{rows}"


def _extensions(random: Random) -> str:
    first = random.randrange(1000, 9000)
    return (
        f"マイナンバー担当窓口（内線 {first} {first + 1} {first + 2}）\n"
        f"個人番号関係事務の問合せ：内線{first}、{first + 3}、{first + 7}\n"
        f"受講者 社員番号 {_four(random)}, {_four(random)}, {_four(random)}, {_four(random)}\n"
        f"座席 {_four(random)} {_four(random)} 会議室 {_four(random)}\n"
    )


def _utility(random: Random) -> str:
    label = random.choice(
        (
            "お客様番号",
            "契約番号",
            "会員番号",
            "顧客番号",
            "受付番号",
            "証券番号",
            "予約番号",
            "整理番号",
        )
    )
    return (
        f"ご利用のお知らせ\n{person(random)} 様\n〒{postal(random)} {address(random)}\n{label}：{look_alike(random)}\n"
        f"供給地点特定番号 03-{_four(random)}-{_four(random)}-{_four(random)}-{_four(random)}-{_four(random)}\n"
        f"ご請求額 {amount(random)}円 振替日 {day(random)}\n※お手続きにマイナンバー（個人番号）は不要です。\n電話 {phone(random)}\n"
    )


def _payslip(random: Random) -> str:
    return (
        f"給与明細書 {moment(random):%Y年%m月}分\n社員番号 {random.randrange(10**6):06d} 氏名 {person(random)}\n"
        f"基本給 {amount(random)} 時間外 {amount(random)} 通勤 {amount(random)}\n健康保険 {amount(random)} 厚生年金 {amount(random)} 雇用保険 {amount(random)}\n"
        f"所得税 {amount(random)} 住民税 {amount(random)} 差引支給 {amount(random)}\n扶養 {random.randrange(4)}人（扶養控除等申告書提出済、個人番号は別管理）\n"
        f"振込 見本銀行 本店 普通 {random.randrange(10**7):07d} {amount(random)}円 年末調整 受付 {moment(random):%Y%m%d%H%M}\n"
    )


def _calendar(random: Random) -> str:
    events = "".join(
        f"BEGIN:VEVENT\nUID:{look_alike(random)}@example\nDTSTAMP:{moment(random):%Y%m%dT%H%M%SZ}\nDTSTART;TZID=Asia/Tokyo:{moment(random):%Y%m%dT%H%M%S}\nSUMMARY:マイナンバー研修\nDESCRIPTION:Zoom {random.randrange(10**10, 10**11)} 問合せ {_abroad(random)}\nEND:VEVENT\n"
        for _ in range(15)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n"


def _positions(random: Random) -> str:
    return "".join(
        f"{random.uniform(24, 46):.6f},{random.uniform(123, 146):.6f},{random.uniform(0, 99):.2f},{moment(random):%Y-%m-%dT%H:%M:%S}\n"
        f"$GPGGA,{moment(random):%H%M%S}.00,{random.uniform(2400, 4600):.4f},N,{random.uniform(12300, 14600):.4f},E,1,08,0.9\n"
        for _ in range(40)
    )


def _lock_file(random: Random) -> str:
    packages = {
        f"node_modules/p{at}": {
            "version": f"{random.randrange(20)}.{random.randrange(99)}.{random.randrange(20)}-{moment(random):%Y%m%d%H%M}",
            "resolved": f"https://registry.example/p/-/p-{random.randrange(99)}.tgz",
            "integrity": f"sha512-{base64.b64encode(random.randbytes(64)).decode()}",
        }
        for at in range(15)
    }
    return json.dumps(
        {"name": "mynumber-app", "lockfileVersion": 3, "packages": packages}, indent=2
    )


def _cloud_projects(random: Random) -> str:
    return "".join(
        f'resource "google_project" "mynumber_{at}" {{\n  number     = "{look_alike(random)}"\n  project_id = "mynumber-prod-{random.randrange(10**6):06d}"\n}}\n'
        f'role_arn = "arn:aws:iam::{look_alike(random)}:role/mynumber"\nimage = "{look_alike(random)}.dkr.ecr.ap-northeast-1.amazonaws.com/mynumber:{moment(random):%Y%m%d%H%M}"\n'
        f"account_id = {look_alike(random)}\n"
        for at in range(10)
    )


def _attendance(random: Random) -> str:
    rows = "".join(
        f"{random.randrange(1000, 10**4)}\t{person(random)}\t{moment(random):%Y/%m/%d}\t{moment(random):%H:%M}\t{moment(random):%H:%M}\t{random.randrange(60, 101)}\t{random.choice(('合格', '再試験'))}\n"
        for _ in range(30)
    )
    return f"マイナンバー研修 出席簿\n社員番号\t氏名\t受講日\t開始\t終了\t点数\t判定\n{rows}"


def _quiz(random: Random) -> str:
    return (
        "マイナンバー理解度テスト\n問1 個人番号は何桁ですか。 ア 10桁 イ 11桁 ウ 12桁 エ 13桁\n"
        f"解答欄 {' '.join(str(random.randrange(1, 5)) for _ in range(12))}\n正解 {''.join(random.choice('アイウエ') for _ in range(12))}\n"
        f"採点 {'|'.join(str(random.randrange(2)) for _ in range(12))} 計 {random.randrange(13)}/12\n氏名 {person(random)} 受講番号 {random.randrange(10**5):05d}\n"
    )


def _history(random: Random) -> str:
    return "".join(
        f"commit {random.getrandbits(160):040x}\nAuthor: {person(random)} <{random.randrange(10**8)}+u@users.example>\nDate:   {moment(random):%a %b %d %H:%M:%S %Y} +0900\n\n    evidence: マイナンバー研修の記録 ({moment(random):%Y%m%d%H%M}) #{random.randrange(999)}\n\n"
        for _ in range(15)
    )


def _drawing(random: Random) -> str:
    points = " ".join(
        f"{random.randrange(1000, 10**4)},{random.randrange(1000, 10**4)}" for _ in range(60)
    )
    path = " ".join(f"L{random.randrange(10**4)} {random.randrange(10**4)}" for _ in range(60))
    return f'<svg xmlns="http://www.w3.org/2000/svg"><title>マイナンバー取扱区域 配置図</title><polyline points="{points}"/><path d="M0 0 {path}"/></svg>'


def _statistics(random: Random) -> str:
    rows = "".join(
        f"{random.choice(('北海道', '東京都', '大阪府', '福岡県'))} {random.randrange(1000, 10**4)} {random.randrange(1000, 10**4)} {random.randrange(1000, 10**4)} {random.randrange(1000, 10**4)} {random.random():.4f}\n"
        for _ in range(30)
    )
    return f"個人番号カード交付枚数（千枚）\n都道府県 1月 2月 3月 4月 率\n{rows}"


DESKS: Mapping[str, tuple[str, Callable[[Random], str]]] = {
    "contacts": ("contacts.vcf", _contacts),
    "phones abroad": ("phones.csv", _phone_table),
    "state budget": ("予算書.txt", _state_budget),
    "document numbers": ("発番簿.txt", _document_numbers),
    "shifts": ("勤務表.txt", _shifts),
    "extensions": ("窓口.txt", _extensions),
    "utility": ("お知らせ.txt", _utility),
    "payslip": ("明細.txt", _payslip),
    "calendar": ("研修.ics", _calendar),
    "positions": ("gps.csv", _positions),
    "lock file": ("package-lock.json", _lock_file),
    "cloud projects": ("main.tf", _cloud_projects),
    "attendance": ("出席簿.tsv", _attendance),
    "quiz": ("テスト.txt", _quiz),
    "history": ("log.txt", _history),
    "drawing": ("配置図.svg", _drawing),
    "statistics": ("交付枚数.txt", _statistics),
}
