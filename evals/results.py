"""What a run of a suite left behind: records of cases, and the file that they stand in.

A run is a folder with `results.jsonl`: a header, then one line for each case in each arm and
repeat, appended as they come. Knows nothing of how a case is run, and nothing of reports.
"""

import math
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import IO, Literal, Self

from pydantic import Field, ValidationError

from evals.errors import DataNotFound, UnknownFormat
from memory.types import Record, UtcTime

FORMAT = 1
RESULTS_NAME = "results.jsonl"


class Verdict(Record):
    """What one check says about one reply, or about a whole case.

    `check` names it with what it looks for ("contains: Celsius"), `kind` without ("contains").
    `passed` is None where it could not be scored, and `score`, from 0 to 1, is None where a check
    only passes or fails. `reason` says why in one sentence.
    """

    check: str
    kind: str
    passed: bool | None
    score: float | None = Field(default=None, ge=0, le=1)
    reason: str


class SentMessage(Record):
    """A message as the model got it."""

    role: Literal["system", "user", "assistant", "tool"]
    text: str


class Offered(Record):
    """A memory or a message that stood in the prompt, and why it was recalled."""

    id: str
    text: str
    is_used: bool
    why: str = ""


class Usage(Record):
    """What a turn cost. `cost` is in US dollars, None where no price is known."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None
    seconds: float = 0.0


class TurnRecord(Record):
    """One turn of a case as it ran: what was said, or the text that was written.

    `cautions` are the parts of the reply that say that it conflicts with a hard constraint.
    `learned` are the texts of the memories that it made.
    """

    user: str
    prompt: tuple[SentMessage, ...] = ()
    reply: str
    offered: tuple[Offered, ...] = ()
    cautions: tuple[str, ...] = ()
    learned: tuple[str, ...] = ()
    usage: Usage = Usage()
    verdicts: tuple[Verdict, ...] = ()


class CaseResult(Record):
    """One case in one arm, one repeat. `verdicts` are those of checks on the case as a whole.

    `persona` is the cluster that a case belongs to. `key` is the digest of all that the result
    depends on; `is_cached` tells that no model was asked for it this time.
    """

    suite: str
    case: str
    arm: str
    repeat: int = 0
    persona: str
    tags: tuple[str, ...] = ()
    is_hard: bool = False
    distance: int | None = None
    turns: tuple[TurnRecord, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    error: str | None = None
    seconds: float = 0.0
    key: str = ""
    is_cached: bool = False

    @property
    def all_verdicts(self) -> Iterator[Verdict]:
        """The verdicts on the turns, then those on the case."""
        return chain(*(turn.verdicts for turn in self.turns), self.verdicts)

    @property
    def passed(self) -> bool | None:
        """Whether all that was scored passed; None if nothing was. An error is a failure."""
        if self.error is not None:
            return False
        scored = [each.passed for each in self.all_verdicts if each.passed is not None]
        return all(scored) if scored else None

    @property
    def score(self) -> float:
        """The mean of what was scored, from 0 to 1: 0 for an error, nan if nothing was scored."""
        if self.error is not None:
            return 0.0
        scored = [
            float(each.passed) if each.score is None else each.score
            for each in self.all_verdicts
            if each.passed is not None
        ]
        return sum(scored) / len(scored) if scored else math.nan


class RunHeader(Record):
    """What a run was: the first line of its file.

    `models` and `prompts` name, for each arm, the model and the digest of its prompt templates
    (empty where the subject has none of ours).
    """

    format: int = FORMAT
    suite: str
    suite_digest: str
    arms: tuple[str, ...]
    repeats: int
    seed: int
    models: Mapping[str, str]
    prompts: Mapping[str, str]
    started: UtcTime
    version: str


class Run:
    """A run as it lies on the disk; results are read anew, line by line, whenever asked for."""

    def __init__(self, folder: Path, header: RunHeader) -> None:
        self.folder = folder
        self.header = header

    @property
    def results(self) -> Iterator[CaseResult]:
        """All results, in the order they came; a line that a kill left half-written is left out.

        Raises:
            UnknownFormat: a line in the midst is no result.
        """
        with (self.folder / RESULTS_NAME).open(encoding="utf-8") as lines:
            next(lines)
            for number, line in enumerate(lines, start=2):
                if line.endswith("\n"):
                    yield _result(line, self.folder, number)

    def results_of(self, arm: str) -> Iterator[CaseResult]:
        """The results of one arm."""
        return (result for result in self.results if result.arm == arm)


class RunWriter:
    """Appends results to a run's file; each is with the operating system when `add` returns."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    @classmethod
    def begin(cls, folder: Path, header: RunHeader) -> Self:
        """Make the folder and write the header."""
        folder.mkdir(parents=True)
        writer = cls((folder / RESULTS_NAME).open("x", encoding="utf-8"))
        writer._write(header)
        return writer

    @classmethod
    def go_on(cls, folder: Path) -> Self:
        """Append to a run that broke off; what is in no state to stay is removed from it before.

        That is a half-written line, and results that ended in an error: their cases run again.
        """
        file = folder / RESULTS_NAME
        kept = file.with_suffix(".kept")
        with file.open("rb") as lines, kept.open("wb") as copy:
            copy.write(next(lines))
            copy.writelines(_worth_keeping(lines, folder))
            copy.flush()
            os.fsync(copy.fileno())
        kept.replace(file)
        return cls(file.open("a", encoding="utf-8"))

    def add(self, *results: CaseResult) -> None:
        """Append results."""
        self._write(*results)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, *records: Record) -> None:
        self._file.writelines(f"{record.model_dump_json()}\n" for record in records)
        self._file.flush()


def load_run(path: Path | str) -> Run:
    """Open a run: its folder, or the file in it.

    Raises:
        DataNotFound: there is no run.
        UnknownFormat: the file is not one, or of a newer version.
    """
    given = Path(path)
    folder = given.parent if given.name == RESULTS_NAME else given
    file = folder / RESULTS_NAME
    if not file.is_file():
        raise DataNotFound(f"There is no run at {str(given)!r}: no {RESULTS_NAME} lies there.")
    with file.open(encoding="utf-8") as lines:
        first = lines.readline()
    try:
        header = RunHeader.model_validate_json(first)
    except ValidationError:
        raise UnknownFormat(f"{str(file)!r} is no run: its first line is no header.") from None
    if header.format > FORMAT:
        raise UnknownFormat(f"{str(file)!r} was written by a newer version. Update Bespoke.")
    return Run(folder, header)


def _result(line: str | bytes, folder: Path, number: int) -> CaseResult:
    try:
        return CaseResult.model_validate_json(line)
    except ValidationError:
        where = f"Line {number} of {str(folder / RESULTS_NAME)!r}"
        raise UnknownFormat(f"{where} is no result. Remove it, or run the suite again.") from None


def _worth_keeping(lines: Iterable[bytes], folder: Path) -> Iterator[bytes]:
    """The whole lines of results that did not end in an error."""
    for number, line in enumerate(lines, start=2):
        if line.endswith(b"\n") and _result(line, folder, number).error is None:
            yield line
