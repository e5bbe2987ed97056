"""Candidates among the memories, and what describes each. Words count for little here.

What answers "What could I cook?" is "I'm allergic to peanuts": they share no word, and a memory's
meaning is nearer to every request than to most others.
"""

import math
import re
import sqlite3

import numpy as np

from memory.database import Database
from memory.dense import Dense
from memory.keywords import keyword_matches, telling_words
from memory.recall.features import Features
from memory.recall.query import Query

CANDIDATES = 60
_LEAST_AGREEMENT = 0.01

_ASKS_LIKES = re.compile(r"\bi (like|love|enjoy|prefer)\b|\bmy favou?rite\b", re.IGNORECASE)
_ASKS_DISLIKES = re.compile(r"\bi (dislike|hate|avoid|can't|cannot|don't|won't|never)\b", re.I)


def memory_features(database: Database, dense: Dense, query: Query, wanted: int) -> Features:
    """Find and describe candidates; at least `wanted`, if so many memories hold.

    Those hold that are active now; asked about the past, also what held then.
    """
    matches = keyword_matches(database, "memory", query.telling_words)
    most = max(CANDIDATES, wanted)
    # Rows that do not hold any more are found too; look further if they take the places.
    while True:
        near = [seq for seq, _ in dense.nearest("memory", query.request_vector, most)]
        rows = _rows(database, {*near, *matches.best(most)}, query)
        if len(rows) >= wanted or len(near) < most:
            break
        most *= 4
    if not rows:
        return Features("memory", np.zeros(0, np.int64), {}, {})
    seqs = np.array([row["seq"] for row in rows])
    vectors = dense.vectors("memory", [row["seq"] for row in rows], len(query.vector))
    counts = matches.counts_of(seqs)
    shares = query.domains.shares(vectors)
    agreement = np.asarray(shares @ query.shares, dtype=np.float64)
    columns = {
        "meaning": np.asarray(vectors @ query.request_vector, dtype=np.float64),
        "hub": np.asarray(query.domains.pull(vectors), dtype=np.float64),
        "domain": agreement,
        "log_domain": np.log(agreement + _LEAST_AGREEMENT),
        "general": np.full(len(rows), query.general),
        "words": matches.bm25(counts, np.ones(len(rows))),
        "is_hard": np.array([row["strength"] == "hard" for row in rows], dtype=np.float64),
        "scope": np.array([_is_in_scope(row["scope"], query) for row in rows], dtype=np.float64),
        "polarity": np.array([_fits_polarity(row["polarity"], query) for row in rows], np.float64),
        "pinned": np.array([row["is_pinned"] for row in rows], dtype=np.float64),
        "used": np.array([math.log1p(row["uses"]) for row in rows]),
    }
    everywhere = np.ones(len(rows), dtype=bool)
    return Features(
        "memory",
        seqs,
        columns,
        {"memory": everywhere},
        {
            "words": lambda place: matches.shared(int(seqs[place])),
            "domain": lambda place: query.domains.shared(shares[place], query.shares),
        },
    )


def _rows(database: Database, seqs: set[int], query: Query) -> list[sqlite3.Row]:
    now = query.now.isoformat()
    then = query.period if query.period and query.period.end <= query.now else None
    with database.read() as connection:
        return connection.execute(
            "SELECT m.seq, m.scope, m.polarity, m.strength, m.is_pinned,"
            " (SELECT count(*) FROM offers o WHERE o.kind = 'memory' AND o.item_id = m.id) AS uses"
            f" FROM memories m WHERE m.seq IN ({','.join('?' * len(seqs))}) AND ("
            "m.status = 'active' AND m.valid_from <= ? AND (m.valid_to IS NULL OR m.valid_to > ?)"
            " OR m.status = 'superseded' AND m.valid_from < ? AND m.valid_to > ?)",
            (
                *seqs,
                now,
                now,
                then.end.isoformat() if then else "",
                then.start.isoformat() if then else now,
            ),
        ).fetchall()


def _is_in_scope(scope: str | None, query: Query) -> bool:
    stems = set(query.telling_words.values())
    return scope is not None and not stems.isdisjoint(telling_words(scope).values())


def _fits_polarity(polarity: str, query: Query) -> bool:
    if _ASKS_DISLIKES.search(query.text):
        return polarity == "negative"
    return polarity == "positive" and bool(_ASKS_LIKES.search(query.text))
