"""`bespoke eval learning`: what is learned of messages, how well, and what it costs."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evals.commands.extra import require_extra
from evals.commands.options import write

if TYPE_CHECKING:
    from evals.benchmarks.learning import Figure, Reads
    from evals.benchmarks.learning_sets import LearningSets
    from memory.embeddings import Embedder

_DATA = click.Path(path_type=Path)


@click.command()
@click.option("--prefeval", type=_DATA, help="PrefEval, too: preferences, and other talk.")
@click.option("--msc", type=_DATA, help="Multi-Session Chat, too: sentences of personas.")
@click.option("--injection", type=_DATA, help="BIPIA and NotInject, too: the folder of both.")
@click.option("--speed", "is_timed", is_flag=True, help="Also time it, beside embedding.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder, for every figure as JSON.",
)
def learning(
    *,
    prefeval: Path | None,
    msc: Path | None,
    injection: Path | None,
    is_timed: bool,
    out: Path | None,
) -> None:
    """Measure what becomes a memory, on the sets that ship; no language model takes part."""
    require_extra()
    from assistant.embedders import open_embedder
    from assistant.errors import InvalidSettings
    from assistant.parsers import open_learner
    from assistant.settings import load_settings
    from evals.benchmarks.learning import LearningReport
    from evals.benchmarks.learning_sets import read_sets
    from evals.benchmarks.learning_speed import measure_learning_import, time_learning
    from evals.benchmarks.tables import import_table, learning_table, timing_table
    from evals.tables import console

    settings, sets = load_settings(), read_sets()
    embedder = open_embedder(settings)
    learner = open_learner(settings, embedder)
    if learner is None:
        raise InvalidSettings("Nothing is learned without a parser. Set BESPOKE_PARSER to one.")
    figures: list[Figure] = []
    shipped = {"the sets that ship": _shipped(learner, embedder, sets)}
    for name, measured in (shipped | _public(learner, prefeval, msc, injection)).items():
        part = list(measured)
        figures += part
        console().print(learning_table(f"what is learned: {name}", part))
    report = LearningReport(figures=tuple(figures))
    if is_timed:
        timings = tuple(time_learning(learner, embedder, sets))
        console().print(timing_table(timings))
        imports = tuple(measure_learning_import(sets))
        console().print(import_table(imports))
        report = report.model_copy(update={"timings": timings, "imports": imports})
    if out:
        write(out, "learning", report)


def _public(
    learner: "Reads", prefeval: Path | None, msc: Path | None, injection: Path | None
) -> "dict[str, Iterator[Figure]]":
    from evals.benchmarks.learning_data import measure_injection, measure_msc, measure_prefeval

    measures = {
        "PrefEval": (measure_prefeval, prefeval),
        "Multi-Session Chat": (measure_msc, msc),
        "hidden instructions": (measure_injection, injection),
    }
    return {name: measure(learner, path) for name, (measure, path) in measures.items() if path}


def _shipped(learner: "Reads", embedder: "Embedder", sets: "LearningSets") -> "Iterator[Figure]":
    from evals.benchmarks.learning import measure_chatter, measure_learned, measure_statements
    from evals.benchmarks.learning_changes import measure_changes, measure_compatible

    yield from measure_statements(learner, sets.statements)
    yield from measure_chatter(learner, sets.chatter)
    yield from measure_learned(learner, [wish.text for wish in sets.wishes], "wishes")
    yield from measure_changes(learner, embedder, sets.changes)
    yield from measure_changes(learner, embedder, sets.changes_plain, "changes, plainly said")
    yield from measure_changes(learner, embedder, sets.changes_fresh, "changes, not looked at")
    yield from measure_compatible(learner, embedder, sets.compatible)
    fresh = sets.compatible_fresh
    yield from measure_compatible(learner, embedder, fresh, "compatible, not looked at")
