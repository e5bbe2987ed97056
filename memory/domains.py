"""Domains: what part of a user's life a text is about, read off its vector.

A linear discriminant head is fitted to the sentences of `domains.yaml` with whatever embedder is at
hand, in closed form, so that it needs no training run and no language model. One domain is
"general": general knowledge, code, small talk, where the user is not concerned.
"""

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from importlib.resources import files

import numpy as np
import yaml

from memory.types import Vectors

GENERAL = "general"
OTHER = "other"

# Chosen on topics of everyday requests with all-MiniLM-L6-v2; the results hardly move around them.
_SHRINKAGE = 0.9
_TEMPERATURE = 0.1
_NEAREST_REQUESTS = 5
_LEAST_LIKELY = 0.3
_LEAST_SPREAD = 1e-6


class Domains:
    """The domains of texts, and what typical requests look like, for one embedder."""

    def __init__(self, embed: Callable[[Sequence[str]], Vectors]) -> None:
        """Nothing is read or embedded yet; `embed` makes vectors of unit length, a row a text."""
        self._embed = embed

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The domains, in the order of the columns of `shares`."""
        return tuple(domain_sentences())

    def shares(self, vectors: Vectors) -> Vectors:
        """How likely texts are about each domain.

        `vectors` has shape (n, dimension); the result (n, domains), each row adding up to one.
        """
        mean, directions, offsets = self._head
        logits = ((vectors - mean) @ directions + offsets) * _TEMPERATURE
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True), dtype=np.float32)

    def general(self, shares: Vectors) -> float:
        """How likely a text with these shares, shape (domains,), does not concern the user."""
        return float(shares[self.names.index(GENERAL)])

    def likeliest(self, vectors: Vectors) -> list[str]:
        """The domain of each text, for people to read; "other" where none is likely."""
        shares = self.shares(vectors)
        found = (self.names[place] for place in np.argmax(shares, axis=1))
        return [
            OTHER if name == GENERAL or share < _LEAST_LIKELY else name.replace("_", " ")
            for name, share in zip(found, shares.max(axis=1), strict=True)
        ]

    def shared(self, one: Vectors, other: Vectors) -> str:
        """The domain that two texts with these shares have most in common, for people to read."""
        return self.names[int(np.argmax(one * other))].replace("_", " ")

    def without_manner(self, vector: Vectors) -> Vectors:
        """A request's vector without what all requests have in common; unit length.

        "Can you recommend …" is near to every "I prefer …", whatever either is about.
        """
        rest = vector - self._manner
        return np.asarray(rest / max(float(np.linalg.norm(rest)), 1e-12), dtype=np.float32)

    def pull(self, vectors: Vectors) -> Vectors:
        """How near each of these vectors is to its nearest typical requests; shape (n,).

        What is near to many requests says little about the one at hand (a hub; Radovanović et al.,
        "Hubs in Space", 2010).
        """
        near = np.partition(vectors @ self._typical.T, -_NEAREST_REQUESTS, axis=1)
        return np.asarray(near[:, -_NEAREST_REQUESTS:].mean(axis=1), dtype=np.float32)

    @cached_property
    def _embedded(self) -> tuple[Vectors, list[str], list[bool]]:
        """The vectors of all sentences, their domains, and which of them are requests."""
        rows = [
            (text, domain, kind == "requests")
            for domain, kinds in domain_sentences().items()
            for kind, texts in kinds.items()
            for text in texts
        ]
        texts, domains, are_requests = (list(column) for column in zip(*rows, strict=True))
        return self._embed(texts), domains, are_requests

    @cached_property
    def _requests(self) -> Vectors:
        vectors, domains, are_requests = self._embedded
        chosen = [
            is_request and domain != GENERAL
            for domain, is_request in zip(domains, are_requests, strict=True)
        ]
        return np.asarray(vectors[chosen])

    @cached_property
    def _manner(self) -> Vectors:
        """What all requests have in common, shape (dimension,)."""
        return np.asarray(self._requests.mean(axis=0))

    @cached_property
    def _typical(self) -> Vectors:
        """The requests without it, each of unit length."""
        rest = self._requests - self._manner
        return np.asarray(rest / np.linalg.norm(rest, axis=1, keepdims=True))

    @cached_property
    def _head(self) -> tuple[Vectors, Vectors, Vectors]:
        """Linear discriminant analysis with a covariance that is shrunk towards a sphere."""
        vectors, domains, _ = self._embedded
        which = np.array([self.names.index(domain) for domain in domains])
        rows = [vectors[which == number] for number in range(len(self.names))]
        centres = np.stack([each.mean(axis=0) for each in rows])
        mean = vectors.mean(axis=0)
        spread = vectors - centres[which]
        covariance = spread.T @ spread / len(vectors)
        spread_of_one = np.trace(covariance) / len(covariance) + _LEAST_SPREAD
        sphere = spread_of_one * np.eye(len(covariance))
        shrunk = (1 - _SHRINKAGE) * covariance + _SHRINKAGE * sphere
        directions = np.linalg.solve(shrunk, (centres - mean).T)
        offsets = -0.5 * np.einsum("kd,dk->k", centres - mean, directions)
        return (
            mean.astype(np.float32),
            directions.astype(np.float32),
            offsets.astype(np.float32),
        )


@cache
def domain_sentences() -> dict[str, dict[str, list[str]]]:
    """The sentences of `domains.yaml`: by domain, requests and statements."""
    text = files("memory").joinpath("domains.yaml").read_text("utf-8")
    loaded = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    assert isinstance(loaded, dict)
    return loaded
