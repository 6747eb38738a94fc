"""Both languages say the same, by the same codes, and nothing is said that nobody asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

import pytest

from mnaudit import messages
from mnaudit.cli import COMMANDS
from mnaudit.messages import LANGUAGES, codes, entry, join, phrase, phrases, severity
from mnaudit.model.assessment import FindingStatus, TierStatus
from mnaudit.model.control import Tier
from mnaudit.model.verdict import Outcome, Result
from mnaudit.verify import CHECK_IDS, OUTER_CHECK_IDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mnaudit.messages import Language

SRC = Path(messages.__file__).parents[1]
SOURCES = {path: path.read_text(encoding="utf-8") for path in sorted(SRC.rglob("*.py"))}
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
SPOKEN = re.compile(r'(?:\bphrase|\.say)\(\s*"([a-z_]+\.[A-Za-z0-9_-]+)"')


def whole(name: str) -> dict[str, Any]:
    path = SRC / "messages" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def leaves(tree: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def placeholders(sentence: str) -> set[str]:
    """Return the names in a sentence; a malformed one raises."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


JA, EN = dict(leaves(whole("ja"))), dict(leaves(whole("en")))


def test_both_languages_have_the_same_codes_fields_and_phrases() -> None:
    assert JA.keys() == EN.keys()


def test_a_sentence_has_the_same_placeholders_in_both_languages() -> None:
    assert [name for name in JA if placeholders(JA[name]) != placeholders(EN[name])] == []


def test_every_placeholder_has_a_name() -> None:
    named = {field for sentence in JA.values() for field in placeholders(sentence)}

    assert sorted(field for field in named if not field.isidentifier()) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", codes())
def test_a_code_has_text_remedy_and_reason_and_no_more(code: str, language: Language) -> None:
    sentences = entry(code, language)

    assert sentences.keys() == {"text", "remedy", "why"}
    assert all(sentence.strip() == sentence != "" for sentence in sentences.values())
    assert "\n" not in sentences["text"] + sentences["remedy"]
    # `explain` shows it as it is.
    assert not placeholders(sentences["why"])


def test_every_code_that_is_used_has_sentences() -> None:
    used = {code for text in SOURCES.values() for code in re.findall(r'"(MN\d{3})"', text)}

    assert sorted(used - set(codes())) == []


def test_every_code_that_has_sentences_is_used() -> None:
    text = "\n".join(SOURCES.values())

    assert [code for code in codes() if f'"{code}"' not in text] == []


def test_every_phrase_that_is_spoken_exists_in_both_languages() -> None:
    spoken = {key for text in SOURCES.values() for key in SPOKEN.findall(text)}

    assert len(spoken) > 40
    assert sorted(key for key in spoken if f"phrases.{key}" not in JA) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_whose_keys_are_made_at_run_time_exist(language: Language) -> None:
    made: dict[str, set[str]] = {
        "help": set(COMMANDS),
        "console": {"error", "warning", "note"},
        "checks": {*CHECK_IDS, *OUTER_CHECK_IDS},
        "marks_glyph": set(Outcome),
        "marks_ascii": set(Outcome),
        "gate": {*Tier, *TierStatus},
        "verify": set(Result),
        "status": {*FindingStatus, *Result, *Outcome, *(f"tier_{name}" for name in TierStatus)},
    }

    for section, keys in made.items():
        assert keys <= phrases(section, language).keys(), section


def test_every_section_of_phrases_is_used() -> None:
    text = "\n".join(SOURCES.values())
    sections = whole("ja")["phrases"]

    assert [s for s in sections if not re.search(rf'"{s.partition("_")[0]}[._"]', text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pieces_are_the_whole_file(language: Language) -> None:
    tree = whole(language)

    assert {code: dict(entry(code, language)) for code in codes()} == tree["codes"]
    assert {name: dict(phrases(name, language)) for name in tree["phrases"]} == tree["phrases"]
    assert tree.keys() == {"codes", "phrases"}


def test_codes_are_sorted_and_well_formed() -> None:
    assert list(codes()) == sorted(codes())
    assert all(re.fullmatch(r"MN\d{3}", code) for code in codes())


@pytest.mark.parametrize("code", codes())
def test_the_japanese_sentences_are_japanese_and_the_english_ones_are_not(code: str) -> None:
    for field in ("text", "remedy", "why"):
        assert JAPANESE.search(entry(code, "ja")[field]), field
        assert not JAPANESE.search(re.sub(r"\([^)]*\)", "", entry(code, "en")[field])), field


def test_english_phrases_hold_no_kana() -> None:
    kana = re.compile("[\u3041-\u30ff]")

    assert [name for name, text in EN.items() if kana.search(text)] == []


def test_severity_is_told_only_of_codes_that_exist() -> None:
    table = whole("codes")["severity"]

    assert set(table) <= set(codes())
    assert set(table.values()) <= {"warning", "note"}
    assert whole("codes").keys() == {"severity"}


def test_a_code_without_severity_is_an_error() -> None:
    assert severity("MN127") == "error"
    assert severity("MN143") == "warning"
    assert severity("MN220") == "note"


def test_an_unknown_code_or_phrase_is_refused() -> None:
    with pytest.raises(KeyError):
        entry("MN000", "ja")
    with pytest.raises(KeyError):
        phrase("console.nothing", "en")
    with pytest.raises(KeyError):
        phrases("nothing", "en")


def test_a_phrase_without_a_value_that_it_shows_is_refused() -> None:
    with pytest.raises(KeyError):
        phrase("console.explain", "en")


def test_a_phrase_shows_its_values() -> None:
    assert phrase("console.explain", "en", code="MN127").endswith("mnaudit explain MN127")


@pytest.mark.parametrize(("language", "joined"), [("ja", "E0012、E0033"), ("en", "E0012, E0033")])
def test_a_list_is_joined_as_the_language_does(language: Language, joined: str) -> None:
    assert join(["E0012", "E0033"], language) == joined
