"""Words and numbers of Japanese offices, drawn from a seeded generator."""

# ruff: noqa: RUF001 - Japanese offices write with these very characters
from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.scan.numbers import twelve, valid_twelve

if TYPE_CHECKING:
    from random import Random

__all__ = [
    "address",
    "amount",
    "company",
    "corporate_number",
    "day",
    "encoded",
    "jan",
    "look_alike",
    "mobile",
    "moment",
    "person",
    "phone",
    "postal",
    "registry_number",
    "slip_number",
]

_FAMILY = (
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "髙橋",
    "斎藤",
)
_GIVEN = (
    "花子",
    "太郎",
    "一郎",
    "次郎",
    "三郎",
    "美咲",
    "健一",
    "直子",
    "千尋",
    "五郎",
    "八重",
    "万里子",
    "四季",
    "六花",
)
_TRADES = (
    "見本",
    "例示",
    "試験",
    "東西",
    "南北",
    "山川",
    "海空",
    "三井野",
    "四谷",
    "八千代",
    "一ツ橋",
    "九段",
    "百年",
    "千歳",
)
_FORMS = ("株式会社{}", "{}株式会社", "有限会社{}", "合同会社{}", "一般社団法人{}")
_PLACES = (
    "東京都千代田区霞が関三丁目1番1号",
    "大阪府大阪市北区中之島1-3-20",
    "愛知県名古屋市中区三の丸三丁目1番2号 第二ビル4階",
    "福岡県福岡市博多区博多駅東2丁目10-7",
    "北海道札幌市中央区北3条西6丁目",
    "京都府京都市上京区下立売通新町西入",
)


def person(random: Random) -> str:
    return f"{random.choice(_FAMILY)}{random.choice((' ', '　', ''))}{random.choice(_GIVEN)}"


def company(random: Random) -> str:
    return random.choice(_FORMS).format(random.choice(_TRADES) + random.choice(_TRADES))


def address(random: Random) -> str:
    return random.choice(_PLACES)


def postal(random: Random) -> str:
    return f"{random.randrange(1000):03d}-{random.randrange(10000):04d}"


def phone(random: Random) -> str:
    area = random.choice(("03", "06", "052", "092", "0120", "050", "0467"))
    rest = 10 - len(area) + (area == "050")
    middle = rest - 4
    mark = random.choice(("-", "-", "-", "", " ", "－", "‐"))
    first = f"{random.randrange(10**middle):0{middle}d}"
    return f"{area}{mark}{first}{mark}{random.randrange(10**4):04d}"


def mobile(random: Random) -> str:
    head = random.choice(("070", "080", "090"))
    return f"{head}-{random.randrange(10**4):04d}-{random.randrange(10**4):04d}"


def amount(random: Random) -> str:
    return f"{random.randrange(1, 10 ** random.randrange(3, 10)):,}"


def moment(random: Random) -> datetime:
    return datetime(2015, 10, 5) + timedelta(seconds=random.randrange(12 * 365 * 86400))  # noqa: DTZ001 - prints


def day(random: Random) -> str:
    form = random.choice(("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%Y.%m.%d"))
    return moment(random).strftime(form)


def look_alike(random: Random) -> str:
    """Return twelve digits of something else; every other one has the right check digit."""
    return valid_twelve(random) if random.random() < 0.5 else twelve(random)


def slip_number(random: Random) -> str:
    """Return the number of a parcel: twelve digits, the last is the rest by seven."""
    base = random.randrange(10**11)
    digits = f"{base:011d}{base % 7}"
    if random.random() < 0.5:
        return digits
    return random.choice(("-", " ", "－", "")).join((digits[:4], digits[4:8], digits[8:]))


def registry_number(random: Random) -> str:
    """Return a 会社法人等番号; it looks like an Individual Number one time in two here."""
    digits = look_alike(random)
    return digits if random.random() < 0.6 else f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def corporate_number(random: Random) -> str:
    """Return a 法人番号 whose last twelve digits look like an Individual Number every other time."""
    base = look_alike(random)
    total = sum(int(d) * (1 if at % 2 == 0 else 2) for at, d in enumerate(reversed(base)))
    return f"{9 - total % 9}{base}"


def jan(random: Random) -> str:
    """Return a JAN code of Japan: 45 or 49, thirteen digits, its own check digit."""
    base = random.choice(("45", "49")) + f"{random.randrange(10**10):010d}"
    total = sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(base))
    return f"{base}{-total % 10}"


def encoded(random: Random, text: str) -> bytes:
    """Encode as offices do: mostly UTF-8 and cp932, what cannot be written is dropped."""
    encoding = random.choice(("utf-8", "utf-8", "utf-8-sig", "cp932", "cp932", "utf-16", "euc_jp"))
    return text.encode(encoding, errors="ignore")
