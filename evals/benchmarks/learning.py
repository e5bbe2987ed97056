"""What a learner keeps of messages, and what it takes it for, beside what people labelled.

Counted is what would become an active memory: what the firewall marks waits for review. How a
memory follows a later message is `learning_changes.py`'s.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from evals.benchmarks.import_speed import ImportCost
from evals.benchmarks.learning_sets import Chatter, LabelledStatement
from evals.benchmarks.stopwatch import Timing
from evals.statistics import Estimate, share_with_interval
from memory.learn.learner import Lessons
from memory.learn.statements import Statement
from memory.types import Record

# How much longer than the labelled value the found one may be: an article, a "the old".
_SLACK = 12


class Reads(Protocol):
    """What is measured: `memory.learn.learner.Learner`, or one that reads as it does."""

    def read_all(self, messages: Sequence[str]) -> list[Lessons]:
        """What each message teaches."""
        ...


class Figure(Record):
    """`count` of so many items. `share` is None where one item can count more than once."""

    group: str
    what: str
    count: int
    of: int
    share: Estimate | None = None


class LearningReport(Record):
    """Every figure, group by group, and what learning costs where that was asked for."""

    figures: tuple[Figure, ...]
    timings: tuple[Timing, ...] = ()
    imports: tuple[ImportCost, ...] = ()


def figure(group: str, what: str, hits: Iterable[bool]) -> Iterator[Figure]:
    """The share of hits; nothing where there is nothing to count."""
    told = list(hits)
    if told:
        count, of = sum(told), len(told)
        share = share_with_interval(count, of)
        yield Figure(group=group, what=what, count=count, of=of, share=share)


def kept(learner: Reads, texts: Sequence[str]) -> list[list[Statement]]:
    """The statements of each message that would become active memories."""
    return [
        [lesson.statement for lesson in lessons.learned if not lesson.is_suspicious]
        for lessons in learner.read_all(texts)
    ]


def measure_statements(
    learner: Reads, items: Sequence[LabelledStatement], group: str = "statements"
) -> Iterator[Figure]:
    """How many are learned, and of those how many are read right.

    Where a sentence became several memories, the one whose kind is right is compared, else the
    first; a slot's value may be in any of them.
    """
    found = kept(learner, [item.text for item in items])
    yield from figure(group, "learned", map(bool, found))
    learned = [(item, said) for item, said in zip(items, found, strict=True) if said]
    likest = [(item, _likest(item, said)) for item, said in learned]
    yield from figure(group, "kind", (one.kind in item.kinds for item, one in likest))
    sided = [(item, one) for item, one in likest if item.polarity != "any"]
    yield from figure(group, "polarity", (one.polarity == item.polarity for item, one in sided))
    yield from figure(group, "strength", (one.strength == item.strength for item, one in likest))
    filling = [(item.value, said) for item, said in learned if item.value is not None]
    yield from figure(group, "slot value", (_has_value(said, value) for value, said in filling))


def measure_chatter(
    learner: Reads, items: Sequence[Chatter], group: str = "chatter"
) -> Iterator[Figure]:
    """How much is kept of messages that hold nothing to keep; then by `why`."""
    found = kept(learner, [item.text for item in items])
    yield from false_memories(group, found)
    by_why: defaultdict[str, list[bool]] = defaultdict(list)
    for item, said in zip(items, found, strict=True):
        by_why[item.why].append(bool(said))
    for why in sorted(by_why):
        yield from figure(f"{group}, by why", why, by_why[why])


def false_memories(group: str, found: Sequence[Sequence[Statement]]) -> Iterator[Figure]:
    """Messages with a memory, and memories for so many messages, where there should be none."""
    yield from figure(group, "messages with a false memory", map(bool, found))
    if found:
        memories = sum(map(len, found))
        yield Figure(group=group, what="false memories", count=memories, of=len(found))


def measure_learned(
    learner: Reads, texts: Sequence[str], group: str, what: str = "learned"
) -> Iterator[Figure]:
    """How many messages become at least one active memory."""
    yield from figure(group, what, map(bool, kept(learner, texts)))


def _likest(item: LabelledStatement, said: Sequence[Statement]) -> Statement:
    return next((one for one in said if one.kind in item.kinds), said[0])


def _has_value(said: Sequence[Statement], value: str) -> bool:
    return any(
        one.value is not None
        and value.lower() in one.value.lower()
        and len(one.value) <= len(value) + _SLACK
        for one in said
    )
