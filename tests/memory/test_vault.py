import multiprocessing
import shutil
import sqlite3
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from memory import database
from memory.embeddings import Embedder
from memory.errors import (
    EmbedderMismatch,
    NotFound,
    StorageFull,
    VaultInUse,
    VaultReadOnly,
    VaultUnreadable,
)
from memory.types import Message, Purpose
from memory.vault import Vault
from tests.conftest import SmallDisk
from tests.disk import contents, files_holding
from tests.doubles import Clock, WordEmbeddings

SPAWN = multiprocessing.get_context("spawn")


def say(vault: Vault, *texts: str, conversation: str = "c1") -> list[Message]:
    return [vault.messages.add(conversation, "user", text, time=Clock().now) for text in texts]


def found(vault: Vault, text: str) -> list[str]:
    """The texts of what is recalled, best first."""
    return [item.text for item in vault.recall(text, gate=False, limit=3, now=Clock().now)]


def write_and_acknowledge(folder: Path, pipe: Connection) -> None:
    """Write messages for ever; tell each that is on the disk."""
    vault = Vault(folder, Embedder.of(WordEmbeddings()))
    for number in range(100_000):
        (message,) = say(vault, f"message number{number}")
        pipe.send(message.id)
        if number % 4 == 3:
            vault.settle()


def hold_the_lock(folder: Path, pipe: Connection) -> None:
    vault = Vault(folder, Embedder.of(WordEmbeddings()))
    with vault.consents._database.exclusive():
        pipe.send("held")
        pipe.recv()


def write_one(folder: Path, pipe: Connection) -> None:
    vault = Vault(folder, Embedder.of(WordEmbeddings()))
    say(vault, "elsewhere somebody wrote about penguins")
    vault.settle()
    vault.close()
    pipe.send("written")


@pytest.mark.parametrize("acknowledged", [5, 13, 30])
def test_a_kill_loses_nothing_that_was_acknowledged(
    folder: Path, embedder: Embedder, acknowledged: int
) -> None:
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=write_and_acknowledge, args=(folder, theirs))
    process.start()
    ids = [ours.recv() for _ in range(acknowledged)]
    process.kill()
    process.join()
    while ours.poll():
        ids.append(ours.recv())
    vault = Vault(folder, embedder)
    kept = [message.id for message in vault.messages.of("c1")]
    assert kept[: len(ids)] == ids
    assert len(kept) <= len(ids) + 1
    assert vault.problems() == []
    vault.settle()
    assert found(vault, "number4")[0] == "message number4"
    vault.close()


def test_what_is_written_by_another_process_is_found(
    vault: Vault, folder: Path, now: datetime
) -> None:
    say(vault, "we wrote about giraffes")
    vault.settle()
    assert found(vault, "penguins") == ["we wrote about giraffes"]
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=write_one, args=(folder, theirs))
    process.start()
    assert ours.recv() == "written"
    process.join()
    assert found(vault, "penguins")[0] == "elsewhere somebody wrote about penguins"
    say(vault, "then we wrote about zebras")
    vault.settle()
    assert found(vault, "zebras")[0] == "then we wrote about zebras"
    assert found(vault, "penguins")[0] == "elsewhere somebody wrote about penguins"
    assert vault.problems() == []


def test_a_second_writer_gets_a_clear_error_and_reading_goes_on(
    vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOCK_WAIT_S", 0.1)
    say(vault, "before")
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=hold_the_lock, args=(folder, theirs))
    process.start()
    assert ours.recv() == "held"
    with pytest.raises(VaultInUse, match="Another process is writing"):
        say(vault, "meanwhile")
    assert [message.content for message in vault.messages.of("c1")] == ["before"]
    ours.send("go")
    process.join()
    say(vault, "after")
    assert [message.content for message in vault.messages.of("c1")] == ["before", "after"]


def test_a_full_disk_is_named_keeps_what_is_there_and_can_be_mended(
    small_disk: SmallDisk, embedder: Embedder
) -> None:
    vault = Vault(small_disk.folder / "vault", embedder)
    say(vault, "before")
    small_disk.fill_up()
    with pytest.raises(StorageFull, match="no room left"):
        say(vault, *["meanwhile " * 1000] * 100)
    small_disk.make_room()
    vault.close()
    vault = Vault(small_disk.folder / "vault", embedder)
    assert vault.messages.of("c1")[0].content == "before"
    say(vault, "after")
    vault.settle()
    assert found(vault, "after")[0] == "after"
    assert vault.problems() == []
    vault.close()


def test_indexing_on_a_full_disk_loses_no_vector(small_disk: SmallDisk, embedder: Embedder) -> None:
    vault = Vault(small_disk.folder / "vault", embedder)
    say(vault, "about penguins", "about giraffes")
    small_disk.fill_up()
    with pytest.raises(StorageFull):
        vault.settle()
    assert vault.messages.count() == 2
    small_disk.make_room()
    vault.settle()
    assert found(vault, "penguins")[0] == "about penguins"
    vault.close()


