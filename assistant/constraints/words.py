"""Words as the checks see them: stems with their places in a text, and phrases found among them.

Knows English forms ("anchovies" is "anchovy", "crème brûlée" is "creme brulee"), and nothing about
constraints.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

_WORD = re.compile(r"[^\W_]+(?:['&][^\W_]+)*")
# Typographic apostrophes, dashes and spaces to plain ones, each a single character.
_PLAIN = {0x2018: "'", 0x2019: "'", 0x2013: "-", 0x2014: "-", 0xA0: " ", 0x202F: " "}
_POSSESSIVE = re.compile(r"'s?$")
_SHORTEST_STEMMED = 4
_STEMS_KEPT = 20_000
_Value = TypeVar("_Value")

Phrase = tuple[str, ...]


class Word(NamedTuple):
    """A word's stem, and the characters `start` to `end` of the text that it stands at."""

    stem: str
    start: int
    end: int


class Found(NamedTuple, Generic[_Value]):
    """A phrase that was found: words `first` to `last` (exclusive), and what it stands for."""

    first: int
    last: int
    phrase: Phrase
    value: _Value


def plain(text: str) -> str:
    """The text with plain apostrophes, dashes and spaces; every character keeps its place."""
    return text.translate(_PLAIN)


def words_of(text: str) -> list[Word]:
    """The words of a text, in order."""
    return [Word(stem(match.group()), match.start(), match.end()) for match in _WORD.finditer(text)]


def phrase_of(text: str) -> Phrase:
    """A text as a phrase to look for: the stems of its words."""
    return tuple(word.stem for word in words_of(text))


@lru_cache(_STEMS_KEPT)
def stem(word: str) -> str:
    """A word without its ending, its accents and its capital letters."""
    folded = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode() or word
    bare = _POSSESSIVE.sub("", folded.lower())
    if len(bare) < _SHORTEST_STEMMED:
        return bare
    return str(_stemmer().stemWord(bare))


class Phrases(Generic[_Value]):
    """Finds any of many phrases in one pass over a text's words."""

    def __init__(self, phrases: Mapping[Phrase, _Value]) -> None:
        self._by_first: dict[str, list[tuple[Phrase, _Value]]] = {}
        for phrase, value in phrases.items():
            if phrase:
                self._by_first.setdefault(phrase[0], []).append((phrase, value))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def found(self, words: Sequence[Word]) -> Iterator[Found[_Value]]:
        """Every phrase that stands in the text; where several begin at one word, the longest."""
        stems = [word.stem for word in words]
        for first, start in enumerate(stems):
            for phrase, value in self._by_first.get(start, ()):
                last = first + len(phrase)
                if tuple(stems[first:last]) == phrase:
                    yield Found(first, last, phrase, value)
                    break


def holds(words: Sequence[Word], phrases: Iterable[Phrase]) -> bool:
    """Whether any of the phrases stands among the words."""
    stems = [word.stem for word in words]
    return any(
        tuple(stems[start : start + len(phrase)]) == phrase
        for phrase in phrases
        for start in range(len(stems) - len(phrase) + 1)
    )


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")
