from datetime import datetime, timedelta

import pytest

from memory.types import Evidence
from memory.vault import Vault
from memory.writing import habits_of


def test_the_latest_own_messages_are_read_the_newest_first(vault: Vault, now: datetime) -> None:
    for number in range(50):
        vault.messages.add("c", "user", f"message {number}", time=now)
        vault.messages.add("c", "assistant", f"reply {number}", time=now)
    latest = vault.writing.latest()
    assert len(latest) == 40
    assert [each.text for each in latest[:2]] == ["message 49", "message 48"]


def test_own_messages_that_hold_a_word_are_found_unless_they_taught_something(
    vault: Vault, now: datetime
) -> None:
    vault.messages.add("c", "user", "Bigger text please", time=now)
    vault.messages.add("c", "assistant", "Here is some text", time=now)
    vault.messages.add("c", "user", "What is the weather?", time=now)
    vault.messages.add("c", "user", "Is the font too small?", time=now)
    taught = vault.messages.add("c", "user", "I can't read small text", time=now)
    quoted = Evidence(message_id=taught.id, start=0, end=len(taught.content))
    vault.memories.suggest("I can't read it", quotes=quoted, confidence=1.0, time=now)
    found = vault.writing.saying(["text", "font"])
    assert [each.text for each in found] == ["Is the font too small?", "Bigger text please"]


def test_habits_are_counted_by_message() -> None:
    habits = habits_of(
        [
            "hey whats up",
            "im hungry \U0001f600",
            "What should I cook tonight, do you think?",
            "Could you please recommend a restaurant near the station?",
        ]
    )
    assert (habits.messages, habits.median_words) == (4, 5.5)
    assert (habits.emoji_share, habits.casual_share, habits.formal_share) == (0.25, 0.5, 0.25)
    assert (habits.language, habits.language_share) == ("en", 0.5)


def test_code_and_quoted_lines_are_not_the_users_writing() -> None:
    habits = habits_of(["Fix this.\n```\nlol = dont + im\n```", "> thx u\nThat is all.", "```x```"])
    assert (habits.messages, habits.median_words, habits.casual_share) == (2, 2.5, 0.0)


@pytest.mark.parametrize(
    ("text", "is_casual", "is_formal"),
    [
        ("what should i eat", True, False),
        ("What should I eat?", False, False),
        ("Hi, I'm Ana.", False, False),
        ("Would you kindly explain this to me?", False, True),
        ("would you kindly explain this", True, False),
        ("Could you tell me what's wrong, please?", False, False),
    ],
)
def test_tone_is_read_off_small_things(text: str, is_casual: bool, is_formal: bool) -> None:
    habits = habits_of([text])
    assert (habits.casual_share, habits.formal_share) == (float(is_casual), float(is_formal))


def test_nothing_said_has_no_habits() -> None:
    habits = habits_of(["", "  "])
    assert (habits.messages, habits.median_words, habits.language) == (0, 0, None)


def test_a_habit_can_begin_anew(vault: Vault, now: datetime) -> None:
    assert vault.writing.beginnings() == {}
    vault.writing.begin_anew("length", time=now)
    vault.writing.begin_anew("emoji", time=now)
    vault.writing.begin_anew("length", time=now + timedelta(days=1))
    assert vault.writing.beginnings() == {"length": now + timedelta(days=1), "emoji": now}
