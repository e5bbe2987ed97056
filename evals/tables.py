"""Tables that fit a hundred columns, on a terminal or in a pipe."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

_WIDTH = 100


def console() -> Console:
    """Where tables go: standard output, a hundred columns wide where it is no terminal."""
    found = Console(highlight=False)
    if not found.is_terminal:
        found.width = _WIDTH
    return found


def plain_table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table whose first column is words and whose others are figures."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for position, name in enumerate(head):
        table.add_column(name, justify="right" if position else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table
