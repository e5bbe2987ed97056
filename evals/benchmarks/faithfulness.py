"""Whether what an explanation names first is what the reply depends on.

Twelve users with six memories each ask for something that one or two of them matter for. Then the
reply is written again, at temperature 0, without the memory that the explanation names first, and
without another one, drawn at random. A faithful explanation names what changes the reply more.
Both methods of `Companion.explain` are measured. It takes about ten minutes of two idle cores:

    python -m evals.benchmarks.faithfulness
"""

import argparse
import random
import tempfile
from collections import Counter
from pathlib import Path

from tqdm import tqdm

from assistant import Assistant
from assistant.briefing import Briefer
from assistant.chat_models.opened import open_model
from assistant.chat_models.untraced import untraced
from assistant.embedders import open_embedder
from assistant.explanation import Explanation
from assistant.leaning import Item, overlap
from assistant.sent_prompt import SentPrompt, rebuild
from evals.statistics import METHOD, Estimate, mean_with_interval, paired_difference
from memory.embeddings import Embedder
from memory.types import Record
from memory.vaults import Vaults
from prompts.library import Library

REPLY_TOKENS = 40
METHODS = {"scored": "named first by scoring again", "overlap": "named first by overlap"}
USERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "What could I cook tonight?",
        (
            "I'm vegetarian",
            "I live in Porto",
            "I work as a nurse",
            "I play the cello",
            "My sister is called Marta",
            "I drive an old van",
        ),
    ),
    (
        "Suggest a weekend trip for me.",
        (
            "I get seasick on every boat",
            "I love old castles",
            "I'm learning Italian",
            "I am left-handed",
            "My cat is called Oskar",
            "I have a peanut allergy",
        ),
    ),
    (
        "Which sport should I take up?",
        (
            "I have a bad knee",
            "I live right beside a lake",
            "I hate horror films",
            "I teach chemistry",
            "My favourite colour is green",
            "I bake my own bread",
        ),
    ),
    (
        "What could I give my daughter for her birthday?",
        (
            "My daughter is mad about dinosaurs",
            "I spend at most 30 euros on a present",
            "I work at night",
            "I take my coffee black",
            "I come from Brno",
            "I sing in a choir",
        ),
    ),
    (
        "Recommend a film for this evening.",
        (
            "I only watch science fiction",
            "I can't stand violence in films",
            "I have two dogs",
            "I ride my bike to work",
            "I don't eat fish",
            "I'm saving for a house",
        ),
    ),
    (
        "How should I spend my holiday in August?",
        (
            "I can't bear the heat",
            "I want to travel by train only",
            "I collect stamps",
            "My brother is a baker",
            "I'm allergic to cats",
            "I read the paper every morning",
        ),
    ),
    (
        "Plan a workout for me.",
        (
            "I'm seven months pregnant",
            "I have no equipment at home",
            "I love opera",
            "I live in Graz",
            "I paint watercolours",
            "My car broke down last week",
        ),
    ),
    (
        "What should I plant on my balcony?",
        (
            "My balcony gets no sun at all",
            "I keep forgetting to water plants",
            "I speak Dutch",
            "I work in a bank",
            "I'm afraid of flying",
            "My mother plays bridge",
        ),
    ),
    (
        "What can I have for breakfast?",
        (
            "I'm lactose intolerant",
            "I have five minutes in the morning",
            "I'm writing a novel",
            "I live on the tenth floor",
            "I was born in Lima",
            "I ski every winter",
        ),
    ),
    (
        "Help me choose a pet.",
        (
            "I'm allergic to fur",
            "I live in a tiny flat",
            "I play chess on Sundays",
            "I'm a tax adviser",
            "I like spicy food",
            "My grandmother lives in Rome",
        ),
    ),
    (
        "What should I read next?",
        (
            "I love historical novels about the sea",
            "I only read short books",
            "I'm vegan",
            "I have twin boys",
            "I swim every morning",
            "My roof is leaking",
        ),
    ),
    (
        "What should I wear to the wedding on Saturday?",
        (
            "I never wear dresses",
            "My favourite colour is dark blue",
            "I repair clocks",
            "I'm afraid of spiders",
            "I have a rowing machine",
            "I drink no alcohol",
        ),
    ),
)


class Change(Record):
    """How different a reply became without an item: 0 is the same, 1 has nothing in common."""

    words: float
    meaning: float


class Outcome(Record):
    """How a reply changed without the item that each method names first, and without another."""

    scored: Change
    overlap: Change
    other: Change


