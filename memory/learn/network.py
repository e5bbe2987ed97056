"""A small network that reads sentences: a sentence encoder, adapted to judging what they say.

The last layers of the encoder get low-rank updates (LoRA: Hu et al. 2021, arXiv:2106.09685), which
alone are fitted and kept, with a linear head a task, and a tagger that marks the words that are the
value of a slot. Importing this brings torch along.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from memory.learn.language import Language
from memory.types import Vectors

Span = tuple[int, int]

ADAPTED_LAYERS = 4
RANK = 16
# The updates count double, which is the usual scale of twice the rank over the rank.
_SCALE = 2.0
MOST_TOKENS = 64
_BATCH = 64
_DROPOUT = 0.1
_OUTSIDE, BEGINS, GOES_ON = 0, 1, 2


class Judged(NamedTuple):
    """What a network says about texts.

    `shares` has, for each task, its labels and how likely each text has each, shape (texts,
    labels); `values` has the characters of each text that can be the value of a slot.
    """

    shares: dict[str, tuple[list[str], Vectors]]
    values: list[Span | None]


class Batch(NamedTuple):
    """Texts as the adapted layers take them.

    Shapes: hidden (texts, tokens, width), mask (texts, tokens), cues (texts, cues).
    """

    hidden: Tensor
    mask: Tensor
    cues: Tensor


class LowRank(nn.Module):
    """A linear layer that stays as it is, with an update of low rank added."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.linear = linear.requires_grad_(False)
        width = linear.in_features
        self.down = nn.Parameter(torch.randn(RANK, width) / width**0.5)
        self.up = nn.Parameter(torch.zeros(linear.out_features, RANK))

    def forward(self, given: Tensor) -> Tensor:
        """Shape (..., in) to (..., out)."""
        kept: Tensor = self.linear(given)
        return kept + _SCALE * (given @ self.down.T) @ self.up.T


class Network(nn.Module):
    """The encoder in a folder of transformers' BERT, with the adaptation and the heads."""

    def __init__(
        self, folder: Path, labels: Mapping[str, Sequence[str]], language: Language
    ) -> None:
        """An adaptation that changes nothing yet, and heads that know nothing.

        `labels` are those of each task. Raises OSError or ValueError where the encoder cannot be
        read.
        """
        from transformers import AutoModel, AutoTokenizer

        super().__init__()
        self.labels = {task: list(each) for task, each in labels.items()}
        self._language = language
        self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        encoder = AutoModel.from_pretrained(
            folder, local_files_only=True, attn_implementation="eager"
        ).requires_grad_(False)
        layers = list(encoder.encoder.layer)
        self._embeddings = encoder.embeddings
        self._lower = nn.ModuleList(layers[:-ADAPTED_LAYERS])
        self.upper = nn.ModuleList(map(_adapted, layers[-ADAPTED_LAYERS:]))
        width = encoder.config.hidden_size
        self.heads = nn.ModuleList(
            nn.Linear(2 * width + len(language.cues), len(each)) for each in self.labels.values()
        )
        self.tagger = nn.Linear(width, 3)
        self._dropout = nn.Dropout(_DROPOUT)
        self.eval()

    def judge(self, texts: Sequence[str]) -> Judged:
        """Judge texts, those of like length together."""
        shares = {task: np.zeros((len(texts), len(each))) for task, each in self.labels.items()}
        values: list[Span | None] = [None] * len(texts)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(texts), _BATCH):
            rows = order[start : start + _BATCH]
            batch, offsets = self.read([texts[row] for row in rows])
            with torch.inference_mode():
                judged, tags = self(batch)
            for task, logits in zip(self.labels, judged, strict=True):
                shares[task][rows] = torch.softmax(logits, 1).numpy()
            for row, own, chosen in zip(rows, offsets, tags.argmax(2).tolist(), strict=True):
                values[row] = _span(chosen, own, texts[row])
        found = {
            task: (list(each), shares[task].astype(np.float32))
            for task, each in self.labels.items()
        }
        return Judged(found, values)

    def read(self, texts: Sequence[str]) -> tuple[Batch, list[list[Span]]]:
        """Texts up to the adapted layers, and the characters of each token."""
        coded = self._tokenizer(
            list(texts),
            padding=True,
            truncation=True,
            max_length=MOST_TOKENS,
            return_tensors="pt",
            return_offsets_mapping=True,
        )
        mask = coded["attention_mask"]
        with torch.no_grad():
            hidden = self._embeddings(input_ids=coded["input_ids"])
            for layer in self._lower:
                hidden = layer(hidden, _additive(mask))
        counts = mask.sum(1).tolist()
        offsets = [
            [(start, end) for start, end in own[:count]]
            for own, count in zip(coded["offset_mapping"].tolist(), counts, strict=True)
        ]
        return Batch(hidden, mask, self.cues(texts)), offsets

    def cues(self, texts: Sequence[str]) -> Tensor:
        """Which cues each text has; shape (texts, cues)."""
        patterns = self._language.cues.values()
        return torch.tensor(
            [[bool(cue.search(text)) for cue in patterns] for text in texts]
        ).float()

    def forward(self, batch: Batch) -> tuple[list[Tensor], Tensor]:
        """The logits of each task, shape (texts, labels), and of tags, (texts, tokens, 3)."""
        hidden = batch.hidden
        for layer in self.upper:
            hidden = layer(hidden, _additive(batch.mask))
        weights = batch.mask[..., None].float()
        mean = (hidden * weights).sum(1) / weights.sum(1)
        features = torch.cat([self._dropout(mean), self._dropout(hidden[:, 0]), batch.cues], 1)
        return [head(features) for head in self.heads], self.tagger(self._dropout(hidden))

    def save(self, file: Path, *, key: str) -> None:
        """Write what was fitted; `key` says what to."""
        arrays: dict[str, NDArray[Any]] = {
            name: value.detach().numpy().astype(np.float16)
            for name, value in self._fitted().items()
        }
        arrays |= {"key": np.array(key), "labels": np.array(json.dumps(self.labels))}
        np.savez_compressed(file, allow_pickle=False, **arrays)

    def _fitted(self) -> dict[str, nn.Parameter]:
        return {name: value for name, value in self.named_parameters() if value.requires_grad}


