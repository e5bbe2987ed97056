"""Linear heads that judge sentences by their vector, the cues in their words, and the words.

Logistic regressions, fitted to labelled sentences with scikit-learn and kept as plain arrays.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np

from memory.learn.language import Language
from memory.types import Vectors

# Chosen by cross-validation on the sentences that ship; the results hardly move around them.
_VECTOR_WEIGHT = 2.0
_CUE_WEIGHT = 0.7
_WORD_WEIGHT = 0.7
_LEAST_OFTEN = 3
_LONGEST_BEGINNING = 4
_PENALTY = 1.0
_MOST_ITERATIONS = 500
_FORMAT = 1

_WORD = re.compile(r"[\w']+|[?!:]")


class Labelled(NamedTuple):
    """Sentences of one task, and the label of each."""

    texts: Sequence[str]
    labels: Sequence[str]


@dataclass(frozen=True)
class Heads:
    """Fitted heads over the same features.

    `weights` has a row a feature (the vector's, the cues', the word groups') and a column a label;
    `columns` says for each task which columns are its labels.
    """

    words: dict[str, int]
    weights: Vectors
    offsets: Vectors
    columns: dict[str, dict[str, int]]

    def judge(
        self, texts: Sequence[str], vectors: Vectors, language: Language
    ) -> dict[str, tuple[list[str], Vectors]]:
        """The labels of each task, and how likely each text has each; shape (texts, labels)."""
        dense = np.hstack([vectors * _VECTOR_WEIGHT, cue_features(texts, language) * _CUE_WEIGHT])
        logits = dense @ self.weights[: dense.shape[1]] + self.offsets
        for row, text in enumerate(texts):
            known = [self.words[each] for each in word_groups(text) if each in self.words]
            logits[row] += _WORD_WEIGHT * self.weights[dense.shape[1] :][known].sum(axis=0)
        return {
            task: (list(places), _softmax(logits[:, list(places.values())]))
            for task, places in self.columns.items()
        }

    def save(self, file: Path, *, key: str) -> None:
        """Write the heads; `key` says what they were fitted to."""
        np.savez_compressed(
            file,
            key=np.array(key),
            words=np.array(list(self.words)),
            weights=self.weights.astype(np.float16),
            offsets=self.offsets.astype(np.float32),
            tasks=np.array(
                [f"{task}\t{label}" for task, places in self.columns.items() for label in places]
            ),
        )


def load_heads(file: Path, *, key: str) -> Heads | None:
    """Read heads; None where there are none, or none that were fitted to the same."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
            if str(kept["key"]) != key:
                return None
            columns: dict[str, dict[str, int]] = {}
            for place, name in enumerate(kept["tasks"].tolist()):
                task, label = name.split("\t")
                columns.setdefault(task, {})[label] = place
            return Heads(
                words={word: place for place, word in enumerate(kept["words"].tolist())},
                weights=kept["weights"].astype(np.float32),
                offsets=kept["offsets"],
                columns=columns,
            )
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def fit_heads(
    tasks: Mapping[str, Labelled], vectors: Mapping[str, Vectors], language: Language
) -> Heads:
    """Fit one head a task; `vectors` has the vector of every text, shape (dimension,)."""
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    counts = Counter(group for text in vectors for group in word_groups(text))
    often = (group for group, count in counts.items() if count >= _LEAST_OFTEN)
    words = {group: place for place, group in enumerate(sorted(often))}
    columns: dict[str, dict[str, int]] = {}
    weights: list[Vectors] = []
    offsets: list[Vectors] = []
    for task, labelled in tasks.items():
        features = sparse.csr_matrix(_features(labelled.texts, vectors, words, language))
        fitted = LogisticRegression(
            C=1 / _PENALTY, class_weight="balanced", max_iter=_MOST_ITERATIONS
        ).fit(features, list(labelled.labels))
        coefficients, intercepts = fitted.coef_, fitted.intercept_
        if len(fitted.classes_) == 2:  # scikit-learn keeps one row for two labels
            coefficients = np.vstack([np.zeros_like(coefficients), coefficients])
            intercepts = np.concatenate([np.zeros(1), intercepts])
        first = sum(len(each) for each in weights)
        columns[task] = {
            str(label): first + place for place, label in enumerate(fitted.classes_.tolist())
        }
        weights.append(coefficients)
        offsets.append(intercepts)
    return Heads(
        words=words,
        weights=np.vstack(weights).T.astype(np.float32),
        offsets=np.concatenate(offsets).astype(np.float32),
        columns=columns,
    )


def cue_features(texts: Sequence[str], language: Language) -> Vectors:
    """Which cues each text has; shape (texts, cues)."""
    return np.array(
        [[bool(cue.search(text)) for cue in language.cues.values()] for text in texts],
        dtype=np.float32,
    )


def word_groups(text: str) -> set[str]:
    """The words of a text, its pairs and triples of neighbours, and how it begins."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    groups = set(words)
    groups.update(map(" ".join, pairwise(words)))
    groups.update(map(" ".join, zip(words, words[1:], words[2:], strict=False)))
    groups.update("^" + " ".join(words[:count]) for count in range(1, _LONGEST_BEGINNING + 1))
    return groups


def key_of(identity: str, tasks: Mapping[str, Labelled], language: Language) -> str:
    """What heads are fitted to: embedder, labelled sentences, cues."""
    parts = [str(_FORMAT), identity, *(cue.pattern for cue in language.cues.values())]
    for task, labelled in tasks.items():
        parts += [task, *labelled.texts, *labelled.labels]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _features(
    texts: Sequence[str], vectors: Mapping[str, Vectors], words: dict[str, int], language: Language
) -> Vectors:
    dense = np.stack([vectors[text] for text in texts]) * _VECTOR_WEIGHT
    grouped = np.zeros((len(texts), len(words)), dtype=np.float32)
    for row, text in enumerate(texts):
        known = [words[group] for group in word_groups(text) if group in words]
        grouped[row, known] = _WORD_WEIGHT
    return np.hstack([dense, cue_features(texts, language) * _CUE_WEIGHT, grouped])


def _softmax(logits: Vectors) -> Vectors:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), dtype=np.float32)
