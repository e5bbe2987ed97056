"""What running a suite costs beside what is run: a plain loop does the same work next to it.

Both ask a function that answers at once, have two checks look at each reply, and write the same
lines. Loop and runner take turns, so that whatever else the machine does meets both alike. Then one
long run tells whether memory grows with the results. Run with:

    python -m evals.benchmarks.runner_overhead --cases 1000 --results 50000
"""

import argparse
import csv
import gc
import os
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.settings import load_settings
from evals.checks.base import Seen
from evals.checks.words import Contains, NotContains
from evals.loading import load_named
from evals.results import CaseResult, TurnRecord
from evals.running.runner import Runner
from evals.subjects.base import Session
from evals.subjects.function import Request
from evals.suites.reading import read_suite
from evals.suites.types import Case, Persona, Say

_WARM_UP = 1000  # results after which memory has its size
_BOT = "def reply(request):\n    return f'You said: {request.text}'\n"
_SUITE = """\
name: instant
subject: {function: "bot.py:reply"}
arms: [off]
cases:
  - id: case {{ n }}
    data: rows.csv
    turns:
      - {user: "number {{ n }}", checks: [{contains: "{{ n }}"}, {not_contains: steak}]}
"""


class Bench:
    """A suite of so many cases in a folder, to be run in both ways."""

    def __init__(self, folder: Path, cases: int) -> None:
        """Write the suite."""
        self._folder = folder
        self._numbers = count()
        (folder / "bot.py").write_text(_BOT, "utf-8")
        (folder / "suite.yaml").write_text(_SUITE, "utf-8")
        (folder / "rows.csv").write_text("n\n" + "".join(f"{n}\n" for n in range(cases)), "utf-8")

    def runner(self) -> Runner:
        """A runner of the suite, whose run and cache are new."""
        place = self._folder / f"{next(self._numbers)}"
        return Runner(
            read_suite(self._folder / "suite.yaml"),
            settings=load_settings(cache=place / "cache"),
            folder=place / "run",
        )

    def run(self) -> float:
        """Run it; tells how many seconds that took once everything was open."""
        with self.runner() as runner:
            started = time.perf_counter()
            for _ in runner.results():
                pass
            return time.perf_counter() - started

    def loop(self) -> float:
        """Do the same in a plain loop; tells how many seconds that took."""
        reply = load_named("bot.py:reply", self._folder)
        file = self._folder / f"{next(self._numbers)}.jsonl"
        started = time.perf_counter()
        with (self._folder / "rows.csv").open(newline="") as rows, file.open("w") as lines:
            for row in csv.DictReader(rows):
                lines.write(_result(row["n"], reply).model_dump_json() + "\n")
                lines.flush()
        return time.perf_counter() - started


class _NoTools:
    """What the two checks have no need of."""

    def similarity(self, first: str, second: str) -> float:
        raise NotImplementedError

    def choose(self, question: str, options: Sequence[str]) -> str | None:
        raise NotImplementedError


_CASE = Case(id="any", turns=(Say(user="any"),))


def _result(number: str, reply: Callable[[Request], str]) -> CaseResult:
    started, text = time.perf_counter(), f"number {number}"
    request = Request(text, user="", messages=[], notes=[], now=datetime.now(UTC), seed=0)
    turn = TurnRecord(user=text, reply=reply(request))
    seen = Seen(
        turn=turn,
        before=(),
        case=_CASE,
        persona=Persona(),
        personas={},
        store=Session(),
        tools=_NoTools(),
    )
    checks = (Contains(contains=number), NotContains(not_contains="steak"))
    verdicts = tuple(each.judge(seen) for each in checks)
    return CaseResult(
        suite="instant",
        case=f"case {number}",
        arm="off",
        persona=f"case {number}",
        turns=(turn.model_copy(update={"verdicts": verdicts}),),
        seconds=round(time.perf_counter() - started, 4),
    )


def compare(cases: int, repeats: int) -> None:
    """Print what a case costs in a plain loop and in the runner: medians, taken in turn."""
    loops, runs = [], []
    with TemporaryDirectory(prefix="bespoke-eval-") as folder:
        bench = Bench(Path(folder), cases)
        for number in range(repeats + 1):
            loop, run = bench.loop(), bench.run()
            if number:  # the first round warms up
                loops.append(loop / cases * 1000)
                runs.append(run / cases * 1000)
    ratio = statistics.median(run / loop for run, loop in zip(runs, loops, strict=True))
    print(
        f"{cases} cases, medians of {repeats} rounds: plain loop {statistics.median(loops):.3f} ms "
        f"a case, runner {statistics.median(runs):.3f} ms, {ratio:.1f} times the loop"
    )


def watch_memory(results: int) -> None:
    """Print how much memory grows from the first thousand results to the last of a long run."""
    with TemporaryDirectory(prefix="bespoke-eval-") as folder:
        bench = Bench(Path(folder), results)
        resident = _growth(bench, _resident)
        tracemalloc.start()
        traced = _growth(bench, lambda: tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
    print(
        f"from result {_WARM_UP} to {results}: resident memory grew by {resident / 2**20:.1f} MiB, "
        f"Python's objects by {traced / 2**20:.2f} MiB"
    )


def _growth(bench: Bench, size: Callable[[], int]) -> int:
    """By how much a size grows over a run, in bytes, once it is warm."""
    with bench.runner() as runner, closing(runner.results()) as run:
        for _ in islice(run, _WARM_UP):
            pass
        gc.collect()
        before = size()
        for _ in run:
            pass
        gc.collect()
        return size() - before


def _resident() -> int:
    """The memory that this process holds, in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--results", type=int, default=50_000, help="of the long run; 0: none")
    given = parser.parse_args()
    compare(given.cases, given.repeats)
    if given.results:
        watch_memory(given.results)


if __name__ == "__main__":
    main()
