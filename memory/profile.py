"""The profile: what the memories about a user come to, computed from them and kept nowhere.

The same memories give the same profile. Every entry stays in the user's words and names the
memories that it rests on. Knows nothing about prompts, and reads no store.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from memory.backing import Backed, Times, backed, holds, weight
from memory.domains import OTHER
from memory.relations import find_relations
from memory.types import Memory, Polarity, Record

# In the order in which they introduce somebody; other slots follow by their names.
FIRST_SLOTS = (
    "name",
    "pronouns",
    "age",
    "birthday",
    "home",
    "birthplace",
    "origin",
    "job",
    "employer",
    "relationship",
    "diet",
    "language",
)


class Entry(Record):
    """Something known about the user. `text` is the user's newest way of putting it.

    `weight` is between 0 and 1: how firmly it stands, by how often and how lately it was said.
    `memories` are the ids of what it rests on, newest first.
    """

    text: str
    weight: float
    memories: tuple[str, ...]
    about: str | None = None
    slot: str | None = None
    is_hard: bool = False
    is_pinned: bool = False


class Interest(Entry):
    """Something that the user likes (positive) or dislikes (negative)."""

    polarity: Polarity


class Topic(Record):
    """A part of the user's life, and what they like and dislike in it, the weightiest first."""

    name: str
    weight: float
    interests: tuple[Interest, ...]


class Person(Record):
    """Somebody who belongs to the user, or a pet: "daughter", "Mia", and what was said of them."""

    relation: str
    name: str | None
    is_pet: bool
    entries: tuple[Entry, ...]

    @property
    def memories(self) -> tuple[str, ...]:
        """The ids of what it rests on."""
        return tuple(dict.fromkeys(chain.from_iterable(each.memories for each in self.entries)))


class Profile(Record):
    """What is known about a user. `constraints` begin with the hard ones, `facts` with the slots.

    Somebody's entries are also found under `facts` or elsewhere only where they say something
    about the user, too.
    """

    constraints: tuple[Entry, ...] = ()
    facts: tuple[Entry, ...] = ()
    styles: tuple[Entry, ...] = ()
    goals: tuple[Entry, ...] = ()
    people: tuple[Person, ...] = ()
    pets: tuple[Person, ...] = ()
    topics: tuple[Topic, ...] = ()

    @property
    def interests(self) -> tuple[Interest, ...]:
        """What the user likes and dislikes, in all topics."""
        return tuple(chain.from_iterable(topic.interests for topic in self.topics))

    def slot(self, name: str) -> Entry | None:
        """What fills a single-valued slot ("home"), if that is known."""
        return next((each for each in self._entries() if each.slot == name), None)

    def entries(self) -> list[Entry]:
        """All that is known, each statement once, in the order in which it matters."""
        return list({each.text: each for each in reversed([*self._entries()])}.values())[::-1]

    def lines(self, limit: int | None = None) -> list[str]:
        """The profile to read, a line an entry; what `limit` leaves out is counted in a last one.

        Every line is a label of ours, and the user's words.
        """
        lines = [f"{label}: {text}" for label, text in self._labelled()]
        if limit is None or len(lines) <= limit:
            return lines
        return [*lines[:limit], f"and {len(lines) - limit} more"]

    def _entries(self) -> Iterator[Entry]:
        yield from self.constraints
        yield from self.facts
        yield from self.styles
        yield from chain.from_iterable(each.entries for each in (*self.people, *self.pets))
        yield from self.interests
        yield from self.goals

    def _labelled(self) -> Iterator[tuple[str, str]]:
        for each in self.constraints:
            yield "must" if each.is_hard else "rather", each.text
        for each in self.facts:
            yield each.slot or "fact", each.text
        for each in self.styles:
            yield "style", each.text
        for person in (*self.people, *self.pets):
            label = f"{person.relation} {person.name}" if person.name else person.relation
            yield from ((label, each.text) for each in person.entries)
        for topic in self.topics:
            for interest in topic.interests:
                yield f"{_VERBS[interest.polarity]} ({topic.name})", interest.text
        for each in self.goals:
            yield "goal", each.text


_VERBS: dict[Polarity, str] = {"positive": "likes", "negative": "dislikes", "neutral": "prefers"}


class _Who(NamedTuple):
    relation: str
    name: str | None
    is_pet: bool


