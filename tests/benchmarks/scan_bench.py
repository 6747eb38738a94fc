r"""How fast does mnaudit scan, and how large does it get, beside a peer and a bare regex?

- ``staged``: a whole process of ``mnaudit scan --staged`` on ten small files (at most 0.5 s).
- ``tree``: bytes per second and core on a tree of evidence-like text (at least 200 MB/s), beside
  reading it, ``re.search(rb"\d{12}")`` on it, and detect-secrets if it is installed.
- ``look``: the detection alone, in memory: the quick look at bytes, and judging every line.
- ``memory``: the peak of one process on a log of 1 GB (at most 256 MB).

Whole processes are run in turns, so that a busy machine slows all of them alike. Nothing fails here
on a slow day: a bar that is missed is printed as missed.

Usage: ``python tests/benchmarks/scan_bench.py [staged] [look] [tree] [memory] [--megabytes 64] [--json FILE]``
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from mnaudit.load.scan_rules import read_scan_rules
from mnaudit.load.shipped import shipped
from mnaudit.model.scan import Fragment, Place
from mnaudit.validate.scan import detect
from mnaudit.validate.scan.prefilter import ANY_FORM

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["main"]

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 7
SCAN = (sys.executable, "-m", "mnaudit", "scan")
MB = 10**6
GB_LOG = 10**9

# The peak of a child begins at that of its parent, so it is started from a small one.
WEIGH = """
import os, sys
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[
    (os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)])
print(os.wait4(child, 0)[2].ru_maxrss)
"""

RECORD = """\
schema: mnaudit/training-record@1
id: TR-{year}-{n:05}
title: 特定個人情報の取扱いに関する研修（第 {n} 回）
held_on: {year}-{month:02}-{day:02}
place: 本社 {floor} 階 会議室
attendees:
{attendees}
note: |
  マイナンバーの取扱い担当者を対象に、安全管理措置の見直し点を説明した。
  資料は {year} 年度版を配布し、理解度テスト（{score} 点以上で合格）を行った。
"""
LOG = "{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} INFO 総務課 pc{n:03} がフォルダー 研修/{year} を開きました\n"


def main() -> None:
    """Run what was asked for, and print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=[], choices=[*CASES, []])
    parser.add_argument("--megabytes", type=int, default=64, help="size of the tree")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for case in asked.cases or CASES:
            figures |= CASES[case](Path(folder), asked.megabytes)
    if asked.json is not None:
        asked.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")


def staged(folder: Path, _: int) -> dict[str, float]:
    """Time whole processes on ten small files in the index."""
    repository = folder / "repository"
    repository.mkdir()
    git = ("git", "-C", str(repository))
    subprocess.run([*git, "init", "--quiet"], check=True)
    for n in range(10):
        (repository / f"record-{n}.yaml").write_text(_record(_random(n)), encoding="utf-8")
    subprocess.run([*git, "add", "--all"], check=True)
    bare = (sys.executable, "-c", "import click")
    took: dict[str, list[float]] = {"scan --staged": [], "python and click alone": []}
    for _round in range(ROUNDS):
        took["scan --staged"].append(_timed([*SCAN, "--staged"], repository))
        took["python and click alone"].append(_timed(bare, repository))
    for name, times in took.items():
        print(f"{name}: median {statistics.median(times):.3f} s, best {min(times):.3f} s")
    median = statistics.median(took["scan --staged"])
    print(_bar("scan --staged", median, "s", most=0.5))
    return {"staged_seconds": median}


def tree(folder: Path, megabytes: int) -> dict[str, float]:
    """Measure the throughput on records and logs, without the start of the process."""
    root = folder / "tree"
    size = _plant(root, megabytes * MB)
    small = folder / "small"
    _plant(small, 10_000)
    speeds = {
        "read": _speed(size, lambda: _each(root, len)),
        "regex": _speed(size, lambda: _each(root, re.compile(rb"\d{12}").search)),
    }
    start = min(_timed([*SCAN, ".", "--jobs", "1"], small) for _ in range(3))
    took = min(_timed([*SCAN, ".", "--jobs", "1"], root) for _ in range(3))
    speeds["mnaudit"] = size / (took - start) / MB
    took = min(_timed([*SCAN, ".", "--jobs", "2"], root) for _ in range(3))
    speeds["mnaudit, two processes, with the start"] = size / took / MB
    if shutil.which("detect-secrets"):
        took = _timed(("detect-secrets", "scan", "--all-files", "."), root)
        speeds["detect-secrets, with the start"] = size / took / MB
    for name, speed in speeds.items():
        print(f"{name}: {speed:.1f} MB/s")
    print(_bar("mnaudit", speeds["mnaudit"], "MB/s", least=200))
    return {f"tree_mb_per_s {name}": speed for name, speed in speeds.items()}