def test_a_vault_that_cannot_be_written_to_can_be_read(
    small_disk: SmallDisk, embedder: Embedder
) -> None:
    folder = small_disk.folder / "vault"
    vault = Vault(folder, embedder)
    say(vault, "about penguins")
    vault.settle()
    vault.close()
    small_disk.make_read_only()
    with pytest.raises(VaultReadOnly, match="writable"):
        Vault(folder, embedder)
    reading = Vault(folder, embedder, read_only=True)
    assert found(reading, "penguins") == ["about penguins"]
    with pytest.raises(VaultReadOnly):
        say(reading, "more")
    reading.close()


def test_reading_only_changes_no_file(vault: Vault, folder: Path, embedder: Embedder) -> None:
    say(vault, "about penguins")
    vault.settle()
    vault.close()
    before = contents(folder)
    reading = Vault(folder, embedder, read_only=True)
    assert found(reading, "penguins") == ["about penguins"]
    reading.close()
    assert {name: contents(folder)[name] for name in before} == before


def with_garbage(index: Path) -> None:
    for file in index.rglob("*"):
        if file.is_file():
            file.write_bytes(b"garbage" * 100)


def with_half_of_every_file(index: Path) -> None:
    for file in index.rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def without_vectors(index: Path) -> None:
    for file in index.rglob("*.bin"):
        file.unlink()


def without_anything(index: Path) -> None:
    shutil.rmtree(index)


def with_a_file_in_its_place(index: Path) -> None:
    shutil.rmtree(index)
    index.write_bytes(b"no folder")


def with_an_empty_folder(index: Path) -> None:
    shutil.rmtree(index)
    index.mkdir()


@pytest.mark.parametrize(
    "damage",
    [
        with_garbage,
        with_half_of_every_file,
        without_vectors,
        without_anything,
        with_a_file_in_its_place,
        with_an_empty_folder,
    ],
)
def test_a_damaged_index_is_built_again_and_nothing_is_lost(
    vault: Vault, folder: Path, embedder: Embedder, damage: object
) -> None:
    say(vault, *(f"message number{number}" for number in range(150)))
    vault.settle()
    vault.close()
    assert callable(damage)
    damage(folder / "index")
    again = Vault(folder, embedder)
    assert found(again, "number77")[0] == "message number77"
    again.settle()
    assert again.problems() == []
    assert found(again, "number77")[0] == "message number77"
    again.close()


def test_an_index_that_breaks_while_it_is_open_is_built_again(vault: Vault, folder: Path) -> None:
    say(vault, *(f"message number{number}" for number in range(20)))
    vault.settle()
    assert found(vault, "number7")[0] == "message number7"
    with_garbage(folder / "index")
    say(vault, "message about penguins")
    vault.settle()
    vault.settle()
    assert found(vault, "penguins")[0] == "message about penguins"
    assert found(vault, "number7")[0] == "message number7"
    vault.repair()
    assert vault.problems() == []


def test_a_damaged_database_is_refused_and_left_as_it_is(folder: Path, embedder: Embedder) -> None:
    vault = Vault(folder, embedder)
    say(vault, *("some words " * 200 for _ in range(50)))
    vault.close()
    file = folder / "vault.db"
    content = bytearray(file.read_bytes())
    content[0:4096] = b"\xff" * 4096
    file.write_bytes(content)
    with pytest.raises(VaultUnreadable, match="It was left as it is"):
        Vault(folder, embedder)
    assert file.read_bytes() == content


def test_damage_in_the_middle_of_a_database_is_named(folder: Path, embedder: Embedder) -> None:
    vault = Vault(folder, embedder)
    say(vault, *("some words " * 200 for _ in range(50)))
    vault.close()
    file = folder / "vault.db"
    content = bytearray(file.read_bytes())
    content[4096:-4096] = b"\xff" * (len(content) - 8192)
    file.write_bytes(content)

    def open_and_read() -> None:
        Vault(folder, embedder).messages.of("c1")

    with pytest.raises(VaultUnreadable, match="damaged"):
        open_and_read()


def test_another_embedder_is_refused_until_the_vectors_are_made_anew(
    vault: Vault, folder: Path
) -> None:
    say(vault, "about penguins", "about giraffes")
    vault.memories.add("I like penguins", time=Clock().now)
    vault.settle()
    vault.close()
    other = Vault(folder, Embedder.of(WordEmbeddings(size=64)))
    with pytest.raises(EmbedderMismatch, match="bespoke memory reindex"):
        found(other, "penguins")
    with pytest.raises(EmbedderMismatch):
        other.settle()
    assert len(other.problems()) == 1
    told: list[int] = []
    other.reindex(told.append)
    assert sum(told) == 3
    assert set(found(other, "penguins")[:2]) == {"I like penguins", "about penguins"}
    assert other.problems() == []
    other.close()


def test_a_reindex_that_stopped_goes_on(vault: Vault, folder: Path) -> None:
    say(vault, *(f"message number{number}" for number in range(100)))
    vault.settle()
    vault.close()

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    other = Vault(folder, Embedder.of(WordEmbeddings(size=64)))
    with pytest.raises(KeyboardInterrupt):
        other.reindex(stop)
    other.close()
    again = Vault(folder, Embedder.of(WordEmbeddings(size=64)))
    told: list[int] = []
    again.reindex(told.append)
    assert sum(told) == 36  # of 100, after a first batch of 64
    assert found(again, "number99")[0] == "message number99"
    again.close()


