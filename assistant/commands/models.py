"""`bespoke models`: which weights there are, and fetching them."""

from collections.abc import Sequence

import click

from assistant.chat_models.catalogue import CATALOGUE, Weights
from assistant.chat_models.installed import is_installed
from assistant.settings import Settings, load_settings


@click.group()
def models() -> None:
    """See and fetch the models that run on this machine."""


@models.command("list")
def list_models() -> None:
    """Show the catalogue, and what of it is installed."""
    settings = load_settings()
    head = ("NAME", "WHAT FOR", "SIZE", "LICENCE", "INSTALLED")
    rows = [head, *(_row(weights, settings) for weights in CATALOGUE.values())]
    for line in _aligned(rows):
        click.echo(line)
    click.echo(f"\nWeights lie in {settings.cache / 'models'}.")


@models.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "is_all", is_flag=True, help="Fetch the whole catalogue.")
@click.option("--quiet", is_flag=True, help="Show no progress bar.")
def pull(names: tuple[str, ...], *, is_all: bool, quiet: bool) -> None:
    """Fetch weights; without a NAME those that the settings name: chat model, embedder, parser."""
    from assistant.chat_models.pull import pull as fetch

    settings = load_settings()
    chosen = tuple(CATALOGUE) if is_all else names or _named_by(settings)
    if not chosen:
        click.echo("The settings name no model of the catalogue; nothing to fetch.")
    for name in chosen:
        folder = fetch(name, settings.cache, progress=not quiet, say=click.echo)
        click.echo(f"{name} is in {folder}.")


def _named_by(settings: Settings) -> tuple[str, ...]:
    named = (settings.model, settings.embedder, settings.parser)
    return tuple(name for name in named if name in CATALOGUE)


def _row(weights: Weights, settings: Settings) -> tuple[str, ...]:
    installed = is_installed(weights, settings.cache)
    return (
        weights.name,
        weights.purpose,
        f"{weights.size / 1e6:,.0f} MB",
        weights.licence,
        "yes" if installed else f"no: bespoke models pull {weights.name}",
    )


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
