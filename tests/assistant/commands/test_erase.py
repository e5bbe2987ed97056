from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant import Assistant
from assistant.commands.erase import erase
from memory.errors import NotFound
from tests.disk import files_holding


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(erase, words, input=typed, catch_exceptions=False)


@pytest.fixture(autouse=True)
def two_users(bespoke: Assistant, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BESPOKE_HOME", str(home))
    for user in ("ana", "bea"):
        bespoke.user(user).memories.add(f"I am {user}")
    bespoke.close()


def test_a_user_is_erased_when_their_name_is_typed(home: Path) -> None:
    done = run("--user", "ana", typed="ana\n")
    assert "Erased: 0 conversations, 0 messages, 1 memories" in done.output
    assert "Blocks of the disk" in done.output
    assert files_holding(home, "I am ana") == []
    assert files_holding(home, "I am bea") != []


@pytest.mark.parametrize("typed", ["", "\n", "bea\n", "yes\n"])
def test_anything_else_erases_nothing(home: Path, typed: str) -> None:
    done = run("--user", "ana", typed=typed)
    assert "Erased" not in done.output
    assert files_holding(home, "I am ana") != []


def test_nobody_is_asked_who_said_yes(home: Path) -> None:
    assert "Erased" in run("--user", "ana", "--yes").output
    assert files_holding(home, "I am ana") == []


def test_who_is_not_there_cannot_be_erased() -> None:
    with pytest.raises(NotFound, match="'nobody'"):
        run("--user", "nobody", "--yes")
