"""The labelled sets that ship to measure a learner with, read and checked.

What the labels mean stands at the top of each file. Nothing may be fitted to them.
"""

import re
from importlib.resources import files
from typing import Literal, Self, TypeVar

import yaml
from pydantic import Field, model_validator

from memory.types import MemoryKind, Polarity, Record, Strength

_Item = TypeVar("_Item", bound=Record)


def holds(text: str, words: str) -> bool:
    """Whether `words` stand in `text`, whole and in any case."""
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None


class LabelledStatement(Record):
    """A sentence worth keeping, and how; `slot` and `value` go together."""

    text: str = Field(min_length=1)
    kind: MemoryKind | tuple[MemoryKind, MemoryKind]
    polarity: Polarity | Literal["any"]
    strength: Strength
    slot: str | None = Field(default=None, min_length=1)
    value: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def value_is_in_the_text(self) -> Self:
        """A slot has a value, in words of the sentence."""
        if (self.slot is None) != (self.value is None):
            raise ValueError("slot and value go together")
        if self.value is not None and not holds(self.text, self.value):
            raise ValueError(f"{self.value!r} is not in the text")
        return self

    @property
    def kinds(self) -> tuple[MemoryKind, ...]:
        """The kinds that are right."""
        return self.kind if isinstance(self.kind, tuple) else (self.kind,)


class Chatter(Record):
    """A message that holds nothing to keep; `why` says what sort it is."""

    text: str = Field(min_length=1)
    why: str = Field(min_length=1)


class Wish(Record):
    """A standing wish about how to answer."""

    text: str = Field(min_length=1)


class Change(Record):
    """What was said first, what changes it later, and the words that tell the two apart."""

    first: str = Field(min_length=1)
    then: str = Field(min_length=1)
    ask: str = Field(min_length=1)
    current: tuple[str, ...] = Field(min_length=1)
    old: tuple[str, ...] = Field(min_length=1)
    mixed: bool = False


class Pair(Record):
    """Two statements that both hold."""

    first: str = Field(min_length=1)
    then: str = Field(min_length=1)


class LearningSets(Record):
    """All of them; what is empty is not measured."""

    statements: tuple[LabelledStatement, ...] = ()
    chatter: tuple[Chatter, ...] = ()
    wishes: tuple[Wish, ...] = ()
    changes: tuple[Change, ...] = ()
    changes_plain: tuple[Change, ...] = ()
    changes_fresh: tuple[Change, ...] = ()
    compatible: tuple[Pair, ...] = ()
    compatible_fresh: tuple[Pair, ...] = ()


def read_sets() -> LearningSets:
    """The sets that ship."""
    return LearningSets(
        statements=read_set("statements", LabelledStatement),
        chatter=read_set("chatter", Chatter),
        wishes=read_set("wishes", Wish),
        changes=read_set("changes", Change),
        changes_plain=read_set("changes_plain", Change),
        changes_fresh=read_set("changes_fresh", Change),
        compatible=read_set("compatible", Pair),
        compatible_fresh=read_set("compatible_fresh", Pair),
    )


def read_set(name: str, kind: type[_Item]) -> tuple[_Item, ...]:
    """The items of one set."""
    text = files("evals").joinpath(f"learning/sets/{name}.yaml").read_text("utf-8")
    return tuple(kind.model_validate(item) for item in yaml.safe_load(text))
