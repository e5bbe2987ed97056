"""`bespoke profile`: what is known, put together to be read."""

from collections.abc import Iterator, Sequence

import click

from assistant.commands.options import whose
from memory.profile import Entry, Person, Profile

_LIKING = {"positive": "+", "negative": "-", "neutral": "·"}


@click.command()
@whose
def profile(user: str | None) -> None:
    """Show what is known about you, and how replies are fitted to you."""
    from assistant import Assistant

    with Assistant(read_only=True) as assistant:
        companion = assistant.user(user or assistant.settings.user)
        found = companion.profile()
        for line in _lines(found):
            click.echo(line)
        if not found.entries():
            click.echo("Nothing is known yet. Tell something: bespoke memory add 'I live in Porto'")
        click.echo("How replies are fitted to you")
        for each in companion.style().lines():
            click.echo(f"  {each}")


def _lines(found: Profile) -> Iterator[str]:
    yield from _section("What always holds", [each for each in found.constraints if each.is_hard])
    yield from _section("Limits", [each for each in found.constraints if not each.is_hard])
    yield from _section("About you", found.facts)
    yield from _people("People", found.people)
    yield from _people("Pets", found.pets)
    for topic in found.topics:
        yield f"Likes (+) and dislikes (-): {topic.name}"
        for each in topic.interests:
            yield f"  {_LIKING[each.polarity]} {each.text}  ({_times(each)})"
        yield ""
    yield from _section("Goals", found.goals)
    yield from _section("Wishes about replies", found.styles)


def _section(title: str, entries: Sequence[Entry]) -> Iterator[str]:
    if not entries:
        return
    yield title
    for each in entries:
        yield f"  {each.slot}: {each.text}" if each.slot else f"  {each.text}"
    yield ""


def _people(title: str, people: Sequence[Person]) -> Iterator[str]:
    if not people:
        return
    yield title
    for person in people:
        yield f"  {person.name}, your {person.relation}" if person.name else f"  {person.relation}"
        for each in person.entries:
            yield f"    {each.text}"
    yield ""


def _times(entry: Entry) -> str:
    strength = "firm" if entry.weight >= 0.75 else "mentioned" if entry.weight >= 0.25 else "faded"
    return f"{strength}, pinned" if entry.is_pinned else strength
