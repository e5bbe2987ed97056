"""What a person looks through and sets right: pages of memories, sources, reasons."""

import pytest

from assistant import Assistant
from memory.errors import NotFound
from tests.doubles import RecordingChatModel


def test_a_search_finds_the_words_first_then_what_is_near(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    for text in ("My bike is red", "I like tea", "I paint in red and blue"):
        ana.memories.add(text)
    page = ana.memories.page(text="tea")
    assert page.memories[0].text == "I like tea"
    assert ana.memories.page(text="tea", kind="goal").total == 0


def test_hidden_memories_are_found_by_their_words(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    hidden = ana.memories.hide(ana.memories.add("I like tea").id)
    assert [each.id for each in ana.memories.page(text="tea").memories] == [hidden.id]


def test_of_somebody_unknown_there_is_nothing_to_look_through(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    assert ana.memories.page().total == 0
    assert ana.memories.map() == []
    assert ana.trends().interests == ()


def test_a_reason_is_told_in_words(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    added = ana.memories.add("I cook vegetarian food")
    reply = ana.chat("What vegetarian food could I cook?")
    assert [item.id for item in reply.used] == [added.id]
    assert "vegetarian" in ana.reason(reply.id, added.id)
    assert ana.reason(reply.id, "unknown") == ""
    with pytest.raises(NotFound):
        ana.reason("unknown", added.id)


def test_a_memory_that_is_not_relevant_is_used_elsewhere_only(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    added = ana.memories.add("I cook vegetarian food")
    question = "What vegetarian food could I cook?"
    reply = ana.chat(question)
    ana.not_relevant(reply.id, added.id)
    again = ana.chat(question, conversation=reply.conversation_id)
    assert added.id not in [item.id for item in (*again.offered, *again.used)]
    assert "I cook vegetarian food" not in model.prompt()
    ana.start_conversation()
    assert added.id in [item.id for item in ana.chat(question).used]
