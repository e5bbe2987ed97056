"""Talk about other things, to put a distance between what was said and what is asked.

Nobody says anything about themselves in it. The same number always gives the same exchanges.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import cycle, islice, product
from typing import Any

import yaml


def exchanges(count: int) -> Iterator[tuple[str, str]]:
    """So many questions with their answers; they repeat once all were said."""
    return islice(cycle(_all()), count)


@cache
def _all() -> tuple[tuple[str, str], ...]:
    """Every way of asking about every thing, in an order in which things alternate."""
    text = files("evals").joinpath("suites/fillers.yaml").read_text("utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    ways, things = content["ways"], content["things"]
    return tuple(
        (way["ask"].format(thing=thing), way["answer"].format(thing=thing, fact=fact))
        for way, (thing, fact) in product(ways, things.items())
    )
