"""Where runs lie: a folder each, named after the suite and the time at which it began."""

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

from evals.errors import DataNotFound, UnknownFormat
from evals.results import Run, load_run
from evals.suites.reading import LoadedSuite


def new_folder(runs: Path, suite: str) -> Path:
    """A folder that is not there yet, named by the local time."""
    name = f"{suite}-{datetime.now():%Y%m%d-%H%M%S}"  # noqa: DTZ005 (for the eyes of a person)
    folder, number = runs / name, 1
    while folder.exists():
        number += 1
        folder = runs / f"{name}-{number}"
    return folder


def runs_in(folder: Path) -> Iterator[Run]:
    """The runs in a folder, the last first."""
    found = []
    for each in folder.glob("*/"):
        try:
            found.append(load_run(each))
        except (DataNotFound, UnknownFormat):
            continue
    yield from sorted(found, key=lambda run: run.header.started, reverse=True)


def last_run_of(loaded: LoadedSuite, arms: Collection[str], folder: Path) -> Path:
    """The folder of the last run of this very suite, with the same options, in these arms.

    Raises:
        DataNotFound: there is none.
    """
    for run in runs_in(folder):
        header = run.header
        is_same = header.suite == loaded.suite.name and header.suite_digest == loaded.digest
        if is_same and set(header.arms) == set(arms):
            return run.folder
    raise DataNotFound(
        f"There is no run of this suite, as it is written now and with these options, in "
        f"{str(folder)!r}. Run it without --resume; replies that were paid for are in the cache "
        "anyway."
    )
