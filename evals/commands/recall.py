"""`bespoke eval recall`: how much of what matters is found, on public data sets."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evals.commands.options import Chosen, choices, write

if TYPE_CHECKING:
    from evals.benchmarks.datasets.base import Dataset


@click.group()
def recall() -> None:
    """Measure what is found of what a question is about; no language model takes part."""


@recall.command()
@choices
def locomo(chosen: Chosen) -> None:
    """Turns of two people's long dialogues (LoCoMo, locomo10.json)."""
    from evals.benchmarks.datasets.locomo import read_locomo

    _measure(chosen, read_locomo)


@recall.command()
@choices
def beam(chosen: Chosen) -> None:
    """Messages of long chats with an assistant (BEAM, the folder chats/100K)."""
    from evals.benchmarks.datasets.beam import read_beam

    _measure(chosen, read_beam)


@recall.command()
@choices
@click.option(
    "--others",
    type=click.IntRange(1),
    multiple=True,
    default=(20, 40, 100, 200),
    show_default=True,
    help="How many other memories the user has; can be repeated.",
)
@click.option(
    "--seeds", type=click.IntRange(1), default=3, show_default=True, help="How often to shuffle."
)
@click.option(
    "--reach-questions",
    type=click.IntRange(0),
    default=100,
    show_default=True,
    help="How many questions to ask after 300 messages about other things.",
)
@click.option(
    "--filler",
    type=click.Path(path_type=Path),
    help="filtered_inter_turns.json, where it does not lie beside the data.",
)
def prefeval(
    chosen: Chosen,
    others: tuple[int, ...],
    seeds: int,
    reach_questions: int,
    filler: Path | None,
) -> None:
    """A user's preferences among other memories, and in the prompt (PrefEval).

    --limit-conversations is here the number of users of each size.
    """
    from evals.benchmarks.cached_embeddings import CachedEmbeddings
    from evals.benchmarks.datasets.prefeval import find_filler, read_filler, read_preferences
    from evals.benchmarks.plots import plot_sizes
    from evals.benchmarks.preference_recall import Plan, ask_users, by_size, report_on
    from evals.benchmarks.reach import measure_reach
    from evals.benchmarks.systems.opened import open_system
    from evals.benchmarks.tables import reach_table, recall_tables
    from evals.tables import console

    preferences = read_preferences(chosen.data)
    turns = read_filler(filler or find_filler(chosen.data)) if reach_questions else []
    embeddings = CachedEmbeddings.of_settings()
    plan = Plan(others=others, seeds=seeds, first_seed=chosen.seed, limit=chosen.limit)
    opened = partial(open_system, embeddings=embeddings, mem0_python=chosen.mem0_python)
    groups = list(ask_users(preferences, plan, chosen.systems, opened))
    report = report_on(groups, plan, chosen.systems)
    console().print(*recall_tables(report.rows), *report.notes, report.method, sep="\n")
    if chosen.out:
        write(chosen.out, "prefeval", report)
        title = "PrefEval: preferences among the first five"
        plot_sizes(chosen.out / "prefeval.png", title, by_size(groups, report))
    if turns:
        reach = measure_reach(
            preferences, turns, embeddings, questions=reach_questions, seed=chosen.seed
        )
        console().print(reach_table(reach))
        if chosen.out:
            write(chosen.out, "prefeval-reach", reach)


@recall.command()
@choices
@click.option(
    "--memories", type=click.IntRange(2), default=50, show_default=True, help="A user's memories."
)
@click.option(
    "--seeds", type=click.IntRange(1), default=3, show_default=True, help="How often to shuffle."
)
def gate(chosen: Chosen, memories: int, seeds: int) -> None:
    """What is let into a prompt, needed or not (PrefEval).

    Only Bespoke is measured, beside cosine similarity alone and the whole profile in every prompt.
    """
    from evals.benchmarks.cached_embeddings import CachedEmbeddings
    from evals.benchmarks.datasets.prefeval import find_filler, read_filler, read_preferences
    from evals.benchmarks.gate import measure_gate
    from evals.benchmarks.plots import plot_gate
    from evals.benchmarks.tables import gate_table
    from evals.tables import console
    from memory.embeddings import Embedder

    preferences = read_preferences(chosen.data)
    talk = [turn.content for turn in read_filler(find_filler(chosen.data)) if turn.role == "user"]
    embedder = Embedder.of(CachedEmbeddings.of_settings())
    report = measure_gate(preferences, talk, embedder, memories=memories, seeds=seeds)
    console().print(gate_table(report))
    if chosen.out:
        write(chosen.out, "gate", report)
        plot_gate(chosen.out / "gate.png", report.curves)


def _measure(chosen: Chosen, read: "Callable[[Path], Dataset]") -> None:
    from evals.benchmarks.cached_embeddings import CachedEmbeddings
    from evals.benchmarks.plots import plot_curves
    from evals.benchmarks.recall import measure
    from evals.benchmarks.systems.opened import open_system
    from evals.benchmarks.tables import recall_tables
    from evals.tables import console

    dataset = read(chosen.data)
    dataset = dataset.model_copy(update={"corpora": dataset.corpora[: chosen.limit]})
    embeddings = CachedEmbeddings.of_settings()
    opened = partial(open_system, embeddings=embeddings, mem0_python=chosen.mem0_python)
    report = measure(dataset, chosen.systems, opened, seed=chosen.seed)
    console().print(*recall_tables(report.rows), *report.notes, report.method, sep="\n")
    if chosen.out:
        write(chosen.out, dataset.name, report)
        plot_curves(chosen.out / f"{dataset.name}.png", dataset.name, report.curves)
