"""Whether a run may pass: nothing lost beyond noise, and no hard case broken, since the blessing.

A loss has to show twice, in a test over cases and in the interval over whole personas, at a
level that is shared by all that is tested: harmless changes seldom raise an alarm.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from evals.baseline import Baseline
from evals.compare import FEW_PERSONAS, Comparison, compare
from evals.errors import NotComparable
from evals.outcomes import CaseId, Outcomes, gather
from evals.results import Run
from memory.types import Record

FALSE_ALARMS = 0.05
MARGIN = 0.01


class Loss(Record):
    """What got worse in one arm, beyond noise: how many cases pass, or how well they score."""

    arm: str
    what: Literal["passes", "scores"]
    comparison: Comparison


class Broken(Record):
    """A hard case that passed when it was blessed, and does not now."""

    arm: str
    case: CaseId
    passed: int
    of: int


class GateReport(Record):
    """What the gate found in one run; `notes` are what one should know, but no reason to fail."""

    suite: str
    comparisons: tuple[Comparison, ...]
    losses: tuple[Loss, ...]
    broken: tuple[Broken, ...]
    notes: tuple[str, ...]

    @property
    def is_calm(self) -> bool:
        """Whether the run may pass."""
        return not self.losses and not self.broken


def judge(
    pairs: Sequence[tuple[Run, Baseline]],
    *,
    false_alarms: float = FALSE_ALARMS,
    margin: float = MARGIN,
) -> list[GateReport]:
    """Judge runs by their baselines.

    Args:
        pairs: each run with what it is held against.
        false_alarms: the chance of one or more alarms about losses among all these runs where
            nothing got worse. It is shared among all tests (Bonferroni).
        margin: a loss that is certain, but may be smaller than this, is no reason to fail. From 0
            to 1; of cases that pass, and of scores.

    Raises:
        NotComparable: a run is of another suite, or cases or arms of the baseline are not in it.
    """
    family = sum(_tests(arm) for _, baseline in pairs for arm in baseline.arms.values())
    return [_judge(run, baseline, false_alarms / family, margin) for run, baseline in pairs]


def _tests(outcomes: Outcomes) -> int:
    """How many tests an arm takes part in: passes, and scores where they tell something else."""
    return 2 if any(each.score != each.rate for each in outcomes.values()) else 1


def _judge(run: Run, baseline: Baseline, chance: float, margin: float) -> GateReport:
    now = gather(run.results)
    _refuse_unlike(run, now, baseline)
    arms = {arm: (blessed, now[arm]) for arm, blessed in baseline.arms.items()}
    compared = {
        arm: compare(
            blessed,
            found,
            names=(f"{arm} as blessed", arm),
            level=1 - 2 * chance,
            alternative="less",
        )
        for arm, (blessed, found) in arms.items()
    }
    comparisons = {arm: each for arm, each in compared.items() if each}
    return GateReport(
        suite=baseline.suite,
        comparisons=tuple(comparisons.values()),
        losses=tuple(_losses(comparisons.items(), chance, margin)),
        broken=tuple(broken for arm in arms for broken in _broken(arm, *arms[arm])),
        notes=tuple(_notes(run, baseline, now, list(comparisons.values()))),
    )


def _refuse_unlike(run: Run, now: dict[str, Outcomes], baseline: Baseline) -> None:
    if run.header.suite != baseline.suite:
        raise NotComparable(
            f"The run is of the suite {run.header.suite!r}, the baseline of {baseline.suite!r}."
        )
    for arm, blessed in baseline.arms.items():
        missing = [case for case in blessed if case not in now.get(arm, {})]
        if missing:
            raise NotComparable(
                f"{len(missing)} of {len(blessed)} cases of the arm {arm!r} are in the baseline "
                f"but not in the run, {str(missing[0])!r} for one. Finish the run, or bless anew."
            )


def _losses(
    comparisons: Iterable[tuple[str, Comparison]], chance: float, margin: float
) -> Iterator[Loss]:
    for arm, each in comparisons:
        if each.passes.p <= chance and each.passes.estimate.high < -margin:
            yield Loss(arm=arm, what="passes", comparison=each)
        if each.scores.p <= chance and each.scores.estimate.high < -margin:
            yield Loss(arm=arm, what="scores", comparison=each)


def _broken(arm: str, blessed: Outcomes, now: Outcomes) -> Iterator[Broken]:
    for case, before in blessed.items():
        after = now[case]
        if (before.is_hard or after.is_hard) and before.is_whole and not after.is_whole:
            of = after.of + after.unscored
            yield Broken(arm=arm, case=case, passed=after.passed, of=of)


def _notes(
    run: Run, baseline: Baseline, now: dict[str, Outcomes], comparisons: Sequence[Comparison]
) -> Iterator[str]:
    if run.header.suite_digest != baseline.suite_digest:
        yield "The suite or its options changed since the blessing; cases are compared by name."
    models = {arm: run.header.models.get(arm) for arm in baseline.arms}
    changed = [arm for arm, model in models.items() if model != baseline.models.get(arm)]
    if changed:
        yield f"Another model answers than when it was blessed: {', '.join(changed)}."
    new = sum(case not in blessed for arm, blessed in baseline.arms.items() for case in now[arm])
    if new:
        yield f"{new} cases are not in the baseline and were not judged. Bless anew to keep them."
    unscored = sum(each.unscored for each in comparisons)
    if unscored:
        yield f"{unscored} cases could not be scored in one of the two, and were not compared."
    few = min((each.personas for each in comparisons), default=FEW_PERSONAS)
    if few < FEW_PERSONAS:
        noun = "persona" if few == 1 else "personas"
        yield f"Only {few} {noun}: intervals of fewer than {FEW_PERSONAS} are a rough guide."
