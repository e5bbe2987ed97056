"""The network of effects, fitted to the pairs that ship; what it reaches on others.

Any two statements of different pairs almost always both hold: such are drawn anew in every epoch.
"""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from rich.table import Table
from torch import Tensor, nn

from evals.fitting.adapting import BATCH, SMOOTHING, adapt
from memory.learn.effect_network import EffectNetwork
from memory.learn.effects import Effects, pairs_key
from memory.learn.language import Language, Pair

EPOCHS = 4
HELD_OUT = 5
_DRAWN_PER_PAIR = 0.3
_KEEPS = "keeps"
_JITTER = 15


def fit_effects(folder: Path, language: Language, file: Path) -> None:
    """Fit the network to all pairs with the encoder in `folder`, and write it to `file`."""
    network = _new(folder)
    fit(network, language.pairs)
    network.save(file, key=pairs_key(language))


def held_out_effects(folder: Path, language: Language, seed: int = 0) -> Table:
    """The share of a fifth of the pairs judged right by a network fitted to the others."""
    network = _new(folder)
    part = np.random.default_rng(seed).integers(0, HELD_OUT, len(language.pairs))
    fit(network, [pair for pair, its in zip(language.pairs, part, strict=True) if its])
    outside = [pair for pair, its in zip(language.pairs, part, strict=True) if not its]
    shares = network.judge([each.earlier for each in outside], [each.later for each in outside])
    judged = [Effects._fields[place] for place in shares.argmax(axis=1)]
    table = Table("effect", "pairs", "right", "judged as")
    for effect in Effects._fields:
        own = [name for pair, name in zip(outside, judged, strict=True) if pair.effect == effect]
        counts = ", ".join(f"{name} {own.count(name)}" for name in Effects._fields)
        table.add_row(effect, str(len(own)), f"{own.count(effect) / len(own):.3f}", counts)
    return table


def fit(network: EffectNetwork, pairs: Sequence[Pair], *, seed: int = 0) -> None:
    """Fit the network to some of the pairs."""
    torch.manual_seed(seed)
    draw = random.Random(seed)  # noqa: S311
    adapt(network, lambda: _batches(pairs, draw), lambda rows: _loss(network, rows), epochs=EPOCHS)


def _new(folder: Path) -> EffectNetwork:
    torch.manual_seed(0)
    return EffectNetwork(folder)


def _batches(pairs: Sequence[Pair], draw: random.Random) -> list[list[Pair]]:
    """All pairs once, and some of statements of different pairs; those of like length together."""
    drawn = [
        Pair(_KEEPS, draw.choice(pairs).earlier, draw.choice(pairs).later)
        for _ in range(round(_DRAWN_PER_PAIR * len(pairs)))
    ]
    ordered = sorted(
        [*pairs, *drawn],
        key=lambda pair: len(pair.earlier) + len(pair.later) + draw.uniform(0, _JITTER),
    )
    batches = [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]
    draw.shuffle(batches)
    return batches


def _loss(network: EffectNetwork, pairs: Sequence[Pair]) -> Tensor:
    batch, _ = network.read([each.earlier for each in pairs], [each.later for each in pairs])
    true = torch.tensor([Effects._fields.index(each.effect) for each in pairs])
    return nn.functional.cross_entropy(network(batch), true, label_smoothing=SMOOTHING)
