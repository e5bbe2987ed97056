"""Hard constraints in whole turns, with a chat model that says what a test tells it to."""

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk
from pydantic import Field

from assistant import Companion, Piece, Reply
from assistant.constraints import Checker
from memory.types import Purpose
from tests.conftest import MakeAssistant
from tests.doubles import Clock, RecordingChatModel, RemoteChatModel, as_text

ASKED = "Chicken or tofu tonight?"


class ScriptedChatModel(RecordingChatModel):
    """Says one of its lines a call, word by word; the last one again and again."""

    lines: list[str] = Field(default_factory=list)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        line = self.lines[min(len(self.asked), len(self.lines) - 1)]
        self.asked.append(messages)
        try:
            for position, word in enumerate(line.split(" ")):
                text = f" {word}" if position else word
                yield ChatGenerationChunk(message=AIMessageChunk(content=text))
        except GeneratorExit:
            self.ended_early += 1
            raise


def vegetarian(make: MakeAssistant, *lines: str) -> tuple[Companion, ScriptedChatModel]:
    """A companion who knows one hard constraint, and the model that speaks to the user."""
    model = ScriptedChatModel(lines=list(lines))
    ana = make(model=model).user("ana")
    ana.memories.add("I'm vegetarian", kind="constraint")
    return ana, model


def taken(ana: Companion, text: str, *, remember: bool = True) -> tuple[list[Piece], Reply]:
    *pieces, last = ana.stream(text, remember=remember)
    assert last.reply is not None
    assert "".join(piece.text for piece in pieces) == last.reply.text
    return pieces, last.reply


def test_a_conflicting_sentence_is_withheld_and_the_model_goes_on(
    make_assistant: MakeAssistant,
) -> None:
    ana, model = vegetarian(make_assistant, "Sure. Fry the chicken. Bye.", "Fry the tofu.")
    pieces, reply = taken(ana, ASKED)
    assert reply.text == "Sure. Fry the tofu."
    assert {piece.kind for piece in pieces} == {"text"}
    assert len(model.asked) == 2
    assert model.ended_early == 1
    first, second = model.asked
    assert second[: len(first)] == first
    assert [message.type for message in second[len(first) :]] == ["ai", "human"]
    assert second[-2].text == "Sure."
    assert '"chicken"' in second[-1].text
    assert '"I\'m vegetarian"' in second[-1].text


def test_the_model_is_told_with_the_message_where_it_has_said_nothing_yet(
    make_assistant: MakeAssistant,
) -> None:
    ana, model = vegetarian(make_assistant, "Fry the chicken.", "Fry the tofu.")
    assert taken(ana, ASKED)[1].text == "Fry the tofu."
    assert [message.type for message in model.asked[1]] == ["system", "human"]
    assert as_text(model.asked[1]).count(ASKED) == 1


def test_what_still_conflicts_goes_out_with_a_caution(make_assistant: MakeAssistant) -> None:
    ana, model = vegetarian(make_assistant, "Fry the chicken.", "Fry the beef then.")
    pieces, reply = taken(ana, ASKED)
    assert [piece.kind for piece in pieces] == ["text", "caution"]
    assert pieces[0].text == "Fry the beef then."
    assert "beef" in pieces[1].text
    assert "“I'm vegetarian”" in pieces[1].text
    assert len(model.asked) == 2
    assert ana.messages(reply.conversation_id)[-1].content == reply.text


def test_pieces_come_as_the_model_says_them_where_nothing_is_touched(
    make_assistant: MakeAssistant,
) -> None:
    ana, _ = vegetarian(make_assistant, "Paris is the capital.")
    pieces, reply = taken(ana, "zzz")
    assert [piece.text for piece in pieces] == ["Paris", " is", " the", " capital."]
    assert reply.minded == ()


def test_a_reply_says_which_constraints_it_minded(make_assistant: MakeAssistant) -> None:
    ana, _ = vegetarian(make_assistant, "Fry the tofu.")
    ana.memories.add("I never fly", kind="constraint")
    _, reply = taken(ana, ASKED)
    assert [mind.text for mind in reply.minded] == ["I'm vegetarian"]
    assert reply.minded[0].why == "your message names it"
    assert ana.trace(reply.id).minded == (reply.minded[0].memory_id,)


