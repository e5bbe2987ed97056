"""All that a vault keeps as the lines of an export, and back into a vault.

Left out is what can be made again (vectors, snapshots, the index), the traces of replies, and the
marks of what was forgotten. Both ways only a page of rows is in memory.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from memory.conversations import insert_conversation
from memory.creations import COLUMNS, Creation, insert_creation
from memory.database import Database
from memory.export_lines import (
    ConsentLine,
    ConversationLine,
    CreationLine,
    ExportLine,
    FeedbackLine,
    InterfaceLine,
    MemoryLine,
    MessageLine,
    StarterUseLine,
)
from memory.importers.base import Skip, SkipReason
from memory.messages import insert_message
from memory.tombstones import is_forgotten, told_without_forgotten, without_forgotten
from memory.types import Evidence, Message, Status

_PAGE = 500
_SAME = (
    *("id", "kind", "polarity", "strength", "scope", "about", "slot", "valid_from", "valid_to"),
    *("status", "origin", "confidence", "created", "supersedes"),
)
# Columns of the table of memories, and the fields that they hold.
_MEMORY = {**dict(zip(_SAME, _SAME, strict=True)), "content": "text", "is_pinned": "pinned"}

# The fields of a creation that hold words of the user or of the model.
_WRITTEN = ("text", "brief", "instruction", "audience", "tone", "length", "language")


class Transfer:
    """The lines of one vault, out and in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lines(self) -> Iterator[ExportLine]:
        """Everything, in an order in which it can be restored."""
        yield from self._consents()
        yield from self._interface()
        for page in self._pages("SELECT rowid AS seq, * FROM conversations WHERE rowid > ?"):
            for row in page:
                yield ConversationLine(**_fields(row, "id", "title", "created", "updated"))
                yield from self._messages(row["id"])
        for page in self._pages("SELECT rowid AS seq, * FROM feedback WHERE rowid > ?"):
            for row in page:
                rest = _fields(row, "is_liked", "words", "time")
                yield FeedbackLine(reply=row["reply_id"], **rest)
        yield from self._memories()
        for page in self._pages("SELECT * FROM creations WHERE seq > ?"):
            for row in page:
                yield CreationLine(**_fields(row, *COLUMNS))

    def restore(self, lines: Sequence[ExportLine], skip: Skip) -> tuple[Counter[str], Counter[str]]:
        """Write lines in one transaction; what is there already stays as it is.

        Returns how many were new, and how many were there already, by record.
        """
        new: Counter[str] = Counter()
        known: Counter[str] = Counter()
        with self._database.write() as connection:
            for line in lines:
                if isinstance(line, MemoryLine) and not _evidence(connection, line):
                    skip(SkipReason.NO_EVIDENCE)
                elif isinstance(line, MemoryLine) and is_forgotten(connection, line.text):
                    skip(SkipReason.FORGOTTEN)
                else:
                    (new if _restore(connection, line) else known)[line.record] += 1
        return new, known

    def _pages(self, query: str, *given: str) -> Iterator[list[sqlite3.Row]]:
        """Rows of a query whose last condition is on `seq`, page by page; nothing is held."""
        last = 0
        while True:
            with self._database.read() as connection:
                rows = connection.execute(
                    f"{query} ORDER BY seq LIMIT {_PAGE}", (*given, last)
                ).fetchall()
            if not rows:
                return
            yield rows
            last = rows[-1]["seq"]

    def _consents(self) -> Iterator[ConsentLine]:
        with self._database.read() as connection:
            rows = connection.execute("SELECT * FROM consents ORDER BY purpose").fetchall()
        for row in rows:
            yield ConsentLine(**_fields(row, "purpose", "is_granted", "time"))

    def _interface(self) -> Iterator[InterfaceLine | StarterUseLine]:
        with self._database.read() as connection:
            settings = connection.execute("SELECT * FROM interface ORDER BY name").fetchall()
            uses = connection.execute("SELECT * FROM starter_uses ORDER BY time").fetchall()
        for row in settings:
            yield InterfaceLine(**_fields(row, "name", "value", "time"))
        for row in uses:
            yield StarterUseLine(**_fields(row, "starter", "time"))

    def _messages(self, conversation_id: str) -> Iterator[MessageLine]:
        query = "SELECT * FROM messages WHERE conversation_id = ? AND seq > ?"
        for page in self._pages(query, conversation_id):
            suspicious = self._beside("suspicious", "message_id", page)
            for row in page:
                yield MessageLine(
                    conversation=conversation_id,
                    suspicious=[_fields(each, "start", "end") for each in suspicious[row["id"]]],
                    **_fields(row, "id", "role", "content", "time", "name", "is_complete"),
                )

    def _memories(self) -> Iterator[MemoryLine]:
        for page in self._pages("SELECT * FROM memories WHERE seq > ?"):
            evidence = self._beside("evidence", "memory_id", page)
            events = self._beside("events", "memory_id", page)
            for row in page:
                yield MemoryLine(
                    evidence=[
                        _fields(each, "message_id", "start", "end") for each in evidence[row["id"]]
                    ],
                    history=[dict(each) for each in events[row["id"]]],
                    **{field: row[column] for column, field in _MEMORY.items()},
                )

    def _beside(
        self, table: str, key: str, page: Iterable[sqlite3.Row]
    ) -> dict[str, list[sqlite3.Row]]:
        """The rows of another table that belong to those of a page, in the order of writing."""
        found: dict[str, list[sqlite3.Row]] = {row["id"]: [] for row in page}
        with self._database.read() as connection:
            for row in connection.execute(
                f"SELECT * FROM {table} WHERE {key} IN ({','.join('?' * len(found))})"
                " ORDER BY rowid",
                list(found),
            ):
                found[row[key]].append(row)
        return found


