"""Names that would be another file on another system are refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, strategies as st

from mnaudit.load.paths import check_paths, is_ignored, shown_path
from mnaudit.model.problem import Problem


def codes(*paths: str) -> list[str]:
    return [problem.code for problem in check_paths(paths)]


@pytest.mark.parametrize(
    "path",
    [
        "organization.yaml",
        "training-record/2026-04.yaml",
        "training-record/files/出席簿 (写し).pdf",
        "a/b/c/d/e.json",
        "a" * 255,
        "あ" * 85,
        "contact.yaml",
        "a..b/c.d.e",
        "葛\U000e0100.yaml",
    ],
)
def test_sound_names_are_taken(path: str) -> None:
    assert codes(path) == []


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("", id="nothing"),
        pytest.param("/etc/passwd", id="absolute"),
        pytest.param("a//b", id="empty segment"),
        pytest.param("a/", id="empty end"),
        pytest.param("./a", id="dot"),
        pytest.param("a/../../b", id="dots"),
        pytest.param("..", id="only dots"),
        *(pytest.param(f"a{char}b", id=f"with {char}") for char in r'\:*?"<>|'),
        pytest.param("C:/a", id="drive"),
        pytest.param("a\0b", id="NUL"),
        pytest.param("a\nb", id="line break"),
        pytest.param("a\x7f", id="DEL"),
        pytest.param("a\u0085", id="NEL"),
        pytest.param("a\u2028b", id="LS"),
        pytest.param("a\u202efdp.yaml", id="turned around"),
        pytest.param("a\u200b.yaml", id="zero width"),
        pytest.param("a\ufeff.yaml", id="byte order mark"),
        pytest.param("a\u2066.yaml", id="isolate"),
        pytest.param("a./b", id="dot at the end of a folder"),
        pytest.param("a.yaml.", id="dot at the end"),
        pytest.param("a.yaml ", id="blank at the end"),
        pytest.param("aux.yaml", id="a device"),
        pytest.param("a/NUL", id="a device in capitals"),
        pytest.param("com1/a.yaml", id="a device as folder"),
        pytest.param("LPT9.tar.gz", id="a device with two extensions"),
        pytest.param("a" * 256, id="256 bytes"),
        pytest.param("あ" * 86, id="258 bytes in Japanese"),
        pytest.param("a/" * 600 + "b", id="a long way"),
        pytest.param("a\udc83.yaml", id="not UTF-8"),
    ],
)
def test_names_that_some_system_cannot_keep_are_refused(path: str) -> None:
    assert codes(path) == ["MN121"]


@pytest.mark.parametrize("path", ["が.yaml", "a/é/b.pdf", "Å.yaml"])
def test_names_in_decomposed_form_are_refused(path: str) -> None:
    assert codes(unicodedata.normalize("NFD", path)) == ["MN123"]
    assert codes(unicodedata.normalize("NFC", path)) == []


@pytest.mark.parametrize(
    ("one", "other", "twins"),
    [
        pytest.param("a.yaml", "A.yaml", ("A.yaml", "a.yaml"), id="case"),
        pytest.param("x/a.yaml", "X/b.yaml", ("X/", "x/"), id="case of the folder"),
        pytest.param("x/y/a", "x/Y/b", ("x/Y/", "x/y/"), id="case of an inner folder"),
        pytest.param("1.yaml", "\uff11.yaml", ("1.yaml", "\uff11.yaml"), id="width"),
        pytest.param("ガ.pdf", "ｶﾞ.pdf", ("ガ.pdf", "ｶﾞ.pdf"), id="half-width kana"),
        pytest.param("straße", "STRASSE", ("STRASSE", "straße"), id="sharp s"),
        pytest.param("a", "a/b", ("a", "a/"), id="file and folder"),
        pytest.param("A", "a/b/c", ("A", "a/"), id="file and folder in another case"),
    ],
)
def test_two_names_for_one_file_are_both_refused(
    one: str, other: str, twins: tuple[str, str]
) -> None:
    problems = check_paths([one, other])
    assert [problem.path for problem in problems] == sorted([one, other])
    assert {problem.code for problem in problems} == {"MN122"}
    assert sorted(str(dict(problem.values)["twin"]) for problem in problems) == sorted(twins)
    assert check_paths([other, one]) == problems


def test_the_same_name_twice_is_refused() -> None:
    assert check_paths(["a", "b", "a"]) == [Problem("a", 0, 0, "MN122", (("twin", "a"),))]


def test_a_bad_name_is_nobodys_twin() -> None:
    assert codes("a:", "A:") == ["MN121", "MN121"]


def test_many_files_in_one_folder_are_no_twins() -> None:
    assert check_paths(f"kind/{n % 7}/{n}.yaml" for n in range(500)) == []


@pytest.mark.parametrize(
    "path",
    [
        *("README.md", "README.ja.md", "training-record/README.txt", ".gitkeep", ".git/config"),
        *("a/.DS_Store", "a/.b/c/d.yaml", "...", "a/.b\nc"),
    ],
)
def test_notes_and_dotfiles_are_ignored(path: str) -> None:
    assert is_ignored(path)


@pytest.mark.parametrize(
    "path",
    ["readme.md", "README.pdf", "README.yaml", "a.README.md", "README.md/a", "a.b", "../a", "./a"],
)
def test_nothing_else_is_ignored(path: str) -> None:
    assert not is_ignored(path)


def test_a_shown_path_cannot_steer_a_terminal() -> None:
    assert shown_path("a\x1b[2J\u202eb\udc83.yaml") == "a�[2J�b�.yaml"


@given(st.lists(st.text(), max_size=6))
def test_the_order_of_names_does_not_matter(paths: list[str]) -> None:
    found = check_paths(paths)
    assert found == check_paths(reversed(paths))
    for problem in found:
        problem.path.encode()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_sound_name_survives_every_system(path: str) -> None:
    if not check_paths([path]):
        assert unicodedata.normalize("NFC", path) == path
        assert path.strip("/") == path != ""
        assert not set('\\:*?"<>|\0') & set(path)
