import stat
from pathlib import Path

import pytest

from ui.accounts import FILE_NAME, Accounts, AccountsUnreadable, InvalidAccount

PASSWORD = "green tea at noon"


def test_a_password_opens_its_own_account_and_no_other(home: Path) -> None:
    accounts = Accounts(home)
    ana, ben = accounts.add("Ana", PASSWORD), accounts.add("Ben", "long walks in rain")
    assert accounts.names() == ["Ana", "Ben"]
    assert accounts.verified("Ana", PASSWORD) == ana
    assert accounts.verified("Ben", "long walks in rain") == ben
    for name, wrong in [("Ben", PASSWORD), ("Ana", ""), ("Ana", PASSWORD + " "), ("Eve", PASSWORD)]:
        assert accounts.verified(name, wrong) is None


def test_the_file_is_the_owners_alone_and_holds_no_password(home: Path) -> None:
    accounts = Accounts(home)
    accounts.add("Ana", PASSWORD)
    accounts.add("Ben", PASSWORD)
    file = home / FILE_NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert PASSWORD not in file.read_text("utf-8")
    assert "$argon2id$" in file.read_text("utf-8")
    ana, ben = accounts.find("Ana"), accounts.find("Ben")
    assert ana is not None
    assert ben is not None
    assert ana.password_hash != ben.password_hash
    assert sorted(path.name for path in home.iterdir()) == ["accounts.json", "accounts.lock"]


def test_what_another_process_changes_holds_at_once(home: Path) -> None:
    ours, theirs = Accounts(home), Accounts(home)
    theirs.add("Ana", PASSWORD)
    assert ours.verified("Ana", PASSWORD)
    theirs.set_password("Ana", "a cup of coffee")
    assert ours.verified("Ana", PASSWORD) is None
    assert ours.verified("Ana", "a cup of coffee")
    theirs.remove("Ana")
    assert ours.names() == []


def test_names_that_differ_in_case_alone_are_one_account(home: Path) -> None:
    accounts = Accounts(home)
    ana = accounts.add("  Ána ", PASSWORD)
    assert ana.name == "Ána"
    assert accounts.verified("ÁNA", PASSWORD) == ana
    with pytest.raises(InvalidAccount, match="'Ána' already"):
        accounts.add("A\u0301na", PASSWORD)


@pytest.mark.parametrize("name", ["", " ", "two\nlines", "x" * 101, "bell\a"])
def test_a_name_that_nobody_could_read_is_refused(home: Path, name: str) -> None:
    with pytest.raises(InvalidAccount, match="1 to 100 characters"):
        Accounts(home).add(name, PASSWORD)


@pytest.mark.parametrize(
    ("password", "because"),
    [
        ("too short", "at least 10"),
        ("x" * 1001, "at most 1000"),
        ("aaaaaaaaaaaa", "too easy"),
        ("ANAANAANAANA", "too easy"),
    ],
)
def test_a_poor_password_is_refused(home: Path, password: str, because: str) -> None:
    accounts = Accounts(home)
    with pytest.raises(InvalidAccount, match=because):
        accounts.add("anaanaanaana", password)
    assert accounts.names() == []


def test_a_password_counts_the_same_however_the_keyboard_composes_it(home: Path) -> None:
    accounts = Accounts(home)
    accounts.add("Ana", "caf\u00e9 at the beach")
    assert accounts.verified("Ana", "cafe\u0301 at the beach")


def test_an_account_that_is_not_there_cannot_be_changed(home: Path) -> None:
    accounts = Accounts(home)
    with pytest.raises(InvalidAccount, match="no account 'Ana'"):
        accounts.set_password("Ana", PASSWORD)
    with pytest.raises(InvalidAccount, match="no account 'Ana'"):
        accounts.remove("Ana")


def test_a_file_that_somebody_spoiled_lets_nobody_in(home: Path) -> None:
    accounts = Accounts(home)
    accounts.add("Ana", PASSWORD)
    (home / FILE_NAME).write_text("{}]", "utf-8")
    with pytest.raises(AccountsUnreadable, match="Mend it"):
        accounts.verified("Ana", PASSWORD)
    with pytest.raises(AccountsUnreadable):
        accounts.add("Ben", PASSWORD)
    assert (home / FILE_NAME).read_text("utf-8") == "{}]"
