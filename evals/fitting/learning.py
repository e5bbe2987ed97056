"""The detector's heads, fitted to the sentences that ship, and what they reach on held-out ones."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from rich.table import Table

from memory.embeddings import Embedder
from memory.learn.detector import training_tasks
from memory.learn.heads import Heads, Labelled, fit_heads, key_of
from memory.learn.language import english
from memory.types import Vectors

_PARTS = 5


def fit_learning(embedder: Embedder, file: Path) -> None:
    """Fit all heads to all sentences, and write them to `file`."""
    tasks, vectors = _gathered(embedder)
    heads = fit_heads(tasks, vectors, english())
    heads.save(file, key=key_of(embedder.identity, tasks, english()))


def held_out_table(embedder: Embedder, seed: int = 0) -> Table:
    """The share of sentences judged right while they were left out, a fifth at a time."""
    tasks, vectors = _gathered(embedder)
    table = Table("head", "sentences", "right", "by label")
    for task, labelled in tasks.items():
        judged = _held_out(task, labelled, vectors, seed)
        right = [one == other for one, other in zip(judged, labelled.labels, strict=True)]
        table.add_row(
            task,
            str(len(right)),
            f"{np.mean(right):.3f}",
            _by_label(labelled.labels, right),
        )
    return table


def _by_label(labels: Sequence[str], right: Sequence[bool]) -> str:
    shares = {
        label: np.mean([hit for hit, each in zip(right, labels, strict=True) if each == label])
        for label in sorted(set(labels))
    }
    return ", ".join(f"{label} {share:.2f}" for label, share in shares.items())


def _gathered(embedder: Embedder) -> tuple[Mapping[str, Labelled], Mapping[str, Vectors]]:
    tasks = training_tasks(english())
    texts = list(dict.fromkeys(text for each in tasks.values() for text in each.texts))
    return tasks, dict(zip(texts, embedder.vectors(texts), strict=True))


def _held_out(
    task: str, labelled: Labelled, vectors: Mapping[str, Vectors], seed: int
) -> Sequence[str]:
    part = np.random.default_rng(seed).integers(0, _PARTS, len(labelled.texts))
    judged = [""] * len(labelled.texts)
    for number in range(_PARTS):
        inside = np.flatnonzero(part != number).tolist()
        outside = np.flatnonzero(part == number).tolist()
        kept = Labelled(
            [labelled.texts[place] for place in inside],
            [labelled.labels[place] for place in inside],
        )
        heads = fit_heads({task: kept}, {text: vectors[text] for text in kept.texts}, english())
        for place, label in zip(
            outside, _judge(heads, task, labelled, outside, vectors), strict=True
        ):
            judged[place] = label
    return judged


def _judge(
    heads: Heads,
    task: str,
    labelled: Labelled,
    places: Sequence[int],
    vectors: Mapping[str, Vectors],
) -> list[str]:
    texts = [labelled.texts[place] for place in places]
    labels, shares = heads.judge(texts, np.stack([vectors[text] for text in texts]), english())[
        task
    ]
    return [labels[place] for place in np.argmax(shares, axis=1)]
