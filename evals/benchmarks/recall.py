"""How much of what a question is about is found: recall at k, system beside system.

Recall at k is the share of a question's evidence among the first k that a system finds, averaged
over questions. No language model takes part, so a figure is the same on every run.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing

import numpy as np
from tqdm import tqdm

from evals.benchmarks.datasets.base import Corpus, Dataset
from evals.benchmarks.systems.base import OURS, System, SystemName
from evals.statistics import METHOD, Estimate, Floats, mean_with_interval, paired_difference
from memory.types import Record

DEPTH = 50
CUTS = (5, 10, 20)
OVERALL = "overall"

OpenSystem = Callable[[SystemName], System]


class Answer(Record):
    """At which rank each system found each piece of a question's evidence; None: not at all.

    Ranks begin at 1 and end at `DEPTH`.
    """

    question: str
    text: str
    kind: str
    cluster: str
    evidence: tuple[str, ...]
    ranks: dict[str, tuple[int | None, ...]]

    def recall(self, system: str, k: int) -> float:
        """The share of the evidence among the system's first `k`."""
        ranks = self.ranks[system]
        return sum(rank is not None and rank <= k for rank in ranks) / len(ranks)


class Row(Record):
    """Recall at `k` over a group of questions, and ours minus that of the best other system."""

    k: int
    group: str
    questions: int
    recall: dict[str, Estimate]
    best_baseline: str | None = None
    difference: Estimate | None = None


class RecallReport(Record):
    """Everything that was measured on one data set. `curves` holds recall at 1, 2, ... `DEPTH`."""

    dataset: str
    seed: int
    method: str = METHOD
    notes: tuple[str, ...]
    rows: tuple[Row, ...]
    curves: dict[str, tuple[float, ...]]
    answers: tuple[Answer, ...]


def measure(
    dataset: Dataset, systems: Sequence[SystemName], open_system: OpenSystem, *, seed: int = 0
) -> RecallReport:
    """Ask every system every question of a data set."""
    answers = ask(dataset.corpora, systems, open_system)
    counted = [answer for answer in answers if answer.kind not in dataset.apart]
    groups = {OVERALL: counted} | _by_kind(answers)
    notes = [f"{dataset.skipped} questions without evidence were left out"]
    if dataset.apart:
        notes.append(f"{OVERALL} is without {', '.join(dataset.apart)}")
    return RecallReport(
        dataset=dataset.name,
        seed=seed,
        notes=tuple(notes),
        rows=tuple(
            compare(group, systems, k=k, name=name, seed=seed)
            for k in CUTS
            for name, group in groups.items()
        ),
        curves={system: curve(counted, system) for system in systems},
        answers=tuple(answers),
    )


def ask(
    corpora: Sequence[Corpus],
    systems: Iterable[SystemName],
    open_system: OpenSystem,
    about: str = "",
) -> list[Answer]:
    """Store each corpus in each system and ask its questions, one system after the other."""
    ranks = {}
    for name in systems:
        with closing(open_system(name)) as system:
            ranks[name] = _ranks(system, corpora, f"{name} {about}".strip())
    questions = [question for corpus in corpora for question in corpus.questions]
    return [
        Answer(
            question=question.id,
            text=question.text,
            kind=question.kind,
            cluster=question.cluster,
            evidence=question.evidence,
            ranks={name: of_system[number] for name, of_system in ranks.items()},
        )
        for number, question in enumerate(questions)
    ]


def compare(
    answers: Sequence[Answer], systems: Sequence[SystemName], *, k: int, name: str, seed: int
) -> Row:
    """Recall at `k` of each system, and ours against the best of the others.

    A question that was asked several times counts once, with the mean of its answers.
    """
    scores = {system: _scores(answers, system, k) for system in systems}
    clusters = list({answer.question: answer.cluster for answer in answers}.values())
    others = [system for system in systems if system != OURS]
    best = max(others, key=lambda system: scores[system].mean(), default=None)
    return Row(
        k=k,
        group=name,
        questions=len(clusters),
        recall={
            system: mean_with_interval(values, clusters, seed=seed)
            for system, values in scores.items()
        },
        best_baseline=best,
        difference=paired_difference(scores[OURS], scores[best], clusters, seed=seed)
        if best and OURS in scores
        else None,
    )


def curve(answers: Sequence[Answer], system: str) -> tuple[float, ...]:
    """Recall at 1, 2, ... `DEPTH`."""
    return tuple(float(_scores(answers, system, k).mean()) for k in range(1, DEPTH + 1))


def _ranks(system: System, corpora: Sequence[Corpus], words: str) -> list[tuple[int | None, ...]]:
    ranks: list[tuple[int | None, ...]] = []
    total = sum(len(corpus.questions) for corpus in corpora)
    with tqdm(total=total, desc=words, unit="question") as bar:
        for corpus in corpora:
            bar.set_postfix_str(corpus.name)
            system.store(corpus)
            for question in corpus.questions:
                found = {
                    each: rank for rank, each in enumerate(system.search(question.text, DEPTH), 1)
                }
                ranks.append(tuple(map(found.get, question.evidence)))
                bar.update()
    return ranks


def _scores(answers: Sequence[Answer], system: str, k: int) -> Floats:
    by_question: defaultdict[str, list[float]] = defaultdict(list)
    for answer in answers:
        by_question[answer.question].append(answer.recall(system, k))
    return np.array([np.mean(each) for each in by_question.values()])


def _by_kind(answers: Sequence[Answer]) -> dict[str, list[Answer]]:
    groups: defaultdict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        groups[answer.kind].append(answer)
    return groups
