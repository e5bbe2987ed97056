"""Two sets of outcomes side by side, paired by case: which is better, and is it beyond noise?"""

from collections.abc import Iterator, Mapping

from pydantic import Field

from evals.outcomes import CaseId, Outcome, Outcomes
from evals.statistics import (
    LEVEL,
    Alternative,
    Difference,
    difference_of_passes,
    difference_of_scores,
)
from memory.types import Record

FEW_PERSONAS = 8
_CHANCE = 1 - LEVEL


class Comparison(Record):
    """How the second of two differs from the first, on the cases that both have scored.

    `gained` cases pass more often in the second, `lost` ones less often. `alone` counts cases
    that only one of the two has, and `unscored` those that could not be scored in one of them.
    """

    first: str
    second: str
    cases: int
    personas: int
    gained: tuple[CaseId, ...] = Field(repr=False)
    lost: tuple[CaseId, ...] = Field(repr=False)
    passes: Difference
    scores: Difference
    alone: int = 0
    unscored: int = 0

    @property
    def is_beyond_noise(self) -> bool:
        """Whether the exact test and the interval agree that cases pass more or less often."""
        estimate = self.passes.estimate
        return self.passes.p < _CHANCE and not estimate.low <= 0 <= estimate.high

    @property
    def notes(self) -> Iterator[str]:
        """What one should know before believing it."""
        if not self.is_beyond_noise and self.passes.needed and self.passes.visible:
            yield (
                f"{self.cases:,} cases show a difference of {100 * self.passes.visible:.0f} points "
                f"four times out of five; this one would need about {self.passes.needed:,}."
            )
        if self.personas < FEW_PERSONAS:
            noun = "persona" if self.personas == 1 else "personas"
            yield f"With only {self.personas} {noun} the intervals are a rough guide."
        if self.alone:
            yield f"{self.alone} cases are in one of the two only and were left out."
        if self.unscored:
            yield f"{self.unscored} cases could not be scored in one of the two and were left out."

    @property
    def in_words(self) -> str:
        """The finding in one sentence."""
        if self.is_beyond_noise:
            size = self.passes.estimate.mean
            word = "more" if size > 0 else "fewer"
            return (
                f"{self.second} passes {word} cases than {self.first}, by {abs(size) * 100:.0f} "
                f"points ({len(self.gained)} gained, {len(self.lost)} lost)."
            )
        if not self.gained and not self.lost:
            return f"{self.second} and {self.first} pass the same cases."
        return f"{self.second} and {self.first} do not differ beyond noise."


def compare(
    first: Outcomes,
    second: Outcomes,
    *,
    names: tuple[str, str],
    level: float = LEVEL,
    alternative: Alternative = "two-sided",
) -> Comparison | None:
    """Compare two arms or runs, case by case; None where they share no scored case."""
    shared = [case for case in first if case in second]
    pairs = [(case, first[case], second[case]) for case in shared]
    scored = [pair for pair in pairs if pair[1].of and pair[2].of]
    if not scored:
        return None
    before, after = _rates([pair[1] for pair in scored]), _rates([pair[2] for pair in scored])
    personas = [pair[1].persona for pair in scored]
    return Comparison(
        first=names[0],
        second=names[1],
        cases=len(scored),
        personas=len(set(personas)),
        gained=tuple(each[0] for each, a, b in zip(scored, before, after, strict=True) if b > a),
        lost=tuple(each[0] for each, a, b in zip(scored, before, after, strict=True) if b < a),
        passes=difference_of_passes(after, before, personas, level=level, alternative=alternative),
        scores=difference_of_scores(
            [pair[2].score or 0.0 for pair in scored],
            [pair[1].score or 0.0 for pair in scored],
            personas,
            level=level,
            alternative=alternative,
        ),
        alone=len(first) + len(second) - 2 * len(shared),
        unscored=len(shared) - len(scored),
    )


def against_first(arms: Mapping[str, Outcomes]) -> Iterator[Comparison]:
    """Compare each arm with the first one."""
    names = list(arms)
    for name in names[1:]:
        yield from filter(None, [compare(arms[names[0]], arms[name], names=(names[0], name))])


def _rates(outcomes: list[Outcome]) -> list[float]:
    return [outcome.passed / outcome.of for outcome in outcomes]
