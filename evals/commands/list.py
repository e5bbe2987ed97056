"""`bespoke eval list`: the suites that ship, and the runs that there are."""

from pathlib import Path

import click

from evals.commands.suite_path import RUNS, shipped


@click.command("list")
@click.option("--out", type=RUNS, default=Path("runs"), show_default=True, help="Where runs lie.")
def list_(out: Path) -> None:
    """List the suites that ship, and the runs so far, the last first."""
    from evals.running.folders import runs_in
    from evals.suites.reading import read_suite

    click.echo("Suites that ship (run one with: bespoke eval run NAME)")
    for name, file in shipped().items():
        loaded = read_suite(file)
        count = sum(1 for _ in loaded.planned())
        click.echo(f"  {name:16} {count:4} cases  {loaded.suite.description}")
    click.echo(f"\nRuns in {out}")
    for run in runs_in(out):
        outcomes = [result.passed for result in run.results]
        passed, scored = outcomes.count(True), len(outcomes) - outcomes.count(None)
        arms = ", ".join(run.header.arms)
        click.echo(f"  {run.folder.name:40} {passed} of {scored} passed  ({arms})")
