from pathlib import Path

import pytest

from assistant import Assistant
from assistant.errors import InvalidChoice
from assistant.interface import Look
from memory.types import Purpose
from tests.disk import files_holding
from tests.doubles import Clock

GERMAN = "Ich möchte wissen, wie das mit dem Wetter ist und was ich heute machen kann."


def test_of_an_unknown_user_nothing_is_adapted(bespoke: Assistant) -> None:
    interface = bespoke.user("ana").interface()
    assert [look.value for look in interface.model_copy().__dict__.values()] == [
        *("normal", "comfortable", "en", "automatic")
    ]
    assert interface.adapted() == {}
    assert interface.text_size.because == "nothing speaks for something else"


def test_a_wish_said_in_a_chat_is_followed_and_given_as_the_reason(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    ana.chat("Bigger text, please. And what is the time?")
    ana.chat("bigger text please")
    look = ana.interface().text_size
    assert (look.value, look.source) == ("large", "said")
    assert look.because == "you said “bigger text please”"
    assert list(ana.interface().adapted()) == ["text_size"]


def test_what_a_memory_says_is_followed_until_it_is_hidden_or_forgotten(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    memory = ana.memories.add("I have bad eyesight")
    assert ana.interface().text_size.value == "large"
    ana.memories.hide(memory.id)
    assert ana.interface().text_size.value == "normal"
    ana.memories.unhide(memory.id)
    assert ana.interface().text_size.value == "large"
    ana.memories.forget(memory.id)
    assert ana.interface().text_size.value == "normal"


def test_what_the_user_chose_goes_before_all_else(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    ana.chat("bigger text please")
    ana.interface.set("text_size", "normal")
    assert ana.interface().text_size == Look(value="normal", source="chosen")
    ana.interface.set("text_size", None)
    assert ana.interface().text_size.value == "large"


def test_after_a_reset_only_what_is_said_from_then_on_counts(
    bespoke: Assistant, clock: Clock
) -> None:
    ana = bespoke.user("ana")
    ana.chat("bigger text please")
    clock.advance(minutes=1)
    ana.interface.reset("text_size")
    assert ana.interface().text_size == Look(value="normal")
    clock.advance(minutes=1)
    ana.chat("bigger text please")
    assert ana.interface().text_size.value == "large"


def test_the_language_follows_the_browser_then_what_the_user_writes_then_what_they_chose(
    bespoke: Assistant,
) -> None:
    ana = bespoke.user("ana")
    assert ana.interface(browser="fr").language == Look(value="fr", source="browser")
    assert ana.interface(browser="xx").language == Look(value="en")
    for _ in range(8):
        ana.chat(GERMAN)
    assert ana.interface(browser="fr").language == Look(value="de", source="wrote")
    ana.interface.set("language", "es")
    assert ana.interface(browser="fr").language == Look(value="es", source="chosen")


def test_a_wish_for_replies_in_a_language_counts_for_the_interface(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    ana.memories.add("Please reply in Spanish", kind="style")
    look = ana.interface().language
    assert (look.value, look.because) == ("es", "you wished for replies in it")


def test_without_consent_only_a_choice_counts(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    ana.chat("bigger text please")
    ana.consent.revoke(Purpose.ADAPT_STYLE)
    assert ana.interface().text_size.value == "normal"
    ana.interface.set("text_size", "largest")
    assert ana.interface().text_size.value == "largest"


@pytest.mark.parametrize(("aspect", "value"), [("colour", "red"), ("text_size", "tiny")])
def test_what_cannot_be_chosen_is_refused_with_what_can(
    bespoke: Assistant, aspect: str, value: str
) -> None:
    with pytest.raises(InvalidChoice, match="choose one of"):
        bespoke.user("ana").interface.set(aspect, value)  # type: ignore[arg-type]
    assert bespoke.users() == []


def test_it_is_exported_restored_and_erased_with_the_rest(
    bespoke: Assistant, home: Path, tmp_path: Path, clock: Clock
) -> None:
    ana, ben = bespoke.user("ana"), bespoke.user("ben")
    ana.interface.set("text_size", "largest")
    ana.interface.note_use("plan_day")
    ana.interface.introduce()
    receipt = ana.export(tmp_path / "ana.jsonl")
    assert receipt.counts == {"interface": 2, "starter_use": 1}
    assert ben.restore(receipt.path).restored == {"interface": 2, "starter_use": 1}
    assert ben.restore(receipt.path).restored == {}
    assert ben.interface().text_size.value == "largest"
    assert ben.interface.is_introduced()
    clock.advance(days=1)
    ben.interface.set("text_size", "large")
    ben.restore(receipt.path)
    assert ben.interface().text_size.value == "large"
    ana.erase()
    ben.erase()
    assert files_holding(home, "largest") == []


def test_a_second_companion_sees_what_was_chosen(bespoke: Assistant) -> None:
    bespoke.user("ana").interface.set("density", "compact")
    assert bespoke.user("ana").interface().density.value == "compact"
    assert bespoke.user("ben").interface().density.value == "comfortable"
