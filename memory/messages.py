"""The table of messages: what was said, word for word, and the trace that each reply left."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import uuid4

from memory.cleaning import note_deletion
from memory.conversations import detach, insert_conversation, title_of, unknown_conversation
from memory.database import Database
from memory.errors import InvalidMemory, NotFound
from memory.tombstones import without_forgotten
from memory.types import Message, Role


class Messages:
    """The messages of one vault, in the order in which they were written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        conversation_id: str,
        role: Role,
        content: str,
        *,
        time: datetime,
        name: str | None = None,
    ) -> Message:
        """Write one message and wait until it is on the disk; starts the conversation if need be.

        Raises:
            InvalidMemory: the text cannot be stored as it is.
        """
        message = Message(
            id=uuid4().hex,
            conversation_id=conversation_id,
            role=role,
            content=storable(content),
            time=time,
            name=name,
        )
        with self._database.write() as connection:
            insert_message(connection, message)
        return message

    def add_new(self, messages: Sequence[Message]) -> int:
        """Write messages that came from elsewhere, in one transaction; known ids are skipped.

        A sentence that was forgotten in this vault does not come back: it gets the mark.
        Returns how many were new.
        """
        for message in messages:
            storable(message.content)
        with self._database.write() as connection:
            kept = without_forgotten(connection, messages)
            return sum(insert_message(connection, message) for message in kept)

    def add_reply(
        self,
        reply: Message,
        *,
        to: Message,
        sent: str,
        offered: Iterable[tuple[str, str]],
        trace: str,
        instead_of: Collection[str] = (),
    ) -> None:
        """Write a reply, its trace, and what its question looked like in the prompt, at once.

        `offered` holds (kind, id) of everything that was attached to the question; `trace` is JSON.
        `instead_of` are the ids of messages that go now, because this reply takes their place.
        """
        with self._database.write() as connection:
            _remove_replaced(connection, instead_of, by=to)
            connection.execute("DELETE FROM offers WHERE message_id = ?", (to.id,))
            insert_message(connection, reply)
            connection.execute("UPDATE messages SET sent = ? WHERE id = ?", (sent, to.id))
            connection.execute("INSERT INTO traces VALUES (?, ?)", (reply.id, trace))
            connection.executemany(
                "INSERT INTO offers VALUES (?, ?, ?)",
                [(to.id, kind, item_id) for kind, item_id in offered],
            )

    def mark_suspicious(self, message_id: str, spans: Sequence[tuple[int, int]]) -> None:
        """Remember spans of a message that must never be recalled."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM suspicious WHERE message_id = ?", (message_id,))
            connection.executemany(
                "INSERT INTO suspicious VALUES (?, ?, ?)",
                [(message_id, start, end) for start, end in spans],
            )

    def get(self, message_id: str) -> Message:
        """Return one message.

        Raises:
            NotFound: there is none with this id.
        """
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT * FROM messages WHERE id = ?", (message_id,)
            ).fetchone()
        if row is None:
            raise NotFound(f"There is no message {message_id!r}.")
        return as_message(row)

    def of(self, conversation_id: str, *, last: int | None = None) -> list[Message]:
        """The messages of one conversation, oldest first: all, or the `last` ones.

        Raises:
            NotFound: there is no such conversation.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM messages WHERE conversation_id = ? ORDER BY seq DESC LIMIT ?",
                (conversation_id, -1 if last is None else last),
            ).fetchall()
            if (
                not rows
                and not connection.execute(
                    "SELECT 1 FROM conversations WHERE id = ?", (conversation_id,)
                ).fetchone()
            ):
                raise unknown_conversation(conversation_id)
        return [as_message(row) for row in reversed(rows)]

    def trace_before(self, message: Message) -> str | None:
        """The trace of the last reply before a message, as JSON; None where there is none."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT t.trace FROM messages m LEFT JOIN traces t ON t.reply_id = m.id"
                " WHERE m.conversation_id = ? AND m.role = 'assistant'"
                " AND m.seq < (SELECT seq FROM messages WHERE id = ?)"
                " AND m.id NOT IN (SELECT id FROM replaced) ORDER BY m.seq DESC LIMIT 1",
                (message.conversation_id, message.id),
            ).fetchone()
        return None if row is None else row["trace"]

    def trace(self, reply_id: str) -> str:
        """The trace of one reply, as JSON.

        Raises:
            NotFound: there is no reply with this id.
        """
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT trace FROM traces WHERE reply_id = ?", (reply_id,)
            ).fetchone()
        if row is None:
            raise NotFound(f"There is no reply {reply_id!r} with a trace.")
        return str(row["trace"])

    def count(self) -> int:
        """How many messages there are."""
        with self._database.read() as connection:
            return int(connection.execute("SELECT count(*) FROM messages").fetchone()[0])


def insert_message(connection: sqlite3.Connection, message: Message) -> int:
    """Write a message within a transaction, and its conversation where that is new.

    Returns 1, or 0 where a message with this id is already there.
    """
    if connection.execute("SELECT 1 FROM messages WHERE id = ?", (message.id,)).fetchone():
        return 0
    insert_conversation(
        connection, message.conversation_id, title=title_of(message.content), time=message.time
    )
    connection.execute(
        "INSERT INTO messages"
        " (id, conversation_id, role, name, content, time, is_complete)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            message.id,
            message.conversation_id,
            message.role,
            message.name,
            message.content,
            message.time.isoformat(),
            message.is_complete,
        ),
    )
    connection.execute(
        "UPDATE conversations SET updated = max(updated, ?) WHERE id = ?",
        (message.time.isoformat(), message.conversation_id),
    )
    return 1


def _remove_replaced(connection: sqlite3.Connection, ids: Collection[str], *, by: Message) -> None:
    """Take messages out of a conversation, within a transaction; the title moves to the new one."""
    for message_id in ids:
        row = connection.execute("SELECT * FROM messages WHERE id = ?", (message_id,)).fetchone()
        if row is None:
            continue
        detach(connection, message_id)
        if row["role"] == "user":
            note_deletion(connection)
            connection.execute(
                "UPDATE conversations SET title = ? WHERE id = ? AND title = ?",
                (title_of(by.content), by.conversation_id, title_of(row["content"])),
            )
        connection.execute("DELETE FROM messages WHERE id = ?", (message_id,))


def as_message(row: sqlite3.Row) -> Message:
    """Read a row of the table."""
    return Message(
        id=row["id"],
        conversation_id=row["conversation_id"],
        role=row["role"],
        content=row["content"],
        time=datetime.fromisoformat(row["time"]),
        name=row["name"],
        is_complete=bool(row["is_complete"]),
    )


def storable(text: str) -> str:
    """The text, if it can be stored as it is.

    Raises:
        InvalidMemory: it holds half a character.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidMemory(
            f"The text holds half a character at position {error.start} (a lone surrogate). "
            "Decode it again with the right encoding, or take that character out."
        ) from None
    return text
