"""Candidates among the messages, and what describes each: its own words and those around it.

A feature may depend on the message, for instance on whether two people talk or a user and an
assistant, never on where the messages come from.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from memory.database import Database
from memory.dense import Dense
from memory.keywords import Matches, keyword_matches
from memory.recall.features import Features
from memory.recall.query import Query
from memory.times import periods_mentioned

# Of each kind, by meaning and by words; their neighbours come along.
CANDIDATES = 40
_OPENING = 300

_I = re.compile(r"\b(?:i|my|me|mine|we|our)\b")
_SENTENCE_END = re.compile(r"[.?!]\s|\n")
_VERBS = (
    "use|include|provide|format|give|show|explain|mention|list|add|write|answer|reply|avoid|keep|"
    "tell|start|end|confirm|specify|highlight|suggest|present|ask|remind|call|address"
)
# "Always give an example when I ask about …": a wish that holds from now on.
_STANDING_WISH = re.compile(
    r"^(please |and |also |just |so )?(always|never|from now on|whenever|remember to)\b"
    rf"|\b(always|never) ({_VERBS})\b",
)
_TIME_WORDS = re.compile(
    r"\b(yesterday|today|tomorrow|tonight|last|next|ago|weeks?|weekend|months?|years?|days?"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may"
    r"|june|july|august|september|october|november|december|since|recently|soon)\b",
)
_MOST_TIME_WORDS = 3
# A word before a colon is a speaker's name if so many candidates begin with it: "Note: …" is none.
_TIMES_WRITTEN = 3
# "Caroline: …" or "[8 May 2023] Caroline: …"
_WRITTEN_NAME = re.compile(r"(?:\[[^\]\n]{1,40}\]\s*)?(?P<name>[\w.'-]{1,20}(?: [\w.'-]{1,20})?): ")
# In units of a message, for the damping of BM25.
_SESSION_LENGTH = 2.0

Rows = NDArray[np.int64]
_Number = TypeVar("_Number", np.float32, np.float64)


@dataclass(frozen=True)
class _Candidate:
    """A message as far as features need it; `before` and `after` are places in the list, or -1.

    `opening` is how it begins, in small letters.
    """

    seq: int
    conversation: str
    day: str
    role: str
    name: str | None
    opening: str
    characters: int
    is_question: bool
    before: int
    after: int


def message_features(database: Database, dense: Dense, query: Query, wanted: int) -> Features:
    """Find and describe candidates; at least `wanted`, if there are so many messages."""
    matches = keyword_matches(database, "message", query.telling_words)
    most = max(CANDIDATES, wanted)
    near = [seq for seq, _ in dense.nearest("message", query.vector, most)]
    rows = _with_neighbours(database, {*near, *matches.best(most)})
    if not rows:
        return Features("message", np.zeros(0, np.int64), {}, {})
    vectors = dense.vectors("message", [row.seq for row in rows], len(query.vector))
    columns = _columns(rows, vectors, matches, query)
    if query.period:
        columns["time"] = _time(database, rows, query)
    between_people = np.array([_is_between_people(rows, row) for row in rows])
    return Features(
        "message",
        np.array([row.seq for row in rows]),
        columns,
        {"between_people": between_people, "with_assistant": ~between_people},
        {"words": lambda place: matches.shared(rows[place].seq)},
    )


def _columns(
    rows: list[_Candidate], vectors: NDArray[np.float32], matches: Matches, query: Query
) -> dict[str, NDArray[np.float64]]:
    before = np.array([row.before for row in rows])
    after = np.array([row.after for row in rows])
    around = vectors + _shifted(vectors, before) + _shifted(vectors, after)
    around /= np.maximum(np.linalg.norm(around, axis=1, keepdims=True), 1e-12)
    counts = matches.counts_of(np.array([row.seq for row in rows]))
    lengths = np.array([row.characters for row in rows], dtype=np.float64)
    near_counts = counts + _shifted(counts, before) + _shifted(counts, after)
    near_lengths = lengths + _shifted(lengths, before) + _shifted(lengths, after)
    share = matches.bm25(counts, lengths / max(lengths.mean(), 1.0))
    near_share = matches.bm25(near_counts, near_lengths / max(near_lengths.mean(), 1.0))
    return {
        "meaning": np.asarray(vectors @ query.vector, dtype=np.float64),
        "meaning_around": np.asarray(around @ query.vector, dtype=np.float64),
        "words": _of_best(share),
        "words_around": _of_best(near_share),
        "words_in_session": _of_best(_session_share(rows, counts, matches)),
        "speaker": _column(_is_named(row, query) for row in rows),
        "length": np.log1p(lengths) / 6,
        "is_question": _column(row.is_question for row in rows),
        "said_by_user": _column(row.role == "user" for row in rows),
        "said_as_asked": _column(query.asks_assistant and _is_assistant(row) for row in rows),
        "about_self": _column(row.role == "user" and _is_about_self(row.opening) for row in rows),
        "standing_wish": _column(
            query.is_request and row.role == "user" and bool(_STANDING_WISH.search(row.opening))
            for row in rows
        ),
        "tells_when": _column(_time_words(row.opening) if query.asks_when else 0 for row in rows),
        "general": np.full(len(rows), query.general),
        "share_of_words": share,
    }


def _with_neighbours(database: Database, found: set[int]) -> list[_Candidate]:
    """The messages found and, twice over, those said right before and after them."""
    if not found:
        return []
    with database.read() as connection:
        known: dict[int, sqlite3.Row] = {}
        wanted = found
        for _ in range(2):
            for row in _rows(connection, wanted - known.keys()):
                known[row["seq"]] = row
            wanted = {row[side] for row in known.values() for side in ("before", "after")} - {None}
    place = {seq: number for number, seq in enumerate(known)}
    written = Counter(_written_name(row["opening"]) for row in known.values())
    speakers = {name for name, count in written.items() if count >= _TIMES_WRITTEN}
    return [
        _Candidate(
            seq=row["seq"],
            conversation=row["conversation_id"],
            day=row["day"],
            role=row["role"],
            name=row["name"]
            or (name if (name := _written_name(row["opening"])) in speakers else None),
            opening=row["opening"],
            characters=row["characters"],
            is_question=bool(row["is_question"]),
            before=place.get(row["before"], -1),
            after=place.get(row["after"], -1),
        )
        for row in known.values()
    ]


def _rows(connection: sqlite3.Connection, seqs: set[int]) -> list[sqlite3.Row]:
    return connection.execute(
        "SELECT seq, conversation_id, substr(time, 1, 10) AS day, role, name,"
        f" lower(ltrim(substr(content, 1, {_OPENING}))) AS opening, length(content) AS characters,"
        " substr(rtrim(content), -1) = '?' AS is_question,"
        " (SELECT max(seq) FROM messages b WHERE b.conversation_id = m.conversation_id"
        "  AND b.seq < m.seq) AS before,"
        " (SELECT min(seq) FROM messages a WHERE a.conversation_id = m.conversation_id"
        "  AND a.seq > m.seq) AS after"
        f" FROM messages m WHERE seq IN ({','.join('?' * len(seqs))})",
        list(seqs),
    ).fetchall()


def _shifted(values: NDArray[_Number], places: Rows) -> NDArray[_Number]:
    """The values at other places, and zero where the place is -1."""
    moved = values[places].copy()
    moved[places < 0] = 0
    return moved


def _of_best(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    best = scores.max()
    return np.asarray(scores / best if best > 0 else scores)


def _session_share(
    rows: Sequence[_Candidate], counts: NDArray[np.float64], matches: Matches
) -> NDArray[np.float64]:
    """How well all candidates of a session match together; a session is a conversation's day."""
    numbers: dict[tuple[str, str], int] = {}
    session = np.array(
        [numbers.setdefault((row.conversation, row.day), len(numbers)) for row in rows]
    )
    together = np.zeros((len(numbers), counts.shape[1]))
    np.add.at(together, session, counts)
    return np.asarray(matches.bm25(together, np.full(len(numbers), _SESSION_LENGTH))[session])


