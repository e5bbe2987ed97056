"""Which addresses are this machine's own, and listening on one. Knows nothing about the app."""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

import click

PORTS_TRIED = 50


def is_loopback(host: str) -> bool:
    """Whether a name or an address can only mean this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_own_host(header: str) -> bool:
    """Whether a request's Host header names this machine, with or without a port."""
    try:
        return is_loopback(urlsplit(f"//{header}").hostname or "")
    except ValueError:
        return False


def listen(host: str, port: int, *, has_accounts: bool = False) -> socket.socket:
    """Listen on `port`, or on the next free one.

    Raises:
        click.ClickException: the address is not this machine's alone and there are no accounts
            that keep others out, or no port is free.
    """
    if not (has_accounts or is_loopback(host)):
        raise click.ClickException(
            f"{host!r} can be reached from other machines, and without accounts anybody there "
            "could read everything. Add --auth, so that one has to sign in, or leave --host out "
            "to use 127.0.0.1."
        )
    address = "127.0.0.1" if host.lower() == "localhost" else host
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for candidate in range(port, min(port + PORTS_TRIED, 65_536)):
        try:
            return socket.create_server((address, candidate), family=family)
        except OSError:
            continue
    raise click.ClickException(
        f"Cannot listen on {host!r}, port {port} or one of the next {PORTS_TRIED - 1}. "
        "Choose another with --port."
    )


def url_of(listener: socket.socket) -> str:
    """The address to type into a browser on this machine."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (what was asked for)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
