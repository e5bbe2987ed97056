"""Keyword search: where the telling words of a query occur, and the BM25 of any texts.

FTS5 keeps the index of stemmed words; the places are read from it, so that a message, its
neighbourhood and its conversation are scored from one reading. Words that say nothing (stop words,
and the most frequent ones where there are many texts) are dropped: they cost most of the time and
decide nothing.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import snowballstemmer
from numpy.typing import NDArray

from memory.database import Database
from memory.types import RecollectionKind

MAX_TERMS = 32
# So many places are read for a query at most, the rarest words first. It bounds the time.
_MOST_PLACES = 4000
_SATURATION = 1.2
_LENGTH_WEIGHT = 0.75
_WORD = re.compile(r"[^\W_]+")

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Matches:
    """Where words occur: `counts[i, j]` is how often the text `seqs[i]` holds `words[j]`.

    `weights[j]` is the word's inverse document frequency.
    """

    words: tuple[str, ...]
    weights: Numbers
    seqs: NDArray[np.int64]
    counts: Numbers

    def counts_of(self, seqs: NDArray[np.int64]) -> Numbers:
        """How often each of some texts holds each word; shape (len(seqs), words)."""
        found = np.zeros((len(seqs), len(self.words)))
        if len(self.seqs):
            place = np.minimum(np.searchsorted(self.seqs, seqs), len(self.seqs) - 1)
            is_there = self.seqs[place] == seqs
            found[is_there] = self.counts[place[is_there]]
        return found

    def shared(self, seq: int) -> str:
        """The words that a text holds, for people to read."""
        counts = self.counts_of(np.array([seq]))[0]
        return ", ".join(word for word, count in zip(self.words, counts, strict=True) if count)

    def best(self, limit: int) -> list[int]:
        """The texts with the highest BM25 if all were equally long, best first."""
        scores = self.bm25(self.counts, np.ones(len(self.seqs)))
        return [int(self.seqs[place]) for place in np.argsort(-scores, kind="stable")[:limit]]

    def bm25(self, counts: Numbers, lengths: Numbers) -> Numbers:
        """BM25 as a share of the most that the query could give, so between 0 and 1.

        `counts` has shape (n, words); `lengths` (n,) is in units of the mean length.
        """
        damping = _SATURATION * (1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * lengths[:, None])
        return np.asarray(
            counts / (counts + damping) @ self.weights / max(self.weights.sum(), 1e-9)
        )


def keyword_matches(
    database: Database, kind: RecollectionKind, words: Mapping[str, str]
) -> Matches:
    """Read where words occur; `words` maps each to its stem, as `telling_words` does."""
    with database.read() as connection:
        (texts,) = connection.execute(f"SELECT max(id) FROM {kind}_words_docsize").fetchone()
        frequencies = _frequencies(connection, kind, words)
        read: list[str] = []
        places: list[NDArray[np.int64]] = []
        left = _MOST_PLACES
        for word in sorted(frequencies, key=lambda word: frequencies[word]):
            if read and frequencies[word] > left:
                break
            read.append(word)
            places.append(_places(connection, kind, words[word], limit=left))
            left -= len(places[-1])
    return _matches(read, places, [frequencies[word] for word in read], texts or 0)


def telling_words(text: str) -> dict[str, str]:
    """The first words of a text that say something, with the stems that FTS5 keeps them by."""
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = [word for word in _WORD.findall(plain) if word not in _stop_words()]
    unique = list(dict.fromkeys(words))[:MAX_TERMS]
    stems = snowballstemmer.stemmer("porter").stemWords(unique)
    first = {stem: word for word, stem in zip(unique[::-1], stems[::-1], strict=True)}
    return {word: stem for stem, word in first.items()}


def _frequencies(
    connection: sqlite3.Connection, kind: RecollectionKind, words: Mapping[str, str]
) -> dict[str, int]:
    """In how many texts each word occurs, in any form; words that occur nowhere are left out."""
    rows = connection.execute(
        f"SELECT term, doc FROM {kind}_terms WHERE term IN ({','.join('?' * len(words))})",
        list(words.values()),
    ).fetchall()
    by_stem = {row["term"]: int(row["doc"]) for row in rows}
    return {word: by_stem[stem] for word, stem in words.items() if stem in by_stem}


def _places(
    connection: sqlite3.Connection, kind: RecollectionKind, stem: str, *, limit: int
) -> NDArray[np.int64]:
    """The texts that hold a stem, each as often as it does."""
    connection.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{kind}_places"
        f" USING fts5vocab('main', '{kind}_words', 'instance')"
    )
    # As one string, because thousands of rows take longer to fetch than to find.
    (found,) = connection.execute(
        f"SELECT group_concat(doc) FROM (SELECT doc FROM temp.{kind}_places"
        " WHERE term = ? LIMIT ?)",
        (stem, limit),
    ).fetchone()
    return np.fromstring(found or "", np.int64, sep=",")


def _matches(
    words: list[str], places: list[NDArray[np.int64]], frequencies: list[int], texts: int
) -> Matches:
    seqs = np.unique(np.concatenate(places)) if places else np.zeros(0, np.int64)
    counts = np.zeros((len(seqs), len(words)))
    for column, where in enumerate(places):
        np.add.at(counts[:, column], np.searchsorted(seqs, where), 1)
    rarity = np.array(frequencies, dtype=np.float64)
    weights = np.log1p((np.maximum(texts, rarity) - rarity + 0.5) / (rarity + 0.5))
    return Matches(tuple(words), weights, seqs, counts)


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(files("memory").joinpath("stop_words.txt").read_text("utf-8").split())
