"""Whether a preference said long ago is followed, end to end, with the model that replies.

PrefEval's multiple-choice questions (Zhao et al. 2025): one of four answers follows the preference.
Each is asked without the preference, with it right before the question, and of Bespoke, to which it
was said in an earlier conversation, with so many messages about other things since. The answer is
one token, forced by a grammar to be a letter, at temperature 0; the order of the answers is drawn.

    python -m evals.benchmarks.preference_choice DATA --questions 100

where DATA is a file of PrefEval's topics with its dialogues about other things beside it.
"""

import argparse
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel
from tqdm import tqdm

from assistant import Assistant, Companion
from assistant.chat_models.opened import open_model
from assistant.settings import load_settings
from evals.benchmarks.datasets.prefeval import (
    Preference,
    Turn,
    find_filler,
    read_choices,
    read_filler,
)
from evals.statistics import METHOD, mean_with_interval, paired_difference
from memory.types import Purpose

LETTERS = "ABCD"
GRAMMAR = "root ::= " + " | ".join(f'"{letter}"' for letter in LETTERS)
DISTANCES = (10, 300)
WITHOUT, GIVEN = "without", "right before"
_SAID = datetime(2025, 1, 1, 9, tzinfo=UTC)
_A_CONVERSATION = 20


def that_names_a_letter(chat: BaseChatModel) -> BaseChatModel:
    """The same chat model of llama.cpp, which can only say one of the letters."""
    body = {"grammar": GRAMMAR}
    return chat.model_copy(update={"extra_body": body, "temperature": 0.0, "max_tokens": 1})


def asked(choice: Preference, seed: int) -> tuple[str, str]:
    """The question with its answers in a drawn order, and the letter of the right one."""
    order = list(range(len(choice.options)))
    random.Random(f"{seed} {choice.id}").shuffle(order)  # noqa: S311
    lines = [
        f"{letter}. {choice.options[place]}" for letter, place in zip(LETTERS, order, strict=True)
    ]
    text = "\n".join([choice.question, "", *lines, "", "Answer with the letter that fits me best."])
    return text, LETTERS[order.index(0)]


def said_before(choice: Preference) -> list[dict[str, Any]]:
    """The conversation in which the preference was said."""
    words = (("user", choice.text), ("assistant", "Got it."))
    return [
        {
            "id": f"said{number}",
            "role": role,
            "content": content,
            "time": (_SAID + timedelta(minutes=number)).isoformat(),
            "conversation": "said",
        }
        for number, (role, content) in enumerate(words)
    ]


def since_then(filler: Sequence[Turn], count: int) -> Iterator[dict[str, Any]]:
    """So many messages about other things, from the day after on."""
    for number in range(count):
        turn = filler[number % len(filler)]
        yield {
            "id": f"since{number}",
            "role": turn.role,
            "content": turn.content,
            "time": (_SAID + timedelta(days=1, minutes=number)).isoformat(),
            "conversation": f"since{number // _A_CONVERSATION}",
        }


class Bench:
    """Homes for each distance, built once and copied for every question."""

    def __init__(self, folder: Path, model: BaseChatModel, filler: Sequence[Turn]) -> None:
        self._folder = folder
        self._model = model
        self._filler = filler

    def prepare(self, distance: int) -> None:
        """Build the home with the messages that lie in between."""
        with self._opened(self._folder / str(distance)) as assistant:
            messages = list(since_then(self._filler, distance))
            assistant.user("ana").import_messages(messages)

    def is_followed(self, arm: int | str, choice: Preference, seed: int) -> bool:
        """Whether the answer of one arm is the one that follows the preference."""
        question, right = asked(choice, seed)
        if arm == GIVEN:
            question = f"{choice.text}\n\n{question}"
        home = self._folder / "asked"
        shutil.rmtree(home, ignore_errors=True)
        if isinstance(arm, int):
            shutil.copytree(self._folder / str(arm), home)
        with self._opened(home) as assistant:
            companion = assistant.user("ana")
            if isinstance(arm, int):
                companion.import_messages(said_before(choice))
            # Handed over as an object, the local model looks like one at an address.
            companion.consent.grant(Purpose.SHARE_WITH_REMOTE)
            return self._ask(companion, question) == right

    def _ask(self, companion: Companion, question: str) -> str:
        companion.start_conversation()
        return companion.chat(question, remember=False).text.strip()

    def _opened(self, home: Path) -> Assistant:
        return Assistant(home=home, model=self._model)


def measure(
    choices: Sequence[Preference],
    arms: Sequence[int | str],
    is_followed: Callable[[int | str, Preference], bool],
) -> dict[int | str, list[float]]:
    """1 or 0 for each question, by arm."""
    found: dict[int | str, list[float]] = {arm: [] for arm in arms}
    for choice in tqdm(choices, unit="question"):
        for arm in arms:
            found[arm].append(float(is_followed(arm, choice)))
    return found


def report(found: dict[int | str, list[float]], choices: Sequence[Preference]) -> None:
    """Print the share that each arm follows, and how far it is from the preference right before."""
    topics = [choice.topic for choice in choices]
    for arm, values in found.items():
        own = mean_with_interval(values, topics)
        name = f"{arm} messages back" if isinstance(arm, int) else f"preference {arm}"
        line = f"{name:24} {own.mean:.3f} ({own.low:.3f} to {own.high:.3f})"
        if arm != GIVEN:
            far = paired_difference(values, found[GIVEN], topics)
            line += f"; against right before {far.mean:+.3f} ({far.low:+.3f} to {far.high:+.3f})"
        print(line)
    print(f"n = {len(choices)} questions, paired; {METHOD}")


def main() -> None:
    """Ask everything and print the result."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--filler", type=Path, help="the dialogues about other things")
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--distances", type=int, nargs="+", default=list(DISTANCES))
    given = parser.parse_args()
    drawn = read_choices(given.data)
    choices = random.Random(given.seed).sample(drawn, min(given.questions, len(drawn)))  # noqa: S311
    settings = load_settings()
    model = open_model(settings.model, settings)
    with tempfile.TemporaryDirectory() as folder:
        filler = read_filler(given.filler or find_filler(given.data))
        bench = Bench(Path(folder), that_names_a_letter(model.chat), filler)
        for distance in given.distances:
            bench.prepare(distance)
        found = measure(
            choices,
            [WITHOUT, GIVEN, *given.distances],
            lambda arm, choice: bench.is_followed(arm, choice, given.seed),
        )
    report(found, choices)
    model.close()


if __name__ == "__main__":
    main()
