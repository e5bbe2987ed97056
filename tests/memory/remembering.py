"""Memories as learning leaves them, and a search for every trace of one on the disk."""

import json
import re
from pathlib import Path

from memory.types import Evidence, Memory, Message, Status
from memory.vault import Vault
from tests.disk import files_holding
from tests.doubles import Clock


def learn(vault: Vault, message: Message, text: str, *, status: Status = Status.ACTIVE) -> Memory:
    """A memory whose evidence is where `text` stands in a message."""
    added = vault.memories.add(text, time=message.time)
    rest_on(vault, added, message, text)
    with vault._database.write() as connection:
        connection.execute(
            "UPDATE memories SET origin = 'said', status = ? WHERE id = ?", (status, added.id)
        )
    return vault.memories.get(added.id)


def rest_on(vault: Vault, memory: Memory, message: Message, text: str) -> None:
    """Let a memory have one piece of evidence: where `text` stands in a message."""
    start = message.content.index(text)
    with vault._database.write() as connection:
        connection.execute(
            'UPDATE evidence SET message_id = ?, start = ?, "end" = ? WHERE memory_id = ?',
            (message.id, start, start + len(text), memory.id),
        )


def suspect(vault: Vault, message: Message, text: str) -> None:
    """Mark where `text` stands in a message as suspicious."""
    start = message.content.index(text)
    with vault._database.write() as connection:
        connection.execute(
            "INSERT INTO suspicious VALUES (?, ?, ?)", (message.id, start, start + len(text))
        )


def suspected(vault: Vault) -> list[str]:
    """The words of all suspicious spans."""
    with vault._database.read() as connection:
        rows = connection.execute(
            'SELECT m.content, s.start, s."end" FROM suspicious s'
            " JOIN messages m ON m.id = s.message_id ORDER BY m.seq, s.start"
        ).fetchall()
    return [row["content"][row["start"] : row["end"]] for row in rows]


def rests_on(vault: Vault, memory: Memory) -> list[str | None]:
    """The words that a memory's evidence points at, as they are now."""
    return [_words(vault, item) for item in vault.memories.get(memory.id).evidence]


def say(vault: Vault, text: str, *, role: str = "user", conversation: str = "c1") -> Message:
    """Write a message."""
    assert role in ("user", "assistant")
    return vault.messages.add(
        conversation, "user" if role == "user" else "assistant", text, time=Clock().now
    )


def said(vault: Vault, conversation: str = "c1") -> list[str]:
    """What all messages of a conversation say."""
    return [message.content for message in vault.messages.of(conversation)]


def leftovers(
    folder: Path, sentence: str, *words: str, vectors: tuple[bytes, ...] = ()
) -> list[str]:
    """The files that hold a sentence in any encoding, a word of it, or a vector."""
    written = [sentence, re.sub(r"\W+", "", sentence), json.dumps(sentence).strip('"'), *words]
    needles = [
        each.encode(code) for each in written for code in ("utf-8", "utf-16-le", "utf-16-be")
    ]
    return files_holding(folder, *needles, *vectors)


def _words(vault: Vault, item: Evidence) -> str | None:
    if item.message_id is None:
        return None
    with vault._database.read() as connection:
        row = connection.execute(
            "SELECT content FROM messages WHERE id = ?", (item.message_id,)
        ).fetchone()
    return str(row["content"])[item.start : item.end]
