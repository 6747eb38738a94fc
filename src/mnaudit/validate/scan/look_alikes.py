"""What else could these twelve digits be? One rule for each look-alike of the data file.

A rule sees the digits, how they are grouped, and the characters around. It only says what something
looks like; in which context that hides a number is decided by ``controls/individual-number.yaml``.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from mnaudit.model.corporate_number import is_corporate_number
from mnaudit.model.scan_rules import Form
from mnaudit.validate.scan.characters import IGNORED
from mnaudit.validate.scan.check_digit import is_card_number, is_product_code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mnaudit.validate.scan.candidates import Candidate, Neighbor

__all__ = ["BY_DIGITS", "BY_TEXT", "rule_of"]

_AROUND: Final = 120
_UUID: Final = re.compile(
    r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}(?![0-9A-Fa-f])"
)
_TOKEN_BEFORE: Final = re.compile(r"[!-~]{1,120}\Z")
_TOKEN_BEHIND: Final = re.compile(r"[!-~]{1,120}")
_ADDRESS: Final = re.compile(r"://|\bwww\.|\barn:|\burn:|@[A-Za-z0-9-]+\.|@\Z|apps\.google")
_LETTER: Final = "[A-Za-z\uff21-\uff3a\uff41-\uff5a\u00c0-\u024f\u0391-\u03c9\u0410-\u044f]"
_GLUED_BEFORE: Final = re.compile(rf"({_LETTER}+)-?[{IGNORED}]*\Z")
_GLUED_BEHIND: Final = re.compile(rf"[{IGNORED}]*({_LETTER}+)")
_KNOWN_BEFORE: Final = frozenset({"no", "nr", "num", "number", "mynumber", "id"})
_KNOWN_BEHIND: Final = frozenset({"l", "n"})
"""Suffixes of long integers in Java and JavaScript."""
_CURRENCY_BEFORE: Final = re.compile(r"(?:[¥￥$\uff04€£₩金]|JPY|USD|EUR)[\s]?\Z")
_UNIT_BEHIND: Final = re.compile(
    r"[\s]{0,2}(?:[円圓万億兆千百十元％%℃㎡㎞]|ドル|ユーロ|ウォン|バイト|ポイント|トン|JPY|USD|EUR"
    r"|bytes?\b|[KMGT]i?B\b|[km]?[gm]\b|[nμum]?s(?:ec)?\b|[件個台枚本冊株口回歩票](?![一-鿿ァ-ヶー]))"
)
_HEX_BEHIND: Final = re.compile(r"([ \-]?)([0-9A-Fa-f]+)(?![0-9A-Za-z])")
_HEX_BEFORE: Final = re.compile(r"(?<![0-9A-Za-z])([0-9A-Fa-f]+)([ \-]?)\Z")
_STAMPED: Final = re.compile(r"[A-Za-z]{2,}[_-]\Z|[_-]\Z")


def _is_longer(found: Candidate) -> bool:
    return found.is_longer


def _is_corporate(found: Candidate) -> bool:
    """A check digit apart from its twelve digits: 法人番号, invoice numbers."""
    return is_corporate_number(_joined(found, found.before, 1) + found.digits)


def _is_product(found: Candidate) -> bool:
    """JAN or EAN with its first or last digit apart, or UPC in its own groups."""
    if found.lengths == (1, 5, 5, 1):
        return is_product_code(found.digits)
    return _with_sides(found, 1, is_product_code)


def _is_card(found: Candidate) -> bool:
    """The first or the last twelve digits of a payment card of sixteen."""
    return _with_sides(found, 4, is_card_number)


def _with_sides(found: Candidate, length: int, is_right: Callable[[str], bool]) -> bool:
    """Tell whether the digits and a group of a length beside them have a right check digit."""
    before, behind = (_joined(found, side, length) for side in (found.before, found.after))
    return (before != "" and is_right(before + found.digits)) or (
        behind != "" and is_right(found.digits + behind)
    )


def _joined(found: Candidate, side: Neighbor | None, length: int) -> str:
    """Return the digits beside a candidate, if so many are tied to it as its own groups are."""
    if side is None or len(side.digits) != length or side.kind not in {" ", "-"}:
        return ""
    return side.digits if side.kind == (found.kinds or side.kind)[0] else ""


def _is_timestamp(found: Candidate) -> bool:
    """YYYYMMDDHHMM of our time, or two days of a year: YYYY MMDD MMDD."""
    digits = found.digits
    return "1990" <= digits[:4] <= "2039" and _is_moment(digits[4:])


def _is_short_timestamp(found: Candidate) -> bool:
    """YYMMDDHHMMSS."""
    digits = found.digits
    return _is_moment(digits[2:10]) and digits[10:] <= "59"


def _is_stamped_name(text: str, found: Candidate) -> bool:
    """YYMMDDHHMMSS or YYYYMMDDNNNN behind a name, as cameras, backups and offices write it."""
    if _STAMPED.search(text, max(0, found.start - 24), found.start) is None:
        return False
    digits = found.digits
    is_day = "1990" <= digits[:4] <= "2039" and _is_moment(digits[4:8] + "0000")
    return is_day or (_is_short_timestamp(found) and "10" <= digits[:2] <= "39")


def _is_moment(digits: str) -> bool:
    """Tell whether eight digits are month, day, hour and minute."""
    month, day, hour, minute = digits[:2], digits[2:4], digits[4:6], digits[6:]
    return "01" <= month <= "12" and "01" <= day <= "31" and hour <= "23" and minute <= "59"


def _is_years(found: Candidate) -> bool:
    """Years, or months of years, side by side."""
    if found.lengths == (6, 6):
        return all(_is_year(group[:4]) and "01" <= group[4:] <= "12" for group in found.groups)
    return found.lengths == (4, 4, 4) and all(map(_is_year, found.groups))


def _is_year(digits: str) -> bool:
    return "1900" <= digits <= "2100"


def _is_dated(found: Candidate) -> bool:
    """Year, day and a number of four digits, as records are numbered: 2026-0401-0012."""
    if found.lengths not in {(4, 4, 4), (8, 4)}:
        return False
    digits = found.digits
    return "1990" <= digits[:4] <= "2039" and _is_day((digits[4:6], digits[6:8]))


def _is_times(found: Candidate) -> bool:
    """Times of a clock, in steps of five minutes: 0900 1230 1730."""
    return found.lengths == (4, 4, 4) and all(
        "0500" <= group <= "2400" and group[2:] <= "55" and group[3] in "05"
        for group in found.groups
    )


def _is_date(found: Candidate) -> bool:
    """A day and something else, in groups."""
    lengths, groups = found.lengths, found.groups
    for at, length in enumerate(lengths):
        if length == 4 and _is_year(groups[at]):  # noqa: PLR2004 - of a year
            for pair in (groups[at + 1 : at + 3], groups[max(0, at - 2) : at]):
                if [len(part) in {1, 2} for part in pair] == [True, True] and _is_day(pair):
                    return True
    return lengths == (2,) * 6 and len(set(found.kinds)) > 1 and _is_short_timestamp(found)


def _is_day(pair: tuple[str, ...]) -> bool:
    first, second = sorted(map(int, pair))
    return 1 <= first <= 12 and second <= 31  # noqa: PLR2004 - months and days


def _is_phone(text: str, found: Candidate) -> bool:
    """A number of ITU-T E.164 or of Japan's plan: 0A-BBBB-CCCC, 090-…, +81."""
    first, *rest = found.groups
    lengths = found.lengths
    is_signed = "+" in text[max(0, found.start - 2) : found.start].replace("＋", "+")
    if is_signed and found.digits.startswith("81"):
        return True
    if first == "81" and len(lengths) > 2 and lengths[-1] == 4:  # noqa: PLR2004 - the subscriber's
        return True
    if first[0] != "0" or len(lengths) < 3:  # noqa: PLR2004 - area, exchange, subscriber
        return False
    if lengths[:3] == (4, 3, 3):  # 0120, 0570, 0800
        return True
    return lengths[:3] != (4, 4, 4) and len(first + rest[0]) in {6, 7} and lengths[2] == 4  # noqa: PLR2004


