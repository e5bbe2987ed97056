"""The network that reads sentences one by one: a linear head a task on the adapted encoder.

A tagger marks the words that are the value of a slot. Importing this brings torch along.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from memory.learn.encoder import NOT_FITTED, AdaptedEncoder, Batch, Span, mean_of, unfit
from memory.learn.language import Language
from memory.types import Vectors

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


class Network(AdaptedEncoder):
    """Judges sentences by several tasks at once."""

    def __init__(
        self, folder: Path, labels: Mapping[str, Sequence[str]], language: Language
    ) -> None:
        """Heads that know nothing; `labels` are those of each task.

        Raises OSError or ValueError where the encoder in `folder` cannot be read.
        """
        super().__init__(folder)
        self.labels = {task: list(each) for task, each in labels.items()}
        self._language = language
        self.heads = nn.ModuleList(
            nn.Linear(2 * self.width + len(language.cues), len(each))
            for each in self.labels.values()
        )
        self.tagger = nn.Linear(self.width, 3)
        self._dropout = nn.Dropout(_DROPOUT)
        self.eval()

    def judge(self, texts: Sequence[str]) -> Judged:
        """Judge texts, those of like length together."""
        shares = {task: np.zeros((len(texts), len(each))) for task, each in self.labels.items()}
        values: list[Span | None] = [None] * len(texts)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(texts), _BATCH):
            rows = order[start : start + _BATCH]
            chosen = [texts[row] for row in rows]
            batch, offsets = self.read(chosen)
            with torch.inference_mode():
                judged, tags = self(batch, self.cues(chosen))
            for task, logits in zip(self.labels, judged, strict=True):
                shares[task][rows] = torch.softmax(logits, 1).numpy()
            for row, own, best in zip(rows, offsets, tags.argmax(2).tolist(), strict=True):
                values[row] = _span(best, own, texts[row])
        found = {
            task: (list(each), shares[task].astype(np.float32))
            for task, each in self.labels.items()
        }
        return Judged(found, values)

    def cues(self, texts: Sequence[str]) -> Tensor:
        """Which cues each text has; shape (texts, cues)."""
        patterns = self._language.cues.values()
        return torch.tensor(
            [[bool(cue.search(text)) for cue in patterns] for text in texts]
        ).float()

    def forward(self, batch: Batch, cues: Tensor) -> tuple[list[Tensor], Tensor]:
        """The logits of each task, shape (texts, labels), and of tags, (texts, tokens, 3)."""
        hidden = self.adapted(batch)
        mean = mean_of(hidden, batch.mask)
        features = torch.cat([self._dropout(mean), self._dropout(hidden[:, 0]), cues], 1)
        return [head(features) for head in self.heads], self.tagger(self._dropout(hidden))

    def write(self, file: Path, *, key: str) -> None:
        """Write what was fitted; `key` says what to."""
        self.save(file, key=key, labels=json.dumps(self.labels))


def load_network(folder: Path, file: Path, language: Language) -> Network:
    """The encoder in `folder` with what was fitted to it, from `file`.

    Raises:
        OSError, ValueError: one of them cannot be read, or they do not belong together.
    """
    try:
        with np.load(file, allow_pickle=False) as kept:
            labels = json.loads(str(kept["labels"]))
            return Network(folder, labels, language).with_fitted(kept)
    except NOT_FITTED as error:
        raise unfit(file, folder) from error


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
