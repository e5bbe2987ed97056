"""Every figure of a run, worked out once for all the forms of a report; this is the JSON one.

It holds no words of any case, so it stays small however long the run was.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from evals.compare import Comparison, against_first, compare
from evals.outcomes import CaseId, Outcome, Outcomes, gather
from evals.results import CaseResult, Run, RunHeader
from evals.statistics import Estimate, mean_with_interval, share_with_interval
from memory.types import Record

METHOD = (
    "Arms are compared case by case. Intervals are those of 95 %, by resampling whole personas; "
    "p is that of McNemar's exact test. A difference counts where both agree."
)


class Cost(Record):
    """What an arm's turns cost; means over turns, and the whole in US dollars where known."""

    turns: int = 0
    prompt_tokens: float = 0.0
    cached_share: float = 0.0
    completion_tokens: float = 0.0
    seconds: float = 0.0
    dollars: float | None = None


class ArmFigures(Record):
    """What one arm came to. `mixed` counts cases that some repeats passed and others did not."""

    arm: str
    model: str
    prompt: str
    cases: int
    passes: Estimate | None
    score: float | None
    errors: int
    unscored: int
    mixed: int
    cost: Cost


class Share(Record):
    """How much of a group passed in one arm."""

    arm: str
    passed: float
    of: int
    estimate: Estimate | None = None


class Group(Record):
    """Cases with one tag, or checks of one kind, arm by arm."""

    name: str
    shares: tuple[Share, ...]


class Point(Record):
    """How much passes at one distance."""

    distance: int
    cases: int
    passes: Estimate


class Curve(Record):
    """How much passes in one arm, the farther back it is what matters."""

    arm: str
    points: tuple[Point, ...]


class Mark(Record):
    """How one case came out in one arm at one distance."""

    arm: str
    distance: int | None
    passed: int
    of: int
    errors: int
    unscored: int


class CaseRow(Record):
    """One case with all its marks, arm by arm and then by distance."""

    case: str
    persona: str
    tags: tuple[str, ...]
    is_hard: bool
    marks: tuple[Mark, ...]


class Report(Record):
    """What a run came to.

    `differences` holds its arms against the first one; `since` against the same arms of an
    earlier run, if one was named.
    """

    header: RunHeader
    arms: tuple[ArmFigures, ...]
    differences: tuple[Comparison, ...]
    since: tuple[Comparison, ...] = ()
    curves: tuple[Curve, ...]
    tags: tuple[Group, ...]
    checks: tuple[Group, ...]
    cases: tuple[CaseRow, ...]
    method: str = METHOD


def report_on(run: Run, *, earlier: Run | None = None) -> Report:
    """Work out the figures of a run."""
    found = gather(run.results)
    arms = {arm: found[arm] for arm in run.header.arms if arm in found}
    before = gather(earlier.results) if earlier else {}
    compared = (
        compare(before[arm], each, names=(f"{arm} before", arm))
        for arm, each in arms.items()
        if arm in before
    )
    tallies = _tallies(run.results)
    return Report(
        header=run.header,
        arms=tuple(_arm(run.header, arm, each, tallies[arm]) for arm, each in arms.items()),
        differences=tuple(against_first(arms)),
        since=tuple(filter(None, compared)),
        curves=tuple(_curves(arms)),
        tags=tuple(_tags(arms)),
        checks=tuple(_checks({arm: tallies[arm] for arm in arms})),
        cases=tuple(_rows(arms)),
    )


@dataclass
class _Tally:
    """What is counted of an arm's turns and verdicts while its results are read."""

    turns: int = 0
    prompt: int = 0
    cached: int = 0
    completion: int = 0
    seconds: float = 0.0
    dollars: float | None = None
    checks: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def add(self, result: CaseResult) -> None:
        for turn in result.turns:
            self.turns += 1
            self.prompt += turn.usage.prompt_tokens
            self.cached += turn.usage.cached_tokens
            self.completion += turn.usage.completion_tokens
            self.seconds += turn.usage.seconds
            if turn.usage.cost is not None:
                self.dollars = (self.dollars or 0.0) + turn.usage.cost
        for verdict in result.all_verdicts:
            if verdict.passed is not None:
                self.checks[verdict.kind][0] += verdict.passed
                self.checks[verdict.kind][1] += 1

    @property
    def cost(self) -> Cost:
        turns = self.turns or 1
        return Cost(
            turns=self.turns,
            prompt_tokens=self.prompt / turns,
            cached_share=self.cached / self.prompt if self.prompt else 0.0,
            completion_tokens=self.completion / turns,
            seconds=self.seconds / turns,
            dollars=self.dollars,
        )


