"""A vault: all that is known about one user, in one folder.

Code opens a vault and then reads; nothing here takes a user's name, so nothing can be read of
another user. `vaults.py` keeps a few of them open.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path

import numpy as np

from memory.cleaning import Cleaning
from memory.consents import Consents
from memory.conversations import Conversations
from memory.creations import Creations
from memory.database import Database
from memory.dense import Dense
from memory.domains import OTHER
from memory.embeddings import Embedder
from memory.erasing import counts
from memory.errors import EmbedderMismatch
from memory.exchanges import Exchanges
from memory.feedback import FeedbackTable
from memory.forgetting import Forgetter
from memory.imports import Imports
from memory.index import Index
from memory.interface import InterfaceTable
from memory.learn.keeping import Keeper
from memory.learn.learner import Lessons
from memory.learn.resolve import Near
from memory.listing import Listing
from memory.map import MapPoint, laid_flat
from memory.memories import Memories
from memory.mentions import all_hosts
from memory.messages import Messages
from memory.profile import Profile, profile_of
from memory.recall.features import Features, shipped_weights
from memory.recall.query import Query
from memory.recall.recall import find, recall, time_of
from memory.recall.reranking import Reranker
from memory.receipts import COUNTED_AS, Findings, Preview, Receipt, out_of_reach
from memory.similar import SimilarFinder
from memory.sources import Sources
from memory.suggestions import Suggestions
from memory.tombstones import Tombstones
from memory.transfer import Transfer
from memory.trends import Trends, moments, trends_of
from memory.types import (
    Learned,
    Memory,
    Message,
    Origin,
    Purpose,
    Recollection,
    RecollectionKind,
    Vectors,
)
from memory.vectors import VectorTable
from memory.writing import Writing

DATABASE_NAME = "vault.db"
INDEX_NAME = "index"


class Vault:
    """One user's conversations, messages, memories, feedback and consents, and recall over them."""

    def __init__(
        self,
        folder: Path | None,
        embedder: Embedder,
        *,
        reranker: Reranker | None = None,
        read_only: bool = False,
    ) -> None:
        """Open the vault in `folder`, or an empty one that lives in memory only.

        Raises:
            VaultReadOnly, VaultUnreadable, VaultInUse, StorageFull: as named.
        """
        self.folder = folder
        self._embedder = embedder
        self._reranker = reranker
        self._database = Database(folder and folder / DATABASE_NAME, read_only=read_only)
        self._vectors = VectorTable(self._database)
        self._dense = Dense(
            self._database,
            self._vectors,
            Index(folder / INDEX_NAME) if folder and not read_only else None,
        )
        self.consents = Consents(self._database)
        self.conversations = Conversations(self._database)
        self.creations = Creations(self._database)
        self.exchanges = Exchanges(self._database)
        self.feedback = FeedbackTable(self._database)
        self.interface = InterfaceTable(self._database)
        self.memories = Memories(self._database)
        self.imports = Imports(self._database)
        self.listing = Listing(self._database)
        self.messages = Messages(self._database)
        self.writing = Writing(self._database)
        self.transfer = Transfer(self._database)
        self.sources = Sources(self._database)
        self.suggestions = Suggestions(self._database)
        self.tombstones = Tombstones(self._database)
        self._cleaning = Cleaning(self._database, self._dense)
        self._forgetter = Forgetter(self._database, self.memories)
        self._similar = SimilarFinder(self._database, self._dense, self.memories)

    def recall(
        self,
        text: str,
        *,
        vector: Vectors | None = None,
        limit: int = 10,
        kinds: Sequence[RecollectionKind] = ("message", "memory"),
        gate: bool = True,
        now: datetime,
        zone: tzinfo = UTC,
        leave_out: Sequence[str] = (),
    ) -> list[Recollection]:
        """Find what matters for `text`, best first; see `memory.recall.recall.recall`.

        `vector` is the embedding of `text`, where it is at hand; `now` and `zone` say what "last
        week" means.

        Raises:
            EmbedderMismatch: the vault's vectors were made by another embedder.
        """
        # A turn does not wait for the embedding of what can be found a moment later.
        self._embed_waiting(("memory",) if gate else kinds)
        return recall(
            self._database,
            self._dense,
            self._query(text, vector, now, zone),
            shipped_weights(),
            limit=limit,
            kinds=kinds,
            gate=gate,
            leave_out=leave_out,
            reranker=self._reranker,
        )

    def profile(self, *, now: datetime) -> Profile:
        """What the memories that hold `now` come to, interests by topics."""
        holding = self.memories.strongest(now=now)
        return profile_of(
            holding,
            now=now,
            strengthened=self.memories.strengthened(),
            topics=self.topics([each for each in holding if each.kind == "preference"]),
        )

    def trends(self, *, now: datetime, points: int, limit: int) -> Trends:
        """How the weightiest interests grew and faded until `now`, at `points` times."""
        preferences = self.listing.preferences()
        trends = trends_of(
            preferences,
            moments(preferences, now, count=points),
            strengthened=self.memories.strengthened(),
            limit=limit,
        )
        shown = {each.memories[0] for each in trends.interests}
        topics = self.topics([each for each in preferences if each.id in shown])
        return trends.model_copy(
            update={
                "interests": tuple(
                    each.model_copy(update={"topic": topics[each.memories[0]]})
                    for each in trends.interests
                )
            }
        )

    def map(self, memories: Sequence[Memory]) -> list[MapPoint]:
        """Where memories lie beside each other; those that have no vector yet are left out.

        Raises:
            EmbedderMismatch: the vault's vectors were made by another embedder.
        """
        self._embed_waiting(("memory",))
        vectors = self._vectors.of_memories([each.id for each in memories])
        placed = [each for each in memories if each.id in vectors]
        if not placed:
            return []
        matrix = np.stack([vectors[each.id] for each in placed])
        topics = self._embedder.domains.likeliest(matrix)
        return [
            MapPoint(memory=each, topic=topic, x=float(x), y=float(y))
            for each, topic, (x, y) in zip(placed, topics, laid_flat(matrix), strict=True)
        ]

    def topics(self, memories: Sequence[Memory]) -> dict[str, str]:
        """Which part of life each memory is about, by id; what has no vector yet gets one now."""
        if not memories:
            return {}
        is_ours = self._vectors.embedder() == self._embedder.identity
        vectors = self._vectors.of_memories([each.id for each in memories]) if is_ours else {}
        missing = [each for each in memories if each.id not in vectors]
        if missing:
            made = self._embedder.vectors([each.text for each in missing])
            vectors |= {each.id: vector for each, vector in zip(missing, made, strict=True)}
        names = self._embedder.domains.likeliest(np.stack(list(vectors.values())))
        return dict(zip(vectors, names, strict=True))

    def recent_topics(self, limit: int = 20) -> list[str]:
        """What the user's latest messages are about, the most frequent part of life first.

        Only messages that have their vector already count; "other" is left out.
        """
        if self._vectors.embedder() != self._embedder.identity:
            return []
        vectors = self._vectors.of_latest_own(limit)
        if not len(vectors):
            return []
        found = Counter(self._embedder.domains.likeliest(vectors))
        return [topic for topic, _ in found.most_common() if topic != OTHER]

    def candidates(
        self,
        text: str,
        *,
        kind: RecollectionKind,
        limit: int = 10,
        now: datetime,
        zone: tzinfo = UTC,
    ) -> tuple[list[str], Features]:
        """What `recall` would choose from: ids, and their features. Weights are fitted to it.

        Raises:
            EmbedderMismatch: the vault's vectors were made by another embedder.
        """
        self._embed_waiting((kind,))
        features = find(
            self._database, self._dense, kind, self._query(text, None, now, zone), limit
        )
        return self._vectors.ids(kind, features.seqs.tolist()), features

    def _embed_waiting(self, kinds: Sequence[RecollectionKind]) -> None:
        self._vectors.check_embedder(self._embedder.identity)
        if not self._database.is_read_only:
            for kind in kinds:
                self._dense.embed_waiting(self._embedder, kind=kind)

    def _query(self, text: str, vector: Vectors | None, now: datetime, zone: tzinfo) -> Query:
        return Query(
            text=text,
            vector=self._embedder.vector(text) if vector is None else vector,
            now=now,
            zone=zone,
            domains=self._embedder.domains,
            time_of=partial(time_of, self._database, now=now),
        )

    def learn(
        self,
        message: Message,
        lessons: Lessons,
        *,
        now: datetime,
        origin: Origin = "said",
        zone: tzinfo = UTC,
    ) -> list[Learned]:
        """Keep what a message of this vault teaches; nothing where the user forbids learning.

        Statements hold from the time of the message; "this week" is meant in `zone`.

        Raises:
            EmbedderMismatch: the vault's vectors were made by another embedder.
        """
        self._vectors.check_embedder(self._embedder.identity)
        if not self.consents.all()[Purpose.LEARN]:
            return []
        return self._keeper().keep(
            message, lessons, identity=self._embedder.identity, now=now, origin=origin, zone=zone
        )

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Keep all that is written meanwhile in one transaction: all of it, or nothing."""
        with self._database.write():
            yield

    def near(self, vector: Vectors) -> Sequence[Near]:
        """The memories nearest to a vector, whatever their status, with their similarities.

        Raises:
            EmbedderMismatch: the vault's vectors were made by another embedder.
        """
        self._vectors.check_embedder(self._embedder.identity)
        self._embed_waiting(("memory",))
        return self._keeper().near_anything(vector)

    def _keeper(self) -> Keeper:
        return Keeper(self.memories, self.messages, self.tombstones, self._vectors, self._dense)

    def keep_vector(self, message_id: str, vector: Vectors) -> None:
        """Write the vector of a message that was embedded already."""
        self.keep_vectors([message_id], vector[None, :])

    def keep_vectors(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Write the vectors of messages that were embedded already, a row a message."""
        self._vectors.put_of_messages(ids, vectors, self._embedder.identity)

    def unembedded_count(self) -> int:
        """How many messages and memories wait to be embedded."""
        return self._vectors.unembedded_count()

    def settle(self, on_progress: Callable[[int], None] | None = None) -> None:
        """Embed and index all that waits for it; can be stopped and repeated at any time."""
        self.finish_deletion()
        self._vectors.check_embedder(self._embedder.identity)
        self._dense.embed_waiting(self._embedder, on_progress=on_progress)
        self._dense.index_waiting()

    def reindex(self, on_progress: Callable[[int], None] | None = None) -> None:
        """Make all vectors and the index anew; goes on where it stopped when it is repeated."""
        if self._vectors.embedder() != self._embedder.identity:
            self._vectors.clear(self._embedder.identity)
        self._dense.rebuild_later()
        self.settle(on_progress)

    def problems(self) -> list[str]:
        """What is wrong with the files of this vault, and what to do; empty if all is well."""
        found = [
            f"The database is damaged ({problem}). Save what can be read with `bespoke memory "
            "export`, and put a backup of the vault's folder in its place."
            for problem in self._database.problems()
        ]
        try:
            self._vectors.check_embedder(self._embedder.identity)
        except EmbedderMismatch as error:
            found.append(str(error))
        if self._cleaning.is_due():
            found.append("A deletion was not finished. Run: bespoke doctor --repair")
        if not self._dense.is_whole():
            found.append("The index is broken. Run: bespoke doctor --repair")
        return found

    def repair(self) -> None:
        """Finish what was begun, and build the index again from the vectors in the database."""
        self.finish_deletion()
        self._dense.rebuild_later()
        self._dense.index_waiting()

    def delete_conversation(self, conversation_id: str) -> None:
        """Delete a conversation, its messages, and what was known only from them.

        Raises:
            NotFound: there is no conversation with this id.
            VaultInUse: it is deleted, but another process that reads keeps the files from being
                cleaned of it; `settle` finishes that.
        """
        self.conversations.delete(conversation_id)
        self.finish_deletion()

    def delete_creation(self, work_id: str) -> None:
        """Delete a text that was written for the user, with all its versions.

        Raises:
            NotFound: there is no such text.
            VaultInUse: as `delete_conversation`.
        """
        self.creations.delete(work_id)
        self.finish_deletion()

    def preview_forget(self, memory_id: str) -> Preview:
        """What forgetting a memory would take, and what says nearly the same; changes nothing.

        Raises:
            NotFound: there is no memory with this id.
            EmbedderMismatch: the vault's vectors were made by another embedder.
        """
        self._embed_waiting(("memory", "message"))
        findings, cuts = self._forgetter.preview(memory_id)
        gone = findings.memories
        similar = self._similar.find(gone[0], without=gone, cuts=cuts, embedder=self._embedder)
        return Preview(**dict(findings), similar=similar)

    def forget(self, memory_id: str, *, also: Sequence[str] = (), time: datetime) -> Receipt:
        """Forget a memory for good: its rows, and its words wherever they stand in this vault.

        In messages and replies a mark takes their place. `also` are ids from the preview's
        `similar`. Afterwards no file of the vault holds the words or the vectors.

        Raises:
            NotFound: there is no memory or sentence with one of these ids; nothing was changed.
            VaultInUse: it is forgotten, but another process that reads keeps the files from being
                cleaned of it; `settle` finishes that.
        """
        findings = self._forgetter.forget(memory_id, also=also, time=time)
        self.finish_deletion()
        return Receipt(
            action="forgotten",
            time=time,
            removed=_counted(findings),
            out_of_reach=out_of_reach(findings.hosts),
        )

    def refuse(self, memory_id: str, *, time: datetime) -> Receipt:
        """Remove a memory that was only proposed, so that it is not proposed again.

        The message that it is from stays as it is.

        Raises:
            NotFound: there is no memory with this id.
            InvalidMemory: it is neither suggested nor quarantined.
            VaultInUse: as `forget`.
        """
        self._forgetter.refuse(memory_id, time=time)
        self.finish_deletion()
        return Receipt(
            action="refused", time=time, removed={"memories": 1}, out_of_reach=out_of_reach(())
        )

    def finish_deletion(self) -> None:
        """Clean all files of what was deleted, where that is still to be done."""
        self._cleaning.finish()

    def inventory(self) -> tuple[dict[str, int], tuple[str, ...]]:
        """How much there is, by table, and the remote models that made replies."""
        with self._database.read() as connection:
            return counts(connection), all_hosts(connection)

    def exclusive(self) -> AbstractContextManager[None]:
        """Keep other processes from writing to this vault for a block."""
        return self._database.exclusive()

    def close(self) -> None:
        """Give back all threads and file descriptors."""
        self._dense.close()
        self._database.close()


def _counted(findings: Findings) -> dict[str, int]:
    """How much went, by place."""
    places = Counter(COUNTED_AS[mention.place] for mention in findings.mentions)
    held = {"memories": len(findings.memories), **places}
    held |= {"prompts": findings.prompts, "snapshots": findings.snapshots}
    return {what: count for what, count in held.items() if count}
