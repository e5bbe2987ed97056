"""Keeping what was learned: each lesson is squared with what is known, and written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from uuid import uuid4

import numpy as np

from memory.dense import Dense
from memory.learn.expiry import holds_until
from memory.learn.language import english
from memory.learn.learner import Lesson, Lessons
from memory.learn.resolve import Near, Resolver
from memory.learn.statements import Statement
from memory.memories import MAX_LENGTH, Memories
from memory.messages import Messages
from memory.tombstones import Tombstones
from memory.types import Evidence, Learned, Memory, Message, Origin, Status, Vectors
from memory.vectors import VectorTable

_NEAREST = 24
# Reading four pairs of statements takes as long as two embeddings.
_READ_TOGETHER = 4
_RELATED_SLOTS = {"job": ("employer",), "employer": ("job",)}
_LEAST_CONFIDENCE = 0.5


class Keeper:
    """Writes lessons to one vault's memories."""

    def __init__(
        self,
        memories: Memories,
        messages: Messages,
        tombstones: Tombstones,
        vectors: VectorTable,
        dense: Dense,
    ) -> None:
        self._memories = memories
        self._tombstones = tombstones
        self._messages = messages
        self._vectors = vectors
        self._dense = dense
        self._resolver = Resolver(english())

    def keep(
        self,
        message: Message,
        lessons: Lessons,
        *,
        identity: str,
        now: datetime,
        origin: Origin = "said",
        zone: tzinfo = UTC,
    ) -> list[Learned]:
        """Learn what a message teaches; `identity` names the embedder of the lessons' vectors."""
        if lessons.suspicious:
            self._messages.mark_suspicious(message.id, lessons.suspicious)
        return [
            self._keep(_Said(message, lesson, origin, now), identity, zone)
            for lesson in lessons.learned
            if len(lesson.statement.text) <= MAX_LENGTH
            and not self._is_forgotten(message, lesson.statement)
        ]

    def _is_forgotten(self, message: Message, said: Statement) -> bool:
        graves = self._tombstones
        return graves.holds(said.text) or graves.holds_message(message.id, said.start, said.end)

    def _keep(self, said: "_Said", identity: str, zone: tzinfo) -> Learned:
        if said.lesson.is_suspicious:
            new = said.memory(Status.QUARANTINED)
            self._memories.add_learned(new)
            return Learned(action="quarantined", memory=new)
        time = said.message.time
        until = holds_until(said.lesson.statement.text, time, zone)
        # What is temporary puts nothing lasting in its place.
        slot = said.lesson.statement.slot
        near = [] if until else self._touched(said, slot)
        before = [each for each in near if each.memory.valid_from <= time]
        decision = self._resolver.decide(said.lesson.statement, before)
        if decision.repeats:
            strengthened = self._memories.strengthen(
                decision.repeats.id, said.evidence, time=said.now
            )
            return Learned(action="strengthened", memory=strengthened)
        replaced = decision.replaces[0] if decision.replaces else None
        new = said.memory(Status.ACTIVE, replaced=replaced, until=until)
        if (end := self._replaced_at(said.lesson, near, time)) is not None:
            new = new.model_copy(update={"status": Status.SUPERSEDED, "valid_to": end})
        self._memories.add_learned(new, replaces=decision.replaces)
        seq = self._memories.seq(new.id)
        self._vectors.put_of_memory(seq, said.lesson.vector, identity)
        return Learned(
            action=decision.action,
            memory=new,
            replaced=replaced,
            contradicts=decision.contradicts,
        )

    def _touched(self, said: "_Said", slot: str | None) -> Sequence[Near]:
        """What is near, the nearest of it with what the lesson does to it."""
        near = self.near(said.lesson.vector, now=said.now, slot=slot)
        read, rest = near[:_READ_TOGETHER], near[_READ_TOGETHER:]
        effects = said.lesson.effects_on([each.memory.text for each in read])
        known = [each._replace(effects=effect) for each, effect in zip(read, effects, strict=True)]
        return [*known, *rest]

    def _replaced_at(self, lesson: Lesson, near: Sequence[Near], time: datetime) -> datetime | None:
        """When something was said after `time` that this would replace: an import brings the old
        after the new."""
        later = [each for each in near if each.memory.valid_from > time]
        replaced = self._resolver.decide(lesson.statement, later).replaces
        return min((each.valid_from for each in replaced), default=None)

    def near_anything(self, vector: Vectors) -> Sequence[Near]:
        """The memories nearest to a vector, whatever their status; the nearest first."""
        similar = dict(self._dense.nearest("memory", vector, _NEAREST))
        found = self._memories.of_rows(list(similar))
        return sorted(
            (Near(each, similar[seq]) for seq, each in found.items()),
            key=lambda each: -each.similarity,
        )

    def near(self, vector: Vectors, *, now: datetime, slot: str | None = None) -> Sequence[Near]:
        """The memories nearest to a vector that hold, and those of a slot; the nearest first."""
        slots = [slot, *_RELATED_SLOTS.get(slot, ())] if slot else []
        similar = dict(self._dense.nearest("memory", vector, _NEAREST))
        held = self._memories.holding(list(similar), slots=slots, now=now)
        missing = [seq for seq in held if seq not in similar]
        if missing:
            vectors = self._dense.vectors("memory", missing, len(vector))
            cosines = np.asarray(vectors @ vector, dtype=float).tolist()
            similar.update(zip(missing, cosines, strict=True))
        found = [Near(memory, similar[seq]) for seq, memory in held.items()]
        return sorted(found, key=lambda each: -each.similarity)


@dataclass(frozen=True)
class _Said:
    """A lesson, the message that it is from, and the time at which it is learned."""

    message: Message
    lesson: Lesson
    origin: Origin
    now: datetime

    @property
    def evidence(self) -> Evidence:
        statement = self.lesson.statement
        return Evidence(message_id=self.message.id, start=statement.start, end=statement.end)

    def memory(
        self, status: Status, *, replaced: Memory | None = None, until: datetime | None = None
    ) -> Memory:
        said = self.lesson.statement
        return Memory(
            id=uuid4().hex,
            kind=said.kind,
            text=said.text,
            polarity=said.polarity,
            strength=said.strength,
            scope=said.scope,
            about=said.about,
            slot=said.slot if until is None else None,
            valid_from=self.message.time,
            valid_to=until,
            status=status,
            origin=self.origin,
            confidence=max(self.lesson.worth, _LEAST_CONFIDENCE),
            pinned=False,
            created=self.now,
            supersedes=replaced.id if replaced else None,
            evidence=(self.evidence,),
        )
