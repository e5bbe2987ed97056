"""`bespoke eval run`: a suite's cases in its arms, each result written as it comes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evals.commands.suite_path import RUNS, SUITE

if TYPE_CHECKING:
    from evals.results import CaseResult
    from evals.running.runner import Runner


@click.command()
@click.argument("suite", type=SUITE)
@click.option("--arm", "arms", multiple=True, help="Only this arm; can be repeated.")
@click.option("--tag", "tags", multiple=True, help="Only cases with this tag; can be repeated.")
@click.option("--case", "cases", multiple=True, help="Only this case; can be repeated.")
@click.option("--model", help="Another chat model than the suite's, as BESPOKE_MODEL takes it.")
@click.option("--repeats", type=click.IntRange(1), help="How often to run each case.")
@click.option("--seed", type=int, help="Of everything that is drawn.")
@click.option("--jobs", type=click.IntRange(1), help="How many cases to run at a time.")
@click.option("--out", type=RUNS, default=Path("runs"), show_default=True, help="Where runs go.")
@click.option("--resume", "is_resumed", is_flag=True, help="Go on with the last run of the suite.")
@click.option("--fresh", "is_fresh", is_flag=True, help="Ask for every reply anew.")
def run(
    suite: Path,
    *,
    arms: tuple[str, ...],
    tags: tuple[str, ...],
    cases: tuple[str, ...],
    model: str | None,
    repeats: int | None,
    seed: int | None,
    jobs: int | None,
    out: Path,
    is_resumed: bool,
    is_fresh: bool,
) -> None:
    """Run a suite: a YAML file, or the name of one that ships.

    A reply that was paid for is kept in the cache folder, and not paid for again. A run that broke
    off goes on with --resume.
    """
    from assistant.settings import load_settings
    from evals.running.folders import last_run_of, new_folder
    from evals.running.runner import Runner
    from evals.suites.reading import read_suite

    given = {"model": model, "repeats": repeats, "seed": seed, "jobs": jobs}
    loaded = read_suite(suite).changed(**given).only(tags=tags, cases=cases)
    loaded.check_arms(arms)
    chosen = arms or tuple(arm.name for arm in loaded.suite.arms)
    folder = last_run_of(loaded, chosen, out) if is_resumed else new_folder(out, loaded.suite.name)
    runner = Runner(loaded, settings=load_settings(), folder=folder, arms=arms, is_fresh=is_fresh)
    tally = _Tally()
    with runner:
        _announce(runner)
        try:
            for result in _with_progress(runner, tally):
                tally.add(result)
        except KeyboardInterrupt:
            click.echo("\nBroken off. Go on where it was by the same command with --resume.")
            raise click.Abort from None
    tally.tell([arm.name for arm in runner.arms])
    click.echo(f"\nWritten to {folder}. Look at it with: bespoke eval show {folder}")


def _announce(runner: "Runner") -> None:
    """Say what is about to happen, and whether anything leaves the machine."""
    arms = ", ".join(arm.name for arm in runner.arms)
    click.echo(f"{runner.suite.name}: {runner.total} results, in the arms {arms}")
    hosts = runner.hosts()
    for what, host in hosts.items():
        click.echo(f"What is said in this suite is sent to {host} ({what}).")
    for name in runner.foreign():
        click.echo(f"{name} is code of yours: where it sends what it gets, it knows alone.")
    if not hosts and not runner.foreign():
        click.echo("Nothing leaves this machine.")


def _with_progress(runner: "Runner", tally: "_Tally") -> "Iterator[CaseResult]":
    """The new results, behind those that are there already, which are only counted."""
    from tqdm import tqdm

    done = 0
    for done, earlier in enumerate(runner.earlier(), start=1):  # noqa: B007
        tally.add(earlier)
    if done:
        click.echo(f"{done} of {runner.total} are done.")
    with tqdm(total=runner.total, initial=done, unit="case", dynamic_ncols=True) as bar:
        for result in runner.results():
            yield result
            bar.set_postfix_str(f"{tally.failed} not passed", refresh=False)
            bar.update()


class _Tally:
    """What a run comes to, arm by arm, counted as results come."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._errors: list[str] = []

    def add(self, result: "CaseResult") -> None:
        """Count one result."""
        outcome = {True: "passed", False: "failed", None: "unscored"}[result.passed]
        self._counts[result.arm, outcome] += 1
        self._counts[result.arm, "cached"] += result.is_cached
        for turn in result.turns:
            self._counts[result.arm, "read"] += turn.usage.prompt_tokens
            self._counts[result.arm, "written"] += turn.usage.completion_tokens
        if result.error is not None:
            self._counts[result.arm, "errors"] += 1
            self._errors = [*self._errors, f"{result.case} ({result.arm}): {result.error}"][:3]

    @property
    def failed(self) -> int:
        """How many did not pass, errors among them."""
        return sum(count for (_, what), count in self._counts.items() if what == "failed")

    def tell(self, arms: Iterable[str]) -> None:
        """Print a line an arm, and the first errors."""
        click.echo(
            f"{'arm':16}{'passed':>14}{'unscored':>10}{'errors':>8}{'from cache':>12}"
            f"{'tokens read':>13}{'written':>9}"
        )
        for arm in arms:
            click.echo(self._line(arm))
        for error in self._errors:
            click.echo(f"error: {error}", err=True)

    def _line(self, arm: str) -> str:
        def count(what: str) -> int:
            return self._counts[arm, what]

        scored = count("passed") + count("failed")
        share = f"{count('passed')} of {scored}" + (
            f" {count('passed') / scored:4.0%}" if scored else ""
        )
        return (
            f"{arm:16}{share:>14}{count('unscored'):>10}{count('errors'):>8}{count('cached'):>12}"
            f"{count('read'):>13}{count('written'):>9}"
        )
