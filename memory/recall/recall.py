"""Recall, top to bottom: candidates with their features, scores, the gate, reasons.

Messages and memories are found apart, each with weights of its own, and come back in one list.
"""

import re
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from memory.database import Database
from memory.dense import Dense
from memory.keywords import keyword_matches, telling_words
from memory.recall.features import (
    Column,
    Features,
    Weights,
    amounts,
    opens,
    reason_words,
    reasons,
)
from memory.recall.memories import memory_features
from memory.recall.messages import message_features
from memory.recall.query import Query
from memory.recall.reranking import SECOND_LOOKS, Reranker
from memory.types import Reason, Recollection, RecollectionKind

_FEATURES = {"message": message_features, "memory": memory_features}
_FEWEST_WORDS = 2
_REPEATS = 10
# A message of no more characters is given with the question that it answers.
_SHORT = 60
_LAST_SENTENCE = re.compile(r"[^.!?\n]*\?\s*\Z")


@dataclass(frozen=True)
class _Found:
    """A candidate that may come back: a place in a table of features."""

    features: Features
    added: dict[str, Column]
    place: int
    score: float


def recall(
    database: Database,
    dense: Dense,
    query: Query,
    weights: Weights,
    *,
    limit: int = 10,
    kinds: Sequence[RecollectionKind] = ("message", "memory"),
    gate: bool = True,
    leave_out: Collection[str] = (),
    reranker: Reranker | None = None,
) -> list[Recollection]:
    """Find what matters for a query, best first, at most `limit`.

    Args:
        gate: whether only what passes the gate is returned; without it exactly `limit`
            recollections come back if there are that many.
        leave_out: ids that must not come back, like those that the prompt already holds.
        reranker: looks at the best again, and adds its own score to theirs.
    """
    if gate and len(query.text.split()) < _FEWEST_WORDS:
        return []  # "hello" and "thanks" are near to much, and mean nothing
    wanted = limit + len(leave_out)
    found: list[_Found] = []
    # OpenBLAS's second thread would go on spinning for 25 ms, and whoever computes next with it:
    # three times as long for the next embedding, on two cores.
    with _threads().limit(limits=1, user_api="blas"):
        for kind in kinds:
            features = find(database, dense, kind, query, wanted)
            found += _scored(features, weights, gate=gate)
    found.sort(key=lambda each: -each.score)
    # What only says again what the user has just written is known to the reader.
    said = query.text.casefold().split() if gate else None
    most = wanted + _REPEATS if gate else wanted
    rows = _rows(database, found[: max(most, SECOND_LOOKS) if reranker else most])
    recollections = [_recollection(each, row) for each, row in rows]
    outdated = _outdated(rows) if gate and query.period is None else set()
    new = [
        item
        for item in recollections
        if item.id not in leave_out
        and item.id not in outdated
        and item.text.casefold().split() not in (said, [])
    ]
    return (_reranked(new, query.text, reranker) if reranker else new)[:limit]


def find(
    database: Database, dense: Dense, kind: RecollectionKind, query: Query, wanted: int
) -> Features:
    """The candidates of one kind and what describes them."""
    return _FEATURES[kind](database, dense, query, wanted)


def time_of(database: Database, event: str, now: datetime) -> datetime | None:
    """When the message was written that shares most words with an event, before `now`."""
    for seq in keyword_matches(database, "message", telling_words(event)).best(_REPEATS):
        with database.read() as connection:
            row = connection.execute("SELECT time FROM messages WHERE seq = ?", (seq,)).fetchone()
        if (time := datetime.fromisoformat(row["time"])) < now:
            return time
    return None


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def _reranked(found: Sequence[Recollection], text: str, reranker: Reranker) -> list[Recollection]:
    second = reranker(text, [item.text for item in found]) if found else []
    looked_at = [
        item.model_copy(
            update={"score": item.score + amount, "reasons": (_read(amount), *item.reasons)}
        )
        for item, amount in zip(found, second, strict=True)
    ]
    return sorted(looked_at, key=lambda item: -item.score)


def _read(amount: float) -> Reason:
    words = reason_words("reranker") if amount > 0 else ""
    return Reason(feature="reranker", amount=amount, words=words)


def _scored(features: Features, weights: Weights, *, gate: bool) -> list[_Found]:
    if not len(features.seqs):
        return []
    added = amounts(features, weights)
    score = np.sum(list(added.values()), axis=0)
    passes = opens(features, score, weights.gates[features.kind]) if gate else score > -np.inf
    return [
        _Found(features, added, int(place), float(score[place])) for place in np.flatnonzero(passes)
    ]


def _rows(database: Database, found: Sequence[_Found]) -> list[tuple[_Found, sqlite3.Row]]:
    """The rows of what was found, in the same order."""
    with database.read() as connection:
        return [
            (
                each,
                connection.execute(
                    _ROW[each.features.kind], (int(each.features.seqs[each.place]),)
                ).fetchone(),
            )
            for each in found
        ]


def _outdated(rows: Sequence[tuple[_Found, sqlite3.Row]]) -> set[str]:
    """The messages of which all that was learned holds no longer."""
    return {row["id"] for each, row in rows if each.features.kind == "message" and row["outdated"]}


def _trusted(text: str, suspicious: str | None) -> str:
    """A text without the spans that the firewall marked; they come as "start-end,start-end"."""
    for span in sorted((suspicious or "").split(","), key=_start, reverse=True):
        if span:
            start, end = map(int, span.split("-"))
            text = text[:start] + text[end:]
    return text.strip() if suspicious else text


def _start(span: str) -> int:
    return int(span.partition("-")[0] or 0)


_ROW: dict[RecollectionKind, str] = {
    "message": "SELECT m.id, m.id AS source_id, m.content, m.time, m.role, NULL AS strength,"
    " (SELECT group_concat(s.start || '-' || s.\"end\") FROM suspicious s"
    "  WHERE s.message_id = m.id) AS suspicious,"
    " (SELECT max(x.status = 'superseded') AND NOT max(x.status = 'active') FROM evidence e"
    "  JOIN memories x ON x.id = e.memory_id WHERE e.message_id = m.id) AS outdated,"
    " (SELECT b.content FROM messages b WHERE b.seq ="
    "  (SELECT max(c.seq) FROM messages c"
    "   WHERE c.conversation_id = m.conversation_id AND c.seq < m.seq)"
    f"  AND length(m.content) <= {_SHORT} AND substr(rtrim(b.content), -1) = '?') AS before"
    " FROM messages m WHERE m.seq = ?",
    "memory": "SELECT m.id, m.content, m.valid_from AS time, m.strength, NULL AS role,"
    " NULL AS before, NULL AS suspicious, NULL AS outdated,"
    " coalesce((SELECT message_id FROM evidence e WHERE e.memory_id = m.id LIMIT 1), m.id)"
    " AS source_id FROM memories m WHERE m.seq = ?",
}


def _recollection(found: _Found, row: sqlite3.Row) -> Recollection:
    question = _LAST_SENTENCE.search(row["before"] or "")
    return Recollection(
        answers=question[0].strip() if question else None,
        kind=found.features.kind,
        id=row["id"],
        source_id=row["source_id"],
        text=_trusted(row["content"], row["suspicious"]),
        time=datetime.fromisoformat(row["time"]),
        score=found.score,
        reasons=reasons(found.features, found.added, found.place),
        role=row["role"],
        strength=row["strength"],
    )
