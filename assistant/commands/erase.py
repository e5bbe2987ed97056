"""`bespoke erase`: remove all that is kept about a user."""

import click

from assistant.commands.options import whose
from assistant.commands.receipts import receipt_lines
from memory.errors import NotFound


@click.command()
@whose
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(user: str | None, *, yes: bool) -> None:
    """Remove a user's folder, with all conversations and memories, for good."""
    from assistant import Assistant

    with Assistant() as assistant:
        name = user or assistant.settings.user
        if name not in assistant.users():
            raise NotFound(f"Nothing is kept about a user {name!r}.")
        if not (yes or _is_confirmed(name)):
            click.echo("Nothing was removed.")
            return
        for line in receipt_lines(assistant.user(name).erase()):
            click.echo(line)


def _is_confirmed(name: str) -> bool:
    click.echo(f"All that is kept about {name!r} will be removed. There is no way back.")
    typed = click.prompt("Type the user's name to go on", default="", show_default=False)
    return bool(typed == name)
