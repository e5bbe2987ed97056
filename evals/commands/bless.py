"""`bespoke eval bless`: this is how it shall stay, or better."""

from datetime import UTC, datetime
from pathlib import Path

import click

from evals.commands.extra import require_extra
from evals.commands.runs import RUN_HELP, find_run


@click.command(epilog=RUN_HELP)
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.  [default: baselines/SUITE.json]",
)
@click.option("--arm", "arms", multiple=True, help="Keep this arm only; can be repeated.")
def bless(run: Path, to: Path | None, arms: tuple[str, ...]) -> None:
    """Make a run the baseline that `bespoke eval gate` holds later runs against.

    The file is small and made to be committed: how each case came out, none of its words.
    """
    require_extra()
    from evals.baseline import baseline_of, default_path, write_baseline
    from evals.errors import NotComparable

    baseline = baseline_of(find_run(run), now=datetime.now(UTC))
    unknown = [arm for arm in arms if arm not in baseline.arms]
    if unknown or not baseline.arms:
        found = ", ".join(baseline.arms) or "none"
        raise NotComparable(f"No such arms: {', '.join(unknown)}. The run has results of: {found}.")
    if arms:
        baseline = baseline.only(arms)
    path = to or default_path(baseline.suite)
    write_baseline(baseline, path)
    click.echo(f"Blessed: {path}. Commit it.")
    for arm, outcomes in baseline.arms.items():
        whole = sum(outcome.is_whole for outcome in outcomes.values())
        hard = [case for case, each in outcomes.items() if each.is_hard and not each.is_whole]
        told = f"; not held, though marked hard: {len(hard)}" if hard else ""
        click.echo(f"  {arm}: {whole} of {len(outcomes)} cases pass{told}")
