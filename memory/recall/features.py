"""Candidates as a table of features, the weights, and the reasons that come of both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import numpy as np
import yaml
from numpy.typing import NDArray

from memory.types import Reason, RecollectionKind, Record

Column = NDArray[np.float64]

# Why something was recalled, as people say it; what only makes a text less likely has no words.
WORDS = {
    "meaning": "is close in meaning to what you wrote",
    "meaning_around": "stands among messages about this",
    "words": "has words of yours: {}",
    "words_around": "stands where the words that you wrote were used",
    "words_in_session": "comes from a conversation about this",
    "speaker": "was said by the person you ask about",
    "time": "is from the time you ask about",
    "said_by_user": "you said it",
    "said_as_asked": "is what the assistant said, as you ask",
    "about_self": "you said it about yourself",
    "standing_wish": "is a wish of yours for replies like this one",
    "tells_when": "says when it was",
    "domain": "is about the same part of your life: {}",
    "scope": "holds for what you ask about",
    "polarity": "says what you like or dislike, as you ask",
    "pinned": "you pinned it",
    "used": "helped before",
    "reranker": "fits what you wrote when both are read together",
}


@dataclass(frozen=True)
class Features:
    """Candidates of one kind: `columns` maps a feature to its values, shape (candidates,).

    `groups` says which candidates a group of weights is for; each belongs to exactly one. `notes`
    tells more about a feature of the candidate at a place, for its reason in words.
    """

    kind: RecollectionKind
    seqs: NDArray[np.int64]
    columns: dict[str, Column]
    groups: dict[str, NDArray[np.bool_]]
    notes: dict[str, Callable[[int], str]] = field(default_factory=dict)


class Gate(Record):
    """A second sum, and from where on it opens. It opens earlier for what is hard."""

    weights: dict[str, float]
    threshold: float
    threshold_if_hard: float


class Weights(Record):
    """What each feature adds to a score, by group, and the gates. The file says how they came.

    A score is the log-odds that the candidate is needed; `intercepts` holds what every candidate
    of a group starts from.
    """

    scores: dict[str, dict[str, float]]
    intercepts: dict[str, float]
    gates: dict[RecollectionKind, Gate]


@cache
def shipped_weights() -> Weights:
    """The weights of `weights.yaml`."""
    text = files("memory.recall").joinpath("weights.yaml").read_text("utf-8")
    return Weights.model_validate(yaml.safe_load(text))


def amounts(features: Features, weights: Weights) -> dict[str, Column]:
    """What each feature adds to the score of each candidate; shape (candidates,) each."""
    added = {"any": np.zeros(len(features.seqs))}
    for group, is_in in features.groups.items():
        added["any"] += weights.intercepts[group] * is_in
        for name, weight in weights.scores[group].items():
            values = features.columns.get(name)
            if values is not None:
                part = weight * values * is_in
                added[name] = added[name] + part if name in added else part
    return added


def gate_sum(columns: Mapping[str, Column], gate: Gate) -> Column:
    """What the gate compares with its threshold; `columns` holds the score, too."""
    return np.asarray(np.sum([w * columns[name] for name, w in gate.weights.items()], axis=0))


def opens(features: Features, score: Column, gate: Gate) -> NDArray[np.bool_]:
    """Which candidates the gate lets through."""
    total = gate_sum({**features.columns, "score": score}, gate)
    is_hard = features.columns.get("is_hard", np.zeros(len(score)))
    return np.asarray(total >= np.where(is_hard > 0, gate.threshold_if_hard, gate.threshold))


def reasons(features: Features, added: dict[str, Column], place: int) -> tuple[Reason, ...]:
    """Why one candidate scored as it did, what spoke most for it first; they add up to that."""
    found = [(name, float(column[place])) for name, column in added.items() if column[place] != 0]
    found.sort(key=lambda item: -item[1])
    return tuple(
        Reason(
            feature=name, amount=amount, words=_words(features, name, place) if amount > 0 else ""
        )
        for name, amount in found
    )


def reason_words(feature: str, note: str = "") -> str:
    """A reason as people say it; `note` is what more there is to say, like the words shared."""
    return WORDS.get(feature, "").format(note).removesuffix(": ")


def _words(features: Features, name: str, place: int) -> str:
    note = features.notes.get(name)
    return reason_words(name, note(place) if note else "")
