"""How fast and how large is mnaudit, beside its peers and beside what the machine can do at all?

Runs whole processes in turns (each round starts every contender once), so that a busy machine
slows all of them alike, and prints ratios of one run with the bar each is held to. Nothing fails
here on a slow day: a bar that is missed is printed as missed.

Every program is installed by pip, which compiles, into an environment of its own:
``check-jsonschema`` and ``detect-secrets`` exactly as their users get them. The floor is libyaml
itself, in C. The races of the scanner are in ``scan_bench.py``, and are run at the end.

Usage: ``nox -s bench -- [--files 1000] [--megabytes 70] [--json FILE]``
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
import venv
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["WEIGH", "main"]

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
LOCK = ROOT / ".ci" / "lock.txt"
AS_OF = "2026-03-31"
KIND = "training-record"
AUDITED_FILES = 500
AUDITED_BYTES = 50_000_000
ATTACHMENTS = 5

# Starts a command from a process as small as Python gets, and prints the peak of its memory and its
# exit code: the peak of a child begins at that of its parent, so the bench itself would be too large
# a parent. What is smaller than Python (about 10 MB) therefore cannot be weighed.
WEIGH = """
import os, sys
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[
    (os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)])
_, status, usage = os.wait4(child, 0)
print(usage.ru_maxrss, os.waitstatus_to_exitcode(status))
"""


@dataclass(frozen=True)
class Contender:
    """A command in a race, and the exit codes that mean it did its work."""

    name: str
    command: tuple[str, ...]
    codes: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Bar:
    """A promise: ``runner`` takes at most ``most`` times as long as ``base``.

    With ``least`` it is the other way round: ``base`` takes at least that many times as long.
    Without either the ratio is only told. What ``start`` takes is no part of what ``runner`` took.
    """

    runner: str
    base: str
    most: float | None = None
    least: float | None = None
    start: str | None = None


@dataclass
class Race:
    """Contenders that are compared, round by round."""

    title: str
    rounds: int
    contenders: list[Contender]
    bars: list[Bar] = field(default_factory=list)
    most_mb: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    peak_kb: dict[str, int] = field(default_factory=dict)


def main() -> None:
    """Install, generate, measure, print."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="mnaudit-bench-") as folder:
        work = Path(folder)
        races = _races(work, options.files)
        for race in races:
            _run(race)
            print(_table(race), flush=True)
        scan = _scan(work, options.megabytes)
    if options.json:
        report = {"races": [_as_json(race) for race in races], "scan": scan}
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=1000, help="size of the large folder")
    parser.add_argument("--megabytes", type=int, default=70, help="size of the tree to scan")
    parser.add_argument("--json", type=Path, help="write the numbers to this file as well")
    return parser.parse_args()


def _races(work: Path, count: int) -> list[Race]:
    ours = _install(work / "mnaudit", str(ROOT))
    peer = _install(work / "peer", *_group("bench"))
    python, mnaudit = str(ours / "python"), str(ours / "mnaudit")
    check = str(peer / "check-jsonschema")

    evidence = work / "evidence"
    generate = (sys.executable, str(HERE / "generate.py"))
    _call(*generate, str(evidence), str(count))
    records = tuple(sorted(str(path) for path in evidence.glob(f"{KIND}/*.yaml")))
    schema = work / f"{KIND}.schema.json"
    schema.write_text(_call(mnaudit, "schema", "export", KIND), encoding="utf-8")
    peer_check = (check, "--schemafile", str(schema))
    _call(*generate, str(work / "broken"), "1")
    _both_refuse(work / "broken", mnaudit, peer_check)

    startup = Race(
        "Start-up",
        21,
        [
            Contender("python -c pass", (python, "-c", "pass")),
            Contender("mnaudit --version", (mnaudit, "--version")),
            Contender("mnaudit --help", (mnaudit, "--help")),
        ],
        [
            Bar("mnaudit --version", "python -c pass"),
            Bar("mnaudit --help", "python -c pass", most=6),
        ],
    )
    one = Race(
        "One file, as a pre-commit hook checks it",
        11,
        [
            Contender("check-jsonschema", (*peer_check, records[0])),
            Contender("mnaudit validate", (mnaudit, "validate", records[0])),
        ],
        [Bar("mnaudit validate", "check-jsonschema", most=0.6)],
    )
    many = Race(
        f"{count:,} training records of 10 attendees",
        5,
        [
            Contender("mnaudit validate", (mnaudit, "validate", str(evidence))),
            Contender("check-jsonschema", (*peer_check, *records)),
        ],
        [Bar("mnaudit validate", "check-jsonschema", least=15)],
    )
    floor = _floor(work)
    if floor is not None:
        many.contenders.append(Contender("libyaml in C, parse only", (str(floor), *records)))
        many.bars.append(Bar("mnaudit validate", "libyaml in C, parse only"))
    whole = _whole_path(work, mnaudit, evidence, records)
    return [startup, one, many, whole, _auditor(work, mnaudit)]


