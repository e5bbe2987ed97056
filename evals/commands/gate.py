"""`bespoke eval gate`: may this pass?"""

import sys
from pathlib import Path

import click

from evals.commands.extra import require_extra
from evals.commands.runs import RUN_HELP, find_run

FAILED = 3


@click.command(epilog=RUN_HELP)
@click.argument("runs", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    help="A baseline, or a folder that holds SUITE.json.  [default: baselines]",
)
@click.option(
    "--false-alarms",
    type=click.FloatRange(0, 0.5, min_open=True),
    default=0.05,
    show_default=True,
    help="How often all these runs together may raise an alarm though nothing got worse.",
)
@click.option(
    "--margin",
    type=click.FloatRange(0, 1),
    default=0.01,
    show_default=True,
    help="A loss that may be smaller than this is let pass.",
)
def gate(
    runs: tuple[Path, ...], *, baseline: Path | None, false_alarms: float, margin: float
) -> None:
    """Hold runs against their blessed baselines.

    Exits with 0 where nothing was lost, and with 3 where fewer cases pass, or they score lower,
    beyond noise, or where a case that is marked hard passed and does not now. 1 says that it
    could not be judged, 2 that the command was not understood.
    """
    require_extra()
    from evals.baseline import default_path, read_baseline
    from evals.comparison_tables import gate_lines
    from evals.gate import judge

    opened = [find_run(run) for run in runs]
    paths = [default_path(run.header.suite) for run in opened]
    if baseline:
        paths = [baseline / path.name if baseline.is_dir() else baseline for path in paths]
    pairs = [(run, read_baseline(path)) for run, path in zip(opened, paths, strict=True)]
    reports = judge(pairs, false_alarms=false_alarms, margin=margin)
    for report in reports:
        click.echo("\n".join(gate_lines(report)))
    sys.exit(0 if all(report.is_calm for report in reports) else FAILED)
