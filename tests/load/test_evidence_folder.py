"""An evidence folder is read whole, once, and nothing outside of it."""

from __future__ import annotations

import os
import pickle
import unicodedata
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from mnaudit.errors import ConfigurationError, ExitCode, InputError
from mnaudit.load.evidence import MAX_FILE_BYTES, read_documents, read_files, read_folder
from mnaudit.model.document import SourceFile, Tree

if TYPE_CHECKING:
    from pathlib import Path


def fill(root: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return root


def source(path: str, data: bytes, size: int | None = None) -> SourceFile:
    size = len(data) if size is None else size
    return SourceFile(path, size, sha256(data).hexdigest(), lambda: data)


def told(tree: Tree) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in tree.problems]


FILES = {
    "organization.yaml": b"name: x\n",
    "training-record/2.yaml": b"id: b\n",
    "training-record/1.json": b'{"id": "a"}',
    "training-record/files/a.pdf": b"%PDF-1.7\0",
    "training-record/README.md": b"how to",
    ".gitattributes": b"* -text",
    ".git/HEAD": b"ref",
    "Zone.yml": b"id: z\n",
    "資料.yaml": "題: あ\n".encode(),
}


def test_every_file_is_read_in_the_order_of_its_name(tmp_path: Path) -> None:
    tree = read_folder(fill(tmp_path, FILES))
    paths = [file.path for file in tree.files]
    assert paths == sorted(paths, key=str.encode)
    assert paths == [
        "Zone.yml",
        "organization.yaml",
        "training-record/1.json",
        "training-record/2.yaml",
        "training-record/files/a.pdf",
        "資料.yaml",
    ]
    assert [document.path for document in tree.documents] == [
        path for path in paths if not path.endswith(".pdf")
    ]
    assert [document.value for document in tree.documents][2:4] == [{"id": "a"}, {"id": "b"}]
    assert tree.problems == ()
    assert tree.ignored == (".git", ".gitattributes", "training-record/README.md")


def test_every_file_has_size_digest_and_bytes(tmp_path: Path) -> None:
    for file in read_folder(fill(tmp_path, FILES)).files:
        assert (file.size, file.read()) == (len(FILES[file.path]), FILES[file.path])
        assert file.sha256 == sha256(FILES[file.path]).hexdigest()
        assert pickle.loads(pickle.dumps(file)).read() == FILES[file.path]  # noqa: S301


def test_a_bundle_reads_as_the_folder_it_was_made_of(tmp_path: Path) -> None:
    files = {**FILES, "bad.yaml": b"a: &x 1\n", "con.json": b"{}", "A": b"", "a": b""}
    folder = read_folder(fill(tmp_path, files))
    bundle = read_files(source(path, data) for path, data in files.items())
    assert bundle.files == folder.files
    assert bundle.documents == folder.documents
    assert bundle.problems == folder.problems
    assert told(bundle) == [
        ("A", "MN122"),
        ("a", "MN122"),
        ("bad.yaml", "MN108"),
        ("con.json", "MN121"),
    ]


def test_an_empty_folder_is_an_empty_tree(tmp_path: Path) -> None:
    assert read_folder(tmp_path) == Tree((), (), (), ())


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path, name: str) -> None:
    fill(tmp_path, {"file": b""})
    with pytest.raises(ConfigurationError) as error:
        read_folder(tmp_path / name)
    assert (error.value.code, error.value.exit_code) == ("MN002", ExitCode.USAGE)
    assert error.value.values == {"path": str(tmp_path / name)}


def test_a_broken_document_stays_a_file_and_stops_nothing(tmp_path: Path) -> None:
    tree = read_folder(
        fill(tmp_path, {"a.yaml": b"a: [\n", "b.yaml": b"b: 1\n", "c.json": b"\xff"})
    )
    assert [file.path for file in tree.files] == ["a.yaml", "b.yaml", "c.json"]
    assert [document.path for document in tree.documents] == ["b.yaml"]
    assert told(tree) == [("a.yaml", "MN105"), ("c.json", "MN101")]


def test_links_and_special_files_are_not_followed(tmp_path: Path) -> None:
    outside = fill(tmp_path / "outside", {"secret.yaml": b"secret: 1\n"})
    root = fill(tmp_path / "evidence", {"kind/a.yaml": b"a: 1\n"})
    (root / "link.yaml").symlink_to(outside / "secret.yaml")
    (root / "folder").symlink_to(outside)
    (root / "up").symlink_to("..")
    (root / "loop").symlink_to("loop")
    (root / "kind" / "gone.yaml").symlink_to("nowhere")
    os.mkfifo(root / "pipe.yaml")
    tree = read_folder(root)
    assert [file.path for file in tree.files] == ["kind/a.yaml"]
    assert told(tree) == [
        ("folder", "MN120"),
        ("kind/gone.yaml", "MN120"),
        ("link.yaml", "MN120"),
        ("loop", "MN120"),
        ("pipe.yaml", "MN120"),
        ("up", "MN120"),
    ]


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    fill(tmp_path / "real", {"a.yaml": b"a: 1\n"})
    (tmp_path / "link").symlink_to("real")
    assert read_folder(tmp_path / "link").documents[0].value == {"a": 1}


