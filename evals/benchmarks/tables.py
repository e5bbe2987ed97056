"""What was measured, as tables."""

from collections.abc import Sequence
from itertools import groupby

from rich.table import Table

from evals.benchmarks.gate import GateReport
from evals.benchmarks.import_speed import ImportCost
from evals.benchmarks.learning import Figure
from evals.benchmarks.reach import ReachReport
from evals.benchmarks.recall import OVERALL, Row
from evals.benchmarks.stopwatch import Timing
from evals.statistics import Estimate
from evals.tables import plain_table

_GATE_NOTES = (
    "cosine alone stands at the threshold where it keeps as much\n"
    "*  share of messages that get any memory   ** memories a question, all questions"
)


def recall_tables(rows: Sequence[Row]) -> list[Table]:
    """The overall figures with their intervals; then one table a cut: a kind a row."""
    overall = [row for row in rows if row.group == OVERALL]
    by_cut = [_by_group(f"recall@{k}", list(each)) for k, each in groupby(rows, lambda row: row.k)]
    return [_overall(overall), *by_cut] if overall else by_cut


def reach_table(report: ReachReport) -> Table:
    """The share of questions whose preference stood in the prompt, by what the vault held."""
    head = ["the vault holds the preference", "asked", "in the prompt  95 % interval"]
    body = (
        [arm, str(len(report.questions)), f"{_short(share.mean)}  {_range(share)}"]
        for arm, share in report.share.items()
    )
    return plain_table(f"after {report.messages_between} messages about other things", head, body)


def timing_table(timings: Sequence[Timing]) -> Table:
    """Durations, in milliseconds and in units of one embedding."""
    head = ["what", "messages", "ms", "one embedding, ms", "ratio", "half of the repeats"]
    body = (
        [
            each.what,
            f"{each.messages:,}",
            f"{each.work_ms:.1f}",
            f"{each.unit_ms:.1f}",
            f"{each.ratio:.2f}",
            f"{each.low:.2f} to {each.high:.2f}",
        ]
        for each in timings
    )
    return plain_table("medians, without the query's own embedding", head, body)


def import_table(costs: Sequence[ImportCost]) -> Table:
    """What a message costs to import, by who imports it."""
    head = ["import", "messages", "ms a message", "times embedding alone"]
    body = (
        [each.who, f"{each.messages:,}", f"{each.ms_a_message:.2f}", f"{each.ratio:.2f}"]
        for each in costs
    )
    return plain_table("import, embeddings included", head, body)


def gate_table(report: GateReport) -> Table:
    """Each arm a row: what it keeps, and what it lets in that is not needed."""
    head = ["", "kept", "needless, other topics", *(f"{kind}*" for kind in report.general), "all**"]
    body = (
        [
            arm,
            f"{report.kept[arm].mean:.3f}",
            "{mean:5.2f}  [{low:.2f}, {high:.2f}]".format_map(report.needless[arm].model_dump()),
            *(f"{of[arm].mean:.1%}" for of in report.general.values()),
            f"{report.memories_a_question[arm]:.1f}",
        ]
        for arm in report.kept
    )
    return plain_table(f"users with {report.memories} memories; {_GATE_NOTES}", head, body)


def learning_table(title: str, figures: Sequence[Figure]) -> Table:
    """What a learner kept and got right, group by group; counts of so many items."""
    head = ["", "count", "of", "share  95 % interval", "for 100"]
    table = plain_table(title, head, ())
    for group, each in groupby(figures, lambda figure: figure.group):
        table.add_row(f"[bold]{group}[/bold]")
        for one in each:
            share = f"{_short(one.share.mean)}  {_range(one.share)}" if one.share else ""
            often = "" if one.share else f"{one.count / one.of:.1%}".removesuffix("%")
            table.add_row(f"  {one.what}", f"{one.count:,}", f"{one.of:,}", share, often)
    return table


def _overall(rows: Sequence[Row]) -> Table:
    head = ["system", *(f"recall@{row.k}  95 % interval" for row in rows)]
    body = (
        [
            system,
            *(f"{_short(row.recall[system].mean)}  {_range(row.recall[system])}" for row in rows),
        ]
        for system in rows[0].recall
    )
    return plain_table(f"{OVERALL}, {rows[0].questions} questions", head, body)


def _by_group(title: str, rows: Sequence[Row]) -> Table:
    head = ["", "asked", *rows[0].recall]
    if any(row.difference for row in rows):
        head += ["best other", "difference to it"]
    return plain_table(title, head, map(_cells, rows))


def _cells(row: Row) -> list[str]:
    cells = [row.group, str(row.questions)]
    cells += [_short(estimate.mean) for estimate in row.recall.values()]
    if row.difference and row.best_baseline:
        cells += [
            row.best_baseline,
            f"{_short(row.difference.mean, '+')} {_range(row.difference, '+')}",
        ]
    return cells


def _range(estimate: Estimate, sign: str = "-") -> str:
    return f"[{_short(estimate.low, sign)}, {_short(estimate.high, sign)}]"


def _short(value: float, sign: str = "-") -> str:
    """Three decimals without the zero in front."""
    return f"{value:{sign}.3f}".replace("0.", ".", 1)
