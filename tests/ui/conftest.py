"""The app, served on loopback by a thread, with an assistant of doubles behind it."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from time import monotonic, sleep

import pytest
import uvicorn

from assistant import Assistant
from tests.ui.browser import Browser
from tests.ui.windows import open_window
from ui.addresses import listen, url_of
from ui.app import make_app

__all__ = ["address", "ana", "open_window", "served", "wait_until"]


@contextmanager
def served(assistant: Assistant, *, port: int = 41_860) -> Iterator[str]:
    """Serve the app for a block, and tell its address."""
    with listen("127.0.0.1", port) as listener:
        server = _server(assistant, listener)
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


def _server(assistant: Assistant, listener: socket.socket) -> uvicorn.Server:
    app = make_app(assistant, port=listener.getsockname()[1])
    return uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))


@pytest.fixture
def address(bespoke: Assistant) -> Iterator[str]:
    """Where the app is."""
    with served(bespoke) as address:
        yield address


@pytest.fixture
def ana(address: str) -> Browser:
    """A browser in which Ana has opened the main page."""
    browser = Browser(address)
    browser.choose("Ana")
    browser.open()
    return browser
