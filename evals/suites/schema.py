"""The JSON Schema of suites: that of the records, with every check that is known."""

import json
from typing import Any

from evals.checks.register import PLACEHOLDER, checks
from evals.suites.types import Suite

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ANY_CHECK = {"$ref": "#/$defs/AnyCheck"}
_VARIABLE = {"type": "string", "pattern": r"^\{\{\s*\w+\s*\}\}$"}
_FILLED_IN = ("Case", "Choose")


def suite_schema() -> dict[str, Any]:
    """The schema, as JSON has it."""
    schema = _with_checks(Suite.model_json_schema())
    definitions = schema.setdefault("$defs", {})
    kinds = dict(sorted(checks().items()))
    for kind, made in kinds.items():
        own = made.model_json_schema()
        definitions |= own.pop("$defs", {})
        definitions[f"check_{kind}"] = _with_variables(own)
    for name in _FILLED_IN:
        definitions[name] = _with_variables(definitions[name])
    definitions["AnyCheck"] = {
        "description": "One check, written as 'name: what to look for', or a variable for one.",
        "anyOf": [*({"$ref": f"#/$defs/check_{kind}"} for kind in kinds), _VARIABLE],
    }
    return {"$schema": _DIALECT, **schema}


def schema_text() -> str:
    """The schema as a file holds it."""
    return json.dumps(suite_schema(), indent=1, ensure_ascii=False) + "\n"


def _with_checks(part: Any) -> Any:
    """The schema with a reference wherever any check may stand."""
    if isinstance(part, dict):
        if all(part.get(name) == value for name, value in PLACEHOLDER.items()):
            return dict(_ANY_CHECK)
        return {name: _with_checks(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_with_checks(value) for value in part]
    return part


def _with_variables(definition: dict[str, Any]) -> dict[str, Any]:
    """The definition with `{{ name }}`, which a row fills in, wherever a list or number stands."""
    properties = {
        name: _or_variable(given) if _is_filled_in(given) else given
        for name, given in definition["properties"].items()
    }
    return {**definition, "properties": properties}


def _or_variable(given: dict[str, Any]) -> dict[str, Any]:
    kept = given if "anyOf" in given else {}
    return {**kept, "anyOf": [*_ways(given), _VARIABLE]}


def _ways(given: dict[str, Any]) -> list[Any]:
    return list(given.get("anyOf", [given]))


def _is_filled_in(given: dict[str, Any]) -> bool:
    kinds = {way.get("type") for way in _ways(given)}
    return bool(kinds & {"array", "integer", "number"}) and "string" not in kinds
