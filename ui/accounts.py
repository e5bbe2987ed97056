"""The accounts that may sign in: names, and hashes of passwords, in one file of the home folder.

Passwords are hashed by argon2-cffi, as RFC 9106 recommends (Argon2id). Knows nothing about
browsers. Another process may change the file at any time: what is read is always what it holds now.
"""

import os
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from ui.session import LONGEST_NAME, is_profile_name

FILE_NAME = "accounts.json"
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000
FEWEST_DIFFERENT = 4

_Stamp = tuple[int, int, int]


class AccountError(Exception):
    """The root of what can go wrong with accounts. Its words are for people."""


class InvalidAccount(AccountError):
    """The name or the password cannot be taken, or there is no such account."""


class AccountsUnreadable(AccountError):
    """The file of accounts is not as this program writes it."""


class Account(BaseModel):
    """Who may sign in. A new password makes a new hash, so two versions of an account differ."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    password_hash: str


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    accounts: tuple[Account, ...] = ()


class Accounts:
    """The accounts of a home folder. Names that differ in case alone are the same account."""

    def __init__(self, home: Path) -> None:
        """Nothing is read or made yet."""
        self._path = home / FILE_NAME
        self._hasher = PasswordHasher()
        self._read: tuple[_Stamp | None, dict[str, Account]] = (None, {})

    def names(self) -> list[str]:
        """The names of all accounts, sorted."""
        return sorted(account.name for account in self._now().values())

    def find(self, name: str) -> Account | None:
        """The account of this name as it is now."""
        return self._now().get(key_of(name))

    def known(self, name: str) -> Account:
        """The account of this name.

        Raises:
            InvalidAccount: there is none.
        """
        account = self.find(name)
        if account is None:
            raise _unknown(name)
        return account

    def verified(self, name: str, password: str) -> Account | None:
        """The account, if there is one of this name and the password is its own.

        It takes as long for an unknown name as for a wrong password.
        """
        account, given = self.find(name), _prepared(password[: LONGEST_PASSWORD + 1])
        if account is None:
            self._hasher.hash(given)
            return None
        try:
            self._hasher.verify(account.password_hash, given)
        except VerifyMismatchError:
            return None
        return account

    def add(self, name: str, password: str) -> Account:
        """Add an account.

        Raises:
            InvalidAccount: the name or the password cannot be taken.
        """
        name = name.strip()
        if not is_profile_name(name):
            raise InvalidAccount(f"A name has 1 to {LONGEST_NAME} characters, on one line.")
        account = self._made(name, password)

        def added(accounts: dict[str, Account]) -> None:
            if key_of(name) in accounts:
                raise InvalidAccount(
                    f"There is an account {accounts[key_of(name)].name!r} already."
                )
            accounts[key_of(name)] = account

        self._change(added)
        return account

    def set_password(self, name: str, password: str) -> Account:
        """Give an account another password.

        Raises:
            InvalidAccount: there is no such account, or the password cannot be taken.
        """
        account = self._made(self.known(name).name, password)

        def replaced(accounts: dict[str, Account]) -> None:
            if key_of(name) not in accounts:
                raise _unknown(name)
            accounts[key_of(name)] = account

        self._change(replaced)
        return account

    def remove(self, name: str) -> Account:
        """Remove an account; what is kept about its user stays.

        Raises:
            InvalidAccount: there is no such account.
        """
        account = self.known(name)
        self._change(lambda accounts: accounts.pop(key_of(name), None))
        return account

    def _made(self, name: str, password: str) -> Account:
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise InvalidAccount(
                f"A password has at least {SHORTEST_PASSWORD} characters "
                f"(and at most {LONGEST_PASSWORD}). A few words in a row are a good one."
            )
        if key_of(password) == key_of(name) or len(set(password)) < FEWEST_DIFFERENT:
            raise InvalidAccount("This password is too easy to guess. Choose another one.")
        return Account(name=name, password_hash=self._hasher.hash(_prepared(password)))

    def _now(self) -> dict[str, Account]:
        stamp = _stamp(self._path)
        if stamp is None or stamp != self._read[0]:
            self._read = (stamp, _by_key(self._load()))
        return self._read[1]

    def _load(self) -> Iterable[Account]:
        try:
            return _File.model_validate_json(self._path.read_bytes()).accounts
        except FileNotFoundError:
            return ()
        except ValidationError:
            raise AccountsUnreadable(
                f"{str(self._path)!r} is not as Bespoke writes it. Mend it, or remove it and add "
                "the accounts anew."
            ) from None

    def _change(self, change: Callable[[dict[str, Account]], object]) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(self._path.with_suffix(".lock"), mode=0o600):
            accounts = _by_key(self._load())
            change(accounts)
            _write(self._path, _File(accounts=tuple(accounts.values())).model_dump_json(indent=1))


def key_of(name: str) -> str:
    """What names of the same account have in common."""
    return unicodedata.normalize("NFKC", name.strip()).casefold()


def _write(path: Path, text: str) -> None:
    """Write a file as a whole or not at all, for the owner's eyes only."""
    partial = path.with_suffix(".new")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _by_key(accounts: Iterable[Account]) -> dict[str, Account]:
    return {key_of(account.name): account for account in accounts}


def _prepared(password: str) -> bytes:
    # Keyboards differ in how they compose the same letters.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _unknown(name: str) -> InvalidAccount:
    return InvalidAccount(f"There is no account {name!r}. See: bespoke accounts list")
