import random
import sqlite3
from pathlib import Path

import pytest

from memory import database, migrations
from memory.database import Database
from memory.errors import VaultReadOnly, VaultUnreadable
from memory.migrations import MIGRATIONS, Migration
from tests.disk import files_holding


def m000_before(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE old_notes (text TEXT)")
    connection.execute("INSERT INTO old_notes VALUES ('kept')")


def m999_fails_half_way(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE half (text TEXT)")
    raise sqlite3.OperationalError("the migration broke off")


def know(monkeypatch: pytest.MonkeyPatch, known: list[Migration]) -> None:
    """Be the version of the program that has these migrations."""
    monkeypatch.setattr(migrations, "MIGRATIONS", known)
    monkeypatch.setattr(database, "MIGRATIONS", known)


def tables(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name for (name,) in rows}


def test_an_empty_database_gets_all_migrations_and_no_backup(tmp_path: Path) -> None:
    opened = Database(tmp_path / "vault.db")
    with opened.read() as connection:
        applied = connection.execute("SELECT name FROM migrations").fetchall()
    opened.close()
    assert [name for (name,) in applied] == [migration.__name__ for migration in MIGRATIONS]
    assert list(tmp_path.glob("*.before-*")) == []


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    Database(path).close()
    before = path.read_bytes()
    Database(path).close()
    assert path.read_bytes() == before


def test_a_previous_database_is_backed_up_then_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "vault.db"
    know(monkeypatch, [m000_before])
    Database(path).close()
    know(monkeypatch, [m000_before, *MIGRATIONS])
    Database(path).close()
    backup = tmp_path / f"vault.db.before-{MIGRATIONS[0].__name__}"
    assert tables(backup) == {"migrations", "old_notes"}
    assert {"migrations", "old_notes", "messages", "memories"} <= tables(path)
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "vault.db"
    know(monkeypatch, [m000_before])
    Database(path).close()
    know(monkeypatch, [m000_before, m999_fails_half_way])
    with pytest.raises(Exception, match="broke off"):
        Database(path)
    assert tables(path) == {"migrations", "old_notes"}
    know(monkeypatch, [m000_before])
    Database(path).close()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "vault.db"
    know(monkeypatch, [*MIGRATIONS, m000_before])
    Database(path).close()
    before = path.read_bytes()
    know(monkeypatch, MIGRATIONS)
    with pytest.raises(VaultUnreadable, match=r"newer version of Bespoke \(m000_before\)"):
        Database(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("is_read_only", [True, False])
def test_a_file_that_is_no_database_is_refused_and_left_alone(
    tmp_path: Path, *, is_read_only: bool
) -> None:
    path = tmp_path / "vault.db"
    path.write_bytes(b"This is no database at all. " * 100)
    before = path.read_bytes()
    with pytest.raises(VaultUnreadable, match="damaged"):
        Database(path, read_only=is_read_only)
    assert path.read_bytes() == before


def test_a_database_opened_for_reading_cannot_be_written_to(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    Database(path).close()
    opened = Database(path, read_only=True)
    with pytest.raises(VaultReadOnly), opened.write():
        pass
    opened.close()


def write_half(opened: Database) -> None:
    with opened.write() as connection:
        connection.execute("INSERT INTO meta VALUES ('half', 'done')")
        raise ZeroDivisionError


def test_a_transaction_that_fails_changes_nothing(tmp_path: Path) -> None:
    opened = Database(tmp_path / "vault.db")
    with pytest.raises(ZeroDivisionError):
        write_half(opened)
    with opened.read() as connection:
        assert connection.execute("SELECT count(*) FROM meta").fetchone()[0] == 0
    with opened.write() as connection:
        connection.execute("INSERT INTO meta VALUES ('whole', 'done')")
    opened.close()


def test_a_transaction_inside_another_is_a_part_of_it(tmp_path: Path) -> None:
    opened = Database(tmp_path / "vault.db")

    def names() -> list[str]:
        with opened.read() as connection:
            return [row[0] for row in connection.execute("SELECT name FROM notes")]

    with opened.write() as connection:
        connection.execute("CREATE TABLE notes (name TEXT)")
    with pytest.raises(ZeroDivisionError), opened.write():  # noqa: PT012
        with opened.write() as inner:
            inner.execute("INSERT INTO notes VALUES ('lost')")
        raise ZeroDivisionError
    assert names() == []
    with opened.write(), opened.write() as inner:
        inner.execute("INSERT INTO notes VALUES ('kept')")
    assert names() == ["kept"]
    opened.close()


def test_an_own_write_is_no_change_from_elsewhere(tmp_path: Path) -> None:
    ours, theirs = (Database(tmp_path / "vault.db") for _ in range(2))
    with ours.write() as connection:
        connection.execute("INSERT INTO meta VALUES ('from', 'us')")
    assert not ours.changed_elsewhere()
    with theirs.write() as connection:
        connection.execute("INSERT INTO meta VALUES ('to', 'them')")
    assert ours.changed_elsewhere()
    assert not ours.changed_elsewhere()
    ours.close()
    theirs.close()


@pytest.mark.parametrize("seed", [1, 7, 10])
def test_what_rows_that_moved_left_in_gaps_of_the_file_is_gone(tmp_path: Path, seed: int) -> None:
    """With these seeds and `secure_delete` alone, a row that was deleted is still in the file."""
    draw = random.Random(seed)

    def words() -> str:
        return " ".join(str(draw.randint(0, 9999)) for _ in range(draw.randint(1, 250)))

    opened = Database(tmp_path / "vault.db")
    with opened.write() as connection:
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, more TEXT)")
        for number in range(600):
            if draw.random() < 0.6:
                text = f"secret{number}y {words()}" if number % 6 == 0 else words()
                connection.execute("INSERT INTO notes VALUES (?, ?, NULL)", (number, text))
            else:  # a row that grows pushes others to new pages
                grown = (draw.choice([None, words()]), draw.randint(0, number))
                connection.execute("UPDATE notes SET more = ? WHERE id = ?", grown)
    with opened.write() as connection:
        connection.execute("DELETE FROM notes WHERE text LIKE 'secret%'")
    opened.forget_freed_pages()
    opened.close()
    assert files_holding(tmp_path, "secret") == []
