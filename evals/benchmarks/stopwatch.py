"""Durations as multiples of one real embedding, so that figures of two machines can be compared.

Work and unit take turns, so that whatever else the machine does meets both alike.
"""

import statistics
import time
from collections.abc import Callable, Iterable, Mapping

from langchain_core.embeddings import Embeddings

from evals.benchmarks.doubles import TimedFake
from memory.types import Record

WARM_UP = 5

# Does something with a text, and tells how many seconds that took.
Work = Callable[[str], float]


class Timing(Record):
    """Medians: of some work in milliseconds, of the unit beside it, and how many units it took.

    The work is without what its stubbed embedder took. Half of the repeats took between `low`
    and `high` units.
    """

    what: str
    messages: int
    repeats: int
    work_ms: float
    unit_ms: float
    ratio: float
    low: float
    high: float


class Stopwatch:
    """Times work beside the unit: the real embedder on one message."""

    def __init__(self, real: Embeddings, fake: TimedFake) -> None:
        """Take the real embedder, whose time is the unit, and the one that the work calls."""
        real.embed_query("warm up")
        self._real = real
        self._fake = fake

    def time(
        self, works: Mapping[str, Work], texts: Iterable[str], *, messages: int
    ) -> list[Timing]:
        """Do each work once for each text, in turn; the first five texts only warm up."""
        rounds = [
            (
                seconds(self._real.embed_query, text),
                [self._without_fake(work, text) for work in works.values()],
            )
            for text in texts
        ][WARM_UP:]
        units = [unit for unit, _ in rounds]
        return [
            _timing(what, messages, [worked[number] for _, worked in rounds], units)
            for number, what in enumerate(works)
        ]

    def _without_fake(self, work: Work, text: str) -> float:
        self._fake.spent.clear()
        return work(text) - sum(self._fake.spent)


def seconds(call: Callable[[str], object], text: str) -> float:
    """How long a call takes."""
    started = time.perf_counter()
    call(text)
    return time.perf_counter() - started


def _timing(what: str, messages: int, worked: list[float], units: list[float]) -> Timing:
    work, unit = statistics.median(worked), statistics.median(units)
    low, _, high = statistics.quantiles([each / unit for each in worked], n=4)
    return Timing(
        what=what,
        messages=messages,
        repeats=len(worked),
        work_ms=work * 1000,
        unit_ms=unit * 1000,
        ratio=work / unit,
        low=low,
        high=high,
    )
