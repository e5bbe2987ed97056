"""From a case as it is written to cases as they are run: one for each persona and distance."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from evals.suites.source import Place
from evals.suites.steps import Create, Say
from evals.suites.types import Case, Line, Persona, Suite
from prompts.library import Library


class CaseProblem(ValueError):
    """A case names what is not there. `place` says where in it."""

    def __init__(self, place: Place, problem: str) -> None:
        super().__init__(problem)
        self.place = place


@dataclass(frozen=True)
class Planned:
    """One case to be run in every arm."""

    id: str
    case: Case
    persona: Persona
    distance: int | None
    needed: tuple[Line, ...]

    @property
    def neighbours(self) -> tuple[str, ...]:
        """The names of those whom the same assistant knows; "all" stands for everybody."""
        return _as_tuple(self.case.neighbours)

    def is_in(self, arm: str) -> bool:
        """Whether it makes sense in an arm."""
        return self.case.arms is None or arm in self.case.arms


def plan_case(case: Case, suite: Suite, spoken_by: Callable[[str], Case]) -> Iterator[Planned]:
    """The cases that one case stands for; `spoken_by` fills it in for another of its personas.

    Raises:
        CaseProblem: it names a persona, an arm, a line or a kind of text that there is not.
    """
    _check_names(case, suite)
    _check_kinds(case, suite)
    names = _names(case, suite)
    distances = case.distance if isinstance(case.distance, tuple) else (case.distance,)
    for number, name in enumerate(names):
        case = spoken_by(name) if number else case
        persona = _persona(case, name, suite)
        needed = _needed(case, persona)
        for distance in distances:
            yield Planned(
                id=case.id
                + (f"/{name}" if len(names) > 1 else "")
                + (f"@{distance}" if len(distances) > 1 else ""),
                case=case,
                persona=persona if distance is None else _at_distance(persona, distance),
                distance=distance,
                needed=needed,
            )


def _check_names(case: Case, suite: Suite) -> None:
    for place, names in (
        (("persona",), _as_tuple(case.persona)),
        (("neighbours",), _as_tuple(case.neighbours)),
        (("turns",), tuple(step.by for step in case.turns if isinstance(step, Say) and step.by)),
    ):
        for name in names:
            if name not in suite.personas and not (name == "all" and suite.personas):
                raise CaseProblem(place, f"there is no persona {name!r}; {_there_are(suite)}")
    for name in case.arms or ():
        if name not in (arms := [arm.name for arm in suite.arms]):
            raise CaseProblem(("arms",), f"there is no arm {name!r}; there are: {', '.join(arms)}")


def _check_kinds(case: Case, suite: Suite) -> None:
    """Each kind of text has to be one that ships, or of a folder of prompts that is named."""
    for number, step in enumerate(case.turns):
        if isinstance(step, Create):
            folders = {suite.prompts, *(arm.prompts for arm in suite.arms)}
            kinds = sorted({kind for folder in folders for kind in Library(folder).kinds()})
            if step.create not in kinds:
                problem = f"there is no kind of text {step.create!r}; there are: {', '.join(kinds)}"
                raise CaseProblem(("turns", number, "create"), problem)


def _there_are(suite: Suite) -> str:
    names = ", ".join(suite.personas)
    return f"there are: {names}" if names else "add it under 'personas'"


def _as_tuple(given: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given or ()


def _names(case: Case, suite: Suite) -> Sequence[str]:
    """The personas of a case; one that names none has somebody of its own."""
    if case.persona == "all":
        return tuple(suite.personas)
    return _as_tuple(case.persona) or (case.id,)


def _persona(case: Case, name: str, suite: Suite) -> Persona:
    known = suite.personas.get(name)
    if known is None:
        return Persona(name=name, said=case.said)
    return known.model_copy(update={"name": name, "said": (*known.said, *case.said)})


def _at_distance(persona: Persona, distance: int) -> Persona:
    return persona.model_copy(update={"fillers": distance})


def _needed(case: Case, persona: Persona) -> tuple[Line, ...]:
    """The lines that matter; with nothing said about that, all of the user's."""
    if case.needs is None:
        return tuple(line for line in persona.said if line.role == "user")
    by_id = {line.id: line for line in persona.said if line.id}
    by_number = dict(enumerate(persona.said, start=1))
    needed = []
    for number, name in enumerate(case.needs):
        line = by_number.get(name) if isinstance(name, int) else by_id.get(name)
        if line is None:
            ids = ", ".join(by_id) or "none has an id"
            raise CaseProblem(
                ("needs", number),
                f"{persona.name!r} said no line {name!r}; there are {len(by_number)} ({ids})",
            )
        needed.append(line)
    return tuple(needed)
