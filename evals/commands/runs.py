"""How runs are named on the command line: `RUN`, or `RUN:ARM` for one arm of it."""

from pathlib import Path
from typing import TYPE_CHECKING

from evals.errors import NotComparable

if TYPE_CHECKING:
    from evals.results import Run

RUN_HELP = "RUN is the folder of a run, or a folder of runs: then the newest one counts."


def find_run(path: Path) -> "Run":
    """Open a run; of a folder of runs the one that started last.

    Raises:
        DataNotFound: there is none.
    """
    from evals.results import load_run
    from evals.running.folders import runs_in

    return next(runs_in(path), None) or load_run(path)


def find_run_and_arm(words: str) -> tuple["Run", str | None]:
    """Open what `RUN` or `RUN:ARM` names.

    Raises:
        DataNotFound: there is no such run.
        NotComparable: the run has no such arm.
    """
    path, _, arm = words.rpartition(":")
    if not path or Path(words).exists():
        return find_run(Path(words)), None
    run = find_run(Path(path))
    if arm not in run.header.arms:
        raise NotComparable(f"There is no arm {arm!r}, only: {', '.join(run.header.arms)}.")
    return run, arm
