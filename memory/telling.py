"""What tells a forgotten sentence, although it stands without it: its phrases and its rare words.

A reply that was made knowing the sentence may say "allergic to peanuts" or just "peanuts". A word
is rare if nothing that the user said and no memory holds it any more, in any form.
"""

import sqlite3
from collections.abc import Iterable, Sequence

import snowballstemmer

from memory.keywords import MAX_TERMS, telling_words
from memory.spans import Span, Wording, Words, merged, telling_phrases


class Telling:
    """The phrases and rare words of some sentences, as they are looked for in texts."""

    def __init__(
        self, connection: sqlite3.Connection, sentences: Sequence[str], abouts: Iterable[str]
    ) -> None:
        """Must be made when the sentences are gone from messages and memories."""
        phrases = [phrase for sentence in sentences for phrase in telling_phrases(sentence)]
        self._phrases = Wording([*phrases, *abouts])
        self._stemmer = snowballstemmer.stemmer("porter")
        self._rare = {
            stem
            for sentence in sentences
            for word, stem in _stems(sentence).items()
            if not _is_used(connection, word)
        }

    def spans_in(self, text: str) -> list[Span]:
        """Where something telling stands in a text, in order; spans that overlap are one."""
        words = Words(text)
        stems = self._stemmer.stemWords(words.all) if self._rare else []
        rare = merged((place, place + 1) for place, stem in enumerate(stems) if stem in self._rare)
        return merged([*self._phrases.spans_in(text), *words.spans(rare)])


def _stems(sentence: str) -> dict[str, str]:
    words = Words(sentence).all
    parts = [words[start : start + MAX_TERMS] for start in range(0, len(words), MAX_TERMS)]
    return {word: stem for part in parts for word, stem in telling_words(" ".join(part)).items()}


def _is_used(connection: sqlite3.Connection, word: str) -> bool:
    said = connection.execute(
        "SELECT 1 FROM message_words w JOIN messages m ON m.seq = w.rowid"
        " WHERE message_words MATCH :word AND m.role = 'user'"
        " UNION ALL SELECT 1 FROM memory_words WHERE memory_words MATCH :word LIMIT 1",
        {"word": f'"{word}"'},
    ).fetchone()
    return said is not None
