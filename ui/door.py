"""The door of an app with accounts: checks passwords, and knows browsers again by a cookie.

Knows nothing about how its pages look.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock

from fastapi import Request
from fastapi.responses import Response
from starlette.requests import HTTPConnection

from ui.accounts import AccountError, Accounts, key_of
from ui.attempts import Attempts
from ui.session import cookie_name
from ui.sign_ins import LONGEST, SignIns

FREE_PER_NAME = 5
FREE_PER_ADDRESS = 20
_IPV6_PREFIX = 64  # what one customer usually gets


class WrongPassword(AccountError):
    """There is no such account, or this is not its password."""


class TooManyAttempts(AccountError):
    """Too many wrong passwords were tried; the next try is `wait` away."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, round(wait.total_seconds()))
        minutes = -(-self.seconds // 60)
        told = f"{self.seconds} seconds" if self.seconds < 60 else _counted(minutes, "minute")
        super().__init__(f"Too many wrong passwords. Try again in {told}.")


class Door:
    """Lets browsers in and out."""

    def __init__(self, accounts: Accounts, *, port: int, clock: Callable[[], datetime]) -> None:
        """`port` tells the cookie from that of another app on this machine."""
        self._accounts = accounts
        self._cookie = cookie_name(port)
        self._sign_ins = SignIns(accounts, clock=clock)
        self._by_name = Attempts(free=FREE_PER_NAME, clock=clock)
        self._by_address = Attempts(free=FREE_PER_ADDRESS, clock=clock)
        self._one_at_a_time = Lock()  # each check takes 64 MB

    def user(self, request: HTTPConnection) -> str | None:
        """The account that a request comes from, if its browser is signed in."""
        return self._sign_ins.user(self._token(request))

    def sign_in(self, request: Request, response: Response, name: str, password: str) -> None:
        """Let a browser speak as an account from now on, by a cookie in the response.

        Raises:
            TooManyAttempts: one has to wait; nothing was checked.
            WrongPassword: the name or the password is wrong, and it is not said which.
        """
        self._check(request, name, password)
        self._begin(request, response, name)

    def change_password(self, request: Request, response: Response, *, old: str, new: str) -> None:
        """Give the account another password; all its other browsers are signed out by that.

        Raises:
            InvalidAccount: the new password cannot be taken.
            TooManyAttempts, WrongPassword: as when signing in.
        """
        name = self.user(request) or ""
        self._check(request, name, old)
        self._accounts.set_password(name, new)
        self._begin(request, response, name)

    def sign_out(self, request: Request, response: Response) -> None:
        """End what the browser's cookie stands for, and take the cookie away."""
        self._sign_ins.end(self._token(request))
        response.delete_cookie(self._cookie, httponly=True, samesite="strict")

    def _check(self, request: Request, name: str, password: str) -> None:
        key, address = key_of(name), _network_of(request)
        with self._one_at_a_time:
            wait = max(self._by_name.wait(key), self._by_address.wait(address))
            if wait > timedelta():
                raise TooManyAttempts(wait)
            if self._accounts.verified(name, password) is None:
                self._by_name.failed(key)
                self._by_address.failed(address)
                raise WrongPassword("The name or the password is wrong.")
            self._by_name.succeeded(key)

    def _begin(self, request: Request, response: Response, name: str) -> None:
        self._sign_ins.end(self._token(request))
        account = self._accounts.find(name)
        if account is None:
            raise WrongPassword("This account was removed just now.")
        response.set_cookie(
            self._cookie,
            self._sign_ins.begin(account),
            max_age=round(LONGEST.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )

    def _token(self, request: HTTPConnection) -> str:
        return request.cookies.get(self._cookie, "")


def _network_of(request: Request) -> str:
    """The address that a request comes from, as far as it tells one person from another."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_PREFIX), strict=False))
    return host


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
