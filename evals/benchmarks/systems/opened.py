"""From a system's name to the system."""

from pathlib import Path

from langchain_core.embeddings import Embeddings

from evals.benchmarks.systems.base import System, SystemName
from evals.benchmarks.systems.bespoke import Bespoke
from evals.benchmarks.systems.bm25 import BM25
from evals.benchmarks.systems.chroma import Chroma
from evals.benchmarks.systems.mem0 import Mem0
from evals.benchmarks.systems.rrf import ReciprocalRankFusion


def open_system(
    name: SystemName, embeddings: Embeddings, *, mem0_python: Path | None = None
) -> System:
    """Open a system; close it when done.

    Args:
        name: which.
        embeddings: what it embeds with; mem0 loads the same weights in a process of its own.
        mem0_python: the interpreter that has mem0; without it one is made in the cache folder.

    Raises:
        SystemFailed: mem0 cannot be installed or started.
    """
    match name:
        case "bespoke":
            return Bespoke(embeddings)
        case "bm25":
            return BM25()
        case "chroma":
            return Chroma(embeddings)
        case "rrf":
            return ReciprocalRankFusion(Chroma(embeddings), BM25())
        case "mem0":
            return Mem0(mem0_python, embeddings)