def memory(folder: Path, _: int) -> dict[str, float]:
    """Weigh one process on a log of 1 GB."""
    log = folder / "big.log"
    random = _random(1)
    block = "".join(_line(random) for _ in range(10_000)).encode()
    with log.open("wb") as file:
        for _part in range(GB_LOG // len(block) + 1):
            file.write(block)
    began = time.perf_counter()
    told = subprocess.run(
        [sys.executable, "-c", WEIGH, *SCAN, str(log)], check=True, capture_output=True
    ).stdout
    took = time.perf_counter() - began
    peak = int(told) / 1000
    print(f"log of 1 GB: {log.stat().st_size / took / MB:.1f} MB/s")
    print(_bar("log of 1 GB", peak, "MB", most=256))
    log.unlink()
    return {"memory_mb": peak, "memory_mb_per_s": GB_LOG / took / MB}


def look(folder: Path, megabytes: int) -> dict[str, float]:
    """Measure the detection alone, on bytes in memory: the quick look, and judging what it lets by."""
    root = folder / "look"
    size = _plant(root, megabytes * MB)
    files = [path.read_bytes() for path in root.rglob("*.*")]
    random = _random(2)
    dense = "".join(f"{random.randrange(10**12):012} {_line(random)}" for _ in range(5_000))
    rules, _ = read_scan_rules(shipped("controls"), None, date(2026, 4, 1))
    fragment = Fragment(dense, Place("dense.log", line=1, column=1))
    pattern = re.compile(rb"\d{12}")
    speeds = {
        "regex in memory": _speed(size, lambda: [pattern.search(file) for file in files]),
        "the quick look": _speed(size, lambda: [ANY_FORM.finds(file) for file in files]),
        "detect, a number a line": _speed(
            len(dense.encode()), lambda: list(detect([fragment], rules))
        ),
    }
    for name, speed in speeds.items():
        print(f"{name}: {speed:.1f} MB/s")
    print(_bar("the quick look", speeds["the quick look"], "MB/s", least=200))
    return {f"look_mb_per_s {name}": speed for name, speed in speeds.items()}


CASES: dict[str, Callable[[Path, int], dict[str, float]]] = {
    "staged": staged,
    "look": look,
    "tree": tree,
    "memory": memory,
}


def _plant(root: Path, size: int) -> int:
    """Write records and logs below a folder, and return how many bytes they have."""
    root.mkdir()
    random = _random(0)
    written = n = 0
    while written < size:
        n += 1
        is_log = n % 10 == 0
        text = "".join(_line(random) for _ in range(2000)) if is_log else _record(random)
        path = root / f"{n // 1000}" / f"{n}.{'log' if is_log else 'yaml'}"
        path.parent.mkdir(exist_ok=True)
        written += path.write_bytes(text.encode())
    return written


def _random(seed: int) -> Random:
    return Random(seed)


def _record(random: Random) -> str:
    attendees = "".join(
        f"- department: {random.choice(['総務部', '経理部', '人事部'])}\n  employee: E{random.randrange(10**4):04}\n"
        for _ in range(10)
    )
    return RECORD.format(
        n=random.randrange(10**5),
        floor=random.randrange(1, 9),
        score=80,
        attendees=attendees,
        **_day(random),
    )


def _line(random: Random) -> str:
    time_ = {
        "hour": random.randrange(24),
        "minute": random.randrange(60),
        "second": random.randrange(60),
    }
    return LOG.format(n=random.randrange(1000), **_day(random), **time_)


def _day(random: Random) -> dict[str, int]:
    return {"year": 2026, "month": random.randrange(1, 13), "day": random.randrange(1, 29)}


def _each(root: Path, look: Callable[[bytes], object]) -> None:
    for path in root.rglob("*.*"):
        look(path.read_bytes())


def _speed(size: int, work: Callable[[], object]) -> float:
    took = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return size / min(took) / MB


def _timed(command: tuple[str, ...] | list[str], folder: Path) -> float:
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=dict(os.environ), capture_output=True, check=False
    )
    took = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()[:500]}")
    return took


def _bar(
    name: str, value: float, unit: str, *, most: float | None = None, least: float | None = None
) -> str:
    if most is not None:
        return f"{'ok' if value <= most else 'MISSED'}: {name} {value:.2f} {unit} (at most {most} {unit})"
    return f"{'ok' if value >= (least or 0) else 'MISSED'}: {name} {value:.1f} {unit} (at least {least} {unit})"


if __name__ == "__main__":
    main()
