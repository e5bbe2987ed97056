"""What a memory must be able to do to be measured, and the names of those that can."""

from typing import Literal, Protocol, get_args

from evals.benchmarks.datasets.base import Corpus

SystemName = Literal["bespoke", "bm25", "chroma", "rrf", "mem0"]
NAMES: tuple[SystemName, ...] = get_args(SystemName)
OURS: SystemName = "bespoke"
BASELINES: tuple[SystemName, ...] = ("bm25", "chroma", "rrf")


class System(Protocol):
    """Keeps one user's messages and finds those that matter for a question."""

    def store(self, corpus: Corpus) -> None:
        """Store the messages of a corpus; what was stored before is not searched any more."""
        ...

    def search(self, text: str, limit: int) -> list[str]:
        """The ids of what was found in the corpus stored last, best first, at most `limit`."""
        ...

    def close(self) -> None:
        """Give back what was taken."""
        ...
