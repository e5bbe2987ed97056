"""The detector: whether a sentence says something about the user that is worth keeping.

A logistic head on the sentence's vector and on cues in its words. It is fitted, for whatever
embedder is at hand, to sentences that this package contains, and knows nothing about what exactly
was said: that is read by `slots.py`.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from memory.domains import GENERAL, domain_sentences
from memory.learn.language import Language
from memory.types import Vectors

NOT_LEARNED = "none"
_VECTOR_WEIGHT = 2.0
_CUE_WEIGHT = 0.7
_PENALTY = 0.5


class Detector:
    """Tells sentences about the user from others, for one embedder and one language."""

    def __init__(self, embed: Callable[[Sequence[str]], Vectors], language: Language) -> None:
        """Nothing is read, embedded or fitted yet; `embed` makes a row of unit length a text."""
        self._embed = embed
        self._language = language

    def worth(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """How likely each sentence is worth learning; `vectors` has a row a text. Shape (n,)."""
        weights, offset = self._head
        logits = self._features(texts, vectors) @ weights + offset
        return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)

    def _features(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        cues = np.array(
            [[bool(cue.search(text)) for cue in self._language.cues] for text in texts],
            dtype=np.float32,
        ).reshape(len(texts), len(self._language.cues))
        return np.hstack([vectors * _VECTOR_WEIGHT, cues * _CUE_WEIGHT])

    @cached_property
    def _head(self) -> tuple[Vectors, float]:
        """Weights, shape (dimension + cues,), and the offset of the logistic regression."""
        from sklearn.linear_model import LogisticRegression

        texts, is_learned = self._examples
        fitted = LogisticRegression(C=1 / _PENALTY, class_weight="balanced", max_iter=2000)
        fitted.fit(self._features(texts, self._embed(texts)), is_learned)
        return np.asarray(fitted.coef_[0], dtype=np.float32), float(fitted.intercept_[0])

    @cached_property
    def _examples(self) -> tuple[list[str], list[bool]]:
        own = [
            (text, kind != NOT_LEARNED)
            for kind, texts in self._language.sentences.items()
            for text in texts
        ]
        lent = [
            (text, kind == "statements" and domain != GENERAL)
            for domain, kinds in domain_sentences().items()
            for kind, texts in kinds.items()
            for text in texts
        ]
        texts, is_learned = zip(*own, *lent, strict=True)
        return list(texts), list(is_learned)
