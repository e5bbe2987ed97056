import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.cli import bespoke
from memory.embeddings import Embedder
from memory.vaults import Vaults
from tests.doubles import Clock, WordEmbeddings

Doctor = Callable[..., Result]


@pytest.fixture
def doctor(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """Runs `bespoke doctor …` over the vaults in `home`, with no weights installed."""
    monkeypatch.setenv("BESPOKE_HOME", str(home))
    monkeypatch.setenv("BESPOKE_CACHE", str(tmp_path / "cache"))

    def examine(*words: str) -> Result:
        return CliRunner().invoke(bespoke, ["doctor", *words], catch_exceptions=False)

    return examine


@pytest.fixture
def vaults(home: Path) -> Vaults:
    """The vaults of Ana and Bea; their vectors are made by what is named as the default."""
    embeddings = WordEmbeddings()
    made = Vaults(home, Embedder("all-MiniLM-L6-v2", lambda: embeddings))
    for user in ("ana", "bea"):
        with made.using(user) as vault:
            vault.messages.add("c1", "user", "hello", time=Clock().now)
            vault.memories.add("I live in Porto", time=Clock().now)
            vault.settle()
    made.close()
    return made


def test_missing_weights_come_with_the_command_that_gets_them(doctor: Doctor) -> None:
    done = doctor()
    assert done.exit_code == 1
    assert "Run: bespoke models pull all-MiniLM-L6-v2" in done.output


def test_every_vault_is_counted(doctor: Doctor, vaults: Vaults) -> None:
    output = doctor().output
    assert "ok  the vault of 'ana': 1 messages, 1 memories" in output
    assert "ok  the vault of 'bea': 1 messages, 1 memories" in output


def test_a_broken_index_is_found_and_repaired(doctor: Doctor, vaults: Vaults) -> None:
    shutil.rmtree(vaults.folder("ana") / "index")
    output = doctor().output
    assert "!!  the vault of 'ana'" in output
    assert "The index is broken. Run: bespoke doctor --repair" in output
    assert "ok  the vault of 'ana'" in doctor("--repair").output
    assert "ok  the vault of 'ana'" in doctor().output


def test_a_damaged_vault_is_named_and_others_are_examined(doctor: Doctor, vaults: Vaults) -> None:
    file = vaults.folder("ana") / "vault.db"
    file.write_bytes(b"no database" * 1000)
    done = doctor()
    assert done.exit_code == 1
    assert "!!  the vault of 'ana'" in done.output
    assert "ok  the vault of 'bea'" in done.output
    assert file.read_bytes() == b"no database" * 1000


def test_a_home_that_others_can_read_is_told(doctor: Doctor, vaults: Vaults, home: Path) -> None:
    home.chmod(0o755)
    assert f"Run: chmod 700 '{home}'" in doctor().output
