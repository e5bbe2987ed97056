"""Having the last reply made once more, and saying the last message in other words."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest

from assistant import Assistant
from assistant.companion import Companion
from assistant.errors import ModelFailed
from memory.errors import NotFound, NotTheLast
from memory.types import Purpose
from tests.doubles import Clock, RecordingChatModel


def contents(ana: Companion) -> list[str]:
    (conversation,) = ana.conversations()
    return [message.content for message in ana.messages(conversation.id)]


def fail_at(word: int) -> Callable[[int], None]:
    def fail(position: int) -> None:
        if position == word:
            raise RuntimeError("the model broke")

    return fail


def test_a_reply_is_made_once_more_from_the_same_prompt(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    first = ana.chat("Hello")
    model.reply = "Good day."
    second = ana.retry(first.id)
    assert contents(ana) == ["Hello", "Good day."]
    assert model.prompt(0) == model.prompt(1)
    assert second.conversation_id == first.conversation_id
    with pytest.raises(NotFound):
        ana.trace(first.id)
    assert ana.trace(second.id).offers == ()


def test_a_message_in_other_words_takes_the_place_of_its_exchange(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    ana.chat("Hello")
    old = ana.chat("Name a red friut")
    ana.chat("Name a red fruit", instead_of=old.id)
    assert contents(ana) == ["Hello", "That sounds good.", "Name a red fruit", "That sounds good."]
    assert "friut" not in model.prompt()
    assert model.prompt().startswith(model.prompt(0))
    ana.chat("Another")
    assert "friut" not in model.prompt()


def test_a_first_message_in_other_words_gives_the_conversation_its_title(
    bespoke: Assistant,
) -> None:
    ana = bespoke.user("ana")
    ana.chat("New", instead_of=ana.chat("Old").id)
    assert [each.title for each in ana.conversations()] == ["New"]


def test_only_the_last_exchange_can_be_replaced_and_nothing_is_kept_otherwise(
    bespoke: Assistant,
) -> None:
    ana = bespoke.user("ana")
    first = ana.chat("one")
    ana.chat("two")
    with pytest.raises(NotTheLast):
        ana.chat("three", instead_of=first.id)
    with pytest.raises(NotTheLast):
        ana.retry(first.id)
    with pytest.raises(NotFound):
        ana.retry("nothing")
    assert "three" not in contents(ana)


@pytest.mark.parametrize("word", [0, 2])
def test_a_model_that_fails_leaves_the_old_reply(
    bespoke: Assistant, model: RecordingChatModel, word: int
) -> None:
    ana = bespoke.user("ana")
    reply = ana.chat("Hello")
    model.on_word = fail_at(word)
    with pytest.raises(ModelFailed):
        ana.retry(reply.id)
    assert contents(ana) == ["Hello", "That sounds good."]
    assert ana.trace(reply.id)


@pytest.mark.parametrize("word", [0, 2])
def test_a_model_that_fails_leaves_the_old_exchange_and_the_new_words(
    bespoke: Assistant, model: RecordingChatModel, word: int
) -> None:
    ana = bespoke.user("ana")
    reply = ana.chat("Helo")
    model.on_word = fail_at(word)
    with pytest.raises(ModelFailed):
        ana.chat("Hello", instead_of=reply.id)
    assert contents(ana) == ["Helo", "That sounds good.", "Hello"]
    model.on_word = None
    (conversation,) = ana.conversations()
    ana.retry(ana.messages(conversation.id)[-1].id)
    assert contents(ana) == ["Hello", "That sounds good."]
    assert "Helo" not in model.prompt()


def test_after_a_failure_one_can_go_on_and_the_old_words_go(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    reply = ana.chat("Helo")
    model.on_word = fail_at(0)
    with suppress(ModelFailed):
        ana.chat("Hello", instead_of=reply.id)
    model.on_word = None
    ana.chat("Are you there?")
    assert contents(ana) == ["Hello", "Are you there?", "That sounds good."]


def test_a_retry_that_is_stopped_keeps_what_was_said_last(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    reply = ana.chat("Hello")
    pieces = ana.stream_retry(reply.id)
    next(pieces)
    pieces.close()
    assert contents(ana) == ["Hello", "That"]


def test_old_words_are_not_recalled_while_the_new_ones_are_answered(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    reply = ana.chat("Which wine goes with grilled octopus from Setubal?")
    ana.chat("Which beer goes with grilled octopus from Setubal?", instead_of=reply.id)
    assert "wine" not in model.prompt()


def test_what_became_known_since_is_used_in_a_retry(
    bespoke: Assistant, model: RecordingChatModel, clock: Clock
) -> None:
    ana = bespoke.user("ana")
    reply = ana.chat("What could I cook?")
    clock.advance(minutes=1)
    ana.memories.add("I'm allergic to nuts", kind="constraint")
    ana.retry(reply.id)
    assert "allergic to nuts" in model.prompt()


def test_a_temporary_reply_is_made_anew_and_leaves_nothing(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    reply = ana.chat("Hello", remember=False)
    again = ana.retry(reply.id, remember=False)
    ana.chat("Good day", instead_of=again.id, remember=False)
    ana.chat("And now?", remember=False)
    assert "Hello" not in model.prompt()
    assert model.prompt().count("That sounds good.") == 1
    assert ana.conversations() == []


def test_a_kept_reply_is_tried_again_aside_where_nothing_may_be_kept(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    reply = ana.chat("Hello")
    ana.consent.revoke(Purpose.KEEP_CONVERSATIONS)
    ana.retry(reply.id)
    assert contents(ana) == ["Hello", "That sounds good."]
    assert ana.trace(reply.id)


def test_what_is_said_anew_is_explained_as_it_was_sent(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    ana.chat("Hello")
    old = ana.chat("Name a friut")
    reply = ana.chat("Name a fruit", instead_of=old.id)
    sent = ana.explain(reply.id, measure=False).prompt
    assert [each.text for each in sent][-1] == model.asked[-1][-1].text


def test_asynchronous_code_says_it_anew_too(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    reply = ana.chat("Helo")

    async def listen() -> None:
        async for _ in ana.astream("Hello", instead_of=reply.id):
            pass

    asyncio.run(listen())
    assert contents(ana) == ["Hello", "That sounds good."]
