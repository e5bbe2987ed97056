"""Whether memories stay those of the statements that a user made, over a conversation of 500 turns.

Half of the turns are labelled statements; the others are chatter, statements of others in quotes
and pasted texts, and questions about what is known. The chat model is a double that repeats all
that it was given, recalled memories too, and speaks of itself in the first person: whatever is
learned of that would be invented. Run with:

    python -m evals.benchmarks.long_conversation
"""

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple

from langchain_core.messages import BaseMessage
from tqdm import tqdm

from assistant import Assistant, Companion
from evals.benchmarks.learning_sets import LearningSets, read_sets
from evals.whole_replies import WholeReplies
from memory.types import Purpose

TURNS = 500
_FRAMES = (
    'My colleague wrote: "{text}"',
    "Translate this into French:\n\n> {text}",
    "Proofread the following text, please.\n\n```\n{text}\n```",
    "Give this to me in one line:\n\nDear all,\n\n{text}\n{more}\n\nKind regards,\nMarta",
)
_QUESTIONS = ("What do you know about me?", "What did I just say?", "And what did you say?")

Sort = Literal["statement", "chatter", "quoted", "question"]


class Said(NamedTuple):
    """A message of the user, and what sort it is."""

    sort: Sort
    text: str


class Repeater(WholeReplies):
    """Says again what it was given last, and claims things about itself."""

    def _reply(self, messages: list[BaseMessage]) -> str:
        return f"I love sailing, and my name is Otto. You wrote: {messages[-1].text}"


def script(sets: LearningSets, *, turns: int, seed: int = 0) -> list[Said]:
    """The user's side: half statements, the rest chatter, quoted statements and questions."""
    draw = random.Random(seed)  # noqa: S311
    statements = [each.text for each in sets.statements]
    draw.shuffle(statements)
    made, others = statements[: turns // 2], statements[turns // 2 :]
    chatter = [each.text for each in sets.chatter]
    said = [Said("statement", text) for text in made]
    said += [_other(number, chatter, others) for number in range(turns - len(made))]
    draw.shuffle(said)
    return said


def learned_from(companion: Companion, said: Sequence[Said]) -> list[int]:
    """Take the turns in one conversation; the number of memories that each one added."""
    counts = []
    for each in tqdm(said, unit="turn"):
        reply = companion.chat(each.text)
        counts.append(sum(learned.action != "strengthened" for learned in reply.learned))
    return counts


def main() -> None:
    """Hold the conversation, and say what was learned of which sort of message."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=TURNS)
    said = script(read_sets(), turns=parser.parse_args().turns)
    with tempfile.TemporaryDirectory() as home, Assistant(home=home, model=Repeater()) as bespoke:
        companion = bespoke.user("ana")
        companion.consent.grant(Purpose.SHARE_WITH_REMOTE)  # so that it has memories to repeat
        counts = learned_from(companion, said)
        kept = companion.memories.list()
        sources = {each.message_id for memory in kept for each in memory.evidence}
        roles = Counter(
            message.role
            for conversation in companion.conversations()
            for message in companion.messages(conversation.id)
            if message.id in sources
        )
    for sort, made in Counter(each.sort for each in said).items():
        of_sort = [count for each, count in zip(said, counts, strict=True) if each.sort == sort]
        print(f"{made} of sort {sort}: {sum(map(bool, of_sort))} taught {sum(of_sort)} memories")
    print(f"memories kept: {len(kept)}; they come from messages of: {dict(roles)}")


def _other(number: int, chatter: Sequence[str], others: Sequence[str]) -> Said:
    """Chatter, mostly; of each five one quotes statements, of each ten one asks."""
    if number % 10 == 9:
        return Said("question", _QUESTIONS[number // 10 % len(_QUESTIONS)])
    if number % 5 == 4:
        text, more = (others[(number + step) % len(others)] for step in (0, 1))
        frame = _FRAMES[number // 5 % len(_FRAMES)]
        return Said("quoted", frame.format(text=text, more=more))
    return Said("chatter", chatter[number % len(chatter)])


if __name__ == "__main__":
    main()