def _auditor(work: Path, mnaudit: str) -> Race:
    """Verify what an auditor gets: 250 documents of all kinds and 250 attachments, 50 MB together."""
    evidence, small = work / "year", work / "day"
    generate = (sys.executable, str(HERE / "generate.py"))
    shutil.copytree(ROOT / "evidence", evidence)
    there = [path for path in evidence.rglob("*") if path.is_file()]
    count = (AUDITED_FILES - len(there)) // (1 + ATTACHMENTS)
    left = AUDITED_BYTES - sum(path.stat().st_size for path in there)
    attached = (
        f"--attachments={ATTACHMENTS}",
        f"--attachment-bytes={left // count // ATTACHMENTS}",
    )
    _call(*generate, str(evidence), str(count), *attached)
    _call(*generate, str(small), "1")
    files = tuple(sorted(str(path) for path in evidence.rglob("*") if path.is_file()))
    verify = f"mnaudit verify, {len(files)} files"
    return Race(
        f"An auditor verifies {len(files)} files of {AUDITED_BYTES // 10**6} MB",
        9,
        [
            Contender(verify, _verify(mnaudit, evidence, work / "year-out")),
            Contender("mnaudit verify, 2 files", _verify(mnaudit, small, work / "day-out")),
            Contender("mnaudit --version", (mnaudit, "--version")),
            Contender("sha256sum", ("sha256sum", *files)),
        ],
        [
            Bar(verify, "sha256sum", most=2.5, start="mnaudit verify, 2 files"),
            Bar(verify, "sha256sum", start="mnaudit --version"),
            Bar(verify, "sha256sum"),
        ],
        most_mb={verify: 200},
    )


def _verify(mnaudit: str, evidence: Path, out: Path) -> tuple[str, ...]:
    """Sign a folder and return the command that verifies the bundle.

    The made-up companies have gaps, hence exit 1 here; the bundles are valid all the same.
    """
    run = (mnaudit, "run", str(evidence), "--as-of", AS_OF, "-o", str(out))
    subprocess.run(run, capture_output=True, check=False, env=_environment())
    bundles = list(out.glob("*.zip"))
    if len(bundles) != 1:
        sys.exit(f"mnaudit run left {len(bundles)} bundles")
    return mnaudit, "verify", str(bundles[0]), "--pin", _fingerprint(bundles[0])


def _whole_path(work: Path, mnaudit: str, evidence: Path, records: tuple[str, ...]) -> Race:
    """Judge, sign and verify the large folder."""
    run = (mnaudit, "run", str(evidence), "--as-of", AS_OF, "-o")
    verify = _verify(mnaudit, evidence, work / "kept")
    return Race(
        f"The whole path over {len(records):,} records: judge, sign, verify",
        5,
        [
            Contender("mnaudit run", (*run, str(work / "out")), codes=(0, 1)),
            Contender("mnaudit verify", verify),
            Contender("sha256sum of the same files", ("sha256sum", *records)),
        ],
        [
            Bar("mnaudit run", "mnaudit verify"),
            Bar("mnaudit verify", "sha256sum of the same files"),
        ],
    )


def _scan(work: Path, megabytes: int) -> Any:
    """Run the races of the scanner where the program is installed, with its peer on the PATH."""
    print("\nThe scanner", flush=True)
    python, figures = work / "mnaudit" / "bin" / "python", work / "scan.json"
    asked = (f"--megabytes={megabytes}", f"--json={figures}")
    path = os.pathsep.join([str(work / "peer" / "bin"), os.environ["PATH"]])
    environment = _environment() | {"PATH": path}
    subprocess.run([python, "-u", HERE / "scan_bench.py", *asked], check=True, env=environment)
    return json.loads(figures.read_text(encoding="utf-8"))


def _fingerprint(bundle: Path) -> str:
    """Return the fingerprint of the key in a bundle: here trust is not what is measured."""
    with zipfile.ZipFile(bundle) as archive:
        pem = archive.read("signer.pub.pem").decode()
    der = base64.b64decode("".join(pem.splitlines()[1:-1]))
    return hashlib.sha256(der).hexdigest()


def _both_refuse(evidence: Path, mnaudit: str, peer_check: tuple[str, ...]) -> None:
    """Make sure that both programs really check: a record without its date passes neither."""
    (record,) = evidence.glob(f"{KIND}/*.yaml")
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("  held_on:", "  held_at:"), encoding="utf-8")
    for command, code in (((mnaudit, "validate"), 3), (peer_check, 1)):
        done = subprocess.run([*command, record], capture_output=True, check=False)
        if done.returncode != code:
            sys.exit(f"{command[0]} ended with {done.returncode} over a broken record, not {code}")


