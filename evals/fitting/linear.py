"""Linear models with few weights, fitted with scipy: a ranking, and the odds of being right."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from evals.fitting.examples import Example

Numbers = NDArray[np.float64]

_PENALTY = 1e-3


@dataclass(frozen=True)
class Line:
    """A weight a feature, and what is added to their sum."""

    weights: dict[str, float]
    intercept: float

    def __call__(self, columns: dict[str, Numbers]) -> Numbers:
        """The sum for each candidate, shape (candidates,)."""
        parts = [weight * columns[name] for name, weight in self.weights.items()]
        return np.asarray(np.sum(parts, axis=0) + self.intercept)


def fit_ranking(given: Sequence[Example], names: Sequence[str]) -> Line:
    """Weights that rank what is right above all that is not, question by question.

    A conditional logit (McFadden 1974): each right candidate against all wrong ones of its
    question; every question counts the same. The intercept turns the sum into log-odds of being
    right.
    """
    usable = [each for each in given if each.is_right.any() and not each.is_right.all()]
    blocks = [_matrix(each.features.columns, names, len(each.is_right)) for each in usable]
    spread = np.concatenate(blocks).std(axis=0) + 1e-9
    blocks = [block / spread for block in blocks]
    rights = [each.is_right for each in usable]

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        total, slope = 0.0, np.zeros_like(weights)
        for block, right in zip(blocks, rights, strict=True):
            one, its_slope = _question_loss(block, right, weights)
            total += one / len(blocks)
            slope += its_slope / len(blocks)
        return total + _PENALTY * float(weights @ weights), slope + 2 * _PENALTY * weights

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x / spread
    line = Line(dict(zip(names, map(float, found), strict=True)), 0.0)
    return on_scale_of_odds(line, given)


def fit_odds(columns: dict[str, Numbers], is_right: NDArray[np.bool_], counts: Numbers) -> Line:
    """A logistic regression; `counts` says how much each row matters."""
    names = list(columns)
    table = np.column_stack([np.ones(len(is_right)), *columns.values()])
    spread = np.concatenate([[1.0], table[:, 1:].std(axis=0) + 1e-9])
    table = table / spread
    signs = np.where(is_right, 1.0, -1.0)
    counts = counts / counts.sum()

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        margin = signs * (table @ weights)
        slope = -counts * signs / (1 + np.exp(np.minimum(margin, 500)))
        return float(counts @ np.logaddexp(0, -margin)), table.T @ slope

    found = minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B").x / spread
    return Line(dict(zip(names, map(float, found[1:]), strict=True)), float(found[0]))


def _question_loss(
    block: Numbers, right: NDArray[np.bool_], weights: Numbers
) -> tuple[float, Numbers]:
    scores = block @ weights
    wrong = np.exp(scores[~right] - scores[~right].max())
    against = scores[~right].max() + np.log(wrong.sum())
    lead = scores[right] - against
    pull = 1 / (1 + np.exp(np.clip(lead, -500, 500))) / right.sum()
    slope = pull.sum() * (wrong / wrong.sum() @ block[~right]) - pull @ block[right]
    return float(np.logaddexp(0, -lead).mean()), slope


def on_scale_of_odds(line: Line, given: Sequence[Example]) -> Line:
    """The same ranking on the scale of log-odds, every question counting the same."""
    scores = np.concatenate([line(_full(each, line)) for each in given])
    is_right = np.concatenate([each.is_right for each in given])
    counts = np.concatenate([np.full(len(each.is_right), 1 / len(each.is_right)) for each in given])
    odds = fit_odds({"score": scores}, is_right, counts)
    scale = odds.weights["score"]
    return Line({name: scale * weight for name, weight in line.weights.items()}, odds.intercept)


def _full(example: Example, line: Line) -> dict[str, Numbers]:
    nothing = np.zeros(len(example.is_right))
    return {name: example.features.columns.get(name, nothing) for name in line.weights}


def _matrix(columns: dict[str, Numbers], names: Sequence[str], rows: int) -> Numbers:
    return np.column_stack([columns.get(name, np.zeros(rows)) for name in names])
