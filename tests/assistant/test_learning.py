"""Learning in conversations and imports, with the embedder and the parser that users have."""

from collections.abc import Iterator

import pytest

from assistant import Assistant
from assistant.chat_models.pull import pull
from assistant.companion import Companion
from assistant.settings import Settings
from memory.types import Purpose, Status
from tests.doubles import Clock, RecordingChatModel

pytestmark = pytest.mark.real_model

THIRTY = {
    "I live in Porto.": 1,
    "What should I cook tonight?": 0,
    "I'm allergic to peanuts.": 1,
    "Thanks!": 0,
    "I work as a nurse.": 1,
    "Can you write a haiku about rain?": 0,
    "I love jazz.": 1,
    "What is the capital of France?": 0,
    "My name is Ana.": 1,
    "Suppose I live in Rome.": 0,
    "I hate coriander.": 1,
    "> I live in Berlin": 0,
    "I'm 34.": 1,
    "How does a bicycle stay upright?": 0,
    "My sister lives in Canada.": 1,
}


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def model() -> RecordingChatModel:
    return RecordingChatModel()


@pytest.fixture(scope="module")
def learning(
    tmp_path_factory: pytest.TempPathFactory, clock: Clock, model: RecordingChatModel
) -> Iterator[Assistant]:
    """One assistant that learns, for all tests: its weights take seconds to load."""
    for name in ("all-MiniLM-L6-v2", "en_core_web_sm"):
        pull(name, Settings().cache)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BESPOKE_PARSER", "en_core_web_sm")
        assistant = Assistant(home=tmp_path_factory.mktemp("home"), model=model, clock=clock)
    yield assistant
    assistant.close()


@pytest.fixture
def ana(
    learning: Assistant, model: RecordingChatModel, request: pytest.FixtureRequest
) -> Companion:
    """Somebody new in every test."""
    model.asked.clear()
    return learning.user(f"user{abs(hash(request.node.name))}")


def known(ana: Companion) -> set[str]:
    return {each.text for each in ana.memories.list(status=Status.ACTIVE)}


def test_as_many_memories_as_statements(ana: Companion, clock: Clock) -> None:
    for text, count in [*THIRTY.items(), *dict.fromkeys(THIRTY, 0).items()]:
        clock.advance(minutes=1)
        reply = ana.chat(text)
        new = [each for each in reply.learned if each.action != "strengthened"]
        assert (text, len(new)) == (text, count)
    assert known(ana) == {text for text, count in THIRTY.items() if count}


def test_what_is_learned_is_told_without_the_model(
    ana: Companion, model: RecordingChatModel
) -> None:
    ana.chat("I live in Porto.")
    model.asked.clear()
    assert ana.chat("Where do I live?").text == "You live in Porto."
    assert model.asked == []


@pytest.mark.parametrize(
    ("text", "is_reminded"),
    [
        ("I live in Porto and I love jazz.", True),
        ("I live in Porto. What could I do tonight?", False),
        ("What is the capital of France?", False),
    ],
)
def test_a_message_that_only_tells_is_not_to_be_echoed(
    ana: Companion, model: RecordingChatModel, text: str, is_reminded: bool
) -> None:
    ana.chat(text)
    assert ("asks for nothing" in model.asked[-1][-1].text) == is_reminded


def test_what_the_assistant_says_teaches_nothing(ana: Companion, model: RecordingChatModel) -> None:
    before, model.reply = model.reply, "I love jazz. I live in Rome."
    ana.chat("Tell me something.")
    model.reply = before
    assert known(ana) == set()


def test_a_temporary_chat_teaches_nothing(ana: Companion) -> None:
    ana.chat("I live in Porto.", remember=False)
    assert known(ana) == set()


def test_nothing_is_learned_without_consent(ana: Companion) -> None:
    ana.consent.revoke(Purpose.LEARN)
    assert ana.chat("I live in Porto.").learned == ()
    report = ana.import_messages([{"id": "1", "role": "user", "content": "I live in Porto."}])
    assert (report.learned, known(ana)) == ({}, set())


