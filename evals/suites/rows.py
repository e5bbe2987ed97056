"""Rows that a case is filled in from: read one at a time, and put in place of `{{ name }}`."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import ijson  # type: ignore[import-untyped]

from evals.errors import DataNotFound, SuiteInvalid

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
Row = Mapping[str, Any]


class UnknownVariable(SuiteInvalid):
    """A text names a variable that there is no value for."""


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a CSV, JSON or JSON Lines file.

    Raises:
        DataNotFound: there is no such file.
        SuiteInvalid: it is in none of these formats; the message says where.
    """
    readers = {".csv": _csv, ".json": _json, ".jsonl": _lines}
    if path.suffix not in readers:
        raise SuiteInvalid(f"{path}: data is read from .csv, .json and .jsonl files. Rename it.")
    if not path.is_file():
        raise DataNotFound(f"There is no file {str(path)!r}. Paths start at the suite's folder.")
    return readers[path.suffix](path)


def fill_in(given: Any, values: Row) -> Any:
    """A copy with `{{ name }}` filled in; a text that is nothing else becomes the value itself.

    Raises:
        UnknownVariable: there is no value of a name.
    """
    if isinstance(given, str):
        return _filled(given, values) if "{{" in given else given
    if isinstance(given, dict):
        return {name: fill_in(value, values) for name, value in given.items()}
    if isinstance(given, list):
        return [fill_in(value, values) for value in given]
    return given


def _filled(text: str, values: Row) -> Any:
    whole = _VARIABLE.fullmatch(text)
    if whole:
        return _value(whole, values)
    return _VARIABLE.sub(lambda found: str(_value(found, values)), text)


def _value(found: re.Match[str], values: Row) -> Any:
    if found[1] not in values:
        known = ", ".join(sorted(values)) or "none"
        raise UnknownVariable(f"there is no value for {found[0]!r}; there are: {known}")
    return values[found[1]]


def _csv(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            if None in row or None in row.values():
                raise SuiteInvalid(f"{path}:{number}: this row has not as many cells as the first.")
            yield row


def _json(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        try:
            for number, row in enumerate(ijson.items(file, "item", use_float=True), start=1):
                yield _checked(row, f"{path}, row {number}")
        except ijson.JSONError as error:
            raise SuiteInvalid(f"{path}: this is no JSON list of rows ({error}).") from None


def _lines(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                try:
                    row = json.loads(line)
                except ValueError:
                    raise SuiteInvalid(f"{path}:{number}: this line is no JSON.") from None
                yield _checked(row, f"{path}:{number}")


def _checked(row: Any, where: str) -> Row:
    if not isinstance(row, dict):
        raise SuiteInvalid(f"{where}: a row is a mapping of names to values.")
    return row
