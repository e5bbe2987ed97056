"""Means with intervals, and differences of two systems that answered the same questions.

Questions about one conversation are alike, so a plain bootstrap over questions would claim too
much. Here conversations are resampled first, and then questions within each drawn conversation
(a two-stage cluster bootstrap; Davison and Hinkley 1997, section 3.8).
"""

import math
from collections.abc import Iterator, Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memory.types import Record

RESAMPLES = 2000
LEVEL = 0.95
_NORMAL = NormalDist().inv_cdf((1 + LEVEL) / 2)
METHOD = (
    f"{LEVEL:.0%} bootstrap intervals, {RESAMPLES:,} resamples: conversations are drawn with "
    "replacement, then questions within each"
)

Floats = NDArray[np.float64]


class Estimate(Record):
    """A mean or a share, with its 95 % interval."""

    mean: float
    low: float
    high: float


def mean_with_interval(values: ArrayLike, clusters: Sequence[str], *, seed: int = 0) -> Estimate:
    """The mean over questions, with its interval.

    Args:
        values: one number a question.
        clusters: for each question, the conversation that it is about.
        seed: of the resampling.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.size == 0 or len(clusters) != numbers.size:
        raise ValueError(f"{numbers.size} values for {len(clusters)} questions")
    means = _resampled_means(list(_by_cluster(numbers, clusters)), np.random.default_rng(seed))
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(mean=float(numbers.mean()), low=float(low), high=float(high))


def share_with_interval(count: int, of: int) -> Estimate:
    """A share of independent items, with its interval (Wilson 1927).

    Raises:
        ValueError: there are no items, or `count` is not among them.
    """
    if not 0 <= count <= of or of == 0:
        raise ValueError(f"{count} of {of} items")
    share, spread = count / of, _NORMAL**2 / of
    middle = share + spread / 2
    reach = _NORMAL * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    low, high = (middle - reach) / (1 + spread), (middle + reach) / (1 + spread)
    return Estimate(mean=share, low=max(low, 0.0), high=min(high, 1.0))


def paired_difference(
    ours: ArrayLike, theirs: ArrayLike, clusters: Sequence[str], *, seed: int = 0
) -> Estimate:
    """How much higher `ours` is than `theirs` on the same questions, with its interval."""
    difference = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    return mean_with_interval(difference, clusters, seed=seed)


def _by_cluster(values: Floats, clusters: Sequence[str]) -> Iterator[Floats]:
    names = np.asarray(clusters)
    for name in sorted(set(clusters)):
        yield values[names == name]


def _resampled_means(clusters: list[Floats], draw: np.random.Generator) -> Floats:
    """Means of shape (RESAMPLES,).

    A cluster that is drawn twice has its questions drawn twice as often, so how often each
    question comes up is a multinomial count.
    """
    count = len(clusters)
    times = draw.multinomial(count, np.full(count, 1 / count), size=RESAMPLES)
    totals = np.zeros(RESAMPLES)
    for column, values in enumerate(clusters):
        drawn = draw.multinomial(
            times[:, column] * values.size, np.full(values.size, 1 / values.size)
        )
        totals += drawn @ values
    return np.asarray(totals / (times @ [values.size for values in clusters]), dtype=np.float64)
