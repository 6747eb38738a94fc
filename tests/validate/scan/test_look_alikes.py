from __future__ import annotations

import pytest
from tests.scan.numbers import NUMBERS

from mnaudit.validate.scan.candidates import candidates
from mnaudit.validate.scan.look_alikes import rule_of

N = NUMBERS[0]
FOURS = (N[:4], N[4:8], N[8:])


ALIKE = [
    ("address", f"https://example.jp/{N}"),
    ("address", f"<{N}@mail.example>"),
    ("amount", f"¥ {N}"),
    ("amount", f"{N}円"),
    ("amount", f"{N} 件"),
    ("amount", f"{int(N):,}"),
    ("bare-phone", "8190" + "12345678"),
    ("card", "4111 1111 " + "1111 1111"),
    ("corporate-number", "7 0000 1205 " + "0002"),
    ("counting", "1234 5678 " + "9012"),
    ("counting", "9876 5432 " + "1098"),
    ("counting", "1111 1111 " + "1111"),
    ("date", "2026/04/01 " + "1234"),
    ("date", "01-04-2026 " + "1234"),
    ("date", "26-04-01 12/34/" + "56"),
    ("dated-number", "2026-0401-" + "0012"),
    ("dated-number", "20260401-" + "0012"),
    ("decimal", "1700000000." + "12"),
    ("decimal", f"0.{N}"),
    ("decimal", f"{N}.5"),
    ("foreign-phone", f"+{N}"),
    ("glued", f"SN{N}"),
    ("glued", f"AB-{N}"),
    ("glued", f"{N}kg"),
    ("hexadecimal", f"12ab {' '.join(FOURS)}"),
    ("hexadecimal", f"{' '.join(FOURS)} 12ab"),
    ("longer", "-".join(["1234"] * 4)),
    ("mac-address", "12-34-56-78-90-" + "18"),
    ("part-of-code", f"{N}-01"),
    ("part-of-code", f"3/{N}"),
    ("phone", "+81 3 1234 " + "56789"),
    ("phone", "81-90-1234-" + "5678"),
    ("phone", "03-1234-5678 " + "12"),
    ("phone", "0120-123-456 " + "12"),
    ("points", "192.168.100." + "200"),
    ("product-code", "4 901234 " + "567894"),
    ("product-code", "490123456789 " + "4"),
    ("product-code", "0 36000 29145 " + "2"),
    ("rating", "1 2 3 4 5 1 2 3 4 5 1 " + "2"),
    ("rating", "0|1|1|0|0|1|0|1|1|0|1|" + "0"),
    ("short-timestamp", "260401" + "123456"),
    ("stamped-name", "IMG_260401" + "123456"),
    ("stamped-name", "list_20260401" + "0012"),
    ("times", "0900 1230 " + "1730"),
    ("timestamp", "20260401" + "0930"),
    ("uuid", "550e8400-e29b-41d4-a716-" + "446655440000"),
    ("years", "2019 2020 " + "2021"),
    ("years", "202401 " + "202402"),
]


UNLIKE = [
    ("address", f"個人番号 {N}"),
    ("amount", f"{N} 件名"),
    ("card", f"{' '.join(FOURS)}-1111"),
    ("counting", N),
    ("date", "2026/13/41 " + "1234"),
    ("dated-number", N),
    ("decimal", f"{N}.0"),
    ("decimal", f"No.{N}"),
    ("glued", f"No{N}"),
    ("glued", f"{N}n"),
    ("hexadecimal", f"1234 {' '.join(FOURS)} xyz"),
    ("part-of-code", f"{N}.0"),
    ("part-of-code", f"{N} - 1"),
    ("part-of-code", "-".join(FOURS)),
    ("phone", N),
    ("phone", "1234 5678 " + "9018"),
    ("phone", "0123 4567 " + "8903"),
    ("phone", "0123456-78-" + "903"),
    ("points", "1234.5678." + "9018"),
    ("rating", "1 2 3 4 5 6 7 8 9 0 1 " + "8"),
    ("short-timestamp", "261301" + "123456"),
    ("stamped-name", "IMG_991301" + "123456"),
    ("stamped-name", f"見本 {N}"),
    ("times", "2000 0000 " + "0000"),
    ("uuid", f"550e8400-{N}"),
    ("years", "2019 2020 " + "3021"),
]


def ids(cases: list[tuple[str, str]]) -> list[str]:
    """Name a case by its rule and a letter, never by its digits."""
    return [f"{name} {chr(97 + at)}" for at, (name, _) in enumerate(cases)]


def looks_like(name: str, text: str) -> bool:
    rule = rule_of(name)
    return any(rule(text, found) for found in candidates(text))


@pytest.mark.parametrize(("name", "text"), ALIKE, ids=ids(ALIKE))
def test_a_look_alike_is_known(name: str, text: str) -> None:
    assert looks_like(name, text)


@pytest.mark.parametrize(("name", "text"), UNLIKE, ids=ids(UNLIKE))
def test_what_only_resembles_a_look_alike_is_none(name: str, text: str) -> None:
    assert not looks_like(name, text)


def test_an_unknown_rule_is_an_error() -> None:
    with pytest.raises(KeyError):
        rule_of("unknown")
