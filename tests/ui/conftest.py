"""The app, served on loopback by a thread, with an assistant of doubles behind it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
import uvicorn
from fastapi import FastAPI

from assistant import Assistant
from assistant.assistant import utc_now
from tests.doubles import Clock
from tests.ui.browser import Browser
from tests.ui.windows import open_window
from ui.accounts import Accounts
from ui.addresses import listen, url_of
from ui.app import make_app

__all__ = ["address", "ana", "open_window", "served", "wait_until"]

PASSWORDS = {"Ana": "green tea at noon", "Ben": "long walks in rain"}


@contextmanager
def served(
    assistant: Assistant,
    *,
    port: int = 41_860,
    accounts: Accounts | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Iterator[str]:
    """Serve the app for a block, and tell its address."""
    with listen("127.0.0.1", port) as listener:
        app = make_app(assistant, port=listener.getsockname()[1], accounts=accounts, clock=clock)
        server = _server(app)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started)
        try:
            yield url_of(listener)
        finally:
            server.should_exit = True
            thread.join(20)


def wait_until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that another thread does."""
    end = monotonic() + seconds
    while not is_so():
        assert monotonic() < end, "It did not happen in time."
        sleep(0.01)


def _server(app: FastAPI) -> uvicorn.Server:
    return uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))


@pytest.fixture
def address(bespoke: Assistant) -> Iterator[str]:
    """Where the app is."""
    with served(bespoke) as address:
        yield address


@pytest.fixture
def accounts(home: Path) -> Accounts:
    """Ana's and Ben's."""
    accounts = Accounts(home)
    for name, password in PASSWORDS.items():
        accounts.add(name, password)
    return accounts


@pytest.fixture
def locked(bespoke: Assistant, accounts: Accounts, clock: Clock) -> Iterator[str]:
    """Where the app is that asks people to sign in."""
    with served(bespoke, accounts=accounts, clock=clock) as address:
        yield address


@pytest.fixture
def ana(address: str) -> Browser:
    """A browser in which Ana has opened the main page."""
    browser = Browser(address)
    browser.choose("Ana")
    browser.open()
    return browser
