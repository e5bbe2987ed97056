"""The table of tombstones: keyed hashes by which what was forgotten is known again, and not told.

A tombstone holds neither text nor vector. Its key is random, lies in this vault only, and goes with
it, so a hash cannot be compared with another vault's.
"""

import hmac
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from uuid import uuid4

from memory.database import Database
from memory.errors import NotFound
from memory.spans import Span, Words, cut
from memory.types import Message, Record, UtcTime

_KEY = "tombstone_key"
_PLACE = "a place: "


class Tombstone(Record):
    """One forgetting: when it was, and how many sentences and places of messages it was about."""

    id: str
    created: UtcTime
    sentences: int
    places: int


class Tombstones:
    """What must not be learned again in one vault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def holds(self, sentence: str) -> bool:
        """Whether a sentence says something that was forgotten, in the same words."""
        with self._database.read() as connection:
            return bool(_Graveyard(connection).spans_in(sentence))

    def holds_message(self, message_id: str, start: int, end: int) -> bool:
        """Whether characters `start` to `end` of a message, as it was then, were forgotten."""
        with self._database.read() as connection:
            return _Graveyard(connection).holds_place(message_id, (start, end))

    def list(self) -> list[Tombstone]:
        """All forgettings, the newest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT id, created, count(words) AS sentences, count(*) - count(words) AS places"
                " FROM tombstones GROUP BY id ORDER BY created DESC, id"
            ).fetchall()
        return [Tombstone(**dict(row)) for row in rows]

    def delete(self, tombstone_id: str) -> None:
        """Let what one forgetting was about be learned again.

        Raises:
            NotFound: there is no tombstone with this id.
        """
        with self._database.write() as connection:
            if not connection.execute(
                "DELETE FROM tombstones WHERE id = ?", (tombstone_id,)
            ).rowcount:
                raise NotFound(
                    f"There is no tombstone {tombstone_id!r}. `bespoke memory tombstones` shows "
                    "all ids."
                )


def bury(
    connection: sqlite3.Connection,
    sentences: Iterable[str],
    places: Iterable[tuple[str, Span]],
    *,
    time: datetime,
    is_refused: bool = False,
) -> None:
    """Write tombstones of sentences and of (message id, span), within a transaction.

    What was only refused as a memory may still stand in messages that come in.
    """
    connection.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (_KEY, secrets.token_hex(32)))
    digest = _digest(connection)
    said = [Words(sentence).all for sentence in sentences]
    rows = {digest(" ".join(words)): len(words) for words in said if words} | {
        digest(_place(message_id, span)): None for message_id, span in places
    }
    shared = uuid4().hex
    connection.executemany(
        "INSERT INTO tombstones VALUES (:digest, :id, :words, :is_refused, :created)"
        " ON CONFLICT (digest) DO UPDATE SET is_refused = min(is_refused, :is_refused)",
        [
            {
                "digest": each,
                "id": shared,
                "words": words,
                "is_refused": is_refused,
                "created": time.isoformat(),
            }
            for each, words in rows.items()
        ],
    )


def is_forgotten(connection: sqlite3.Connection, text: str) -> bool:
    """Whether a text says something that was forgotten or refused here."""
    return bool(_Graveyard(connection).spans_in(text))


def told_without_forgotten(connection: sqlite3.Connection, text: str) -> str:
    """A text from elsewhere with the mark in place of each sentence that was forgotten here."""
    return cut(text, _Graveyard(connection, with_refused=False).spans_in(text))


def without_forgotten(connection: sqlite3.Connection, messages: Sequence[Message]) -> list[Message]:
    """Messages from elsewhere with the mark in place of each sentence that was forgotten here."""
    graveyard = _Graveyard(connection, with_refused=False)
    return [
        message.model_copy(update={"content": cut(message.content, spans)})
        if (spans := graveyard.spans_in(message.content))
        else message
        for message in messages
    ]


class _Graveyard:
    """All tombstones of a vault, read once."""

    def __init__(self, connection: sqlite3.Connection, *, with_refused: bool = True) -> None:
        rows = connection.execute(
            "SELECT digest, words FROM tombstones WHERE is_refused <= ?"
            " AND EXISTS (SELECT 1 FROM meta WHERE key = ?)",
            (with_refused, _KEY),
        ).fetchall()
        self._digests = {row["digest"] for row in rows}
        self._lengths = sorted({row["words"] for row in rows if row["words"]}, reverse=True)
        if rows:
            self._digest = _digest(connection)

    def holds_place(self, message_id: str, span: Span) -> bool:
        return bool(self._digests) and self._digest(_place(message_id, span)) in self._digests

    def spans_in(self, text: str) -> list[Span]:
        """Where forgotten sentences stand; every run of words that is as long as one is tried."""
        if not self._lengths:
            return []
        words = Words(text)
        runs = [
            (first, first + length)
            for length in self._lengths
            for first in range(len(words.all) - length + 1)
            if self._digest(" ".join(words.all[first : first + length])) in self._digests
        ]
        return words.spans(runs)


def _digest(connection: sqlite3.Connection) -> partial[str]:
    (key,) = connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    return partial(_keyed_hash, bytes.fromhex(key))


def _keyed_hash(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()


def _place(message_id: str, span: Span) -> str:
    return f"{_PLACE}{span[0]}-{span[1]} of {message_id}"
