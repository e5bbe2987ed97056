"""Whether a wish about style holds with a small local model.

Everyday questions to the default model: without any wish, with the wish in the notes of the
prompt as every memory is, and as Bespoke sends it, with a reminder behind the message. Each reply
is the first of a conversation, at temperature 0 and of at most 140 tokens. Counted are words,
emojis, lines of a list, and replies in Spanish. Run with:

    python -m evals.benchmarks.style
"""

import argparse
import re
import statistics
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import yaml
from langchain_core.embeddings import Embeddings

from assistant import Assistant
from assistant.chat_models.opened import OpenedModel, open_model
from assistant.settings import load_settings
from memory.emojis import has_emoji
from memory.languages import guess_language
from memory.types import Purpose

REPLY_TOKENS = 140
QUESTIONS = (
    "What should I know before I adopt a dog?",
    "How can I sleep better?",
    "What are good ways to save money?",
    "How do I get ready for a job interview?",
    "What should I pack for a weekend at the beach?",
    "How can I learn to cook?",
    "Why do leaves change colour in autumn?",
    "How do I start running?",
    "What makes a good birthday party for a child?",
    "How do I look after a houseplant?",
)
WISHES: dict[str, str | None] = {
    "no wish": None,
    "no emojis": "No emojis please.",
    "short": "Keep your answers short.",
    "Spanish": "Answer in Spanish.",
    "no lists": "Never use bullet points.",
}
_LIST_LINE = re.compile(r"^\s*(?:[-*\u2022]|\d+[.)])\s", re.MULTILINE)


def ask(
    model: OpenedModel,
    questions: Sequence[str],
    wish: str | None,
    prompts: Path,
    *,
    embeddings: Embeddings | None = None,
) -> list[str]:
    """The replies to some questions, each in a conversation of its own."""
    with (
        tempfile.TemporaryDirectory() as home,
        Assistant(home=home, model=model.chat, prompts=prompts, embeddings=embeddings) as assistant,
    ):
        companion = assistant.user("ana")
        # Handed over as an object, the local model looks like one at an address.
        companion.consent.grant(Purpose.SHARE_WITH_REMOTE)
        if wish:
            companion.memories.add(wish, kind="style")
        replies = []
        for question in questions:
            companion.start_conversation()
            replies.append(companion.chat(question, remember=False).text)
        return replies


def without_reminder(folder: Path) -> Path:
    """The shipped prompt but for its reminder, in a folder of templates."""
    template = yaml.safe_load(files("prompts").joinpath("templates/chat.yaml").read_text("utf-8"))
    template["parts"]["reminder"]["text"] = ""
    (folder / "chat.yaml").write_text(yaml.safe_dump(template, allow_unicode=True), "utf-8")
    return folder


def describe(replies: Sequence[str]) -> str:
    """Words, and how many replies have emojis, lists, or are in Spanish."""
    words = [len(reply.split()) for reply in replies]
    return (
        f"{statistics.mean(words):5.1f} words (median {statistics.median(words):3.0f}),"
        f" emojis in {sum(map(has_emoji, replies))},"
        f" lists in {sum(_LIST_LINE.search(reply) is not None for reply in replies)},"
        f" Spanish {sum(guess_language(reply) == 'es' for reply in replies)} of {len(replies)}"
    )


def main() -> None:
    """Ask, and print a line for each wish and each way of telling it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wishes", nargs="+", choices=WISHES, default=list(WISHES))
    parser.add_argument("--questions", type=int, default=len(QUESTIONS), help="how many to ask")
    parser.add_argument("--show", action="store_true", help="print the replies, too")
    given = parser.parse_args()
    settings = load_settings(reply_tokens=REPLY_TOKENS, temperature=0.0)
    model = open_model(settings.model, settings)
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryDirectory() as folder:
        ways = {"notes": without_reminder(Path(folder)), "reminded": Path(empty)}
        arms = [
            (name, way, WISHES[name], ways[way])
            for name in given.wishes
            for way in (ways if WISHES[name] else ["reminded"])
        ]
        for name, way, wish, prompts in arms:
            replies = ask(model, QUESTIONS[: given.questions], wish, prompts)
            print(f"{name:10} {way:9} {describe(replies)}", flush=True)
            if given.show:
                print(*replies, sep="\n---\n", end="\n\n")
    model.close()


if __name__ == "__main__":
    main()
