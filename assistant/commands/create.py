"""`bespoke create`: a text written for the user, in the terminal."""

from collections.abc import Generator
from functools import partial
from typing import TYPE_CHECKING

import click

from assistant.commands.options import whose
from assistant.commands.wrapping import WrappedText

if TYPE_CHECKING:
    from assistant import Companion, Piece
    from assistant.types import Created


@click.command()
@click.argument("kind", required=False)
@click.argument("brief", required=False)
@whose
@click.option("--model", help="The chat model, as in BESPOKE_MODEL.")
@click.option("--length", help="short, medium, long, or in words: 'five sentences'.")
@click.option("--tone", help="In words: 'formal'.")
@click.option("--language", help="Its name or code: Spanish, es.")
@click.option("--audience", help="Who will read it, in words.")
@click.option("--neutral", is_flag=True, help="Use nothing that is known about you.")
@click.option("--revise", "revised", metavar="ID", help="Change a text; BRIEF says how.")
def create(
    kind: str | None, brief: str | None, *, user: str | None, model: str | None, **options: object
) -> None:
    """Write a text of a KIND for you, fitted to what is known about you.

    \b
    bespoke create                                   # which kinds there are
    bespoke create email "Invite my team to lunch on Friday"
    bespoke create --revise ID "Make it shorter"
    """
    from assistant import Assistant

    revised = options.pop("revised")
    if revised and kind and not brief:
        kind, brief = None, kind  # the one argument is the instruction
    with Assistant(model=model) as assistant:
        companion = assistant.user(user or assistant.settings.user)
        if not kind and not revised:
            _list_kinds(companion)
            return
        if not brief:
            raise click.UsageError("Say what it is to be about, as the last argument.")
        pieces = (
            companion.creations.stream_revision(str(revised), brief)
            if revised
            else companion.creations.stream(str(kind), brief, **options)  # type: ignore[arg-type]
        )
        _show(pieces)


def _list_kinds(companion: "Companion") -> None:
    for kind in companion.creations.kinds():
        click.echo(f"{kind.name:<20} {kind.title}, as in: {kind.example}")


def _show(pieces: "Generator[Piece]") -> None:
    """Print a text as it is written. What it used goes to the error stream, beside the text."""
    created = None
    shown = WrappedText(partial(click.echo, nl=False))
    try:
        for piece in pieces:
            if piece.kind == "waiting":
                click.echo("(waiting for another reply to end)", err=True)
            if piece.kind == "caution":
                shown.put_apart(piece.text, partial(click.secho, fg="yellow", nl=False))
            else:
                shown.add(piece.text)
            created = piece.created or created
    except KeyboardInterrupt:
        pieces.close()
        click.echo(" … (stopped)", err=True)
    finally:
        shown.end()
    click.echo()
    if created is not None:
        for line in _lines(created):
            click.secho(line, dim=True, err=True)


def _lines(created: "Created") -> list[str]:
    known = [item.text for item in created.offered if item not in created.used]
    found = [
        ("used", [item.text for item in created.used]),
        ("known while writing", known),
        ("minded", [mind.text for mind in created.minded]),
    ]
    lines = [
        f"({what}: {' · '.join(f'“{text}”' for text in texts)})" for what, texts in found if texts
    ]
    if not created.offered:
        lines = ["(nothing personal was used)", *lines]
    if created.is_cut:
        lines = ["(cut at its length limit)", *lines]
    return [*lines, f'(to change it: bespoke create --revise {created.id} "…")']
