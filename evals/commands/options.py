"""The options that the commands of `bespoke eval recall` share."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel

from evals.benchmarks.systems.base import BASELINES, NAMES, OURS, SystemName
from evals.commands.extra import require_extra


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What to measure, on what, and where to put it."""

    data: Path
    systems: tuple[SystemName, ...]
    out: Path | None
    limit: int | None
    seed: int
    mem0_python: Path | None


_OPTIONS = (
    click.option(
        "--data",
        type=click.Path(path_type=Path),
        required=True,
        help="The data set: a file, or the folder that holds it.",
    ),
    click.option(
        "--system",
        "systems",
        type=click.Choice(NAMES),
        multiple=True,
        help="What to measure; can be repeated.  [default: bespoke]",
    ),
    click.option(
        "--baselines", "has_baselines", is_flag=True, help=f"Also measure {', '.join(BASELINES)}."
    ),
    click.option(
        "--out",
        type=click.Path(file_okay=False, path_type=Path),
        help="A folder, for every figure as JSON and a plot.",
    ),
    click.option(
        "--limit-conversations",
        "limit",
        type=click.IntRange(1),
        help="Measure on the first so many only, for a quick look.",
    ),
    click.option("--seed", default=0, show_default=True, help="Of everything that is drawn."),
    click.option(
        "--mem0-python",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A Python that has mem0; without it one is made in the cache folder.",
    ),
)


def write(folder: Path, name: str, report: BaseModel) -> None:
    """Write a report as JSON into a folder, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(report.model_dump_json(indent=1), "utf-8")


def choices(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options, and hand the command what was chosen."""

    @wraps(command)
    def run(*, systems: tuple[SystemName, ...], has_baselines: bool, **others: Any) -> None:
        require_extra()
        named = (systems or (OURS,)) + (BASELINES if has_baselines else ())
        shared = {
            name: others.pop(name) for name in ("data", "out", "limit", "seed", "mem0_python")
        }
        command(Chosen(systems=tuple(dict.fromkeys(named)), **shared), **others)

    for option in reversed(_OPTIONS):
        run = option(run)
    return run
