"""Recall: what of a user's messages and memories matters for a text, why, and whether to say it.

Candidates come from search by meaning and by keywords. A few features give each a score, and the
gate lets through what is worth a place in a prompt: nothing, where nothing fits.
"""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

from memory.database import Database
from memory.dense import Dense
from memory.embeddings import Vectors
from memory.keywords import keyword_matches
from memory.types import Reason, Recollection, RecollectionKind, Record

CANDIDATES = 50


class Weights(Record):
    """What each feature adds to a score, and the score from which on the gate opens.

    It opens earlier for what is hard: an allergy too many in a prompt is better than one too few.
    """

    meaning: float = 1.0
    keywords: float
    said_by_user: float
    is_question: float
    is_short: float
    gate: float
    gate_if_hard: float


WEIGHTS: dict[RecollectionKind, Weights] = {
    "message": Weights(
        keywords=0.15,
        said_by_user=0.5,
        is_question=-0.4,
        is_short=-0.2,
        gate=0.82,
        gate_if_hard=0.82,
    ),
    "memory": Weights(
        keywords=0.1, said_by_user=0.0, is_question=0.0, is_short=0.0, gate=0.24, gate_if_hard=0.15
    ),
}

# A BM25 score of this size counts half.
_HALF_BM25 = 6.0
_FEW_WORDS = 4


def recall(
    database: Database,
    dense: Dense,
    text: str,
    vector: Vectors,
    *,
    limit: int = 10,
    kinds: Sequence[RecollectionKind] = ("message", "memory"),
    gate: bool = True,
    now: datetime,
    leave_out: Collection[str] = (),
) -> list[Recollection]:
    """Find what matters for `text`, best first, at most `limit`.

    Args:
        text: what the user says or searches for.
        vector: its embedding, of shape (dimension,) and unit length.
        gate: whether only what passes the gate is returned; without it exactly `limit`
            recollections come back if there are that many.
        now: only memories that hold at this time are found.
        leave_out: ids that must not come back, like those that the prompt already holds.
    """
    found: list[Recollection] = []
    for kind in kinds:
        candidates = _candidates(database, dense, kind, text, vector, limit + len(leave_out))
        rows = _rows(database, kind, list(candidates), now)
        scored = (_recollection(kind, row, candidates[row["seq"]]) for row in rows)
        found += [
            item
            for item in scored
            if item.id not in leave_out and (not gate or _passes(item, text))
        ]
    return sorted(found, key=lambda item: -item.score)[:limit]


def _candidates(
    database: Database,
    dense: Dense,
    kind: RecollectionKind,
    text: str,
    vector: Vectors,
    limit: int,
) -> dict[int, tuple[float, float]]:
    """Map each candidate's seq to its cosine similarity and BM25 score."""
    # Rows that do not hold any more are found too, so ask for more than are needed.
    wanted = max(CANDIDATES, 2 * limit)
    near = dict(dense.nearest(kind, vector, wanted))
    words = dict(keyword_matches(database, kind, text, wanted))
    near.update(dense.similarities(kind, [seq for seq in words if seq not in near], vector))
    return {seq: (near.get(seq, 0.0), words.get(seq, 0.0)) for seq in near.keys() | words.keys()}


def _rows(
    database: Database, kind: RecollectionKind, seqs: list[int], now: datetime
) -> list[sqlite3.Row]:
    wanted = ",".join("?" * len(seqs))
    with database.read() as connection:
        if kind == "message":
            return connection.execute(
                "SELECT seq, id, id AS source_id, content, time, role, NULL AS strength"
                f" FROM messages WHERE seq IN ({wanted})",
                seqs,
            ).fetchall()
        return connection.execute(
            "SELECT m.seq, m.id, m.content, m.valid_from AS time, m.strength, NULL AS role,"
            " coalesce((SELECT message_id FROM evidence e WHERE e.memory_id = m.id LIMIT 1), m.id)"
            f" AS source_id FROM memories m WHERE m.seq IN ({wanted}) AND m.status = 'active'"
            " AND m.valid_from <= ? AND (m.valid_to IS NULL OR m.valid_to > ?)",
            (*seqs, now.isoformat(), now.isoformat()),
        ).fetchall()


def _recollection(
    kind: RecollectionKind, row: sqlite3.Row, found: tuple[float, float]
) -> Recollection:
    reasons = _reasons(kind, row, *found)
    return Recollection(
        kind=kind,
        id=row["id"],
        source_id=row["source_id"],
        text=row["content"],
        time=datetime.fromisoformat(row["time"]),
        score=sum(reason.amount for reason in reasons),
        reasons=reasons,
        role=row["role"],
        strength=row["strength"],
    )


def _reasons(
    kind: RecollectionKind, row: sqlite3.Row, similarity: float, bm25: float
) -> tuple[Reason, ...]:
    weights = WEIGHTS[kind]
    reasons = [
        Reason(
            feature="meaning",
            amount=weights.meaning * similarity,
            words="is close in meaning to what you wrote",
        )
    ]
    if bm25 > 0:
        share = bm25 / (bm25 + _HALF_BM25)
        reasons.append(
            Reason(
                feature="keywords",
                amount=weights.keywords * share,
                words="shares words with what you wrote",
            )
        )
    if row["role"] == "user":
        reasons.append(
            Reason(feature="said_by_user", amount=weights.said_by_user, words="you said it")
        )
    if kind == "message" and row["content"].rstrip().endswith("?"):
        reasons.append(
            Reason(feature="is_question", amount=weights.is_question, words="it was a question")
        )
    if kind == "message" and len(row["content"].split()) < _FEW_WORDS:
        reasons.append(
            Reason(feature="is_short", amount=weights.is_short, words="it has few words")
        )
    return tuple(reasons)


def _passes(item: Recollection, text: str) -> bool:
    weights = WEIGHTS[item.kind]
    threshold = weights.gate_if_hard if item.strength == "hard" else weights.gate
    says_enough = len(text.split()) > 1  # "hello" and "thanks" are near to much, and mean nothing
    return says_enough and item.score >= threshold and not _repeats(item.text, text)


def _repeats(found: str, text: str) -> bool:
    """Whether a recollection only says again what the user has just written."""
    return found.casefold().split() == text.casefold().split()
