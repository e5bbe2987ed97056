"""Whether what a user changes later is what replies go by: state, change, ask, each days apart.

For every change it is looked at whether the new value, and whether the old one, stands in the
prompt of the question, as composed, or in the answer where that comes from the store and no model
is asked. Of the first `--replies` the reply is looked at too, and printed for reading. Recorded
replies are not asked for again. Run with:

    python -m evals.benchmarks.changes --set changes_plain --replies 50 --recordings replies.jsonl
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from pydantic import Field
from tqdm import tqdm

from assistant import Assistant
from assistant.chat_models.opened import open_model
from assistant.settings import load_settings
from evals.benchmarks.learning_sets import Change, holds, read_set
from evals.benchmarks.recorded_model import RecordedChatModel
from evals.whole_replies import WholeReplies
from memory.types import Purpose

REPLY_TOKENS = 60
_FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC)
_BETWEEN = timedelta(days=20)


class Followed(NamedTuple):
    """A change, the prompt of the question after it, and the reply.

    There is no prompt where the answer came from the store. `is_spoken` tells whether the reply is
    that of the settings' model.
    """

    change: Change
    prompt: str | None
    reply: str
    is_spoken: bool


class Listener(WholeReplies):
    """Notes what it is sent; says "OK.", or what `speaker` says."""

    speaker: BaseChatModel | None = None
    prompts: list[str] = Field(default_factory=list)

    def _reply(self, messages: list[BaseMessage]) -> str:
        self.prompts.append("\n\n".join(message.text for message in messages))
        return self.speaker.invoke(messages).text if self.speaker else "OK."


def follow(changes: Sequence[Change], speaker: BaseChatModel, replies: int) -> Iterator[Followed]:
    """Say both messages of each change in conversations of their own, and ask in a third."""
    now = [_FIRST]
    listener = Listener()
    with (
        tempfile.TemporaryDirectory() as home,
        Assistant(home=home, model=listener, clock=lambda: now[0]) as bespoke,
    ):
        for number, change in enumerate(changes):
            companion = bespoke.user(f"user{number}")
            # Handed over as an object, the local model looks like one at an address.
            companion.consent.grant(Purpose.SHARE_WITH_REMOTE)
            now[0] = _FIRST
            for text in (change.first, change.then):
                companion.start_conversation()
                companion.chat(text)
                now[0] += _BETWEEN
            listener.prompts.clear()
            listener.speaker = speaker if number < replies else None
            companion.start_conversation()
            reply = companion.chat(change.ask)
            listener.speaker = None
            prompt = listener.prompts[0] if listener.prompts else None
            yield Followed(change, prompt, reply.text, is_spoken=number < replies)


def report(followed: Sequence[Followed]) -> None:
    """Print in how many prompts, and in how many replies, the new value and the old one stand."""
    texts = {
        "prompts": [(each.change, each.prompt) for each in followed if each.prompt is not None],
        "answers from the store": [
            (each.change, each.reply) for each in followed if each.prompt is None
        ],
        "replies": [(each.change, each.reply) for each in followed if each.is_spoken],
    }
    for name, pairs in texts.items():
        new = sum(_has(text, change.current) for change, text in pairs)
        old = sum(_has(text, change.old) for change, text in pairs)
        print(f"{len(pairs)} {name}: the new value is in {new}, the old one in {old}")


def main() -> None:
    """Follow a set of changes, print the replies, and report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", default="changes_plain", help="a file of evals/learning/sets")
    parser.add_argument("--replies", type=int, default=0)
    parser.add_argument("--recordings", type=Path, default=Path("replies.jsonl"))
    given = parser.parse_args()
    changes = read_set(given.set, Change)
    settings = load_settings().model_copy(update={"reply_tokens": REPLY_TOKENS, "temperature": 0.0})
    with closing(open_model(settings.model, settings)) as opened:
        speaker = RecordedChatModel(speaker=opened.chat, file=given.recordings)
        steps = follow(changes, speaker, given.replies)
        followed = list(tqdm(steps, total=len(changes), unit="change"))
    for each in followed:
        if each.is_spoken:
            print(
                f"\n[{each.change.first} | {each.change.then}]\n> {each.change.ask}\n{each.reply}"
            )
    report(followed)


def _has(text: str, words: Sequence[str]) -> bool:
    return any(holds(text, word) for word in words)


if __name__ == "__main__":
    main()
