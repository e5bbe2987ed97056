"""What the shipped files say about hard constraints, read once into frozen records.

`rules/goods.yaml` says what belongs together, `rules/dishes.yaml` what dishes contain,
`rules/constraints.yaml` how users say what rules them out, `rules/synonyms.yaml` what is one thing.
Knows nothing about any user.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.constraints.words import Phrase, phrase_of


class _Entry(BaseModel):
    """The base of an entry: unknown keys are refused, so that a slip in a file is found."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Group(_Entry):
    """Goods, places or contents that are ruled out together; see `goods.yaml`."""

    says: str = ""
    asked: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    fine: tuple[str, ...] = ()
    freed_by: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    alive: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    domains: tuple[str, ...] = ("food",)


class Rule(_Entry):
    """A common hard constraint: how it is said, and what it rules out; see `constraints.yaml`."""

    said: tuple[str, ...]
    unless: tuple[str, ...] = ()
    rules_out: tuple[str, ...]
    also: tuple[str, ...] = ()
    fine: tuple[str, ...] = ()
    freed_by: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()

    def is_meant_by(self, words: str) -> bool:
        """Whether these words, in lower case, state the constraint."""
        return _says(self._said, words) and not _says(self._unless, words)

    @cached_property
    def _said(self) -> re.Pattern[str]:
        return _any_of(self.said)

    @cached_property
    def _unless(self) -> re.Pattern[str] | None:
        return _any_of(self.unless) if self.unless else None


class Rules:
    """All groups, dishes, rules and synonyms together."""

    def __init__(
        self,
        groups: Mapping[str, Group],
        rules: Mapping[str, Rule],
        dishes: Mapping[str, tuple[str, ...]],
        same: Sequence[Sequence[str]],
        means: Mapping[str, Sequence[str]],
    ) -> None:
        self.groups = groups
        self.rules = rules
        self.dishes = {
            phrase_of(dish): tuple(map(phrase_of, ingredients))
            for dish, ingredients in dishes.items()
        }
        self._spelling = {
            phrase_of(ingredient): ingredient
            for ingredients in dishes.values()
            for ingredient in ingredients
        }
        self._same = [frozenset(map(phrase_of, line)) for line in same]
        self._means = {phrase_of(one): set(map(phrase_of, rest)) for one, rest in means.items()}

    def meant_by(self, words: str) -> list[Rule]:
        """The rules for a constraint in the user's words."""
        lowered = words.lower()
        return [rule for rule in self.rules.values() if rule.is_meant_by(lowered)]

    def with_included(self, name: str) -> Iterator[Group]:
        """A group and all that it includes."""
        group = self.groups[name]
        yield group
        for included in group.includes:
            yield from self.with_included(included)

    def groups_called(self, phrase: Phrase) -> list[str]:
        """The groups that a user calls so as a whole ("dairy")."""
        return self._called.get(phrase, [])

    def group_of(self, phrase: Phrase) -> Group | None:
        """The first group that something belongs to ("shrimp" to crustaceans)."""
        return self._belongs.get(phrase)

    def synonyms(self, phrase: Phrase) -> set[Phrase]:
        """A good, and whatever else it is called or always stands for."""
        same = {phrase}.union(*(line for line in self._same if phrase in line))
        return same.union(*(self._means.get(each, ()) for each in same))

    def spelled(self, ingredient: Phrase) -> str:
        """An ingredient of a dish in the file's own words."""
        return self._spelling[ingredient]

    @cached_property
    def _called(self) -> dict[Phrase, list[str]]:
        called: dict[Phrase, list[str]] = {}
        for name, group in self.groups.items():
            for words in group.asked:
                names = called.setdefault(phrase_of(words), [])
                if name not in names:
                    names.append(name)
        return called

    @cached_property
    def _belongs(self) -> dict[Phrase, Group]:
        belongs: dict[Phrase, Group] = {}
        for group in self.groups.values():
            for words in group.names:
                belongs.setdefault(phrase_of(words), group)
        return belongs


@cache
def shipped_rules() -> Rules:
    """The rules that ship with Bespoke."""
    return Rules(
        {name: Group(**entry) for name, entry in _read("goods").items()},
        {name: Rule(**entry) for name, entry in _read("constraints").items()},
        {dish: tuple(ingredients) for dish, ingredients in _read("dishes").items()},
        **_read("synonyms"),
    )


def _read(name: str) -> Any:
    text = files("assistant").joinpath("constraints", "rules", f"{name}.yaml").read_text("utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _says(pattern: re.Pattern[str] | None, words: str) -> bool:
    return pattern is not None and pattern.search(words) is not None
