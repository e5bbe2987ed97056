"""The command `bespoke eval`. Its sub-commands are imported when they are named, not before."""

from importlib import import_module

import click

_COMMANDS = {
    "adapt": "evals.commands.adapt:adapt",
    "bless": "evals.commands.bless:bless",
    "compare": "evals.commands.compare:compare",
    "fit": "evals.commands.fit:fit",
    "gate": "evals.commands.gate:gate",
    "learning": "evals.commands.learning:learning",
    "list": "evals.commands.list:list_",
    "recall": "evals.commands.recall:recall",
    "report": "evals.commands.report:report",
    "run": "evals.commands.run:run",
    "schema": "evals.commands.schema:schema",
    "show": "evals.commands.show:show",
    "speed": "evals.commands.speed:speed",
}


class _LazyGroup(click.Group):
    """A group that imports a command when it is asked for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name].split(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group("eval", cls=_LazyGroup)
def evaluate() -> None:
    """Measure what Bespoke promises, beside what else there is."""
