"""What a user may tell about themselves when they first meet the assistant, and what it becomes.

Each answer becomes ordinary memories: the user's own words, in the sentence that the question
began. Knows nothing about how it is asked.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from assistant.types import Record
from memory.types import MemoryKind, Strength

MOST_OF_A_KIND = 20
_LIST = re.compile(r"\s*[,;\n]\s*")
_SENTENCE = re.compile(r"^(?:i|i'm|i am|no|never|don't|do not|nothing|without)\b", re.I)
# What is said of oneself rather than of what is ruled out ("vegan", "a nut allergy", "kosher").
_OWN = (
    (
        re.compile(
            r"^(?:allergic|intolerant|vegan|vegetarian|pescatarian|pregnant|diabetic|c(?:o)?eliac"
            r"|[\w-]+ intolerant)\b",
            re.IGNORECASE,
        ),
        "I'm {words}",
    ),
    (re.compile(r"^(?:an? )?[\w -]+ (?:allergy|intolerance)$", re.IGNORECASE), "I have a {words}"),
    (re.compile(r"^[\w -]+ (?:allergies|intolerances)$", re.IGNORECASE), "I have {words}"),
    (re.compile(r"^(?:kosher|halal|[\w]+[- ]free|low[- ]\w+)$", re.IGNORECASE), "I eat {words}"),
)
_LENGTHS = {"short": "Keep your replies short", "long": "Give me detailed replies"}
_TONES = {"formal": "Be formal with me", "casual": "Be casual with me"}


class Introduction(Record):
    """The answers; each may be left out. `interests` and `never` may be lists with commas."""

    name: str = ""
    interests: str = ""
    length: Literal["short", "long"] | None = None
    tone: Literal["formal", "casual"] | None = None
    never: str = ""


class Told(NamedTuple):
    """A memory that is to be written down."""

    text: str
    kind: MemoryKind
    strength: Strength


def memories_of(introduction: Introduction) -> Iterator[Told]:
    """What the answers come to, in the order of the questions."""
    if name := introduction.name.strip():
        yield Told(f"Call me {name}", "style", "soft")
    for each in _listed(introduction.interests):
        text = each if _SENTENCE.match(each) else f"I like to talk about {each}"
        yield Told(text, "preference", "soft")
    if introduction.length:
        yield Told(_LENGTHS[introduction.length], "style", "soft")
    if introduction.tone:
        yield Told(_TONES[introduction.tone], "style", "soft")
    for each in _listed(introduction.never):
        yield Told(_ruled_out(each), "constraint", "hard")


def _ruled_out(words: str) -> str:
    if _SENTENCE.match(words):
        return words
    begun = next((begun for said, begun in _OWN if said.match(words)), "Never suggest {words}")
    bare = re.sub(r"^an? ", "", words, flags=re.IGNORECASE)
    return begun.replace("{words}", bare)


def _listed(answer: str) -> list[str]:
    """The parts of an answer; a sentence ("I eat no pork, or beef") keeps its commas."""
    answer = answer.strip(" .")
    if _SENTENCE.match(answer):
        parts = [part.strip() for part in re.split(r"[.;\n]+", answer)]
    else:
        parts = _LIST.split(answer)
    return [part for part in parts if part][:MOST_OF_A_KIND]
