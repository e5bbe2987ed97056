"""The detector's network, fitted to the sentences that ship; what it reaches on others."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from rich.table import Table
from torch import Tensor, nn
from tqdm import tqdm

from evals.fitting.adapting import BATCH, SMOOTHING, adapt
from memory.learn.detector import training_key, training_tasks, training_values
from memory.learn.encoder import Batch, Span
from memory.learn.language import Language
from memory.learn.network import BEGINS, GOES_ON, Network

EPOCHS = 5
HELD_OUT = 5
_READ_AT_ONCE = 128
_UNKNOWN = -1
# Tokens of values are few beside all others.
_TAG_WEIGHTS = (1.0, 2.0, 2.0)

Labels = NDArray[np.int64]


class Sentences(NamedTuple):
    """All sentences, read up to the adapted layers, and their labels; -1 is an unknown label.

    `labels` has a row a text for each task, `tags` one a token.
    """

    texts: list[str]
    hidden: list[Tensor]
    cues: Tensor
    labels: dict[str, Labels]
    tags: list[list[int] | None]


def fit_learning(folder: Path, language: Language, file: Path) -> None:
    """Fit the network to all sentences with the encoder in `folder`, and write it to `file`."""
    network = _new(folder, language)
    given = gather(network, language)
    fit(network, given, range(len(given.texts)))
    network.write(file, key=training_key(language))


def held_out_table(folder: Path, language: Language, seed: int = 0) -> Table:
    """The share of a fifth of the sentences judged right by a network fitted to the others."""
    network = _new(folder, language)
    given = gather(network, language)
    part = np.random.default_rng(seed).integers(0, HELD_OUT, len(given.texts))
    fit(network, given, np.flatnonzero(part != 0).tolist())
    outside = np.flatnonzero(part == 0)
    judged = network.judge([given.texts[row] for row in outside])
    table = Table("head", "sentences", "right", "by label")
    for task, names in network.labels.items():
        true = given.labels[task][outside]
        known = true != _UNKNOWN
        right = judged.shares[task][1].argmax(axis=1)[known] == true[known]
        table.add_row(
            task,
            str(len(right)),
            f"{right.mean():.3f}",
            _by_label([names[label] for label in true[known]], right),
        )
    values = training_values(language)
    right = np.array(
        [
            (text[slice(*span)] if span else None) == values[text]
            for text, span in zip((given.texts[row] for row in outside), judged.values, strict=True)
            if values.get(text)
        ]
    )
    table.add_row("value", str(len(right)), f"{right.mean():.3f}", "")
    return table


def gather(network: Network, language: Language) -> Sentences:
    """Read all labelled sentences with the part of the network that stays as it is."""
    tasks = training_tasks(language)
    values = training_values(language)
    texts = list(dict.fromkeys(text for each in tasks.values() for text in each.texts))
    place = {text: row for row, text in enumerate(texts)}
    labels = {task: np.full(len(texts), _UNKNOWN) for task in tasks}
    for task, labelled in tasks.items():
        for text, label in zip(labelled.texts, labelled.labels, strict=True):
            labels[task][place[text]] = network.labels[task].index(label)
    hidden: list[Tensor] = [torch.empty(0)] * len(texts)
    tags: list[list[int] | None] = [None] * len(texts)
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    for start in tqdm(range(0, len(order), _READ_AT_ONCE), desc="read", unit="batch"):
        rows = order[start : start + _READ_AT_ONCE]
        batch, offsets = network.read([texts[row] for row in rows])
        for row, own, spans in zip(rows, batch.hidden, offsets, strict=True):
            hidden[row] = own[: len(spans)].clone()
            if texts[row] in values:
                tags[row] = _tags(texts[row], values[texts[row]], spans)
    return Sentences(texts, hidden, network.cues(texts), labels, tags)


def fit(network: Network, given: Sentences, rows: Sequence[int], *, seed: int = 0) -> None:
    """Fit the network to some of the sentences."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    weights = {task: _balanced(given.labels[task], network.labels[task]) for task in given.labels}
    adapt(
        network,
        lambda: _batches(given, rows, draw),
        lambda chosen: _loss(network, given, chosen, weights),
        epochs=EPOCHS,
    )


def _new(folder: Path, language: Language) -> Network:
    torch.manual_seed(0)
    labels = {
        task: sorted(set(labelled.labels)) for task, labelled in training_tasks(language).items()
    }
    return Network(folder, labels, language)


def _batches(
    given: Sentences, rows: Sequence[int], draw: np.random.Generator
) -> Sequence[Sequence[int]]:
    """All rows once, those of about the same length together."""
    lengths = np.array([len(given.hidden[row]) for row in rows])
    order = np.asarray(rows)[np.argsort(lengths + draw.uniform(0, 4, len(rows)))]
    batches = [order[start : start + BATCH].tolist() for start in range(0, len(order), BATCH)]
    return [batches[place] for place in draw.permutation(len(batches))]


def _loss(
    network: Network, given: Sentences, rows: Sequence[int], weights: Mapping[str, Tensor]
) -> Tensor:
    hidden = nn.utils.rnn.pad_sequence([given.hidden[row] for row in rows], batch_first=True)
    counts = torch.tensor([len(given.hidden[row]) for row in rows])
    mask = (torch.arange(hidden.shape[1]) < counts[:, None]).long()
    judged, tags = network(Batch(hidden, mask, torch.zeros_like(mask)), given.cues[rows])
    losses = []
    for (task, weight), logits in zip(weights.items(), judged, strict=True):
        true = torch.tensor(given.labels[task][rows])
        if (true != _UNKNOWN).any():
            losses.append(_cross_entropy(logits, true, weight, smoothing=SMOOTHING))
    marked = [given.tags[row] or [] for row in rows]
    padded = torch.tensor([own + [_UNKNOWN] * (mask.shape[1] - len(own)) for own in marked])
    if (padded != _UNKNOWN).any():
        losses.append(
            _cross_entropy(tags.flatten(0, 1), padded.flatten(), torch.tensor(_TAG_WEIGHTS))
        )
    return torch.stack(losses).sum()


def _cross_entropy(
    logits: Tensor, true: Tensor, weight: Tensor, *, smoothing: float = 0.0
) -> Tensor:
    return nn.functional.cross_entropy(
        logits, true, weight=weight, ignore_index=_UNKNOWN, label_smoothing=smoothing
    )


def _balanced(labels: Labels, names: Sequence[str]) -> Tensor:
    """Rare labels count more: by the root of how much rarer they are."""
    counts = np.bincount(labels[labels != _UNKNOWN], minlength=len(names)).clip(1)
    return torch.tensor((counts.sum() / len(names) / counts) ** 0.5, dtype=torch.float32)


def _tags(text: str, value: str | None, offsets: Sequence[Span]) -> list[int] | None:
    """A tag a token; None where no token lies in the value."""
    tags = [0] * len(offsets)
    if value is None:
        return tags
    first = text.find(value)
    inside = [
        place
        for place, (start, end) in enumerate(offsets)
        if end > start >= first and end <= first + len(value)
    ]
    for place in inside:
        tags[place] = BEGINS if place == inside[0] else GOES_ON
    return tags if inside else None


def _by_label(labels: Sequence[str], right: NDArray[np.bool_]) -> str:
    shares = {
        label: np.mean([hit for hit, each in zip(right, labels, strict=True) if each == label])
        for label in sorted(set(labels))
    }
    return ", ".join(f"{label} {share:.2f}" for label, share in shares.items())
