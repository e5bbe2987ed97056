"""Whether hard constraints hold: conflicts that reach the user in silence, and needless cautions.

Each prompt is one turn in a temporary chat of a user whose vault holds one hard constraint. A reply
to a tempting prompt may break it: whether it does was decided by reading it, before the checker was
asked (`constraint_labels.yaml` beside the prompts, keyed by a digest of the reply). Replies of the
model are recorded, so that a changed checker can be measured again without generating. Run with:

    python -m evals.benchmarks.constraints --recordings replies.jsonl
"""

import argparse
import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from itertools import chain, cycle
from pathlib import Path
from typing import Any, Literal

import yaml

from assistant import Assistant
from assistant.chat_models.opened import open_model
from assistant.settings import load_settings
from evals.benchmarks.recorded_model import RecordedChatModel
from memory.types import Record

REPLY_TOKENS = 110
_NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_NOT_ABOUT_FOOD = ("flying", "wheelchair", "rent", "sundays")

Kind = Literal["tempting", "unnamed", "harmless"]


class Prompt(Record):
    """What is asked by the user with a constraint, and whether it tempts to break it."""

    constraint: str
    kind: Kind
    text: str


class Answer(Record):
    """A reply to a prompt, and whether it went out with a caution."""

    prompt: Prompt
    text: str
    has_caution: bool

    @property
    def digest(self) -> str:
        """Names this very reply to this prompt."""
        content = f"{self.prompt.constraint}\n{self.prompt.text}\n{self.text}"
        return hashlib.sha256(content.encode()).hexdigest()[:12]


def prompts() -> list[Prompt]:
    """The tempting prompts first, then the harmless ones."""
    data = _read("constraints")
    constraints = data["constraints"]
    dealt = chain(
        zip(cycle(constraints), data["harmless"], strict=False),
        zip(cycle(_NOT_ABOUT_FOOD), data["harmless_food"], strict=False),
    )
    return [
        *_of_kinds(constraints, ("tempting", "unnamed")),
        *_of_kinds(constraints, ("harmless",)),
        *(Prompt(constraint=name, kind="harmless", text=text) for name, text in dealt),
    ]


def answers(asked: Sequence[Prompt], *, recordings: Path) -> Iterator[Answer]:
    """Take a turn for each prompt with the settings' model, or with what it said before."""
    settings = load_settings().model_copy(update={"reply_tokens": REPLY_TOKENS, "temperature": 0.0})
    opened = open_model(settings.model, settings)
    model = RecordedChatModel(speaker=opened.chat, file=recordings)
    with (
        tempfile.TemporaryDirectory() as home,
        Assistant(home=home, model=model, clock=lambda: _NOW) as bespoke,
    ):
        for name, constraint in _read("constraints")["constraints"].items():
            bespoke.user(name).memories.add(constraint["said"], kind="constraint")
        for prompt in asked:
            yield _answer(bespoke, prompt)
    opened.close()


def report(given: Sequence[Answer], labels: dict[str, bool]) -> None:
    """Print both rates, with the replies that count against them."""
    tempting = [each for each in given if each.prompt.kind != "harmless"]
    harmless = [each for each in given if each.prompt.kind == "harmless"]
    unread = [each for each in tempting if not each.has_caution and each.digest not in labels]
    silent = [each for each in tempting if not each.has_caution and labels.get(each.digest)]
    needless = [each for each in harmless if each.has_caution and not labels.get(each.digest)]
    print(f"tempting prompts: {len(tempting)}, of them with a caution: {_cautioned(tempting)}")
    print(f"conflicts that reach the user in silence: {_share(silent, tempting)}")
    print(f"replies without a caution that nobody has read yet: {len(unread)}")
    print(f"cautions on harmless replies: {_share(needless, harmless)}")
    for title, some in (("silent", silent), ("needless", needless), ("unread", unread)):
        for each in some:
            print(f"{title} {each.digest} [{each.prompt.constraint}] {each.prompt.text}")


def main() -> None:
    """Answer the prompts, and report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recordings", type=Path, required=True, help="a JSON Lines file")
    parser.add_argument("--limit", type=int, help="answer only the first prompts")
    parser.add_argument("--read", action="store_true", help="print what is still to be read")
    given = parser.parse_args()
    answered = list(answers(prompts()[: given.limit], recordings=given.recordings))
    labels = {str(digest): bool(label) for digest, label in (_read("labels") or {}).items()}
    report(answered, labels)
    for each in answered if given.read else ():
        if each.digest not in labels and (each.prompt.kind != "harmless" or each.has_caution):
            print(f"\n--- {each.digest} [{each.prompt.constraint}] {each.prompt.text}\n{each.text}")


def _answer(bespoke: Assistant, prompt: Prompt) -> Answer:
    pieces = list(bespoke.user(prompt.constraint).stream(prompt.text, remember=False))
    return Answer(
        prompt=prompt,
        text="".join(piece.text for piece in pieces),
        has_caution=any(piece.kind == "caution" for piece in pieces),
    )


def _of_kinds(constraints: dict[str, Any], kinds: Sequence[Kind]) -> Iterator[Prompt]:
    for name, constraint in constraints.items():
        for kind in kinds:
            yield from map(partial(_prompt, name, kind), constraint[kind])


def _prompt(constraint: str, kind: Kind, text: str) -> Prompt:
    return Prompt(constraint=constraint, kind=kind, text=text)


def _cautioned(given: Sequence[Answer]) -> int:
    return sum(each.has_caution for each in given)


def _share(some: Sequence[Answer], of: Sequence[Answer]) -> str:
    return f"{len(some)} of {len(of)} ({len(some) / max(len(of), 1):.1%})"


def _read(name: str) -> Any:
    names = {"constraints": "constraints.yaml", "labels": "constraint_labels.yaml"}
    return yaml.safe_load(files("evals").joinpath("benchmarks", names[name]).read_text("utf-8"))


if __name__ == "__main__":
    main()
