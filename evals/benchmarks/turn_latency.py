"""How long it takes from the call to the moment the chat model is asked.

The unit is the time that the real embedder takes for one message, measured in the same run. The
vault is filled with a deterministic embedder of the same dimension, so that filling takes minutes
instead of hours; its cost is left out of the turn and one real embedding is added. Run with:

    python -m evals.benchmarks.turn_latency 1000 100000
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import Field

from assistant import Assistant, Companion
from assistant.embedders import open_embedder
from assistant.settings import load_settings

DIMENSION = 384
MEMORIES = 50
_WORDS = [f"word{rank}" for rank in range(1, 5001)]


class AskedAt(BaseChatModel):
    """A chat model that notes when it was asked and says one word."""

    asked: list[float] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "asked-at"

    def _generate(
        self,
        messages: list[BaseMessage],  # noqa: ARG002
        stop: list[str] | None = None,  # noqa: ARG002
        run_manager: Any = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> ChatResult:
        self.asked.append(time.perf_counter())
        return ChatResult(generations=[ChatGeneration(message=AIMessage("Yes."))])


class TimedFake(DeterministicFakeEmbedding):
    """The deterministic embedder, with the time that queries took."""

    spent: list[float] = Field(default_factory=list)

    def embed_query(self, text: str) -> list[float]:
        """Embed, and note how long it took."""
        started = time.perf_counter()
        vector = super().embed_query(text)
        self.spent.append(time.perf_counter() - started)
        return vector


def sentences(count: int, seed: int = 7) -> Iterator[str]:
    """Sentences of 8 to 20 words whose frequencies fall as in natural text (Zipf)."""
    draw = random.Random(seed)  # noqa: S311
    weights = [1 / rank for rank in range(1, len(_WORDS) + 1)]
    for _ in range(count):
        yield " ".join(draw.choices(_WORDS, weights, k=draw.randint(8, 20)))


def fill(companion: Companion, messages: int) -> None:
    """Store messages in conversations of fifty, and some memories."""
    companion.import_messages(
        {
            "id": f"m{number}",
            "role": "user" if number % 2 == 0 else "assistant",
            "content": text,
            "conversation": f"c{number // 50}",
        }
        for number, text in enumerate(sentences(messages))
    )
    for text in sentences(MEMORIES, seed=8):
        companion.memories.add(text)


def measure(messages: int, repeats: int) -> None:
    """Print the median time before the model is asked, as a multiple of one embedding."""
    real = open_embedder(load_settings())
    real.vector("warm up")
    fake, model = TimedFake(size=DIMENSION), AskedAt()
    units, turns = [], []
    with (
        tempfile.TemporaryDirectory() as home,
        Assistant(home=home, model=model, embeddings=fake) as assistant,
    ):
        fill(assistant.user("ana"), messages)
        companion = assistant.user("ana")
        for number, text in enumerate(sentences(repeats + 5, seed=9)):
            started = time.perf_counter()
            real.vector(text)
            unit = time.perf_counter() - started
            fake.spent.clear()
            started = time.perf_counter()
            companion.chat(text)
            turn = model.asked[-1] - started - sum(fake.spent) + unit
            assistant.settle()
            if number >= 5:  # the first ones warm up
                units.append(unit)
                turns.append(turn)
    unit, turn = statistics.median(units), statistics.median(turns)
    print(
        f"{messages:>7} messages: {turn * 1000:6.1f} ms until the model is asked, "
        f"one embedding {unit * 1000:5.1f} ms, ratio {turn / unit:4.1f} "
        f"(medians of {repeats} turns)"
    )


def main() -> None:
    """Measure at the sizes that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("messages", type=int, nargs="*", default=[1000])
    parser.add_argument("--repeats", type=int, default=30)
    given = parser.parse_args()
    for messages in given.messages:
        measure(messages, given.repeats)


if __name__ == "__main__":
    main()
