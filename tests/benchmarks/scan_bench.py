r"""How fast does mnaudit scan, and how large does it get, beside a peer and a bare regex?

- ``staged``: a whole process of ``mnaudit scan --staged`` on ten small files (at most 0.5 s).
- ``tree``: bytes per second and core on a tree of evidence-like texts (at least 200 MB/s), of all
  kinds and of each, beside reading it, ``re.search(rb"\d{12}")`` on it, and detect-secrets, which
  looks for other secrets, if it is installed.
- ``look``: the detection alone, in memory: the quick look at bytes, and judging every line.
- ``memory``: the peak of one process on a log of 1 GB (at most 256 MB).

Whole processes are run in turns, so that a busy machine slows all of them alike. Nothing fails here
on a slow day: a bar that is missed is printed as missed. ``nox -s bench`` runs all of them.

Usage: ``python tests/benchmarks/scan_bench.py [staged] [look] [tree] [memory] [--megabytes 70] [--json FILE]``
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

from bench import WEIGH
from texts import KINDS, application_line, plant, text

from mnaudit.load.scan_rules import read_scan_rules
from mnaudit.load.shipped import shipped
from mnaudit.model.scan import Fragment, Place
from mnaudit.validate.scan import detect
from mnaudit.validate.scan.prefilter import ANY_FORM

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["main"]

ROUNDS = 7
ROUNDS_OF_TREE = 3
SCAN = (sys.executable, "-m", "mnaudit", "scan")
ONE_CORE = (*SCAN, ".", "--jobs", "1")
PEER = ("detect-secrets", "-c", "1", "scan", "--no-verify", "--all-files", ".")
MB = 10**6
GB_LOG = 10**9


def main() -> None:
    """Run what was asked for, and print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=[], choices=[*CASES, []])
    parser.add_argument("--megabytes", type=int, default=70, help="size of the tree")
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
        record = text(KINDS["records"], 2_000, Random(n))
        (repository / f"record-{n}.yaml").write_bytes(record)
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
    """Measure the throughput on each kind and on all, without the start of the process."""
    root, small = folder / "tree", folder / "small"
    sizes = plant(root, megabytes * MB, Random(0))
    small.mkdir()
    (small / "one.log").write_text(application_line(Random(0)), encoding="utf-8")
    size = sum(sizes.values())
    speeds = {
        "read": _speed(size, lambda: _each(root, len)),
        "regex": _speed(size, lambda: _each(root, re.compile(rb"\d{12}").search)),
    }
    took = _in_turns({"start": small, "all kinds": root, **{kind: root / kind for kind in sizes}})
    for kind, its_size in (sizes | {"all kinds": size}).items():
        speeds[f"mnaudit, {kind}"] = its_size / (took[kind] - took["start"]) / MB
    # From 64 MiB on these are really two processes.
    two = min(_timed([*SCAN, ".", "--jobs", "2"], root) for _ in range(ROUNDS_OF_TREE))
    speeds["mnaudit --jobs 2, with the start"] = size / two / MB
    if shutil.which(PEER[0]):
        speeds["detect-secrets, with the start"] = size / _timed(PEER, root) / MB
    else:
        print("no peer: detect-secrets is not installed")
    for name, speed in speeds.items():
        print(f"{name}: {speed:.1f} MB/s")
    print(_bar("mnaudit, all kinds", speeds["mnaudit, all kinds"], "MB/s", least=200))
    return {f"tree_mb_per_s {name}": speed for name, speed in speeds.items()}


def memory(folder: Path, _: int) -> dict[str, float]:
    """Weigh one process on a log of 1 GB."""
    log = folder / "big.log"
    block = text(KINDS["application-logs"], MB, Random(1))
    with log.open("wb") as file:
        for _part in range(GB_LOG // len(block) + 1):
            file.write(block)
    began = time.perf_counter()
    told = subprocess.run(
        [sys.executable, "-c", WEIGH, *SCAN, str(log)], check=True, capture_output=True
    ).stdout
    took = time.perf_counter() - began
    size = log.stat().st_size
    log.unlink()
    peak_kb, code = (int(figure) for figure in told.split())
    print(_bar("log of 1 GB", peak_kb / 1000, "MB", most=256))
    figures = {"memory_mb": peak_kb / 1000, "memory_exit_code": code}
    if code:  # then its time says nothing
        print(f"MISSED: log of 1 GB is not looked at to its end (exit code {code})")
        return figures
    print(f"log of 1 GB: {size / took / MB:.1f} MB/s")
    return figures | {"memory_mb_per_s": size / took / MB}


def look(folder: Path, megabytes: int) -> dict[str, float]:
    """Measure the detection alone, on bytes in memory: the quick look, and judging what it lets by."""
    root = folder / "look"
    size = sum(plant(root, megabytes * MB, Random(0)).values())
    files = [path.read_bytes() for path in root.rglob("*.*")]
    random = Random(2)
    lines = (f"{random.randrange(10**12):012} {application_line(random)}" for _ in range(5_000))
    dense = "".join(lines)
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


def _in_turns(folders: dict[str, Path]) -> dict[str, float]:
    """Scan each folder in each round, and return the best time of each."""
    rounds = [
        {name: _timed(ONE_CORE, folder) for name, folder in folders.items()}
        for _ in range(ROUNDS_OF_TREE)
    ]
    return {name: min(took[name] for took in rounds) for name in folders}


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
