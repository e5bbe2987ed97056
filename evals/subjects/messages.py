"""Chat models and LangChain runnables under test, which have no memory of their own.

What was said before is given as the history (arms `on` and `shuffled`), the lines that matter as
notes in a system message (arm `oracle`).
"""

import time
from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.runnables import Runnable

from assistant.chat_models.hosts import host_of
from assistant.chat_models.opened import OpenedModel
from assistant.chat_models.untraced import untraced
from evals.errors import SubjectFailed
from evals.results import Usage
from evals.subjects.base import Answer, Calls, Scene, Session, digest_of
from evals.subjects.function import known_messages, known_notes
from evals.subjects.recorded_chat import RecordedChat, as_sent
from evals.suites.types import Prices, Sampling


class ModelSubject:
    """A chat model alone."""

    is_foreign = False
    prompt = ""

    def __init__(self, opened: OpenedModel, *, sampling: Sampling, prices: Prices | None) -> None:
        self._opened = opened
        self._sampling = sampling
        self._prices = prices
        self.model = opened.name
        self.host = opened.host
        self.version = digest_of("model", opened.name, sampling.model_dump())

    def open(self, scene: Scene, calls: Calls) -> Session:
        """Begin a case."""
        chat = RecordedChat(
            opened=self._opened,
            calls=calls,
            sampling=self._sampling,
            seed=scene.seed,
            prices=self._prices,
        )
        return _ModelSession(scene, chat)

    def close(self) -> None:
        """Free the model."""
        self._opened.close()


class RunnableSubject:
    """Any runnable that takes messages, or, for an agent of LangGraph, a mapping with them."""

    is_foreign = True
    prompt = ""

    def __init__(self, runnable: Runnable[Any, Any], name: str, version: str) -> None:
        """`version` changes with whatever the runnable is made of, as far as that is known."""
        self._runnable = runnable
        self.model = name
        self.host = host_of(runnable) if isinstance(runnable, BaseChatModel) else None
        self.version = digest_of("runnable", name, version)

    def open(self, scene: Scene, calls: Calls) -> Session:
        """Begin a case."""
        return _RunnableSession(scene, self._runnable, self.version, calls)

    def close(self) -> None:
        """There is nothing to free."""


class _History:
    """All that was said, as messages of LangChain."""

    def __init__(self, scene: Scene) -> None:
        notes = known_notes(scene)
        told = "What is known about the user:\n" + "\n".join(f"- {note}" for note in notes)
        self.messages: list[BaseMessage] = [SystemMessage(told)] if notes else []
        self.messages += [
            (HumanMessage if each["role"] == "user" else AIMessage)(each["content"])
            for each in known_messages(scene)
        ]

    def with_user(self, text: str) -> list[BaseMessage]:
        return [*self.messages, HumanMessage(text)]

    def keep(self, text: str, reply: str) -> None:
        self.messages += [HumanMessage(text), AIMessage(reply)]


class _ModelSession(Session):
    def __init__(self, scene: Scene, chat: RecordedChat) -> None:
        self._history = _History(scene)
        self._chat = chat

    def say(
        self,
        text: str,
        *,
        by: str | None = None,
        new_conversation: bool = False,  # noqa: ARG002 (it has one only)
        remember: bool = True,
        options: Sequence[str] = (),
    ) -> Answer:
        """Ask the model."""
        _refuse_other(by)
        self._chat.begin_turn(options)
        reply = self._chat.invoke(self._history.with_user(text)).text
        if remember:
            self._history.keep(text, reply)
        return Answer(reply=reply, prompt=self._chat.prompt(), usage=self._chat.usage())


class _RunnableSession(Session):
    def __init__(
        self, scene: Scene, runnable: Runnable[Any, Any], version: str, calls: Calls
    ) -> None:
        self._history = _History(scene)
        self._runnable = runnable
        self._version = version
        self._calls = calls

    def say(
        self,
        text: str,
        *,
        by: str | None = None,
        new_conversation: bool = False,  # noqa: ARG002 (it has one only)
        remember: bool = True,
        options: Sequence[str] = (),  # noqa: ARG002 (what it says cannot be held to them)
    ) -> Answer:
        """Call the runnable, or tell what it answered before."""
        _refuse_other(by)
        self._calls.check_time()
        messages = self._history.with_user(text)
        key = self._calls.key(self._version, [(each.type, each.text) for each in messages])
        known = self._calls.known(key)
        if known is None:
            known = self._called(messages).model_dump_json()
            self._calls.keep(key, known)
        answer = Answer.model_validate_json(known)
        if remember:
            self._history.keep(text, answer.reply)
        return answer.model_copy(update={"prompt": as_sent(messages)})

    def _called(self, messages: list[BaseMessage]) -> Answer:
        started = time.perf_counter()
        is_agent = type(self._runnable).__module__.startswith("langgraph")
        with untraced():
            said = self._runnable.invoke({"messages": messages} if is_agent else messages)
        seconds = round(time.perf_counter() - started, 4)
        if isinstance(said, dict) and said.get("messages"):
            said = said["messages"][-1]
        if isinstance(said, str):
            return Answer(reply=said, usage=Usage(seconds=seconds))
        if not isinstance(said, BaseMessage):
            raise SubjectFailed(
                f"The runnable returned {type(said).__name__}. Let it end in a text or a message."
            )
        counted = getattr(said, "usage_metadata", None) or {}
        usage = Usage(
            prompt_tokens=counted.get("input_tokens", 0),
            cached_tokens=(counted.get("input_token_details") or {}).get("cache_read", 0),
            completion_tokens=counted.get("output_tokens", 0),
            seconds=seconds,
        )
        return Answer(reply=said.text, usage=usage)


def _refuse_other(by: str | None) -> None:
    if by is not None:
        raise SubjectFailed(
            f"This subject knows one user, and {by!r} is to speak, too. Run the case with bespoke."
        )