def test_a_deleted_conversation_leaves_neither_words_nor_vectors(
    vault: Vault, folder: Path, embedder: Embedder
) -> None:
    say(vault, "Quetzalcoatlus flies", "and so does the Zanzibarleopard", conversation="gone")
    kept = say(vault, "an ordinary message")
    vault.conversations.rename("gone", "Quetzalcoatlus")
    vault.settle()
    found(vault, "Quetzalcoatlus")
    vector = embedder.vector("Quetzalcoatlus flies").tobytes()
    assert files_holding(folder, "quetzalcoatlus", vector) != []
    vault.delete_conversation("gone")
    words = ("quetzalcoatl", "zanzibarleopard", "Quetzalcoatlus".encode("utf-16-le"))
    assert files_holding(folder, *words, vector) == []
    vault.settle()
    vault.close()
    assert files_holding(folder, *words) == []
    again = Vault(folder, embedder)
    assert again.messages.of("c1") == kept
    assert found(again, "Quetzalcoatlus") == ["an ordinary message"]
    assert again.problems() == []
    again.close()


def test_a_deletion_that_was_killed_half_way_is_finished(
    vault: Vault, folder: Path, embedder: Embedder
) -> None:
    say(vault, "Quetzalcoatlus flies", conversation="gone")
    say(vault, "an ordinary message")
    vault.settle()
    vault.conversations.delete("gone")  # the first of several steps
    vault.close()
    again = Vault(folder, embedder)
    assert again.problems() == ["A deletion was not finished. Run: bespoke doctor --repair"]
    again.finish_deletion()
    vector = embedder.vector("Quetzalcoatlus flies").tobytes()
    assert files_holding(folder, "quetzalcoatl", vector) == []
    again.settle()
    assert files_holding(folder, "quetzalcoatl") == []
    assert again.problems() == []
    again.close()


def test_a_deletion_that_a_reader_holds_up_is_finished_later(
    vault: Vault, folder: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_PRAGMAS", (*database._PRAGMAS, "busy_timeout = 100"))
    writing = Vault(folder, embedder)
    say(writing, "Quetzalcoatlus flies", conversation="gone")
    with sqlite3.connect(folder / "vault.db", isolation_level=None) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM messages").fetchall()
        with pytest.raises(VaultInUse, match="It is deleted, but the files still hold it"):
            writing.delete_conversation("gone")
    reader.close()
    assert writing.conversations.list() == []
    writing.settle()
    assert files_holding(folder, "quetzalcoatl") == []
    writing.close()


def test_deleting_an_unknown_conversation_deletes_nothing(vault: Vault) -> None:
    say(vault, "kept")
    with pytest.raises(NotFound, match="'c9'"):
        vault.delete_conversation("c9")
    assert vault.messages.count() == 1


def test_memories_by_hand_outlive_every_conversation(vault: Vault, now: datetime) -> None:
    say(vault, "hello")
    vault.memories.add("I live in Porto", time=now)
    vault.delete_conversation("c1")
    assert [each.text for each in vault.memories.list()] == ["I live in Porto"]


def test_recall_without_the_gate_returns_exactly_as_many_as_asked(vault: Vault) -> None:
    say(vault, *(f"message number{number}" for number in range(30)))
    for wanted in (1, 7, 30):
        items = vault.recall("something else", gate=False, limit=wanted, now=Clock().now)
        assert len(items) == wanted
    vault.settle()
    assert len(vault.recall("something else", gate=False, limit=25, now=Clock().now)) == 25
    assert len(vault.recall("something else", gate=False, limit=99, now=Clock().now)) == 30


@pytest.mark.parametrize(
    "text", ["", " ", '"', "NEAR(", "a AND OR NOT", "*", "x" * 10_000, "\x00", "漢字", "content:x"]
)
def test_any_text_can_be_searched_for(vault: Vault, text: str) -> None:
    say(vault, "about penguins")
    assert found(vault, text) == ["about penguins"]


def test_consents_have_safe_defaults_and_are_kept(
    vault: Vault, folder: Path, embedder: Embedder, now: datetime
) -> None:
    assert [purpose for purpose, is_granted in vault.consents.all().items() if not is_granted] == [
        Purpose.SHARE_WITH_REMOTE
    ]
    vault.consents.set(Purpose.LEARN, False, time=now)
    vault.consents.set(Purpose.SHARE_WITH_REMOTE, True, time=now)
    vault.close()
    again = Vault(folder, embedder)
    assert not again.consents.all()[Purpose.LEARN]
    assert again.consents.all()[Purpose.SHARE_WITH_REMOTE]
    again.close()


def test_the_write_ahead_log_is_on_and_writes_are_waited_for(vault: Vault) -> None:
    with vault.consents._database.read() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL
        assert connection.execute("PRAGMA secure_delete").fetchone()[0] == 1
    assert sqlite3.threadsafety == 3
