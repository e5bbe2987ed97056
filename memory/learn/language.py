"""The sentences, words and patterns that statements are read with, a folder a language.

English is the only one so far. Nothing here reads a user's text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

# What kind of statement fills a slot; all others are facts.
_KIND_OF_SLOT = {
    "diet": "constraint",
    "favourite": "preference",
    "nickname": "style",
    "reply language": "style",
}


class Example(NamedTuple):
    """A sentence about its writer, and its labels; None where it was not labelled.

    `value` is what it says of the slot, in its words; `is_slotless` tells that it is known to fill
    no slot.
    """

    text: str
    kind: str | None = None
    polarity: str | None = None
    strength: str | None = None
    slot: str | None = None
    value: str | None = None
    is_slotless: bool = False


class Pair(NamedTuple):
    """Two statements of one user, and what the later one does to the earlier."""

    effect: str
    earlier: str
    later: str


@dataclass(frozen=True)
class Language:
    """One language.

    `examples` are worth learning and `nothing` is not; `pairs` are an earlier and a later one.
    `cues` are features of the detector. `slots` are the patterns of slots by name, `wishes` what
    wishes about replies are about. `idioms` tell for and against, `attacks` are signs of an
    instruction that is not the user's.
    """

    examples: tuple[Example, ...]
    nothing: tuple[str, ...]
    pairs: tuple[Pair, ...]
    cues: dict[str, re.Pattern[str]]
    words: dict[str, frozenset[str]]
    adverbs: str
    slots: dict[str, list[str]]
    wishes: dict[str, str]
    idioms: tuple[tuple[str, str], ...]
    attacks: tuple[re.Pattern[str], ...]

    def has(self, list_name: str, word: str) -> bool:
        """Whether a word, in lower case, is in one of the lists."""
        return word in self.words[list_name]


@cache
def english() -> Language:
    """Read the folder of English once."""
    cues = _read("english/cues.yaml")
    slots = _read("english/slots.yaml")
    return Language(
        examples=(*_examples(_read("english/sentences.yaml")), *_fillers()),
        nothing=tuple(_read("english/nothing.yaml")),
        pairs=tuple(
            Pair(effect, *pair)
            for effect, pairs in _read("english/pairs.yaml").items()
            for pair in pairs
        ),
        cues={
            name: re.compile(pattern.replace("ADV", cues["adverbs"]), re.IGNORECASE)
            for name, pattern in cues["patterns"].items()
        },
        words={name: frozenset(words) for name, words in _read("english/words.yaml").items()},
        adverbs=slots["adverbs"],
        slots=slots["slots"],
        wishes=slots["wishes"],
        idioms=tuple(
            (sign, pattern)
            for sign, patterns in _read("english/idioms.yaml").items()
            for pattern in patterns
        ),
        attacks=tuple(
            re.compile(pattern, re.IGNORECASE) for pattern in _read("english/attacks.yaml")
        ),
    )


def _examples(groups: dict[str, list[str]]) -> Iterator[Example]:
    """Of the groups "kind", "kind, polarity, strength" and "kind, polarity, strength, slotless"."""
    for name, texts in groups.items():
        kind, polarity, strength, note = (*name.split(", "), None, None, None)[:4]
        kind = None if kind == "any" else kind
        slotless = (
            note is not None
            or kind in ("preference", "goal")
            or (kind == "constraint" and polarity == "negative")
        )
        for text in texts:
            yield Example(text, kind, polarity, strength, is_slotless=slotless)


def _fillers() -> Iterator[Example]:
    """Of the groups named for a slot, in which brackets stand around its value."""
    for slot, texts in _read("english/slot_sentences.yaml").items():
        kind = _KIND_OF_SLOT.get(slot, "fact")
        for text in texts:
            before, _, rest = text.partition("[")
            value, _, after = rest.partition("]")
            yield Example(
                before + value + after,
                kind,
                strength=None if slot == "diet" else "soft",
                slot=slot,
                value=value,
            )


def _read(path: str) -> Any:
    text = files("memory.learn").joinpath(path).read_text("utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
