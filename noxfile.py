"""The table of contents for developers: every check of the house is a session here.

``nox`` runs what CI runs, ``nox -l`` lists everything, and what follows ``--`` goes to the tool:
``nox -s tests -- tests/assess -k waiver``.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nox

ROOT = Path(__file__).parent
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
LOCK = ".ci/lock.txt"
SUPPORTED = ("3.11", "3.12", "3.13")
AS_OF = "2026-03-31"
FORMATS = ("text", "json", "markdown", "html")
PURE = ("validate", "assess", "gate", "attest", "verify", "report", "signing", "model")

nox.needs_version = ">=2026.4"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.reuse_venv = "yes"
nox.options.sessions = [
    "lint",
    "types",
    "imports",
    "catalog",
    "conformance",
    "demo",
    "interop",
    "browser",
    "wheel",
    "tests",  # last, so that the closing line of pytest stands at the end
]


def _starts(command: str) -> bool:
    """Tell whether a command on the PATH is a Python that starts.

    To be found is not enough: a shim of pyenv exists for versions that are switched off.
    """
    found = (shutil.which(command, path=folder) for folder in os.get_exec_path())
    return any(
        subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0  # noqa: S603
        for path in found
        if path is not None
    )


# nox fails on a listed interpreter that is missing, so only those that are here are listed.
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
# Further Pythons are tested on request (FURTHER_PYTHONS=1): the whole takes too long for every change.
OTHERS = [v for v in SUPPORTED if v != HERE and _starts(f"python{v}")]
PYTHONS = [HERE, *(OTHERS if "FURTHER_PYTHONS" in os.environ else [])]  # noqa: TID251


def _install(session: nox.Session, *what: str) -> None:
    """Install at the locked versions."""
    # Without bytecode every start of the command line takes two to three times as long.
    session.env["PYTHONDONTWRITEBYTECODE"] = ""
    lock = str(ROOT / LOCK)
    build = {"PIP_BUILD_CONSTRAINT": lock, "UV_BUILD_CONSTRAINT": lock}
    session.install(*what, f"--constraint={lock}", env=build)


def _prepare(session: nox.Session, *groups: str, project: bool = True) -> None:
    """Install dependency groups, and the project as an editable."""
    needs = nox.project.dependency_groups(PROJECT, *groups)
    _install(session, *needs, *(["-e", "."] if project else []))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format with ruff (``-- --fix`` repairs what can be repaired)."""
    _prepare(session, "lint", project=False)
    fix = "--fix" in session.posargs
    session.run("ruff", "check", *(["--fix"] if fix else []), ".")
    session.run("ruff", "format", *([] if fix else ["--check"]), ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of the program, its tests and this file with mypy, strictly."""
    _prepare(session, "types")
    session.run("mypy", *session.posargs)


@nox.session
def imports(session: nox.Session) -> None:
    """Check that imports point downwards and that the core touches no file, clock or socket."""
    _prepare(session, "imports")
    session.run("lint-imports", *session.posargs)


@nox.session
def catalog(session: nox.Session) -> None:
    """Check the controls and the schemas as data: complete, bilingual, citing, portable."""
    _install(session, "-e", ".")
    session.run("mnaudit", "catalog", "lint", *session.posargs)


@nox.session
def conformance(session: nox.Session) -> None:
    """Check against outside truth only: published vectors, openssl, independent verifiers."""
    _prepare(session, "tests")
    session.run("pytest", "tests/conformance", *session.posargs)


@nox.session(reuse_venv=False)
def demo(session: nox.Session) -> None:
    """Walk the whole path over evidence/ with the installed program, and mind the exit codes."""
    _install(session, ".")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        evidence, out, key = work / "evidence", work / "out", work / "demo.key.pem"
        session.env["MNAUDIT_SIGNING_KEY_PASSPHRASE"] = secrets.token_hex()
        shutil.copytree(ROOT / "evidence", evidence)
        told = session.run("mnaudit", "keys", "new", "-o", str(key), silent=True)
        pin = str(told).split()[-1]

        # The sample company has one gap in the minimum tier ...
        day = f"--as-of={AS_OF}"
        run = ("mnaudit", "run", str(evidence), day, "-o", str(out), "--key", str(key))
        session.run("mnaudit", "validate", str(evidence), "--cross-check")
        session.run(*run, success_codes=[1])
        (bundle,) = out.glob("*.zip")
        session.run("mnaudit", "verify", str(bundle), "--pin", pin)
        session.run("mnaudit", "gate", str(evidence), day, success_codes=[1])

        # ... and this closes it.
        shutil.copytree(ROOT / "docs" / "sample", evidence, dirs_exist_ok=True)
        session.run(*run)
        session.run("mnaudit", "verify", str(bundle), "--pin", pin)
        session.run("mnaudit", "gate", str(evidence), day)
        for language in ("ja", "en"):
            written = [f"--report={name}={out / language}.{name}" for name in FORMATS]
            session.run("mnaudit", "--lang", language, "report", str(evidence), day, *written)


@nox.session
def wheel(session: nox.Session) -> None:
    """Build sdist and wheel, install into an empty environment, compare the data, run the demo."""
    _prepare(session, "tests", "wheel")
    session.run("pytest", "-m", "wheel", "tests/integration", *session.posargs)


@nox.session
def interop(session: nox.Session) -> None:
    """We sign, other people's verifiers check; a token signs; what is changed, all of them refuse."""
    _demand(
        session,
        {
            "openssl": "openssl",
            "node": "nodejs",
            "npm": "npm",
            "go": "golang-go",
            "softhsm2-util": "softhsm2",
        },
    )
    _prepare(session, "interop")
    tmp = Path(session.create_tmp()).resolve()
    session.env["INTEROP_MODEL_SIGNING"] = str(_model_signing(session, tmp))
    session.env["INTEROP_NODE"] = str(_node_verifier(session, tmp))
    session.env["INTEROP_GO"] = str(_go_verifier(session, tmp))
    session.run("pytest", "tests/interop", "tests/kms", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Verify good and changed bundles in Chromium, with the page that auditors get."""
    _demand(session, {"chromium": "chromium", "chromedriver": "chromium-driver"})
    _prepare(session, "browser")
    session.run("pytest", "tests/browser", *session.posargs)


def _demand(session: nox.Session, tools: dict[str, str]) -> None:
    """Fail, and never skip, when a tool is missing; name the package of Debian that has it."""
    missing = sorted({name for tool, name in tools.items() if shutil.which(tool) is None})
    if missing:
        session.error(f"missing here: apt-get install {' '.join(missing)}")


def _model_signing(session: nox.Session, tmp: Path) -> Path:
    """Install model-signing apart: half of what it needs would change what we test with."""
    folder = tmp / "model-signing"
    program = folder / "bin" / "model_signing"
    if not program.is_file():
        session.run(sys.executable, "-m", "venv", "--clear", str(folder), external=True)
        needs = nox.project.dependency_groups(PROJECT, "model-signing")
        pip = (str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet")
        constraint = f"--constraint={ROOT / LOCK}"
        session.run(*pip, constraint, *needs, external=True)
    return program


def _node_verifier(session: nox.Session, tmp: Path) -> Path:
    """Install @sigstore/verify at the versions and hashes of the committed package-lock.json."""
    folder = tmp / "node"
    folder.mkdir(exist_ok=True)
    for file in (ROOT / "tests" / "interop" / "node").iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    with session.chdir(folder):
        npm = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        session.run(*npm, external=True)
    return folder


def _go_verifier(session: nox.Session, tmp: Path) -> Path:
    """Compile the Go verifier with golang.org/x/mod as Debian packages it: no network."""
    module = Path("/usr/share/gocode/src/golang.org/x/mod")
    if not module.is_dir():
        session.error("missing here: apt-get install golang-golang-x-mod-dev")
    program = tmp / "logcheck"
    environment = {
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOCACHE": str(tmp / "go-cache"),
        "GOFLAGS": "",
        "GOTOOLCHAIN": "local",
    }
    with session.chdir(ROOT / "tests" / "interop" / "go"):
        build = ("go", "build", "-o", str(program), "logcheck.go")
        session.run(*build, env=environment, external=True)
    return program


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests on this Python (FURTHER_PYTHONS=1: on others too), and demand coverage."""
    _prepare(session, "tests")
    pytest = ("pytest", "-m", "not wheel", "--numprocesses=auto", *session.posargs)
    if session.python != HERE:
        # Data, outside truth and corpora are the same on every Python.
        data = ("catalog", "schema", "conformance", "scan", "load/readers")
        marks = ("-m", "not wheel and not slow")
        session.run(*pytest, *marks, *(f"--ignore=tests/{folder}" for folder in data))
        return
    # Not in create_tmp(): that would put all temporary folders inside of this git repository.
    session.env["COVERAGE_FILE"] = str(Path(session.virtualenv.location) / "coverage")
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", *pytest)
    session.run("coverage", "combine", "--quiet")
    if session.posargs:  # a part of the tests says nothing about the coverage of the whole
        session.run("coverage", "report", "--fail-under=0")
        return
    pure = ",".join(f"src/mnaudit/{step}/*,src/mnaudit/{step}.py" for step in PURE)
    # Silent unless it fails: the closing line of pytest stays the last line of the output.
    session.run("coverage", "report", silent=True)
    session.run("coverage", "report", "--fail-under=100", f"--include={pure}", silent=True)


@nox.session(default=False)
def properties(session: nox.Session) -> None:
    """Let hypothesis search for long, with its profile ``thorough``."""
    _prepare(session, "tests")
    session.run("pytest", "-m", "not wheel", "--hypothesis-profile=thorough", *session.posargs)


@nox.session(default=False, venv_backend="none")
def bench(session: nox.Session) -> None:
    """Measure against the peers and the floor, validate to scan, in one run (``-- --json FILE``)."""
    session.run(sys.executable, "tests/benchmarks/bench.py", *session.posargs)


@nox.session(default=False)
def golden(session: nox.Session) -> None:
    """Rewrite the golden files; the review then reads the diff."""
    _prepare(session, "tests")
    session.run("pytest", "-m", "not wheel", "--update-golden", *session.posargs)


@nox.session(default=False)
def lock(session: nox.Session) -> None:
    """Write .ci/lock.txt anew (``-- --upgrade`` moves every version to the newest)."""
    session.install("uv")
    build = Path(session.create_tmp()) / "build.in"
    build.write_text("\n".join(PROJECT["build-system"]["requires"]), encoding="utf-8")
    session.run(
        *("uv", "pip", "compile", "pyproject.toml", str(build)),
        *(f"--group={name}" for name in PROJECT["dependency-groups"]),
        *("--universal", f"--python-version={SUPPORTED[0]}"),
        *("--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links"),
        *("--quiet", f"--output-file={LOCK}", *session.posargs),
        silent=True,
    )
    path = ROOT / LOCK
    head = (
        "# The versions that the sessions of noxfile.py install: constraints for the program, all\n"
        "# dependency groups and the build, for every platform and Python >= 3.11.\n"
        "# Made by `nox -s lock` (uv pip compile --universal); do not edit by hand.\n"
    )
    path.write_text(head + path.read_text(encoding="utf-8"), encoding="utf-8")
