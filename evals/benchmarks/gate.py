"""What the gate lets in: what is needed, what is not, and what goes to general questions.

Users have some memories (PrefEval's preferences). Asked about one of them, it should come; asked
about a topic that they have nothing on, or about nothing personal, as little as possible should.
Compared are cosine similarity alone, and putting the whole profile into every prompt.
"""

from collections.abc import Iterator, Sequence
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from evals.benchmarks.datasets.base import Corpus
from evals.benchmarks.datasets.prefeval import Preference
from evals.benchmarks.profiles import users_of_all_topics, users_without
from evals.statistics import Estimate, mean_with_interval
from memory.embeddings import Embedder
from memory.recall.features import amounts, gate_sum, shipped_weights
from memory.types import Record
from memory.vault import Vault

ARMS = ("gate", "cosine alone", "whole profile")
_STEPS = 60


class Asked(Record):
    """One question: how high each memory scored in an arm, and which one is needed, if any."""

    kind: str
    cluster: str
    needed: int | None
    scores: dict[str, tuple[float, ...]]


class Point(Record):
    """What a threshold does: shares between 0 and 1, and needless memories a question."""

    threshold: float
    kept: float
    needless: float
    general: float


class GateReport(Record):
    """Each arm where it stands, or where it keeps as much as the gate, and the whole trade-off."""

    memories: int
    kept: dict[str, Estimate]
    needless: dict[str, Estimate]
    general: dict[str, dict[str, Estimate]]
    memories_a_question: dict[str, float]
    curves: dict[str, tuple[Point, ...]]


def measure_gate(
    preferences: Sequence[Preference],
    talk: Sequence[str],
    embedder: Embedder,
    *,
    memories: int = 50,
    seeds: int = 3,
) -> GateReport:
    """Ask users about their own memories, about other topics, and about nothing personal.

    `talk` holds messages in which the user is not concerned.

    Raises:
        TooFewPreferences: there are not enough for users of that size.
    """
    asked = list(_ask(preferences, talk, embedder, memories, seeds))
    gate = shipped_weights().gates["memory"].threshold
    kept = _shares(asked, "gate", gate, "needed")[0].mean()
    thresholds = {
        "gate": gate,
        "cosine alone": _threshold(asked, "cosine alone", float(kept)),
        "whole profile": -np.inf,
    }
    kinds = sorted({each.kind for each in asked} - {"needed", "other topic"})
    return GateReport(
        memories=memories,
        kept={arm: _estimate(asked, arm, at, "needed") for arm, at in thresholds.items()},
        needless={arm: _estimate(asked, arm, at, "other topic") for arm, at in thresholds.items()},
        general={
            kind: {arm: _estimate(asked, arm, at, kind) for arm, at in thresholds.items()}
            for kind in kinds
        },
        memories_a_question={
            arm: float(np.mean([np.sum(np.array(each.scores[arm]) >= at) for each in asked]))
            for arm, at in thresholds.items()
        },
        curves={arm: _curve(asked, arm, kinds) for arm in ARMS[:2]},
    )


def general_questions() -> list[str]:
    """Arithmetic, code, general knowledge, texts to work on and small talk; written for this."""
    text = files("evals.benchmarks").joinpath("general_questions.txt").read_text("utf-8")
    return text.splitlines()


def _ask(
    preferences: Sequence[Preference],
    talk: Sequence[str],
    embedder: Embedder,
    memories: int,
    seeds: int,
) -> Iterator[Asked]:
    for seed in tqdm(range(seeds), desc="gate", unit="seed"):
        users = list(users_of_all_topics(preferences, others=memories - 1, seed=seed))
        for user in users:
            own = [(each.text, each.id, each.cluster) for each in user.questions]
            yield from _asked("needed", user, own, embedder)
        for user in users_without(preferences, others=memories, seed=seed):
            own = [(each.text, "", each.cluster) for each in user.questions]
            yield from _asked("other topic", user, own, embedder)
        for kind, texts in (("talk", talk), ("questions", general_questions())):
            for number, user in enumerate(users):
                own = [(text, "", text) for text in texts[number :: len(users)]]
                yield from _asked(f"general {kind}", user, own, embedder)


def _asked(
    kind: str, user: Corpus, questions: Sequence[tuple[str, str, str]], embedder: Embedder
) -> Iterator[Asked]:
    vault = Vault(None, embedder)
    ids = {
        vault.memories.add(message.content, time=message.time).id: message.id
        for message in user.messages
    }
    texts = {message.id: message.content for message in user.messages}
    vectors = dict(zip(texts, embedder.vectors(list(texts.values())), strict=True))
    for text, needed, cluster in questions:
        found, features = vault.candidates(text, kind="memory", limit=len(ids), now=user.asked_at)
        own = [ids[each] for each in found]
        added = amounts(features, shipped_weights())
        columns = {**features.columns, "score": np.sum(list(added.values()), axis=0)}
        # A greeting or a single word is not looked up at all.
        is_looked_up = len(text.split()) > 1
        sums = gate_sum(columns, shipped_weights().gates["memory"])
        vector = embedder.vector(text)
        yield Asked(
            kind=kind,
            cluster=cluster,
            needed=own.index(needed) if needed else None,
            scores={
                "gate": tuple(sums) if is_looked_up else (-np.inf,) * len(own),
                "cosine alone": tuple(float(vectors[each] @ vector) for each in own),
                "whole profile": (0.0,) * len(own),
            },
        )
    vault.close()


def _shares(
    asked: Sequence[Asked], arm: str, threshold: float, kind: str
) -> tuple[NDArray[np.float64], list[str]]:
    """A number a question of a kind, and the questions' clusters.

    Whether the needed memory passes; how many pass where none is needed; whether any does.
    """
    chosen = [each for each in asked if each.kind == kind]
    numbers = []
    for each in chosen:
        passes = np.array(each.scores[arm]) >= threshold
        if each.needed is not None:
            numbers.append(float(passes[each.needed]))
        else:
            numbers.append(float(passes.sum() if kind == "other topic" else passes.any()))
    return np.array(numbers), [each.cluster for each in chosen]


def _estimate(asked: Sequence[Asked], arm: str, threshold: float, kind: str) -> Estimate:
    return mean_with_interval(*_shares(asked, arm, threshold, kind))


def _threshold(asked: Sequence[Asked], arm: str, kept: float) -> float:
    """The threshold at which an arm keeps this share of what is needed."""
    needed = [each.scores[arm][each.needed] for each in asked if each.needed is not None]
    return float(np.quantile(needed, 1 - kept))


def _curve(asked: Sequence[Asked], arm: str, general: Sequence[str]) -> tuple[Point, ...]:
    def point(threshold: float) -> Point:
        return Point(
            threshold=threshold,
            kept=_shares(asked, arm, threshold, "needed")[0].mean(),
            needless=_shares(asked, arm, threshold, "other topic")[0].mean(),
            general=np.concatenate([_shares(asked, arm, threshold, k)[0] for k in general]).mean(),
        )

    return tuple(point(_threshold(asked, arm, kept)) for kept in np.linspace(0.5, 0.99, _STEPS))
