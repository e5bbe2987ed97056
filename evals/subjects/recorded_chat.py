"""A chat model as a case sees it: what it was sent is noted, and nothing is asked for twice.

It stands between an assistant and the model that speaks. A reply is generated to its end before
the first word is passed on, so that what is kept is whole even where the reader stops early.
"""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata, add_usage
from pydantic import ConfigDict, Field, SkipValidation

from assistant.chat_models.opened import OpenedModel
from assistant.chat_models.untraced import untraced
from evals.results import SentMessage, Usage
from evals.subjects.base import Calls
from evals.suites.types import Prices, Sampling
from evals.whole_replies import WholeReplies

_ROLES = {"system": "system", "human": "user", "ai": "assistant", "tool": "tool"}


class RecordedChat(WholeReplies):
    """Speaks as `opened` does. `options`, where set, are the only replies that it may give."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    opened: SkipValidation[OpenedModel]
    calls: SkipValidation[Calls]
    sampling: Sampling
    seed: int
    prices: Prices | None = None
    options: tuple[str, ...] = ()
    sent: list[list[BaseMessage]] = Field(default_factory=list)
    usages: list[Usage] = Field(default_factory=list)

    @property
    def model(self) -> str:
        """The name of the model that speaks."""
        return self.opened.name

    @property
    def count_tokens(self) -> Callable[[str], int]:
        """Its tokenizer."""
        return self.opened.count_tokens

    def begin_turn(self, options: Sequence[str] = ()) -> None:
        """Forget what was noted, and hold the next replies to these options."""
        self.sent, self.usages, self.options = [], [], tuple(options)

    def prompt(self) -> tuple[SentMessage, ...]:
        """The first prompt of the turn, as the model got it."""
        return as_sent(self.sent[0]) if self.sent else ()

    def usage(self) -> Usage:
        """What the turn's calls came to."""
        costs = [each.cost for each in self.usages]
        return Usage(
            prompt_tokens=sum(each.prompt_tokens for each in self.usages),
            cached_tokens=sum(each.cached_tokens for each in self.usages),
            completion_tokens=sum(each.completion_tokens for each in self.usages),
            cost=sum(cost or 0.0 for cost in costs) if any(c is not None for c in costs) else None,
            seconds=round(sum(each.seconds for each in self.usages), 4),
        )

    def _reply(self, messages: list[BaseMessage]) -> str:
        self.calls.check_time()
        self.sent.append(messages)
        key = self.calls.key(
            self.opened.name,
            self.sampling.model_dump(),
            self.seed if self.sampling.temperature else None,
            self.options,
            [(message.type, message.text) for message in messages],
        )
        known = self.calls.known(key)
        if known is None:
            known = self._ask(messages)
            self.calls.keep(key, known)
        made = json.loads(known)
        usage = Usage.model_validate(made["usage"])
        self.usages.append(usage.model_copy(update={"cost": cost_of(usage, self.prices)}))
        return str(made["reply"])

    def _ask(self, messages: list[BaseMessage]) -> str:
        started = time.perf_counter()
        said: list[AIMessageChunk] = []
        with untraced(), closing(self.opened.chat.stream(messages, **self._held_to())) as chunks:  # type: ignore[type-var]
            for chunk in chunks:
                self.calls.check_time()
                said.append(chunk)
        total = UsageMetadata(input_tokens=0, output_tokens=0, total_tokens=0)
        for chunk in said:
            total = add_usage(total, chunk.usage_metadata)
        usage = Usage(
            prompt_tokens=total["input_tokens"],
            cached_tokens=total.get("input_token_details", {}).get("cache_read", 0),
            completion_tokens=total["output_tokens"],
            seconds=round(time.perf_counter() - started, 4),
        )
        reply = "".join(chunk.text for chunk in said)
        return json.dumps({"reply": reply, "usage": usage.model_dump()}, ensure_ascii=False)

    def _held_to(self) -> dict[str, Any]:
        """What only our own local server understands: a seed, and that one option is said."""
        if not self.opened.keeps_prefix:
            return {}
        held: dict[str, Any] = {"seed": self.seed + self.calls.repeat}
        if self.options:
            grammar = "root ::= " + " | ".join(map(json.dumps, self.options))
            held |= {"extra_body": {"grammar": grammar}, "max_tokens": 1}
        return held


def as_sent(messages: Sequence[BaseMessage]) -> tuple[SentMessage, ...]:
    """Messages of LangChain as a result keeps them."""
    return tuple(
        SentMessage.model_validate({"role": _ROLES.get(each.type, "user"), "text": each.text})
        for each in messages
    )


def cost_of(usage: Usage, prices: Prices | None) -> float | None:
    """What a call costs, in US dollars; None where no price is known."""
    if prices is None:
        return None
    cached = prices.prompt if prices.cached is None else prices.cached
    read_anew = usage.prompt_tokens - usage.cached_tokens
    total = (
        read_anew * prices.prompt
        + usage.cached_tokens * cached
        + usage.completion_tokens * prices.completion
    )
    return total / 1e6
