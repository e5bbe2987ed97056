"""Words, sentences and syllables of a text, and whether words stand in it.

Words are found whole, in any case, whatever the typography.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")
_END = re.compile(r"(?<=[.!?\u2026])[\"'\u201d)]*\s+|\n+")
_STRAIGHT = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2011": "-"}
)


def found_in(text: str, words: Iterable[str]) -> list[str]:
    """Those of the words or phrases that stand in the text; '*' at an end stands for letters."""
    plain = _plain(text)
    return [each for each in words if _pattern(each).search(plain)]


def words_of(text: str) -> list[str]:
    """The words of a text."""
    return _WORD.findall(text)


def sentences_of(text: str) -> list[str]:
    """Its sentences; a line of a list is one, too."""
    parts = (part.strip() for part in _END.split(text))
    return [part for part in parts if _WORD.search(part)]


def syllables_in(word: str) -> int:
    """About how many syllables an English word has: its groups of vowels, without a silent e."""
    plain = word.casefold()
    groups = len(re.findall(r"[aeiouy\u00e0-\u00ff]+", plain))
    is_silent = plain.endswith("e") and not plain.endswith(("le", "ee")) and groups > 1
    return max(1, groups - is_silent)


@lru_cache(1024)
def _pattern(words: str) -> re.Pattern[str]:
    core = r"\s+".join(re.escape(part) for part in _plain(words.strip("*")).split())
    before = r"\w*" if words.startswith("*") else _edge(core[:1], r"(?<!\w)")
    after = r"\w*" if words.endswith("*") else _edge(core[-1:], r"(?!\w)")
    return re.compile(before + core + after)


def _edge(character: str, border: str) -> str:
    """A border of a word, where the words end with a letter or a digit."""
    return border if re.match(r"\w", character) else ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_STRAIGHT).casefold()
