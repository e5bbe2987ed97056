"""What is wrong with a suite, told so that it can be mended: file, line, case, and the fix."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from evals.checks.register import checks
from evals.errors import SuiteInvalid
from evals.suites import steps, types
from evals.suites.source import Place, Source

_MOST_TOLD = 10
_OF_PYDANTIC = ("Value error, ", "Input should be ", "String should ")


def invalid(source: Source, place: Place, problem: str) -> SuiteInvalid:
    """One problem at a place of the file."""
    return SuiteInvalid(_told(source, place, problem))


def invalid_values(source: Source, error: ValidationError, under: Place = ()) -> SuiteInvalid:
    """All that pydantic found, at most ten of it; `under` is the place of what was validated."""
    told = [_told(source, (*under, *place), words) for place, words in _problems(error)]
    if len(told) > _MOST_TOLD:
        told[_MOST_TOLD:] = [f"… and {len(told) - _MOST_TOLD} more."]
    return SuiteInvalid("\n".join(told))


def _problems(error: ValidationError) -> Iterator[tuple[Place, str]]:
    found = [_problem(wrong) for wrong in error.errors(include_url=False)]
    for at, (place, words) in enumerate(found):
        is_follow_up = "needs at least" in words and any(
            len(other) > len(place) and other[: len(place)] == place
            for other, _ in found[:at] + found[at + 1 :]
        )
        if not is_follow_up:
            yield place, words


def _problem(wrong: ErrorDetails) -> tuple[Place, str]:
    place: Place = tuple(wrong["loc"])
    context = wrong.get("ctx", {})
    match wrong["type"]:
        case "missing":
            return place[:-1], f"{str(place[-1])!r} is missing. Add it"
        case "extra_forbidden":
            return place, _unknown(str(place[-1]))
        case "too_short":
            return place, f"this needs at least {context['min_length']} item"
        case "in_check":
            inner, words = _problem(context["wrong"])
            return (*place, *inner), words
        case "unknown_check":
            hint = _hint(str(context["given"]).strip("'"), checks())
            return place, f"{wrong['msg']}.{hint}"
        case _:
            return place, f"{_words(wrong['msg'])}{_given(wrong['input'])}"


def _told(source: Source, place: Place, problem: str) -> str:
    case = _case(source.content, place)
    end = "" if problem.endswith("?") else "."
    return f"{source.path}:{source.line(place)}: {case}{problem.removesuffix('.')}{end}"


def _case(content: Any, place: Sequence[str | int]) -> str:
    """The case that a place is in, as a prefix."""
    if len(place) > 1 and place[0] == "cases" and isinstance(place[1], int):
        case = content["cases"][place[1]]
        if isinstance(case, Mapping) and "id" in case:
            return f"case {case['id']!r}: "
    return ""


def _unknown(name: str) -> str:
    hint = _hint(name, [*_field_names(), *checks()])
    return f"{name!r} means nothing here.{hint or ' Remove it, or look for its name in the schema'}"


def _hint(name: str, known: Any) -> str:
    near = get_close_matches(name, known, n=1)
    return f" Did you mean {near[0]!r}?" if near and near[0] != name else ""


@cache
def _field_names() -> tuple[str, ...]:
    named = {**vars(types), **vars(steps)}.values()
    models = [each for each in named if isinstance(each, type)]
    records = [each for each in models if issubclass(each, BaseModel)]
    return tuple(sorted({name for record in records for name in record.model_fields}))


def _words(message: str) -> str:
    for prefix in _OF_PYDANTIC:
        if message.startswith(prefix):
            rest = message.removeprefix(prefix)
            return rest if prefix.startswith("Value") else f"this should {_verb(prefix)}{rest}"
    return message


def _verb(prefix: str) -> str:
    return "be " if prefix.startswith("Input") else ""


def _given(value: Any) -> str:
    if isinstance(value, str | int | float):
        text = repr(value)
        return f", not {text if len(text) <= 60 else text[:60] + '…'}"
    return ""
