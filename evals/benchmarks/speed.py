"""What Bespoke's memory costs, beside the one embedding that no memory can do without.

Vaults are filled with a deterministic embedder of the same dimension, so that filling takes
minutes instead of hours, and what that embedder takes is left out of every figure.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from langchain_core.embeddings import Embeddings
from tqdm import tqdm

from assistant import Assistant, Companion
from evals.benchmarks.doubles import DIMENSION, AskedAt, TimedFake
from evals.benchmarks.filling import fill, messages, sentences
from evals.benchmarks.import_speed import ImportCost
from evals.benchmarks.stopwatch import WARM_UP, Stopwatch, Timing, Work, seconds
from memory.types import Record

SMALL = 100
OF_ONE_AMONG_MANY = 1000
_OF_EACH_OTHER = 20


class SpeedReport(Record):
    """All that `bespoke eval speed` measured."""

    timings: tuple[Timing, ...]
    imports: tuple[ImportCost, ...]


class SpeedBench:
    """Fills vaults and times what is done with them. Use it in a `with` block: then they go."""

    def __init__(self, real: Embeddings, *, repeats: int = 30) -> None:
        """Take the real embedder: one message through it is the unit."""
        self._folder = TemporaryDirectory(prefix="bespoke-eval-")
        self._fake = TimedFake(size=DIMENSION)
        self._stopwatch = Stopwatch(real, self._fake)
        self._repeats = repeats

    def measure(self, sizes: Sequence[int], users: int) -> Iterator[Timing]:
        """Measure vaults of these sizes, and one vault among those of so many users."""
        smallest_and_largest = {min(SMALL, *sizes), max(sizes)}
        for size in tqdm(sorted({*sizes, *smallest_and_largest}), desc="vaults", unit="vault"):
            with self._opened(f"{size}") as assistant:
                ana = assistant.user("ana")
                fill(ana, size)
                if size in sizes:
                    yield from self._time({"recall": _recall(ana)}, size)
                if size in smallest_and_largest:
                    yield from self._time({"add one message": _add(ana)}, size)
            if size in sizes:
                first = self._first_recall(f"{size}")
                yield from self._time({"first recall in a closed vault": first}, size)
        yield from self._one_among(users)

    def _one_among(self, users: int) -> Iterator[Timing]:
        """Recall in two equal vaults, of which one has others beside it."""
        with self._opened("alone") as alone, self._opened("among") as among:
            for assistant in (alone, among):
                fill(assistant.user("ana"), OF_ONE_AMONG_MANY)
            for number in tqdm(range(users - 1), desc="other users", unit="vault"):
                others = messages(_OF_EACH_OTHER, seed=number)
                among.user(f"user {number}").import_messages(others, learn=False)
            works = {
                "recall in the only vault": _recall(alone.user("ana")),
                f"recall in one of {users:,} vaults": _recall(among.user("ana")),
            }
            yield from self._time(works, OF_ONE_AMONG_MANY)

    def _time(self, works: dict[str, Work], size: int) -> list[Timing]:
        texts = sentences(self._repeats + WARM_UP, seed=9)
        return self._stopwatch.time(works, texts, messages=size)

    def _first_recall(self, name: str) -> Work:
        def recall(text: str) -> float:
            with self._opened(name) as assistant:
                return seconds(assistant.user("ana").recall, text)

        return recall

    def _opened(self, name: str) -> Assistant:
        home = Path(self._folder.name, name)
        return Assistant(home=home, model=AskedAt(), embeddings=self._fake)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._folder.cleanup()


def _recall(companion: Companion) -> Work:
    return lambda text: seconds(companion.recall, text)


def _add(companion: Companion) -> Work:
    numbers = count()

    def add(text: str) -> float:
        message = {"id": f"new {next(numbers)}", "role": "user", "content": text}
        return seconds(lambda _: companion.import_messages([message], learn=False), text)

    return add
