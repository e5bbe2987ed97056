"""The last exchange, and what is left of what a message taught once it is said in other words."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from memory.errors import NotFound, NotTheLast
from memory.types import Learned, Message, Status
from memory.vault import Vault
from tests.disk import files_holding
from tests.doubles import Clock
from tests.memory.learn.test_keeping import learn, texts
from tests.memory.remembering import said, say

HOME: dict[str, Any] = {"slot": "home"}


@pytest.fixture
def later(clock: Clock) -> Clock:
    clock.advance(hours=1)
    return clock


def teach(vault: Vault, text: str, clock: Clock, **given: Any) -> tuple[Message, Learned]:
    """A message that teaches the statement that it is, a minute after the one before."""
    clock.advance(minutes=1)
    message = vault.messages.add("c1", "user", text, time=clock.now)
    learned = learn(vault, message, clock.now, **given)
    assert learned is not None
    return message, learned


def say_anew(vault: Vault, old: Message, text: str, clock: Clock) -> Message:
    clock.advance(minutes=1)
    return vault.exchanges.say_anew(vault.exchanges.last(old.id), text, time=clock.now)


def answer(vault: Vault, message: Message, text: str) -> Message:
    """Reply to a message, in the place of what it replaces."""
    reply = message.model_copy(update={"id": f"r-{text}", "role": "assistant", "content": text})
    gone = vault.exchanges.replaced(message.conversation_id)
    vault.messages.add_reply(reply, to=message, sent="", offered=[], trace="{}", instead_of=gone)
    return reply


def test_an_exchange_is_named_by_its_message_or_by_its_reply(vault: Vault) -> None:
    question, reply = say(vault, "Hello"), say(vault, "Hi", role="assistant")
    for named in (question, reply):
        last = vault.exchanges.last(named.id)
        assert (last.message, last.replies) == (question, (reply.id,))


def test_only_the_last_exchange_can_be_had_anew(vault: Vault) -> None:
    first = say(vault, "Hello")
    say(vault, "And now?")
    with pytest.raises(NotTheLast, match="Only the last message"):
        vault.exchanges.last(first.id)
    with pytest.raises(NotFound):
        vault.exchanges.last("nothing")


def test_a_conversation_in_which_the_user_said_nothing_has_no_exchange(vault: Vault) -> None:
    greeting = say(vault, "Welcome", role="assistant")
    with pytest.raises(NotTheLast):
        vault.exchanges.last(greeting.id)


def test_the_old_exchange_goes_when_the_new_words_are_answered(vault: Vault, later: Clock) -> None:
    old = say(vault, "I live in Porto")
    answer(vault, old, "Nice")
    new = say_anew(vault, old, "I live in Lisbon", later)
    assert said(vault) == ["I live in Porto", "Nice", "I live in Lisbon"]
    assert [each.text for each in vault.conversations.history("c1")] == ["I live in Lisbon"]
    answer(vault, new, "Lovely")
    assert said(vault) == ["I live in Lisbon", "Lovely"]
    assert vault.conversations.get("c1").title == "I live in Lisbon"


def test_words_that_were_changed_twice_before_an_answer_leave_the_last_ones(
    vault: Vault, later: Clock
) -> None:
    first = say(vault, "one")
    second = say_anew(vault, first, "two", later)
    answer(vault, say_anew(vault, second, "three", later), "fine")
    assert said(vault) == ["three", "fine"]


def test_what_the_old_words_taught_is_gone(vault: Vault, later: Clock) -> None:
    old, _ = teach(vault, "I live in Porto", later)
    say_anew(vault, old, "What is the time?", later)
    assert vault.listing.counts() == {}


def test_what_the_old_words_replaced_holds_again(vault: Vault, later: Clock) -> None:
    _, before = teach(vault, "I live in Faro", later, **HOME)
    old, _ = teach(vault, "I live in Porto", later, **HOME)
    assert texts(vault) == ["I live in Porto"]
    say_anew(vault, old, "Hello", later)
    restored = vault.memories.get(before.memory.id)
    assert (restored.status, restored.valid_to) == (Status.ACTIVE, None)
    assert [each.action for each in vault.memories.history(restored.id)][-1] == "restored"
    assert texts(vault, Status.SUPERSEDED) == []


def test_the_new_words_replace_what_the_old_ones_did(vault: Vault, later: Clock) -> None:
    _, before = teach(vault, "I live in Faro", later, **HOME)
    old, _ = teach(vault, "I live in Porto", later, **HOME)
    new = say_anew(vault, old, "I live in Lisbon", later)
    learned = learn(vault, new, later.now, **HOME)
    assert learned is not None
    assert texts(vault) == ["I live in Lisbon"]
    assert learned.memory.supersedes == before.memory.id


def test_a_correction_by_hand_stays_and_takes_the_place_of_what_was_before(
    vault: Vault, later: Clock
) -> None:
    _, before = teach(vault, "I live in Faro", later, **HOME)
    old, taught = teach(vault, "I live in Porto", later, **HOME)
    corrected = vault.memories.edit(taught.memory.id, "I live in Braga", time=later.now)
    say_anew(vault, old, "Hello", later)
    assert texts(vault) == ["I live in Braga"]
    assert vault.memories.get(corrected.id).supersedes == before.memory.id


def test_a_memory_that_was_only_said_again_is_as_sure_as_before(vault: Vault, later: Clock) -> None:
    _, first = teach(vault, "I live in Faro", later)
    old, again = teach(vault, "I live in Faro", later)
    assert again.action == "strengthened"
    say_anew(vault, old, "Hello", later)
    assert vault.memories.get(first.memory.id) == first.memory
    assert vault.memories.strengthened() == {}


def test_replaced_words_leave_no_bytes_behind(vault: Vault, folder: Path, later: Clock) -> None:
    old = say(vault, "I live in Zanzibar")
    answer(vault, say_anew(vault, old, "Hello", later), "Hi")
    vault.settle()
    vault.close()
    assert files_holding(folder, b"Zanzibar", b"zanzibar") == []


def test_other_conversations_keep_what_they_hold(vault: Vault, later: Clock) -> None:
    say(vault, "Hello", conversation="c2")
    old = say(vault, "one")
    answer(vault, say_anew(vault, old, "two", later), "fine")
    assert said(vault, "c2") == ["Hello"]
    assert vault.exchanges.replaced("c2") == frozenset()
    assert later.now > Clock().now + timedelta(hours=1)
