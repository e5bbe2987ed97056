"""The table of feedback: what the user thinks of replies. It changes no weight and no memory."""

import sqlite3
from datetime import datetime

from memory.database import Database
from memory.errors import InvalidMemory, NotFound
from memory.types import Record, UtcTime

MOST_WORDS = 2000


class Feedback(Record):
    """What the user thinks of one reply, and why, in their own words."""

    reply_id: str
    is_liked: bool
    words: str | None
    time: UtcTime


class FeedbackTable:
    """The feedback of one vault: at most one a reply, the last one given."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def give(
        self, reply_id: str, *, is_liked: bool, words: str | None = None, time: datetime
    ) -> Feedback:
        """Keep what the user thinks of a reply, in place of what was kept before.

        Raises:
            NotFound: there is no reply with this id.
            InvalidMemory: the words are longer than 2,000 characters, or not storable.
        """
        words = (words or "").strip() or None
        if words and len(words) > MOST_WORDS:
            raise InvalidMemory(
                f"The words have {len(words)} characters; {MOST_WORDS} is the most."
            )
        given = Feedback(reply_id=reply_id, is_liked=is_liked, words=words, time=time)
        with self._database.write() as connection:
            if not connection.execute(
                "SELECT 1 FROM messages WHERE id = ? AND role = 'assistant'", (reply_id,)
            ).fetchone():
                raise NotFound(f"There is no reply {reply_id!r}.")
            connection.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?)",
                (reply_id, is_liked, words, given.time.isoformat()),
            )
        return given

    def of(self, reply_id: str) -> Feedback | None:
        """What the user thinks of one reply; None if they did not say."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT * FROM feedback WHERE reply_id = ?", (reply_id,)
            ).fetchone()
        return _feedback(row) if row else None

    def all(self) -> list[Feedback]:
        """All feedback, the oldest first."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT * FROM feedback ORDER BY time, rowid").fetchall()
        return [_feedback(row) for row in rows]


def _feedback(row: sqlite3.Row) -> Feedback:
    return Feedback(
        reply_id=row["reply_id"],
        is_liked=bool(row["is_liked"]),
        words=row["words"],
        time=datetime.fromisoformat(row["time"]),
    )
