"""Vaults of any size, filled with text whose words are as unevenly frequent as in real text."""

import random
from collections.abc import Iterator
from typing import Any

from assistant import Companion

MEMORIES = 50
_A_CONVERSATION = 50
_WORDS = [f"word{rank}" for rank in range(1, 5001)]


def sentences(count: int, seed: int = 7) -> Iterator[str]:
    """Sentences of 8 to 20 words whose frequencies fall as in natural text (Zipf)."""
    draw = random.Random(seed)  # noqa: S311
    weights = [1 / rank for rank in range(1, len(_WORDS) + 1)]
    for _ in range(count):
        yield " ".join(draw.choices(_WORDS, weights, k=draw.randint(8, 20)))


def messages(count: int, seed: int = 7, *, prefix: str = "m") -> Iterator[dict[str, Any]]:
    """Messages to import, in conversations of fifty; `prefix` begins their ids."""
    for number, text in enumerate(sentences(count, seed)):
        yield {
            "id": f"{prefix}{number}",
            "role": "user" if number % 2 == 0 else "assistant",
            "content": text,
            "conversation": f"c{number // _A_CONVERSATION}",
        }


def fill(companion: Companion, count: int) -> None:
    """Store messages in conversations of fifty, and some memories."""
    companion.import_messages(messages(count), learn=False)
    for text in sentences(MEMORIES, seed=8):
        companion.memories.add(text)
