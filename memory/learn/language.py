"""The words, cues and sentences that statements are read with, a folder a language.

English is the only one so far. Nothing here reads a user's text.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True)
class Language:
    """One language: cues of the detector, its sentences by kind, and word lists by name."""

    cues: tuple[re.Pattern[str], ...]
    sentences: dict[str, list[str]]
    words: dict[str, frozenset[str]]

    def has(self, list_name: str, word: str) -> bool:
        """Whether a word, in lower case, is in one of the lists."""
        return word in self.words[list_name]


@cache
def english() -> Language:
    """Read the folder of English once."""
    cues = _read("english/cues.yaml")
    return Language(
        cues=tuple(
            re.compile(pattern.replace("ADV", cues["adverbs"]), re.IGNORECASE)
            for pattern in cues["patterns"].values()
        ),
        sentences=_read("english/sentences.yaml"),
        words={name: frozenset(words) for name, words in _read("english/words.yaml").items()},
    )


def _read(path: str) -> dict[str, Any]:
    text = files("memory.learn").joinpath(path).read_text("utf-8")
    loaded = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    assert isinstance(loaded, dict)
    return loaded
