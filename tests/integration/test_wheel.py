"""What is built is what is in the repository, and it works in an empty environment."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import mnaudit

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / ".ci" / "lock.txt"
SHIPPED = ("schema", "controls", "evidence")


def run(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command away from the checkout, without what would lead it back there."""
    kept = {name: v for name, v in os.environ.items() if not name.startswith(("PYTHON", "MNAUDIT"))}
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=kept | {"LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist, and from the sdist alone the wheel."""
    folder = tmp_path_factory.mktemp("dist")
    built = run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    """The one wheel that was built."""
    (path,) = dist.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel and what it asks for into an empty environment; return its bin folder."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    done = run(python, "-m", "pip", "install", "--quiet", f"-c{LOCK}", wheel, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "bin"


def files_below(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder of the repository, by its path there."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("folder", SHIPPED)
def test_the_wheel_ships_the_folder_byte_for_byte(wheel: Path, folder: str) -> None:
    prefix = "mnaudit/data/"
    with zipfile.ZipFile(wheel) as archive:
        shipped = {
            name.removeprefix(prefix): archive.read(name)
            for name in archive.namelist()
            if name.startswith(f"{prefix}{folder}/")
        }

    assert shipped == files_below(ROOT / folder)
    assert shipped


def test_the_wheel_ships_every_source_file_and_no_other(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        code = {
            name
            for name in archive.namelist()
            if not name.startswith("mnaudit/data/") and ".dist-info/" not in name
        }

    source = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert code == source


def test_the_sdist_holds_the_tests_that_come_with_the_source(dist: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert {"pyproject.toml", "noxfile.py", "LICENSE", "README.md"} <= names
    assert "tests/integration/test_wheel.py" in names


def test_the_installed_command_tells_its_version(installed: Path, tmp_path: Path) -> None:
    told = run(installed / "mnaudit", "--version", cwd=tmp_path)

    assert told.returncode == 0, told.stderr
    assert mnaudit.__version__ in told.stdout


def test_the_demo_runs_from_the_installed_wheel_alone(installed: Path, tmp_path: Path) -> None:
    shown = run(installed / "mnaudit", "demo", cwd=tmp_path)

    assert shown.returncode == 0, shown.stdout + shown.stderr


def test_the_installed_program_reads_no_file_of_the_checkout(
    installed: Path, tmp_path: Path
) -> None:
    place = run(installed / "python", "-c", "import mnaudit; print(mnaudit.__file__)", cwd=tmp_path)

    assert not Path(place.stdout.strip()).is_relative_to(ROOT)
