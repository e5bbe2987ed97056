"""Which profile a browser speaks as: a signed cookie, and the secret that signs it.

The secret lies in the home folder, so a restart keeps the profile. Knows nothing about passwords:
profiles are a convenience, not a lock.
"""

import os
import secrets
from pathlib import Path

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SECRET_NAME = "ui_secret"  # noqa: S105 (a file's name)
LONGEST_NAME = 100
SECONDS_KEPT = 365 * 24 * 3600
_KEY = "profile"


def cookie_name(port: int) -> str:
    """Browsers share cookies between the ports of a host, so each port has a name of its own."""
    return f"bespoke_{port}"


def load_secret(home: Path) -> str:
    """Read the home folder's secret; make one, for the owner's eyes only, if there is none."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = home / SECRET_NAME
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    return path.read_text("ascii")


def is_profile_name(name: str) -> bool:
    """Whether a name can be chosen here: not blank, not long, nothing invisible in it."""
    return name == name.strip() and 0 < len(name) <= LONGEST_NAME and name.isprintable()


def profile_of(request: HTTPConnection) -> str | None:
    """The profile that this browser has chosen, if any; Gradio's `auth_dependency`."""
    name = request.session.get(_KEY)
    return name if isinstance(name, str) and is_profile_name(name) else None


def choose_profile(request: HTTPConnection, name: str) -> None:
    """Let this browser speak as `name` from now on."""
    request.session[_KEY] = name


class ProfileGate:
    """ASGI middleware that shows nothing but the welcome page until a profile is chosen."""

    def __init__(self, app: ASGIApp, *, welcome: str) -> None:
        self._app = app
        self._welcome = welcome

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, lead to the welcome page, or answer with 401."""
        is_open = scope["type"] != "http" or scope["path"] == self._welcome
        if is_open or profile_of(HTTPConnection(scope)) is not None:
            await self._app(scope, receive, send)
        elif scope["path"] == "/":
            await RedirectResponse(self._welcome, 303)(scope, receive, send)
        else:
            await PlainTextResponse("Choose a profile first.", 401)(scope, receive, send)
