"""A suite made from a data set: what every adapter returns, and how it is written.

The suite is a small YAML file; its cases stand in a file of JSON Lines beside it, one a line.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

Row = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """How much of a data set is wanted, and who judges free replies.

    `limit` is the most questions of one conversation, or of all where each has one of its own.
    """

    limit: int | None = None
    distances: Sequence[int] = (10,)
    judge: str | None = None


@dataclass(frozen=True)
class Made:
    """A suite: what stands above its cases, one case as a template, and the rows to fill in."""

    head: dict[str, Any]
    case: dict[str, Any]
    rows: Iterable[Row]


class Adapter(Protocol):
    """Makes a suite from a data set."""

    def __call__(self, path: Path, wanted: Wanted) -> Made:
        """Read the data set at a path.

        Raises:
            DataNotFound: it is not there.
            UnknownFormat: it is something else.
        """


def write_suite(made: Made, file: Path) -> int:
    """Write a suite and its rows; returns how many rows."""
    data = file.with_suffix(".jsonl")
    count = 0
    with data.open("w", encoding="utf-8") as lines:
        for row in made.rows:
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    content = {**made.head, "cases": [{**made.case, "data": data.name}]}
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
    file.write_text(text, "utf-8")
    return count


def literal(text: str) -> str:
    """A text of somebody else's, in which no variable of a suite is filled in."""
    return text.replace("{{", "{ {")


def says_all(expected: Iterable[str], judge: str | None) -> list[dict[str, Any]]:
    """Checks that a free reply says what it should, by a judge if there is one, else by words."""
    if judge is None:
        return [{"answers": each} for each in expected]
    return [{"judged": f"A right reply says: {each}\nDoes this reply say so?"} for each in expected]