def load_network(folder: Path, file: Path, language: Language) -> Network:
    """The encoder in `folder` with what was fitted to it, from `file`.

    Raises:
        OSError, ValueError: one of them cannot be read, or they do not belong together.
    """
    try:
        with np.load(file, allow_pickle=False) as kept:
            network = Network(folder, json.loads(str(kept["labels"])), language)
            with torch.no_grad():
                for name, value in network._fitted().items():
                    value.copy_(torch.from_numpy(kept[name].astype(np.float32)))
    except (KeyError, RuntimeError, BadZipFile) as error:
        raise ValueError(f"{file.name!r} does not fit the encoder in {folder.name!r}.") from error
    return network


def key_in(file: Path) -> str:
    """What the network in a file was fitted to."""
    with np.load(file, allow_pickle=False) as kept:
        return str(kept["key"])


def _adapted(layer: nn.Module) -> nn.Module:
    """A layer of BERT whose six linear maps get an update each."""
    found = [
        (owner, name, linear)
        for owner in layer.modules()
        for name, linear in owner.named_children()
        if isinstance(linear, nn.Linear)
    ]
    for owner, name, linear in found:
        setattr(owner, name, LowRank(linear))
    return layer


def _additive(mask: Tensor) -> Tensor:
    """What is added to the scores of attention, so that padding is not looked at."""
    away = torch.finfo(torch.float32).min
    return torch.zeros(mask.shape).masked_fill(mask == 0, away)[:, None, None, :]


def _span(tags: Sequence[int], offsets: Sequence[Span], text: str) -> Span | None:
    """The characters of the first run of tagged tokens, to the ends of their words."""
    marked = [place for place, tag in enumerate(tags[: len(offsets)]) if tag != _OUTSIDE]
    marked = [place for place in marked if offsets[place][1] > offsets[place][0]]
    if not marked:
        return None
    last = first = marked[0]
    while last + 1 in marked:
        last += 1
    start, end = offsets[first][0], offsets[last][1]
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return start, end
