"""Where a memory comes from: the words in their message, and what was said right before.

Reads only the messages that are asked for, however long their conversation is.
"""

from datetime import datetime

from memory.database import Database
from memory.types import Memory, Record, Role, UtcTime


class Source(Record):
    """One place where the user said it: `words`, with the rest of the message around them.

    `answered` is the message right before, of whoever it was.
    """

    conversation_id: str
    title: str
    message_id: str
    time: UtcTime
    role: Role
    before: str
    words: str
    after: str
    answered: str | None = None


class Sources:
    """The places in the messages of one vault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, memory: Memory) -> tuple[Source, ...]:
        """Where a memory was said, the first time first; empty where it was written by hand."""
        found = (
            self.place(each.message_id, each.start, each.end)
            for each in memory.evidence
            if each.message_id is not None
        )
        return tuple(each for each in found if each)

    def place(self, message_id: str, start: int = 0, end: int | None = None) -> Source | None:
        """Characters of a message, by themselves and in it; None where there is no such message."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT m.*, c.title, (SELECT p.content FROM messages p"
                "  WHERE p.conversation_id = m.conversation_id AND p.seq < m.seq"
                "  ORDER BY p.seq DESC LIMIT 1) AS answered"
                " FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.id = ?",
                (message_id,),
            ).fetchone()
        if row is None:
            return None
        text = row["content"]
        end = len(text) if end is None else end
        return Source(
            conversation_id=row["conversation_id"],
            title=row["title"],
            message_id=message_id,
            time=datetime.fromisoformat(row["time"]),
            role=row["role"],
            before=text[:start],
            words=text[start:end],
            after=text[end:],
            answered=row["answered"],
        )
