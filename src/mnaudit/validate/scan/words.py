"""What do the words around a number say? Context, names of the number, names of other numbers.

Patterns are made of the words of ``controls/individual-number.yaml`` once. They look at folded text
(``characters.fold``) of bounded length, and none of them can try the same text twice at length.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from mnaudit.model.quick_look import QuickLook
from mnaudit.validate.scan.characters import IGNORED, KANJI, SMALL, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mnaudit.model.scan_rules import ScanData

__all__ = ["Label", "Names", "Words", "fold_name", "names_of", "words_of"]


class Label(StrEnum):
    """What a label names."""

    NUMBER = "number"
    """The Individual Number."""
    CONTEXT = "context"
    """Something that goes with it."""
    OTHER = "other"
    """Another number."""
    WEAK = "weak"
    """Any number."""
    NONE = ""


_BLANK: Final = rf"[\s_・|{IGNORED}]{{0,3}}"
_VOICE: Final = "[\u3099\u309a\u309b\u309c]"
_MARKS: Final = re.compile(r"[:=→⇒»>|\t\x1f「『\"'は]|is\b|ハ")
"""What says "is" between a name and its number."""
_OPENED: Final = re.compile(
    r"[\s]{0,3}[(\[<「『【\u3014〈{]([^)\]>」』】\u3015〉}\n]{1,24})[)\]>」』】\u3015〉}]"
)
_NAMED: Final = re.compile(r"[\s」』)\]\"'、,]{0,3}(?:ガ|ハ|←|<-|<=|=|is\b)([^\n。]{1,16})")
_PART_BEHIND: Final = re.compile(r"(?!s(?![a-z0-9]))[a-z0-9]|[_-][a-z0-9]")
_PART_BEFORE: Final = re.compile(r"[a-z0-9][/\\]\Z")
_DIGITS: Final = re.compile(r"\d{3}")
_LONGEST: Final = 200
"""Characters of a label that are looked at."""
_MOST: Final = 4_096
_CARDS: Final = ("カード", "card")
_QUERY: Final = re.compile(r"[?&][a-z_]+=")
_ID_OF_QUERY: Final = re.compile(r"[?&]id=\Z")
_LATIN: Final = re.compile(r"[a-z]{2}")
_EDGES: Final = re.compile(r"\A[\W_]+|[\W_]+\Z")


class Words:
    """The patterns of one set of words."""

    def __init__(self, data: ScanData) -> None:
        terms, others = data.terms, data.others
        self.number: Final = re.compile(_any(terms.number))
        self.context: Final = re.compile(_any((*terms.number, *terms.document)))
        benign = "|".join(re.escape(word) for word in _sorted(terms.after))
        self._after: Final = re.compile(
            rf"(?:\]\(https?://[!-~]*[/=]|[^\w]|_|[0-9]{{1,2}}(?=[\W_桁ケ]|\Z)|{benign})*+"
        )
        gap = r"(?:[\W_]|ハ|ガ|ヲ|ノ|ヘ|デ|第|証|書|番号|is\b|was\b|as\b|[0-9]{1,2}(?=[\W_]))*+\Z"
        words = "|".join(_pattern(word) for word in _sorted(others.words))
        endings = "|".join(_pattern(word) for word in _sorted(others.endings))
        neutral = "|".join(re.escape(word) for word in _sorted(others.neutral))
        keys = "|".join(_pattern(word) for word in _sorted(others.keys))
        number = r"(?:no|nr|num|number|id|code|key|#|番号|コード|ナンバー)"
        self._other: Final = re.compile(
            rf"(?:(?:{words})(?:[\W_]{{0,3}}{number})?"
            rf"|[々\u30a1-\u30cd\u30cf-\u30fc\u3400-\u9fff][\s_]?(?:{endings})"
            rf"|(?<![a-z])(?:{keys})(?:[\W_]{{0,2}}{number})?"
            rf"|[a-z]{{2}}[\W_](?:{number}|id)){gap}"
        )
        self._neutral: Final = re.compile(rf"(?:{neutral})[\W_]{{0,2}}(?:{endings}|{number}){gap}")
        self._number_before: Final = re.compile(
            rf"(?:{_any(terms.number)})(?:[\W_]{{0,2}}(?:{endings}|{number}))?{gap}"
        )
        weak = "|".join(_pattern(word) for word in _sorted(others.weak))
        self._weak: Final = re.compile(rf"(?<![a-z])(?:{weak}){gap}")
        self._named: Final = re.compile(rf"[\w\W]{{0,12}}?(?:{_any(terms.number)})(?!\s?ヲ)")
        self._labels: dict[str, Label] = {}
        self.names: Final = names_of(data)

    def follows(self, gap: str) -> bool:
        """Tell whether only what may stand between a name and its number stands there."""
        if _QUERY.match(gap):
            return False  # /mynumber?id=123
        # A word of a program in the next line is the name of another field.
        next_line = gap.find("\n")
        if next_line >= 0 and _LATIN.search(gap, next_line):
            return False
        return self._after.fullmatch(gap) is not None

    def is_part_of_name(self, text: str, start: int, end: int) -> bool:
        """Tell whether a Latin word is part of the name of something else.

        ``my_number_submitted`` and ``role/mynumber`` are names of a column and of a role.
        """
        if not text[end - 1].isascii():
            return False
        return _PART_BEHIND.match(text, end) is not None or (
            _PART_BEFORE.search(text, max(0, start - 3), start) is not None
        )

    def is_of_card(self, name: str) -> bool:
        """Tell whether a folded name is that of the card: its number may be called one of a paper."""
        return name.endswith(_CARDS)

    def says_is(self, gap: str) -> bool:
        """Tell whether a gap says that what follows is what was named."""
        return _MARKS.search(gap) is not None

    def before(self, text: str) -> Label:
        """Return what the end of a folded text names: another number, any number, nothing."""
        if _ID_OF_QUERY.search(text):
            return Label.OTHER
        if self._number_before.search(text) or self._neutral.search(text):
            return Label.NONE
        if self._other.search(text):
            return Label.OTHER
        return Label.WEAK if self._weak.search(text) else Label.NONE

    def behind(self, text: str) -> Label:
        """Return what a folded text says of the number before it: in brackets, or by a verb."""
        if found := _OPENED.match(text):
            return self.label(found[1])
        if (found := _NAMED.match(text)) and self._named.match(found[1]):
            return Label.NUMBER
        return Label.NONE

    def label(self, text: str) -> Label:
        """Return what a label says: the header of a column, the name of a field, a bracket."""
        if _DIGITS.search(text) or len(text) > _LONGEST:
            return self._read(text)  # nothing keeps what could be a number
        if text not in self._labels:
            if len(self._labels) >= _MOST:
                self._labels.clear()
            self._labels[text] = self._read(text)
        return self._labels[text]

    def _read(self, text: str) -> Label:
        folded = fold(text[:_LONGEST])
        if folded.strip("_\"' ") == "id":
            return Label.OTHER
        names = [found.end() for found in self.number.finditer(folded)]
        is_whole = len(text) <= _LONGEST
        if names and is_whole and self.follows(folded[names[-1] :]):
            return Label.NUMBER
        if (told := self.before(_EDGES.sub("", fold_name(text[:_LONGEST])))) is Label.OTHER:
            return told
        is_context = any(
            not self.is_part_of_name(folded, *found.span())
            for found in self.context.finditer(folded)
        )
        return Label.CONTEXT if is_context else told


def words_of(data: ScanData) -> Words:
    """Return the patterns for data; those of the last data are kept."""
    if not _LAST or _LAST[0][0] is not data:
        _LAST[:] = [(data, Words(data))]
    return _LAST[0][1]


_LAST: list[tuple[ScanData, Words]] = []


def fold_name(text: str) -> str:
    """Fold text, with words that only capitals divide apart: ``orderId`` is ``order_id``."""
    return fold(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text))


def _sorted(words: Iterable[str]) -> list[str]:
    """Return folded words, the longest first, so that they win."""
    return sorted({fold(word) for word in words}, key=lambda word: (-len(word), word))


class Names:
    """A quick look for the names of the number, without the patterns for anything else.

    A name counts where it may be the label of something, or is said of a number: in 個人番号の取扱い
    it is a word of another name, and every evidence about the number is full of those.
    """

    def __init__(self, data: ScanData) -> None:
        """Write the pattern in the syntax of RE2: no look-ahead, and blanks of all scripts.

        ``quick`` finds every text for which ``may_name`` has to be asked.
        """
        name = re.sub(r"\(\?!.*?\)", "", _any(data.terms.number))
        after = "|".join(re.escape(word) for word in _sorted(data.terms.after))
        pattern = rf"(?:{name})(?:_|{after})*(?:{_ENDS}|\z)|{_SAYS}(?:{name})"
        folded = pattern.replace(r"\s", r"\s\pZ\x{85}")
        both_kana = re.sub(
            "[ァ-ヴ]", lambda found: f"[{found[0]}{chr(ord(found[0]) - 0x60)}]", folded
        )
        self._folded: Final = QuickLook(folded)
        self._written: Final = QuickLook(f"(?i:{both_kana})")
        self.quick: Final = self._written | _FOLDED

    def may_name(self, text: str) -> bool:
        """Tell whether a text, of any length, may name a number somewhere."""
        data = text.encode("utf-8", "replace")
        if self._written.finds(data):
            return True
        return _FOLDED.finds(data) and self._folded.finds(fold(text).encode("utf-8", "replace"))


_ENDS: Final = rf"[^\pL_]|[{KANJI}{SMALL}]"
"""Behind a label (``Words.follows``): all that is no word, and digits."""
_SAYS: Final = rf"[\pN{KANJI}{SMALL}][^\pL]{{0,3}}(?:ガ|ハ|←|<-|<=|=|is)[^\n。]{{0,12}}"
"""Between a number and what a sentence says it is (``_NAMED``)."""
_FOLDED: Final = QuickLook(
    r"[\x{ff21}-\x{ff5a}\x{ff66}-\x{ff9f}\x{2e80}-\x{2fdf}\x{f900}-\x{faff}"
    r"\x{2100}-\x{214f}\x{24b6}-\x{24e9}\x{3200}-\x{33ff}\x{1d400}-\x{1d7ff}\x{1f100}-\x{1f1ff}]"
)
"""Letters that folding makes another letter of: wide, narrow, mathematical, in circles."""


def names_of(data: ScanData) -> Names:
    """Return the look for the names of data; that of the last data is kept."""
    if not _LAST_NAMES or _LAST_NAMES[0][0] is not data:
        _LAST_NAMES[:] = [(data, Names(data))]
    return _LAST_NAMES[0][1]


_LAST_NAMES: list[tuple[ScanData, Names]] = []


def _any(words: Iterable[str]) -> str:
    return "|".join(_pattern(word) for word in _sorted(words))


def _pattern(word: str) -> str:
    """Return a pattern of a folded word: blanks between its characters, half-width voice marks."""
    if word.isascii():
        end = r"(?![a-z])" if len(word) <= 5 and word[-1].isalpha() else ""  # noqa: PLR2004
        return r"[\W_]{0,3}".join(re.escape(part) for part in re.split(r"[ _-]", word)) + end
    pattern = _BLANK.join(_character(character) for character in word if character not in " ・")
    return pattern + "?" if len(word) > 5 and word[-1] == "ー" else pattern  # noqa: PLR2004 - no キー


def _character(character: str) -> str:
    if character == "ー":
        return "[ー\u2010\\-\u2212\u2013\u2014―一]"
    apart = unicodedata.normalize("NFD", character)
    if len(apart) > 1:
        return f"(?:{character}|{apart[0]}{_VOICE})"
    return re.escape(character)
