"""What says nearly the same as a sentence: memories, and sentences of the user's messages."""

from collections.abc import Sequence

from memory.database import Database
from memory.dense import Dense
from memory.embeddings import Embedder
from memory.forgetting import Cuts, sentence_id
from memory.memories import Memories
from memory.receipts import Similar
from memory.spans import overlap, sentences
from memory.types import Memory, RecollectionKind, Status, Vectors
from memory.vectors import VectorTable

_LEAST = 0.5
_MOST = 10
_MESSAGES_READ = 12


class SimilarFinder:
    """Finds what a forgetting could take along, by the vectors of one embedder."""

    def __init__(self, database: Database, dense: Dense, memories: Memories) -> None:
        self._database = database
        self._dense = dense
        self._vectors = VectorTable(database)
        self._memories = memories

    def find(
        self, of: Memory, *, without: Sequence[Memory], cuts: Cuts, embedder: Embedder
    ) -> tuple[Similar, ...]:
        """What is near to a memory, the nearest first; a memory that it superseded is always there.

        `without` are the memories and `cuts` the spans of messages that go in any case.
        """
        vector = embedder.vector(of.text)
        found = [*self._near_memories(of, vector, {each.id for each in without})]
        found += self._near_sentences(vector, cuts, embedder)
        return tuple(sorted(found, key=lambda each: -each.similarity)[:_MOST])

    def _near_memories(self, of: Memory, vector: Vectors, without: set[str]) -> list[Similar]:
        by_id = {
            each.id: each
            for each in [*self._memories.list(), *self._memories.list(status=Status.SUPERSEDED)]
            if each.id not in without
        }
        near = self._nearest("memory", vector, _MOST + len(without))
        if of.supersedes is not None:
            near.setdefault(of.supersedes, 0.0)
        return [
            Similar(id=each, kind="memory", text=by_id[each].text, similarity=similarity)
            for each, similarity in near.items()
            if each in by_id and (similarity >= _LEAST or each == of.supersedes)
        ]

    def _near_sentences(self, vector: Vectors, cuts: Cuts, embedder: Embedder) -> list[Similar]:
        texts = self._said_by_user(list(self._nearest("message", vector, 4 * _MESSAGES_READ)))
        spans = [
            (message_id, span)
            for message_id, text in texts
            for span in sentences(text)
            if not any(overlap(span, each) for each in cuts.get(message_id, ()))
        ]
        if not spans:
            return []
        said = dict(texts)
        found = [said[message_id][start:end] for message_id, (start, end) in spans]
        similarities = (embedder.vectors(found) @ vector).tolist()
        return [
            Similar(
                id=sentence_id(message_id, span), kind="message", text=text, similarity=similarity
            )
            for (message_id, span), text, similarity in zip(spans, found, similarities, strict=True)
            if similarity >= _LEAST
        ]

    def _said_by_user(self, message_ids: list[str]) -> list[tuple[str, str]]:
        with self._database.read() as connection:
            rows = [
                connection.execute(
                    "SELECT id, content FROM messages WHERE id = ? AND role = 'user'", (each,)
                ).fetchone()
                for each in message_ids
            ]
        return [(row["id"], row["content"]) for row in rows if row][:_MESSAGES_READ]

    def _nearest(self, kind: RecollectionKind, vector: Vectors, limit: int) -> dict[str, float]:
        found = self._dense.nearest(kind, vector, limit)
        ids = self._vectors.ids(kind, [seq for seq, _ in found])
        return dict(zip(ids, (similarity for _, similarity in found), strict=True))
