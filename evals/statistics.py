"""Means and paired differences with intervals, and how sure one can be of them.

Questions about one conversation, like cases of one persona, are alike: a plain bootstrap over
them would claim too much. Here whole clusters are resampled (Davison and Hinkley 1997, section
3.8), and the interval is widened for few clusters as Student's t is against the normal curve
(Hesterberg 2015, "expanded percentile interval"). All else is scipy's.
"""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from memory.types import Record

RESAMPLES = 2000
LEVEL = 0.95
POWER = 0.8
_MOST_CASES = 10**7
METHOD = (
    f"{LEVEL:.0%} bootstrap intervals, {RESAMPLES:,} resamples of whole conversations, widened "
    "for their number"
)

Floats = NDArray[np.float64]
Alternative = Literal["two-sided", "less"]


class Estimate(Record):
    """A mean or a share, with its interval: of 95 % where nothing else is said."""

    mean: float
    low: float
    high: float


class Difference(Record):
    """How much higher one of two paired series is.

    `p` is the chance of a difference like this where there is none. `effect` is the mean in units
    of the standard deviation of the differences (Cohen's d_z). `visible` is the smallest
    difference that so many cases show four times out of five, and `needed` how many cases would
    do that for a difference as large as this one. They are None where they cannot be told.
    """

    estimate: Estimate
    p: float
    effect: float | None = None
    visible: float | None = None
    needed: int | None = None


def mean_with_interval(
    values: ArrayLike, clusters: Sequence[str], *, seed: int = 0, level: float = LEVEL
) -> Estimate:
    """The mean over cases, with its interval.

    Args:
        values: one number a case.
        clusters: for each case, the conversation or the persona that it is about. Where all are
            about one, each case stands for itself.
        seed: of the resampling.
        level: how often the interval shall hold the true mean.
    """
    numbers, totals, sizes = _by_cluster(values, clusters)
    mean = float(numbers.mean())
    if numbers.size == 1 or np.ptp(numbers) == 0:
        return Estimate(mean=mean, low=mean, high=mean)
    found = stats.bootstrap(
        (totals, sizes),
        lambda total, size, axis: total.sum(axis) / size.sum(axis),
        paired=True,
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=max(1, 10**7 // sizes.size),  # 80 MB at most
        confidence_level=_expanded(level, sizes.size),
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Estimate(mean=mean, low=float(found.low), high=float(found.high))


def share_with_interval(count: int, of: int) -> Estimate:
    """A share of independent items, with its interval (Wilson 1927).

    Raises:
        ValueError: there are no items, or `count` is not among them.
    """
    if not 0 <= count <= of or of == 0:
        raise ValueError(f"{count} of {of} items")
    found = stats.binomtest(count, of).proportion_ci(LEVEL, method="wilson")
    return Estimate(mean=count / of, low=float(found.low), high=float(found.high))


def paired_difference(
    ours: ArrayLike,
    theirs: ArrayLike,
    clusters: Sequence[str],
    *,
    seed: int = 0,
    level: float = LEVEL,
) -> Estimate:
    """How much higher `ours` is than `theirs` on the same cases, with its interval."""
    difference = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    return mean_with_interval(difference, clusters, seed=seed, level=level)


def difference_of_passes(
    ours: ArrayLike,
    theirs: ArrayLike,
    clusters: Sequence[str],
    *,
    level: float = LEVEL,
    alternative: Alternative = "two-sided",
) -> Difference:
    """How much more often cases pass, with the exact test of McNemar (1947).

    A case that was repeated has the share of its repeats that passed; what counts for the test is
    whether that rose or fell, once a case, so repeats of one case never count as several.
    """
    change = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    rose, fell = int((change > 0).sum()), int((change < 0).sum())
    p = stats.binomtest(rose, rose + fell, alternative=alternative).pvalue if rose + fell else 1.0
    return _difference(change, clusters, p=float(p), level=level, step=1.0)


def difference_of_scores(
    ours: ArrayLike,
    theirs: ArrayLike,
    clusters: Sequence[str],
    *,
    level: float = LEVEL,
    alternative: Alternative = "two-sided",
) -> Difference:
    """How much higher cases score, with the signed-rank test of Wilcoxon (1945)."""
    change = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    p = stats.wilcoxon(change, alternative=alternative).pvalue if change.any() else 1.0
    return _difference(change, clusters, p=float(p), level=level)


def _difference(
    change: Floats, clusters: Sequence[str], *, p: float, level: float, step: float = 0.0
) -> Difference:
    """The figures of a mean change; `step` is half of what the tested sum moves by at least."""
    estimate = mean_with_interval(change, clusters, level=level)
    if change.size < 2 or np.ptp(change) == 0:
        return Difference(estimate=estimate, p=p)
    reach = float(stats.norm.ppf((1 + LEVEL) / 2) + stats.norm.ppf(POWER))
    spread = reach * _standard_error(change, clusters) * math.sqrt(change.size)
    size = abs(estimate.mean)
    needed = ((spread + math.sqrt(spread**2 + 4 * step * size)) / (2 * size)) ** 2 if size else None
    return Difference(
        estimate=estimate,
        p=p,
        effect=float(estimate.mean / change.std(ddof=1)),
        visible=spread / math.sqrt(change.size) + step / change.size,
        needed=math.ceil(needed) if needed and needed < _MOST_CASES else None,
    )


def _standard_error(values: Floats, clusters: Sequence[str]) -> float:
    """Of the mean, where the values of a cluster are alike (Liang and Zeger 1986)."""
    numbers, totals, sizes = _by_cluster(values, clusters)
    residuals = totals - sizes * numbers.mean()
    spread = (residuals**2).sum() * sizes.size / (sizes.size - 1)
    return float(np.sqrt(spread) / numbers.size)


def _by_cluster(values: ArrayLike, clusters: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    """The values; and the sum and the number of them in each cluster."""
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.size == 0 or len(clusters) != numbers.size:
        raise ValueError(f"{numbers.size} values for {len(clusters)} cases")
    names, place = np.unique(np.asarray(clusters), return_inverse=True)
    if names.size == 1:
        return numbers, numbers, np.ones(numbers.size)
    sizes = np.bincount(place).astype(np.float64)
    return numbers, np.bincount(place, numbers).astype(np.float64), sizes


def _expanded(level: float, clusters: int) -> float:
    """The level to ask of a percentile interval, so that few clusters do not make it too short."""
    reach = stats.t.ppf((1 + level) / 2, clusters - 1) * math.sqrt(clusters / (clusters - 1))
    return float(2 * stats.norm.cdf(reach) - 1)
