from pathlib import Path

import pytest
from langchain_core.messages import BaseMessage

from assistant.chat_models.opened import OpenedModel
from evals.benchmarks.style import QUESTIONS, WISHES, ask, describe, without_reminder
from tests.doubles import RecordingChatModel, WordEmbeddings


@pytest.fixture
def chat() -> RecordingChatModel:
    return RecordingChatModel()


@pytest.fixture
def opened(chat: RecordingChatModel) -> OpenedModel:
    return OpenedModel(name="double", chat=chat, host=None)


def last(prompt: list[BaseMessage]) -> str:
    return prompt[-1].text


@pytest.mark.parametrize("is_reminded", [True, False])
def test_a_wish_is_told_in_both_ways_and_repeated_in_one(
    tmp_path: Path, chat: RecordingChatModel, opened: OpenedModel, is_reminded: bool
) -> None:
    prompts = tmp_path if is_reminded else without_reminder(tmp_path)
    replies = ask(opened, QUESTIONS[:2], WISHES["short"], prompts, embeddings=WordEmbeddings())
    assert replies == ["That sounds good."] * 2
    assert [len(prompt) for prompt in chat.asked] == [2, 2]
    for prompt, question in zip(chat.asked, QUESTIONS[:2], strict=True):
        assert "Keep your answers short." in prompt[0].text
        assert (last(prompt) == question) is not is_reminded
        assert last(prompt).startswith(question)


def test_replies_are_described_by_what_a_wish_is_about() -> None:
    replies = ["One two three \U0001f600", "- a\n- b", "¿Cómo puedo dormir mejor por la noche?"]
    assert describe(replies) == (
        "  5.0 words (median   4), emojis in 1, lists in 1, Spanish 1 of 3"
    )
