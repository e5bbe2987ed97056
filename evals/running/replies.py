"""Replies that were paid for once, kept in a file, so that nobody pays for them again.

A key is a digest of all that a reply depends on. A reply is in the file at once if it took long to
make; quick ones are written together, some times a second. Knows nothing about what is kept.
"""

import sqlite3
from pathlib import Path
from threading import Lock
from time import monotonic

_WRITE_EVERY_S = 0.2


class Replies:
    """A table of replies by key. Any thread may use it; several processes may share the file."""

    def __init__(self, file: Path | None) -> None:
        """Without a file nothing is kept."""
        self._file = file
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._waiting: dict[str, str] = {}
        self._written = monotonic()

    def get(self, key: str) -> str | None:
        """What is kept under a key."""
        if self._file is None:
            return None
        with self._lock:
            if key in self._waiting:
                return self._waiting[key]
            row = self._open().execute("SELECT reply FROM replies WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def put(self, key: str, reply: str) -> None:
        """Keep a reply."""
        if self._file is None:
            return
        with self._lock:
            self._waiting[key] = reply
            if monotonic() - self._written > _WRITE_EVERY_S:
                self._write()

    def close(self) -> None:
        """Write what waits, and close the file."""
        with self._lock:
            if self._connection is not None:
                self._write()
                self._connection.close()
                self._connection = None

    def _write(self) -> None:
        connection = self._open()
        with connection:
            connection.executemany(
                "INSERT OR REPLACE INTO replies (key, reply) VALUES (?, ?)", self._waiting.items()
            )
        self._waiting.clear()
        self._written = monotonic()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            assert self._file is not None
            self._file.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._file, timeout=30, check_same_thread=False)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, reply TEXT NOT NULL)"
                " WITHOUT ROWID"
            )
            self._connection = connection
        return self._connection
