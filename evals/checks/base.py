"""What a check is, and the decorator that registers one.

A check is a frozen record whose first field bears its name, so that a suite's `contains: tofu` is a
`Contains(contains="tofu")`. It looks at one turn, or at a whole case, and says what it found.
"""

import inspect
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, overload

from pydantic import create_model

from evals.errors import SuiteInvalid
from evals.results import TurnRecord, Verdict
from memory.types import Record

if TYPE_CHECKING:
    from evals.suites.types import Case, Persona

_LABEL_LENGTH = 60
REGISTERED: dict[str, type["Check"]] = {}


class Tools(Protocol):
    """What checks may ask for beside the records: made when first used."""

    def similarity(self, first: str, second: str) -> float:
        """How near two texts are in meaning: the cosine of their vectors."""

    def choose(self, question: str, options: Sequence[str]) -> str | None:
        """Which option a judge answers with; None if its answer is none of them."""


class Store(Protocol):
    """What a subject lets a check see of its memory after a case."""

    def memories(self) -> Sequence[str] | None:
        """The texts of all memories that count now; None if this subject does not tell."""

    def folder(self) -> Path | None:
        """Where everything is kept that the subject keeps; None if it does not tell."""


@dataclass(frozen=True)
class Seen:
    """What a check looks at: a turn (for a check of the whole case, the last one) and around it.

    `personas` are all that the suite names.
    """

    turn: TurnRecord
    before: Sequence[TurnRecord]
    case: "Case"
    persona: "Persona"
    personas: Mapping[str, "Persona"]
    store: Store
    tools: Tools

    @property
    def reply(self) -> str:
        """What the assistant said."""
        return self.turn.reply

    @property
    def others(self) -> Mapping[str, "Persona"]:
        """Everybody else."""
        return {name: each for name, each in self.personas.items() if name != self.persona.name}

    @property
    def prompt(self) -> str:
        """All that the model was sent."""
        return "\n\n".join(message.text for message in self.turn.prompt)


class Check(Record):
    """The base of all checks."""

    kind: ClassVar[str]
    needs_judge: ClassVar[bool] = False

    @abstractmethod
    def judge(self, seen: Seen) -> Verdict:
        """Say whether what was seen is as it should be, and why."""

    @property
    def label(self) -> str:
        """The check in a few words: its name, and what it looks for."""
        wanted = getattr(self, self.kind)
        words = ", ".join(map(str, wanted)) if isinstance(wanted, tuple) else str(wanted)
        line = " ".join(words.split())
        short = line if len(line) <= _LABEL_LENGTH else line[: _LABEL_LENGTH - 1] + "…"
        return self.kind if wanted is True else f"{self.kind}: {short}"

    def verdict(self, passed: bool | None, reason: str, *, score: float | None = None) -> Verdict:
        """A verdict in this check's name."""
        return Verdict(check=self.label, kind=self.kind, passed=passed, score=score, reason=reason)


CheckClass = TypeVar("CheckClass", bound=type[Check])
Found = bool | float | tuple[bool | float | None, str] | Verdict


@overload
def check(made: CheckClass) -> CheckClass:
    """Register a class."""


@overload
def check(made: Callable[..., Found]) -> type[Check]:
    """Register a function."""


def check(made: Any) -> Any:
    """Register a check: a class that builds on `Check`, or a function.

    A function is called with what was `Seen`, and with what the suite says by name. Its own name is
    the check's, and its second parameter, if it has one, takes what stands behind that name::

        @check
        def polite(seen: Seen, polite: bool) -> bool:
            return "please" in seen.reply

    It returns whether the check passed, a score from 0 to 1 (passed from 0.5 on), either with a
    reason, or a whole verdict.
    """
    made = made if inspect.isclass(made) else _from_function(made)
    made.kind = next(iter(made.model_fields))
    REGISTERED[made.kind] = made
    return made


def _from_function(function: Callable[..., Found]) -> type[Check]:
    parameters = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    fields: dict[str, Any] = {
        each.name: (each.annotation, ... if each.default is each.empty else each.default)
        for each in parameters
    }
    name = function.__name__
    fields = fields or {name: (bool, ...)}

    class _Function(Check):
        def judge(self, seen: Seen) -> Verdict:
            given = {each.name: getattr(self, each.name) for each in parameters}
            return _as_verdict(self, function(seen, **given))

    made = create_model(name, __base__=_Function, __doc__=inspect.getdoc(function), **fields)
    if next(iter(made.model_fields)) != name:
        raise SuiteInvalid(
            f"The check {name!r} takes {next(iter(made.model_fields))!r} first. Call its second "
            f"parameter {name!r}: it gets what a suite writes behind '{name}:'."
        )
    return made


def _as_verdict(by: Check, found: Found) -> Verdict:
    if isinstance(found, Verdict):
        return found
    value, reason = found if isinstance(found, tuple) else (found, "")
    if isinstance(value, bool) or value is None:
        return by.verdict(value, reason or ("it holds" if value else "it does not hold"))
    return by.verdict(value >= 0.5, reason or f"scored {value:.2f}", score=value)
