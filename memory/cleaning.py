"""Cleaning a vault's files of what was deleted, so that no byte of it is left in them.

One mechanism for forgetting and for deleted conversations. Whoever deletes notes it in the same
transaction, in a row that holds no text; so a cleaning that was killed is done again.
"""

import sqlite3
from uuid import uuid4

from memory.database import Database
from memory.dense import Dense

_KEY = "deletion"


def note_deletion(connection: sqlite3.Connection) -> None:
    """Remember, within the transaction that deletes, that the files have to be cleaned."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KEY, uuid4().hex))


class Cleaning:
    """What is still to be done so that the files hold nothing that was deleted."""

    def __init__(self, database: Database, dense: Dense) -> None:
        self._database = database
        self._dense = dense

    def is_due(self) -> bool:
        """Whether files may still hold words or vectors of what was deleted."""
        return self._noted() is not None

    def finish(self) -> None:
        """Throw the index away, write the database anew, and empty its log.

        Raises:
            VaultInUse: another process reads this vault; to be tried again.
        """
        self._dense.clear_unused_slots()
        noted = self._noted()
        if noted is None:
            return
        self._dense.rebuild_later()
        self._database.forget_freed_pages()
        with self._database.write() as connection:  # unless more was deleted meanwhile
            connection.execute("DELETE FROM meta WHERE key = ? AND value = ?", (_KEY, noted))

    def _noted(self) -> str | None:
        with self._database.read() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
        return str(row["value"]) if row else None
