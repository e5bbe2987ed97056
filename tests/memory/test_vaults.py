import json
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from memory.embeddings import Embedder
from memory.errors import NotFound, StorageFull, VaultReadOnly
from memory.vaults import MOST_OPEN, Vaults
from tests.conftest import SmallDisk
from tests.disk import descriptors, open_to_others, threads
from tests.doubles import Clock

HOSTILE = [
    "",
    " ",
    ".",
    "..",
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\Windows",
    "a/b",
    "a\\b",
    "nul\x00byte",
    "\x00",
    "line\nend",
    "x" * 300,
    "漢字 👩‍👩‍👧",
    "\ud800",
    "\udfff lone",
    "con",
    "Ana",
    "ana",
    "ANA",
    "ana ",
    unicodedata.normalize("NFC", "André"),
    unicodedata.normalize("NFD", "André"),
    "'; DROP TABLE users; --",
    "{{ user }}",
    "%s",
]


@pytest.fixture
def vaults(home: Path, embedder: Embedder) -> Iterator[Vaults]:
    opened = Vaults(home, embedder)
    yield opened
    opened.close()


def test_any_string_is_a_user_with_a_folder_of_its_own_inside_the_home(
    vaults: Vaults, home: Path
) -> None:
    for number, user in enumerate(HOSTILE):
        with vaults.using(user) as vault:
            vault.memories.add(f"I am number {number}", time=Clock().now)
    assert vaults.users() == sorted(HOSTILE)
    folders = {vaults.folder(user).resolve() for user in HOSTILE}
    assert len(folders) == len(HOSTILE)
    assert {folder.parent for folder in folders} == {(home / "users").resolve()}
    assert [path.name for path in home.iterdir()] == ["users"]
    for number, user in enumerate(HOSTILE):
        with vaults.using(user) as vault:
            assert [each.text for each in vault.memories.list()] == [f"I am number {number}"]


def test_everything_is_closed_to_others(vaults: Vaults, home: Path) -> None:
    with vaults.using("ana") as vault:
        vault.messages.add("c1", "user", "about penguins", time=Clock().now)
        vault.settle()
        assert open_to_others(home) == []
    vaults.close()
    assert open_to_others(home) == []


def test_nothing_is_made_before_it_is_needed(vaults: Vaults, home: Path) -> None:
    assert vaults.users() == []
    assert not vaults.exists("ana")
    with pytest.raises(NotFound), vaults.reading("ana"):
        pass
    assert not home.exists()


def test_at_most_sixteen_vaults_are_open_and_the_least_used_is_closed(vaults: Vaults) -> None:
    for number in range(MOST_OPEN):
        with vaults.using(f"user {number}"):
            pass
    with vaults.using("user 0"), vaults.using("one more"):
        assert len(vaults._open) == MOST_OPEN == 16
        assert "user 0" in vaults._open
        assert "user 1" not in vaults._open


def test_a_vault_is_lent_to_many_and_waits_while_too_many_are_lent(vaults: Vaults) -> None:
    together = Barrier(MOST_OPEN)

    def use(number: int) -> int:
        with vaults.using(f"user {number}") as vault:
            if number < MOST_OPEN:
                together.wait(60)
            vault.memories.add("x", time=Clock().now)
            return len(vaults._open)

    with ThreadPoolExecutor(MOST_OPEN + 8) as pool:
        assert max(pool.map(use, range(MOST_OPEN + 8))) <= MOST_OPEN
    assert len(vaults.users()) == MOST_OPEN + 8


def test_sixty_users_in_many_threads_hold_a_bounded_number_of_files_and_threads(
    vaults: Vaults,
) -> None:
    def chat(number: int) -> tuple[int, int]:
        with vaults.using(f"user {number % 60}") as vault:
            vault.messages.add("c1", "user", f"word{number}", time=Clock().now)
            vault.settle()
            vault.recall(f"word{number}", now=Clock().now)
            return descriptors(), threads()

    before = descriptors(), threads()
    with ThreadPoolExecutor(20) as pool:
        measured = list(pool.map(chat, range(120)))
    assert max(files for files, _ in measured) - before[0] < MOST_OPEN * 20
    assert max(count for _, count in measured) - before[1] < MOST_OPEN * 10 + 20
    vaults.close()
    assert descriptors() - before[0] < 20
    assert threads() - before[1] < 20


