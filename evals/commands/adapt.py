"""`bespoke eval adapt`: a suite from your own copy of a public data set."""

from pathlib import Path

import click

_ADAPTERS = {
    "beam": "evals.adapters.dialogues:beam",
    "locomo": "evals.adapters.dialogues:locomo",
    "personamem": "evals.adapters.personamem:personamem",
    "prefeval": "evals.adapters.prefeval:prefeval",
}


@click.command()
@click.argument("dataset", type=click.Choice(sorted(_ADAPTERS)))
@click.argument("data", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The suite to write.  [default: the data set's name, with .yaml]",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    help="Only the first so many questions, in locomo and beam of each conversation.",
)
@click.option(
    "--distance",
    "distances",
    type=click.IntRange(0, 5000),
    multiple=True,
    default=(10,),
    show_default=True,
    help="prefeval: exchanges about other things in between; can be repeated.",
)
@click.option("--judge", help="A model that judges free replies, as BESPOKE_MODEL takes it.")
def adapt(
    dataset: str,
    data: Path,
    *,
    out: Path | None,
    limit: int | None,
    distances: tuple[int, ...],
    judge: str | None,
) -> None:
    """Make a suite from a data set that you have: DATA is its file or folder.

    The suite is a small file with its cases in one of JSON Lines beside it; run it as any other.
    """
    from evals.adapters.base import Adapter, Wanted, write_suite
    from evals.loading import load_named

    make: Adapter = load_named(_ADAPTERS[dataset], Path())
    file = out or Path(f"{dataset}.yaml")
    wanted = Wanted(limit=limit, distances=distances, judge=judge)
    count = write_suite(make(data, wanted), file)
    click.echo(f"{count} questions are in {file}. Run them with: bespoke eval run {file}")