def test_an_import_teaches_what_its_user_said(ana: Companion) -> None:
    report = ana.import_messages(
        [
            {"id": "1", "role": "user", "content": "I live in Porto."},
            {"id": "2", "role": "assistant", "content": "I live in Rome."},
        ]
    )
    assert (sum(report.learned.values()), known(ana)) == (1, {"I live in Porto."})


def test_a_liking_of_what_hurts_asks_one_question_and_no_settles_it(ana: Companion) -> None:
    ana.chat("I'm allergic to peanuts.")
    asked = ana.chat("I love peanuts.").text
    assert asked.count("One question") == 1
    assert known(ana) == {"I'm allergic to peanuts.", "I love peanuts."}
    assert ana.chat("No, not any more.").text.startswith("Thanks")
    assert known(ana) == {"I love peanuts."}


def test_what_was_told_to_be_forgotten_is_not_learned_again(ana: Companion) -> None:
    ana.chat("I live in Porto.")
    ana.chat("Forget that I live in Porto.")
    assert ana.chat("I live in Porto.").learned == ()
    assert known(ana) == set()


@pytest.mark.parametrize("text", ["Forget that I have a horse.", "Please forget my shoe size."])
def test_an_order_to_forget_what_is_unknown_teaches_nothing(ana: Companion, text: str) -> None:
    assert ana.chat(text).learned == ()
    assert known(ana) == set()


def test_what_was_replaced_can_be_forgotten_too(ana: Companion) -> None:
    ana.chat("I live in Porto.")
    ana.chat("I moved to Berlin.")
    assert ana.chat("Forget that I live in Porto.").text.startswith("It is forgotten")
    assert ana.memories.list(status=Status.SUPERSEDED) == []
    assert known(ana) == {"I moved to Berlin."}


def test_a_message_in_other_words_teaches_what_they_say_and_nothing_else(ana: Companion) -> None:
    before = ana.chat("I live in Faro.").learned[0].memory
    old = ana.chat("I moved to Porto. I love jazz.")
    assert known(ana) == {"I moved to Porto.", "I love jazz."}
    new = ana.chat("I moved to Lisbon.", instead_of=old.id)
    assert known(ana) == {"I moved to Lisbon."}
    assert [each.replaced.id for each in new.learned if each.replaced] == [before.id]
    ana.chat("What is the time?", instead_of=new.id)
    assert known(ana) == {"I live in Faro."}


def test_a_retry_teaches_nothing_twice(ana: Companion) -> None:
    first = ana.chat("I love jazz.")
    again = ana.retry(first.id)
    (memory,) = ana.memories.list()
    assert memory == first.learned[0].memory
    assert [each.memory for each in again.learned] == [memory]


def test_a_correction_is_read_like_something_said(ana: Companion) -> None:
    learned = ana.chat("I love peanuts.").learned[0].memory
    assert (learned.kind, learned.polarity) == ("preference", "positive")
    corrected = ana.memories.edit(learned.id, "I'm allergic to peanuts.")
    assert (corrected.kind, corrected.strength, corrected.polarity) == (
        "constraint",
        "hard",
        "negative",
    )
    again = ana.memories.edit(corrected.id, "I like peanuts.")
    assert (again.kind, again.strength, again.polarity) == ("preference", "soft", "positive")


def test_a_correction_keeps_what_the_user_chose(ana: Companion) -> None:
    by_hand = ana.memories.add("I like no meetings before ten", kind="constraint")
    corrected = ana.memories.edit(by_hand.id, "I hate meetings before nine")
    assert (corrected.kind, corrected.strength, corrected.polarity) == (
        "constraint",
        "hard",
        "negative",
    )
    chosen = ana.memories.edit(corrected.id, "I hate meetings", kind="preference", strength="soft")
    assert (chosen.kind, chosen.strength) == ("preference", "soft")


def test_a_corrected_value_stays_the_only_one(ana: Companion) -> None:
    learned = ana.chat("I live in Porto.").learned[0].memory
    corrected = ana.memories.edit(learned.id, "I live in Lisbon.")
    assert corrected.slot == learned.slot == "home"
    ana.chat("I moved to Braga.")
    assert known(ana) == {"I moved to Braga."}
