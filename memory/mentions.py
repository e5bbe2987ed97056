"""Places beside messages and memories that can repeat their words: titles, traces, creations."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from typing import Any, Protocol

from memory.receipts import Mention, Place
from memory.spans import Span, cut
from memory.types import Record

# Of each: what it is called, its table, the column with the text, and the one with the id.
_PLACES: tuple[tuple[Place, str, str, str], ...] = (
    ("title", "conversations", "title", "id"),
    ("feedback", "feedback", "words", "reply_id"),
    ("event", "events", "text", "memory_id"),
    ("note", "memories", "about", "id"),
    ("note", "memories", "scope", "id"),
    ("trace", "traces", "trace", "reply_id"),
    ("creation", "creations", "text", "id"),
    ("creation", "creations", "brief", "id"),
    ("creation", "creations", "instruction", "id"),
    ("creation", "creations", "audience", "id"),
    ("creation", "creations", "tone", "id"),
    ("creation", "creations", "length", "id"),
    ("creation", "creations", "language", "id"),
)


class Finder(Protocol):
    """Whatever finds words in a text."""

    def spans_in(self, text: str) -> list[Span]:
        """Where they stand, in order, without overlaps."""


class Known(Record):
    """What was written with some items in the prompt, and the remote models that got to know them.

    `informed` are ids of replies and of creations.
    """

    informed: frozenset[str]
    hosts: tuple[str, ...]


def cut_elsewhere(
    connection: sqlite3.Connection,
    finder: Finder,
    *,
    only: Mapping[Place, Collection[str]] | None = None,
) -> list[Mention]:
    """Put the mark in the place of what `finder` finds, within a transaction; returns what it was.

    `only` narrows it to some kinds of places, and to their ids.
    """
    mentions: list[Mention] = []
    for place, table, column, key in _PLACES:
        if only is None or place in only:
            for row in connection.execute(
                f"SELECT rowid AS row, {key} AS id, {column} AS text FROM {table}"
                f" WHERE {column} NOT NULL"
            ).fetchall():
                if only is not None and row["id"] not in only[place]:
                    continue
                change = _Change(finder, place, row["id"])
                changed = (
                    change.of_json(row["text"]) if place == "trace" else change.of(row["text"])
                )
                if change.mentions:
                    connection.execute(
                        f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (changed, row["row"])
                    )
                    mentions += change.mentions
    return mentions


class _Change:
    """Cuts what is found out of one text, and notes what it was."""

    def __init__(self, finder: Finder, place: Place, where: str) -> None:
        self._finder = finder
        self._place = place
        self._where = where
        self.mentions: list[Mention] = []

    def of(self, text: str) -> str:
        spans = self._finder.spans_in(text)
        self.mentions += [
            Mention(place=self._place, id=self._where, text=text[start:end]) for start, end in spans
        ]
        return cut(text, spans)

    def of_json(self, text: str) -> str:
        return json.dumps(self._of_value(json.loads(text)), ensure_ascii=False)

    def _of_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._of_value(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._of_value(each) for each in value]
        return self.of(value) if isinstance(value, str) else value


def traces(connection: sqlite3.Connection, item_ids: Collection[str]) -> Known:
    """Which replies were made with these memories and messages in the prompt, and by whom.

    A remote model also got to know what stands in a conversation that it answered in.
    """
    informed: set[str] = set()
    hosts: set[str] = set()
    touched = {
        row["conversation_id"]
        for row in connection.execute("SELECT id, conversation_id FROM messages").fetchall()
        if row["id"] in item_ids
    }
    for row in connection.execute(
        "SELECT t.reply_id, t.trace, m.conversation_id FROM traces t"
        " JOIN messages m ON m.id = t.reply_id"
    ).fetchall():
        trace = json.loads(row["trace"])
        is_informed = any(offer.get("id") in item_ids for offer in trace.get("offers", ()))
        if is_informed:
            informed.add(row["reply_id"])
        if trace.get("host") and (is_informed or row["conversation_id"] in touched):
            hosts.add(trace["host"])
    created, told = _creations(connection, item_ids)
    return Known(informed=frozenset(informed | created), hosts=tuple(sorted(hosts | told)))


def _creations(
    connection: sqlite3.Connection, item_ids: Collection[str]
) -> tuple[set[str], set[str]]:
    """The same of creations; a version passes on what it says to all others of its text."""
    rows = [
        (row["id"], row["work_id"], json.loads(row["trace"] or "{}"))
        for row in connection.execute("SELECT id, work_id, trace FROM creations").fetchall()
    ]
    works = {
        work
        for _, work, trace in rows
        if any(offer.get("id") in item_ids for offer in trace.get("offers", ()))
    }
    touched = [(version, trace) for version, work, trace in rows if work in works]
    hosts = {trace["host"] for _, trace in touched if trace.get("host")}
    return {version for version, _ in touched}, hosts


def all_hosts(connection: sqlite3.Connection) -> tuple[str, ...]:
    """The remote models that made any of the replies or creations."""
    rows = connection.execute(
        "SELECT trace FROM traces UNION ALL SELECT trace FROM creations WHERE trace NOT NULL"
    ).fetchall()
    hosts = {json.loads(row["trace"]).get("host") for row in rows}
    return tuple(sorted(host for host in hosts if host))
