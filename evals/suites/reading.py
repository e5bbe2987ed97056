"""From a file to a suite that can be run, or to errors that say where, what, and how to mend it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evals.errors import SuiteInvalid
from evals.loading import load_file
from evals.suites.planning import CaseProblem, Planned, plan_case
from evals.suites.problems import invalid, invalid_values
from evals.suites.rows import Row, UnknownVariable, fill_in, read_rows
from evals.suites.source import Source
from evals.suites.types import Case, Persona, Suite

_STRANGERS = 20
_WITH_ROWS = ("rows", "data")


@dataclass(frozen=True, eq=False)
class LoadedSuite:
    """A suite, and the file that it is from. Its cases are made one after the other.

    `options` tell what was asked for that the file does not say.
    """

    suite: Suite
    source: Source
    is_wanted: Callable[[Planned], bool] = lambda _: True
    options: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """The file."""
        return self.source.path

    @property
    def folder(self) -> Path:
        """Where other files that it names are found from."""
        return self.path.parent

    def planned(self) -> Iterator[Planned]:
        """Every case as it is run: a row, a persona and a distance each.

        Raises:
            SuiteInvalid: one of them is not as it should be.
        """
        return filter(self.is_wanted, self._all_planned())

    def _all_planned(self) -> Iterator[Planned]:
        for number, case in enumerate(self.suite.cases):
            try:
                for each, spoken_by in self._filled(number, case):
                    self._check_judge(each, number)
                    yield from plan_case(each, self.suite, spoken_by)
            except CaseProblem as problem:
                place = ("cases", number, *problem.place)
                raise invalid(self.source, place, str(problem)) from None

    def runs(self, arms: Sequence[str]) -> int:
        """How many results it comes to in these arms."""
        return self.suite.repeats * sum(
            planned.is_in(arm) for planned in self.planned() for arm in arms
        )

    def check(self) -> None:
        """Look through every case.

        Raises:
            SuiteInvalid: one is not as it should be, or there are two of one name.
        """
        seen: set[str] = set()
        for planned in self._all_planned():
            if planned.id in seen:
                raise SuiteInvalid(f"{self.path}: there are two cases {planned.id!r}. Rename one.")
            seen.add(planned.id)
        needs_strangers = any(arm.memory == "shuffled" for arm in self.suite.arms)
        if needs_strangers and len(self.strangers()) < 2:
            raise invalid(
                self.source,
                ("arms",),
                "an arm with another user's memory needs two personas who said something. Add one",
            )

    def changed(self, **values: Any) -> "LoadedSuite":
        """The same with other values for some fields of the suite that no case depends on."""
        given = {name: value for name, value in values.items() if value is not None}
        options = (f"{name}={value!r}" for name, value in given.items() if name != "jobs")
        suite = self.suite.model_copy(update=given)
        return replace(self, suite=suite, options=(*self.options, *options))

    def only(self, *, tags: Sequence[str] = (), cases: Sequence[str] = ()) -> "LoadedSuite":
        """The same with only the cases that have one of the tags, or one of the names."""

        def is_wanted(planned: Planned) -> bool:
            has_tag = not tags or any(tag in planned.case.tags for tag in tags)
            return has_tag and (not cases or planned.id in cases or planned.case.id in cases)

        options = (*(f"tag={each!r}" for each in tags), *(f"case={each!r}" for each in cases))
        return replace(self, is_wanted=is_wanted, options=(*self.options, *options))

    def check_arms(self, names: Sequence[str]) -> None:
        """Raise SuiteInvalid where there is no arm of one of these names."""
        known = [arm.name for arm in self.suite.arms]
        for name in names:
            if name not in known:
                raise SuiteInvalid(f"{self.path}: there is no arm {name!r}; {', '.join(known)}.")

    def strangers(self) -> Sequence[Persona]:
        """Those whose past can be given to somebody else: at most twenty."""
        named = [
            persona.model_copy(update={"name": name})
            for name, persona in self.suite.personas.items()
            if persona.said
        ]
        if len(named) > 1:
            return named[:_STRANGERS]
        own = {each.persona.name: each.persona for each in self._all_planned() if each.persona.said}
        return list(islice(own.values(), _STRANGERS))

    @property
    def digest(self) -> str:
        """Changes with the file, its data, its own checks, and the options of the run."""
        digest = hashlib.sha256()
        named = [self.suite.checks_from, *(case.data for case in self.suite.cases)]
        for path in (self.path, *(self.folder / each for each in named if each)):
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        digest.update("\n".join(sorted(self.options)).encode())
        return digest.hexdigest()[:16]

    def _check_judge(self, case: Case, number: int) -> None:
        if self.suite.judge is not None:
            return
        turns = (each for turn in case.turns for each in getattr(turn, "checks", ()))
        for each in (*turns, *case.checks, *self.suite.checks):
            if each.needs_judge:
                raise invalid(
                    self.source,
                    ("cases", number),
                    f"the check {each.kind!r} needs a judge. Name a model: 'judge: …' in the suite",
                )

    def _filled(self, number: int, case: Case) -> Iterator[tuple[Case, Callable[[str], Case]]]:
        """A case for each row, as its first persona speaks in it, and as any other does."""
        written = self.source.content["cases"][number]
        if not _has_rows(written):
            yield case, partial(self._case, number, written, {})
            return
        for at, row in enumerate(_rows(written, self.folder), start=1):
            spoken_by = partial(self._case, number, _numbered(written, at), row)
            yield spoken_by(), spoken_by

    def _case(
        self, number: int, written: Mapping[str, Any], row: Row, persona: str | None = None
    ) -> Case:
        place = ("cases", number)
        told = {name: each.variables for name, each in self.suite.personas.items()}
        without = {name: each for name, each in written.items() if name not in _WITH_ROWS}
        try:
            values = _values(written, row, self.suite.variables, told, persona)
            return Case.model_validate(fill_in(without, values))
        except UnknownVariable as error:
            raise invalid(self.source, place, str(error)) from None
        except ValidationError as error:
            raise invalid_values(self.source, error, place) from None


def read_suite(path: Path | str) -> LoadedSuite:
    """Read a suite, and look through every case of it.

    Raises:
        DataNotFound: there is no such file.
        SuiteInvalid: it cannot be run; the message names file, line, case, and what to do.
    """
    source = Source.read(Path(path))
    content = source.content
    if not isinstance(content, dict):
        raise invalid(source, (), "a suite is a mapping that begins with 'name: …'")
    folder = source.path.parent
    if isinstance(content.get("checks_from"), str):
        load_file(folder / content["checks_from"])
    filled = _first_rows(source, folder)
    try:
        suite = Suite.model_validate(filled)
    except ValidationError as error:
        raise invalid_values(source, error) from None
    loaded = LoadedSuite(_at_home(suite, folder), source)
    loaded.check()
    return loaded


def _first_rows(source: Source, folder: Path) -> dict[str, Any]:
    """The content with its variables filled in; a case that has rows, as its first row makes it."""
    content = dict(source.content)
    shared = content.get("variables", {})
    cases = content.pop("cases", None)
    try:
        filled: dict[str, Any] = fill_in(content, shared)
    except UnknownVariable as error:
        raise invalid(source, (), str(error)) from None
    if not isinstance(cases, list):
        return filled if cases is None else {**filled, "cases": cases}
    told = _variables_of(filled.get("personas"))
    filled["cases"] = made = []
    for number, case in enumerate(cases):
        try:
            made.append(_first_row(case, shared, told, folder))
        except UnknownVariable as error:
            raise invalid(source, ("cases", number), str(error)) from None
    return filled


def _first_row(case: Any, shared: Row, told: Mapping[str, Row], folder: Path) -> Any:
    if not isinstance(case, dict):
        return case
    row: Row = next(_rows(case, folder), {}) if _has_rows(case) else {}
    written = _numbered(case, 1) if _has_rows(case) else case
    return fill_in(written, _values(case, row, shared, told))


def _values(
    case: Mapping[str, Any],
    row: Row,
    shared: Row,
    told: Mapping[str, Row],
    persona: str | None = None,
) -> Row:
    """What a case is filled in with: of a row before its own, its persona's and the suite's.

    `told` has the variables of each persona. Where none is given, the case's first one speaks.
    """
    own = {**case.get("variables", {}), **row}
    if persona is None:
        named = fill_in(case.get("persona"), {**shared, **own})
        named = list(told) if named == "all" else named
        persona = next(iter(named), None) if isinstance(named, list) else named
    return {**shared, **told.get(str(persona), {}), **own}


def _variables_of(personas: Any) -> dict[str, Row]:
    """The variables of each persona, as far as they are written as they should be."""
    written = personas if isinstance(personas, dict) else {}
    found = {
        name: each.get("variables") for name, each in written.items() if isinstance(each, dict)
    }
    return {name: each for name, each in found.items() if isinstance(each, dict)}


def _has_rows(case: Any) -> bool:
    return isinstance(case, dict) and any(case.get(name) for name in _WITH_ROWS)


def _rows(case: Mapping[str, Any], folder: Path) -> Iterator[Row]:
    yield from case.get("rows", ())
    if case.get("data"):
        yield from read_rows(folder / str(case["data"]))


def _numbered(case: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    """The case with its row's number in its name, unless a column is in there already."""
    name = str(case.get("id", ""))
    return case if "{{" in name else {**case, "id": f"{name}-{number}"}


def _at_home(suite: Suite, folder: Path) -> Suite:
    """The suite with its folders of prompts found from where it lies."""
    arms = [
        arm.model_copy(update={"prompts": folder / arm.prompts}) if arm.prompts else arm
        for arm in suite.arms
    ]
    prompts = folder / suite.prompts if suite.prompts else None
    return suite.model_copy(update={"arms": tuple(arms), "prompts": prompts})
