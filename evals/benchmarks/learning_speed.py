"""What learning costs: a message beside one embedding of it, and an import beside embedding alone.

Work and unit take turns, so that whatever else the machine does meets both alike.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import cycle, islice
from tempfile import TemporaryDirectory
from typing import Any

from tqdm import tqdm

from assistant import Assistant
from evals.benchmarks.cached_embeddings import settings_embeddings
from evals.benchmarks.doubles import DIMENSION, AskedAt, TimedFake
from evals.benchmarks.import_speed import ImportCost
from evals.benchmarks.learning_sets import LearningSets
from evals.benchmarks.stopwatch import WARM_UP, Stopwatch, Timing
from memory.embeddings import Embedder
from memory.learn.learner import Learner
from memory.vault import Vault

REPEATS = 30
MESSAGES = 2000
_PART = 500
_NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def mixed_messages(sets: LearningSets, count: int) -> list[str]:
    """Messages of the sets in turn, one of each; once all are used they come again, numbered."""
    texts = [
        [item.text for item in group] for group in (sets.statements, sets.chatter, sets.wishes)
    ]
    texts.append([change.first for change in sets.changes])
    longest = max(map(len, texts))
    once = [group[row] for row in range(longest) for group in texts if row < len(group)]
    taken = islice(cycle(once), count)
    return [
        text if number < len(once) else f"{text} ({number // len(once) + 1})"
        for number, text in enumerate(taken)
    ]


def time_learning(learner: Learner, embedder: Embedder, sets: LearningSets) -> list[Timing]:
    """Learn one message after another, in one vault, beside embedding each.

    The message's own embedding, which recall has made by then, is not counted; those of its
    sentences are. The first five texts only warm up.
    """
    with closing(Vault(None, embedder)) as vault:

        def learn(text: str) -> float:
            vector = embedder.vector(text)
            message = vault.messages.add("c", "user", text, time=_NOW)
            started = time.perf_counter()
            vault.learn(message, learner.read(text, vector), now=_NOW)
            return time.perf_counter() - started

        texts = mixed_messages(sets, REPEATS + WARM_UP)
        watch = Stopwatch(settings_embeddings(), TimedFake(size=DIMENSION))
        return watch.time({"learn from one message": learn}, texts, messages=REPEATS)


def measure_learning_import(sets: LearningSets) -> list[ImportCost]:
    """Import user messages and learn from them, and embed the same messages and nothing else."""
    spent = {"import with learning": 0.0, "embedding alone": 0.0}
    given = list(_to_import(mixed_messages(sets, MESSAGES)))
    embeddings = settings_embeddings()
    embeddings.embed_query("warm up")
    with (
        TemporaryDirectory(prefix="bespoke-eval-") as home,
        Assistant(home=home, model=AskedAt()) as assistant,
    ):
        assistant.warm_up()
        ana = assistant.user("ana")
        for start in tqdm(range(0, len(given), _PART), desc="import", unit="part"):
            part = given[start : start + _PART]
            started = time.perf_counter()
            ana.import_messages(part)
            imported = time.perf_counter()
            embeddings.embed_documents([each["content"] for each in part])
            spent["import with learning"] += imported - started
            spent["embedding alone"] += time.perf_counter() - imported
    alone = spent["embedding alone"]
    return [
        ImportCost(
            who=who, messages=len(given), ms_a_message=took / len(given) * 1000, ratio=took / alone
        )
        for who, took in spent.items()
    ]


def _to_import(texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    for number, text in enumerate(texts):
        yield {
            "id": f"m{number}",
            "role": "user",
            "content": text,
            "conversation": f"c{number // 50}",
            "time": _NOW.isoformat(),
        }
