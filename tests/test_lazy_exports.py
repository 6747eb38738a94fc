"""Packages import what they export when it is asked for, and all that they promise."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

EVIDENCE = Path(__file__).parents[1] / "evidence"
PACKAGES = ("mnaudit.load.readers", "mnaudit.pipeline", "mnaudit.scan", "mnaudit.validate.scan")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_name_that_a_package_exports_is_there(package: str) -> None:
    module = import_module(package)

    for name in module.__all__:
        assert getattr(module, name) is getattr(module, name)


@pytest.mark.parametrize("package", PACKAGES)
def test_any_other_name_is_refused_in_the_words_of_python(package: str) -> None:
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'nothing'"):
        _ = import_module(package).nothing


def test_validating_a_clean_file_imports_no_rules_of_the_scanner() -> None:
    code = (
        "import sys; from mnaudit.__main__ import main\n"
        "sys.argv = ['mnaudit', 'validate', sys.argv[1]]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'pydantic', 'mnaudit.validate.scan.detection', 'mnaudit.load.readers.registry'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(EVIDENCE / "organization.yaml")],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines()[-1] == "[]"
