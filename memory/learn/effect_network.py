"""The network that reads two statements together, the earlier one first.

Importing this brings torch along.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from memory.learn.effects import Effects
from memory.learn.encoder import NOT_FITTED, AdaptedEncoder, Batch, mean_of, unfit
from memory.types import Vectors

_BATCH = 64
_DROPOUT = 0.1


class EffectNetwork(AdaptedEncoder):
    """A linear head on both statements, their difference, their product and the whole."""

    def __init__(self, folder: Path) -> None:
        """A head that knows nothing. Raises OSError or ValueError as the encoder does."""
        super().__init__(folder)
        self.head = nn.Linear(5 * self.width, len(Effects._fields))
        self._dropout = nn.Dropout(_DROPOUT)
        self.eval()

    def judge(self, earlier: Sequence[str], later: Sequence[str]) -> Vectors:
        """How likely each effect is, pair by pair; shape (pairs, effects), as in `Effects`."""
        shares = np.zeros((len(earlier), len(Effects._fields)), dtype=np.float32)
        order = sorted(range(len(earlier)), key=lambda row: len(earlier[row]) + len(later[row]))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            batch, _ = self.read([earlier[row] for row in rows], [later[row] for row in rows])
            with torch.inference_mode():
                shares[rows] = torch.softmax(self(batch), 1).numpy()
        return shares

    def forward(self, batch: Batch) -> Tensor:
        """The logits of the effects; shape (pairs, effects)."""
        hidden = self.adapted(batch)
        first = mean_of(hidden, batch.mask * (1 - batch.part))
        second = mean_of(hidden, batch.mask * batch.part)
        features = [hidden[:, 0], first, second, (first - second).abs(), first * second]
        logits: Tensor = self.head(self._dropout(torch.cat(features, 1)))
        return logits


def load_effect_network(folder: Path, file: Path) -> EffectNetwork:
    """The encoder in `folder` with what was fitted to it, from `file`.

    Raises:
        OSError, ValueError: one of them cannot be read, or they do not belong together.
    """
    try:
        with np.load(file, allow_pickle=False) as kept:
            return EffectNetwork(folder).with_fitted(kept)
    except NOT_FITTED as error:
        raise unfit(file, folder) from error