def test_a_temporary_chat_is_checked_as_well(make_assistant: MakeAssistant) -> None:
    ana, _ = vegetarian(make_assistant, "Fry the chicken.", "Fry the tofu.")
    assert taken(ana, ASKED, remember=False)[1].text == "Fry the tofu."


def test_a_hidden_constraint_does_not_count(make_assistant: MakeAssistant) -> None:
    ana, model = vegetarian(make_assistant, "Fry the chicken.")
    (known,) = ana.memories.list()
    ana.memories.hide(known.id)
    pieces, reply = taken(ana, ASKED)
    assert reply.text == "Fry the chicken."
    assert {piece.kind for piece in pieces} == {"text"}
    assert len(model.asked) == 1


def test_a_constraint_counts_as_it_is_now(make_assistant: MakeAssistant, clock: Clock) -> None:
    ana, _ = vegetarian(make_assistant, "Fry the chicken.")
    (known,) = ana.memories.list()
    clock.advance(days=1)
    ana.memories.edit(known.id, "I never eat tofu")
    clock.advance(days=1)
    assert taken(ana, ASKED)[1].text == "Fry the chicken."


def test_a_soft_preference_is_not_checked(make_assistant: MakeAssistant) -> None:
    model = ScriptedChatModel(lines=["Fry the chicken."])
    ana = make_assistant(model=model).user("ana")
    ana.memories.add("I don't eat chicken", kind="preference")
    assert taken(ana, ASKED)[1].minded == ()


def test_nothing_is_checked_where_memory_may_not_be_used(make_assistant: MakeAssistant) -> None:
    ana, _ = vegetarian(make_assistant, "Fry the chicken.")
    ana.consent.revoke(Purpose.USE_IN_REPLIES)
    pieces, reply = taken(ana, ASKED)
    assert [piece.text for piece in pieces] == ["Fry", " the", " chicken."]
    assert reply.minded == ()


def test_a_remote_model_without_consent_is_told_of_no_constraint(
    make_assistant: MakeAssistant,
) -> None:
    model = RemoteChatModel(reply="Fry the chicken.")
    ana = make_assistant(model=model).user("ana")
    ana.memories.add("I'm vegetarian", kind="constraint")
    ana.chat(ASKED)
    assert all("vegetarian" not in as_text(asked) for asked in model.asked)


def test_stopping_keeps_the_part_that_was_said(make_assistant: MakeAssistant) -> None:
    ana, model = vegetarian(make_assistant, "Fry tofu. Then rest. Then sleep.")
    pieces = ana.stream(ASKED)
    assert next(pieces).text == "Fry tofu. "
    pieces.close()
    assert model.ended_early == 1
    (conversation,) = ana.conversations()
    said = ana.messages(conversation.id)[-1]
    assert (said.role, said.content, said.is_complete) == ("assistant", "Fry tofu. ", False)


def test_a_check_that_fails_is_shown_and_loses_nothing(
    make_assistant: MakeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(self: Checker, sentence: str) -> None:
        raise RuntimeError(f"broken at {sentence}")

    monkeypatch.setattr(Checker, "conflicts", broken)
    ana, _ = vegetarian(make_assistant, "Fry the chicken. Bye.")
    _, reply = taken(ana, ASKED)
    assert reply.text == "Fry the chicken. Bye."
    assert ana.trace(reply.id).failures == ("constraints",)
    assert "RuntimeError" in caplog.text
    assert "chicken" not in caplog.text


def test_the_note_to_the_model_is_not_kept(make_assistant: MakeAssistant) -> None:
    ana, model = vegetarian(make_assistant, "Fry the chicken.", "Fry the tofu.", "You're welcome.")
    ana.chat(ASKED)
    ana.chat("Thanks")
    assert "cut off" not in as_text(model.asked[2])
    assert "ai: Fry the tofu." in as_text(model.asked[2])
