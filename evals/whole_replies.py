"""The base of chat models that have a reply whole before the first word of it is passed on.

So what they keep of it is whole even where the reader stops early. Whence a reply comes is theirs.
"""

import re
from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

_WORD = re.compile(r"\s*\S+|\s+\Z")


class WholeReplies(BaseChatModel):
    """Streams word by word what `_reply` gives."""

    @property
    def _llm_type(self) -> str:
        return "recorded"

    def _reply(self, messages: list[BaseMessage]) -> str:
        raise NotImplementedError

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> ChatResult:
        said = AIMessage(self._reply(messages))
        return ChatResult(generations=[ChatGeneration(message=said)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> Iterator[ChatGenerationChunk]:
        for word in _WORD.findall(self._reply(messages)) or [""]:
            yield ChatGenerationChunk(message=AIMessageChunk(content=word))
