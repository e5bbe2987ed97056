"""Forgetting a memory: its rows, and its words wherever they stand in the vault. It is final.

`_Forgetting.run` reads top to bottom. All happens in one transaction, which also notes that the
files have to be cleaned (`cleaning.py`). A preview does the same and takes it back.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from memory.cleaning import note_deletion
from memory.conversations import title_of, withdraw
from memory.database import Database
from memory.errors import InvalidMemory, NotFound
from memory.memories import Memories
from memory.mentions import cut_elsewhere, traces
from memory.receipts import Findings, Mention
from memory.spans import Span, Wording, Words, cut, merged, moved, overlap, sentences
from memory.telling import Telling
from memory.tombstones import bury
from memory.types import Memory, Status

_REFUSABLE = (Status.SUGGESTED, Status.QUARANTINED)

# Spans by the id of the message that they are of.
Cuts = dict[str, list[Span]]


def sentence_id(message_id: str, span: Span) -> str:
    """The id of a sentence of a message, as previews offer it and `also` takes it."""
    return f"{message_id}:{span[0]}-{span[1]}"


class Forgetter:
    """Forgets memories of one vault."""

    def __init__(self, database: Database, memories: Memories) -> None:
        self._database = database
        self._memories = memories

    def preview(self, memory_id: str) -> tuple[Findings, Cuts]:
        """What `forget` would take, and from where in messages; nothing is changed.

        Raises:
            NotFound: there is no memory with this id.
        """
        with self._database.write() as connection:
            connection.execute("SAVEPOINT preview")
            try:
                forgetting = _Forgetting(connection, self._memories)
                return forgetting.run(memory_id, ()), forgetting.cuts
            finally:
                connection.execute("ROLLBACK TO preview")

    def forget(self, memory_id: str, *, also: Sequence[str], time: datetime) -> Findings:
        """Forget a memory, and the memories and sentences whose ids are in `also`.

        Raises:
            NotFound: there is no memory or sentence with one of these ids; nothing was changed.
        """
        with self._database.write() as connection:
            forgetting = _Forgetting(connection, self._memories)
            findings = forgetting.run(memory_id, also)
            bury(connection, forgetting.sentences, forgetting.places, time=time)
            note_deletion(connection)
        return findings

    def refuse(self, memory_id: str, *, time: datetime) -> Memory:
        """Remove a memory that was only proposed; the message that it is from stays as it is.

        Raises:
            NotFound: there is no memory with this id.
            InvalidMemory: it is neither suggested nor quarantined.
        """
        with self._database.write() as connection:
            found = self._memories.get(memory_id)
            if found.status not in _REFUSABLE:
                raise InvalidMemory(
                    f"The memory {memory_id!r} is {found.status.value}; only a suggested or "
                    "quarantined one can be refused. Forget it instead."
                )
            withdraw(connection, memory_id)
            connection.execute("DELETE FROM memories WHERE id = ?", (memory_id,))
            bury(connection, [found.text], _places([found]), time=time, is_refused=True)
            note_deletion(connection)
        return found


class _Forgetting:
    """One forgetting, within a transaction."""

    def __init__(self, connection: sqlite3.Connection, memories: Memories) -> None:
        self._connection = connection
        self._memories = memories
        self._mentions: list[Mention] = []
        self.cuts: Cuts = {}
        self.places: list[tuple[str, Span]] = []
        self.sentences: list[str] = []

    def run(self, memory_id: str, also: Sequence[str]) -> Findings:
        every = [*self._memories.list(), *self._memories.list(status=Status.SUPERSEDED)]
        sent, snapshots = self._count("messages", "sent"), self._count("conversations", "snapshot")
        # 1. Which memories and which places of messages are meant, and what they say.
        chosen, self.places = self._chosen(memory_id, also, every)
        self.sentences = self._sentences(chosen)
        wording = Wording(self.sentences)
        # 2. Messages: these places, and wherever else the same words stand.
        self._cut_messages(wording)
        # 3. Memories: these, those that repeat the words, and those that rest on nothing now.
        gone = self._remove_memories(chosen, wording, every)
        # 4. Titles, traces, feedback, creations and what other memories' histories repeat.
        self._mentions += cut_elsewhere(self._connection, wording)
        # 5. What was written knowing it: what tells it, although in other words around.
        known = traces(self._connection, {each.id for each in gone} | self.cuts.keys())
        self._cut_what_tells(gone, known.informed)
        # 6. Earlier prompts that held any of it.
        self._withdraw(wording, gone)
        return Findings(
            memories=tuple(gone),
            mentions=tuple(self._mentions),
            prompts=sent - self._count("messages", "sent"),
            snapshots=snapshots - self._count("conversations", "snapshot"),
            hosts=known.hosts,
        )

    def _chosen(
        self, memory_id: str, also: Sequence[str], every: Sequence[Memory]
    ) -> tuple[list[Memory], list[tuple[str, Span]]]:
        """The memories that are meant, those that say the same, and the places they are from."""
        by_id = {each.id: each for each in every}
        meant = {memory_id: self._memories.get(memory_id)}
        meant |= {each: by_id[each] for each in also if each in by_id}
        said = {tuple(Words(each.text).all) for each in meant.values()}
        same = {each.id: each for each in every if tuple(Words(each.text).all) in said}
        chosen = list((meant | same).values())
        picked = [self._place(each) for each in also if each not in by_id]
        return chosen, [*_places(chosen), *picked]

    def _place(self, given: str) -> tuple[str, Span]:
        """The place that the id of a sentence names."""
        message_id, _, numbers = given.rpartition(":")
        text = self._content(message_id)
        for span in sentences(text or ""):
            if numbers == f"{span[0]}-{span[1]}":
                return message_id, span
        raise NotFound(
            f"There is no memory or sentence {given!r}. Look at the preview again; the message may "
            "have changed."
        )

    def _sentences(self, chosen: Sequence[Memory]) -> list[str]:
        said = [each.text for each in chosen]
        for message_id, (start, end) in self.places:
            said.append((self._content(message_id) or "")[start:end])
        return [each for each in dict.fromkeys(said) if each.strip()]

    def _cut_messages(self, wording: Wording) -> None:
        direct: Cuts = {}
        for message_id, span in self.places:
            direct.setdefault(message_id, []).append(span)
        for row in self._connection.execute("SELECT id, content FROM messages").fetchall():
            spans = wording.spans_in(row["content"]) + direct.get(row["id"], [])
            if spans:
                self.cuts[row["id"]] = merged(spans)
                self._cut_message(row["id"], self.cuts[row["id"]])
        self.places = [
            (message_id, span) for message_id in self.cuts for span in self.cuts[message_id]
        ]

    def _cut_message(self, message_id: str, cuts: list[Span]) -> None:
        row = self._connection.execute(
            "SELECT m.role, m.content, c.id, c.title FROM messages m"
            " JOIN conversations c ON c.id = m.conversation_id WHERE m.id = ?",
            (message_id,),
        ).fetchone()
        before, after = row["content"], cut(row["content"], cuts)
        self._connection.execute(
            "UPDATE messages SET content = ? WHERE id = ?", (after, message_id)
        )
        if row["title"] == title_of(before):
            self._connection.execute(
                "UPDATE conversations SET title = ? WHERE id = ?", (title_of(after), row["id"])
            )
        self._move("evidence", message_id, cuts)
        self._move("suspicious", message_id, cuts)
        place = "reply" if row["role"] == "assistant" else "message"
        self._mentions += [
            Mention(place=place, id=message_id, text=before[start:end]) for start, end in cuts
        ]

    def _move(self, table: str, message_id: str, cuts: Sequence[Span]) -> None:
        """Let the spans of a message move along with its text; what lies in a cut goes.

        Evidence goes when it shares a character with a cut; a suspicious span keeps its rest.
        """
        goes = overlap if table == "evidence" else _lies_in
        for row in self._connection.execute(
            f'SELECT rowid AS row, start, "end" FROM {table} WHERE message_id = ?', (message_id,)
        ).fetchall():
            span = (row["start"], row["end"])
            if any(goes(span, each) for each in cuts):
                self._connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (row["row"],))
            else:
                self._connection.execute(
                    f'UPDATE {table} SET start = ?, "end" = ? WHERE rowid = ?',
                    (*moved(span, cuts), row["row"]),
                )

    def _remove_memories(
        self, chosen: Sequence[Memory], wording: Wording, every: Sequence[Memory]
    ) -> list[Memory]:
        rested = {
            row["memory_id"]
            for row in self._connection.execute("SELECT DISTINCT memory_id FROM evidence")
        }
        meant = {each.id for each in chosen}
        others = [
            each
            for each in every
            if each.id not in meant and (each.id not in rested or wording.stands_in(each.text))
        ]
        gone = [*chosen, *others]
        self._connection.executemany(
            "DELETE FROM memories WHERE id = ?", [(each.id,) for each in gone]
        )
        return gone

    def _cut_what_tells(self, gone: Sequence[Memory], informed: Iterable[str]) -> None:
        abouts = [each.about for each in gone if each.about]
        telling = Telling(self._connection, self.sentences, abouts)
        answers = {each for message_id in self.cuts for each in self._replies_to(message_id)}
        conversations = {self._conversation_of(message_id) for message_id in self.cuts}
        knowing = answers | set(informed)
        for reply_id in sorted(knowing):
            if spans := telling.spans_in(self._content(reply_id) or ""):
                self.cuts.setdefault(reply_id, [])
                self._cut_message(reply_id, spans)
        self._mentions += cut_elsewhere(
            self._connection,
            telling,
            only={
                "title": conversations,
                "feedback": knowing,
                "trace": knowing,
                "creation": knowing,
            },
        )

    def _withdraw(self, wording: Wording, gone: Sequence[Memory]) -> None:
        for item_id in [*(each.id for each in gone), *self.cuts]:
            withdraw(self._connection, item_id)
        holding = [
            row["id"]
            for row in self._connection.execute(
                "SELECT id, sent FROM messages WHERE sent NOT NULL"
            ).fetchall()
            if row["id"] in self.cuts or wording.stands_in(row["sent"])
        ]
        for message_id in holding:
            self._connection.execute("UPDATE messages SET sent = NULL WHERE id = ?", (message_id,))
            self._connection.execute("DELETE FROM offers WHERE message_id = ?", (message_id,))

    def _replies_to(self, message_id: str) -> list[str]:
        """What the assistant said between a message and the user's next one."""
        rows = self._connection.execute(
            "SELECT r.id FROM messages r JOIN messages m ON m.conversation_id = r.conversation_id"
            " WHERE m.id = ? AND m.role = 'user' AND r.role = 'assistant' AND r.seq > m.seq"
            " AND NOT EXISTS (SELECT 1 FROM messages n WHERE n.conversation_id = m.conversation_id"
            "  AND n.role = 'user' AND n.seq > m.seq AND n.seq < r.seq)",
            (message_id,),
        ).fetchall()
        return [row["id"] for row in rows]

    def _conversation_of(self, message_id: str) -> str:
        (found,) = self._connection.execute(
            "SELECT conversation_id FROM messages WHERE id = ?", (message_id,)
        ).fetchone()
        return str(found)

    def _content(self, message_id: str) -> str | None:
        row = self._connection.execute(
            "SELECT content FROM messages WHERE id = ?", (message_id,)
        ).fetchone()
        return row and str(row["content"])

    def _count(self, table: str, column: str) -> int:
        return int(self._connection.execute(f"SELECT count({column}) FROM {table}").fetchone()[0])


def _places(memories: Iterable[Memory]) -> list[tuple[str, Span]]:
    """Where in messages these memories are from."""
    return [
        (item.message_id, (item.start, item.end))
        for each in memories
        for item in each.evidence
        if item.message_id is not None
    ]


def _lies_in(one: Span, other: Span) -> bool:
    return other[0] <= one[0] and one[1] <= other[1]
