"""Stand-ins that really work: an embedder, chat models that remember what they were asked, a clock.

None of them needs weights or a network, and all of them are the same on every run.
"""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
import yaml
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field

from assistant import Companion
from assistant.chat_models.scoring import Scored
from evals.subjects import bespoke
from evals.subjects.base import Scene


@dataclass
class Clock:
    """Tells the time that it was set to."""

    now: datetime = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        """Let time pass: `clock.advance(days=1)`."""
        self.now += timedelta(**amount)


class WordEmbeddings(Embeddings):
    """Texts that share words are near: each word adds one direction, which its hash picks."""

    def __init__(self, size: int = 256) -> None:
        self.size = size

    def embed_query(self, text: str) -> list[float]:
        vector = np.zeros(self.size)
        for word in re.findall(r"\w+", text.lower()):
            digest = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
            vector[digest % self.size] += 1 if digest & (1 << 40) else -1
        return [float(number) for number in vector]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


class TopicEmbeddings(WordEmbeddings):
    """Texts of one of the shipped domains are near; `words` names the domain of a word."""

    def __init__(self, words: Mapping[str, str]) -> None:
        super().__init__(size=64)
        self._domains = yaml.safe_load(files("memory").joinpath("domains.yaml").read_text("utf-8"))
        self._words = words
        self._known = {
            text: domain
            for domain, kinds in self._domains.items()
            for texts in kinds.values()
            for text in texts
        }

    def embed_query(self, text: str) -> list[float]:
        domain = self._known.get(text) or next(
            (domain for word, domain in self._words.items() if word in text), None
        )
        topic = [2.0 * (name == domain) for name in self._domains]
        words = np.array(super().embed_query(text))
        return [*topic, *(words / max(float(np.linalg.norm(words)), 1.0)).tolist()]


class FailingEmbeddings(WordEmbeddings):
    """Fails on every text, and repeats it in the error, as some providers do."""

    def embed_query(self, text: str) -> list[float]:
        raise RuntimeError(f"cannot embed {text}")


class RecordingChatModel(BaseChatModel):
    """Keeps every prompt in `asked`, and says `reply` word by word.

    `on_asked` is called before the first word and `on_word` before each, with its position: what
    they raise is the model's failure, and while they block, so does the model.
    """

    reply: str = "That sounds good."
    finish_reason: str = "stop"
    on_asked: Callable[[list[BaseMessage]], None] | None = None
    on_word: Callable[[int], None] | None = None
    asked: list[list[BaseMessage]] = Field(default_factory=list)
    ended_early: int = 0

    @property
    def _llm_type(self) -> str:
        return "recording"

    def prompt(self, number: int = -1) -> str:
        """All of one prompt, as text."""
        return as_text(self.asked[number])

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        self.asked.append(messages)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self.reply))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        self.asked.append(messages)
        if self.on_asked:
            self.on_asked(messages)
        read = sum(len(message.text.split()) for message in messages)
        try:
            for position, word in enumerate(re.findall(r"\s*\S+", self.reply)):
                if self.on_word:
                    self.on_word(position)
                usage = UsageMetadata(
                    input_tokens=read if position == 0 else 0,
                    output_tokens=1,
                    total_tokens=1 + (read if position == 0 else 0),
                )
                yield ChatGenerationChunk(
                    message=AIMessageChunk(content=word, usage_metadata=usage)
                )
            yield ChatGenerationChunk(
                message=AIMessageChunk(content=""),
                generation_info={"finish_reason": self.finish_reason},
            )
        except GeneratorExit:
            self.ended_early += 1
            raise


class ScoringChatModel(RecordingChatModel):
    """The same, and it finds words more probable that stand in the prompt: by counting them."""

    def score_reply(
        self,
        prompt: Sequence[BaseMessage],
        reply: str,
        *,
        most_tokens: int,
        is_wanted: Callable[[], bool],
    ) -> Scored | None:
        if not is_wanted():
            return None
        words = [word for message in prompt for word in message.text.split()]
        counts = Counter(re.findall(r"\w+", " ".join(words).lower()))
        said = re.findall(r"\w+", reply)[:most_tokens]
        return Scored(
            prompt_tokens=len(words),
            text=" ".join(said),
            log_probabilities=tuple(
                math.log((1 + counts[word.lower()]) / (1000 + counts.total())) for word in said
            ),
        )


class RemoteChatModel(RecordingChatModel):
    """The same, and by its module a model of a LangChain partner package: a remote one."""

    __module__ = "langchain_example.chat_models"


def as_text(messages: list[BaseMessage]) -> str:
    """The messages of a prompt, one after the other."""
    return "\n".join(f"{message.type}: {message.text}" for message in messages)


def let_a_leak_in(patch: pytest.MonkeyPatch, words: str) -> None:
    """What somebody else said comes into the vault of each case, as if it had been told there."""
    give = bespoke._give_past

    def leaky(companion: Companion, scene: Scene) -> None:
        give(companion, scene)
        companion.memories.add(words)

    patch.setattr(bespoke, "_give_past", leaky)


def let_a_byte_be_left(patch: pytest.MonkeyPatch, word: str) -> None:
    """Forgetting leaves a file behind, `left.tmp`, in which the word stands in UTF-16."""
    forget = bespoke._BespokeSession.forget

    def careless(session: bespoke._BespokeSession, words: str) -> str:
        told = forget(session, words)
        folder = session.folder()
        assert folder is not None
        (folder / "left.tmp").write_bytes(word.encode("utf-16-le"))
        return told

    patch.setattr(bespoke._BespokeSession, "forget", careless)
