"""Comparisons and what a gate found, as tables and sentences for a terminal."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from evals.compare import Comparison
from evals.gate import GateReport
from evals.report.wording import points, probability
from evals.tables import plain_table

_MOST_NAMED = 10


def comparison_table(comparisons: Sequence[Comparison]) -> Table:
    """A comparison a row."""
    head = ["", "cases", "gained", "lost", "passes, points", "p", "score, points", "effect"]
    body = (
        [
            f"{each.second} - {each.first}",
            f"{each.cases:,}",
            str(len(each.gained)),
            str(len(each.lost)),
            points(each.passes.estimate),
            probability(each.passes.p),
            points(each.scores.estimate),
            "" if each.passes.effect is None else f"{each.passes.effect:+.2f}",
        ]
        for each in comparisons
    )
    return plain_table("differences by case, with 95 % intervals over personas", head, body)


def notes_on(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """The findings in words, each with what one should know before believing it."""
    for each in comparisons:
        yield " ".join([each.in_words, *each.notes])


def gate_lines(report: GateReport) -> Iterator[str]:
    """What a gate found in one run, and why it passes or not."""
    yield f"{report.suite}: {'passes' if report.is_calm else 'does not pass'}"
    for each in report.comparisons:
        yield (
            f"  {each.second}: {len(each.lost)} lost, {len(each.gained)} gained of {each.cases}; "
            f"passes {points(each.passes.estimate)} points, p {probability(each.passes.p)}"
        )
    for loss in report.losses:
        yield f"  lost beyond noise: {loss.what} of {loss.arm}"
    for broken in report.broken[:_MOST_NAMED]:
        passed = f"{broken.passed} of {broken.of}" if broken.of > 1 else "not"
        yield f"  broken, marked hard: {broken.case} ({broken.arm}), passes {passed}"
    if len(report.broken) > _MOST_NAMED:
        yield f"  and {len(report.broken) - _MOST_NAMED} more hard cases"
    yield from (f"  note: {note}" for note in report.notes)
