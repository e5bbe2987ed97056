"""Prompts put together again from what is kept, against what the model was really asked."""

import pytest
from langchain_core.messages import BaseMessage

from assistant import Assistant, Companion, Context, Reply
from assistant.briefing import Briefer
from assistant.chat_models.opened import estimate_tokens
from assistant.errors import PromptChanged
from assistant.sent_prompt import SentPrompt, rebuild
from memory.vaults import Vaults
from prompts.library import Library
from tests.conftest import MakeAssistant
from tests.doubles import Clock, RecordingChatModel, as_text


@pytest.fixture
def ana(bespoke: Assistant) -> Companion:
    return bespoke.user("ana")


def prompt_of(bespoke: Assistant, ana: Companion, reply: Reply) -> SentPrompt:
    bespoke.settle()
    shared = ana._shared
    template = Library().get("chat")
    with Vaults(shared.settings.home, shared.embedder).reading("ana") as vault:
        return rebuild(
            vault,
            ana.trace(reply.id),
            vault.messages.get(reply.id),
            template=template,
            briefer=Briefer(template, shared.settings, estimate_tokens),
        )


def id_of(ana: Companion, text: str) -> str:
    return next(each.id for each in ana.memories.list() if each.text == text)


def test_every_prompt_of_a_conversation_comes_back_word_for_word(
    bespoke: Assistant, ana: Companion, model: RecordingChatModel, clock: Clock
) -> None:
    replies = []
    for number, text in enumerate(("Hello penguins there", "I feed penguins", "Which <b> fish?")):
        ana.memories.add(f"I like penguins {number}")
        replies.append(ana.chat(text, context=Context(place="the zoo")))
        clock.advance(days=1)
    asked = list(model.asked)
    rebuilt = [prompt_of(bespoke, ana, reply).messages() for reply in replies]
    assert [as_text(each) for each in rebuilt] == [as_text(each) for each in asked]


def test_a_folded_history_comes_back_as_it_was(
    make_assistant: MakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BESPOKE_HISTORY_TOKENS", "200")
    model = RecordingChatModel()
    bespoke = make_assistant(model=model)
    ana = bespoke.user("ana")
    replies = [ana.chat(f"{number} " + "words and words " * 12) for number in range(7)]
    assert len(model.asked[-1]) < 2 * len(model.asked)
    for reply, asked in zip(replies, list(model.asked), strict=True):
        assert as_text(prompt_of(bespoke, ana, reply).messages()) == as_text(asked)


def lines(messages: list[BaseMessage]) -> list[str]:
    return as_text(messages).splitlines()


def test_without_an_item_of_the_snapshot_only_its_line_is_missing(
    bespoke: Assistant, ana: Companion
) -> None:
    for text in ("I like penguins", "I live in Porto"):
        ana.memories.add(text)
    prompt = prompt_of(bespoke, ana, ana.chat("Hello"))
    without = lines(prompt.without(id_of(ana, "I live in Porto"), "I live in Porto"))
    missing = [line for line in lines(prompt.messages()) if line not in without]
    assert missing == ['- the user said: "I live in Porto"']


def test_without_the_only_note_of_a_message_the_message_stands_alone(
    bespoke: Assistant, ana: Companion
) -> None:
    ana.chat("Hello")
    ana.memories.add("I like penguins")
    prompt = prompt_of(bespoke, ana, ana.chat("Penguins I like"))
    assert "<notes>" in prompt.messages()[-1].text
    last = prompt.without(id_of(ana, "I like penguins"), "I like penguins")[-1]
    assert last.text == "Penguins I like"


def test_without_one_of_two_notes_the_other_stays(bespoke: Assistant, ana: Companion) -> None:
    ana.chat("Hello")
    for text in ("I like penguins", "I feed penguins"):
        ana.memories.add(text)
    prompt = prompt_of(bespoke, ana, ana.chat('"I like penguins"\nis what I said'))
    last = prompt.without(id_of(ana, "I like penguins"), "I like penguins")[-1].text
    assert last == (
        '<notes>\n- the user said: "I feed penguins"\n</notes>\n\n"I like penguins"\nis what I said'
    )


def test_a_note_of_an_earlier_message_is_taken_out_there(
    bespoke: Assistant, ana: Companion
) -> None:
    ana.chat("Hello")
    ana.memories.add("I like penguins")
    ana.chat("Penguins I like")
    prompt = prompt_of(bespoke, ana, ana.chat("And now?"))
    assert "penguins" in prompt.messages()[-3].text
    without = prompt.without(id_of(ana, "I like penguins"), "I like penguins")
    assert [message.text for message in without[-3:]] == [
        "Penguins I like",
        "That sounds good.",
        "And now?",
    ]


def test_an_item_that_does_not_stand_in_the_prompt_cannot_be_left_out(
    bespoke: Assistant, ana: Companion
) -> None:
    prompt = prompt_of(bespoke, ana, ana.chat("Hello"))
    with pytest.raises(PromptChanged, match="does not stand"):
        prompt.without("nothing", "nothing")


def test_a_prompt_whose_snapshot_changed_does_not_come_back(
    bespoke: Assistant, ana: Companion, clock: Clock
) -> None:
    hidden = ana.memories.add("I like penguins")
    reply = ana.chat("Hello")
    ana.memories.hide(hidden.id)
    with pytest.raises(PromptChanged, match="what is known about you"):
        prompt_of(bespoke, ana, reply)
    clock.advance(minutes=1)
    ana.chat("Hello again")  # freezes another snapshot
    with pytest.raises(PromptChanged, match="what is known about you"):
        prompt_of(bespoke, ana, reply)


def test_a_reminder_behind_the_message_stays_when_a_note_goes(
    bespoke: Assistant, ana: Companion
) -> None:
    ana.memories.add("Always keep your answers short", kind="style")
    ana.chat("Hello")
    ana.memories.add("I like penguins")
    prompt = prompt_of(bespoke, ana, ana.chat("Penguins I like"))
    whole = prompt.messages()[-1].text
    last = prompt.without(id_of(ana, "I like penguins"), "I like penguins")[-1].text
    assert "<notes>" in whole
    assert last.startswith("Penguins I like\n\n(")
    assert whole.endswith(last)
