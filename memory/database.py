"""One vault's SQLite database: its connection, its transactions and its schema.

It knows how to open, migrate and fail clearly. What the tables mean is known to the stores that
own them (`messages.py`, `memories.py` and so on), and to `migrations.py`, which makes them.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from filelock import FileLock, Timeout

from memory.errors import (
    InvalidMemory,
    StorageFull,
    VaultError,
    VaultInUse,
    VaultReadOnly,
    VaultUnreadable,
)
from memory.migrations import MIGRATIONS, apply_migration, missing_migrations

LOCK_WAIT_S = 5.0
_BACKUP = ".before-"
_PRAGMAS = ("secure_delete = ON", "temp_store = MEMORY", "foreign_keys = ON", "busy_timeout = 5000")


class Database:
    """A connection that many threads share, one at a time.

    Writers of several processes take turns through a lock file, which is held only while a
    transaction lasts; readers need none.
    """

    def __init__(self, path: Path | None, *, read_only: bool = False) -> None:
        """Open `path`, or a database in memory where it is None.

        Raises:
            VaultReadOnly: the folder cannot be written to.
            VaultUnreadable: the file is damaged, or was made by a newer version.
        """
        self.path = path
        self.is_read_only = read_only
        self._mutex = RLock()
        self._lock = None if path is None or read_only else _lock_beside(path)
        with self._clear_errors():
            self._connection = self._connect()
        self._seen_version = self._data_version()
        if not read_only:
            try:
                self._migrate()
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Close the connection; the last one to close folds the write-ahead log into the file."""
        with self._mutex:
            self._connection.close()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for queries; other threads wait."""
        with self._mutex, self._clear_errors():
            yield self._connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for one transaction: all of it is kept, or nothing.

        One that begins inside of another, on its thread, is a part of that.

        Raises:
            VaultInUse: another process writes and does not come to an end.
            VaultReadOnly, StorageFull, VaultUnreadable: as named; nothing was changed.
        """
        with self.exclusive(), self._clear_errors():
            if self._is_in_transaction():
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._is_in_transaction():
                    self._connection.execute("ROLLBACK")
                raise

    def _is_in_transaction(self) -> bool:
        return self._connection.in_transaction

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep other processes from writing to this vault, its index included."""
        if self.is_read_only:
            raise VaultReadOnly("This vault was opened for reading only.")
        with self._mutex:
            self._acquire_lock()
            try:
                yield
            finally:
                if self._lock:
                    self._lock.release()

    def changed_elsewhere(self) -> bool:
        """Whether another process has written since the last call."""
        with self._mutex:
            seen, self._seen_version = self._seen_version, self._data_version()
            return seen != self._seen_version

    def problems(self) -> list[str]:
        """What SQLite finds wrong with the file, reading all of it; empty if all is well."""
        with self.read() as connection:
            rows = connection.execute("PRAGMA quick_check").fetchall()
        return [str(row[0]) for row in rows if row[0] != "ok"]

    def forget_freed_pages(self) -> None:
        """Write the file anew and empty the write-ahead log, so that they hold no deleted row.

        Backups that migrations left are removed. `secure_delete` alone is not enough: where SQLite
        moves rows between pages, copies stay behind in the gaps, and what is deleted later is
        zeroed only where it is by then (found in 8 of 40 random databases; after VACUUM in none).

        Raises:
            VaultInUse: another process reads this vault, so that its log cannot be emptied.
        """
        with self.exclusive(), self._clear_errors():
            for backup in self._backups():
                backup.unlink()
            for table in ("message_words", "memory_words"):
                self._connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
            self._connection.execute("VACUUM")
            busy, *_ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise VaultInUse(
                "It is deleted, but the files still hold it, because another process reads this "
                "vault. Close that one; the files are cleaned after the next reply."
            )

    def _acquire_lock(self) -> None:
        if self._lock is None:
            return
        try:
            self._lock.acquire(timeout=LOCK_WAIT_S)
        except Timeout:
            raise VaultInUse(
                f"Another process is writing to {str(self.path)!r}. "
                "Wait until it is done, or stop it, then try again."
            ) from None
        except OSError as error:
            raise as_vault_error(error, self.path) from error

    def _connect(self) -> sqlite3.Connection:
        if self.path is None:
            return _open(":memory:")
        if not self.is_read_only:
            _create_private(self.path)
            connection = _open(self.path.as_uri())
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            return connection
        try:
            return self._connect_for_reading("mode=ro")
        except sqlite3.OperationalError:
            # On a medium that cannot be written to, SQLite cannot make its shared-memory file.
            return self._connect_for_reading("mode=ro&immutable=1")

    def _connect_for_reading(self, mode: str) -> sqlite3.Connection:
        assert self.path is not None
        connection = _open(f"{self.path.as_uri()}?{mode}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return connection

    def _data_version(self) -> int:
        with self._clear_errors():
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def _migrate(self) -> None:
        with self._clear_errors():
            missing = missing_migrations(self._connection)
        if not missing:
            return
        if len(missing) < len(MIGRATIONS):
            self._back_up(missing[0].__name__)
        for migration in missing:
            with self.write() as connection:
                apply_migration(connection, migration)

    def _back_up(self, before: str) -> None:
        if self.path is None:
            return
        copy = self.path.with_name(f"{self.path.name}{_BACKUP}{before}")
        copy.unlink(missing_ok=True)
        with self.exclusive(), self._clear_errors():
            self._connection.execute("VACUUM INTO ?", (str(copy),))
        copy.chmod(0o600)

    def _backups(self) -> list[Path]:
        if self.path is None:
            return []
        return list(self.path.parent.glob(f"{self.path.name}{_BACKUP}*"))

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        try:
            yield
        except UnicodeEncodeError:
            raise InvalidMemory(
                "A text or an id holds half a character (a lone surrogate). Decode it again with "
                "the right encoding, or take that character out."
            ) from None
        except (sqlite3.DatabaseError, OSError) as error:
            raise as_vault_error(error, self.path) from error


def _open(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, isolation_level=None, check_same_thread=False, uri=True)
    connection.row_factory = sqlite3.Row
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _create_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _lock_beside(path: Path) -> FileLock:
    return FileLock(path.with_suffix(".lock"), mode=0o600, thread_local=False)


def as_vault_error(error: Exception, path: Path | None) -> VaultError:
    """What an error of SQLite or the file system means for the vault at `path`, if it has one."""
    where = repr(str(path)) if path else "the vault in memory"
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, OSError):
        code = {28: sqlite3.SQLITE_FULL, 122: sqlite3.SQLITE_FULL}.get(
            error.errno or 0, sqlite3.SQLITE_READONLY
        )
    match code & 0xFF if code is not None else None:
        case sqlite3.SQLITE_FULL:
            return StorageFull(
                f"There is no room left on the disk of {where}. Nothing was changed. "
                "Free some space, then try again."
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return VaultReadOnly(
                f"{where} cannot be opened or written to ({error}). Make its folder writable, or "
                "choose another one with BESPOKE_HOME."
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return VaultInUse(
                f"Another process is using {where}. Wait until it is done, then try again."
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return VaultUnreadable(
                f"{where} is damaged ({error}). It was left as it is. Run `bespoke doctor` to see "
                "what can be saved, or put a copy from a backup in its place."
            )
    return VaultError(f"{where} could not be used ({error}). Run `bespoke doctor`.")
