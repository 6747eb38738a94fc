"""The origin of a file, on histories that are drawn at random."""

from __future__ import annotations

from hypothesis import given, strategies as st

from mnaudit.load.git_history import History, read_changes, read_graph

PATHS = (b"a", b"b")


@st.composite
def histories(draw: st.DrawFn) -> tuple[dict[str, tuple[str, ...]], dict[str, dict[bytes, str]]]:
    """Draw commits, oldest first, each with parents among those before and the files it has."""
    parents: dict[str, tuple[str, ...]] = {}
    states: dict[str, dict[bytes, str]] = {}
    for number in range(draw(st.integers(1, 9))):
        name = str(number)
        known = list(parents)
        chosen = draw(st.lists(st.sampled_from(known), unique=True, max_size=3)) if known else []
        parents[name] = tuple(chosen)
        files = draw(st.dictionaries(st.sampled_from(PATHS), st.sampled_from("xy")))
        inherited = states[draw(st.sampled_from(chosen))] if chosen else {}
        states[name] = draw(st.sampled_from([inherited, {**inherited, **files}, files]))
    return parents, states


def ancestry(parents: dict[str, tuple[str, ...]], commit: str) -> set[str]:
    return {commit}.union(*(ancestry(parents, each) for each in parents[commit]))


def brings_back(
    parents: dict[str, tuple[str, ...]],
    states: dict[str, dict[bytes, str]],
    first: str,
    side: str,
    path: bytes,
) -> bool:
    """Tell whether the last change along first parents of ``side`` is known to ``first``."""
    while parents[side] and states[parents[side][0]].get(path) == states[side].get(path):
        side = parents[side][0]
    return side in ancestry(parents, first)


@given(histories())
def test_the_origin_has_the_bytes_and_no_parent_that_it_could_have_them_from(
    drawn: tuple[dict[str, tuple[str, ...]], dict[str, dict[bytes, str]]],
) -> None:
    parents, states = drawn
    head = list(parents)[-1]
    graph = {name: parents[name] for name in reversed(parents)}
    changes = {}
    for name, state in states.items():
        first = states[parents[name][0]] if parents[name] else {}
        changes[name] = {p: state.get(p, "") for p in PATHS if state.get(p) != first.get(p)}
    history = History(head, graph, changes)

    for path, content in states[head].items():
        origin = history.origin(path)
        assert origin is not None
        assert states[origin.commit][path] == content
        oldest, *others = parents[origin.commit] or ("",)
        assert not oldest or states[oldest].get(path) != content
        for each in others:
            if states[each].get(path) == content:
                # The branch had left these bytes behind, and the merge brought them back.
                assert brings_back(parents, states, oldest, each, path)
        line = [head]
        while parents[line[-1]]:
            line.append(parents[line[-1]][0])
        here = line.index(origin.brought)
        assert all(states[each].get(path) == content for each in line[: here + 1])
        assert here + 1 == len(line) or states[line[here + 1]].get(path) != content


def test_a_file_that_nobody_brought_has_no_origin() -> None:
    assert History("1", {"1": ()}, {}).origin(b"a") is None


def test_what_git_writes_is_read() -> None:
    one, two = "1" * 40, "2" * 64
    told = (
        f"{one}\0:100644 100755 {'a' * 40} {'a' * 40} M\0same\0"
        f":000000 100644 {'0' * 40} {'b' * 40} A\0new\nline\0"
        f"{two}\0:100644 000000 {'b' * 40} {'0' * 40} D\0gone\0"
        f":100644 120000 {'b' * 40} {'b' * 40} T\0link\0"
    ).encode()

    assert read_changes(told) == {
        one: {b"new\nline": f"file {'b' * 40}"},
        two: {b"gone": "", b"link": f"120000 {'b' * 40}"},
    }
    assert read_graph(b"3 1 2\n2 1\n1\n") == {"3": ("1", "2"), "2": ("1",), "1": ()}
