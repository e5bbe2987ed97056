"""Exchanges: a message of the user with the replies to it, and having the last one anew.

What is said in other words is written behind the old exchange, and what that taught is taken back
at once. The old one is gone when the new reply is kept; until then nothing of it is lost.
"""

import sqlite3
from datetime import datetime
from uuid import uuid4

from memory.conversations import withdraw
from memory.database import Database
from memory.errors import NotFound, NotTheLast
from memory.memories import DOUBT_LEFT, record
from memory.messages import as_message, insert_message, storable
from memory.types import Message, Record


class Exchange(Record):
    """A message of the user, and the ids of the replies to it."""

    message: Message
    replies: tuple[str, ...]


class Exchanges:
    """The exchanges of one vault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last(self, message_id: str) -> Exchange:
        """The exchange that a message or reply belongs to, which must be its conversation's last.

        Raises:
            NotFound: there is no message with this id.
            NotTheLast: something was said after it, or the user said nothing there.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM messages WHERE conversation_id ="
                " (SELECT conversation_id FROM messages WHERE id = :id)"
                " AND seq >= coalesce((SELECT max(u.seq) FROM messages u"
                "  JOIN messages m ON m.conversation_id = u.conversation_id"
                "  WHERE m.id = :id AND u.role = 'user'), 0)"
                " ORDER BY seq",
                {"id": message_id},
            ).fetchall()
        messages = [as_message(row) for row in rows]
        if not messages:
            raise NotFound(f"There is no message {message_id!r}.")
        if messages[0].role != "user" or message_id not in {each.id for each in messages}:
            raise NotTheLast(
                "Only the last message of a conversation can be changed or answered anew: what "
                "came after it rests on it."
            )
        return Exchange(message=messages[0], replies=tuple(each.id for each in messages[1:]))

    def say_anew(self, exchange: Exchange, text: str, *, time: datetime) -> Message:
        """Write the user's message in other words, and take back what the old ones taught.

        Raises:
            InvalidMemory: the text cannot be stored as it is.
        """
        old = exchange.message
        new = old.model_copy(update={"id": uuid4().hex, "content": storable(text), "time": time})
        with self._database.write() as connection:
            insert_message(connection, new)
            connection.execute("UPDATE messages SET replaces = ? WHERE id = ?", (old.id, new.id))
            _take_back(connection, old.id, time)
        return new

    def replaced(self, conversation_id: str) -> frozenset[str]:
        """The ids of the messages that go as soon as what was said in their place is answered."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT id FROM replaced WHERE conversation_id = ?", (conversation_id,)
            ).fetchall()
        return frozenset(row["id"] for row in rows)


def _take_back(connection: sqlite3.Connection, message_id: str, time: datetime) -> None:
    """Undo what a message taught: what rests on it alone goes, the rest is as sure as before."""
    rows = connection.execute(
        "SELECT m.*, sum(e.message_id IS :id) AS here, count(*) AS times"
        " FROM memories m JOIN evidence e ON e.memory_id = m.id"
        " GROUP BY m.id HAVING here > 0 ORDER BY m.seq DESC",
        {"id": message_id},
    ).fetchall()
    for row in rows:
        if row["here"] == row["times"]:
            _remove(connection, row, time)
        else:
            _weaken(connection, row["id"], message_id, row["here"])


def _weaken(connection: sqlite3.Connection, memory_id: str, message_id: str, times: int) -> None:
    """Let a memory rest on what else it rests on: undo `Memories.strengthen`."""
    connection.execute(
        "DELETE FROM evidence WHERE memory_id = ? AND message_id = ?", (memory_id, message_id)
    )
    connection.execute(
        "UPDATE memories SET confidence = max(0, 1 - (1 - confidence) / ?) WHERE id = ?",
        (DOUBT_LEFT**times, memory_id),
    )
    connection.execute(
        "DELETE FROM events WHERE rowid IN (SELECT rowid FROM events"
        " WHERE memory_id = ? AND action = 'strengthened' ORDER BY rowid DESC LIMIT ?)",
        (memory_id, times),
    )


def _remove(connection: sqlite3.Connection, row: sqlite3.Row, time: datetime) -> None:
    """Remove a memory; what it took the place of holds again, unless something newer does."""
    newer = connection.execute(
        "UPDATE memories SET supersedes = ? WHERE supersedes = ?", (row["supersedes"], row["id"])
    ).rowcount
    if not newer:
        _restore_older(connection, row, time)
    withdraw(connection, row["id"])
    connection.execute("DELETE FROM memories WHERE id = ?", (row["id"],))


def _restore_older(connection: sqlite3.Connection, row: sqlite3.Row, time: datetime) -> None:
    """A memory names one of those that it superseded; the others are known by the time."""
    older = connection.execute(
        "SELECT id, content FROM memories WHERE status = 'superseded' AND (id = :supersedes"
        " OR (valid_to = :valid_from AND id IN (SELECT memory_id FROM events"
        "  WHERE action = 'superseded' AND time = :created)"
        "  AND id NOT IN (SELECT supersedes FROM memories WHERE supersedes IS NOT NULL)))",
        dict(row),
    ).fetchall()
    for each in older:
        connection.execute(
            "UPDATE memories SET status = 'active', valid_to = NULL WHERE id = ?", (each["id"],)
        )
        record(connection, each["id"], each["content"], "restored", time)
