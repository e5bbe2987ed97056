"""What a reply leans on, measured: the model is never asked, because it would make something up.

A model that can score a text says how much less probable the reply is without an item (a
leave-one-out attribution, as in ContextCite, Cohen-Wang et al. 2024). For others it is how much of
the item is found in the reply. Two items that say the same hide each other from the first.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from assistant.chat_models.scoring import Score, Scored
from assistant.errors import PromptChanged
from assistant.sent_prompt import SentPrompt
from memory.embeddings import Embedder
from memory.keywords import telling_words

MOST_SCORED = 6
SCORED_TOKENS = 48
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n+")

Progress = Callable[[int, int], None]


class Item(NamedTuple):
    """Something that stood in the prompt."""

    id: str
    text: str


def scored_again(
    prompt: SentPrompt,
    reply: str,
    items: Sequence[Item],
    *,
    score: Score,
    prompt_tokens: int,
    is_wanted: Callable[[], bool],
    tell: Progress,
) -> dict[str, float] | None:
    """For each of the first six items, how much a token of the reply loses without it.

    That is the drop of the mean log-probability of the reply's first 48 tokens; below 0 where the
    reply is more probable without the item.

    Args:
        prompt_tokens: how many tokens the prompt had when it was sent.
        tell: is told how many scorings are done, and of how many.

    Returns:
        The amounts by id; None where it was given up, because `is_wanted` said no.

    Raises:
        PromptChanged: the prompt that was put together is not the one that was sent.
        httpx.HTTPError: the model's server failed.
    """
    left_out = {item.id: prompt.without(item.id, item.text) for item in items[:MOST_SCORED]}
    # The prompt as it was sent comes last: so the model has it at hand for the next turn.
    prompts = [*left_out.values(), prompt.messages()]
    scores: list[Scored] = []
    for done, messages in enumerate(prompts):
        tell(done, len(prompts))
        scored = score(messages, reply, most_tokens=SCORED_TOKENS, is_wanted=is_wanted)
        if scored is None:
            return None
        scores.append(scored)
    tell(len(prompts), len(prompts))
    *without, whole = scores
    if whole.prompt_tokens != prompt_tokens:
        raise PromptChanged("the prompt cannot be put together again as it was sent.")
    return {
        item_id: whole.mean - scored.mean for item_id, scored in zip(left_out, without, strict=True)
    }


def overlap(reply: str, items: Sequence[Item], embedder: Embedder) -> dict[str, float]:
    """For each item, how much of it the reply's most similar sentence holds, from 0 to 1.

    That is the mean of the share of the item's telling words and the cosine of the vectors.
    """
    sentences = [each for each in _SENTENCE_END.split(reply) if telling_words(each)]
    if not sentences or not items:
        return {item.id: 0.0 for item in items}
    said = [set(telling_words(sentence).values()) for sentence in sentences]
    meaning = embedder.vectors([item.text for item in items]) @ embedder.vectors(sentences).T
    return {
        item.id: float(max((_shares(item.text, said) + np.maximum(cosines, 0)) / 2))
        for item, cosines in zip(items, meaning, strict=True)
    }


def _shares(text: str, said: Sequence[set[str]]) -> np.ndarray:
    """Which share of a text's telling words each sentence has."""
    words = set(telling_words(text).values())
    return np.array([len(words & stems) / max(len(words), 1) for stems in said])
