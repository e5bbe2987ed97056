"""The table of conversations: titles, the frozen snapshot, and the history that prompts hold."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from memory.cleaning import note_deletion
from memory.database import Database
from memory.errors import InvalidMemory, NotFound
from memory.types import Conversation, Memory, Record, UtcTime

TITLE_LENGTH = 60


class SentMessage(Record):
    """A message as it stood in the prompt: `text` includes what was attached to it.

    `items` are the ids of the memories and messages that were attached.
    """

    seq: int
    id: str
    role: Literal["user", "assistant"]
    text: str
    items: frozenset[str] = frozenset()


class Snapshot(Record):
    """What is known about the user as one conversation's prompts say it, from beginning to end.

    `style` are lines on how to answer, in words of ours.
    """

    time: UtcTime
    memories: tuple[Memory, ...]
    style: tuple[str, ...] = ()


class Conversations:
    """The conversations of one vault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, conversation_id: str, *, title: str, time: datetime) -> None:
        """Add an empty conversation; one with this id is left as it is."""
        with self._database.write() as connection:
            insert_conversation(connection, conversation_id, title=title, time=time)

    def get(self, conversation_id: str) -> Conversation:
        """Return one conversation.

        Raises:
            NotFound: there is none with this id.
        """
        with self._database.read() as connection:
            row = connection.execute(f"{_SELECT} WHERE c.id = ?", (conversation_id,)).fetchone()
        if row is None:
            raise unknown_conversation(conversation_id)
        return _conversation(row)

    def list(self) -> list[Conversation]:
        """All conversations, the one that was used last first."""
        with self._database.read() as connection:
            rows = connection.execute(f"{_SELECT} ORDER BY c.updated DESC, c.rowid DESC").fetchall()
        return [_conversation(row) for row in rows]

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation another title.

        Raises:
            InvalidMemory: the title is empty.
            NotFound: there is none with this id.
        """
        if not title.strip():
            raise InvalidMemory("The title is empty. Write a few words.")
        with self._database.write() as connection:
            changed = connection.execute(
                "UPDATE conversations SET title = ? WHERE id = ?", (title, conversation_id)
            ).rowcount
        if not changed:
            raise unknown_conversation(conversation_id)

    def delete(self, conversation_id: str) -> None:
        """Delete a conversation, its messages, and the memories that rest on them alone.

        Raises:
            NotFound: there is none with this id.
        """
        with self._database.write() as connection:
            for (item_id,) in connection.execute(
                "SELECT id FROM messages WHERE conversation_id = :id UNION ALL"
                " SELECT memory_id FROM evidence GROUP BY memory_id HAVING count(*) = sum("
                "  message_id IN (SELECT id FROM messages WHERE conversation_id = :id))",
                {"id": conversation_id},
            ).fetchall():
                withdraw(connection, item_id)
            if not connection.execute(
                "DELETE FROM conversations WHERE id = ?", (conversation_id,)
            ).rowcount:
                raise unknown_conversation(conversation_id)
            connection.execute(
                "DELETE FROM memories WHERE id NOT IN (SELECT memory_id FROM evidence)"
            )
            note_deletion(connection)

    def freeze_snapshot(self, conversation_id: str, snapshot: Snapshot) -> None:
        """Keep what is known about the user now as what this conversation's prompts say."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE conversations SET snapshot = ? WHERE id = ?",
                (snapshot.model_dump_json(), conversation_id),
            )

    def snapshot(self, conversation_id: str) -> Snapshot | None:
        """What was frozen for this conversation; None before its first turn."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT snapshot FROM conversations WHERE id = ?", (conversation_id,)
            ).fetchone()
        return Snapshot.model_validate_json(row["snapshot"]) if row and row["snapshot"] else None

    def history(
        self, conversation_id: str, *, with_attachments: bool = True, since: int | None = None
    ) -> Sequence[SentMessage]:
        """The messages that still belong to the prompt, oldest first, as they were sent.

        Without attachments they are what was said and nothing from memory. `since` is the lowest
        `seq` to go back to instead.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT m.seq, m.id, m.role,"
                " CASE WHEN :attached THEN coalesce(m.sent, m.content) ELSE m.content END AS text,"
                " (SELECT json_group_array(o.item_id) FROM offers o"
                "  WHERE :attached AND o.message_id = m.id) AS items"
                " FROM messages m JOIN conversations c ON c.id = m.conversation_id"
                " WHERE c.id = :id AND m.seq >= coalesce(:since, c.history_from)"
                " AND m.role IN ('user', 'assistant') AND m.id NOT IN (SELECT id FROM replaced)"
                " ORDER BY m.seq",
                {"id": conversation_id, "attached": with_attachments, "since": since},
            ).fetchall()
        return [
            SentMessage(
                seq=row["seq"],
                id=row["id"],
                role=row["role"],
                text=row["text"],
                items=frozenset(json.loads(row["items"])),
            )
            for row in rows
        ]

    def fold(self, conversation_id: str, *, before: int) -> None:
        """Leave messages with a `seq` lower than `before` out of future prompts."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE conversations SET history_from = ? WHERE id = ?", (before, conversation_id)
            )

    def set_aside(self, conversation_id: str, memory_id: str) -> None:
        """Let a conversation do without a memory from now on; it stays as it is elsewhere.

        Raises:
            NotFound: there is no such conversation or memory.
        """
        with self._database.write() as connection:
            if not connection.execute(
                "SELECT 1 FROM conversations WHERE id = ?", (conversation_id,)
            ).fetchone():
                raise unknown_conversation(conversation_id)
            if not connection.execute(
                "SELECT 1 FROM memories WHERE id = ?", (memory_id,)
            ).fetchone():
                raise NotFound(f"There is no memory {memory_id!r}.")
            connection.execute(
                "INSERT OR IGNORE INTO set_aside VALUES (?, ?)", (conversation_id, memory_id)
            )
            withdraw(connection, memory_id, only_from=conversation_id)

    def aside(self, conversation_id: str) -> frozenset[str]:
        """The ids of the memories that a conversation does without."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT memory_id FROM set_aside WHERE conversation_id = ?", (conversation_id,)
            ).fetchall()
        return frozenset(row["memory_id"] for row in rows)


