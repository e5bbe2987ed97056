"""`bespoke eval fit`: recall's weights and gates, fitted to public data sets."""

from pathlib import Path

import click

from evals.commands.extra import require_extra

_DATA = click.Path(path_type=Path)


@click.command()
@click.option("--locomo", type=_DATA, required=True, help="LoCoMo: messages between people.")
@click.option("--beam", type=_DATA, required=True, help="BEAM: messages with an assistant.")
@click.option("--prefeval", type=_DATA, required=True, help="PrefEval: memories, and other talk.")
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the weights to this file; recall reads memory/recall/weights.yaml.",
)
def fit(locomo: Path, beam: Path, prefeval: Path, write: Path | None) -> None:
    """Fit recall's weights and calibrate its gates.

    Printed is what is reached on questions that were left out of the fit, a quarter of the
    conversations or topics at a time; the weights themselves are fitted to all.
    """
    require_extra()
    from evals.benchmarks.cached_embeddings import CachedEmbeddings
    from evals.benchmarks.tables import console
    from evals.fitting.run import as_file, fit_all, gather, held_out_table
    from memory.embeddings import Embedder

    embedder = Embedder.of(CachedEmbeddings.of_settings())
    gathered = gather(locomo, beam, prefeval, embedder)
    console().print(held_out_table(gathered))
    text = as_file(fit_all(gathered))
    if write:
        write.write_text(text, "utf-8")
    else:
        click.echo(text)