def change_of_words(before: str, after: str) -> float:
    """1 minus the share of words that two texts have in common (Dice, with repeats)."""
    first, second = (Counter(text.casefold().split()) for text in (before, after))
    total = first.total() + second.total()
    return 1 - 2 * (first & second).total() / total if total else 0.0


def change(before: str, after: str, embedder: Embedder) -> Change:
    """How different two replies are, in words and (1 minus the cosine of vectors) in meaning."""
    first, second = embedder.vectors([before, after])
    return Change(words=change_of_words(before, after), meaning=1 - float(first @ second))


class Bench:
    """One assistant for all users, so that the model is loaded once."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._settings = assistant.settings
        self._model = open_model(assistant.settings.model, assistant.settings)
        self._embedder = open_embedder(assistant.settings, None)

    def measure(self, number: int) -> Outcome:
        """Have one user's request answered and explained, and the reply written anew."""
        request, memories = USERS[number]
        companion = self._assistant.user(str(number))
        for text in random.Random(number).sample(memories, len(memories)):  # noqa: S311
            companion.memories.add(text)
        reply = companion.chat(request)
        explanation = companion.explain(reply.id)
        if explanation.method != "scored again":
            raise RuntimeError(f"This benchmark needs a local model. {explanation.note}")
        self._assistant.settle()
        items = [Item(each.id, each.text) for each in explanation.offered if each.text is not None]
        shares = overlap(reply.text, items, self._embedder)
        named = items[0], max(items, key=lambda item: shares[item.id])
        other = random.Random(number).choice(items[1:])  # noqa: S311
        prompt = self._prompt(str(number), explanation)
        changes = {item.id: self._change(prompt, reply.text, item) for item in {*named, other}}
        leaning = " ".join(f"{item.leaning or 0:.2f}" for item in explanation.offered)
        for item in (*named, other):
            found = changes[item.id]
            tqdm.write(f"{found.words:.2f} {found.meaning:.2f} without {item.text!r}; {leaning}")
        scored, shared = (changes[item.id] for item in named)
        return Outcome(scored=scored, overlap=shared, other=changes[other.id])

    def _change(self, prompt: SentPrompt, reply: str, item: Item) -> Change:
        without = prompt.without(item.id, item.text)
        with untraced():
            again = self._model.chat.invoke(without, temperature=0, max_tokens=REPLY_TOKENS)
        return change(reply, again.text, self._embedder)

    def _prompt(self, user: str, explanation: Explanation) -> SentPrompt:
        template = Library().get("chat")
        briefer = Briefer(template, self._settings, self._model.count_tokens)
        with Vaults(self._settings.home, self._embedder).reading(user) as vault:
            reply = vault.messages.get(explanation.reply_id)
            return rebuild(vault, explanation.trace, reply, template=template, briefer=briefer)


def report(outcomes: list[Outcome]) -> None:
    """Print how much replies changed, and how much more than without another item."""
    users = [str(number) for number in range(len(outcomes))]
    for kind in ("words", "meaning"):
        other = [getattr(outcome.other, kind) for outcome in outcomes]
        for name, words in METHODS.items():
            amounts = [getattr(getattr(outcome, name), kind) for outcome in outcomes]
            more = sum(amount > least for amount, least in zip(amounts, other, strict=True))
            print(
                f"{kind} changed without the item {words}: "
                f"{_words(mean_with_interval(amounts, users))}; without another one: "
                f"{_words(mean_with_interval(other, users))}; difference "
                f"{_words(paired_difference(amounts, other, users))}; "
                f"more for {more} of {len(outcomes)} users"
            )
    print(f"n = {len(outcomes)} users; {METHOD}")


def _words(estimate: Estimate) -> str:
    return f"{estimate.mean:.2f} ({estimate.low:.2f} to {estimate.high:.2f})"


def main() -> None:
    """Measure all users and print the result."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", help="a local model other than that of the settings")
    parser.add_argument("--users", type=int, default=len(USERS), help="only the first so many")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        limits = f"reply_tokens = {REPLY_TOKENS}\ntemperature = 0\n"
        Path(home, "bespoke.toml").write_text(limits, "utf-8")
        with Assistant(home=home, model=given.model) as assistant:
            bench = Bench(assistant)
            outcomes = [bench.measure(number) for number in tqdm(range(given.users), unit="user")]
    report(outcomes)


if __name__ == "__main__":
    main()
