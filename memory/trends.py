"""How interests grew and faded: their weights at some times, computed from memories alone.

An interest that does not hold any more is among them, too, as long as it is known that it did.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from memory.backing import Times, backed, mass, weight
from memory.domains import OTHER
from memory.types import Memory, Polarity, Record, UtcTime


class Trend(Record):
    """What the user likes or dislikes, in their words, and its weight at each of some times.

    Weights are between 0 and 1, as in `Profile`. `memories` are the ids of what it rests on, the
    newest first.
    """

    text: str
    polarity: Polarity
    topic: str
    memories: tuple[str, ...]
    weights: tuple[float, ...]


class Trends(Record):
    """The weightiest interests; `total` is how many there are."""

    times: tuple[UtcTime, ...] = ()
    interests: tuple[Trend, ...] = ()
    total: int = 0


def moments(preferences: Sequence[Memory], now: datetime, *, count: int) -> tuple[datetime, ...]:
    """Evenly spaced times from the first statement until now; one where nothing was said before."""
    since = min((each.valid_from for each in preferences), default=now)
    if since >= now or count < 2:
        return (now,)
    step = (now - since) / (count - 1)
    return (*(since + step * place for place in range(count - 1)), now)


def trends_of(
    preferences: Sequence[Memory],
    at: Sequence[datetime],
    *,
    strengthened: Times,
    limit: int,
) -> Trends:
    """The weightiest interests at the last of some times, then those that held before.

    Their topics are left for whoever has the vectors.
    """
    trends = [
        Trend(
            text=each.newest.text,
            polarity=each.newest.polarity,
            topic=OTHER,
            memories=tuple(memory.id for memory in each.memories),
            weights=tuple(_weight(each.memories, time, strengthened) for time in at),
        )
        for each in backed(preferences, at[-1], strengthened)
    ]
    trends.sort(key=lambda each: (-each.weights[-1], -max(each.weights), each.text))
    return Trends(times=tuple(at), interests=tuple(trends[:limit]), total=len(trends))


def _weight(memories: Iterable[Memory], time: datetime, strengthened: Times) -> float:
    holding = (
        each
        for each in memories
        if each.valid_from <= time and (each.valid_to is None or each.valid_to > time)
    )
    return weight(sum(mass(each, time, strengthened.get(each.id, ())) for each in holding))
