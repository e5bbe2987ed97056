"""Running the app: load the models in the background, serve until Ctrl-C, and clean up.

Knows nothing about what the pages show.
"""

import logging
import socket
import threading
import webbrowser
from contextlib import suppress
from pathlib import Path

import click
import uvicorn

from assistant import Assistant
from ui.accounts import AccountError, Accounts
from ui.addresses import is_loopback, url_of
from ui.app import make_app

_SECONDS_TO_LET_GO = 2
_OTHER_MACHINES = (
    "Other machines can reach it. What they send, passwords too, can be read on the way unless a "
    "proxy in front of it speaks https: see docs/accounts.md."
)


class WarmUp:
    """Loads the models in a thread; `failure` is what went wrong, once it has."""

    def __init__(self, assistant: Assistant) -> None:
        """Nothing is loaded yet."""
        self.failure: Exception | None = None
        self.server: uvicorn.Server | None = None
        self._assistant = assistant
        self._thread = threading.Thread(target=self._run, name="bespoke-warm-up", daemon=True)

    def start(self) -> None:
        """Begin to load."""
        self._thread.start()

    def finish(self) -> None:
        """Wait for the end of loading, and raise what went wrong."""
        self._thread.join()
        self.raise_failure()

    def raise_failure(self) -> None:
        """Raise what went wrong until now, if anything."""
        if self.failure is not None:
            raise self.failure

    def _run(self) -> None:
        try:
            self._assistant.warm_up()
        except Exception as error:
            self.failure = error
            if self.server is not None:
                self.server.should_exit = True
        else:
            click.echo("The model is ready.")


def serve(
    listener: socket.socket,
    *,
    port_wanted: int,
    model: str | None,
    has_accounts: bool = False,
    is_opened: bool,
) -> None:
    """Serve the app until Ctrl-C.

    Raises:
        AssistantError: the model cannot be loaded; the message says what to do.
        click.ClickException: the home folder cannot be written to, or nobody could sign in.
    """
    with Assistant(model=model) as assistant:
        accounts = _open_accounts(assistant.settings.home) if has_accounts else None
        warm_up = WarmUp(assistant)
        warm_up.start()
        server = _make_server(assistant, listener, accounts)
        warm_up.server = server
        warm_up.raise_failure()
        _announce(listener, port_wanted)
        if not is_loopback(listener.getsockname()[0]):
            click.echo(_OTHER_MACHINES)
        if is_opened:
            webbrowser.open(url_of(listener))
        with suppress(KeyboardInterrupt):  # uvicorn stops cleanly first, then passes it on
            server.run(sockets=[listener])
        click.echo("Bespoke has stopped.")
        warm_up.finish()


def _open_accounts(home: Path) -> Accounts:
    accounts = Accounts(home)
    try:
        names = accounts.names()
    except AccountError as error:
        raise click.ClickException(str(error)) from error
    if not names:
        raise click.ClickException(
            "There is no account yet, so nobody could sign in. Add one first: "
            "bespoke accounts add NAME"
        )
    return accounts


def _make_server(
    assistant: Assistant, listener: socket.socket, accounts: Accounts | None
) -> uvicorn.Server:
    try:
        app = make_app(assistant, port=listener.getsockname()[1], accounts=accounts)
    except OSError as error:
        raise click.ClickException(
            f"{str(assistant.settings.home)!r} cannot be written to ({error.strerror}). Make it "
            "writable or choose another home folder with BESPOKE_HOME."
        ) from error
    config = uvicorn.Config(
        app,
        log_level=logging.WARNING,
        access_log=False,
        timeout_graceful_shutdown=_SECONDS_TO_LET_GO,
    )
    return uvicorn.Server(config)


def _announce(listener: socket.socket, port_wanted: int) -> None:
    if listener.getsockname()[1] != port_wanted:
        click.echo(f"Port {port_wanted} is taken, so this is another one.")
    click.echo(f"Bespoke is at {url_of(listener)}  (Ctrl-C stops it)")
