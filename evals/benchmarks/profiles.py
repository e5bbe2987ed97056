"""Users made of PrefEval's preferences: each has some, and is asked about those of one's own.

In the arm "all topics" the preferences are shuffled and cut into users, so some of the others are
about the question's own topic. In "other topics" none is: half of the topics give each user one
preference to be asked about, and the rest of the user's comes from the other half. To see what is
let in where nothing is needed, users are also asked about a topic that they have nothing on.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from typing import TypeVar

from evals.benchmarks.datasets.base import Corpus, Question
from evals.benchmarks.datasets.prefeval import Preference
from evals.errors import EvalError
from memory.types import Message

_Item = TypeVar("_Item")
_TIME = datetime(2025, 1, 1, tzinfo=UTC)


class TooFewPreferences(EvalError):
    """The data set is too small for users with that many memories."""


def users_of_all_topics(
    preferences: Sequence[Preference], *, others: int, seed: int
) -> Iterator[Corpus]:
    """Users of `others` + 1 preferences each, of whom every one is asked about once.

    Raises:
        TooFewPreferences: there are not that many.
    """
    draw = random.Random(seed)  # noqa: S311
    shuffled = _drawn(draw, preferences, len(preferences))
    for start in range(0, len(shuffled), others + 1):
        asked = shuffled[start : start + others + 1]
        rest = shuffled[:start]
        fill = _drawn(draw, rest, others + 1 - len(asked)) if len(asked) <= others else []
        yield _user(f"{start}", [*asked, *fill], asked, f"{others} others, all topics")


def users_of_other_topics(
    preferences: Sequence[Preference], *, others: int, seed: int
) -> Iterator[Corpus]:
    """Users of `others` + 1 preferences each, in which a question's own topic stands alone.

    Raises:
        TooFewPreferences: there are not that many.
    """
    draw = random.Random(seed)  # noqa: S311
    topics: defaultdict[str, list[Preference]] = defaultdict(list)
    for each in _drawn(draw, preferences, len(preferences)):
        topics[each.topic].append(each)
    names = _drawn(draw, sorted(topics), len(topics))
    for half in (names[::2], names[1::2]):
        rest = [each for name in names if name not in half for each in topics[name]]
        for number, group in enumerate(zip_longest(*(topics[name] for name in half))):
            asked = [each for each in group if each is not None][: others + 1]
            own = [*asked, *_drawn(draw, rest, others + 1 - len(asked))]
            draw.shuffle(own)
            yield _user(f"{half[0]} {number}", own, asked, f"{others} others, other topics")


def users_without(preferences: Sequence[Preference], *, others: int, seed: int) -> Iterator[Corpus]:
    """For each topic a user with `others` preferences of other topics, asked all its questions.

    None of the user's memories is needed for any of the questions.

    Raises:
        TooFewPreferences: there are not that many.
    """
    draw = random.Random(seed)  # noqa: S311
    for topic in sorted({each.topic for each in preferences}):
        rest = [each for each in preferences if each.topic != topic]
        asked = [each for each in preferences if each.topic == topic]
        own = _drawn(draw, rest, others)
        yield _user(topic, own, asked, f"{others} memories of other topics")


def _drawn(draw: random.Random, among: Sequence[_Item], count: int) -> list[_Item]:
    if len(among) < count:
        raise TooFewPreferences(
            f"The data set has {len(among)} preferences to draw {count} others from; ask for fewer "
            "with --others."
        )
    return draw.sample(among, count)


def _user(name: str, own: Sequence[Preference], asked: Sequence[Preference], kind: str) -> Corpus:
    return Corpus(
        name=name,
        kind="memory",
        messages=tuple(
            Message(id=each.id, conversation_id=name, role="user", content=each.text, time=_TIME)
            for each in own
        ),
        questions=tuple(
            Question(
                id=each.id, text=each.question, kind=kind, cluster=each.topic, evidence=(each.id,)
            )
            for each in asked
        ),
    )
