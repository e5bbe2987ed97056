"""How long the pages of the app wait for their data: a long conversation and many memories.

What each page asks of the assistant is timed, without Gradio and the browser. The vault is filled
with a deterministic embedder of the real one's dimension. Run with:

    python -m evals.benchmarks.pages 500 5000
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from assistant import Assistant, Companion
from evals.benchmarks.doubles import DIMENSION, AskedAt, TimedFake
from evals.benchmarks.filling import messages, sentences
from memory.types import Status

_SHOWN_MESSAGES, _SHOWN_MEMORIES, _ON_MAP = 40, 20, 500


def measure(turns: int, memories: int, repeats: int) -> None:
    """Print the median time of each page's reads."""
    with (
        tempfile.TemporaryDirectory() as home,
        Assistant(home=home, model=AskedAt(), embeddings=TimedFake(size=DIMENSION)) as assistant,
    ):
        ana = assistant.user("ana")
        said = messages(2 * turns)
        ana.import_messages(({**each, "conversation": "long"} for each in said), learn=False)
        _remember(ana, memories)
        for name, read in _pages(ana).items():
            read()
            print(f"{name:<12} {statistics.median(_timed(read, repeats)) * 1000:7.1f} ms")


def _remember(ana: Companion, count: int) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    with ana._access.writing() as vault:
        with vault.at_once():
            for number, text in enumerate(sentences(count, seed=5)):
                vault.memories.add(text, kind="preference", time=start + timedelta(minutes=number))
        vault.settle()


def _pages(ana: Companion) -> dict[str, Callable[[], object]]:
    newest = ana.conversations()[0].id
    one = ana.memories.list(limit=1)[0]
    return {
        "sidebar": ana.conversations,
        "chat": lambda: ana.messages(newest, last=_SHOWN_MESSAGES),
        "card": lambda: (ana.memories.sources(one.id), ana.memories.history(one.id)),
        "glance": lambda: (ana.profile(), ana.trends(), ana.style()),
        "memories": lambda: ana.memories.page(limit=_SHOWN_MEMORIES),
        "search": lambda: ana.memories.page(text=one.text, limit=_SHOWN_MEMORIES),
        "review": lambda: ana.memories.page(status=Status.SUGGESTED),
        "map": lambda: ana.memories.map(limit=_ON_MAP),
        "forget": lambda: ana.memories.preview_forget(one.id),
    }


def _timed(read: Callable[[], object], repeats: int) -> list[float]:
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        read()
        seconds.append(time.perf_counter() - started)
    return seconds


def main() -> None:
    """Measure at the size that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("turns", type=int, nargs="?", default=500)
    parser.add_argument("memories", type=int, nargs="?", default=5000)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    measure(given.turns, given.memories, given.repeats)


if __name__ == "__main__":
    main()
