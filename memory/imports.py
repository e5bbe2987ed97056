"""Messages that come from elsewhere: stored in batches, and those that still wait to be learned.

A batch is written together with a mark that it waits to be learned from. So an import that was
killed in between goes on where it was when it is repeated.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from memory.conversations import insert_conversation
from memory.database import Database
from memory.importers.base import GivenMessage
from memory.messages import as_message, insert_message
from memory.types import Message

_WAITING = "to_learn"


class Imports:
    """The writing side of imports into one vault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def store(
        self, batch: Sequence[GivenMessage], *, now: datetime, to_learn: bool
    ) -> list[Message]:
        """Write messages in one transaction and return those that were new; ids decide.

        A message without a time is of `now`. With `to_learn` the new ones wait to be learned from,
        until `mark_learned`.
        """
        with self._database.write() as connection:
            last = _last_seq(connection)
            new = [message for given in batch if (message := _insert(connection, given, now))]
            if new and to_learn:
                connection.execute(
                    "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                    (_WAITING, f"{last + 1} {_last_seq(connection)}"),
                )
        return new

    def to_learn(self) -> list[Message]:
        """The messages that were stored but not learned from, as far as nothing rests on them."""
        with self._database.read() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (_WAITING,)).fetchone()
            if row is None:
                return []
            rows = connection.execute(
                "SELECT * FROM messages WHERE seq BETWEEN ? AND ?"
                " AND id NOT IN (SELECT message_id FROM evidence WHERE message_id NOT NULL)"
                " ORDER BY seq",
                [int(number) for number in row["value"].split()],
            ).fetchall()
        return [as_message(row) for row in rows]

    def mark_learned(self) -> None:
        """Remember that no message waits any more."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM meta WHERE key = ?", (_WAITING,))


def _insert(connection: sqlite3.Connection, given: GivenMessage, now: datetime) -> Message | None:
    message = Message(
        id=given.id,
        conversation_id=given.conversation,
        role=given.role,
        content=given.content,
        time=given.time or now,
        name=given.name,
    )
    if given.title:
        insert_conversation(
            connection,
            given.conversation,
            title=given.title,
            time=given.created or message.time,
        )
    return message if insert_message(connection, message) else None


def _last_seq(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM messages").fetchone()[0])
