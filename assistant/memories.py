"""A user's memories, to be looked at and changed by hand."""

from collections.abc import Callable, Sequence
from datetime import datetime

from assistant.access import Access
from assistant.errors import ModelFailed, ModelNotInstalled
from assistant.forgetting import Forgetting
from memory.learn.learner import Learner
from memory.learn.statements import Statement
from memory.listing import MemoryPage, MemoryQuery, Order
from memory.map import MapPoint
from memory.receipts import Preview, Receipt
from memory.sources import Source
from memory.tombstones import Tombstone
from memory.types import Event, Memory, MemoryKind, Origin, Recollection, Status, Strength

_MOST_NEAR = 20


class CompanionMemories:
    """`companion.memories`. Every method that takes an id raises NotFound if there is none."""

    def __init__(
        self,
        access: Access,
        clock: Callable[[], datetime],
        forgetting: Forgetting,
        learner: Learner | None,
    ) -> None:
        self._learner = learner
        self._access = access
        self._clock = clock
        self._forgetting = forgetting

    def add(
        self, text: str, *, kind: MemoryKind | None = None, strength: Strength | None = None
    ) -> Memory:
        """Write down a statement about the user.

        Without a kind it is a fact. Without a strength, a constraint is hard and the rest soft.

        Raises:
            InvalidMemory: the text is empty or too long, or the kind or strength is unknown.
        """
        with self._access.writing() as vault:
            return vault.memories.add(text, kind=kind, strength=strength, time=self._clock())

    def edit(
        self,
        memory_id: str,
        text: str,
        *,
        kind: MemoryKind | None = None,
        strength: Strength | None = None,
    ) -> Memory:
        """Replace a memory by one with another text, and return that; the old one is superseded.

        The new words are read as if they were said in a chat: whether they like or dislike, what
        they are about, and, unless they are given here or were chosen by hand, kind and strength.

        Raises:
            InvalidMemory: the text is empty or too long, the kind or strength is unknown, or the
                memory was superseded before.
        """
        said = self._read(text)
        with self._access.writing() as vault:
            return vault.memories.edit(
                memory_id, text, time=self._clock(), kind=kind, strength=strength, said=said
            )

    def _read(self, text: str) -> Statement | None:
        """What a text says; None where nothing is there to read it with."""
        if self._learner is None or not text.strip():
            return None
        try:
            return self._learner.read_memory(text.strip())
        except (ModelNotInstalled, ModelFailed):
            return None

    def pin(self, memory_id: str) -> Memory:
        """Let a memory come before others."""
        with self._access.writing() as vault:
            return vault.memories.set_pinned(memory_id, True, time=self._clock())

    def unpin(self, memory_id: str) -> Memory:
        """Undo `pin`."""
        with self._access.writing() as vault:
            return vault.memories.set_pinned(memory_id, False, time=self._clock())

    def hide(self, memory_id: str) -> Memory:
        """Keep a memory but use it nowhere."""
        with self._access.writing() as vault:
            return vault.memories.set_hidden(memory_id, True, time=self._clock())

    def unhide(self, memory_id: str) -> Memory:
        """Undo `hide`."""
        with self._access.writing() as vault:
            return vault.memories.set_hidden(memory_id, False, time=self._clock())

    def accept(self, memory_id: str) -> Memory:
        """Make a suggested or quarantined memory active. Raises InvalidMemory for any other."""
        with self._access.writing() as vault:
            return vault.memories.accept(memory_id, time=self._clock())

    def refuse(self, memory_id: str) -> Receipt:
        """Remove a suggested or quarantined memory for good; it is not proposed again."""
        with self._forgetting.vault() as vault:
            return vault.refuse(memory_id, time=self._clock())

    def undo(self, memory_id: str) -> Memory:
        """Take back that a memory was hidden, or that one superseded another; name either.

        Returns the memory that is active now. What was forgotten cannot be brought back.

        Raises:
            InvalidMemory: there is nothing to undo.
        """
        with self._access.writing() as vault:
            return vault.memories.undo(memory_id, time=self._clock())

    def preview_forget(self, memory_id: str) -> Preview:
        """What `forget` would take, and what says nearly the same; changes nothing."""
        with self._access.writing() as vault:
            return vault.preview_forget(memory_id)

    def forget(self, memory_id: str, *, also: Sequence[str] = ()) -> Receipt:
        """Forget a memory for good, and its words wherever they were said or repeated.

        `also` are ids of what the preview offers as similar. Waits for a reply in progress.

        Raises:
            ReplyInProgress: a reply is being written and does not come to an end.
            VaultInUse: it is forgotten, but another process keeps the files from being cleaned.
        """
        with self._forgetting.vault() as vault:
            return vault.forget(memory_id, also=also, time=self._clock())

    def tombstones(self) -> Sequence[Tombstone]:
        """What is kept so that forgotten sentences are not learned again: no text, only dates."""
        with self._access.reading() as vault:
            return vault.tombstones.list()

    def delete_tombstone(self, tombstone_id: str) -> None:
        """Let what was forgotten be learned again. Raises NotFound if there is none."""
        with self._access.writing() as vault:
            vault.tombstones.delete(tombstone_id)

    def history(self, memory_id: str) -> Sequence[Event]:
        """All that happened to a memory and to those it superseded, oldest first."""
        with self._access.reading() as vault:
            return vault.memories.history(memory_id)

    def search(self, text: str, *, limit: int = 10) -> Sequence[Recollection]:
        """The active memories that are nearest to `text`, best first."""
        with self._access.reading() as vault:
            return vault.recall(text, kinds=("memory",), limit=limit, gate=False, now=self._clock())

    def get(self, memory_id: str) -> Memory:
        """One memory, whatever its status."""
        with self._access.reading() as vault:
            return vault.memories.get(memory_id)

    def page(
        self,
        *,
        text: str | None = None,
        kind: MemoryKind | None = None,
        status: Status | None = None,
        origin: Origin | None = None,
        order: Order = "newest",
        offset: int = 0,
        limit: int = 20,
    ) -> MemoryPage:
        """Memories from `offset` on, at most `limit`, and how many there are on all pages.

        With `text` they are those that hold its words, then the active ones nearest in meaning;
        then `order` says nothing. Without a status all but superseded ones are meant.
        """
        with self._access.reading() as vault:
            ids = None
            if text and text.strip():
                near = vault.recall(
                    text, kinds=("memory",), limit=_MOST_NEAR, gate=False, now=self._clock()
                )
                found = [*vault.listing.with_words(text), *(each.id for each in near)]
                ids = tuple(dict.fromkeys(found))
            return vault.listing.page(
                MemoryQuery(
                    kind=kind,
                    status=status,
                    origin=origin,
                    order=order,
                    ids=ids,
                    offset=offset,
                    limit=limit,
                )
            )

    def counts(self) -> dict[Status, int]:
        """How many memories there are of each status; a status without any is left out."""
        with self._access.reading() as vault:
            return vault.listing.counts()

    def named(self, ids: Sequence[str]) -> dict[str, Memory]:
        """Those of some memories that are still there, by their ids, whatever their status."""
        with self._access.reading() as vault:
            return {each.id: each for each in vault.listing.named(ids)}

    def learned_from(self, message_id: str) -> Sequence[Memory]:
        """The memories that rest, at least in part, on a message, the oldest first."""
        with self._access.reading() as vault:
            return vault.memories.resting_on(message_id)

    def sources(self, memory_id: str) -> Sequence[Source]:
        """Where it was said, the words in their message; empty where it was written by hand."""
        with self._access.reading() as vault:
            return vault.sources.of(vault.memories.get(memory_id))

    def map(self, *, limit: int = 500) -> Sequence[MapPoint]:
        """Where memories lie beside each other by what they mean, pinned ones and newest first."""
        with self._access.reading() as vault:
            query = MemoryQuery(status=Status.ACTIVE, limit=limit)
            return vault.map(vault.listing.page(query).memories)

    def list(self, *, status: Status | None = None, limit: int | None = None) -> list[Memory]:
        """Memories, pinned ones first, then the newest; superseded ones only if asked for."""
        with self._access.reading() as vault:
            return vault.memories.list(status=status, limit=limit)
