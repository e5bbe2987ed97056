"""Search by meaning: the index for what it holds, an exact scan for what still waits for it.

The vectors in the database are the truth. A broken or missing index is thrown away, and until it
is built again everything is scanned.
"""

import logging
from collections.abc import Callable
from threading import RLock

import numpy as np

from memory.database import Database
from memory.embeddings import Embedder
from memory.errors import VaultError
from memory.index import Index, IndexBroken
from memory.types import RecollectionKind, Vectors
from memory.vectors import Unembedded, VectorTable

_BATCH = 64
_INDEX_BATCH = 200
_KINDS: tuple[RecollectionKind, ...] = ("memory", "message")
_log = logging.getLogger(__name__)


class Dense:
    """Nearest neighbours by cosine similarity, over the table of vectors and the index."""

    def __init__(self, database: Database, vectors: VectorTable, index: Index | None) -> None:
        """Without an index everything is scanned exactly, as suits a small or read-only vault."""
        self._database = database
        self._vectors = vectors
        self._index = index
        self._mutex = RLock()
        self._is_checked = False

    def nearest(
        self, kind: RecollectionKind, vector: Vectors, limit: int
    ) -> list[tuple[int, float]]:
        """Rows as (seq, cosine similarity), best first."""
        with self._mutex:
            indexed = self._from_index(kind, vector, limit)
        waiting = self._vectors.all(kind) if indexed is None else self._vectors.pending(kind)
        found = dict(indexed or [])
        found.update(_similarities(waiting, vector))
        return sorted(found.items(), key=lambda item: -item[1])[:limit]

    def vectors(self, kind: RecollectionKind, seqs: list[int], dimension: int) -> Vectors:
        """The vectors of some rows, shape (len(seqs), dimension); zeros where there is none yet."""
        found, vectors = self._vectors.of(kind, seqs)
        placed = np.zeros((len(seqs), dimension), dtype=np.float32)
        place = {seq: number for number, seq in enumerate(seqs)}
        if found:
            placed[[place[seq] for seq in found]] = vectors
        return placed

    def embed_waiting(
        self,
        embedder: Embedder,
        *,
        kind: RecollectionKind | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        """Make the vectors that are missing; can be stopped and repeated at any time."""
        while batch := self._vectors.unembedded(_BATCH, kind):
            self._embed(embedder, batch)
            if on_progress:
                on_progress(len(batch))

    def index_waiting(self, on_progress: Callable[[int], None] | None = None) -> None:
        """Hand vectors to the index that it does not hold yet; can be stopped and repeated."""
        if self._index is None:
            return
        for kind in _KINDS:
            while True:
                with self._mutex, self._database.exclusive():
                    self._check(self._index)
                    seqs, vectors = self._vectors.pending(kind, _INDEX_BATCH)
                    if not seqs:
                        break
                    try:
                        self._index.add(kind, seqs, vectors)
                    except IndexBroken as error:
                        _log.warning("The index could not be written to (%s).", error)
                        self._rebuild_later()
                        return
                    self._vectors.mark_indexed(kind, seqs)
                if on_progress:
                    on_progress(len(seqs))

    def rebuild_later(self) -> None:
        """Throw the index away; `index_waiting` builds it again."""
        with self._mutex, self._database.exclusive():
            self._rebuild_later()

    def clear_unused_slots(self) -> None:
        """Mend what a kill right after the index was made can leave in its files."""
        if self._index:
            with self._mutex, self._database.exclusive():
                self._index.clear_unused_slots()

    def is_whole(self) -> bool:
        """Whether the index can be read and holds all that it should."""
        if self._index is None:
            return True
        with self._mutex:
            self._is_checked = False
            try:
                self._check(self._index)
            except IndexBroken:
                return False
        return True

    def close(self) -> None:
        """Give back what the index holds."""
        with self._mutex:
            if self._index:
                self._index.close()

    def _from_index(
        self, kind: RecollectionKind, vector: Vectors, limit: int
    ) -> list[tuple[int, float]] | None:
        if self._index is None:
            return None
        try:
            self._check(self._index)
            return self._index.nearest(kind, vector, limit)
        except IndexBroken as error:
            _log.warning("The index is broken (%s) and will be built again.", error)
        try:
            self.rebuild_later()
        except VaultError:
            _log.warning("The broken index could not be thrown away now.")
        return None

    def _check(self, index: Index) -> None:
        """Open the index anew if another process changed it, and see that nothing is missing."""
        if self._database.changed_elsewhere():
            index.close()
            self._is_checked = False
        if self._is_checked:
            return
        for kind in _KINDS:
            indexed = self._vectors.indexed_count(kind)
            if indexed and index.count(kind) < indexed:
                raise IndexBroken("rows are missing")
        self._is_checked = True

    def _rebuild_later(self) -> None:
        self._vectors.mark_all_unindexed()
        if self._index:
            self._index.remove()
        self._is_checked = False

    def _embed(self, embedder: Embedder, batch: list[Unembedded]) -> None:
        vectors = embedder.vectors([item.text for item in batch])
        items = [(item.kind, item.seq) for item in batch]
        self._vectors.put(items, vectors, embedder.identity)


def _similarities(rows: tuple[list[int], Vectors], vector: Vectors) -> list[tuple[int, float]]:
    seqs, vectors = rows
    if not seqs:
        return []
    return list(zip(seqs, np.asarray(vectors @ vector, dtype=float).tolist(), strict=True))
