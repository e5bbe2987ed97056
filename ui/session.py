"""Which profile a browser speaks as: a signed cookie, and the secret that signs it.

The secret lies in the home folder, so a restart keeps the profile. Knows nothing about passwords:
profiles are a convenience, not a lock.
"""

import os
import secrets
from pathlib import Path

from starlette.requests import HTTPConnection

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
    """The profile that this browser has chosen, if any."""
    name = request.session.get(_KEY)
    return name if isinstance(name, str) and is_profile_name(name) else None


def choose_profile(request: HTTPConnection, name: str) -> None:
    """Let this browser speak as `name` from now on."""
    request.session[_KEY] = name
