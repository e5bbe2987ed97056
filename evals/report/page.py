"""One HTML file with everything in it, to be read in any browser, now and in ten years.

It loads nothing from elsewhere (its content security policy forbids it), and every text goes
through jinja's escaping. What was said lies in inert templates until a case is opened, and is
written result by result, so a long run needs little memory here.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from itertools import takewhile
from typing import IO

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from evals.compare import Comparison
from evals.outcomes import CaseId
from evals.report.figures import CaseRow, Curve, Mark, Report
from evals.report.wording import percent, points, probability
from evals.results import CaseResult, SentMessage

MOST_DETAILS = 3000
_PACKAGE = "evals.report"


def write_page(
    report: Report,
    results: Iterable[CaseResult],
    file: IO[str],
    *,
    most_details: int = MOST_DETAILS,
) -> None:
    """Write the page.

    Args:
        report: the run's figures.
        results: the run's results, read once.
        file: where to write to.
        most_details: how many results are told in full; of those that passed the last ones are
            left out where there are more.
    """
    environment = _environment()
    css, js = (environment.get_template(f"page.{kind}").render() for kind in ("css", "js"))
    arms = [each.arm for each in report.arms]
    distances = sorted({mark.distance for row in report.cases for mark in row.marks}, key=_order)
    count = sum(mark.of + mark.unscored for row in report.cases for mark in row.marks)
    page = environment.get_template("page.html").stream(
        report=report,
        css=Markup(css),  # noqa: S704  # our own file
        js=Markup(js),  # noqa: S704  # our own file
        policy=f"default-src 'none'; style-src {_hash(css)}; script-src {_hash(js)}",
        personas=sorted({row.persona for row in report.cases}),
        distances=distances,
        width=min(len(distances), 6),
        details=_numbered(report, results, most_details=most_details),
        left_out=max(0, count - most_details),
        facts=partial(_facts, arms),
        armclass=lambda arm: f"c{arms.index(arm) % 6}",
    )
    page.enable_buffering(50)
    file.writelines(page)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(_PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        percent=percent,
        points=points,
        p_value=probability,
        kind=_kind,
        reach=_reach,
        place=lambda value, scale: round(50 + 50 * value / scale, 2),
        height=lambda share: round(250 - 235 * share, 1),
        across=_across,
        ticks=_ticks,
        look=_look,
        told=_told,
        state=_state,
        fresh=_fresh,
    )
    return environment


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _order(distance: int | None) -> int:
    return -1 if distance is None else distance


def _numbered(
    report: Report, results: Iterable[CaseResult], *, most_details: int
) -> Iterator[tuple[int, CaseResult, int]]:
    """Each result that is told in full, with the numbers of its case and arm."""
    numbers = {row.case: number for number, row in enumerate(report.cases)}
    arms = {each.arm: number for number, each in enumerate(report.arms)}
    marks = [mark for row in report.cases for mark in row.marks]
    room = most_details - sum(mark.of + mark.unscored - mark.passed for mark in marks)
    told = 0
    for result in results:
        if result.arm not in arms or told >= most_details:
            continue
        if result.passed:
            if room <= 0:
                continue
            room -= 1
        told += 1
        yield numbers[CaseId.of(result).case], result, arms[result.arm]


def _facts(arms: Sequence[str], row: CaseRow) -> dict[str, str]:
    """What the page can filter a case by: the numbers of the arms in which it is so."""
    found = dict.fromkeys(("fail", "pass", "mixed", "error", "unscored"), "")
    for name in found:
        there = {arms.index(mark.arm) for mark in row.marks if _is(name, mark)}
        found[name] = " ".join(map(str, sorted(there)))
    rates: dict[int | None, set[float]] = {}
    for mark in row.marks:
        if mark.of:
            rates.setdefault(mark.distance, set()).add(mark.passed / mark.of)
    differs = any(len(each) > 1 for each in rates.values())
    return found | {"differ": "yes" if differs else "", "hard": "yes" if row.is_hard else ""}


def _is(name: str, mark: Mark) -> bool:
    return {
        "fail": mark.passed < mark.of,
        "pass": 0 < mark.of == mark.passed,
        "mixed": 0 < mark.passed < mark.of,
        "error": mark.errors > 0,
        "unscored": mark.unscored > 0,
    }[name]


def _look(mark: Mark) -> str:
    if mark.errors:
        return "error"
    if not mark.of:
        return "none"
    return "pass" if mark.passed == mark.of else "part" if mark.passed else "fail"


def _told(mark: Mark) -> str:
    where = mark.arm if mark.distance is None else f"{mark.arm}, distance {mark.distance}"
    if not mark.of:
        return f"{where}: not scored"
    if mark.of == 1:
        found = "passed" if mark.passed else "not passed"
    else:
        found = f"{mark.passed} of {mark.of} passed"
    return f"{where}: {found}" + (f", {mark.errors} errors" if mark.errors else "")


def _state(result: CaseResult) -> str:
    if result.error is not None:
        return "error"
    return {True: "pass", False: "fail", None: "none"}[result.passed]


def _fresh(before: Sequence[SentMessage], prompt: Sequence[SentMessage]) -> Sequence[SentMessage]:
    """The messages of a prompt without those at its beginning that the one before had, too."""
    pairs = zip(before, prompt, strict=False)
    return prompt[sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs)) :]


def _kind(comparison: Comparison) -> str:
    if not comparison.is_beyond_noise:
        return "same"
    return "better" if comparison.passes.estimate.mean > 0 else "worse"


def _reach(comparisons: Sequence[Comparison]) -> float:
    """How far a plot has to reach to either side: in steps of ten points."""
    ends = [abs(end) for each in comparisons for end in _ends(each)]
    return max(0.1, min(1.0, -(-max(ends) * 10 // 1) / 10))


def _ends(comparison: Comparison) -> tuple[float, float]:
    return comparison.passes.estimate.low, comparison.passes.estimate.high


def _ticks(curves: Sequence[Curve]) -> list[int]:
    return sorted({point.distance for curve in curves for point in curve.points})


def _across(distance: int, distances: Sequence[int]) -> float:
    """Where a distance stands, in percent: each as far from the next, as 0, 10 and 300 are."""
    return round(24 + 70 * distances.index(distance) / max(1, len(distances) - 1), 2)
