"""What a language model may read and quote to suggest memories, and how far it has read.

Only the user's own words, and none that the firewall has marked.
"""

import sqlite3
from collections.abc import Sequence

from memory.database import Database
from memory.messages import as_message
from memory.types import Evidence, Message


class Suggestions:
    """What there is to read in one vault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def readable(self, *, after: int = 0, limit: int) -> Sequence[tuple[int, Message]]:
        """The newest messages of the user's own, each with its `seq`, oldest first.

        `after` is a `seq`: only later messages are returned. Messages with a suspicious span or a
        quarantined memory are left out.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM messages WHERE role = 'user' AND seq > ?"
                " AND id NOT IN (SELECT message_id FROM suspicious)"
                " AND id NOT IN (SELECT e.message_id FROM evidence e JOIN memories m"
                "  ON m.id = e.memory_id WHERE m.status = 'quarantined' AND e.message_id NOT NULL)"
                " ORDER BY seq DESC LIMIT ?",
                (after, limit),
            ).fetchall()
        return [(row["seq"], as_message(row)) for row in reversed(rows)]

    def read_until(self) -> int:
        """The `seq` up to which messages were read."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT value FROM meta WHERE key = 'suggestions_until'"
            ).fetchone()
        return int(row["value"]) if row else 0

    def mark_read(self, seq: int) -> None:
        """Remember that messages were read up to this `seq`."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO meta VALUES ('suggestions_until', ?)", (str(seq),)
            )


def may_suggest(connection: sqlite3.Connection, text: str, quotes: Evidence) -> bool:
    """Whether the quoted words are the user's own and free, and no memory has this text."""
    is_own, is_taken, is_known = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM messages WHERE id = :message AND role = 'user'),"
        " EXISTS (SELECT 1 FROM"
        '  (SELECT * FROM suspicious UNION ALL SELECT message_id, start, "end" FROM evidence)'
        '  WHERE message_id = :message AND start < :end AND "end" > :start),'
        " EXISTS (SELECT 1 FROM memories WHERE lower(content) = lower(:text))",
        {"message": quotes.message_id, "start": quotes.start, "end": quotes.end, "text": text},
    ).fetchone()
    return bool(is_own and not is_taken and not is_known)