def _restore(connection: sqlite3.Connection, line: ExportLine) -> int:
    """Write one line; returns 1, or 0 where it is there already."""
    match line:
        case ConsentLine():
            return _restore_consent(connection, line)
        case InterfaceLine():
            return _restore_setting(connection, line)
        case StarterUseLine():
            return _restore_starter_use(connection, line)
        case ConversationLine():
            return _restore_conversation(connection, line)
        case MessageLine():
            return _restore_message(connection, line)
        case FeedbackLine():
            return connection.execute(
                "INSERT OR IGNORE INTO feedback (reply_id, is_liked, words, time)"
                " SELECT id, ?, ?, ? FROM messages WHERE id = ?",
                (line.is_liked, line.words, line.time.isoformat(), line.reply),
            ).rowcount
        case MemoryLine():
            return _restore_memory(connection, line)
        case CreationLine():
            return _restore_creation(connection, line)


def _restore_consent(connection: sqlite3.Connection, line: ConsentLine) -> int:
    """What was said last holds."""
    return connection.execute(
        "INSERT INTO consents (purpose, is_granted, time) VALUES (?, ?, ?)"
        " ON CONFLICT (purpose) DO UPDATE SET is_granted = excluded.is_granted,"
        " time = excluded.time WHERE excluded.time > consents.time",
        (line.purpose.value, line.is_granted, line.time.isoformat()),
    ).rowcount


def _restore_setting(connection: sqlite3.Connection, line: InterfaceLine) -> int:
    """What was set last holds."""
    return connection.execute(
        "INSERT INTO interface (name, value, time) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value, time = excluded.time"
        " WHERE excluded.time > interface.time",
        (line.name, line.value, line.time.isoformat()),
    ).rowcount


def _restore_starter_use(connection: sqlite3.Connection, line: StarterUseLine) -> int:
    use = {"starter": line.starter, "time": line.time.isoformat()}
    return connection.execute(
        "INSERT INTO starter_uses (starter, time) SELECT :starter, :time WHERE NOT EXISTS"
        " (SELECT 1 FROM starter_uses WHERE starter = :starter AND time = :time)",
        use,
    ).rowcount


def _restore_conversation(connection: sqlite3.Connection, line: ConversationLine) -> int:
    if connection.execute("SELECT 1 FROM conversations WHERE id = ?", (line.id,)).fetchone():
        return 0
    insert_conversation(connection, line.id, title=line.title, time=line.created)
    connection.execute(
        "UPDATE conversations SET updated = ? WHERE id = ?", (line.updated.isoformat(), line.id)
    )
    return 1


def _restore_message(connection: sqlite3.Connection, line: MessageLine) -> int:
    message = Message(
        conversation_id=line.conversation,
        **line.model_dump(include=Message.model_fields.keys() - {"conversation_id"}),
    )
    (kept,) = without_forgotten(connection, [message])
    if not insert_message(connection, kept):
        return 0
    connection.executemany(
        "INSERT INTO suspicious VALUES (?, ?, ?)",
        [(line.id, span.start, span.end) for span in line.suspicious],
    )
    return 1


def _restore_memory(connection: sqlite3.Connection, line: MemoryLine) -> int:
    if connection.execute("SELECT 1 FROM memories WHERE id = ?", (line.id,)).fetchone():
        return 0
    values = {column: _stored(getattr(line, field)) for column, field in _MEMORY.items()}
    values |= _place(connection, line)
    connection.execute(
        f"INSERT INTO memories ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
        list(values.values()),
    )
    connection.executemany(
        "INSERT INTO evidence VALUES (?, ?, ?, ?)",
        [(line.id, each.message_id, each.start, each.end) for each in _evidence(connection, line)],
    )
    connection.executemany(
        "INSERT INTO events VALUES (?, ?, ?, ?)",
        [(line.id, each.time.isoformat(), each.action, each.text) for each in line.history],
    )
    return 1


def _restore_creation(connection: sqlite3.Connection, line: CreationLine) -> int:
    given = line.model_dump(exclude={"record", "time"})
    fields = {
        name: told_without_forgotten(connection, value) if name in _WRITTEN and value else value
        for name, value in given.items()
    }
    return insert_creation(connection, Creation(**fields, time=line.time))


def _place(connection: sqlite3.Connection, line: MemoryLine) -> dict[str, Any]:
    """What another vault changes about a memory: whom it supersedes there, and who holds its slot.

    What the vault holds already goes before what is restored.
    """
    changes: dict[str, Any] = {}
    older = connection.execute("SELECT id FROM memories WHERE id = ?", (line.supersedes,))
    changes["supersedes"] = line.supersedes if older.fetchone() else None
    if line.slot and line.status is Status.ACTIVE and line.valid_to is None:
        holder = connection.execute(
            "SELECT valid_from FROM memories WHERE slot = ? AND status = 'active'"
            " AND valid_to IS NULL",
            (line.slot,),
        ).fetchone()
        if holder:
            changes |= {"status": "superseded", "valid_to": holder["valid_from"], "is_pinned": 0}
    return changes


def _evidence(connection: sqlite3.Connection, line: MemoryLine) -> list[Evidence]:
    """What a memory rests on here: its messages that the vault holds, or the user's own hand."""
    return [
        each
        for each in line.evidence
        if each.message_id is None
        or connection.execute("SELECT 1 FROM messages WHERE id = ?", (each.message_id,)).fetchone()
    ]


def _fields(row: sqlite3.Row, *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
