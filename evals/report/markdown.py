"""A report in Markdown, for a pull request or a log: the figures, and which cases differ."""

from collections.abc import Iterable, Iterator, Sequence

from evals.compare import Comparison
from evals.outcomes import CaseId
from evals.report.figures import ArmFigures, Curve, Group, Report
from evals.report.wording import percent, points, probability
from evals.statistics import Estimate

_MOST_NAMED = 20
_SPECIAL = str.maketrans({each: f"\\{each}" for each in "\\`*_[]<>|#~!"})


def as_markdown(report: Report) -> str:
    """The report, in GitHub's Markdown; names are escaped, so none of them is markup."""
    head = report.header
    lines = [
        f"# {_plain(head.suite)}",
        "",
        f"{head.started:%Y-%m-%d %H:%M} UTC, {len(report.cases)} cases, seed {head.seed}, "
        f"repeats {head.repeats}, suite `{head.suite_digest[:12]}`, Bespoke {head.version}.",
        *_arms(report.arms),
        *_differences("Since the earlier run", report.since),
        *_differences("Differences", report.differences),
        *_curves(report.curves),
        *_groups("Tag", report.tags),
        *_groups("Check", report.checks),
    ]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return " ".join(text.translate(_SPECIAL).split())


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield ""
    yield f"| {' | '.join(head)} |"
    yield f"|---|{'---:|' * (len(head) - 1)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _estimate(estimate: Estimate | None) -> str:
    if estimate is None:
        return "-"
    return f"{percent(estimate.mean)} ({percent(estimate.low)} to {percent(estimate.high)})"


def _arms(arms: Sequence[ArmFigures]) -> Iterator[str]:
    head = [
        "arm",
        "cases",
        "pass (95 % interval)",
        "score",
        "errors",
        "not scored",
        "tokens a turn",
    ]
    yield from _table(
        head,
        (
            [
                _plain(each.arm),
                str(each.cases),
                _estimate(each.passes),
                "-" if each.score is None else f"{each.score:.3f}",
                str(each.errors),
                str(each.unscored),
                f"{each.cost.prompt_tokens:,.0f} in, {each.cost.completion_tokens:,.0f} out",
            ]
            for each in arms
        ),
    )


def _differences(title: str, comparisons: Sequence[Comparison]) -> Iterator[str]:
    if not comparisons:
        return
    yield from ("", f"## {title}")
    head = ["", "cases", "gained", "lost", "passes, points", "p"]
    yield from _table(
        head,
        (
            [
                f"{_plain(each.second)} against {_plain(each.first)}",
                str(each.cases),
                str(len(each.gained)),
                str(len(each.lost)),
                points(each.passes.estimate),
                probability(each.passes.p),
            ]
            for each in comparisons
        ),
    )
    yield ""
    for each in comparisons:
        yield "- " + " ".join(map(_plain, [each.in_words, *each.notes]))
        if each.lost:
            yield f"  Lost: {_named(each.lost)}."


def _named(cases: Sequence[CaseId]) -> str:
    more = f" and {len(cases) - _MOST_NAMED} more" if len(cases) > _MOST_NAMED else ""
    return ", ".join(_plain(str(case)) for case in cases[:_MOST_NAMED]) + more


def _curves(curves: Sequence[Curve]) -> Iterator[str]:
    if not curves:
        return
    distances = sorted({point.distance for curve in curves for point in curve.points})
    yield from ("", "## By distance")
    yield from _table(
        ["arm", *map(str, distances)],
        (
            [
                _plain(curve.arm),
                *(
                    _estimate({point.distance: point.passes for point in curve.points}.get(each))
                    for each in distances
                ),
            ]
            for curve in curves
        ),
    )


def _groups(title: str, groups: Sequence[Group]) -> Iterator[str]:
    if not groups:
        return
    yield from ("", f"## By {title.lower()}")
    yield from _table(
        [title, *(_plain(share.arm) for share in groups[0].shares), "of"],
        (
            [
                _plain(group.name),
                *(percent(each.passed / each.of) if each.of else "-" for each in group.shares),
                str(max(each.of for each in group.shares)),
            ]
            for group in groups
        ),
    )
