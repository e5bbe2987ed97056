"""Whole conversations with real weights: slower, and what users get."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.chat_models.pull import pull
from assistant.settings import Settings

pytestmark = pytest.mark.real_model


@pytest.fixture
def real(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    """The tiny real chat model and the default embedder; fetched if they are not here."""
    for name in ("all-MiniLM-L6-v2", "smollm2-135m-instruct"):
        pull(name, Settings().cache)
    monkeypatch.setenv("BESPOKE_REPLY_TOKENS", "32")
    with Assistant(home=home, model="smollm2-135m-instruct") as assistant:
        yield assistant


def test_a_paraphrase_finds_a_message_and_a_memory(real: Assistant) -> None:
    ana = real.user("ana")
    texts = [
        "My sister is getting married in June",
        "I adopted a kitten from the shelter",
        "The train to Lisbon was late again",
    ]
    ana.import_messages(
        {"id": str(number), "role": "user", "content": text} for number, text in enumerate(texts)
    )
    ana.memories.add("I'm vegetarian", kind="constraint")
    ana.memories.add("I drive a lorry")
    assert ana.recall("Do I have a pet?", kinds=("message",), limit=1, gate=False)[0].id == "1"
    assert ana.recall("When is the wedding?", kinds=("message",), limit=1, gate=False)[0].id == "0"
    assert ana.memories.search("food without meat", limit=1)[0].text == "I'm vegetarian"


def test_a_conversation_is_answered_cached_traced_and_remembered(real: Assistant) -> None:
    ana = real.user("ana")
    ana.memories.add("I'm vegetarian", kind="constraint")
    first = ana.chat("What could I cook tonight?")
    second = ana.chat("And what could I drink with it?")
    assert first.text.strip()
    assert second.text.strip()
    assert second.usage.cached_tokens > 100
    assert second.usage.cached_tokens > 0.7 * second.usage.prompt_tokens
    assert 0 < second.usage.completion_tokens <= 32
    trace = ana.trace(second.id)
    assert (trace.model, trace.host, trace.failures) == ("smollm2-135m-instruct", None, ())
    assert [item.text for item in second.offered] == ["I'm vegetarian"]
    assert len(ana.messages(first.conversation_id)) == 4


def test_a_reply_is_scored_again_without_each_of_its_memories(real: Assistant) -> None:
    ana = real.user("ana")
    for text in ("I'm vegetarian", "I live in Porto"):
        ana.memories.add(text)
    ana.chat("Hello there!")
    ana.memories.add("I have a dog called Rex")
    explanation = ana.explain(ana.chat("What could I cook tonight, and where do I live?").id)
    assert (explanation.method, explanation.note) == ("scored again", "")
    assert len(explanation.offered) == 3
    amounts = [item.leaning for item in explanation.offered]
    assert all(amount is not None and abs(amount) < 5 for amount in amounts)
    real.settle()
    again = ana.chat("Thanks!")
    assert again.usage.cached_tokens > 0.5 * again.usage.prompt_tokens
