from datetime import datetime

import pytest

from memory.errors import InvalidMemory, NotFound
from memory.types import Message
from memory.vault import Vault

VERBATIM = [
    "plain",
    "  spaces around and a line end \r\n",
    "Ünïcödé, 漢字, \u202eright to left, 👩‍👩‍👧, a\u0301",
    "a NUL: \x00 and what follows it",
    "'; DROP TABLE messages; --",
    "x" * 100_000,
]


@pytest.mark.parametrize("text", VERBATIM, ids=["plain", "spaces", "unicode", "nul", "sql", "long"])
def test_a_message_is_kept_word_for_word(vault: Vault, text: str, now: datetime) -> None:
    added = vault.messages.add("c1", "user", text, time=now)
    assert vault.messages.of("c1") == [added]
    assert added.content == text


def test_half_a_character_is_refused_without_repeating_the_text(
    vault: Vault, now: datetime
) -> None:
    with pytest.raises(InvalidMemory, match="position 6") as caught:
        vault.messages.add("c1", "user", "secret\ud800", time=now)
    assert "secret" not in str(caught.value)
    assert vault.messages.count() == 0
    assert vault.conversations.list() == []


def test_the_same_id_twice_changes_nothing(vault: Vault, now: datetime) -> None:
    first = Message(id="m1", conversation_id="c1", role="user", content="one", time=now)
    assert vault.messages.add_new([first]) == 1
    assert vault.messages.add_new([first.model_copy(update={"content": "two"})]) == 0
    assert vault.messages.of("c1") == [first]


def test_a_known_id_in_another_conversation_leaves_no_empty_conversation(
    vault: Vault, now: datetime
) -> None:
    first = Message(id="m1", conversation_id="c1", role="user", content="one", time=now)
    vault.messages.add_new([first])
    vault.messages.add_new([first.model_copy(update={"conversation_id": "c2"})])
    assert [each.id for each in vault.conversations.list()] == ["c1"]


def test_messages_come_in_the_order_in_which_they_were_written(vault: Vault, now: datetime) -> None:
    for text in ("first", "second", "third"):
        vault.messages.add("c1", "user", text, time=now)
    assert [each.content for each in vault.messages.of("c1")] == ["first", "second", "third"]


def test_an_unknown_conversation_or_reply_is_not_found(vault: Vault) -> None:
    with pytest.raises(NotFound, match="no conversation 'c9'"):
        vault.messages.of("c9")
    with pytest.raises(NotFound, match="no reply 'r9'"):
        vault.messages.trace("r9")


def test_a_conversation_is_named_after_its_first_message(vault: Vault, now: datetime) -> None:
    vault.messages.add("c1", "user", "Where is\nPorto?", time=now)
    vault.messages.add("c1", "user", "And Lisbon?", time=now)
    (conversation,) = vault.conversations.list()
    assert (conversation.title, conversation.message_count) == ("Where is Porto?", 2)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("word " * 30, "word " * 11 + "word…"),
        ("x" * 80, "x" * 60 + "…"),
        (" \n ", "New conversation"),
    ],
)
def test_a_title_is_short_and_on_one_line(
    vault: Vault, text: str, title: str, now: datetime
) -> None:
    vault.messages.add("c1", "user", text, time=now)
    assert vault.conversations.get("c1").title == title


def test_a_conversation_can_be_renamed(vault: Vault, now: datetime) -> None:
    vault.messages.add("c1", "user", "hello", time=now)
    vault.conversations.rename("c1", "Travel")
    assert vault.conversations.get("c1").title == "Travel"
    with pytest.raises(NotFound):
        vault.conversations.rename("c9", "Nothing")


def test_half_a_character_is_refused_wherever_it_stands(vault: Vault, now: datetime) -> None:
    vault.messages.add("c1", "user", "hello", time=now)
    with pytest.raises(InvalidMemory, match="half a character"):
        vault.conversations.rename("c1", "Travel \ud800")
    with pytest.raises(InvalidMemory, match="half a character"):
        vault.messages.of("\ud800")
    with pytest.raises(InvalidMemory, match="half a character"):
        vault.memories.get("\ud800")
    assert vault.conversations.get("c1").title == "hello"
