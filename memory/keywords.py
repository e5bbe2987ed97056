"""Keyword search with SQLite's FTS5: stemmed words, ranked by BM25.

Words that say nothing (stop words, and words that very many texts hold) are dropped from a query:
they cost most of the time and decide nothing.
"""

import re
from functools import cache
from importlib.resources import files

import snowballstemmer

from memory.database import Database
from memory.types import RecollectionKind

MAX_TERMS = 32
_FREQUENT_SHARE = 0.05
_FREQUENT_FLOOR = 200
_WORD = re.compile(r"\w+")


def keyword_matches(
    database: Database, kind: RecollectionKind, query: str, limit: int
) -> list[tuple[int, float]]:
    """The best rows as (seq, BM25 score), best first; empty if the query holds no telling word."""
    terms = _telling_terms(database, kind, query)
    if not terms:
        return []
    words = f"{kind}_words"
    with database.read() as connection:
        rows = connection.execute(
            f"SELECT rowid, -bm25({words}) AS score FROM {words} WHERE {words} MATCH ?"
            " ORDER BY rank LIMIT ?",
            (" OR ".join(f'"{term}"' for term in terms), limit),
        ).fetchall()
    return [(row["rowid"], row["score"]) for row in rows]


def _telling_terms(database: Database, kind: RecollectionKind, query: str) -> list[str]:
    words = [word for word in _WORD.findall(query.lower()) if word not in _stop_words()]
    unique = list(dict.fromkeys(words))[:MAX_TERMS]
    if not unique:
        return []
    frequencies = _document_frequencies(database, kind, unique)
    with database.read() as connection:
        (rows,) = connection.execute(f"SELECT max(id) FROM {kind}_words_docsize").fetchone()
    most = max(_FREQUENT_FLOOR, _FREQUENT_SHARE * (rows or 0))
    telling = [word for word in unique if frequencies.get(word, 0) <= most]
    return telling or sorted(unique, key=lambda word: frequencies.get(word, 0))[:1]


def _document_frequencies(
    database: Database, kind: RecollectionKind, words: list[str]
) -> dict[str, int]:
    """In how many texts each word occurs, in any form; FTS5 keeps this by Porter stem."""
    stems = dict(zip(words, snowballstemmer.stemmer("porter").stemWords(words), strict=True))
    with database.read() as connection:
        rows = connection.execute(
            f"SELECT term, doc FROM {kind}_terms WHERE term IN ({','.join('?' * len(stems))})",
            list(stems.values()),
        ).fetchall()
    by_stem = {row["term"]: row["doc"] for row in rows}
    return {word: by_stem.get(stem, 0) for word, stem in stems.items()}


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(files("memory").joinpath("stop_words.txt").read_text("utf-8").split())
