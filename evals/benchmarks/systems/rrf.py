"""Words and meaning: the ranks of two systems, fused."""

from collections import defaultdict

from evals.benchmarks.datasets.base import Corpus
from evals.benchmarks.systems.base import System

K = 60
_DEPTH = 100


class ReciprocalRankFusion:
    """Adds up 1 / (60 + rank) over systems (Cormack, Clarke and Buettcher 2009)."""

    def __init__(self, *systems: System) -> None:
        """Take the systems over; each is asked for its first hundred."""
        self._systems = systems

    def store(self, corpus: Corpus) -> None:
        """Store the corpus in each system."""
        for system in self._systems:
            system.store(corpus)

    def search(self, text: str, limit: int) -> list[str]:
        """Rank by the sum; what two systems put first comes first."""
        scores: defaultdict[str, float] = defaultdict(float)
        for system in self._systems:
            for rank, found in enumerate(system.search(text, max(limit, _DEPTH)), 1):
                scores[found] += 1 / (K + rank)
        return sorted(scores, key=lambda found: -scores[found])[:limit]

    def close(self) -> None:
        """Close each system."""
        for system in self._systems:
            system.close()
