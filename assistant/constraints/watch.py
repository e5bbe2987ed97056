"""Which hard constraints a request touches: by what it names, and by the part of life it is about.

Reads no vault and asks no model; the embedder's domains say what texts are about.
"""

from collections.abc import Iterable, Sequence

from assistant.constraints.check import Checker
from assistant.constraints.constraint import Constraint
from assistant.types import Mind
from memory.domains import GENERAL
from memory.embeddings import Embedder
from memory.types import Memory, Vectors

# A request is about a constraint's part of life from this share on: rather too often than too
# rarely, since all it costs is that text comes a sentence at a time.
_TOUCHES = 0.25
_GENERAL = 0.3


class Watch:
    """The hard constraints of one user, while one request is answered."""

    def __init__(
        self,
        memories: Iterable[Memory],
        request: str,
        *,
        vector: Vectors | None,
        embedder: Embedder,
    ) -> None:
        """Read the constraints and the request.

        Args:
            memories: hard ones that hold now.
            request: the user's words.
            vector: its embedding; without one, every constraint counts as touched.
            embedder: made the vector.
        """
        constraints = [Constraint.of(each) for each in memories]
        self._constraints = [each for each in constraints if each.rules_anything_out]
        self._why: dict[str, str] = {}
        is_general = False
        if vector is None:
            self._why = {each.memory_id: "is always watched" for each in self._constraints}
        elif self._constraints:
            shares = _named_shares(vector[None, :], embedder)[0]
            is_general = shares[GENERAL] > _GENERAL
            self._find_domains(shares, embedder)
        self.checker = Checker(
            self._constraints, request=request, touched=self._why, is_general=is_general
        )
        for memory_id in self.checker.touched:
            self._why.setdefault(memory_id, "your message names it")

    def minded(self) -> tuple[Mind, ...]:
        """The constraints whose part of life the request or the reply entered, with why."""
        return tuple(
            Mind(
                memory_id=each.memory_id,
                text=each.text,
                why=self._why.get(each.memory_id, "the answer names it"),
            )
            for each in self._constraints
            if each.memory_id in self.checker.touched
        )

    def _find_domains(self, shares: dict[str, float], embedder: Embedder) -> None:
        unknown = [each for each in self._constraints if not each.domains]
        told = _domains_of([each.text for each in unknown], embedder) if unknown else []
        places = {each.memory_id: domain for each, domain in zip(unknown, told, strict=True)}
        for each in self._constraints:
            domains = each.domains or places[each.memory_id]
            about = max(domains, key=lambda name: shares.get(name, 0.0), default=None)
            if about and sum(shares.get(name, 0.0) for name in domains) >= _TOUCHES:
                self._why[each.memory_id] = f"your message is about {about.replace('_', ' ')}"


def _domains_of(texts: Sequence[str], embedder: Embedder) -> list[frozenset[str]]:
    """The likeliest domain of each statement; none where it is about no part of life."""
    likeliest = [
        max(shares, key=lambda name: shares[name])
        for shares in _named_shares(embedder.vectors(texts), embedder)
    ]
    return [frozenset(() if name == GENERAL else (name,)) for name in likeliest]


def _named_shares(vectors: Vectors, embedder: Embedder) -> list[dict[str, float]]:
    domains = embedder.domains
    return [
        dict(zip(domains.names, map(float, row), strict=True)) for row in domains.shares(vectors)
    ]
