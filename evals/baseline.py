"""The blessed outcomes of a suite: a small file to commit, a line a case, without any words.

It is written by `bespoke eval bless` alone, and read by `bespoke eval gate`.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError

from evals.errors import DataNotFound, UnknownFormat
from evals.outcomes import CaseId, Outcome, Outcomes, gather
from evals.results import Run
from memory.types import Record, UtcTime

FORMAT = 1
FOLDER = Path("baselines")


class Baseline(Record):
    """What a suite came to when somebody said: this is how it shall stay, or better."""

    format: int = FORMAT
    suite: str
    suite_digest: str
    blessed: UtcTime
    version: str
    repeats: int
    models: Mapping[str, str]
    prompts: Mapping[str, str]
    arms: Mapping[str, Outcomes]

    def only(self, arms: Collection[str]) -> Self:
        """The same of these arms alone."""
        kept = {
            name: {arm: each for arm, each in getattr(self, name).items() if arm in arms}
            for name in ("models", "prompts", "arms")
        }
        return self.model_copy(update=kept)


# As in "2/3 0.8": so many repeats passed of those that could be scored, and their mean score.
_Result = Annotated[str, Field(pattern=r"^\d+/\d+( [01]\.\d+)?$")]


class _Line(Record):
    """A case as the file has it."""

    case: str
    distance: int | None = None
    persona: str
    is_hard: bool = False
    arms: Mapping[str, _Result]


class _File(Record):
    format: int
    suite: str
    suite_digest: str
    blessed: UtcTime
    version: str
    repeats: int
    models: Mapping[str, str]
    prompts: Mapping[str, str]
    cases: tuple[_Line, ...]


def baseline_of(run: Run, *, now: datetime) -> Baseline:
    """What a run came to."""
    head = run.header
    return Baseline(
        suite=head.suite,
        suite_digest=head.suite_digest,
        blessed=now,
        version=head.version,
        repeats=head.repeats,
        models=head.models,
        prompts=head.prompts,
        arms=gather(run.results),
    )


def default_path(suite: str) -> Path:
    """Where the baseline of a suite lies where nothing else is said: in the working folder."""
    name = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in suite)
    return FOLDER / f"{name.strip('.')}.json"


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Write a baseline: sorted, a line a case, so that a change of it reads well in a diff."""
    head = baseline.model_dump(mode="json", exclude={"arms"})
    lines = [
        each.model_dump_json(exclude_defaults=True, exclude_none=True) for each in _lines(baseline)
    ]
    text = json.dumps(head, indent=1, sort_keys=False, ensure_ascii=False).removesuffix("\n}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{text},\n "cases": [\n  ' + ",\n  ".join(lines) + "\n ]\n}\n", "utf-8")


def read_baseline(path: Path) -> Baseline:
    """Read a baseline.

    Raises:
        DataNotFound: there is none.
        UnknownFormat: the file is none, or of a newer version.
    """
    if not path.is_file():
        raise DataNotFound(
            f"There is no baseline at {str(path)!r}. "
            "Write one with `bespoke eval bless RUN`, and commit it."
        )
    try:
        file = _File.model_validate_json(path.read_bytes())
    except ValidationError:
        raise UnknownFormat(f"{str(path)!r} is no baseline of this version.") from None
    arms: dict[str, dict[CaseId, Outcome]] = {}
    for line in file.cases:
        for arm, result in line.arms.items():
            arms.setdefault(arm, {})[CaseId(line.case, line.distance)] = Outcome(
                persona=line.persona, is_hard=line.is_hard, **_parts(result)
            )
    head = file.model_dump(exclude={"cases"})
    return Baseline(**head, arms=arms)


def _lines(baseline: Baseline) -> Iterator[_Line]:
    cases = {case: None for outcomes in baseline.arms.values() for case in outcomes}
    for case in sorted(cases, key=lambda each: (each.case, each.distance or 0)):
        of_arms = {arm: each[case] for arm, each in baseline.arms.items() if case in each}
        one = next(iter(of_arms.values()))
        yield _Line(
            case=case.case,
            distance=case.distance,
            persona=one.persona,
            is_hard=one.is_hard,
            arms={arm: _result(outcome) for arm, outcome in of_arms.items()},
        )


def _result(outcome: Outcome) -> str:
    score = "" if outcome.score is None else f" {outcome.score}"
    return f"{outcome.passed}/{outcome.of}{score}"


def _parts(result: str) -> dict[str, Any]:
    shares, _, score = result.partition(" ")
    passed, of = shares.split("/")
    return {"passed": passed, "of": of, "score": score or None}
