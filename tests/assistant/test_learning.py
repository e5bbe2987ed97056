"""Learning in conversations, with the embedder and the parser that users have."""

from collections.abc import Iterator

import pytest

from assistant import Assistant
from assistant.chat_models.pull import pull
from assistant.companion import Companion
from assistant.settings import Settings
from memory.types import Status
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
