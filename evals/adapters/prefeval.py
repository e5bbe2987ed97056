"""PrefEval: a preference, talk about other things, and a question that it matters to.

With the folder `mcq_options` an option is chosen; without, the reply is free and needs a judge.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from evals.adapters.base import Made, Row, Wanted
from evals.benchmarks.datasets.prefeval import Preference, read_choices, read_preferences
from evals.errors import DataNotFound


def prefeval(path: Path, wanted: Wanted) -> Made:
    """A user for each preference."""
    choices = read_choices(path)
    if not choices and wanted.judge is None:
        read_preferences(path)
        raise DataNotFound(
            f"Beside {str(path)!r} is no folder mcq_options, so replies are free: name a model "
            "that judges them with --judge."
        )
    head: dict[str, Any] = {
        "name": "prefeval",
        "description": "Made from a copy of the data set PrefEval.",
        "arms": ["off", "on", "oracle"],
        "settings": {"reply_tokens": 60},
    }
    if choices:
        turn: Row = {"choose": "{{ ask }}", "options": "{{ options }}", "right": "{{ right }}"}
    else:
        head["judge"] = wanted.judge
        turn = {"user": "{{ ask }}", "checks": [{"judged": "{{ judged }}"}]}
    case: Row = {
        "id": "{{ id }}",
        "said": [{"kind": "preference", "text": "{{ preference }}"}],
        "distance": list(wanted.distances),
        "tags": ["{{ topic }}"],
        "turns": [turn],
    }
    return Made(head, case, _rows(choices or read_preferences(path), wanted))


def _rows(preferences: Sequence[Preference], wanted: Wanted) -> Iterator[Row]:
    for each in islice(preferences, wanted.limit):
        row: Row = {
            "id": each.id,
            "topic": each.topic,
            "preference": each.text,
            "ask": each.question,
        }
        if each.options:
            yield row | {"options": list(each.options), "right": each.options[0]}
        else:
            yield row | {"judged": f"The user once said: {each.text}\nDoes the reply respect that?"}
