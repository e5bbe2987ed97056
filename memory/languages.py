"""Which language a text is in, guessed from its small words and its script.

Good enough to notice in which language somebody usually writes; a text of a few words may well be
given up on, and that is said (None) rather than guessed wrongly.
"""

import re
import unicodedata
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_MOST_WORDS = 200
_FEWEST_HITS = 2
_LEAST_SHARE = 0.2
_LEAST_LEAD = 1.25
_LETTERS_READ = 400
_LEAST_OF_SCRIPT = 0.3


def guess_language(text: str) -> str | None:
    """The language's ISO 639-1 code ("es"); None where the words do not tell."""
    return _by_script(text) or _by_words(text)


def languages() -> frozenset[str]:
    """The codes of the languages that are known."""
    return frozenset([*_read()["words"], *_read()["scripts"].values()])


def _by_words(text: str) -> str | None:
    """Every word votes for its languages; one that several share divides its vote."""
    words = _WORD.findall(text.casefold().replace("\u2019", "'"))[:_MOST_WORDS]
    hits, votes = Counter[str](), Counter[str]()
    for word in words:
        codes = _languages_of().get(word, ())
        hits.update(codes)
        votes.update(dict.fromkeys(codes, 1 / len(codes)) if codes else {})
    (best, most), (_, second) = [*votes.most_common(2), ("", 0), ("", 0)][:2]
    is_enough = hits[best] >= max(_FEWEST_HITS, len(words) * _LEAST_SHARE)
    return best if is_enough and most > second * _LEAST_LEAD else None


def _by_script(text: str) -> str | None:
    letters = [letter for letter in text[:_LETTERS_READ] if letter.isalpha()]
    scripts = Counter(unicodedata.name(letter, "").split(" ")[0] for letter in letters)
    found = Counter[str]()
    for script, count in scripts.items():
        if script in _read()["scripts"]:
            found[_read()["scripts"][script]] += count
    if not found or sum(found.values()) < _LEAST_OF_SCRIPT * len(letters):
        return None
    # Japanese is written with Chinese letters, too; no Chinese is written with kana.
    return "ja" if "ja" in found else found.most_common(1)[0][0]


@cache
def _languages_of() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for code, words in _read()["words"].items():
        for word in words:
            found.setdefault(str(word), set()).add(code)
    return found


@cache
def _read() -> dict[str, Any]:
    loaded = yaml.safe_load(files("memory").joinpath("languages.yaml").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded
