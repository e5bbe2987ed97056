"""PersonaMem: a question with options in the middle of a long chat."""

from itertools import islice
from pathlib import Path

from evals.adapters.base import Made, Row, Wanted
from evals.benchmarks.datasets.personamem import Choice, read_personamem

_HEAD: Row = {
    "name": "personamem",
    "description": "Made from a copy of the data set PersonaMem.",
    "arms": ["off", "on"],
    "timeout_s": 1800,
}
_CASE: Row = {
    "id": "{{ id }}",
    "said": "{{ said }}",
    "tags": ["{{ kind }}"],
    "turns": [{"choose": "{{ ask }}", "options": "{{ options }}", "right": "{{ right }}"}],
}


def personamem(path: Path, wanted: Wanted) -> Made:
    """A user for each question. Which messages it is about is not told, so there is no `oracle`."""
    choices = list(islice(read_personamem(path), wanted.limit))
    return Made(_HEAD, _CASE, map(_row, choices))


def _row(choice: Choice) -> Row:
    return {
        "id": choice.id,
        "kind": choice.kind,
        "ask": choice.text,
        "options": list(choice.options),
        "right": choice.right,
        "said": [{"role": turn.role, "text": turn.content} for turn in choice.said],
    }
