"""Who is signed in: one secret token a browser, until it is ended, unused for long, or old.

All of it is in this process's memory, so a restart signs everybody out. Knows nothing about
passwords or cookies.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from ui.accounts import Account, Accounts

LONGEST_UNUSED = timedelta(hours=12)
LONGEST = timedelta(days=14)


@dataclass
class _SignIn:
    account: Account
    began: datetime
    used: datetime


class SignIns:
    """The browsers that are signed in.

    A token names an account as it was when it signed in: once the account is removed or has
    another password, the token is worth nothing.
    """

    def __init__(self, accounts: Accounts, *, clock: Callable[[], datetime]) -> None:
        self._accounts = accounts
        self._clock = clock
        self._by_token: dict[str, _SignIn] = {}
        self._mutex = Lock()

    def begin(self, account: Account) -> str:
        """Sign a browser in; returns its token."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._mutex:
            for old in [key for key, each in self._by_token.items() if not self._is_live(each)]:
                del self._by_token[old]
            self._by_token[token] = _SignIn(account, now, now)
        return token

    def user(self, token: str) -> str | None:
        """The name of the account that this token speaks for, if it is still worth something."""
        with self._mutex:
            found = self._by_token.get(token)
            if found is None:
                return None
            if not self._is_live(found):
                del self._by_token[token]
                return None
            found.used = self._clock()
            return found.account.name

    def end(self, token: str) -> None:
        """Sign a browser out: from now on the token is worth nothing."""
        with self._mutex:
            self._by_token.pop(token, None)

    def _is_live(self, sign_in: _SignIn) -> bool:
        now = self._clock()
        is_young = now - sign_in.used < LONGEST_UNUSED and now - sign_in.began < LONGEST
        return is_young and self._accounts.find(sign_in.account.name) == sign_in.account
