from datetime import datetime

import pytest

from memory.errors import InvalidMemory, NotFound
from memory.feedback import Feedback
from memory.vault import Vault
from tests.doubles import Clock


@pytest.fixture
def reply_id(vault: Vault, now: datetime) -> str:
    return vault.messages.add("c", "assistant", "Penguins.", time=now).id


def test_feedback_is_kept_with_its_words(vault: Vault, reply_id: str, now: datetime) -> None:
    given = vault.feedback.give(reply_id, is_liked=False, words=" not relevant ", time=now)
    assert given == Feedback(reply_id=reply_id, is_liked=False, words="not relevant", time=now)
    assert vault.feedback.of(reply_id) == given
    assert vault.feedback.all() == [given]


def test_the_last_word_on_a_reply_counts(vault: Vault, reply_id: str, clock: Clock) -> None:
    vault.feedback.give(reply_id, is_liked=True, words="good", time=clock())
    clock.advance(minutes=1)
    last = vault.feedback.give(reply_id, is_liked=False, time=clock())
    assert vault.feedback.all() == [last]
    assert last.words is None


def test_feedback_is_listed_oldest_first(vault: Vault, clock: Clock) -> None:
    replies = [vault.messages.add("c", "assistant", "Yes.", time=clock()).id for _ in range(2)]
    for reply_id in reversed(replies):
        vault.feedback.give(reply_id, is_liked=True, time=clock())
        clock.advance(minutes=1)
    assert [each.reply_id for each in vault.feedback.all()] == replies[::-1]


def test_only_replies_can_be_judged(vault: Vault, now: datetime) -> None:
    question = vault.messages.add("c", "user", "Hello?", time=now)
    for message_id in (question.id, "nothing"):
        with pytest.raises(NotFound, match="no reply"):
            vault.feedback.give(message_id, is_liked=True, time=now)
    assert vault.feedback.of(question.id) is None


@pytest.mark.parametrize(("words", "problem"), [("x" * 2001, "2001"), ("\ud800", "surrogate")])
def test_words_that_cannot_be_kept_are_refused(
    vault: Vault, reply_id: str, now: datetime, words: str, problem: str
) -> None:
    with pytest.raises(InvalidMemory, match=problem):
        vault.feedback.give(reply_id, is_liked=True, words=words, time=now)
    assert vault.feedback.all() == []


def test_feedback_goes_with_its_conversation(vault: Vault, reply_id: str, now: datetime) -> None:
    vault.feedback.give(reply_id, is_liked=True, time=now)
    vault.delete_conversation("c")
    assert vault.feedback.all() == []
