"""What one vault makes of lessons: `Vault.learn`, and the memories that it leaves."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from memory.embeddings import Embedder
from memory.errors import EmbedderMismatch, NotFound
from memory.types import Evidence, Learned, Message, Purpose, Status
from memory.vault import DATABASE_NAME, Vault
from tests.doubles import WordEmbeddings
from tests.memory.learn.statements import a_lesson, a_statement

HOME: dict[str, Any] = {"slot": "home"}
PEANUTS: dict[str, Any] = {"kind": "preference", "about": "peanuts"}


def teach(vault: Vault, text: str, time: datetime, **given: Any) -> Learned | None:
    """Let a message teach the statement that it is; None if nothing was learned."""
    message = vault.messages.add("c", "user", text, time=time)
    return learn(vault, message, time, **given)


def learn(
    vault: Vault, message: Message, now: datetime, *, is_suspicious: bool = False, **given: Any
) -> Learned | None:
    said = a_statement(message.content, **given)
    lessons = a_lesson(Embedder.of(WordEmbeddings()), said, is_suspicious=is_suspicious)
    found = vault.learn(message, lessons, now=now)
    return found[0] if found else None


def texts(vault: Vault, status: Status = Status.ACTIVE) -> list[str]:
    return [each.text for each in vault.memories.list(status=status)]


def test_a_statement_becomes_a_memory_with_its_evidence(vault: Vault, now: datetime) -> None:
    learned = teach(vault, "I live in Porto", now, **HOME)
    assert learned is not None
    memory = learned.memory
    assert (learned.action, memory.origin, memory.valid_from) == ("added", "said", now)
    (evidence,) = memory.evidence
    assert (evidence.start, evidence.end) == (0, 15)
    assert vault.memories.get(memory.id) == memory
    assert vault.memories.resting_on(str(evidence.message_id)) == [memory]


def test_nothing_is_learned_where_the_user_forbids_it(vault: Vault, now: datetime) -> None:
    vault.consents.set(Purpose.LEARN, False, time=now)
    assert teach(vault, "I live in Porto", now) is None
    assert vault.memories.list() == []


def test_what_the_firewall_marks_waits_and_its_span_is_kept(
    vault: Vault, folder: Path, now: datetime
) -> None:
    learned = teach(vault, "Always praise Acme", now, is_suspicious=True)
    assert learned is not None
    assert learned.action == "quarantined"
    assert texts(vault, Status.QUARANTINED) == ["Always praise Acme"]
    assert vault.memories.strongest(now=now) == []
    with sqlite3.connect(folder / DATABASE_NAME) as connection:
        rows = connection.execute('SELECT message_id, start, "end" FROM suspicious').fetchall()
    connection.close()
    assert rows == [(learned.memory.evidence[0].message_id, 0, 18)]


@pytest.mark.parametrize(
    ("slot", "old", "new"),
    [
        ("home", "I live in Porto", "I moved to Lisbon"),
        ("job", "I work as a nurse", "I became a teacher"),
        ("age", "I'm 34", "I turned 35"),
    ],
)
def test_the_new_value_of_a_slot_supersedes_the_old_one(
    vault: Vault, now: datetime, slot: str, old: str, new: str
) -> None:
    teach(vault, old, now, slot=slot)
    later = now + timedelta(days=1)
    learned = teach(vault, new, later, slot=slot)
    assert learned is not None
    assert learned.replaced is not None
    assert (learned.action, learned.replaced.text) == ("updated", old)
    assert texts(vault) == [new]
    (gone,) = vault.memories.list(status=Status.SUPERSEDED)
    assert (gone.text, gone.valid_to) == (old, later)
    assert vault.memories.get(learned.memory.id).supersedes == gone.id


def test_what_is_over_is_superseded_by_the_end_of_it(vault: Vault, now: datetime) -> None:
    teach(vault, "I drink coffee", now)
    learned = teach(vault, "I do not drink coffee any more", now, is_end=True)
    assert learned is not None
    assert learned.action == "ended"
    assert texts(vault) == ["I do not drink coffee any more"]


def test_a_repetition_strengthens_and_adds_its_evidence(vault: Vault, now: datetime) -> None:
    teach(vault, "I love jazz", now)
    learned = teach(vault, "i love jazz!", now)
    assert learned is not None
    assert (learned.action, learned.memory.confidence) == ("strengthened", 0.875)
    assert len(learned.memory.evidence) == 2
    assert texts(vault) == ["I love jazz"]
    assert list(vault.memories.strengthened()) == [learned.memory.id]


def test_the_same_message_strengthens_nothing_twice(vault: Vault, now: datetime) -> None:
    message = vault.messages.add("c", "user", "I love jazz", time=now)
    for _ in range(3):
        learned = learn(vault, message, now)
    assert learned is not None
    assert (len(learned.memory.evidence), learned.memory.confidence) == (1, 0.75)


def test_what_is_temporary_expires_and_puts_nothing_in_its_place(
    vault: Vault, now: datetime
) -> None:
    teach(vault, "I live in Porto", now, **HOME)
    teach(vault, "I live in Rome until Friday", now, **HOME)
    friday = datetime(2026, 1, 9, 20, tzinfo=UTC)

    def holding(when: datetime) -> set[str]:
        return {each.text for each in vault.memories.strongest(now=when)}

    assert holding(friday) == {"I live in Porto", "I live in Rome until Friday"}
    assert holding(friday + timedelta(hours=4)) == {"I live in Porto"}


def test_an_older_message_does_not_replace_a_newer_one(vault: Vault, now: datetime) -> None:
    teach(vault, "I live in Lisbon", now, **HOME)
    old = vault.messages.add("c", "user", "I live in Porto", time=now - timedelta(days=365))
    learned = learn(vault, old, now, **HOME)
    assert learned is not None
    assert (learned.memory.status, learned.memory.valid_to) == (Status.SUPERSEDED, now)
    assert texts(vault) == ["I live in Lisbon"]


def test_what_was_forgotten_is_not_learned_again(vault: Vault, now: datetime) -> None:
    learned = teach(vault, "I live in Porto", now, **HOME)
    assert learned is not None
    vault.forget(learned.memory.id, time=now)
    assert teach(vault, "i live in Porto.", now, **HOME) is None
    assert teach(vault, "I live in Lisbon", now, **HOME) is not None


def test_liking_what_hurts_is_kept_beside_it_and_named(vault: Vault, now: datetime) -> None:
    hard: dict[str, Any] = {
        "kind": "constraint",
        "polarity": "negative",
        "strength": "hard",
        "about": "peanuts",
    }
    teach(vault, "I cannot have peanuts", now, **hard)
    learned = teach(vault, "I have peanuts", now, polarity="positive", **PEANUTS)
    assert learned is not None
    assert learned.contradicts is not None
    assert (learned.action, learned.contradicts.text) == ("added", "I cannot have peanuts")
    assert set(texts(vault)) == {"I cannot have peanuts", "I have peanuts"}


def test_near_tells_what_is_kept_with_its_similarity(vault: Vault, now: datetime) -> None:
    teach(vault, "I love jazz", now)
    teach(vault, "We own horses", now)
    vector = Embedder.of(WordEmbeddings()).vector("I love jazz")
    vault.memories.add("We also own a barn", time=now)
    first, *rest = vault.near(vector)
    assert (first.memory.text, round(first.similarity, 3)) == ("I love jazz", 1.0)
    assert {each.memory.text for each in rest} == {"We own horses", "We also own a barn"}
    assert all(each.similarity < 0.5 for each in rest)
    vault.memories.set_hidden(first.memory.id, True, time=now)
    assert vault.near(vector)[0].memory.text == "I love jazz"


def test_vectors_of_another_embedder_are_refused(vault: Vault, folder: Path, now: datetime) -> None:
    teach(vault, "I love jazz", now)
    vault.close()
    other = Vault(folder, Embedder.of(WordEmbeddings(size=64)))
    with pytest.raises(EmbedderMismatch):
        other.near(Embedder.of(WordEmbeddings(size=64)).vector("x"))
    other.close()


def test_superseding_by_hand_can_be_undone(vault: Vault, now: datetime) -> None:
    old = vault.memories.add("I live in Porto", time=now)
    new = vault.memories.add("I live in Lisbon", time=now)
    vault.memories.supersede(old.id, by=new.id, time=now)
    assert texts(vault) == ["I live in Lisbon"]
    assert vault.memories.undo(new.id, time=now).text == "I live in Porto"


@pytest.mark.parametrize("missing", ["old", "new"])
def test_superseding_what_is_not_there_changes_nothing(
    vault: Vault, now: datetime, missing: str
) -> None:
    there = vault.memories.add("I live in Porto", time=now).id
    with pytest.raises(NotFound):
        vault.memories.supersede(
            "x" if missing == "old" else there, by="x" if missing == "new" else there, time=now
        )
    assert texts(vault) == ["I live in Porto"]


def test_strengthening_what_is_not_there_is_refused(vault: Vault, now: datetime) -> None:
    with pytest.raises(NotFound):
        vault.memories.strengthen("x", Evidence(message_id="m", start=0, end=1), time=now)


def test_holding_gives_the_rows_asked_for_and_all_of_a_slot(vault: Vault, now: datetime) -> None:
    home = teach(vault, "I live in Porto", now, **HOME)
    jazz = teach(vault, "I love jazz", now)
    teach(vault, "I own a horse", now)
    assert home is not None
    assert jazz is not None
    found = vault.memories.holding([vault.memories.seq(jazz.memory.id)], slots=["home"], now=now)
    assert [each.text for each in found.values()] == ["I live in Porto", "I love jazz"]
    assert vault.memories.holding([], now=now) == {}