def _is_signed_phone(text: str, found: Candidate) -> bool:
    """The sign of international numbers before it."""
    return text[max(0, found.start - 2) : found.start].rstrip(" (").endswith(("+", "＋"))


def _is_bare_phone(found: Candidate) -> bool:
    """+81 90, 80, 70 or 50 without its sign."""
    return found.digits[:4] in {"8190", "8180", "8170", "8150"}


def _is_amount(text: str, found: Candidate) -> bool:
    """Money or a quantity: a sign before it, a unit behind it, or groups of three with commas."""
    if set(found.kinds) == {","} and found.lengths[1:] == (3,) * (len(found.lengths) - 1):
        return True
    if _CURRENCY_BEFORE.search(text, max(0, found.start - 4), found.start):
        return True
    return _UNIT_BEHIND.match(text, found.end) is not None


def _is_decimal(found: Candidate) -> bool:
    """A fraction: one point, digits before it and behind it that are not all zeros."""
    if len(found.groups) == 2 and found.kinds == ".":  # noqa: PLR2004 - before and behind the point
        return True
    before, behind = found.before, found.after
    if (
        before is not None
        and before.between in {".", "．"}
        and found.form in {Form.BARE, Form.SHORT}
    ):
        return True
    return behind is not None and behind.between in {".", "．"} and behind.digits.strip("0") != ""


