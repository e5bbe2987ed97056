"""The command `bespoke`. Its sub-commands are entry points, so every package brings its own."""

import logging
import os
import sys
from importlib.metadata import EntryPoint, entry_points

import click

from assistant.errors import EXPECTED

_GROUP = "bespoke.commands"
_QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


class _EntryPointGroup(click.Group):
    """A group whose commands are the entry points of a group of that name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(_commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        entry = _commands().get(cmd_name)
        command = entry.load() if entry else None
        assert command is None or isinstance(command, click.Command)
        return command


@click.group(cls=_EntryPointGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bespoke-assistant", message="bespoke %(version)s")
def bespoke() -> None:
    """A chat assistant that gets to know you, and keeps what it knows on this machine."""


def main() -> None:
    """Run the command line; what went wrong is told in one sentence, with what to do."""
    os.environ.update(_QUIET)
    os.umask(0o077)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    try:
        bespoke()
    except EXPECTED as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)


def _commands() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=_GROUP)}
