"""Options that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])


def whose(command: _Command) -> _Command:
    """Add `--user`: whose vault a command opens."""
    return click.option(
        "--user", help="Whose vault to open; 'me' if BESPOKE_USER does not say otherwise."
    )(command)
