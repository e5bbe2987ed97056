"""Stand-ins for what is not measured: a chat model and an embedder whose own time is known."""

import time
from typing import Any

from langchain_core.embeddings import DeterministicFakeEmbedding, Embeddings
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import Field

DIMENSION = 384


class AskedAt(BaseChatModel):
    """A chat model that notes when it was asked and what, and says one word."""

    asked: list[float] = Field(default_factory=list)
    prompts: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "asked-at"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002
        run_manager: Any = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> ChatResult:
        self.asked.append(time.perf_counter())
        self.prompts.append(messages)
        return ChatResult(generations=[ChatGeneration(message=AIMessage("Yes."))])


class TimedFake(DeterministicFakeEmbedding):
    """The deterministic embedder, with the seconds that it took, call by call."""

    spent: list[float] = Field(default_factory=list)

    def embed_query(self, text: str) -> list[float]:
        """Embed, and note how long it took."""
        started = time.perf_counter()
        vector = super().embed_query(text)
        self.spent.append(time.perf_counter() - started)
        return vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed, and note how long it took."""
        started = time.perf_counter()
        vectors = super().embed_documents(texts)
        self.spent.append(time.perf_counter() - started)
        return vectors


class NotedBatches(Embeddings):
    """Another embedder, with the batches that it was given."""

    def __init__(self, embeddings: Embeddings) -> None:
        """Pass everything on to `embeddings`."""
        self.batches: list[list[str]] = []
        self._embeddings = embeddings

    def embed_query(self, text: str) -> list[float]:
        """Pass on."""
        return self._embeddings.embed_query(text)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Note, and pass on."""
        self.batches.append(texts)
        return self._embeddings.embed_documents(texts)
