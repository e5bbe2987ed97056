from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ui.accounts import Accounts
from ui.accounts_command import accounts as command


@pytest.fixture(autouse=True)
def set_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BESPOKE_HOME", str(home))


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(command, words, input=typed)


def test_an_account_is_added_listed_and_removed(home: Path) -> None:
    assert "Add one: bespoke accounts add NAME" in run("list").output
    done = run("add", "Ana", typed="green tea at noon\ngreen tea at noon\n")
    assert "Ana can sign in now" in done.output
    assert "green tea" not in done.output
    assert run("list").output == "Ana\n"
    assert Accounts(home).verified("Ana", "green tea at noon")
    assert "bespoke erase --user 'Ana'" in run("remove", "Ana").output
    assert Accounts(home).names() == []


def test_a_password_that_is_typed_in_two_ways_is_asked_for_again(home: Path) -> None:
    done = run("add", "Ana", typed="green tea\ngreen eat\ngreen tea at noon\ngreen tea at noon\n")
    assert "do not match" in done.output
    assert Accounts(home).verified("Ana", "green tea at noon")


def test_a_password_is_changed(home: Path) -> None:
    Accounts(home).add("Ana", "green tea at noon")
    assert run("password", "Ana", typed="a cup of coffee\na cup of coffee\n").exit_code == 0
    assert Accounts(home).verified("Ana", "a cup of coffee")


@pytest.mark.parametrize("words", [("password", "Eve"), ("remove", "Eve")])
def test_an_account_that_is_not_there_is_told_in_a_sentence(words: tuple[str, str]) -> None:
    done = run(*words, typed="a cup of coffee\na cup of coffee\n")
    assert done.exit_code == 1
    assert "There is no account 'Eve'" in done.output
