"""The detector: whether a sentence says something about the user that is worth keeping, and how.

Four heads on the sentence's vector and words: worth keeping or not, kind, polarity, strength; a
fifth names the slot that it fills. They are fitted, for whatever embedder is at hand, to sentences
that this package contains; for the default embedder the fit ships (`bespoke eval fit learning`).
What exactly was said is read by `statements.py`.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple, TypeVar, get_args

import numpy as np

from memory.domains import GENERAL, domain_sentences
from memory.learn.heads import Heads, Labelled, fit_heads, key_of, load_heads
from memory.learn.language import Language
from memory.types import MemoryKind, Polarity, Strength, Vectors

SHIPPED = "heads.npz"
KINDS: dict[str, MemoryKind] = {each: each for each in get_args(MemoryKind)}
POLARITIES: dict[str, Polarity] = {each: each for each in get_args(Polarity)}
STRENGTHS: dict[str, Strength] = {each: each for each in get_args(Strength)}
Choice = TypeVar("Choice", Polarity, Strength)
_WORTH, _NOT = "worth", "not"
_NO_SLOT = "none"


class Detected(NamedTuple):
    """How likely a sentence is worth learning, and what it is if it is.

    `polarity` and `strength` say how likely each is; `slot` is the likeliest slot, with how likely
    it fills that.
    """

    worth: float
    kind: MemoryKind
    polarity: dict[Polarity, float]
    strength: dict[Strength, float]
    slot: str | None
    slot_share: float


class Detector:
    """Tells sentences about the user from others, for one embedder and one language."""

    def __init__(
        self,
        identity: str,
        embed: Callable[[Sequence[str]], Vectors],
        language: Language,
        *,
        cache: Path | None = None,
    ) -> None:
        """Nothing is read or fitted yet.

        `embed` makes a row of unit length a text; `identity` is the embedder's name. What is fitted
        is kept in the folder `cache`.
        """
        self._identity = identity
        self._embed = embed
        self._language = language
        self._cache = cache

    def detect(self, texts: Sequence[str], vectors: Sequence[Vectors]) -> list[Detected]:
        """Judge at least one sentence; `vectors` has one a text."""
        judged = self.heads.judge(texts, np.asarray(vectors), self._language)
        worth, shares = judged["worth"]
        best = {task: _best(*judged[task]) for task in ("kind", "slot")}
        slot_shares = judged["slot"][1].max(axis=1)
        return [
            Detected(
                worth=float(shares[row, worth.index(_WORTH)]),
                kind=KINDS[best["kind"][row]],
                polarity=_shares(POLARITIES, *judged["polarity"], row),
                strength=_shares(STRENGTHS, *judged["strength"], row),
                slot=None if best["slot"][row] == _NO_SLOT else best["slot"][row],
                slot_share=float(slot_shares[row]),
            )
            for row in range(len(texts))
        ]

    @cached_property
    def heads(self) -> Heads:
        """Those that ship for this embedder, else those in the cache, else fitted now."""
        tasks = training_tasks(self._language)
        key = key_of(self._identity, tasks, self._language)
        shipped = Path(str(files("memory.learn") / "english" / SHIPPED))
        kept = self._cache and self._cache / f"heads-{key}.npz"
        found = load_heads(shipped, key=key) or (load_heads(kept, key=key) if kept else None)
        if found is not None:
            return found
        texts = list(dict.fromkeys(text for each in tasks.values() for text in each.texts))
        made = fit_heads(tasks, dict(zip(texts, self._embed(texts), strict=True)), self._language)
        if kept:
            _keep(made, kept, key)
        return made


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


def _labelled(pairs: Sequence[tuple[str, str]]) -> Labelled:
    unique = dict(pairs)
    return Labelled(list(unique), list(unique.values()))


def _best(labels: list[str], shares: Vectors) -> list[str]:
    return [labels[place] for place in np.argmax(shares, axis=1)]


def _shares(
    choices: dict[str, Choice], labels: list[str], shares: Vectors, row: int
) -> dict[Choice, float]:
    return {choices[label]: float(shares[row, place]) for place, label in enumerate(labels)}


def _keep(heads: Heads, file: Path, key: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        heads.save(file, key=key)
    except OSError:
        file.unlink(missing_ok=True)
