"""From examples to the file of weights: rankings, gates, and what they reach."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evals.fitting.examples import Example
from evals.fitting.linear import Line, Numbers, fit_odds, fit_ranking, on_scale_of_odds
from memory.recall.features import Gate, Weights, amounts, gate_sum

BETWEEN_PEOPLE = (
    "meaning",
    "meaning_around",
    "words",
    "words_around",
    "words_in_session",
    "speaker",
    "time",
    "tells_when",
    "length",
    "is_question",
)
# Length, questions and the conversation mean other things where an assistant answers: there they
# made the results on held-out chats worse, and are left out.
WITH_ASSISTANT = (
    "meaning",
    "words",
    "words_around",
    "time",
    "said_by_user",
    "said_as_asked",
    "about_self",
    "standing_wish",
)
MESSAGE_GATE = ("score", "meaning", "share_of_words", "general")
MEMORY_GATE = ("score", "log_domain", "general")

# By hand, for want of data with memories that have a scope, a polarity, or a past.
BY_HAND = {"words": 0.5, "scope": 1.0, "polarity": 0.5, "pinned": 0.3, "used": 0.1}

KEPT_MEMORIES = 0.93
KEPT_IF_HARD = 0.97
# Messages come along where they fit, and are not missed where they do not.
GENERAL_WITH_MESSAGES = 0.05

_HUBS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
_DOMAINS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
_FIRST = 5


def fit_messages(people: Sequence[Example], chats: Sequence[Example]) -> dict[str, Line]:
    """Weights for messages between people, and with an assistant."""
    return {
        "between_people": fit_ranking(people, BETWEEN_PEOPLE),
        "with_assistant": fit_ranking(chats, WITH_ASSISTANT),
    }


def fit_memories(by_size: Mapping[int, Sequence[Example]]) -> Line:
    """Weights for memories: from a grid, the best by the share found among the first five.

    `by_size` maps the number of memories to the questions; all sizes count the same.
    """

    def reached(hub: float, domain: float) -> float:
        line = Line({"meaning": 1.0, "hub": -hub, "domain": domain}, 0.0)
        return float(
            np.mean(
                [
                    np.mean([each.recall(line(each.features.columns), _FIRST) for each in given])
                    for given in by_size.values()
                ]
            )
        )

    hub, domain = max(
        ((hub, domain) for hub in _HUBS for domain in _DOMAINS), key=lambda pair: reached(*pair)
    )
    best = Line({"meaning": 1.0, "hub": -hub, "domain": domain}, 0.0)
    return on_scale_of_odds(best, [each for given in by_size.values() for each in given])


def fit_gate(
    names: Sequence[str], needed: Sequence[Example], needless: Sequence[Example], scores: Weights
) -> Line:
    """The odds that a candidate is needed; what is needed and what is not count the same.

    Of `needed` only what is right is learned from, of `needless` only what is not.
    """
    columns: dict[str, list[Numbers]] = {name: [] for name in names}
    is_right: list[NDArray[np.bool_]] = []
    for given, wanted in ((needed, True), (needless, False)):
        for each in given:
            chosen = each.is_right == wanted
            own = with_score(each, scores)
            for name in names:
                columns[name].append(own[name][chosen])
            is_right.append(each.is_right[chosen])
    right = np.concatenate(is_right)
    counts = np.where(right, 1 / max(right.sum(), 1), 1 / max((~right).sum(), 1))
    return fit_odds({name: np.concatenate(parts) for name, parts in columns.items()}, right, counts)


def threshold_that_keeps(
    share: float, line: Line, needed: Sequence[Example], scores: Weights
) -> float:
    """The highest threshold at which this share of what is needed passes."""
    sums = [line(with_score(each, scores))[each.is_right] for each in needed]
    return float(np.quantile(np.concatenate(sums), 1 - share))


def threshold_that_spares(
    share: float, line: Line, needless: Sequence[Example], scores: Weights
) -> float:
    """The lowest threshold at which only this share of questions get anything."""
    best = [line(with_score(each, scores)).max(initial=-np.inf) for each in needless]
    return float(np.quantile(best, 1 - share))


def as_gate(line: Line, threshold: float, threshold_if_hard: float) -> Gate:
    """A gate that opens where the odds reach the threshold."""
    return Gate(
        weights=line.weights,
        threshold=threshold - line.intercept,
        threshold_if_hard=threshold_if_hard - line.intercept,
    )


def with_score(example: Example, weights: Weights) -> dict[str, Numbers]:
    """An example's features, and the score that the weights give."""
    added = amounts(example.features, weights)
    return {**example.features.columns, "score": np.sum(list(added.values()), axis=0)}


def passes(example: Example, weights: Weights) -> NDArray[np.bool_]:
    """Which candidates the gate lets through, if none is hard."""
    gate = weights.gates[example.features.kind]
    columns = with_score(example, weights)
    return gate_sum(columns, gate) >= gate.threshold
