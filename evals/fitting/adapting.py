"""Fitting a small network, its adaptation and its heads: AdamW, with a linear warm-up and decay."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import torch
from torch import Tensor, nn
from tqdm import tqdm

from memory.learn.encoder import AdaptedEncoder

BATCH = 32
_RATE = 6e-4
_RATE_OF_HEADS = 1e-3
_WARM_UP = 0.1
_DECAY = 0.01
_LARGEST_STEP = 1.0
SMOOTHING = 0.05

_Rows = TypeVar("_Rows")


def adapt(
    network: AdaptedEncoder,
    batches: Callable[[], Sequence[_Rows]],
    loss_of: Callable[[_Rows], Tensor],
    *,
    epochs: int,
) -> None:
    """Fit all of a network that can be; `batches` gives those of an epoch, always as many."""
    updates = [each for each in network.upper.parameters() if each.requires_grad]
    heads = [
        value
        for name, value in network.named_parameters()
        if value.requires_grad and not name.startswith("upper.")
    ]
    drawn = batches()
    steps = epochs * len(drawn)
    optimizer = torch.optim.AdamW(
        [{"params": updates, "lr": _RATE}, {"params": heads, "lr": _RATE_OF_HEADS}],
        weight_decay=_DECAY,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(step / (_WARM_UP * steps), 1) * max(0.0, 1 - step / steps)
    )
    network.train()
    with tqdm(total=steps, desc="fit", unit="step") as progress:
        for epoch in range(epochs):
            for rows in drawn if epoch == 0 else batches():
                loss = loss_of(rows)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_([*updates, *heads], _LARGEST_STEP)
                optimizer.step()
                schedule.step()
                progress.update()
    network.eval()
