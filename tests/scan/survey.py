"""Print every miss and every false alarm: ``python -m tests.scan.survey``. No digit is printed."""

# ruff: noqa: T201 - a program for the terminal
from __future__ import annotations

import time
from collections import Counter

from tests.scan.negatives import KINDS, STREAMS, documents, stream
from tests.scan.positives import positives
from tests.scan.running import missing, scan
from tests.scan.unreadables import unreadables


def main() -> None:
    """Run the whole corpus."""
    start = time.perf_counter()
    wrong = [
        (one.id, why) for one in positives() if (why := missing(one, scan(one.name, one.build())))
    ]
    for name, why in wrong:
        print(f"POSITIVE {name}: {why}")
    print(f"== {len(wrong)} of {len(positives())} positives wrong, {_since(start)}")
    start = time.perf_counter()
    _negatives()
    print(f"== negatives, {_since(start)}")
    start = time.perf_counter()
    for which in STREAMS:
        codes: Counter[str] = Counter()
        strings = 0
        for count, name, data in stream(which):
            strings += count
            codes.update(hit.code for hit in scan(name, data).hits)
        print(f"STREAM {which}: {dict(codes)} in {strings} strings")
    print(f"== streams, {_since(start)}")
    for one in unreadables():
        start = time.perf_counter()
        got = {f"{each.code} {each.reason}" for each in scan(one.name, one.build()).unreadable}
        right = any(code.split()[0] in one.expected.split("|") for code in got)
        print(
            f"UNREADABLE {'ok' if right else 'WRONG'} {one.id}: expected {one.expected}, got {got}, {_since(start)}"
        )


def _negatives() -> None:
    for kind in KINDS:
        codes: Counter[str] = Counter()
        reasons: Counter[str] = Counter()
        first = None
        for seed, name, data in documents(kind):
            result = scan(name, data)
            codes.update(hit.code for hit in result.hits)
            codes.update(one.code for one in result.unreadable)
            for hit in result.hits:
                reasons[f"{hit.code} {hit.reason}"] += 1
                if hit.code == "MN501" and first is None:
                    first = (seed, hit.place)
        if codes:
            print(f"NEGATIVE {kind}: {dict(codes)} {dict(reasons)} first {first}")


def _since(start: float) -> str:
    return f"{time.perf_counter() - start:.1f} s"


if __name__ == "__main__":
    main()
