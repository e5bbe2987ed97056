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
from evals.suites.steps import Say
from evals.suites.types import Case, Persona

_WARM_UP = 1000  # results after which memory has its size
_BOT = "def reply(request):\n    return f'You said: {request.text}'\n"
_HEAD = 'name: instant\nsubject: {function: "bot.py:reply"}\narms: [off]\ncases:\n'
_CASE = """\
  - id: case {{ n }}
    turns:
      - {user: "number {{ n }}", checks: [{contains: "{{ n }}"}, {not_contains: steak}]}
"""


class Bench:
    """A suite of so many cases in a folder, to be run in both ways.

    Its cases are written out one by one, or made from the rows of a table.
    """

    def __init__(self, folder: Path, cases: int, *, is_written_out: bool = False) -> None:
        """Write the suite."""
        numbers = range(cases)
        written = (
            "".join(_CASE.replace("{{ n }}", f"{n}") for n in numbers)
            if is_written_out
            else f"{_CASE}    data: rows.csv\n"
        )
        self._folder = folder
        self._numbers = count()
        (folder / "bot.py").write_text(_BOT, "utf-8")
        (folder / "suite.yaml").write_text(_HEAD + written, "utf-8")
        (folder / "rows.csv").write_text("n\n" + "".join(f"{n}\n" for n in numbers), "utf-8")

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


_ANY = Case(id="any", turns=(Say(user="any"),))


def _result(number: str, reply: Callable[[Request], str]) -> CaseResult:
    started, text = time.perf_counter(), f"number {number}"
    request = Request(text, user="", messages=[], notes=[], now=datetime.now(UTC), seed=0)
    turn = TurnRecord(user=text, reply=reply(request))
    seen = Seen(
        turn=turn,
        before=(),
        case=_ANY,
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
    for is_written_out in (True, False):
        with TemporaryDirectory(prefix="bespoke-eval-") as folder:
            bench = Bench(Path(folder), cases, is_written_out=is_written_out)
            rounds = [(bench.loop(), bench.run()) for _ in range(repeats + 1)]
        loop, run = (statistics.median(each) / cases * 1000 for each in zip(*rounds, strict=True))
        ratio = statistics.median(run / loop for loop, run in rounds)
        print(
            f"{cases} cases {'written out' if is_written_out else 'made from rows'}, {repeats + 1} "
            f"rounds: a case takes {loop:.3f} ms in a plain loop, {run:.3f} ms in the runner, "
            f"{ratio:.1f} times as long"
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
