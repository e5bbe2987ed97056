"""The checks that a suite can name: those that ship, and those that other packages bring.

Another package brings its own by an entry point of the group `bespoke.checks` that names the module
in which they are decorated with `check`.
"""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Annotated, Any

from pydantic import GetPydanticSchema, ValidationError
from pydantic_core import PydanticCustomError, core_schema

from evals.checks import answers, form, meaning, personal, recalled, safety, spent, words
from evals.checks.base import REGISTERED, Check

GROUP = "bespoke.checks"
PLACEHOLDER = {"$comment": "any check"}
SHIPPED = (answers, form, meaning, personal, recalled, safety, spent, words)


@cache
def checks() -> Mapping[str, type[Check]]:
    """All checks by name."""
    for entry in entry_points(group=GROUP):
        entry.load()
    return REGISTERED


def read_check(given: Any) -> Check:
    """A check as a suite writes it: a mapping that holds the name of one check."""
    if isinstance(given, Check):
        return given
    if not isinstance(given, Mapping):
        raise PydanticCustomError(
            "check", "a check is written as 'name: what to look for', e.g. 'contains: tofu'"
        )
    named = [kind for kind in given if kind in checks()]
    if not named:
        raise PydanticCustomError(
            "unknown_check",
            "there is no check {given}; there are: {names}",
            {"given": ", ".join(map(repr, given)), "names": ", ".join(sorted(checks()))},
        )
    try:
        return checks()[named[0]].model_validate(dict(given))
    except ValidationError as error:
        raise PydanticCustomError("in_check", "{wrong}", {"wrong": error.errors()[0]}) from None


AnyCheck = Annotated[
    Check,
    GetPydanticSchema(
        lambda _source, _handler: core_schema.no_info_plain_validator_function(
            read_check,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda made: made.model_dump(mode="json", exclude_defaults=True)
            ),
        ),
        lambda _schema, _handler: dict(PLACEHOLDER),
    ),
]
"""A check in a suite: of whichever class bears the name that the suite writes."""