def profile_of(
    memories: Iterable[Memory],
    *,
    now: datetime,
    strengthened: Times | None = None,
    topics: Mapping[str, str] | None = None,
) -> Profile:
    """Compute the profile from the memories that hold `now`.

    `strengthened` maps a memory's id to the times at which it was said again, `topics` to the
    part of life that it is about; without one that is "other".
    """
    times = strengthened or {}
    holding = [each for each in memories if holds(each, now)]
    people, others = _people(holding, now, times)
    by_kind: dict[str, list[Memory]] = {}
    for each in others:
        by_kind.setdefault("constraint" if _binds(each) else each.kind, []).append(each)
    styles, goals = (_entries(by_kind.get(kind, []), now, times) for kind in ("style", "goal"))
    constraints = _entries(by_kind.get("constraint", []), now, times)
    facts = _entries(by_kind.get("fact", []), now, times)
    return Profile(
        constraints=tuple(sorted(constraints, key=lambda each: not each.is_hard)),
        facts=tuple(sorted(facts, key=_slot_order)),
        styles=tuple(styles),
        goals=tuple(goals),
        people=tuple(each for each in people if not each.is_pet),
        pets=tuple(each for each in people if each.is_pet),
        topics=tuple(_topics(by_kind.get("preference", []), now, times, topics or {})),
    )


def _binds(each: Memory) -> bool:
    return each.kind != "style" and (each.kind == "constraint" or each.strength == "hard")


def _entries(memories: Sequence[Memory], now: datetime, times: Times) -> list[Entry]:
    return [_entry(each) for each in sorted(backed(memories, now, times), key=lambda e: e.order)]


def _entry(backing: Backed) -> Entry:
    newest = backing.newest
    return Entry(
        text=newest.text,
        weight=weight(backing.mass),
        memories=tuple(each.id for each in backing.memories),
        about=newest.about,
        slot=newest.slot,
        is_hard=any(each.strength == "hard" for each in backing.memories),
        is_pinned=any(each.pinned for each in backing.memories),
    )


def _slot_order(each: Entry) -> tuple[int, str]:
    if each.slot is None:
        return len(FIRST_SLOTS) + 1, ""
    is_first = each.slot in FIRST_SLOTS
    return FIRST_SLOTS.index(each.slot) if is_first else len(FIRST_SLOTS), each.slot


def _topics(
    memories: Sequence[Memory], now: datetime, times: Times, names: Mapping[str, str]
) -> list[Topic]:
    groups: dict[str, list[Backed]] = {}
    for each in sorted(backed(memories, now, times), key=lambda each: each.order):
        groups.setdefault(names.get(each.newest.id, OTHER), []).append(each)
    masses = {name: sum(each.mass for each in group) for name, group in groups.items()}
    return [
        Topic(
            name=name,
            weight=weight(masses[name]),
            interests=tuple(
                Interest(**_entry(each).model_dump(), polarity=each.newest.polarity)
                for each in groups[name]
            ),
        )
        for name in sorted(groups, key=lambda name: (name == OTHER, -round(masses[name], 9), name))
    ]


def _people(
    memories: Sequence[Memory], now: datetime, times: Times
) -> tuple[list[Person], list[Memory]]:
    """Who belongs to the user, in the order of their first mention; and what is not only theirs."""
    said: dict[_Who, list[Memory]] = {}
    others = []
    for each in sorted(memories, key=lambda each: (each.valid_from, each.id)):
        relations = find_relations(each.text) if each.kind != "style" else []
        for relation in relations:
            who = _Who(relation.relation, relation.name, relation.is_pet)
            said.setdefault(who, []).append(each)
        is_theirs = bool(relations) and relations[0].is_subject
        if not is_theirs or each.slot or _binds(each):
            others.append(each)
    people = [
        Person(**who._asdict(), entries=tuple(_entries(found, now, times)))
        for who, found in _with_their_names(said).items()
    ]
    return people, others


def _with_their_names(said: dict[_Who, list[Memory]]) -> dict[_Who, list[Memory]]:
    """The same; where only one daughter has a name, "my daughter" is her."""
    merged: dict[_Who, list[Memory]] = {}
    for who, found in said.items():
        names = [other.name for other in said if other.relation == who.relation and other.name]
        known = names[0] if who.name is None and len(names) == 1 else who.name
        merged.setdefault(who._replace(name=known), []).extend(found)
    return merged
