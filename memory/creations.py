"""The table of creations: texts that were written for the user, with all their versions.

Versions of one text share a work: the first, its revisions, and other takes on the same brief.
Knows nothing about how a text is written, or which kinds there are.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from memory.cleaning import note_deletion
from memory.database import Database
from memory.errors import NotFound
from memory.types import Record, UtcTime

COLUMNS = (
    *("id", "work_id", "kind", "brief", "length", "tone", "language", "audience", "is_neutral"),
    *("instruction", "revises", "text", "time", "is_complete"),
)


class Creation(Record):
    """One version of a text that was written for the user.

    `work_id` is the id of the text's first version. A revision names in `revises` the version that
    it changes, and in `instruction` how. A neutral one was written without anything personal.
    `is_complete` is false where the writing was stopped, or failed half-way.
    """

    id: str
    work_id: str
    kind: str
    brief: str
    length: str | None = None
    tone: str | None = None
    language: str | None = None
    audience: str | None = None
    is_neutral: bool = False
    instruction: str | None = None
    revises: str | None = None
    text: str
    time: UtcTime
    is_complete: bool = True


class Creations:
    """The creations of one vault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, creation: Creation, *, trace: str | None = None) -> None:
        """Keep a version; `trace` tells in JSON, without any text, how it came about."""
        with self._database.write() as connection:
            insert_creation(connection, creation, trace=trace)

    def get(self, creation_id: str) -> Creation:
        """Return one version.

        Raises:
            NotFound: there is none with this id.
        """
        return _creation(self._row(creation_id))

    def list(self, *, limit: int | None = None) -> list[Creation]:
        """The newest version of each text, the text that was worked on last first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM creations WHERE seq IN"
                " (SELECT max(seq) FROM creations GROUP BY work_id) ORDER BY seq DESC LIMIT ?",
                (-1 if limit is None else limit,),
            ).fetchall()
        return [_creation(row) for row in rows]

    def uses(self) -> Sequence[tuple[str, datetime]]:
        """The kind of each text, and when it was begun, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT kind, time FROM creations WHERE id = work_id ORDER BY seq"
            ).fetchall()
        return [(row["kind"], datetime.fromisoformat(row["time"])) for row in rows]

    def versions(self, work_id: str) -> Sequence[Creation]:
        """All versions of a text, oldest first.

        Raises:
            NotFound: there is no such text.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM creations WHERE work_id = ? ORDER BY seq", (work_id,)
            ).fetchall()
        if not rows:
            raise _unknown(work_id)
        return [_creation(row) for row in rows]

    def trace(self, creation_id: str) -> str | None:
        """How a version came about, in JSON; None where that is not kept, as after an import.

        Raises:
            NotFound: there is none with this id.
        """
        trace = self._row(creation_id)["trace"]
        return None if trace is None else str(trace)

    def delete(self, work_id: str) -> None:
        """Delete a text with all its versions; the files still have to be cleaned of them.

        Raises:
            NotFound: there is no such text.
        """
        with self._database.write() as connection:
            if not connection.execute(
                "DELETE FROM creations WHERE work_id = ?", (work_id,)
            ).rowcount:
                raise _unknown(work_id)
            note_deletion(connection)

    def _row(self, creation_id: str) -> sqlite3.Row:
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT * FROM creations WHERE id = ?", (creation_id,)
            ).fetchone()
        if row is None:
            raise _unknown(creation_id)
        assert isinstance(row, sqlite3.Row)
        return row


def insert_creation(
    connection: sqlite3.Connection, creation: Creation, *, trace: str | None = None
) -> int:
    """Write a version within a transaction; returns 1, or 0 where its id is there already."""
    values = creation.model_dump() | {"time": creation.time.isoformat(), "trace": trace}
    return connection.execute(
        f"INSERT OR IGNORE INTO creations ({', '.join(values)})"
        f" VALUES ({', '.join('?' * len(values))})",
        list(values.values()),
    ).rowcount


def _creation(row: sqlite3.Row) -> Creation:
    fields = {column: row[column] for column in COLUMNS}
    return Creation(**fields | {"time": datetime.fromisoformat(row["time"])})


def _unknown(creation_id: str) -> NotFound:
    return NotFound(f"There is no created text {creation_id!r}. List those that there are.")