def _tallies(results: Iterable[CaseResult]) -> Mapping[str, _Tally]:
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    for result in results:
        tallies[result.arm].add(result)
    return tallies


def _arm(header: RunHeader, arm: str, outcomes: Outcomes, tally: _Tally) -> ArmFigures:
    scores = [each.score for each in outcomes.values() if each.score is not None]
    return ArmFigures(
        arm=arm,
        model=header.models.get(arm, ""),
        prompt=header.prompts.get(arm, ""),
        cases=len(outcomes),
        passes=_pass_rate(outcomes.values()),
        score=sum(scores) / len(scores) if scores else None,
        errors=sum(each.errors for each in outcomes.values()),
        unscored=sum(each.unscored for each in outcomes.values()),
        mixed=sum(each.is_mixed for each in outcomes.values()),
        cost=tally.cost,
    )


def _pass_rate(outcomes: Iterable[Outcome]) -> Estimate | None:
    """The mean share that passes; where all cases agree, as of independent ones, since
    resampling what is all alike would claim to be certain."""
    scored = [(each.rate, each.persona) for each in outcomes if each.rate is not None]
    if not scored:
        return None
    rates, personas = [rate for rate, _ in scored], [persona for _, persona in scored]
    if set(rates) in ({0.0}, {1.0}):
        return share_with_interval(round(sum(rates)), len(rates))
    return mean_with_interval(rates, personas)


def _curves(arms: Mapping[str, Outcomes]) -> Iterator[Curve]:
    for arm, outcomes in arms.items():
        distances = sorted({case.distance for case in outcomes if case.distance is not None})
        points = []
        for distance in distances:
            there = [each for case, each in outcomes.items() if case.distance == distance]
            if passes := _pass_rate(there):
                points.append(Point(distance=distance, cases=len(there), passes=passes))
        if len(points) > 1:
            yield Curve(arm=arm, points=tuple(points))


def _tags(arms: Mapping[str, Outcomes]) -> Iterator[Group]:
    tags = {tag for outcomes in arms.values() for each in outcomes.values() for tag in each.tags}
    for tag in sorted(tags):
        shares = []
        for arm, outcomes in arms.items():
            tagged = [each for each in outcomes.values() if tag in each.tags]
            passed = sum(each.rate or 0.0 for each in tagged)
            of = sum(each.rate is not None for each in tagged)
            shares.append(Share(arm=arm, passed=passed, of=of, estimate=_pass_rate(tagged)))
        yield Group(name=tag, shares=tuple(shares))


def _checks(tallies: Mapping[str, _Tally]) -> Iterator[Group]:
    for kind in sorted({kind for tally in tallies.values() for kind in tally.checks}):
        shares = []
        for arm, tally in tallies.items():
            passed, of = tally.checks.get(kind, (0, 0))
            shares.append(Share(arm=arm, passed=passed, of=of))
        yield Group(name=kind, shares=tuple(shares))


def _rows(arms: Mapping[str, Outcomes]) -> Iterator[CaseRow]:
    cases: dict[str, list[tuple[str, CaseId, Outcome]]] = defaultdict(list)
    for arm, outcomes in arms.items():
        for case, outcome in sorted(outcomes.items(), key=lambda each: each[0].distance or 0):
            cases[case.case].append((arm, case, outcome))
    for name in sorted(cases):
        yield _row(name, cases[name])


def _row(name: str, found: Sequence[tuple[str, CaseId, Outcome]]) -> CaseRow:
    one = found[0][2]
    marks = (
        Mark(
            arm=arm,
            distance=case.distance,
            passed=outcome.passed,
            of=outcome.of,
            errors=outcome.errors,
            unscored=outcome.unscored,
        )
        for arm, case, outcome in found
    )
    return CaseRow(
        case=name, persona=one.persona, tags=one.tags, is_hard=one.is_hard, marks=tuple(marks)
    )