def _install(folder: Path, *what: str) -> Path:
    """Install into a new environment with pip, at the locked versions; return its bin folder."""
    venv.create(folder, with_pip=True)
    pip = (str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--compile")
    _call(*pip, f"--constraint={LOCK}", *what)
    _call(str(folder / "bin" / "python"), "-m", "compileall", "-q", str(folder / "lib"))
    return folder / "bin"


def _group(name: str) -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(project["dependency-groups"][name])


def _floor(work: Path) -> Path | None:
    """Compile the floor; say so plainly where that cannot be done."""
    program = work / "libyaml_floor"
    compiler = shutil.which("cc")
    if compiler is None:
        print("no floor: there is no C compiler (cc)")
        return None
    command = [compiler, "-O2", str(HERE / "libyaml_floor.c"), "-lyaml", "-o", str(program)]
    if subprocess.run(command, capture_output=True, check=False).returncode == 0:
        return program
    if os.geteuid() == 0 and shutil.which("apt-get") is not None:
        for step in (["update"], ["install", "-y", "--no-install-recommends", "libyaml-dev"]):
            subprocess.run(["apt-get", "--quiet", *step], capture_output=True, check=False)
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode != 0:
        print(f"no floor: yaml.h of libyaml is missing or does not compile\n{built.stderr}")
        return None
    return program


def _call(*command: str) -> str:
    """Run a step of the preparation and return what it printed; a failure ends the bench."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)[:200]} ended with {done.returncode}\n{done.stderr}")
    return done.stdout


def _environment() -> dict[str, str]:
    """Return the variables that the contenders see: bytecode on, nothing else odd."""
    odd = ("PYTHON", "MNAUDIT", "COVERAGE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(odd)}
    return kept | {"LC_ALL": "C.UTF-8"}


def _run(race: Race) -> None:
    """Run every contender once for warmth and weight, then all of them in turns."""
    for contender in race.contenders:
        _time(contender)
        weigh = (sys.executable, "-I", "-S", "-c", WEIGH)
        race.peak_kb[contender.name] = int(_call(*weigh, *contender.command).split()[0])
        race.seconds[contender.name] = []
    for _ in range(race.rounds):
        for contender in race.contenders:
            race.seconds[contender.name].append(_time(contender))


def _time(contender: Contender) -> float:
    environment = _environment()
    start = time.perf_counter()
    done = subprocess.run(
        contender.command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        env=environment,
    )
    seconds = time.perf_counter() - start
    if done.returncode not in contender.codes:
        sys.exit(f"{contender.name} ended with {done.returncode}, not {contender.codes}")
    return seconds


def _ratios(race: Race, bar: Bar) -> tuple[float, float]:
    """Return runner : base, or base : runner for a bar with ``least``, of best and of median."""
    above, below = (bar.base, bar.runner) if bar.least is not None else (bar.runner, bar.base)
    above_s, below_s = race.seconds[above], race.seconds[below]
    start_s = [0.0] * len(above_s) if bar.start is None else race.seconds[bar.start]
    rounds = zip(above_s, start_s, below_s, strict=True)
    per_round = [(a - start) / b for a, start, b in rounds]
    return (min(above_s) - min(start_s)) / min(below_s), statistics.median(per_round)


def _is_met(race: Race, bar: Bar) -> bool | None:
    _, median = _ratios(race, bar)
    if bar.most is not None:
        return median <= bar.most
    if bar.least is not None:
        return median >= bar.least
    return None


def _table(race: Race) -> str:
    lines = [f"\n{race.title} ({race.rounds} rounds)"]
    lines.append(f"  {'':42}{'best':>11}{'median':>11}{'memory':>9}")
    for name, seconds in race.seconds.items():
        best, median = min(seconds) * 1000, statistics.median(seconds) * 1000
        memory = race.peak_kb[name] / 1024
        row = f"  {name:42}{best:8.1f} ms{median:8.1f} ms{memory:6.0f} MB"
        if name in race.most_mb:
            limit = race.most_mb[name]
            row += f"   bar: at most {limit} MB, {'met' if memory <= limit else 'MISSED'}"
        lines.append(row)
    for bar in race.bars:
        best, median = _ratios(race, bar)
        pair = f"{bar.runner} : {bar.base}"
        if bar.least is not None:
            pair = f"{bar.base} : {bar.runner}"
        if bar.start is not None:
            lines.append(f"  without the time of {bar.start}:")
        lines.append(f"  {pair:42}{best:9.2f} x{median:9.2f} x   {_promise(race, bar)}")
    return "\n".join(lines)


def _promise(race: Race, bar: Bar) -> str:
    limit = f"at most {bar.most:g} x" if bar.most is not None else f"at least {bar.least} x"
    match _is_met(race, bar):
        case True:
            return f"bar: {limit}, met"
        case False:
            return f"bar: {limit}, MISSED"
        case _:
            return "no bar"


def _as_json(race: Race) -> dict[str, Any]:
    return {
        "title": race.title,
        "rounds": race.rounds,
        "seconds": race.seconds,
        "peak_kb": race.peak_kb,
        "most_mb": race.most_mb,
        "ratios": [
            {
                "runner": bar.runner,
                "base": bar.base,
                "start": bar.start,
                "most": bar.most,
                "least": bar.least,
                "best": _ratios(race, bar)[0],
                "median": _ratios(race, bar)[1],
                "met": _is_met(race, bar),
            }
            for bar in race.bars
        ],
    }


if __name__ == "__main__":
    main()
