"""`bespoke eval fit`: recall's weights and gates, and the networks of learning."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from evals.commands.extra import require_extra

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.table import Table

    from memory.learn.language import Language

_DATA = click.Path(path_type=Path)


@click.group()
def fit() -> None:
    """Fit what Bespoke recalls and learns with."""


@fit.command()
@click.option("--locomo", type=_DATA, required=True, help="LoCoMo: messages between people.")
@click.option("--beam", type=_DATA, required=True, help="BEAM: messages with an assistant.")
@click.option("--prefeval", type=_DATA, required=True, help="PrefEval: memories, and other talk.")
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the weights to this file; recall reads memory/recall/weights.yaml.",
)
def recall(locomo: Path, beam: Path, prefeval: Path, write: Path | None) -> None:
    """Fit recall's weights and calibrate its gates.

    Printed is what is reached on questions that were left out of the fit, a quarter of the
    conversations or topics at a time; the weights themselves are fitted to all.
    """
    require_extra()
    from evals.benchmarks.cached_embeddings import CachedEmbeddings
    from evals.fitting.run import as_file, fit_all, gather, held_out_table
    from evals.tables import console
    from memory.embeddings import Embedder

    embedder = Embedder.of(CachedEmbeddings.of_settings())
    gathered = gather(locomo, beam, prefeval, embedder)
    console().print(held_out_table(gathered))
    text = as_file(fit_all(gathered))
    if write:
        write.write_text(text, "utf-8")
    else:
        click.echo(text)


@fit.command()
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Fit to all sentences and write the network to this file; the one that ships is "
    "memory/learn/english/network.npz.",
)
def learning(write: Path | None) -> None:
    """Fit the network of the detector to the sentences that ship.

    Without --write, a fifth of the sentences is left out of the fit, and what is reached on these
    is printed. It takes ten minutes of two idle cores.
    """
    require_extra()
    from evals.fitting.learning import fit_learning, held_out_table

    _fit_network(fit_learning, held_out_table, write)


@fit.command()
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Fit to all pairs and write the network to this file; the one that ships is "
    "memory/learn/english/effects.npz.",
)
def effects(write: Path | None) -> None:
    """Fit the network that tells what a statement does to an earlier one.

    Without --write, a fifth of the pairs is left out of the fit, and what is reached on these is
    printed. It takes twenty minutes of one core.
    """
    require_extra()
    from evals.fitting.effects import fit_effects, held_out_effects

    _fit_network(fit_effects, held_out_effects, write)


def _fit_network(
    fit_to_all: "Callable[[Path, Language, Path], None]",
    held_out: "Callable[[Path, Language], Table]",
    write: Path | None,
) -> None:
    """Fit a network to all and write it, or print what it reaches on what is left out."""
    from assistant.parsers import find_encoder
    from assistant.settings import load_settings
    from evals.tables import console
    from memory.learn.language import english

    folder = find_encoder(load_settings())
    if write:
        fit_to_all(folder, english(), write)
    else:
        console().print(held_out(folder, english()))
