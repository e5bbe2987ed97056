"""The table of memories: statements about the user, each with its evidence and its history.

Nothing is overwritten. An edited memory is superseded by a new one, which names it.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args
from uuid import uuid4

from memory.conversations import withdraw
from memory.database import Database
from memory.errors import InvalidMemory, NotFound
from memory.suggestions import may_suggest
from memory.types import Event, Evidence, Memory, MemoryKind, Status, Strength

if TYPE_CHECKING:
    from memory.learn.statements import Statement

MAX_LENGTH = 2000
DOUBT_LEFT = 0.5
_HOLDS = "status = 'active' AND valid_from <= :now AND (valid_to IS NULL OR valid_to > :now)"


class Memories:
    """The memories of one vault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        text: str,
        *,
        time: datetime,
        kind: MemoryKind | None = None,
        strength: Strength | None = None,
    ) -> Memory:
        """Write down a memory by hand, in the user's words.

        Without a kind it is a fact; without a strength it is hard if it is a constraint, else soft.

        Raises:
            InvalidMemory: the text is empty, longer than 2,000 characters, or not storable, or
                the kind or strength is unknown.
        """
        text = _checked(text)
        kind = kind or "fact"
        strength = strength or ("hard" if kind == "constraint" else "soft")
        _refuse_unknown("kind", kind, MemoryKind)
        _refuse_unknown("strength", strength, Strength)
        added = Memory(
            id=uuid4().hex,
            kind=kind,
            text=text,
            polarity="neutral",
            strength=strength,
            scope=None,
            valid_from=time,
            valid_to=None,
            status=Status.ACTIVE,
            origin="manual",
            confidence=1.0,
            pinned=False,
            created=time,
            supersedes=None,
            evidence=(Evidence(message_id=None, start=0, end=len(text)),),
        )
        with self._database.write() as connection:
            _insert(connection, added)
            record(connection, added.id, added.text, "added", time)
        return added

    def suggest(
        self, text: str, *, quotes: Evidence, confidence: float, time: datetime
    ) -> Memory | None:
        """Keep what somebody concluded from words of the user's; it counts only once accepted.

        Nothing is kept, and None returned, where the quoted words are not the user's own, are
        suspicious, or are a memory's evidence already, or where there is a memory with this text.

        Raises:
            InvalidMemory: the text is empty, longer than 2,000 characters, or not storable.
        """
        suggested = Memory(
            id=uuid4().hex,
            kind="preference",
            text=_checked(text),
            polarity="neutral",
            strength="soft",
            scope=None,
            valid_from=time,
            valid_to=None,
            status=Status.SUGGESTED,
            origin="inferred",
            confidence=confidence,
            pinned=False,
            created=time,
            supersedes=None,
            evidence=(quotes,),
        )
        with self._database.write() as connection:
            if not may_suggest(connection, suggested.text, quotes):
                return None
            _insert(connection, suggested)
            record(connection, suggested.id, suggested.text, "added", time)
        return suggested

    def get(self, memory_id: str) -> Memory:
        """Return one memory.

        Raises:
            NotFound: there is none with this id.
        """
        with self._database.read() as connection:
            return _get(connection, memory_id)

    def edit(
        self,
        memory_id: str,
        text: str,
        *,
        time: datetime,
        kind: MemoryKind | None = None,
        strength: Strength | None = None,
        said: "Statement | None" = None,
    ) -> Memory:
        """Replace a memory by one with another text; the old one is kept as superseded.

        `said` is what the new words say. Without it they are taken as neutral. Kind and strength
        are as given, or as the user chose them when writing the memory down, or as is said.

        Raises:
            NotFound: there is none with this id.
            InvalidMemory: the text, kind or strength cannot be used, or the memory was superseded
                before.
        """
        text = _checked(text)
        _refuse_unknown("kind", kind or "fact", MemoryKind)
        _refuse_unknown("strength", strength or "soft", Strength)
        with self._database.write() as connection:
            old = _get(connection, memory_id)
            _refuse_superseded(connection, old)
            new = old.model_copy(
                update={
                    "id": uuid4().hex,
                    "text": text,
                    **_read_anew(connection, old, text, said),
                    **({"kind": kind} if kind else {}),
                    **({"strength": strength} if strength else {}),
                    "valid_from": time,
                    "origin": "manual",
                    "confidence": 1.0,
                    "created": time,
                    "supersedes": old.id,
                    "evidence": (Evidence(message_id=None, start=0, end=len(text)),),
                }
            )
            _insert(connection, new)
            _supersede(connection, old, time)
            record(connection, old.id, old.text, "superseded", time)
            record(connection, new.id, new.text, "edited", time)
        return new

    def add_learned(self, new: Memory, *, replaces: Sequence[Memory] = ()) -> None:
        """Write a memory that was learned; those it replaces are superseded and dated."""
        with self._database.write() as connection:
            _insert(connection, new)
            record(connection, new.id, new.text, "added", new.created)
            for old in replaces:
                _supersede(connection, old, new.valid_from)
                record(connection, old.id, old.text, "superseded", new.created)

    def strengthen(self, memory_id: str, evidence: Evidence, *, time: datetime) -> Memory:
        """Add another place where the user said it; what is said often is surer.

        Raises:
            NotFound: there is none with this id.
        """
        with self._database.write() as connection:
            found = _get(connection, memory_id)
            if evidence in found.evidence:
                return found
            connection.execute(
                "INSERT INTO evidence VALUES (?, ?, ?, ?)",
                (memory_id, evidence.message_id, evidence.start, evidence.end),
            )
            connection.execute(
                "UPDATE memories SET confidence = 1 - (1 - confidence) * ? WHERE id = ?",
                (DOUBT_LEFT, memory_id),
            )
            record(connection, found.id, found.text, "strengthened", time)
            return _get(connection, memory_id)

    def supersede(self, memory_id: str, *, by: str, time: datetime) -> None:
        """Let a memory that contradicts another one take its place.

        Raises:
            NotFound: there is none with one of these ids.
        """
        with self._database.write() as connection:
            old = _get(connection, memory_id)
            _get(connection, by)
            _supersede(connection, old, time)
            connection.execute("UPDATE memories SET supersedes = ? WHERE id = ?", (old.id, by))
            record(connection, old.id, old.text, "superseded", time)

    def holding(
        self, seqs: Sequence[int], *, slots: Sequence[str] = (), now: datetime
    ) -> dict[int, Memory]:
        """Those of some rows that hold now, and all of some slots, by row number."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT * FROM memories WHERE {_HOLDS} AND"
                " (seq IN (SELECT value FROM json_each(:seqs))"
                "  OR slot IN (SELECT value FROM json_each(:slots)))",
                {
                    "now": now.isoformat(),
                    "seqs": json.dumps(list(seqs)),
                    "slots": json.dumps(list(slots)),
                },
            ).fetchall()
            found = as_memories(connection, rows)
        return {int(row["seq"]): each for row, each in zip(rows, found, strict=True)}

    def of_rows(self, seqs: Sequence[int]) -> dict[int, Memory]:
        """Those of some rows, whatever their status, by row number."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM memories WHERE seq IN (SELECT value FROM json_each(?))",
                (json.dumps(list(seqs)),),
            ).fetchall()
            found = as_memories(connection, rows)
        return {int(row["seq"]): each for row, each in zip(rows, found, strict=True)}

    def seq(self, memory_id: str) -> int:
        """The row number under which a memory's vector is kept.

        Raises:
            NotFound: there is none with this id.
        """
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT seq FROM memories WHERE id = ?", (memory_id,)
            ).fetchone()
        if row is None:
            raise NotFound(f"There is no memory {memory_id!r}.")
        return int(row["seq"])

    def set_pinned(self, memory_id: str, is_pinned: bool, *, time: datetime) -> Memory:
        """Pin a memory, or undo that."""
        with self._database.write() as connection:
            found = _get(connection, memory_id)
            _refuse_superseded(connection, found)
            connection.execute(
                "UPDATE memories SET is_pinned = ? WHERE id = ?", (is_pinned, memory_id)
            )
            record(connection, found.id, found.text, "pinned" if is_pinned else "unpinned", time)
        return found.model_copy(update={"pinned": is_pinned})

    def set_hidden(self, memory_id: str, is_hidden: bool, *, time: datetime) -> Memory:
        """Hide a memory, so that it stays but is never used, or undo that."""
        status = Status.HIDDEN if is_hidden else Status.ACTIVE
        with self._database.write() as connection:
            found = _get(connection, memory_id)
            if found.status not in (Status.ACTIVE, Status.HIDDEN):
                raise InvalidMemory(
                    f"The memory {memory_id!r} is {found.status.value}; only an active memory can "
                    "be hidden."
                )
            connection.execute("UPDATE memories SET status = ? WHERE id = ?", (status, memory_id))
            record(connection, found.id, found.text, "hidden" if is_hidden else "unhidden", time)
            if is_hidden:
                withdraw(connection, memory_id)
        return found.model_copy(update={"status": status})

    def accept(self, memory_id: str, *, time: datetime) -> Memory:
        """Make a memory active that was only proposed.

        Raises:
            NotFound: there is none with this id.
            InvalidMemory: it is neither suggested nor quarantined.
        """
        with self._database.write() as connection:
            found = _get(connection, memory_id)
            if found.status not in (Status.SUGGESTED, Status.QUARANTINED):
                raise InvalidMemory(
                    f"The memory {memory_id!r} is {found.status.value}; only a suggested or "
                    "quarantined one can be accepted."
                )
            connection.execute("UPDATE memories SET status = 'active' WHERE id = ?", (memory_id,))
            record(connection, found.id, found.text, "accepted", time)
        return found.model_copy(update={"status": Status.ACTIVE})

    def undo(self, memory_id: str, *, time: datetime) -> Memory:
        """Take back that a memory was hidden, or that one superseded another.

        Either of these two can be named: the old one is active again, and the new one superseded
        by it, so that undoing again brings that back. Returns the memory that is active now.

        Raises:
            NotFound: there is none with this id.
            InvalidMemory: there is nothing to undo, or something later has to be undone first.
        """
        found = self.get(memory_id)
        if found.status is Status.HIDDEN:
            return self.set_hidden(memory_id, False, time=time)
        with self._database.write() as connection:
            old, new = _superseding(connection, _get(connection, memory_id))
            if new is not None:
                _retire(connection, new, for_the=old, time=time)
            connection.execute(
                "UPDATE memories SET status = 'active', valid_to = NULL, is_pinned = ?,"
                " supersedes = ? WHERE id = ?",
                (new.pinned if new else False, new.id if new else old.supersedes, old.id),
            )
            record(connection, old.id, old.text, "restored", time)
            return _get(connection, old.id)

    def history(self, memory_id: str) -> list[Event]:
        """All that happened to a memory and to those it superseded, oldest first."""
        with self._database.read() as connection:
            _get(connection, memory_id)
            rows = connection.execute(
                "WITH RECURSIVE older (id) AS ("
                "  SELECT ? UNION"
                "  SELECT m.supersedes FROM memories m JOIN older o ON m.id = o.id"
                "  WHERE m.supersedes IS NOT NULL"
                ") SELECT e.* FROM events e JOIN older o ON o.id = e.memory_id"
                " ORDER BY e.time, e.rowid",
                (memory_id,),
            ).fetchall()
        return [Event(**dict(row)) for row in rows]

    def strongest(self, limit: int | None = None, *, now: datetime) -> Sequence[Memory]:
        """What holds now: hard, the name, pinned, style, slots, then the newest."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT * FROM memories WHERE {_HOLDS}"
                " ORDER BY strength = 'hard' DESC, slot IS 'name' DESC, is_pinned DESC,"
                " kind = 'style' DESC, slot IS NOT NULL DESC, confidence DESC, seq DESC"
                " LIMIT :limit",
                {"now": now.isoformat(), "limit": -1 if limit is None else limit},
            ).fetchall()
            return as_memories(connection, rows)

    def of_kind(self, kind: MemoryKind, *, now: datetime) -> Sequence[Memory]:
        """What holds now of one kind, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT * FROM memories WHERE {_HOLDS} AND kind = :kind ORDER BY seq",
                {"now": now.isoformat(), "kind": kind},
            ).fetchall()
            return as_memories(connection, rows)

    def strengthened(self) -> Mapping[str, Sequence[datetime]]:
        """The times at which memories, named by their ids, were said again."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT memory_id, time FROM events WHERE action = 'strengthened' ORDER BY time"
            ).fetchall()
        times: dict[str, list[datetime]] = {}
        for row in rows:
            times.setdefault(row["memory_id"], []).append(datetime.fromisoformat(row["time"]))
        return times

    def resting_on(self, message_id: str) -> Sequence[Memory]:
        """The memories whose evidence is, at least in part, one message; the oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM memories"
                " WHERE id IN (SELECT memory_id FROM evidence WHERE message_id = ?) ORDER BY seq",
                (message_id,),
            ).fetchall()
            return as_memories(connection, rows)

    def binding(self, *, now: datetime) -> Sequence[Memory]:
        """The hard memories that hold now, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT * FROM memories WHERE {_HOLDS} AND strength = 'hard' ORDER BY seq",
                {"now": now.isoformat()},
            ).fetchall()
            return as_memories(connection, rows)

    def added_since(self, time: datetime, *, now: datetime) -> Sequence[Memory]:
        """What was added after `time` and holds now, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT * FROM memories WHERE {_HOLDS} AND created > :time ORDER BY seq",
                {"now": now.isoformat(), "time": time.isoformat()},
            ).fetchall()
            return as_memories(connection, rows)

    def list(self, *, status: Status | None = None, limit: int | None = None) -> list[Memory]:
        """Memories, pinned ones first, then the newest; superseded ones only if asked for."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM memories"
                " WHERE CASE WHEN :status IS NULL THEN status <> 'superseded'"
                "       ELSE status = :status END"
                " ORDER BY is_pinned DESC, seq DESC LIMIT :limit",
                {"status": status and status.value, "limit": -1 if limit is None else limit},
            ).fetchall()
            return as_memories(connection, rows)


def _get(connection: sqlite3.Connection, memory_id: str) -> Memory:
    rows = connection.execute("SELECT * FROM memories WHERE id = ?", (memory_id,)).fetchall()
    if not rows:
        raise NotFound(f"There is no memory {memory_id!r}. `bespoke memory list` shows all ids.")
    return as_memories(connection, rows)[0]


def _read_anew(
    connection: sqlite3.Connection, old: Memory, text: str, said: "Statement | None"
) -> dict[str, Any]:
    """What a memory with other words is about; what the user chose by hand stays."""
    if said is None:
        about = old.about if old.about and old.about.lower() in text.lower() else None
        return {"polarity": "neutral", "about": about}
    by_hand = _first(connection, old).origin == "manual"
    is_free = connection.execute(
        "SELECT 1 FROM memories WHERE slot = ? AND status = 'active' AND id <> ?",
        (said.slot, old.id),
    ).fetchone()
    return {
        "kind": old.kind if by_hand else said.kind,
        "strength": old.strength if by_hand else said.strength,
        "polarity": said.polarity,
        "about": said.about,
        "scope": said.scope,
        "slot": said.slot if is_free is None else None,
    }


def _first(connection: sqlite3.Connection, memory: Memory) -> Memory:
    """The memory that was there before all corrections by hand."""
    while memory.origin == "manual" and memory.supersedes is not None:
        memory = _get(connection, memory.supersedes)
    return memory


def _refuse_superseded(connection: sqlite3.Connection, found: Memory) -> None:
    if found.status is not Status.SUPERSEDED:
        return
    newer = connection.execute(
        "SELECT id FROM memories WHERE supersedes = ?", (found.id,)
    ).fetchone()
    raise InvalidMemory(
        f"The memory {found.id!r} was superseded by {newer['id'] if newer else None!r}; change "
        "that one."
    )


def _superseding(connection: sqlite3.Connection, found: Memory) -> tuple[Memory, Memory | None]:
    """The old memory and the new one of what can be undone; None where nothing took its place."""
    if found.status is Status.SUPERSEDED:
        newer = connection.execute(
            "SELECT id FROM memories WHERE supersedes = ?", (found.id,)
        ).fetchone()
        if newer is None:
            return found, None
        old, new = found, _get(connection, newer["id"])
    elif found.supersedes is not None:
        old, new = _get(connection, found.supersedes), found
    else:
        raise InvalidMemory(f"The memory {found.id!r} superseded none; there is nothing to undo.")
    if new.status is Status.SUPERSEDED:
        raise InvalidMemory(
            f"The memory {new.id!r} was superseded itself. Undo the latest change first."
        )
    return old, new


def _retire(
    connection: sqlite3.Connection, new: Memory, *, for_the: Memory, time: datetime
) -> None:
    """Let a memory be superseded by the one that it superseded."""
    connection.execute(
        "UPDATE memories SET status = 'superseded', valid_to = ?, is_pinned = 0, supersedes = ?"
        " WHERE id = ?",
        (time.isoformat(), for_the.supersedes, new.id),
    )
    record(connection, new.id, new.text, "superseded", time)
    withdraw(connection, new.id)


def as_memories(connection: sqlite3.Connection, rows: list[sqlite3.Row]) -> list[Memory]:
    """The memories of some rows of the table, with their evidence."""
    evidence: dict[str, list[Evidence]] = {row["id"]: [] for row in rows}
    for chunk in _chunks(list(evidence), 500):
        for row in connection.execute(
            f"SELECT * FROM evidence WHERE memory_id IN ({','.join('?' * len(chunk))})", chunk
        ):
            evidence[row["memory_id"]].append(
                Evidence(message_id=row["message_id"], start=row["start"], end=row["end"])
            )
    return [_memory(row, tuple(evidence[row["id"]])) for row in rows]


def _memory(row: sqlite3.Row, evidence: tuple[Evidence, ...]) -> Memory:
    return Memory(
        id=row["id"],
        kind=row["kind"],
        text=row["content"],
        polarity=row["polarity"],
        strength=row["strength"],
        scope=row["scope"],
        about=row["about"],
        slot=row["slot"],
        valid_from=datetime.fromisoformat(row["valid_from"]),
        valid_to=datetime.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        status=Status(row["status"]),
        origin=row["origin"],
        confidence=row["confidence"],
        pinned=bool(row["is_pinned"]),
        created=datetime.fromisoformat(row["created"]),
        supersedes=row["supersedes"],
        evidence=evidence,
    )


def _insert(connection: sqlite3.Connection, new: Memory) -> None:
    connection.execute(
        "INSERT INTO memories (id, kind, content, polarity, strength, scope, about, slot,"
        " valid_from, valid_to, status, origin, confidence, is_pinned, created, supersedes)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new.id,
            new.kind,
            new.text,
            new.polarity,
            new.strength,
            new.scope,
            new.about,
            new.slot,
            new.valid_from.isoformat(),
            new.valid_to.isoformat() if new.valid_to else None,
            new.status.value,
            new.origin,
            new.confidence,
            new.pinned,
            new.created.isoformat(),
            new.supersedes,
        ),
    )
    connection.executemany(
        "INSERT INTO evidence VALUES (?, ?, ?, ?)",
        [(new.id, item.message_id, item.start, item.end) for item in new.evidence],
    )


def _supersede(connection: sqlite3.Connection, old: Memory, time: datetime) -> None:
    connection.execute(
        "UPDATE memories SET status = 'superseded', valid_to = ?, is_pinned = 0 WHERE id = ?",
        (time.isoformat(), old.id),
    )
    withdraw(connection, old.id)


def record(
    connection: sqlite3.Connection, memory_id: str, text: str, action: str, time: datetime
) -> None:
    """Note what happened to a memory, within the transaction in which it does."""
    connection.execute(
        "INSERT INTO events VALUES (?, ?, ?, ?)", (memory_id, time.isoformat(), action, text)
    )


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidMemory("The memory is empty. Write one statement, like 'I live in Porto'.")
    if len(text) > MAX_LENGTH:
        raise InvalidMemory(
            f"The memory has {len(text)} characters; {MAX_LENGTH} is the most. Split it up."
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidMemory(
            f"The text holds half a character at position {error.start} (a lone surrogate)."
        ) from None
    return text


def _refuse_unknown(what: str, given: str, choices: Any) -> None:
    if given not in get_args(choices):
        raise InvalidMemory(
            f"There is no {what} {given!r} of memory; choose one of {', '.join(get_args(choices))}."
        )


def _chunks(items: list[str], size: int) -> list[list[str]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
