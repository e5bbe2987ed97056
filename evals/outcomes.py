"""How each case came out in each arm, without what was said: what comparing and blessing need.

Small enough to hold for any run, and to commit. Knows nothing of the words of a case.
"""

from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import NamedTuple, Self

from pydantic import Field

from evals.results import CaseResult
from memory.types import Record

_DECIMALS = 4  # a score that was written down and read again is still the same one


class CaseId(NamedTuple):
    """What pairs a case with itself in another arm or run: its name, and its distance."""

    case: str
    distance: int | None = None

    def __str__(self) -> str:
        return self.case if self.distance is None else f"{self.case}@{self.distance}"

    @classmethod
    def of(cls, result: CaseResult) -> Self:
        """That of a result, whose case may be named with its distance at the end."""
        return cls(result.case.removesuffix(f"@{result.distance}"), result.distance)


class Outcome(Record):
    """How one case came out in one arm, over its repeats.

    `of` repeats could be scored and `passed` of them passed; `score` is their mean score.
    """

    persona: str
    tags: tuple[str, ...] = ()
    is_hard: bool = False
    passed: int = Field(ge=0)
    of: int = Field(ge=0)
    score: float | None = None
    errors: int = 0
    unscored: int = 0

    @property
    def rate(self) -> float | None:
        """The share of repeats that passed; None if nothing could be scored."""
        return self.passed / self.of if self.of else None

    @property
    def is_whole(self) -> bool:
        """Whether every repeat passed."""
        return 0 < self.of == self.passed and not self.unscored

    @property
    def is_mixed(self) -> bool:
        """Whether some repeats passed and others did not."""
        return 0 < self.passed < self.of


Outcomes = Mapping[CaseId, Outcome]


def gather(results: Iterable[CaseResult]) -> dict[str, Outcomes]:
    """The outcomes of each arm; of results for the same repeat, the last one counts."""
    heads: dict[tuple[str, CaseId], CaseResult] = {}
    repeats: dict[tuple[str, CaseId], dict[int, _Mark]] = {}
    for result in results:
        place = result.arm, CaseId.of(result)
        heads.setdefault(place, result.model_copy(update={"turns": (), "verdicts": ()}))
        repeats.setdefault(place, {})[result.repeat] = _Mark(
            result.passed, result.score, result.error is not None
        )
    arms: dict[str, dict[CaseId, Outcome]] = {}
    for (arm, case), head in heads.items():
        marks = list(repeats[arm, case].values())
        arms.setdefault(arm, {})[case] = _outcome(head, marks)
    return dict(arms)


class _Mark(NamedTuple):
    passed: bool | None
    score: float
    is_error: bool


def _outcome(head: CaseResult, marks: list[_Mark]) -> Outcome:
    scored = [mark for mark in marks if mark.passed is not None]
    return Outcome(
        persona=head.persona,
        tags=head.tags,
        is_hard=head.is_hard,
        passed=sum(mark.passed is True for mark in scored),
        of=len(scored),
        score=round(fmean(mark.score for mark in scored), _DECIMALS) if scored else None,
        errors=sum(mark.is_error for mark in marks),
        unscored=len(marks) - len(scored),
    )
