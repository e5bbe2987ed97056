"""`bespoke eval speed`: what recall, adding and importing cost, in units of one embedding."""

from pathlib import Path

import click

from evals.commands.extra import require_extra
from evals.commands.options import write


@click.command()
@click.option(
    "--sizes",
    type=click.IntRange(1),
    multiple=True,
    default=(10_000, 100_000),
    show_default=True,
    help="How many messages a vault holds; can be repeated.",
)
@click.option(
    "--users",
    type=click.IntRange(2),
    default=1000,
    show_default=True,
    help="How many vaults lie beside each other.",
)
@click.option("--repeats", type=click.IntRange(2), default=30, show_default=True)
@click.option("--mem0", "has_mem0", is_flag=True, help="Import into mem0, too.")
@click.option(
    "--mem0-python",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A Python that has mem0; without it one is made in the cache folder.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder, for every figure as JSON.",
)
def speed(
    *,
    sizes: tuple[int, ...],
    users: int,
    repeats: int,
    has_mem0: bool,
    mem0_python: Path | None,
    out: Path | None,
) -> None:
    """Time the memory beside the embedding of one message, so that machines can be compared."""
    require_extra()
    from evals.benchmarks.cached_embeddings import settings_embeddings
    from evals.benchmarks.import_speed import measure_import
    from evals.benchmarks.speed import SpeedBench, SpeedReport
    from evals.benchmarks.tables import import_table, timing_table
    from evals.tables import console

    embeddings = settings_embeddings()
    with SpeedBench(embeddings, repeats=repeats) as bench:
        timings = tuple(bench.measure(sizes, users))
    console().print(timing_table(timings))
    imports = tuple(measure_import(embeddings, has_mem0=has_mem0, mem0_python=mem0_python))
    console().print(import_table(imports))
    if out:
        write(out, "speed", SpeedReport(timings=timings, imports=imports))
