"""How firmly memories stand: which of them say the same, how often they were said, how lately.

From this the profile takes its weights and its order, and a prompt what it needs first. Reads no
store; everything is computed from memories and the times at which they were said again.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from memory.keywords import telling_words
from memory.types import Memory, Status

# What somebody likes fades: after this time a statement counts half.
_HALF_LIFE = timedelta(days=180)

_WORD = re.compile(r"[\w'\u2019]+")

Times = Mapping[str, Sequence[datetime]]
"""The times at which a memory, named by its id, was said again."""


class Backed(NamedTuple):
    """Memories that say the same, newest first, and how much they weigh together."""

    memories: list[Memory]
    mass: float

    @property
    def newest(self) -> Memory:
        """The one that was said last."""
        return self.memories[0]

    @property
    def order(self) -> tuple[bool, float, datetime, str]:
        """Heaviest first. As all of them fade alike, time alone changes no order."""
        first = self.memories[-1]
        return (
            not any(each.pinned for each in self.memories),
            -round(self.mass, 9),
            first.valid_from,
            first.id,
        )


def most_needed(
    memories: Iterable[Memory], *, now: datetime, strengthened: Times | None = None
) -> list[Memory]:
    """The memories that hold `now` in the order in which a reply needs to know them.

    Hard constraints, the user's name, what is pinned, wishes about style, slots, the heaviest rest.
    Of memories that say the same only the newest is among them.
    """
    times = strengthened or {}
    backings = backed([each for each in memories if holds(each, now)], now, times)

    def rank(each: Backed) -> int:
        newest = each.newest
        marks = (
            newest.strength == "hard",
            newest.slot == "name",
            any(memory.pinned for memory in each.memories),
            newest.kind == "style",
            newest.slot is not None,
        )
        return marks.index(True) if any(marks) else len(marks)

    return [each.newest for each in sorted(backings, key=lambda each: (rank(each), *each.order))]


def holds(each: Memory, now: datetime) -> bool:
    """Whether a memory is active and within its time."""
    is_current = each.valid_from <= now and (each.valid_to is None or each.valid_to > now)
    return each.status is Status.ACTIVE and is_current


def backed(memories: Sequence[Memory], now: datetime, times: Times) -> list[Backed]:
    """The memories, those together that say the same."""
    groups: dict[object, list[Memory]] = {}
    for each in memories:
        groups.setdefault(_sameness(each), []).append(each)
    return [
        Backed(
            memories=sorted(group, key=lambda each: (each.valid_from, each.id), reverse=True),
            mass=sum(mass(each, now, times.get(each.id, ())) for each in group),
        )
        for group in groups.values()
    ]


def _sameness(each: Memory) -> object:
    """What memories share that say the same: a slot, what is liked, or the words themselves."""
    if each.slot is not None:
        return each.kind, each.slot
    if each.kind == "preference" and each.about:
        stems = frozenset(telling_words(each.about).values())
        return each.polarity, each.scope, stems or each.about.casefold()
    # All words count: "I have a dog" and "I don't have a dog" share all telling ones.
    return each.kind, " ".join(_WORD.findall(each.text.casefold()))


def mass(each: Memory, now: datetime, again: Sequence[datetime]) -> float:
    """How often it was said until `now`, each time by how sure that is and how long ago."""
    first = max(1, len(each.evidence) - len(again))
    return each.confidence * (
        first * _share_left(each, now - each.valid_from)
        + sum(_share_left(each, now - time) for time in again if time <= now)
    )


def _share_left(each: Memory, age: timedelta) -> float:
    if each.pinned or each.kind not in ("preference", "goal"):
        return 1.0
    return math.pow(0.5, max(age, timedelta(0)) / _HALF_LIFE)


def weight(mass: float) -> float:
    """From 0 to 1; every further statement moves it half as far as the one before."""
    return round(1 - math.pow(0.5, mass), 4)
