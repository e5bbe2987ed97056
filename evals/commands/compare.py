"""`bespoke eval compare`: did it get better, beyond noise?"""

from typing import TYPE_CHECKING

import click

from evals.commands.extra import require_extra
from evals.commands.runs import RUN_HELP, find_run_and_arm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.compare import Comparison


@click.command(epilog=RUN_HELP)
@click.argument("a")
@click.argument("b", required=False)
@click.option("--json", "is_json", is_flag=True, help="Print every figure as JSON.")
def compare(a: str, b: str | None, *, is_json: bool) -> None:
    """Compare two runs, or arms of runs, case by case.

    A and B are each RUN, or RUN:ARM for one arm of it. Two runs are compared arm by arm; one run
    alone is compared arm against arm, the first being what the others are held against.
    """
    require_extra()
    from evals.comparison_tables import comparison_table, notes_on
    from evals.errors import NotComparable
    from evals.tables import console

    found = list(_compared(a, b))
    if not found:
        raise NotComparable("The two have no arm with scored cases in common.")
    if is_json:
        click.echo("[" + ",\n ".join(each.model_dump_json() for each in found) + "]")
        return
    console().print(comparison_table(found), *notes_on(found), sep="\n")


def _compared(a: str, b: str | None) -> "Iterator[Comparison]":
    from evals.compare import against_first, compare
    from evals.outcomes import gather

    (run, arm), (other, other_arm) = find_run_and_arm(a), find_run_and_arm(b or a)
    first = gather(run.results)
    if b is None:
        yield from against_first({each: first[each] for each in run.header.arms if each in first})
        return
    second = first if run.folder == other.folder else gather(other.results)
    if arm or other_arm:
        pairs = [(arm or other_arm, other_arm or arm)]
    else:
        pairs = [(each, each) for each in run.header.arms]
    for before, after in pairs:
        if before in first and after in second:
            is_one_run = run.folder == other.folder
            names = (before, after) if is_one_run else (f"{before} (A)", f"{after} (B)")
            yield from filter(None, [compare(first[before], second[after], names=names)])