def test_names_that_are_not_utf_8_are_told_without_breaking_the_screen(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\x83\x65\x1b.yaml")).write_bytes(b"a: 1\n")
    tree = read_folder(fill(tmp_path, {"b.yaml": b"b: 1\n"}))
    assert told(tree) == [("�e�.yaml", "MN121")]
    assert [file.path for file in tree.files] == ["b.yaml"]


def test_decomposed_names_are_refused_and_not_rewritten(tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "が.yaml")
    tree = read_folder(fill(tmp_path, {name: b"a: 1\n"}))
    assert told(tree) == [(name, "MN123")]
    assert tree.files == ()


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    root = fill(tmp_path, {"a.pdf": b"", "b.pdf": b""})
    os.truncate(root / "a.pdf", MAX_FILE_BYTES)
    os.truncate(root / "b.pdf", MAX_FILE_BYTES + 1)
    tree = read_folder(root)
    assert [file.path for file in tree.files] == ["a.pdf"]
    assert told(tree) == [("b.pdf", "MN124")]
    assert dict(tree.problems[0].values)["size"] == MAX_FILE_BYTES + 1
    assert told(read_files([source("b.pdf", b"", MAX_FILE_BYTES + 1)])) == [("b.pdf", "MN124")]


@pytest.mark.parametrize("change", ["content", "size", "gone", "link", "pipe"])
def test_a_file_that_changed_since_it_was_judged_is_not_signed(tmp_path: Path, change: str) -> None:
    root = fill(tmp_path, {"a.yaml": b"a: 1\n"})
    tree = read_folder(root)
    file = root / "a.yaml"
    file.unlink()
    match change:
        case "content":
            file.write_bytes(b"a: 2\n")
        case "size":
            file.write_bytes(b"a: 1\n" * 2)
        case "link":
            (tmp_path / "b").write_bytes(b"a: 1\n")
            file.symlink_to(tmp_path / "b")
        case "pipe":
            os.mkfifo(file)
        case _:
            pass  # gone
    with pytest.raises(InputError) as error:
        tree.files[0].read()
    assert (error.value.code, error.value.values) == ("MN119", {"path": "a.yaml"})
    with pytest.raises(InputError):
        tree.documents[0].locate("/a")


def test_what_changes_while_the_folder_is_read_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = fill(tmp_path, {"kind/a.yaml": b"a: 1\n", "gone/b.yaml": b"", "c.yaml": b"c: 1\n"})
    look, opened = os.scandir, os.open

    def change_then_look(path: str) -> os._ScandirIterator[str]:
        if path == f"{root}/gone/":
            (root / "gone" / "b.yaml").unlink()
            (root / "gone").rmdir()
            (root / "gone").symlink_to("gone")
        return look(path)

    def change_then_open(path: str, flags: int) -> int:
        if path == f"{root}/kind/a.yaml":
            (root / "kind" / "a.yaml").unlink()
        return opened(path, flags)

    monkeypatch.setattr(os, "scandir", change_then_look)
    monkeypatch.setattr(os, "open", change_then_open)
    tree = read_folder(root)
    assert told(tree) == [("gone", "MN119"), ("kind/a.yaml", "MN119")]
    assert dict(tree.problems[0].values) == {"path": "gone"}
    assert [file.path for file in tree.files] == ["c.yaml"]


def test_a_file_that_grows_under_the_reader_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = fill(tmp_path, {"a.yaml": b"a: 1\n"})
    read = os.read

    def read_more(descriptor: int, size: int) -> bytes:
        with (root / "a.yaml").open("ab") as file:
            file.write(b"b: 2\n")
        return read(descriptor, size)

    monkeypatch.setattr(os, "read", read_more)
    assert told(read_folder(root)) == [("a.yaml", "MN119")]


def test_a_bundle_member_that_cannot_be_read_is_a_problem() -> None:
    def refuse() -> bytes:
        raise InputError("MN119", path="a.yaml")

    tree = read_files([SourceFile("a.yaml", 1, "0" * 64, refuse), source("b.yaml", b"b: 1\n")])
    assert told(tree) == [("a.yaml", "MN119")]
    assert [document.path for document in tree.documents] == ["b.yaml"]


@pytest.mark.parametrize("path", ["../a.yaml", "/a.yaml", "a//b.yaml", "a\\b.yaml", "C:a.yaml"])
def test_a_bundle_member_cannot_leave_the_folder(path: str) -> None:
    tree = read_files([source(path, b"a: 1\n")])
    assert (told(tree), tree.files) == ([(path, "MN121")], ())


def test_a_bundle_cannot_hold_a_file_twice() -> None:
    tree = read_files([source("a.yaml", b"a: 1\n"), source("a.yaml", b"a: 2\n")])
    assert (told(tree), tree.files) == ([("a.yaml", "MN122")], ())


@settings(max_examples=50)
@given(
    st.dictionaries(
        st.lists(
            st.sampled_from(["a", "A", "b.yaml", "c.json", "README.md", "n:"]), min_size=1
        ).map("/".join),
        st.sampled_from([b"a: 1\n", b"{}", b"a: *b\n", b"\xff"]),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_files_does_not_matter(files: dict[str, bytes], random: object) -> None:
    pairs = list(files.items())
    tree = read_files(source(*pair) for pair in pairs)
    random.shuffle(pairs)  # type: ignore[attr-defined] # hypothesis gives a random.Random
    other = read_files(source(*pair) for pair in pairs)
    assert tree == other
    assert {each.path for each in tree.documents} <= {file.path for file in tree.files}


def document(*attachments: str) -> bytes:
    lines = "".join(f"  - path: {path}\n" for path in attachments)
    return f"id: x\nattachments:\n{lines}".encode()


def test_single_documents_are_read_with_their_attachments(tmp_path: Path) -> None:
    root = fill(
        tmp_path,
        {
            "kind/a.yaml": document("files/a.pdf", "../b.pdf", "files/a.pdf", "gone.pdf", "files"),
            "kind/b.yaml": document("files/b.pdf"),
            "kind/files/a.pdf": b"a",
            "kind/files/b.pdf": b"b",
            "b.pdf": b"b",
        },
    )
    tree = read_documents(root, [root / "kind" / "a.yaml"])
    assert [file.path for file in tree.files] == ["b.pdf", "kind/a.yaml", "kind/files/a.pdf"]
    assert [each.path for each in tree.documents] == ["kind/a.yaml"]
    assert tree.problems == ()


def test_folders_and_documents_can_be_named_together(tmp_path: Path) -> None:
    root = fill(tmp_path, {"kind/a.yaml": b"a: 1\n", "b.yaml": b"b: 1\n", "c.yaml": b"c: 1\n"})
    (root / ".d.yaml").write_bytes(b"d: 1\n")
    chosen = [root / "kind", root / "kind" / "a.yaml", root / "c.yaml", root / ".d.yaml"]
    tree = read_documents(root, chosen)
    assert [each.path for each in tree.documents] == ["c.yaml", "kind/a.yaml"]
    assert (tree.problems, tree.ignored) == ((), (".d.yaml",))


def test_a_named_path_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, {"evidence/kind/a.yaml": b"a: 1\n"})
    monkeypatch.chdir(tmp_path / "evidence" / "kind")
    tree = read_documents(tmp_path / "evidence", [type(tmp_path)("../kind/./a.yaml")])
    assert [each.path for each in tree.documents] == ["kind/a.yaml"]


def test_links_among_single_documents_are_not_followed(tmp_path: Path) -> None:
    outside = fill(tmp_path / "outside", {"a.yaml": b"a: 1\n", "b.pdf": b""})
    root = fill(tmp_path / "evidence", {"kind/a.yaml": document("out/b.pdf", "c.pdf")})
    (root / "kind" / "out").symlink_to(outside)
    (root / "kind" / "c.pdf").symlink_to(outside / "b.pdf")
    os.mkfifo(root / "pipe.yaml")
    tree = read_documents(root, [root / "kind" / "a.yaml", root / "pipe.yaml"])
    assert [file.path for file in tree.files] == ["kind/a.yaml"]
    assert told(tree) == [
        ("kind/c.pdf", "MN120"),
        ("kind/out/b.pdf", "MN120"),
        ("pipe.yaml", "MN120"),
    ]


@pytest.mark.parametrize("path", ["gone.yaml", "../outside.yaml", "."])
def test_a_named_path_must_be_in_the_folder(tmp_path: Path, path: str) -> None:
    fill(tmp_path, {"outside.yaml": b"", "evidence/a.yaml": b""})
    with pytest.raises(ConfigurationError, match="MN002"):
        read_documents(tmp_path / "evidence", [tmp_path / "evidence" / path])


@pytest.mark.parametrize(
    "attachments",
    [
        pytest.param(b"attachments: x", id="text"),
        pytest.param(b"attachments: [x, 1, null, []]", id="no mappings"),
        pytest.param(b"attachments: [{path: 1}, {}, {path: null}]", id="no path"),
        pytest.param(b"attachments: [{path: ../../../../etc/passwd}]", id="outside"),
        pytest.param(b"attachments: [{path: /etc/passwd}]", id="absolute"),
        pytest.param(b"attachments: [{path: ''}, {path: .}, {path: ..}]", id="folders"),
        pytest.param(b"attachments: [{path: " + b"a" * 5000 + b"}]", id="long"),
    ],
)
def test_attachments_that_make_no_sense_are_left_to_validation(
    tmp_path: Path, attachments: bytes
) -> None:
    root = fill(tmp_path, {"kind/a.yaml": attachments})
    tree = read_documents(root, [root / "kind" / "a.yaml"])
    assert [file.path for file in tree.files] == ["kind/a.yaml"]
    assert tree.problems == ()