def _is_named(row: _Candidate, query: Query) -> bool:
    return row.name is not None and bool(query.words.intersection(row.name.lower().split()[:1]))


def _is_about_self(opening: str) -> bool:
    """Whether the first sentence speaks of the speaker."""
    end = _SENTENCE_END.search(opening)
    return bool(_I.search(opening, 0, end.start() if end else len(opening)))


def _time_words(opening: str) -> int:
    return min(len(_TIME_WORDS.findall(opening)), _MOST_TIME_WORDS)


def _written_name(opening: str) -> str | None:
    """The speaker's name where it was written into the text, as in other programs' exports."""
    found = _WRITTEN_NAME.match(opening)
    return found["name"] if found else None


def _column(values: Iterable[float]) -> NDArray[np.float64]:
    return np.fromiter(values, np.float64)


def _is_between_people(rows: Sequence[_Candidate], row: _Candidate) -> bool:
    """Whether the message has a named speaker and no assistant answers or is answered."""
    near = [rows[place] for place in (row.before, row.after) if place >= 0]
    return bool(row.name) and not any(_is_assistant(each) for each in near)


def _is_assistant(row: _Candidate) -> bool:
    return row.role == "assistant" and not row.name


def _time(database: Database, rows: list[_Candidate], query: Query) -> NDArray[np.float64]:
    """Whether each message was said in, or speaks of, the time that is asked about."""
    assert query.period is not None
    with database.read() as connection:
        texts = connection.execute(
            f"SELECT seq, time, content FROM messages WHERE seq IN ({','.join('?' * len(rows))})",
            [row.seq for row in rows],
        ).fetchall()
    fits = {}
    for row in texts:
        said_at = datetime.fromisoformat(row["time"])
        mentioned = periods_mentioned(row["content"], said_at, query.zone)
        fits[row["seq"]] = query.period.contains(said_at) or any(
            map(query.period.overlaps, mentioned)
        )
    return np.array([fits[row.seq] for row in rows], dtype=np.float64)