def _is_dotted(found: Candidate) -> bool:
    """An IPv4 address, a version, the number of a chapter."""
    return len(found.groups) >= 4 and set(found.kinds) == {"."}  # noqa: PLR2004 - three points


def _is_mac(found: Candidate) -> bool:
    """Six pairs with hyphens."""
    return found.lengths == (2,) * 6 and set(found.kinds) == {"-"}


def _is_uuid(text: str, found: Candidate) -> bool:
    """Part of a UUID (RFC 9562)."""
    start = max(0, found.start - 36)
    return any(
        match.start() <= found.start and found.end <= match.end()
        for match in _UUID.finditer(text, start, min(len(text), found.end + 36))
    )


def _is_hexadecimal(text: str, found: Candidate) -> bool:
    """Part of a dump: a group of the same length with letters goes before or on."""
    length = found.lengths[0]
    behind = _HEX_BEHIND.match(text, found.end)
    before = _HEX_BEFORE.search(text, max(0, found.start - 24), found.start)
    return any(
        len(group) == length and not group.isdecimal()
        for group in (behind[2] if behind else "", before[1] if before else "")
    )


def _is_address(text: str, found: Candidate) -> bool:
    """Part of a URL, a mail address or a resource name."""
    before = _TOKEN_BEFORE.search(text, max(0, found.start - _AROUND), found.start)
    behind = _TOKEN_BEHIND.match(text, found.end)
    token = (before[0] if before else "") + "0" + (behind[0] if behind else "")
    return _ADDRESS.search(token) is not None


def _is_glued(text: str, found: Candidate) -> bool:
    """Part of a word or of a code: letters touch it, or a hyphen ties letters to it."""
    before = _GLUED_BEFORE.search(text, max(0, found.start - 24), found.start)
    behind = _GLUED_BEHIND.match(text, found.end)
    return (before is not None and before[1].lower() not in _KNOWN_BEFORE) or (
        behind is not None and behind[1].lower() not in _KNOWN_BEHIND
    )


def _is_part_of_code(found: Candidate) -> bool:
    """Run together, and a hyphen or the like ties it to other digits: a branch, a revision."""
    if found.form is not Form.BARE:
        return False
    return any(
        side is not None and side.kind in "-._/" and side.between == side.between.strip() != ""
        for side in (found.before, found.after)
        if not (side is not None and side.kind == "." and side.digits.strip("0") == "")
    )


def _is_rating(found: Candidate) -> bool:
    """Answers from one to five, or yes and no, one in a cell."""
    answers = set(found.digits)
    return found.form is Form.BOXED and (answers <= set("12345") or answers <= set("01"))


def _is_counting(found: Candidate) -> bool:
    """Placeholders: one digit over and over, or 1, 2, 3 and so on."""
    digits = found.digits
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
    return steps <= {1} or steps <= {9} or len(set(digits)) == 1


BY_DIGITS: Final[Mapping[str, Callable[[Candidate], bool]]] = {
    "bare-phone": _is_bare_phone,
    "card": _is_card,
    "corporate-number": _is_corporate,
    "counting": _is_counting,
    "date": _is_date,
    "dated-number": _is_dated,
    "decimal": _is_decimal,
    "longer": _is_longer,
    "mac-address": _is_mac,
    "part-of-code": _is_part_of_code,
    "points": _is_dotted,
    "product-code": _is_product,
    "rating": _is_rating,
    "short-timestamp": _is_short_timestamp,
    "times": _is_times,
    "timestamp": _is_timestamp,
    "years": _is_years,
}
"""Rules that look at the digits and their groups, by id."""

BY_TEXT: Final[Mapping[str, Callable[[str, Candidate], bool]]] = {
    "address": _is_address,
    "amount": _is_amount,
    "foreign-phone": _is_signed_phone,
    "glued": _is_glued,
    "hexadecimal": _is_hexadecimal,
    "phone": _is_phone,
    "stamped-name": _is_stamped_name,
    "uuid": _is_uuid,
}
"""Rules that look at the characters around, too."""


def rule_of(name: str) -> Callable[[str, Candidate], bool]:
    """Return a rule by its id in the data file.

    Raises:
        KeyError: There is no such rule.
    """
    if name in BY_TEXT:
        return BY_TEXT[name]
    by_digits = BY_DIGITS[name]
    return lambda _text, found: by_digits(found)
