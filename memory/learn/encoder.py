"""A sentence encoder adapted to judging: the base of the small networks that learning reads with.

The last layers of the encoder get low-rank updates (LoRA: Hu et al. 2021, arXiv:2106.09685), which
alone are fitted and kept, with what a subclass adds. Importing this brings torch along.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self
from zipfile import BadZipFile

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

Span = tuple[int, int]

ADAPTED_LAYERS = 4
RANK = 16
# The updates count double, which is the usual scale of twice the rank over the rank.
_SCALE = 2.0
MOST_TOKENS = 64


class Batch(NamedTuple):
    """Texts as the adapted layers take them.

    Shapes: hidden (texts, tokens, width), mask and part (texts, tokens); part is 1 where a token is
    of the second of two texts.
    """

    hidden: Tensor
    mask: Tensor
    part: Tensor


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


class AdaptedEncoder(nn.Module):
    """The encoder in a folder of transformers' BERT, with an adaptation that changes nothing yet.

    A subclass adds its heads in the constructor, and then calls `eval`.
    """

    def __init__(self, folder: Path) -> None:
        """Raises OSError or ValueError where the encoder cannot be read."""
        from transformers import AutoModel, AutoTokenizer

        super().__init__()
        self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        encoder = AutoModel.from_pretrained(
            folder, local_files_only=True, attn_implementation="eager"
        ).requires_grad_(False)
        layers = list(encoder.encoder.layer)
        self._embeddings = encoder.embeddings
        self._lower = nn.ModuleList(layers[:-ADAPTED_LAYERS])
        self.upper = nn.ModuleList(map(_adapted, layers[-ADAPTED_LAYERS:]))
        self.width: int = encoder.config.hidden_size

    def read(
        self, texts: Sequence[str], seconds: Sequence[str] | None = None
    ) -> tuple[Batch, list[list[Span]]]:
        """Texts, or pairs of them, up to the adapted layers, and the characters of each token."""
        coded = self._tokenizer(
            list(texts),
            None if seconds is None else list(seconds),
            padding=True,
            truncation=True,
            max_length=MOST_TOKENS if seconds is None else 2 * MOST_TOKENS,
            return_tensors="pt",
            return_offsets_mapping=True,
        )
        mask, part = coded["attention_mask"], coded["token_type_ids"]
        with torch.no_grad():
            hidden = self._embeddings(input_ids=coded["input_ids"], token_type_ids=part)
            for layer in self._lower:
                hidden = layer(hidden, _additive(mask))
        counts = mask.sum(1).tolist()
        offsets = [
            [(start, end) for start, end in own[:count]]
            for own, count in zip(coded["offset_mapping"].tolist(), counts, strict=True)
        ]
        return Batch(hidden, mask, part), offsets

    def adapted(self, batch: Batch) -> Tensor:
        """Through the adapted layers; shape (texts, tokens, width)."""
        hidden = batch.hidden
        for layer in self.upper:
            hidden = layer(hidden, _additive(batch.mask))
        return hidden

    def save(self, file: Path, *, key: str, **notes: str) -> None:
        """Write what was fitted; `key` says what to, and `notes` what a subclass needs."""
        arrays: dict[str, NDArray[Any]] = {
            name: value.detach().numpy().astype(np.float16)
            for name, value in self._fitted().items()
        }
        arrays |= {name: np.array(note) for name, note in {"key": key, **notes}.items()}
        np.savez_compressed(file, allow_pickle=False, **arrays)

    def with_fitted(self, kept: Mapping[str, NDArray[Any]]) -> Self:
        """The same, with what was fitted. Raises KeyError or RuntimeError where it is another's."""
        with torch.no_grad():
            for name, value in self._fitted().items():
                value.copy_(torch.from_numpy(kept[name].astype(np.float32)))
        return self

    def _fitted(self) -> dict[str, nn.Parameter]:
        return {name: value for name, value in self.named_parameters() if value.requires_grad}


def mean_of(hidden: Tensor, chosen: Tensor) -> Tensor:
    """The mean over the chosen tokens; shapes (texts, tokens, width) and (texts, tokens)."""
    weights = chosen[..., None].float()
    return (hidden * weights).sum(1) / weights.sum(1).clamp(min=1)


def key_in(file: Path) -> str:
    """What the network in a file was fitted to."""
    with np.load(file, allow_pickle=False) as kept:
        return str(kept["key"])


def unfit(file: Path, folder: Path) -> ValueError:
    """The error where a file does not belong to an encoder."""
    return ValueError(f"{file.name!r} does not fit the encoder in {folder.name!r}.")


NOT_FITTED = (KeyError, RuntimeError, BadZipFile)


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
