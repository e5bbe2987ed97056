"""The whole fit: gather examples from the data sets, fit, and say what is reached left out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml
from rich.table import Table

from evals.benchmarks.datasets.base import Corpus, Dataset
from evals.benchmarks.datasets.beam import read_beam
from evals.benchmarks.datasets.locomo import read_locomo
from evals.benchmarks.datasets.prefeval import find_filler, read_filler, read_preferences
from evals.benchmarks.profiles import users_of_all_topics, users_without
from evals.fitting.examples import FOLDS, Example, examples, general_examples
from evals.fitting.weights import (
    BY_HAND,
    GENERAL_WITH_MESSAGES,
    KEPT_IF_HARD,
    KEPT_MEMORIES,
    MEMORY_GATE,
    MESSAGE_GATE,
    as_gate,
    fit_gate,
    fit_memories,
    fit_messages,
    passes,
    threshold_that_keeps,
    threshold_that_spares,
    with_score,
)
from evals.tables import plain_table
from memory.embeddings import Embedder
from memory.recall.features import Gate, Weights

_SIZES = (20, 100, 200)
_VAULT = 50
_SEEDS = 2
_NO_GATE = Gate(weights={"score": 0.0}, threshold=0.0, threshold_if_hard=0.0)


@dataclass(frozen=True)
class Gathered:
    """Everything there is to fit to."""

    people: Sequence[Example]
    chats: Sequence[Example]
    ranked: dict[int, Sequence[Example]]
    needed: Sequence[Example]
    needless: Sequence[Example]
    general_messages: Sequence[Example]
    general_memories: Sequence[Example]

    def fold(self, number: int, *, is_left_out: bool = False) -> "Gathered":
        """The examples of one fold, or all but those."""

        def keep(each: Example) -> bool:
            return (each.fold == number) != is_left_out

        return replace(
            self,
            people=list(filter(keep, self.people)),
            chats=list(filter(keep, self.chats)),
            ranked={size: list(filter(keep, given)) for size, given in self.ranked.items()},
            needed=list(filter(keep, self.needed)),
            needless=list(filter(keep, self.needless)),
            general_messages=list(filter(keep, self.general_messages)),
            general_memories=list(filter(keep, self.general_memories)),
        )


def gather(locomo: Path, beam: Path, prefeval: Path, embedder: Embedder) -> Gathered:
    """Ask all questions of the data sets.

    Raises:
        DataNotFound, UnknownFormat: a data set cannot be read.
    """
    people, chats = read_locomo(locomo), read_beam(beam)
    preferences = read_preferences(prefeval)
    talk = [turn.content for turn in read_filler(find_filler(prefeval)) if turn.role == "user"]

    def users(others: int, make: Callable[..., Iterator[Corpus]]) -> list[Corpus]:
        return [
            user for seed in range(_SEEDS) for user in make(preferences, others=others, seed=seed)
        ]

    vaults = users(_VAULT - 1, users_of_all_topics)
    dialogues = [*people.corpora, *chats.corpora]
    return Gathered(
        people=_counted(people, embedder),
        chats=_counted(chats, embedder),
        ranked={
            size: list(examples(f"{size} memories", users(size, users_of_all_topics), embedder))
            for size in _SIZES
        },
        needed=list(examples("needed", vaults, embedder)),
        needless=list(examples("needless", users(_VAULT, users_without), embedder)),
        general_messages=list(general_examples("general", dialogues, talk, embedder)),
        general_memories=list(general_examples("general", vaults, talk, embedder)),
    )


def fit_all(given: Gathered) -> Weights:
    """The weights and gates that fit best."""
    lines = {**fit_messages(given.people, given.chats), "memory": fit_memories(given.ranked)}
    scores = Weights(
        scores={
            group: line.weights | (BY_HAND if group == "memory" else {})
            for group, line in lines.items()
        },
        intercepts={group: line.intercept for group, line in lines.items()},
        gates={"message": _NO_GATE, "memory": _NO_GATE},
    )
    evidence = [*given.people, *given.chats]
    messages = fit_gate(MESSAGE_GATE, evidence, given.general_messages, scores)
    spared = threshold_that_spares(GENERAL_WITH_MESSAGES, messages, given.general_messages, scores)
    memories = fit_gate(
        MEMORY_GATE, given.needed, [*given.needless, *given.general_memories], scores
    )
    kept, kept_if_hard = (
        threshold_that_keeps(share, memories, given.needed, scores)
        for share in (KEPT_MEMORIES, KEPT_IF_HARD)
    )
    return scores.model_copy(
        update={
            "gates": {
                "message": as_gate(messages, spared, spared),
                "memory": as_gate(memories, kept, kept_if_hard),
            }
        }
    )


def held_out_table(given: Gathered) -> Table:
    """What is reached on the quarter of conversations and topics that was left out of a fit."""
    reached: dict[str, list[float]] = {}
    for fold in range(FOLDS):
        weights = fit_all(given.fold(fold, is_left_out=True))
        rest = given.fold(fold)
        for name, values in _measured(rest, weights).items():
            reached.setdefault(name, []).extend(values)
    rows = ([name, str(len(values)), f"{np.mean(values):.3f}"] for name, values in reached.items())
    return plain_table("on questions left out of the fit", ["what", "questions", "mean"], rows)


def as_file(weights: Weights) -> str:
    """The file that recall reads, with figures that a reader can compare."""
    head = (
        "# What each feature adds to the log-odds that a candidate is needed, and the gates.\n"
        "# Fitted by `bespoke eval fit recall` (evals/fitting); do not edit figures by hand.\n"
    )
    data = weights.model_dump()
    return head + yaml.safe_dump(_rounded(data), sort_keys=False)


def _measured(given: Gathered, weights: Weights) -> dict[str, list[float]]:
    def found(these: Sequence[Example], k: int) -> list[float]:
        return [each.recall(with_score(each, weights)["score"], k) for each in these]

    def let_in(these: Sequence[Example]) -> list[float]:
        return [float((passes(each, weights) & ~each.is_right).sum()) for each in these]

    def kept(these: Sequence[Example]) -> list[float]:
        return [float(passes(each, weights)[each.is_right].sum() / each.evidence) for each in these]

    return {
        "between people, recall@10": found(given.people, 10),
        "with an assistant, recall@10": found(given.chats, 10),
        **{f"preference in first 5 of {n} others": found(ex, 5) for n, ex in given.ranked.items()},
        "needed memories kept, of 50": kept(given.needed),
        "needless memories, other topics, of 50": let_in(given.needless),
        "general questions with memories": [float(n > 0) for n in let_in(given.general_memories)],
        "evidence messages kept, between people": kept(given.people),
        "evidence messages kept, with an assistant": kept(given.chats),
        "general questions with messages": [float(n > 0) for n in let_in(given.general_messages)],
    }


def _counted(dataset: Dataset, embedder: Embedder) -> list[Example]:
    corpora = [
        corpus.model_copy(
            update={"questions": tuple(q for q in corpus.questions if q.kind not in dataset.apart)}
        )
        for corpus in dataset.corpora
    ]
    return list(examples(dataset.name, corpora, embedder))


def _rounded(data: object) -> object:
    if isinstance(data, dict):
        return {name: _rounded(value) for name, value in data.items()}
    return round(data, 3) if isinstance(data, float) else data