_SELECT = (
    "SELECT c.*, (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id) AS message_count"
    " FROM conversations c"
)


def _conversation(row: sqlite3.Row) -> Conversation:
    return Conversation(
        id=row["id"],
        title=row["title"],
        created=datetime.fromisoformat(row["created"]),
        updated=datetime.fromisoformat(row["updated"]),
        message_count=row["message_count"],
    )


def insert_conversation(
    connection: sqlite3.Connection, conversation_id: str, *, title: str, time: datetime
) -> None:
    """Add an empty conversation within a transaction; one with this id is left as it is."""
    connection.execute(
        "INSERT OR IGNORE INTO conversations (id, title, created, updated) VALUES (?, ?, ?, ?)",
        (conversation_id, title, time.isoformat(), time.isoformat()),
    )


def withdraw(connection: sqlite3.Connection, item_id: str, *, only_from: str | None = None) -> None:
    """Take a message or memory out of all future prompts: what it was attached to, the snapshots.

    A snapshot is frozen anew at the next turn of its conversation. `only_from` is the id of the
    one conversation to take it out of.
    """
    detach(connection, item_id, only_from=only_from)
    connection.execute(
        "UPDATE conversations SET snapshot = NULL"
        " WHERE snapshot NOT NULL AND (:only IS NULL OR id = :only)",
        {"only": only_from},
    )


def detach(connection: sqlite3.Connection, item_id: str, *, only_from: str | None = None) -> None:
    """Take a message or memory from what it was attached to in sent history."""
    given = {"item": item_id, "only": only_from}
    attached = (
        "SELECT o.message_id FROM offers o JOIN messages m ON m.id = o.message_id"
        " WHERE o.item_id = :item AND (:only IS NULL OR m.conversation_id = :only)"
    )
    connection.execute(f"UPDATE messages SET sent = NULL WHERE id IN ({attached})", given)
    connection.execute(f"DELETE FROM offers WHERE message_id IN ({attached})", given)


def title_of(text: str) -> str:
    """Make a title of a first message: its first words, on one line."""
    words = " ".join(text.split())
    if len(words) <= TITLE_LENGTH:
        return words or "New conversation"
    return words[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"


def unknown_conversation(conversation_id: str) -> NotFound:
    """The error for an id that names no conversation of this user."""
    return NotFound(
        f"There is no conversation {conversation_id!r}. Leave the id out to start a new one."
    )
