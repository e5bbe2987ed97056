"""What it takes to import messages, beside embedding them and nothing else, and beside mem0.

All embed with the same weights. The messages come in parts, and those who are compared take
turns, so that whatever else the machine does meets all alike.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from langchain_core.embeddings import Embeddings
from tqdm import tqdm

from assistant import Assistant
from evals.benchmarks.datasets.base import Corpus
from evals.benchmarks.doubles import AskedAt, NotedBatches
from evals.benchmarks.filling import messages
from evals.benchmarks.systems.mem0 import Mem0
from memory.types import Message, Record

MESSAGES = 2000
_PART = 500


class ImportCost(Record):
    """How many milliseconds a message took, and how many times embedding alone that is."""

    who: str
    messages: int
    ms_a_message: float
    ratio: float


def measure_import(
    embeddings: Embeddings, *, has_mem0: bool = False, mem0_python: Path | None = None
) -> list[ImportCost]:
    """Import messages into Bespoke, embed the same batches bare, and add them to mem0.

    Raises:
        SystemFailed: mem0 cannot be installed or started.
    """
    embeddings.embed_query("warm up")
    given = list(messages(MESSAGES))
    spent: defaultdict[str, float] = defaultdict(float)
    with ExitStack() as stack:
        home = stack.enter_context(TemporaryDirectory(prefix="bespoke-eval-"))
        noted = NotedBatches(embeddings)
        assistant = stack.enter_context(Assistant(home=home, model=AskedAt(), embeddings=noted))
        ana = assistant.user("ana")
        mem0 = None
        if has_mem0:
            mem0 = stack.enter_context(closing(Mem0(mem0_python, embeddings)))
        for start in tqdm(range(0, len(given), _PART), desc="import", unit="part"):
            part = given[start : start + _PART]
            noted.batches.clear()
            spent["bespoke"] += _seconds(partial(ana.import_messages, learn=False), part)
            spent["embedding alone"] += _seconds(_embed, noted.batches, embeddings)
            if mem0:
                mem0.store(_corpus(part))
                spent["mem0"] += mem0.seconds
    alone = spent["embedding alone"]
    return [
        ImportCost(
            who=who, messages=len(given), ms_a_message=took / len(given) * 1000, ratio=took / alone
        )
        for who, took in spent.items()
    ]


def _seconds(call: Callable[..., object], *given: Any) -> float:
    started = time.perf_counter()
    call(*given)
    return time.perf_counter() - started


def _embed(batches: Sequence[list[str]], embeddings: Embeddings) -> None:
    for batch in batches:
        embeddings.embed_documents(batch)


def _corpus(part: Sequence[dict[str, Any]]) -> Corpus:
    now = datetime.now(UTC)
    return Corpus(
        name="part",
        kind="memory",
        messages=tuple(
            Message(
                id=each["id"],
                conversation_id=each["conversation"],
                role=each["role"],
                content=each["content"],
                time=now,
            )
            for each in part
        ),
        questions=(),
    )
