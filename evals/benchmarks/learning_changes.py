"""Whether memories follow what users say later: each item in an empty vault, a day between."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta

from evals.benchmarks.learning import Figure, Reads, figure
from evals.benchmarks.learning_sets import Change, Pair, holds
from memory.embeddings import Embedder
from memory.learn.learner import Lessons
from memory.types import Learned, Memory, Record, Status
from memory.vault import Vault

_FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC)
_BETWEEN = timedelta(days=1)


class Outcome(Record):
    """What each of two messages did, and the memories that hold after both."""

    first: tuple[Learned, ...]
    then: tuple[Learned, ...]
    holding: tuple[Memory, ...]

    def says(self, words: Sequence[str]) -> bool:
        """Whether a memory that holds has any of the words, whole and in any case."""
        return any(holds(each.text, word) for each in self.holding for word in words)


def measure_changes(
    learner: Reads, embedder: Embedder, changes: Sequence[Change], group: str = "changes"
) -> Iterator[Figure]:
    """How often the new value is known, and how often the old one still stands."""
    outcomes = follow(learner, embedder, changes)
    paired = list(zip(changes, outcomes, strict=True))
    yield from figure(group, "first learned", (bool(each.first) for each in outcomes))
    yield from figure(group, "change learned", (bool(each.then) for each in outcomes))
    current = [outcome.says(change.current) for change, outcome in paired]
    old = [outcome.says(change.old) for change, outcome in paired]
    yield from figure(group, "current value held", current)
    yield from figure(group, "old value still held", old)
    followed = (new and not gone for new, gone in zip(current, old, strict=True))
    yield from figure(group, "current held and old not", followed)


def measure_compatible(
    learner: Reads, embedder: Embedder, pairs: Sequence[Pair], group: str = "compatible"
) -> Iterator[Figure]:
    """How often the second of two statements that both hold retires the first."""
    outcomes = follow(learner, embedder, pairs)
    retired = (any(each.replaced for each in outcome.then) for outcome in outcomes)
    yield from figure(group, "wrongly retired", retired)
    learned = (bool(outcome.first and outcome.then) for outcome in outcomes)
    yield from figure(group, "both learned", learned)


def follow(learner: Reads, embedder: Embedder, items: Sequence[Change | Pair]) -> list[Outcome]:
    """Say both messages of each item, a day apart, in a vault of its own."""
    first = learner.read_all([item.first for item in items])
    then = learner.read_all([item.then for item in items])
    return [
        _said(embedder, item, lessons)
        for item, lessons in zip(items, zip(first, then, strict=True), strict=True)
    ]


def _said(embedder: Embedder, item: Change | Pair, lessons: tuple[Lessons, Lessons]) -> Outcome:
    with closing(Vault(None, embedder)) as vault:
        done = []
        for day, (text, taught) in enumerate(zip((item.first, item.then), lessons, strict=True)):
            now = _FIRST + day * _BETWEEN
            message = vault.messages.add(f"c{day}", "user", text, time=now)
            done.append(tuple(vault.learn(message, taught, now=now)))
        holding = tuple(
            each
            for each in vault.memories.list(status=Status.ACTIVE)
            if each.valid_to is None or each.valid_to > now
        )
    return Outcome(first=done[0], then=done[1], holding=holding)
