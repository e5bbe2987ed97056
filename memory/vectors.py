"""The table of vectors: one for each message and memory, and which of them the index holds yet.

A row waits first to be embedded, then to be indexed. Until then it is searched exactly.
"""

import json
import sqlite3
from collections.abc import Sequence

import numpy as np

from memory.database import Database
from memory.errors import EmbedderMismatch
from memory.types import RecollectionKind, Record, Vectors

_TABLES: dict[RecollectionKind, str] = {"message": "messages", "memory": "memories"}

# What is embedded: of a named speaker, what a reader would see, for the name says much.
_TEXTS: dict[RecollectionKind, str] = {
    "message": "CASE WHEN t.name IS NULL THEN t.content ELSE t.name || ': ' || t.content END",
    "memory": "t.content",
}


class Unembedded(Record):
    """A text that has no vector yet."""

    kind: RecollectionKind
    seq: int
    text: str


class VectorTable:
    """The vectors of one vault: float32, unit length, all made by one embedder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check_embedder(self, identity: str) -> None:
        """Refuse vectors that another embedder made.

        Raises:
            EmbedderMismatch: the vault holds vectors of another embedder.
        """
        with self._database.read() as connection:
            recorded = _recorded_embedder(connection)
        if recorded not in (None, identity):
            raise EmbedderMismatch(
                f"The vectors of this vault were made by {recorded!r}, not by {identity!r}. Set "
                "BESPOKE_EMBEDDER back, or make them anew with `bespoke memory reindex`."
            )

    def unembedded(self, limit: int, kind: RecollectionKind | None = None) -> list[Unembedded]:
        """Texts that have no vector yet, memories first."""
        found: list[Unembedded] = []
        for table_kind in (kind,) if kind else ("memory", "message"):
            with self._database.read() as connection:
                rows = connection.execute(
                    f"SELECT v.seq, {_TEXTS[table_kind]} AS text"
                    f" FROM vectors v JOIN {_TABLES[table_kind]} t"
                    " ON t.seq = v.seq WHERE v.kind = ? AND v.is_indexed = 0"
                    " AND v.vector IS NULL LIMIT ?",
                    (table_kind, limit - len(found)),
                ).fetchall()
            found += [Unembedded(kind=table_kind, seq=row["seq"], text=row["text"]) for row in rows]
        return found

    def unembedded_count(self) -> int:
        """How many texts have no vector yet."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT count(*) FROM vectors WHERE is_indexed = 0 AND vector IS NULL"
            ).fetchone()
        return int(row[0])

    def put(
        self, items: Sequence[tuple[RecollectionKind, int]], vectors: Vectors, identity: str
    ) -> None:
        """Write vectors, shape (len(items), dimension), and who made them."""
        with self._database.write() as connection:
            connection.execute("INSERT OR IGNORE INTO meta VALUES ('embedder', ?)", (identity,))
            if _recorded_embedder(connection) != identity:
                return
            connection.executemany(
                "UPDATE vectors SET vector = ?, is_indexed = 0 WHERE kind = ? AND seq = ?",
                [
                    (vector.tobytes(), kind, seq)
                    for (kind, seq), vector in zip(items, vectors, strict=True)
                ],
            )

    def put_of_memory(self, seq: int, vector: Vectors, identity: str) -> None:
        """Write the vector of one memory, shape (dimension,)."""
        self.put([("memory", seq)], vector[None, :], identity)

    def put_of_messages(self, ids: Sequence[str], vectors: Vectors, identity: str) -> None:
        """Write the vectors of messages, shape (len(ids), dimension), at once."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT id, seq FROM messages WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            ).fetchall()
        seqs = {row["id"]: row["seq"] for row in rows}
        kept = [place for place, message_id in enumerate(ids) if message_id in seqs]
        items: list[tuple[RecollectionKind, int]] = [
            ("message", seqs[ids[place]]) for place in kept
        ]
        self.put(items, vectors[kept], identity)

    def pending(self, kind: RecollectionKind, limit: int = -1) -> tuple[list[int], Vectors]:
        """Vectors that the index does not hold yet, with their row numbers."""
        return self._matrix(
            "SELECT seq, vector FROM vectors WHERE kind = ? AND is_indexed = 0"
            " AND vector IS NOT NULL LIMIT ?",
            (kind, limit),
        )

    def all(self, kind: RecollectionKind) -> tuple[list[int], Vectors]:
        """All vectors of a kind, with their row numbers."""
        return self._matrix(
            "SELECT seq, vector FROM vectors WHERE kind = ? AND vector IS NOT NULL", (kind,)
        )

    def of(self, kind: RecollectionKind, seqs: Sequence[int]) -> tuple[list[int], Vectors]:
        """The vectors of some rows, in no particular order; rows without one are left out."""
        return self._matrix(
            "SELECT seq, vector FROM vectors WHERE kind = ? AND vector IS NOT NULL"
            f" AND seq IN ({','.join('?' * len(seqs))})",
            (kind, *seqs),
        )

    def of_memories(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors, shape (dimension,), of those of these memories that have one, by id."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT m.id, v.vector FROM memories m JOIN vectors v ON v.seq = m.seq"
                " WHERE v.kind = 'memory' AND v.vector IS NOT NULL"
                " AND m.id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            ).fetchall()
        return {row["id"]: np.frombuffer(row["vector"], dtype=np.float32) for row in rows}

    def of_latest_own(self, limit: int) -> Vectors:
        """The vectors of the user's latest messages that have one, shape (n, dimension)."""
        _, vectors = self._matrix(
            "SELECT v.seq, v.vector FROM vectors v JOIN messages m ON m.seq = v.seq"
            " WHERE v.kind = 'message' AND v.vector IS NOT NULL AND m.role = 'user'"
            " ORDER BY m.seq DESC LIMIT ?",
            (limit,),
        )
        return vectors

    def ids(self, kind: RecollectionKind, seqs: Sequence[int]) -> list[str]:
        """The ids of some rows, in the same order."""
        with self._database.read() as connection:
            query = f"SELECT id FROM {_TABLES[kind]} WHERE seq = ?"
            return [str(connection.execute(query, (seq,)).fetchone()["id"]) for seq in seqs]

    def mark_indexed(self, kind: RecollectionKind, seqs: Sequence[int]) -> None:
        """Remember that the index holds these rows."""
        with self._database.write() as connection:
            connection.executemany(
                "UPDATE vectors SET is_indexed = 1 WHERE kind = ? AND seq = ?",
                [(kind, seq) for seq in seqs],
            )

    def mark_all_unindexed(self) -> None:
        """Remember that the index has to be built again."""
        with self._database.write() as connection:
            connection.execute("UPDATE vectors SET is_indexed = 0 WHERE is_indexed = 1")

    def clear(self, identity: str) -> None:
        """Drop all vectors, so that the embedder called `identity` makes them anew."""
        with self._database.write() as connection:
            connection.execute("UPDATE vectors SET vector = NULL, is_indexed = 0")
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('embedder', ?)", (identity,))

    def indexed_count(self, kind: RecollectionKind) -> int:
        """How many rows the index should hold; from the keys alone, without reading vectors."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM vectors WHERE kind = :kind)"
                " - (SELECT count(*) FROM vectors WHERE kind = :kind AND is_indexed = 0)",
                {"kind": kind},
            ).fetchone()
        return int(row[0])

    def embedder(self) -> str | None:
        """Who made the vectors; None while there are none."""
        with self._database.read() as connection:
            return _recorded_embedder(connection)

    def _matrix(self, query: str, parameters: tuple[str | int, ...]) -> tuple[list[int], Vectors]:
        with self._database.read() as connection:
            rows = connection.execute(query, parameters).fetchall()
        if not rows:
            return [], np.zeros((0, 0), dtype=np.float32)
        flat = np.frombuffer(b"".join(row["vector"] for row in rows), dtype=np.float32)
        return [row["seq"] for row in rows], flat.reshape(len(rows), -1)


def _recorded_embedder(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE key = 'embedder'").fetchone()
    return str(row["value"]) if row else None
