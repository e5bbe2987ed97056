"""Whether a preference stands in the prompt of a question after 300 messages about other things.

The preference was written down as a memory, the messages imported into the conversation that the
question is asked in, and the chat model keeps the prompt instead of answering.
"""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from tempfile import TemporaryDirectory
from typing import Any

from langchain_core.embeddings import Embeddings
from tqdm import tqdm

from assistant import Assistant
from evals.benchmarks.datasets.prefeval import Preference, Turn
from evals.benchmarks.doubles import AskedAt
from evals.statistics import Estimate, mean_with_interval
from memory.types import Record
from prompts.compose import quoted

DISTANCE = 300
OTHERS = 20
_CONVERSATION = "about other things"


class Reached(Record):
    """One question: whether the preference stood in the prompt, by what the user's vault held."""

    question: str
    cluster: str
    is_reached: dict[str, bool]


class ReachReport(Record):
    """The share of questions whose preference stood in the prompt, by what the vault held."""

    messages_between: int = DISTANCE
    share: dict[str, Estimate]
    questions: tuple[Reached, ...]


def measure_reach(
    preferences: Sequence[Preference],
    filler: Sequence[Turn],
    embeddings: Embeddings,
    *,
    questions: int,
    seed: int = 0,
) -> ReachReport:
    """Ask a sample of the questions, each of three new users.

    One has the preference alone, one has it among twenty other memories, and one, to show what
    chance does, has only the twenty others.
    """
    draw = random.Random(seed)  # noqa: S311
    sample = draw.sample(preferences, min(questions, len(preferences)))
    reached = []
    with TemporaryDirectory(prefix="bespoke-eval-") as home:
        model = AskedAt()
        with Assistant(home=home, model=model, embeddings=embeddings) as assistant:
            for each in tqdm(sample, desc="bespoke reach", unit="question"):
                others = draw.sample([other for other in preferences if other != each], OTHERS)
                arms = {
                    "alone": [each],
                    f"with {OTHERS} others": draw.sample([each, *others], OTHERS + 1),
                    f"only {OTHERS} others": others,
                }
                reached.append(
                    Reached(
                        question=each.id,
                        cluster=each.topic,
                        is_reached={
                            arm: _is_reached(
                                assistant, model, f"{each.id} {arm}", each, own, filler
                            )
                            for arm, own in arms.items()
                        },
                    )
                )
    clusters = [each.cluster for each in reached]
    return ReachReport(
        share={
            arm: mean_with_interval([each.is_reached[arm] for each in reached], clusters, seed=seed)
            for arm in reached[0].is_reached
        },
        questions=tuple(reached),
    )


def _is_reached(
    assistant: Assistant,
    model: AskedAt,
    user: str,
    asked: Preference,
    own: Sequence[Preference],
    filler: Sequence[Turn],
) -> bool:
    companion = assistant.user(user)
    for each in own:
        companion.memories.add(each.text)
    companion.import_messages(_messages(filler), learn=False)
    companion.chat(asked.question, conversation=_CONVERSATION)
    as_told = quoted(asked.text).strip('"')
    return any(as_told in message.text for message in model.prompts.pop())


def _messages(filler: Sequence[Turn]) -> list[dict[str, Any]]:
    """The filler as messages of the minutes before now, repeated until there are enough."""
    began = datetime.now(UTC) - timedelta(minutes=DISTANCE)
    return [
        {
            "id": f"filler {number}",
            "role": turn.role,
            "content": turn.content,
            "time": (began + timedelta(minutes=number)).isoformat(),
            "conversation": _CONVERSATION,
        }
        for number, turn in enumerate(islice(cycle(filler), DISTANCE))
    ]
