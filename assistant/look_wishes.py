"""What a sentence wishes for the look of the app: "bigger text, please" is text_size: large.

By the patterns of `look_wishes.yaml`, and only where somebody asks for it or speaks of their own
eyes. Whoever asks for a longer text, or tells of somebody else, wishes for nothing here.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple, get_args

import yaml

Aspect = Literal["text_size", "density", "language", "order"]
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)

_SENTENCE = re.compile(r"[^.!?\n;]+")
_NOT_OWN = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`|^>[^\n]*|[\"“„«].*?[\"”“»]", re.DOTALL | re.M)


class LookWish(NamedTuple):
    """One aspect of the look, and what is wished for it."""

    aspect: Aspect
    value: str


def read_look_wishes(text: str) -> list[LookWish]:
    """What a user's own text wishes for, the last wish for each aspect; quotations do not count."""
    found: dict[Aspect, LookWish] = {}
    for sentence in _SENTENCE.findall(_NOT_OWN.sub(" ", text).replace("\u2019", "'")):
        for wish, pattern in _patterns():
            if pattern.search(sentence.strip()):
                found[wish.aspect] = wish
    return list(found.values())


def telling_words() -> tuple[str, ...]:
    """Words of which every message with such a wish holds one."""
    return tuple(_read()["telling"])


@cache
def _patterns() -> list[tuple[LookWish, re.Pattern[str]]]:
    read = _read()
    asked = rf"^\W*(?:{read['asked']}\b[ ,]*)*"
    return [
        (
            LookWish(aspect, value),
            re.compile(
                pattern.replace("ASKED", asked).replace("TEXT", read["text"]), re.IGNORECASE
            ),
        )
        for aspect in ASPECTS
        for value, patterns in read["wishes"].get(aspect, {}).items()
        for pattern in patterns
    ]


@cache
def _read() -> dict[str, Any]:
    loaded = yaml.safe_load(files("assistant").joinpath("look_wishes.yaml").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded
