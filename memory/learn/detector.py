"""The detector: whether a sentence says something about the user that is worth keeping, and how.

Five heads of a small network: worth keeping or not, kind, polarity, strength, and the slot that it
fills; a tagger marks the value of that. The network is fitted to sentences that this package
contains, and ships (`bespoke eval fit learning`). What exactly was said is read by `statements.py`.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar, get_args

import numpy as np

from memory.domains import GENERAL, domain_sentences
from memory.learn.language import Language
from memory.types import MemoryKind, Polarity, Strength, Vectors

if TYPE_CHECKING:
    from memory.learn.network import Network

SHIPPED = Path(str(files("memory.learn") / "english" / "network.npz"))
KINDS: dict[str, MemoryKind] = {each: each for each in get_args(MemoryKind)}
POLARITIES: dict[str, Polarity] = {each: each for each in get_args(Polarity)}
STRENGTHS: dict[str, Strength] = {each: each for each in get_args(Strength)}
Choice = TypeVar("Choice", Polarity, Strength)
_WORTH, _NOT = "worth", "not"
_NO_SLOT = "none"


class Labelled(NamedTuple):
    """Sentences of one task, and the label of each."""

    texts: Sequence[str]
    labels: Sequence[str]


class Detected(NamedTuple):
    """How likely a sentence is worth learning, and what it is if it is.

    `polarity` and `strength` say how likely each is; `slot` is the likeliest slot, with how likely
    it fills that, and `value` the characters that would fill it.
    """

    worth: float
    kind: MemoryKind
    polarity: dict[Polarity, float]
    strength: dict[Strength, float]
    slot: str | None
    slot_share: float
    value: tuple[int, int] | None


class Detector:
    """Tells sentences about the user from others, in one language."""

    def __init__(self, find_encoder: Callable[[], Path], language: Language) -> None:
        """Nothing is read yet; `find_encoder` names the folder of the encoder, when needed."""
        self._find_encoder = find_encoder
        self._language = language

    def detect(self, texts: Sequence[str]) -> list[Detected]:
        """Judge sentences. Raises OSError or ValueError where the network cannot be read."""
        if not texts:
            return []
        shares, values = self._network.judge(texts)
        worth, worths = shares["worth"]
        best = {task: _best(*shares[task]) for task in ("kind", "slot")}
        slot_shares = shares["slot"][1].max(axis=1)
        return [
            Detected(
                worth=float(worths[row, worth.index(_WORTH)]),
                kind=KINDS[best["kind"][row]],
                polarity=_shares(POLARITIES, *shares["polarity"], row),
                strength=_shares(STRENGTHS, *shares["strength"], row),
                slot=None if best["slot"][row] == _NO_SLOT else best["slot"][row],
                slot_share=float(slot_shares[row]),
                value=values[row],
            )
            for row in range(len(texts))
        ]

    @cached_property
    def _network(self) -> "Network":
        # Imported here because it takes seconds: it brings torch along.
        from memory.learn.network import load_network

        return load_network(self._find_encoder(), SHIPPED, self._language)


def training_tasks(language: Language) -> dict[str, Labelled]:
    """The labelled sentences of each head."""
    examples = language.examples
    lent = [
        (text, _WORTH if kind == "statements" and domain != GENERAL else _NOT)
        for domain, kinds in domain_sentences().items()
        for kind, texts in kinds.items()
        for text in texts
    ]
    worth = [(each.text, _WORTH) for each in examples]
    worth += [(text, _NOT) for text in language.nothing] + lent
    sided = [each for each in examples if each.kind in ("preference", "constraint")]
    slots = [(each.text, each.slot) for each in examples if each.slot]
    slots += [(each.text, _NO_SLOT) for each in examples if each.is_slotless]
    return {
        "worth": _labelled(worth),
        "kind": _labelled([(each.text, each.kind) for each in examples if each.kind]),
        "polarity": _labelled([(each.text, each.polarity) for each in sided if each.polarity]),
        "strength": _labelled([(each.text, each.strength) for each in examples if each.strength]),
        "slot": _labelled(slots),
    }


def training_values(language: Language) -> dict[str, str | None]:
    """The value of the slot that a sentence fills; None of sentences that fill none."""
    return {each.text: each.value for each in language.examples if each.slot or each.is_slotless}


def training_key(language: Language) -> str:
    """What the network is fitted to: labelled sentences, values, cues."""
    parts = [cue.pattern for cue in language.cues.values()]
    for task, labelled in training_tasks(language).items():
        parts += [task, *labelled.texts, *labelled.labels]
    parts += [f"{text}\t{value}" for text, value in training_values(language).items()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _labelled(pairs: Sequence[tuple[str, str]]) -> Labelled:
    unique = dict(pairs)
    return Labelled(list(unique), list(unique.values()))


def _best(labels: list[str], shares: Vectors) -> list[str]:
    return [labels[place] for place in np.argmax(shares, axis=1)]


def _shares(
    choices: dict[str, Choice], labels: list[str], shares: Vectors, row: int
) -> dict[Choice, float]:
    return {choices[label]: float(shares[row, place]) for place, label in enumerate(labels)}