def test_a_home_that_cannot_be_written_to_is_named_and_read(
    small_disk: SmallDisk, embedder: Embedder
) -> None:
    vaults = Vaults(small_disk.folder / "home", embedder)
    with vaults.using("ana") as vault:
        vault.memories.add("I live in Porto", time=Clock().now)
    vaults.close()
    small_disk.make_read_only()
    vaults = Vaults(small_disk.folder / "home", embedder)
    assert not vaults.is_writable("ana")
    with vaults.reading("ana") as vault:
        assert [each.text for each in vault.memories.list()] == ["I live in Porto"]
    with pytest.raises(VaultReadOnly, match="BESPOKE_HOME"), vaults.using("bea"):
        pass


def test_a_new_user_on_a_full_disk_is_told_that_it_is_full(
    small_disk: SmallDisk, embedder: Embedder
) -> None:
    vaults = Vaults(small_disk.folder / "home", embedder)
    small_disk.fill_up()
    with pytest.raises(StorageFull), vaults.using("ana"):
        pass
    small_disk.make_room()
    with vaults.using("ana") as vault:
        vault.memories.add("I live in Porto", time=Clock().now)
    assert vaults.users() == ["ana"]
    vaults.close()


def test_a_failed_opening_blocks_nobody(vaults: Vaults) -> None:
    folder = vaults.folder("ana")
    folder.mkdir(parents=True)
    (folder / "vault.db").write_bytes(b"no database" * 100)
    for _ in range(MOST_OPEN + 1):
        with pytest.raises(Exception, match="damaged"), vaults.using("ana"):
            pass
    with vaults.using("bea") as vault:
        assert vault.memories.list() == []


@pytest.mark.parametrize("content", [b"", b"garbage", b"[]", b"\xff\xfe"])
def test_a_damaged_owner_file_hides_no_other_user(
    vaults: Vaults, home: Path, content: bytes
) -> None:
    for user in ("ana", "bea"):
        with vaults.using(user):
            pass
    (vaults.folder("ana") / "owner.json").write_bytes(content)
    assert "bea" in vaults.users()
    with vaults.using("ana"):
        pass


def test_the_owner_file_names_the_user(vaults: Vaults) -> None:
    with vaults.using("André"):
        pass
    owner = vaults.folder("André") / "owner.json"
    assert json.loads(owner.read_text()) == {"user": "André"}


def test_an_erased_vault_is_gone_with_its_lock_and_others_stay(vaults: Vaults, home: Path) -> None:
    for user in ("ana", "bea"):
        with vaults.using(user) as vault:
            vault.messages.add("c1", "user", f"I am {user}", time=Clock().now)
            vault.settle()
    receipt = vaults.erase("ana", time=Clock().now)
    assert receipt.removed["messages"] == 1
    assert receipt.removed["files"] > 3
    assert list((home / "users").iterdir()) == [vaults.folder("bea")]
    assert not vaults.exists("ana")
    assert vaults.users() == ["bea"]
    with pytest.raises(NotFound, match="no user 'ana'"):
        vaults.erase("ana", time=Clock().now)
    with vaults.using("ana") as vault:
        assert vault.messages.count() == 0
    with vaults.using("bea") as vault:
        assert vault.recall("bea", gate=False, now=Clock().now)[0].text == "I am bea"


def test_an_erasure_that_was_killed_half_way_is_finished(
    vaults: Vaults, home: Path, embedder: Embedder
) -> None:
    with vaults.using("ana") as vault:
        vault.memories.add("I live in Porto", time=Clock().now)
    vaults.close()
    folder = vaults.folder("ana")
    folder.rename(f"{folder}.erased-1")  # the first of two steps
    again = Vaults(home, embedder)
    assert again.users() == []
    with again.using("bea"):
        assert list((home / "users").iterdir()) == [again.folder("bea")]
    again.close()


def test_a_damaged_vault_can_be_erased(vaults: Vaults, home: Path) -> None:
    folder = vaults.folder("ana")
    folder.mkdir(parents=True)
    (folder / "vault.db").write_bytes(b"no database" * 100)
    assert vaults.erase("ana", time=Clock().now).removed == {"files": 1, "bytes": 1100}
    assert list((home / "users").iterdir()) == []
