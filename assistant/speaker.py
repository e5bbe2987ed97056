"""Speaking: the model's words, checked against hard constraints on their way to the user.

A reply in a chat and a text that is created come through here alike. Knows nothing about what a
prompt says, and holds no vault.
"""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import partial, reduce

from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata, add_usage

from assistant.chat_models.failures import describe_failure
from assistant.constraints import Conflict, Guard, Watch
from assistant.restyle import Filter, restyled
from assistant.steps import Steps
from assistant.types import Piece, Usage
from assistant.workplace import Workplace
from memory.types import Memory, Vectors
from prompts.compose import continued, quoted

# As OpenAI and llama.cpp, Anthropic, and Ollama say why a reply ended; and what they say of its
# length (Google's is MAX_TOKENS).
_WHY_IT_ENDED = ("finish_reason", "stop_reason", "done_reason")
_AT_ITS_LIMIT = frozenset({"length", "max_tokens"})


class Speaker:
    """Speaks once; `filters` take out what the user wished not to see."""

    def __init__(self, workplace: Workplace, steps: Steps, *, is_varied: bool = False) -> None:
        """Nothing is said yet. `is_varied`: it is to come out another way than before."""
        self._workplace = workplace
        self._steps = steps
        self._is_varied = is_varied
        self._spoken: list[AIMessageChunk] = []
        self.filters: Sequence[Filter] = ()

    @property
    def has_spoken(self) -> bool:
        """Whether the model said anything, be it nothing but blanks."""
        return bool(self._spoken)

    @property
    def is_cut(self) -> bool:
        """Whether the model had more to say when it reached the longest that a reply may be."""
        reasons = [
            chunk.response_metadata[name]
            for chunk in self._spoken
            for name in _WHY_IT_ENDED
            if chunk.response_metadata.get(name)
        ]
        return bool(reasons) and str(reasons[-1]).lower() in _AT_ITS_LIMIT

    def watch(
        self, binding: Callable[[], Sequence[Memory]], text: str, vector: Vectors | None
    ) -> Watch:
        """See which hard constraints a request touches; if that fails, none is watched."""

        def watch(memories: Sequence[Memory]) -> Watch:
            return Watch(memories, text, vector=vector, embedder=self._workplace.embedder)

        return self._steps.attempt("constraints", lambda: watch(binding()), without=watch(()))

    def pieces(
        self, prompt: list[BaseMessage], watch: Watch, *, may_name: bool = True
    ) -> Generator[Piece]:
        """The model's words, and cautions where they conflict with a hard constraint.

        `may_name` says whether the model may be told what it must leave out; it is then asked once
        to go on without.

        Raises:
            ModelFailed: the model gave up.
        """
        may_name = may_name and "conflict" in self._workplace.template().parts
        guard = Guard(
            watch.checker,
            go_on=partial(self._go_on, prompt) if may_name else None,
            on_failure=partial(self._steps.note_failure, "constraints"),
        )
        yield from guard.pieces(self._speak(prompt))

    def usage(self, attached_tokens: int) -> Usage:
        """What it cost until now."""
        nothing = UsageMetadata(input_tokens=0, output_tokens=0, total_tokens=0)
        total = reduce(add_usage, (chunk.usage_metadata for chunk in self._spoken), nothing)
        return Usage(
            prompt_tokens=total["input_tokens"],
            cached_tokens=total.get("input_token_details", {}).get("cache_read", 0),
            attached_tokens=attached_tokens,
            completion_tokens=total["output_tokens"],
            seconds={step: round(seconds, 4) for step, seconds in self._steps.seconds.items()},
        )

    def _speak(self, prompt: list[BaseMessage]) -> Generator[str]:
        """The model streams; nothing is held meanwhile."""
        started, seconds = time.perf_counter(), self._steps.seconds
        try:
            with closing(
                self._workplace.model().stream(prompt, is_varied=self._is_varied)
            ) as chunks:
                for chunk in restyled(chunks, self.filters):
                    seconds.setdefault("first_token", time.perf_counter() - started)
                    self._spoken.append(chunk)
                    if chunk.text:
                        yield chunk.text
        except Exception as error:
            raise describe_failure(error, self._workplace.model()) from error
        finally:
            seconds["speak"] = seconds.get("speak", 0.0) + time.perf_counter() - started

    def _go_on(
        self, prompt: list[BaseMessage], said: str, conflicts: Sequence[Conflict]
    ) -> Generator[str]:
        """Ask the model to go on with what it said, without what conflicts."""
        named = [(quoted(each.text), quoted(each.words)) for each in conflicts]
        note = self._workplace.template().render("conflict", conflicts=named)
        yield from self._speak(continued(prompt, said=said, note=note))
