"""Examples to fit to: what recall would choose from for a question, and which of it is right."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from evals.benchmarks.datasets.base import Corpus, Question
from memory.embeddings import Embedder
from memory.recall.features import Features
from memory.vault import Vault

FOLDS = 4
_MOST = 10


@dataclass(frozen=True)
class Example:
    """One question's candidates, and which of them are right, shape (candidates,).

    `evidence` counts all that is right, also what is not among the candidates. `fold` is the same
    for all questions of one conversation or topic, so that these can be left out together.
    """

    features: Features
    is_right: NDArray[np.bool_]
    evidence: int
    fold: int

    def recall(self, scores: NDArray[np.float64], k: int) -> float:
        """The share of the evidence among the `k` candidates with the highest scores."""
        best = np.argsort(-scores, kind="stable")[:k]
        return float(self.is_right[best].sum() / self.evidence)


def examples(what: str, corpora: Sequence[Corpus], embedder: Embedder) -> Iterator[Example]:
    """Ask the questions of each corpus, with the corpus kept as messages or as memories."""
    clusters = sorted({question.cluster for corpus in corpora for question in corpus.questions})
    fold = {cluster: number % FOLDS for number, cluster in enumerate(clusters)}
    for corpus in tqdm(corpora, desc=what, unit="corpus", leave=False):
        yield from _asked(corpus, corpus.questions, fold, embedder)


def general_examples(
    what: str, corpora: Sequence[Corpus], texts: Iterable[str], embedder: Embedder
) -> Iterator[Example]:
    """Ask texts that do not concern the user; each is asked in one of the corpora."""
    shares: list[list[Question]] = [[] for _ in corpora]
    fold = {}
    for number, text in enumerate(texts):
        fold[text] = number % FOLDS
        shares[number % len(corpora)].append(
            Question(id=text, text=text, kind="general", cluster=text, evidence=("none",))
        )
    pairs = list(zip(corpora, shares, strict=True))
    for corpus, questions in tqdm(pairs, desc=what, unit="corpus", leave=False):
        yield from _asked(corpus, questions, fold, embedder)


def _asked(
    corpus: Corpus, questions: Iterable[Question], fold: dict[str, int], embedder: Embedder
) -> Iterator[Example]:
    vault = Vault(None, embedder)
    ids = _stored(vault, corpus)
    for question in questions:
        found, features = vault.candidates(
            question.text, kind=corpus.kind, limit=_MOST, now=corpus.asked_at
        )
        is_right = np.array([ids[each] in question.evidence for each in found], dtype=bool)
        yield Example(features, is_right, len(question.evidence), fold[question.cluster])
    vault.close()


def _stored(vault: Vault, corpus: Corpus) -> dict[str, str]:
    """Keep a corpus; maps the vault's ids to those of the corpus."""
    if corpus.kind == "message":
        vault.messages.add_new(corpus.messages)
        return {message.id: message.id for message in corpus.messages}
    return {
        vault.memories.add(message.content, time=message.time).id: message.id
        for message in corpus.messages
    }
