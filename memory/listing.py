"""Looking through memories a page at a time: which ones, in which order, and how many there are.

Only the rows of the page are read, so that it takes no longer with thousands of them.
"""

import json
import re
from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from memory.database import Database
from memory.memories import as_memories
from memory.types import Memory, MemoryKind, Origin, Record, Status

Order = Literal["newest", "oldest", "surest", "text"]

_ORDERS: dict[Order, str] = {
    "newest": "m.is_pinned DESC, m.seq DESC",
    "oldest": "m.seq",
    "surest": "m.confidence DESC, m.seq DESC",
    "text": "lower(m.content), m.seq",
}
_WORD = re.compile(r"\w+")


class MemoryQuery(Record):
    """Which memories, and how they are ordered; without a status all but superseded ones.

    `ids` narrows it to these, and they come in this order.
    """

    kind: MemoryKind | None = None
    status: Status | None = None
    origin: Origin | None = None
    order: Order = "newest"
    ids: tuple[str, ...] | None = None
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=20, ge=1)


class MemoryPage(Record):
    """A page of memories, and how many there are on all pages."""

    memories: tuple[Memory, ...]
    total: int


class Listing:
    """The memories of one vault, page by page."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, query: MemoryQuery) -> MemoryPage:
        """The memories from `offset` on, and how many there are in all."""
        chosen, given = _chosen(query)
        order = "j.key" if query.ids is not None else _ORDERS[query.order]
        with self._database.read() as connection:
            (total,) = connection.execute(f"SELECT count(*) FROM {chosen}", given).fetchone()
            rows = connection.execute(
                f"SELECT m.* FROM {chosen} ORDER BY {order} LIMIT :limit OFFSET :offset", given
            ).fetchall()
            return MemoryPage(memories=tuple(as_memories(connection, rows)), total=total)

    def with_words(self, text: str) -> Sequence[str]:
        """The ids of memories that hold all words of a text, or longer ones; the newest first."""
        words = " ".join(f'"{word}"*' for word in _WORD.findall(text))
        if not words:
            return []
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT m.id FROM memory_words w JOIN memories m ON m.seq = w.rowid"
                " WHERE memory_words MATCH ? ORDER BY m.seq DESC",
                (words,),
            ).fetchall()
        return [row["id"] for row in rows]

    def named(self, ids: Sequence[str]) -> Sequence[Memory]:
        """Those of some memories that are there, in no particular order."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM memories WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            ).fetchall()
            return as_memories(connection, rows)

    def counts(self) -> dict[Status, int]:
        """How many memories there are of each status."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT status, count(*) AS count FROM memories GROUP BY status"
            ).fetchall()
        return {Status(row["status"]): row["count"] for row in rows}

    def preferences(self) -> Sequence[Memory]:
        """All preferences that hold or held once, the oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM memories WHERE kind = 'preference'"
                " AND status IN ('active', 'superseded') ORDER BY seq"
            ).fetchall()
            return as_memories(connection, rows)


def _chosen(query: MemoryQuery) -> tuple[str, dict[str, str | int | None]]:
    """The FROM and WHERE of a query, and its values."""
    joined = "" if query.ids is None else " JOIN json_each(:ids) j ON j.value = m.id"
    given: dict[str, str | int | None] = {
        "kind": query.kind,
        "status": query.status and query.status.value,
        "origin": query.origin,
        "ids": None if query.ids is None else json.dumps(query.ids),
        "limit": query.limit,
        "offset": query.offset,
    }
    return (
        f"memories m{joined} WHERE (:kind IS NULL OR m.kind = :kind)"
        " AND (:origin IS NULL OR m.origin = :origin)"
        " AND CASE WHEN :status IS NULL THEN m.status <> 'superseded'"
        "     ELSE m.status = :status END",
        given,
    )
