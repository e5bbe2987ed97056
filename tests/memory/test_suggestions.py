from datetime import datetime

import pytest

from memory.types import Evidence, Memory, Message, Status
from memory.vault import Vault

SAID = "I went climbing again, for the third time this week."
QUOTED = (7, 21)


@pytest.fixture
def message(vault: Vault, now: datetime) -> Message:
    return vault.messages.add("c", "user", SAID, time=now)


def suggest(
    vault: Vault,
    message: Message,
    span: tuple[int, int] = QUOTED,
    text: str = "I like climbing",
) -> Memory | None:
    quotes = Evidence(message_id=message.id, start=span[0], end=span[1])
    return vault.memories.suggest(text, quotes=quotes, confidence=0.5, time=message.time)


def test_a_suggestion_rests_on_the_users_words_and_does_not_count(
    vault: Vault, message: Message, now: datetime
) -> None:
    kept = suggest(vault, message)
    assert kept is not None
    assert (kept.status, kept.origin, kept.confidence) == (Status.SUGGESTED, "inferred", 0.5)
    assert vault.memories.get(kept.id) == kept
    assert vault.memories.resting_on(message.id) == [kept]
    assert vault.memories.strongest(10, now=now) == []
    assert vault.recall("climbing", kinds=("memory",), gate=False, now=now) == []
    assert [event.action for event in vault.memories.history(kept.id)] == ["added"]


def test_words_of_the_assistant_cannot_be_quoted(vault: Vault, now: datetime) -> None:
    assert suggest(vault, vault.messages.add("c", "assistant", SAID, time=now)) is None


def test_words_that_a_memory_rests_on_already_are_not_quoted_again(
    vault: Vault, message: Message
) -> None:
    assert suggest(vault, message)
    assert suggest(vault, message, (0, 8), "I like moving") is None
    assert suggest(vault, message, (22, 30), "I like to count")


def test_a_text_that_is_known_is_not_suggested(
    vault: Vault, message: Message, now: datetime
) -> None:
    vault.memories.add("i like CLIMBING", time=now)
    assert suggest(vault, message) is None


def test_suspicious_words_cannot_be_quoted_and_their_message_is_not_read(
    vault: Vault, message: Message
) -> None:
    with vault._database.write() as connection:
        connection.execute("INSERT INTO suspicious VALUES (?, 10, 15)", (message.id,))
    assert suggest(vault, message) is None
    assert suggest(vault, message, (22, 30), "I like to count")
    assert vault.suggestions.readable(limit=5) == []


def test_the_newest_messages_of_the_user_are_read_in_order(vault: Vault, now: datetime) -> None:
    first, _, second, third = (
        vault.messages.add("c", role, role, time=now)
        for role in ("user", "assistant", "user", "user")
    )
    assert [each for _, each in vault.suggestions.readable(limit=2)] == [second, third]
    (seq, _), *_ = vault.suggestions.readable(limit=3)
    assert [each for _, each in vault.suggestions.readable(after=seq, limit=3)] == [second, third]
    assert vault.messages.get(first.id) == first


def test_it_is_remembered_up_to_where_messages_were_read(vault: Vault) -> None:
    assert vault.suggestions.read_until() == 0
    vault.suggestions.mark_read(7)
    vault.suggestions.mark_read(9)
    assert vault.suggestions.read_until() == 9
